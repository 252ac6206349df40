"""Attributes of single records by name.

IfcOpenShell's own access by name takes a thousand times as long where the class has no such attribute: it then looks through every rule of
the schema for one that would derive the value.
"""

from __future__ import annotations

from typing import Any

_EXPLICIT = 1  # IfcOpenShell's categories of attributes


def attribute(entity: Any, name: str) -> Any:
    """The value of an explicit attribute; None where it is not given or the class has no such attribute."""
    if entity.get_attribute_category(name) != _EXPLICIT:
        return None
    return entity.get_argument(entity.get_argument_index(name))


def text(entity: Any, name: str) -> str:
    """A text attribute, or "" when it is absent, empty or not text."""
    value = attribute(entity, name)
    return value.strip() if isinstance(value, str) else ""
