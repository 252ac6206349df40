"""An IDS 1.0 document as plain data: specifications, their facets and the values they ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Cardinality = Literal["required", "optional", "prohibited"]


class IdsInvalid(Exception):
    """The file is not a usable IDS 1.0 document. ``place`` is a line or a path in the XML, ``reason`` what is wrong there."""

    def __init__(self, path: Path, place: str, reason: str) -> None:
        self.path, self.place, self.reason = path, place, reason
        where = f"（{place}）" if place else ""
        super().__init__(f"数据要求文件 {path.name} 不合格{where}：{reason}")


@dataclass(frozen=True, slots=True)
class Simple:
    """ids:simpleValue: exactly this text, or the number it stands for."""

    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Restriction:
    """xs:restriction: facet name → its values in document order. Enumerations and patterns are alternatives, the rest all hold."""

    base: str
    options: tuple[tuple[str, tuple[str, ...]], ...]
    place: str = ""


Value = Simple | Restriction


@dataclass(frozen=True, slots=True)
class Facet:
    """What all six facets share. Applicability facets are always ``required``; ``place`` says where it stands in the file."""

    place: str = ""
    cardinality: Cardinality = "required"
    instructions: str = ""


@dataclass(frozen=True, slots=True)
class EntityFacet(Facet):
    """The class (upper case, no subclasses) and the predefined type, which may be a user-defined one."""

    name: Value = field(default_factory=lambda: Simple(""))
    predefined_type: Value | None = None


@dataclass(frozen=True, slots=True)
class AttributeFacet(Facet):
    """An explicit attribute of the schema."""

    name: Value = field(default_factory=lambda: Simple(""))
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class PropertyFacet(Facet):
    """A property or quantity. ``data_type`` is an IFC defined type in upper case; values are in SI units."""

    property_set: Value = field(default_factory=lambda: Simple(""))
    base_name: Value = field(default_factory=lambda: Simple(""))
    value: Value | None = None
    data_type: str = ""


@dataclass(frozen=True, slots=True)
class ClassificationFacet(Facet):
    """A reference into a classification system."""

    system: Value = field(default_factory=lambda: Simple(""))
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class MaterialFacet(Facet):
    """A material, by the name or category of it or of a set it belongs to."""

    value: Value | None = None


@dataclass(frozen=True, slots=True)
class PartOfFacet(Facet):
    """The whole an object belongs to; without ``relation`` through any of the relations."""

    entity: EntityFacet = field(default_factory=EntityFacet)
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Specification:
    """What must hold of the objects that meet all facets of ``applicability``. ``occurs`` says whether there must be any."""

    name: str
    identifier: str
    versions: tuple[str, ...]
    occurs: Cardinality
    applicability: tuple[Facet, ...]
    requirements: tuple[Facet, ...]
    description: str = ""
    instructions: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file; ``info`` holds title, version, author, date, purpose, milestone as written."""

    path: Path
    info: dict[str, str]
    specifications: tuple[Specification, ...]
