"""What the IFC schemas say: classes, their explicit attributes, defined types. Asked by the validator and by the facts of a model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal

import ifcopenshell

Kind = Literal["text", "integer", "real", "boolean", "logical", "enumeration", "binary", "entity", "select", "list"]
_SIMPLE: dict[str, Kind] = {
    "string": "text",
    "integer": "integer",
    "real": "real",
    "number": "real",
    "boolean": "boolean",
    "logical": "logical",
    "binary": "binary",
}
# ifcVersion of IDS → the schema that is asked
_SCHEMAS = {"IFC2X3": "IFC2X3", "IFC4": "IFC4", "IFC4X3_ADD2": "IFC4X3_ADD2"}


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that is written in the file: its position, what it holds, and the name of its declared type in upper case."""

    name: str
    index: int
    kind: Kind
    data_type: str = ""


class Schema:
    """One IFC schema by upper-case names."""

    def __init__(self, identifier: str) -> None:
        self._declared = ifcopenshell.schema_by_name(identifier)
        self._entities: dict[str, Any] = {each.name().upper(): each for each in self._declared.entities()}
        self._types: dict[str, Any] = {
            each.name().upper(): each
            for each in self._declared.declarations()
            if each.as_type_declaration() or each.as_enumeration_type()
        }
        self._attributes: dict[str, dict[str, Attribute]] = {}
        self._supertypes: dict[str, frozenset[str]] = {}

    @cached_property
    def entities(self) -> frozenset[str]:
        """Every class in upper case."""
        return frozenset(self._entities)

    @cached_property
    def class_names(self) -> frozenset[str]:
        """The classes, and the occurrences that IFC2X3 knows only by their types (IFCSANITARYTERMINAL)."""
        ends = ("TYPE", "STYLE")
        return self.entities | {name.removesuffix(end) for name in self.entities for end in ends if name.endswith(end)}

    def kind(self, data_type: str) -> Kind | None:
        """What a defined type holds; None for an unknown one."""
        declared = self._types.get(data_type)
        return _kind(declared) if declared else None

    def supertypes(self, entity: str) -> frozenset[str]:
        """The class itself and everything above it, in upper case."""
        if entity not in self._supertypes:
            names, each = [], self._entities[entity]
            while each:
                names.append(each.name().upper())
                each = each.supertype()
            self._supertypes[entity] = frozenset(names)
        return self._supertypes[entity]

    def attributes(self, entity: str) -> dict[str, Attribute]:
        """The explicit attributes of a class that are not derived, in order."""
        if entity not in self._attributes:
            declared = self._entities[entity]
            self._attributes[entity] = {
                each.name(): Attribute(each.name(), index, _kind(each.type_of_attribute()), _named(each.type_of_attribute()))
                for index, (each, derived) in enumerate(zip(declared.all_attributes(), declared.derived(), strict=True))
                if not derived
            }
        return self._attributes[entity]


@cache
def schema(identifier: str) -> Schema:
    """The schema of an IDS ``ifcVersion`` or of a file's schema identifier."""
    return Schema(_SCHEMAS.get(identifier, identifier))


def _named(declared: Any) -> str:
    named = declared.as_named_type()
    return str(named.declared_type().name()).upper() if named else ""


def _kind(declared: Any) -> Kind:
    """Of a parameter type (as an attribute is declared) or of a declaration; the two families share no methods."""
    if hasattr(declared, "as_aggregation_type"):
        if declared.as_aggregation_type():
            return "list"
        named = declared.as_named_type()
        return _kind(named.declared_type()) if named else _SIMPLE[declared.as_simple_type().declared_type()]
    if declared.as_enumeration_type():
        return "enumeration"
    if declared.as_select_type():
        return "select"
    if declared.as_entity():
        return "entity"
    return _kind(declared.as_type_declaration().declared_type())
