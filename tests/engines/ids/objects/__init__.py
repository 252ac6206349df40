"""A second evaluation, one IfcOpenShell object at a time: what the evaluation on columns must agree with.

The two share the reading of an IDS and the test of a single value; classes, types, relations, property sets, units and
inheritance are found here in a way of their own.
"""
