"""What the IFC schema says of a class: its attributes in file order, its subtypes. Taken from IfcOpenShell's compiled EXPRESS."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ifcopenshell

_COMPILED = {"IFC2X3": "IFC2X3", "IFC4": "IFC4", "IFC4X3": "IFC4X3_ADD2"}
_IN_NO_TABLE = ("IfcRepresentationItem", "IfcPlacement")


@dataclass(frozen=True, slots=True)
class EntityClass:
    """One class: its name as the standard writes it, its attributes in file order, its ancestors (itself first)."""

    name: str
    attributes: tuple[str, ...]
    ancestors: tuple[str, ...]

    def is_a(self, ancestor: str) -> bool:
        return ancestor in self.ancestors


class Schema:
    """The classes of one IFC release by their upper-case name."""

    def __init__(self, release: str) -> None:
        self.release = release
        compiled: Any = ifcopenshell.ifcopenshell_wrapper.schema_by_name(_COMPILED[release])
        self._kinds: dict[str, list[str]] = {}
        self._positions: dict[tuple[str, str], int | None] = {}
        self.classes: dict[str, EntityClass] = {}
        read: dict[str, EntityClass] = {}
        for declaration in compiled.declarations():
            entity = declaration.as_entity()
            if entity is not None:
                self.classes[entity.name().upper()] = _class_of(entity, read)

    def kinds_of(self, ancestor: str) -> list[str]:
        """Upper-case names of a class and all its subtypes; empty when the release has no such class."""
        if ancestor not in self._kinds:
            self._kinds[ancestor] = [name for name, entity in self.classes.items() if entity.is_a(ancestor)]
        return self._kinds[ancestor]

    def position(self, name: str, attribute: str) -> int | None:
        """Place of an attribute from 0, the same in all subtypes; None when the release has no such class or attribute."""
        asked = (name, attribute)
        if asked not in self._positions:
            entity = self.classes.get(name.upper())
            self._positions[asked] = entity.attributes.index(attribute) if entity and attribute in entity.attributes else None
        return self._positions[asked]

    def described(self) -> list[str]:
        """Upper-case names of the classes that carry meaning rather than shape: all but representation items and placements."""
        return [name for name, entity in self.classes.items() if not any(entity.is_a(kind) for kind in _IN_NO_TABLE)]


def _class_of(entity: Any, read: dict[str, EntityClass]) -> EntityClass:
    """One class after the one above it, whose attributes come before its own."""
    name = entity.name()
    if name not in read:
        above = entity.supertype()
        upper = _class_of(above, read) if above is not None else EntityClass("", (), ())
        own = tuple(attribute.name() for attribute in entity.attributes())
        read[name] = EntityClass(name, upper.attributes + own, (name, *upper.ancestors))
    return read[name]


@lru_cache(maxsize=len(_COMPILED))
def schema(release: str) -> Schema:
    """The schema of IFC2X3, IFC4 or IFC4X3."""
    return Schema(release)


def release_of(declared: str) -> str | None:
    """The release a FILE_SCHEMA name is read as (IFC2X_FINAL and its kin as IFC2X3), or None."""
    name = declared.upper()
    if name.startswith("IFC4X3"):
        return "IFC4X3"
    if name in {"IFC4", "IFC4_ADD1", "IFC4_ADD2", "IFC4_ADD2_TC1"}:
        return "IFC4"
    return "IFC2X3" if name.startswith("IFC2X") else None
