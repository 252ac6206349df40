"""What a model file says: storeys, elements, spaces, their properties, and counts. Lengths are metres, areas m², volumes m³."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hezhu.engines.ifc import properties

if TYPE_CHECKING:
    import ifcopenshell

    from hezhu.engines.ifc.geometry import Geometry


@dataclass(frozen=True, slots=True)
class Header:
    """The STEP header: what the file says of its own origin. Every field may be empty."""

    name: str = ""
    timestamp: str = ""
    originating_system: str = ""
    preprocessor: str = ""
    schema_identifier: str = ""
    view_definition: str = ""
    application: str = ""


@dataclass(frozen=True, slots=True)
class Storey:
    """One IfcBuildingStorey. ``elevation_m`` is as declared (the placement's where no storey declares one), ``z_m`` its
    placement in the model's axes.

    ``order`` counts from 0 at the lowest, storeys without an elevation last; ``height_m`` is the rise to the next storey of
    the same building, None for the topmost or where unknown.
    """

    global_id: str
    name: str
    elevation_m: float | None
    z_m: float
    order: int
    height_m: float | None = None
    building: str = ""


@dataclass(slots=True, eq=False)
class Element:
    """One product of the model: a building element or a space, with lazily read properties.

    ``type_name`` is the name of its type object. ``whole`` is the GlobalId of the element it is part of (a flight's stair),
    ``parts`` the GlobalIds of its own parts. ``step_id`` is its record number in the file.
    """

    step_id: int
    global_id: str
    ifc_class: str
    name: str = ""
    long_name: str = ""
    object_type: str = ""
    predefined_type: str = ""
    tag: str = ""
    type_name: str = ""
    storey: Storey | None = None
    whole: str | None = None
    parts: tuple[str, ...] = ()
    _file: Any = field(default=None, repr=False)
    _definitions: properties.Definitions = field(default_factory=properties.Definitions, repr=False)
    _psets: dict[str, dict[str, Any]] | None = field(default=None, repr=False)
    _quantities: dict[str, float] | None = field(default=None, repr=False)

    @property
    def entity(self) -> ifcopenshell.entity_instance:
        """The record itself, for engines that need more than the facts here."""
        return self._file.by_id(self.step_id)

    @property
    def psets(self) -> dict[str, dict[str, Any]]:
        """Property sets by name, the type's sets overridden by the occurrence's. Measures keep the file's units."""
        if self._psets is None:
            self._psets = self._definitions.sets(self.entity)
        return self._psets

    @property
    def quantities(self) -> dict[str, float]:
        """Quantities by name in SI units (m, m2, m3, kg, count) from every quantity set of the element and its type."""
        if self._quantities is None:
            self._quantities = self._definitions.quantities(self.entity)
        return self._quantities

    def value(self, name: str, pset: str | None = None) -> Any:
        """The first value of that name, in any property set or in the one named; None when absent."""
        for set_name, values in self.psets.items():
            if (pset is None or pset == set_name) and values.get(name) is not None:
                return values[name]
        return None

    @property
    def classifications(self) -> tuple[properties.ClassCode, ...]:
        """Classification references of the element and its type."""
        return self._definitions.classifications(self.entity)

    @property
    def materials(self) -> tuple[str, ...]:
        """Names of the materials, in layer order."""
        return self._definitions.materials(self.entity)

    @property
    def material(self) -> Any:
        """The record of its material, material list or set; None without any."""
        return self._definitions.material(self.entity)

    @property
    def type_entity(self) -> Any:
        """The record of its type; None without one."""
        return self._definitions.type_of(self.entity)


@dataclass(eq=False)
class Model:
    """A readable building model.

    ``entity_count`` is exact: every record of the file's data section. ``warnings`` are Chinese notes on what was readable but odd
    (records of unknown classes, repeated GlobalIds, references to nothing).
    """

    path: Path
    schema: str
    header: Header
    entity_count: int
    units: properties.Units
    project_name: str
    project_global_id: str
    storeys: tuple[Storey, ...]
    elements: tuple[Element, ...]
    spaces: tuple[Element, ...]
    warnings: tuple[str, ...] = ()
    size_bytes: int = 0
    file: Any = field(default=None, repr=False)

    @cached_property
    def class_counts(self) -> Mapping[str, int]:
        """How many records of each class the file has, the most frequent first; exact."""
        counts = {name: len(self.file.by_type(name, include_subtypes=False)) for name in self.file.types()}
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @cached_property
    def by_global_id(self) -> dict[str, Element]:
        """Every element and space by GlobalId; of repeated ones the first."""
        index: dict[str, Element] = {}
        for element in (*self.elements, *self.spaces):
            index.setdefault(element.global_id, element)
        return index

    def element(self, global_id: str) -> Element | None:
        """The element or space of that GlobalId, or None."""
        return self.by_global_id.get(global_id)

    def of_class(self, *ifc_classes: str) -> list[Element]:
        """Elements and spaces of these classes or their subtypes, in file order. ``IfcWall`` finds IfcWallStandardCase."""
        found = {step_id for name in ifc_classes for step_id in self._step_ids(name)}
        return [element for element in (*self.elements, *self.spaces) if element.step_id in found]

    def _step_ids(self, ifc_class: str) -> Iterator[int]:
        try:
            instances = self.file.by_type(ifc_class)
        except RuntimeError:  # the class is not in this schema: a model cannot have what its schema lacks
            return
        for instance in instances:
            yield instance.id()

    @property
    def length_unit_m(self) -> float:
        """Metres per length unit of the file."""
        return self.units.length

    @cached_property
    def geometry(self) -> Geometry:
        """Measured shapes of spaces, doors, windows, stairs and railings (computed once, on first use)."""
        from hezhu.engines.ifc.geometry import measure

        return measure(self)

    def on_storey(self, storey: Storey | None) -> list[Element]:
        """Elements and spaces placed on that storey; None finds those on no storey."""
        return [element for element in (*self.elements, *self.spaces) if element.storey == storey]

    def describe(self) -> dict[str, Any]:
        """Plain JSON facts for a summary: schema, origin, counts, storeys."""
        return {
            "schema": self.schema,
            "schema_identifier": self.header.schema_identifier,
            "project": self.project_name,
            "originating_system": self.header.originating_system,
            "preprocessor": self.header.preprocessor,
            "timestamp": self.header.timestamp,
            "size_bytes": self.size_bytes,
            "entity_count": self.entity_count,
            "elements": len(self.elements),
            "spaces": len(self.spaces),
            "storeys": [
                {"name": s.name, "elevation_m": s.elevation_m, "height_m": s.height_m, "global_id": s.global_id}
                for s in self.storeys
            ],
            "warnings": list(self.warnings),
        }

    def viewer_index(self) -> dict[str, Any]:
        """The tree of the viewer panel: storeys from the ground up, each with the GlobalIds it carries, then those on none."""
        groups: dict[str, list[str]] = {storey.global_id: [] for storey in self.storeys}
        loose: list[str] = []
        for element in (*self.elements, *self.spaces):
            (loose if element.storey is None else groups[element.storey.global_id]).append(element.global_id)
        tree = [
            {"id": s.global_id, "name": s.name, "elevation": s.elevation_m, "elements": groups[s.global_id]} for s in self.storeys
        ]
        if loose:
            tree.append({"id": "", "name": "未归入楼层", "elevation": None, "elements": loose})
        return {"storeys": tree}

    def property_panel(self, global_id: str) -> dict[str, Any] | None:
        """The property panel of one element: groups of label and value; None when the model has no such element."""
        element = self.element(global_id)
        return None if element is None else {"groups": list(properties.panel(element))}
