"""Doors: clear passage width by what they join."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hezhu.engines.findings import Shape
from hezhu.engines.ifc import Element
from hezhu.engines.review.judgement import Judgement, Limit, cannot_judge, judge
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, line_shape

_DWELLING_ROLES = ("entrance", "bedroom", "kitchen", "bathroom")
_BEDROOMS = frozenset({"bedroom", "bedroom_living"})
_EXIT_SIDES = frozenset({"corridor", "lobby", "stairwell", "lift_lobby", "smoke_lobby", "combined_lobby", "fire_lift_lobby"})
_NO_DOORS = "模型中没有适用的门"
_HOW = "门扇开启 90° 时门框之间的净宽，扣除开启门扇的厚度，由门的几何形体量取"


@dataclass(frozen=True, slots=True)
class DoorCase:
    """A door, what it is for (``role``; "" when unknown), and the functions on its two sides."""

    door: Element
    role: str
    sides: tuple[str | None, str | None]


def dwelling_doors(site: Site, clause: Clause) -> Iterator[Item]:
    """Entrance, bedroom, kitchen and bathroom doors of flats; and doors beside which the model has no room."""
    for door in site.model.of_class("IfcDoor"):
        case = _dwelling_case(door, site)
        if case is not None and (not case.role or case.role in clause.limits):
            yield Item(f"door:{door.step_id}", subject_of(door), case)


def _dwelling_case(door: Element, site: Site) -> DoorCase | None:
    """The case of one door; None where the clause does not speak of it.

    A door to a space of unknown function is left out: that space has its own 需人工 finding, which says so.
    """
    first, second = site.geometry.door_sides.get(door.step_id, (None, None))
    sides = site.function_key(first), site.function_key(second)
    if any(step_id is not None and key is None for step_id, key in zip((first, second), sides, strict=True)):
        return None
    groups = site.groups(first), site.groups(second)
    if any("outdoor" in group or "service" in group for group in groups):
        return None
    if "private" in groups[0] | groups[1] and "public" in groups[0] | groups[1]:
        return DoorCase(door, "entrance", sides)
    if first is None and second is None:
        return DoorCase(door, "", sides)
    if first is None or second is None:
        inside = groups[0] | groups[1]
        if "public" in inside:
            return None
        return DoorCase(door, "", sides) if not _is_external(door) else None
    if "public" in groups[0] or "public" in groups[1]:
        return None
    for role, keys in (("bathroom", {"bathroom"}), ("kitchen", {"kitchen"}), ("bedroom", _BEDROOMS)):
        if keys & set(sides):
            return DoorCase(door, role, sides)
    return None


def _is_external(door: Element) -> bool:
    return door.value("IsExternal") is True


@method("dwelling-door-width", dwelling_doors, _NO_DOORS)
def dwelling_door_width(case: DoorCase, clause: Clause, site: Site) -> Judgement:
    """Clear width of a flat's door by its role, m. A door of unknown role passes only by the strictest limit."""
    if case.role:
        return _clear_width(case.door, clause.limit(case.role), site, case)
    limits = [clause.limit(role) for role in _DWELLING_ROLES if role in clause.limits]
    strictest = max(limits, key=lambda limit: limit.value)
    shape = site.door_shape(case.door.step_id)
    width = shape.clear_width_m if shape else None
    if width is not None and strictest.met_by(width, site.pack.tolerance(strictest)):
        return judge(width, strictest, site.pack.tolerance(strictest), _HOW, _line(case.door, site))
    return cannot_judge(
        "门两侧的空间（判断户门、卧室门或厨卫门）", limit=strictest, measured=width, how=_HOW, shape=_line(case.door, site)
    )


def doors_by_role(site: Site, clause: Clause) -> Iterator[Item]:
    """Doors on the way out: exit, room_exit (a public building's room to its corridor), ground_exit (to the open air); accessible
    doors; and named ones, whose name or type holds one of the clause's ``name`` words.
    """
    wanted = clause.where.get("role", ())
    for door in site.model.of_class("IfcDoor"):
        roles = _exit_roles(door, site)
        if any(word in f"{door.name} {door.object_type} {door.type_name}" for word in clause.where.get("name", ())):
            roles.add("named")
        if roles & set(wanted):
            first, second = site.geometry.door_sides.get(door.step_id, (None, None))
            sides = site.function_key(first), site.function_key(second)
            yield Item(f"door:{door.step_id}", subject_of(door), DoorCase(door, min(roles & set(wanted)), sides))


def _exit_roles(door: Element, site: Site) -> set[str]:
    first, second = site.geometry.door_sides.get(door.step_id, (None, None))
    keys = {site.function_key(first), site.function_key(second)}
    groups = site.groups(first) | site.groups(second)
    roles = set()
    if door.value("FireExit") is True or ("stairwell" in keys and keys & (_EXIT_SIDES - {"stairwell"})):
        roles.add("exit")
    if _leads_out(door, first, second, site) and "public" in groups:
        roles.add("exit")
        if site.ground_floor is not None and door.storey == site.ground_floor:
            roles.add("ground_exit")
    if is_for_wheelchairs(door, (site.function_key(first), site.function_key(second))):
        roles.add("accessible")
    if site.building_kind == "public" and keys & _EXIT_SIDES and groups & {"room", "private"}:
        roles.add("room_exit")
    return roles


def is_for_wheelchairs(door: Element, sides: tuple[str | None, str | None]) -> bool:
    """Whether a door is marked as accessible (Pset_DoorCommon.HandicapAccessible, its name) or leads to an accessible toilet."""
    said = door.value("HandicapAccessible")
    if isinstance(said, bool):
        return said
    return "accessible_toilet" in sides or "无障碍" in f"{door.name} {door.object_type} {door.type_name}"


def _leads_out(door: Element, first: int | None, second: int | None, site: Site) -> bool:
    """An external door with a room on one side only."""
    return _is_external(door) and (first is None) != (second is None)


@method("door-width", doors_by_role, _NO_DOORS)
def door_width(case: DoorCase, clause: Clause, site: Site) -> Judgement:
    """Clear width of a door on the way out, m."""
    return _clear_width(case.door, clause.limit("width"), site, case)


def _clear_width(door: Element, limit: Limit, site: Site, case: DoorCase) -> Judgement:
    """Measured width; where leaf and frame cannot be told apart, only a failure is certain."""
    shape = site.door_shape(door.step_id)
    tolerance = site.pack.tolerance(limit)
    if shape is None:
        return cannot_judge("门的几何形体（门框与门扇）", limit=limit)
    detail: dict[str, Any] = {"role": case.role, "joins": [key for key in case.sides if key], "opening_m": shape.widest_m}
    if shape.clear_width_m is not None:
        return judge(shape.clear_width_m, limit, tolerance, _HOW, _line(door, site), **detail)
    if not limit.met_by(shape.widest_m, tolerance):
        return judge(shape.widest_m, limit, tolerance, "门的最大可能净宽（门框外缘或门扇总宽）", _line(door, site), **detail)
    return cannot_judge(
        "可区分的门框与门扇，或平开的开启方式",
        limit=limit,
        how="门扇与门框分不开，或非平开门，只知最大宽度",
        shape=_line(door, site),
        **detail,
    )


def _line(door: Element, site: Site) -> Shape | None:
    shape = site.door_shape(door.step_id)
    return line_shape(*shape.line) if shape else None
