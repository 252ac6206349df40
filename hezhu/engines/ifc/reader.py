"""Read a model file into facts."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.util.placement

from hezhu.engines.ifc import properties
from hezhu.engines.ifc.attributes import attribute, text
from hezhu.engines.ifc.container import plain_step
from hezhu.engines.ifc.cycles import placement_ends, refuse_cycles
from hezhu.engines.ifc.errors import ModelUnreadable
from hezhu.engines.ifc.limits import Limits
from hezhu.engines.ifc.model import Element, Header, Model, Storey
from hezhu.engines.ifc.parse import parse

_NOT_BUILT = ("IfcFeatureElement", "IfcVirtualElement")


def read(path: str | os.PathLike[str], limits: Limits | None = None) -> Model:
    """The facts of one model file: .ifc or .ifczip, IFC2X3, IFC4 or IFC4X3.

    Raises ModelUnreadable for anything that cannot be trusted as a whole model: a message in Chinese, a stable code.
    """
    limits = limits or Limits()
    path = Path(path)
    with plain_step(path, limits) as (step, declared):
        parsed = parse(step)
    file = parsed.file
    projects = file.by_type("IfcProject")
    if not projects and parsed.entity_count == 0 and parsed.data_bytes:
        raise ModelUnreadable("corrupt", "DATA 段里没有一条可读的记录，内容已损坏或不是文本，请重新导出并上传。")
    if not projects:
        raise ModelUnreadable("no-project", "文件中没有 IfcProject，不是完整的建筑模型，请从建模软件整体导出。")
    refuse_cycles(file)
    units = properties.read_units(file)
    storeys = _storeys(file, units)
    elements, spaces = _products(file, units, storeys)
    return Model(
        path=path,
        schema=file.schema,
        header=_header(file, declared),
        entity_count=parsed.entity_count,
        units=units,
        project_name=text(projects[0], "LongName") or text(projects[0], "Name"),
        project_global_id=text(projects[0], "GlobalId"),
        storeys=tuple(storeys.values()),
        elements=tuple(elements),
        spaces=tuple(spaces),
        warnings=(*parsed.warnings, *_odd_units(file)),
        size_bytes=path.stat().st_size,
        file=file,
    )


def _odd_units(file: ifcopenshell.file) -> tuple[str, ...]:
    """A note where there is something to measure and no length unit is declared: every dimension rests on an assumption."""
    declared = (unit for assignment in file.by_type("IfcUnitAssignment") for unit in assignment.Units or ())
    if not file.by_type("IfcProduct") or any(attribute(unit, "UnitType") == "LENGTHUNIT" for unit in declared):
        return ()
    return ("没有声明长度单位，尺寸按米读取；请核对，或在建模软件中设好单位后重新导出",)


def _header(file: ifcopenshell.file, declared: str) -> Header:
    name = file.header.file_name
    views = file.header.file_description.description
    return Header(
        name=name.name or "",
        timestamp=name.time_stamp or "",
        originating_system=name.originating_system or "",
        preprocessor=name.preprocessor_version or "",
        schema_identifier=declared,
        view_definition="; ".join(views)[:500],
        application=_application(file),
    )


def _application(file: ifcopenshell.file) -> str:
    for application in file.by_type("IfcApplication"):
        return f"{text(application, 'ApplicationFullName')} {text(application, 'Version')}".strip()
    return ""


def _storeys(file: ifcopenshell.file, units: properties.Units) -> dict[int, Storey]:
    """Storeys by record number, from the lowest up within each building, with the rise to the next one."""
    rows = []
    parents = _wholes(file)
    for entity in file.by_type("IfcBuildingStorey"):
        declared = attribute(entity, "Elevation")
        elevation = float(declared) * units.length if isinstance(declared, int | float) else None
        building = parents.get(entity.id())
        rows.append(
            (
                entity.id(),
                Storey(
                    global_id=text(entity, "GlobalId"),
                    name=text(entity, "Name") or text(entity, "LongName"),
                    elevation_m=elevation,
                    z_m=_placement_z(entity, units),
                    order=0,
                    building=text(file.by_id(building), "GlobalId") if building else "",
                ),
            )
        )
    if all(storey.elevation_m is None for _, storey in rows):
        rows = [(step_id, replace(storey, elevation_m=storey.z_m)) for step_id, storey in rows]
    rows.sort(key=lambda row: (row[1].elevation_m is None, row[1].elevation_m or 0.0, row[0]))
    return {
        step_id: replace(storey, order=order, height_m=_rise(storey, (later for _, later in rows[order + 1 :])))
        for order, (step_id, storey) in enumerate(rows)
    }


def _rise(storey: Storey, above: Iterable[Storey]) -> float | None:
    """Metres to the next higher storey of the same building; None for the topmost, or where no elevation is known."""
    for other in above:
        if other.building == storey.building and storey.elevation_m is not None and other.elevation_m is not None:
            rise = other.elevation_m - storey.elevation_m
            if rise > 1e-6:
                return round(rise, 6)
    return None


def _placement_z(entity: Any, units: properties.Units) -> float:
    """Height of the local placement, metres; 0 where the placement is absent or does not end."""
    if entity.ObjectPlacement is None or not placement_ends(entity):
        return 0.0
    return float(ifcopenshell.util.placement.get_local_placement(entity.ObjectPlacement)[2][3]) * units.length


def _products(
    file: ifcopenshell.file, units: properties.Units, storeys: dict[int, Storey]
) -> tuple[list[Element], list[Element]]:
    """Built elements and spaces, each knowing its storey, its whole and its type."""
    parents = _wholes(file)
    homes = {**parents, **_containers(file)}
    types = _type_names(file)
    parts: dict[int, list[str]] = defaultdict(list)
    skipped = {entity.id() for name in _NOT_BUILT for entity in file.by_type(name)}
    built = [entity for entity in file.by_type("IfcElement") if entity.id() not in skipped]
    spaces = list(file.by_type("IfcSpace"))
    for entity in built:
        if (whole := parents.get(entity.id())) is not None:
            parts[whole].append(text(entity, "GlobalId"))
    inside = {entity.id() for entity in built}
    at_home = _home_storeys(homes, storeys)
    definitions = properties.Definitions(file, units)

    def fact(entity: Any) -> Element:
        whole = parents.get(entity.id())
        return Element(
            step_id=entity.id(),
            global_id=text(entity, "GlobalId"),
            ifc_class=entity.is_a(),
            name=text(entity, "Name"),
            long_name=text(entity, "LongName"),
            object_type=text(entity, "ObjectType"),
            predefined_type=_predefined(entity),
            tag=text(entity, "Tag"),
            type_name=types.get(entity.id(), ""),
            storey=at_home(entity.id()),
            whole=text(file.by_id(whole), "GlobalId") if whole in inside else None,
            parts=tuple(parts.get(entity.id(), ())),
            _file=file,
            _definitions=definitions,
        )

    return [fact(entity) for entity in built], [fact(entity) for entity in spaces]


def _predefined(entity: Any) -> str:
    value = text(entity, "PredefinedType") or text(entity, "ShapeType")
    return "" if value == "NOTDEFINED" else value


def _home_storeys(homes: dict[int, int], storeys: dict[int, Storey]) -> Callable[[int], Storey | None]:
    """Asks for the storey up the chain of containment and composition. A circle ends the walk; no chain is walked twice."""
    known: dict[int, Storey | None] = dict(storeys)

    def of(step_id: int) -> Storey | None:
        trail: list[int] = []
        current: int | None = step_id
        while current is not None and current not in known:
            known[current] = None  # met again, it is a circle
            trail.append(current)
            current = homes.get(current)
        found = None if current is None else known[current]
        known.update(dict.fromkeys(trail, found))
        return found

    return of


def _related(file: ifcopenshell.file, relation: str, whole: str, parts: str) -> Iterator[tuple[int, Any]]:
    """(record number of each part, the whole) of every relation of that class that names both."""
    for link in file.by_type(relation):
        host = attribute(link, whole)
        for part in attribute(link, parts) or ():
            if host is not None and part is not None:
                yield part.id(), host


def _wholes(file: ifcopenshell.file) -> dict[int, int]:
    """Record number of each part → record number of what it is part of (aggregation or nesting)."""
    return {
        part: host.id()
        for relation in ("IfcRelNests", "IfcRelAggregates")
        for part, host in _related(file, relation, "RelatingObject", "RelatedObjects")
    }


def _containers(file: ifcopenshell.file) -> dict[int, int]:
    rows = _related(file, "IfcRelContainedInSpatialStructure", "RelatingStructure", "RelatedElements")
    return {part: host.id() for part, host in rows}


def _type_names(file: ifcopenshell.file) -> dict[int, str]:
    rows = _related(file, "IfcRelDefinesByType", "RelatingType", "RelatedObjects")
    return {part: text(kind, "Name") for part, kind in rows}
