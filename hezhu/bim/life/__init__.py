"""Models through a project's life: versions by stage and discipline, what differs between them, and what was found and promised.

``models`` hold the rows, ``versions`` take a model in and move its status, ``preparing`` is the machine's part.
"""
