"""Fire compartments: which rooms the model puts into one, how large they are, and the doors between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import ifcopenshell.util.element
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from hezhu.engines.findings import Shape, Subject
from hezhu.engines.review.judgement import Judgement, Limit, cannot_judge
from hezhu.engines.review.methods.graded import Graded, graded, judge_graded
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, polygon_shape

NO_COMPARTMENTS = "防火分区的范围（名称或类型为防火分区的 IfcZone、IfcGroup、IfcSpatialZone，或空间的防火分区属性）"
_GROSS_AREA = ("GrossFloorArea", "GrossPlannedArea", "GrossAreaPlanned", "建筑面积")
_WALL_M = 0.50  # gaps between rooms up to a thick wall belong to the compartment
_OUTER_WALL_M = 0.40


@dataclass(frozen=True, eq=False)
class Compartment:
    """One fire compartment: its rooms by record number, and the gross area it declares, m² (None where it declares none).

    ``net_m2`` bounds the gross area from below: floors of the rooms and the walls between them, without the outer walls.
    ``gross_m2`` bounds it from above.
    """

    global_id: str | None
    ifc_class: str
    name: str
    spaces: tuple[int, ...]
    declared_m2: float | None
    net_m2: float
    gross_m2: float
    below_ground: bool
    shape: Shape | None

    @property
    def key(self) -> str:
        """What tells compartments apart."""
        return self.global_id or self.name


_KNOWN: WeakKeyDictionary[Site, list[Compartment]] = WeakKeyDictionary()
_OWNERS: WeakKeyDictionary[Site, dict[int | None, Compartment]] = WeakKeyDictionary()


def compartments(site: Site) -> list[Compartment]:
    """The compartments a model shows, in file order: by groups and zones, else by a property of its rooms."""
    if site not in _KNOWN:
        _KNOWN[site] = [_measured(site, *each) for each in (*_by_groups(site), *_by_spatial_zones(site))] or [
            _measured(site, None, "", name, members, {}) for name, members in _by_property(site).items()
        ]
    return _KNOWN[site]


def compartment_of(site: Site, space: int | None) -> Compartment | None:
    """The compartment of a room; None where the model puts it into none."""
    if site not in _OWNERS:
        _OWNERS[site] = {space: each for each in reversed(compartments(site)) for space in each.spaces}
    return _OWNERS[site].get(space)


_Group = tuple[str | None, str, str, tuple[int, ...], dict[str, Any]]


def _by_groups(site: Site) -> Iterator[_Group]:
    for group in site.model.file.by_type("IfcGroup"):
        if site.names_compartment(group):
            related = [item for relation in group.IsGroupedBy or () for item in relation.RelatedObjects or ()]
            yield _group(group, related)


def _by_spatial_zones(site: Site) -> Iterator[_Group]:
    if site.model.schema == "IFC2X3":
        return
    for zone in site.model.file.by_type("IfcSpatialZone"):
        if zone.PredefinedType == "FIRESAFETY" or site.names_compartment(zone):
            inside = [item for relation in zone.ReferencesElements or () for item in relation.RelatedElements or ()]
            yield _group(zone, inside)


def _group(entity: Any, members: list[Any]) -> _Group:
    spaces = tuple(member.id() for member in members if member.is_a("IfcSpace"))
    values = {
        key: value for each in ifcopenshell.util.element.get_psets(entity).values() for key, value in each.items() if key != "id"
    }
    return str(entity.GlobalId), str(entity.is_a()), str(entity.Name or ""), spaces, values


def _by_property(site: Site) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    names = site.pack.recognition.compartment_properties
    for space in site.model.spaces:
        said = next((value for name in names if (value := space.value(name))), None)
        if said:
            found[str(said)] = (*found.get(str(said), ()), space.step_id)
    return found


def _measured(
    site: Site, global_id: str | None, ifc_class: str, name: str, spaces: tuple[int, ...], values: dict[str, Any]
) -> Compartment:
    declared = next((float(values[key]) for key in _GROSS_AREA if isinstance(values.get(key), int | float)), None)
    storeys: dict[str, list[BaseGeometry]] = {}
    below = False
    for step_id in spaces:
        shape, storey = site.geometry.spaces.get(step_id), site.by_step_id[step_id].storey
        if shape is not None and storey is not None:
            storeys.setdefault(storey.global_id, []).append(shape.floor)
            below = below or not site.is_above_ground(storey)
    inner = [_closed(floors) for floors in storeys.values()]
    outer = [each.buffer(_OUTER_WALL_M, join_style="mitre") for each in inner]
    largest = max((part for each in inner for part in shapely.get_parts(each)), key=lambda part: float(part.area), default=None)
    return Compartment(
        global_id,
        ifc_class,
        name,
        spaces,
        None if declared is None else round(declared * site.model.units.area, 4),
        round(sum(each.area for each in inner), 4),
        round(sum(each.area for each in outer), 4),
        below,
        polygon_shape(list(largest.exterior.coords), _level(site, spaces)) if largest is not None else None,
    )


def _closed(floors: list[BaseGeometry]) -> BaseGeometry:
    """Floors of one storey with the walls between them."""
    joined = shapely.union_all(floors).buffer(_WALL_M / 2, join_style="mitre")
    return joined.buffer(-_WALL_M / 2, join_style="mitre")


def _level(site: Site, spaces: tuple[int, ...]) -> float:
    return min(site.geometry.spaces[step_id].floor_z_m for step_id in spaces if step_id in site.geometry.spaces)


def storey_bounds(site: Site, above_ground: bool) -> list[float]:
    """For every storey above (or below) ground an upper bound of its gross area, m²: the plan hull of all that was measured of
    the building, with outer walls. Rooms alone would not do: they may be modelled in part.
    """
    storeys = [floor for floor in site.model.storeys if floor.elevation_m is not None]
    count = sum(site.is_above_ground(floor) == above_ground for floor in storeys)
    corners = [corner[:2] for box in site.geometry.boxes.values() for corner in box]
    if not corners:
        return []
    low, high = np.array(corners).min(axis=0), np.array(corners).max(axis=0)
    hull = shapely.box(*low, *high).buffer(_OUTER_WALL_M, join_style="mitre")
    return [float(hull.area)] * count


def compartments_by_place(site: Site, clause: Clause) -> Iterator[Item]:
    """Compartments above or below ground; where the model shows none but has rooms there, the building once."""
    below = clause.where.get("place") == ("below",)
    found = compartments(site)
    for each in found:
        if each.below_ground == below:
            subject = Subject(each.global_id, each.ifc_class or "IfcZone", each.name or "防火分区")
            yield Item(f"compartment:{each.key}", subject, each)
    if not found and any(space.storey and site.is_above_ground(space.storey) != below for space in site.model.spaces):
        yield Item("compartment", Subject(None, "IfcBuilding", site.model.project_name or "建筑"), None)


@method("compartment-area", compartments_by_place, "模型中没有位于该部位的房间")
def compartment_area(compartment: Compartment | None, clause: Clause, site: Site) -> Judgement:
    """Gross floor area of a fire compartment over all its storeys, m², by the row ``area`` of a table; below ground ``plant`` for
    one with nothing but plant rooms. ``shop`` is what shops may have under conditions that a model does not show.

    A compartment that declares no gross area passes only if it does with thick outer walls, and fails only if it does without.
    A model without compartments passes only if all its storeys together are no larger than one may be.
    """
    if compartment is None:
        limits = graded(clause, site, ("area",))
        total = sum(storey_bounds(site, clause.where.get("place") != ("below",)))
        how = "整栋构件外包矩形面积乘以层数，为建筑面积的上限"
        return judge_graded(total, limits, site, how, None, NO_COMPARTMENTS, certain=False)
    limits = _limits(compartment, clause, site)
    low, high = compartment.net_m2, compartment.gross_m2
    shape = compartment.shape
    if not compartment.spaces or not low:
        return cannot_judge("防火分区内的空间及其形体", limit=limits.sure)
    declared = compartment.declared_m2
    tolerance = site.pack.tolerance(limits.sure)
    if declared is not None and declared >= low - tolerance:
        return judge_graded(declared, limits, site, "防火分区自报的建筑面积，不小于所含空间的面积", shape)
    if not limits.last.met_by(low, tolerance):
        return judge_graded(low, limits, site, "所含空间底面连同其间墙体的面积（不含外墙），逐层相加", shape)
    how = "所含空间底面外扩外墙厚度的面积，为建筑面积的上限，逐层相加"
    return judge_graded(high, limits, site, how, shape, "防火分区的建筑面积（GrossFloorArea）", certain=False, net_m2=low)


def _limits(compartment: Compartment, clause: Clause, site: Site) -> Graded:
    functions = {site.function_key(space) for space in compartment.spaces}
    groups = [site.groups(space) for space in compartment.spaces]
    rows = ["area"]
    if "plant" in clause.limits:
        rows = ["plant"] if functions == {"plant"} else ["area"]
        if functions != {"plant"} and all("service" in group for group in groups):
            rows = ["area", "plant"]
    limits = graded(clause, site, rows, "是否为设备用房防火分区")
    shop = [value.value for name, value in clause.limits.items() if name.startswith("shop")]
    if shop and "shop" in functions and max(shop) > limits.last.value:
        last = Limit("<=", _shop_limit(clause, site), "m2")
        return Graded(limits.sure, last, (*limits.open, "商店营业厅的自动灭火、火灾自动报警系统和装修材料（4.3.15）"))
    return limits


def _shop_limit(clause: Clause, site: Site) -> float:
    """What a shop's compartment may have at most: by height where that is known."""
    high_above = clause.limits.get("high_above")
    if high_above is not None and site.height_m is not None and site.height_m > high_above.value:
        return clause.limit("shop_high").value
    return clause.limit("shop").value


def doors_between_compartments(site: Site, clause: Clause) -> Iterator[Item]:
    """Doors whose two rooms the model puts into two different compartments."""
    for step_id, sides in site.geometry.door_sides.items():
        first, second = (compartment_of(site, side) for side in sides)
        if first is not None and second is not None and first is not second:
            door = site.by_step_id[step_id]
            yield Item(f"door:{step_id}", subject_of(door), door)
