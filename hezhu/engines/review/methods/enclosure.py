"""Stairwells: open, enclosed or smoke-proof, by the doors and lobbies that the model puts before them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hezhu.engines.findings import Subject, Verdict
from hezhu.engines.ifc import Element
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.fire import door_grade
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.methods.spaces import outline
from hezhu.engines.review.methods.ways import CIRCULATION, SAFE_LOBBIES, outlines_reach_into_walls
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site

_MAYBE_LOBBIES = frozenset({"lift_lobby", "lobby", None})
_OUTER = "外廊"
_TOUCH_M = 0.03
_PASSABLE_M = 0.80
_NO_STAIRWELL = "楼梯间（IfcSpace，名称含楼梯间）"
_HOW = "楼梯间的门与门外空间的功能（敞开 0、封闭 1、防烟 2）"


@dataclass(frozen=True, slots=True)
class Stairwell:
    """A stairwell on one storey: ``kind`` 0 open, 1 enclosed, 2 smoke-proof; None where the model does not show it, which
    ``missing`` then names.
    """

    space: Element
    kind: int | None
    missing: str = ""


def stairwells(site: Site, clause: Clause) -> Iterator[Item]:
    """Stairwells above (or below) ground. On the ground floor an enlarged lobby may stand for the stair's own, so that only doors
    of the storeys above it are asked for a lobby. A building with stairs and no stairwell once.
    """
    below = clause.where.get("place") == ("below",)
    needs_lobby = clause.limit("kind").value > 1
    if _is_shallow(clause, site):
        return
    found = False
    for space in site.model.spaces:
        if site.function_key(space.step_id) != "stairwell" or space.storey is None:
            continue
        if site.is_above_ground(space.storey) == below:
            continue
        found = True
        doors = site.geometry.doors_of(space.step_id)
        if needs_lobby and space.storey == site.ground_floor:
            doors = [door for door in doors if site.by_step_id[door].storey != site.ground_floor]
            if not doors:
                continue
        yield Item(f"stairwell:{space.step_id}", subject_of(space), stairwell(space, doors, site))
    if not found and not below and site.model.of_class("IfcStair", "IfcStairFlight"):
        yield Item("stairwell", Subject(None, "IfcBuilding", site.model.project_name or "建筑"), None)


def stairwell(space: Element, doors: list[int], site: Site) -> Stairwell:
    """What kind of stairwell a space is, by these doors of it."""
    shape = site.space_shape(space.step_id)
    if shape is None:
        return Stairwell(space, None, "楼梯间的几何形体")
    if _is_open(space, site):
        return Stairwell(space, 0)
    if not doors:
        return Stairwell(space, None, "楼梯间的门（敞开楼梯间不建门时，走道空间应与其相接）")
    beyond = [_beyond(site, door, space.step_id) for door in doors]
    if any(key is not None and site.function_key(key) not in SAFE_LOBBIES | _MAYBE_LOBBIES | {"stairwell"} for key in beyond):
        outer = any(_is_outer_corridor(site, key) for key in beyond)
        return Stairwell(space, None, "敞开式外廊能否代替前室") if outer else Stairwell(space, 1)
    if all(key is None or site.function_key(key) in SAFE_LOBBIES | {"stairwell"} for key in beyond):
        return Stairwell(space, 2) if any(key is not None for key in beyond) else Stairwell(space, 1)
    return Stairwell(space, None, "楼梯间门外空间的功能（是否为前室）")


def _beyond(site: Site, door: int, space: int) -> int | None:
    first, second = site.geometry.door_sides[door]
    return second if first == space else first


def _is_outer_corridor(site: Site, key: int | None) -> bool:
    return key is not None and _OUTER in f"{site.by_step_id[key].name}{site.by_step_id[key].long_name}"


def _is_open(space: Element, site: Site) -> bool:
    """Whether a stairwell meets a corridor over the width of a passage without a wall between them."""
    floor = site.geometry.spaces[space.step_id].floor
    for other in site.model.spaces:
        if other.storey != space.storey or site.function_key(other.step_id) not in CIRCULATION:
            continue
        shape = site.geometry.spaces.get(other.step_id)
        if shape is None or shape.floor.distance(floor) >= _TOUCH_M:
            continue
        shared = shape.floor.buffer(_TOUCH_M, join_style="mitre").intersection(floor.boundary).length
        if shared >= _PASSABLE_M and not outlines_reach_into_walls(site, {space.step_id, other.step_id}):
            return True
    return False


@method("stair-enclosure", stairwells, "模型中没有适用部位的楼梯间")
def stair_enclosure(found: Stairwell | None, clause: Clause, site: Site) -> Judgement:
    """Kind of a stairwell: at least ``kind`` (1 enclosed, 2 smoke-proof) in the buildings the clause speaks of.

    ``rooms`` restricts it to buildings with rooms of these functions, ``depth_above`` or ``basements_from`` to deep basements.
    ``unless_flat_doors`` lets fire doors of a grade at every flat stand for an enclosed stair.
    """
    rooms = clause.where.get("rooms", ())
    if rooms and not any(site.function_key(space.step_id) in rooms for space in site.model.spaces):
        return Judgement(Verdict.NOT_APPLICABLE, how="建筑中没有该类用途的房间")
    limit = clause.limit("kind")
    if found is None:
        return cannot_judge(_NO_STAIRWELL, limit=limit)
    shape = site.space_shape(found.space.step_id)
    drawn = outline(shape) if shape else None
    if found.kind is not None and limit.met_by(found.kind, 0):
        return judge(found.kind, limit, 0, _HOW, drawn)
    least = clause.limits.get("unless_flat_doors")
    if least is not None:
        grades = [door_grade(door) for door in _flat_doors(site)]
        if grades and all(grade is not None and least.met_by(grade, 0) for grade in grades):
            return Judgement(Verdict.NOT_APPLICABLE, how="户门的耐火完整性不低于 1.00 h，可采用敞开楼梯间")
        if not grades or None in grades:
            return cannot_judge("户门的耐火完整性（Pset_DoorCommon.FireRating）", limit=limit, measured=found.kind, shape=drawn)
    if found.kind is None and not (limit.value <= 1 and site.geometry.doors_of(found.space.step_id)):
        return cannot_judge(found.missing, limit=limit, how=_HOW, shape=drawn)
    if found.kind is None:
        return judge(1, limit, 0, _HOW, drawn)
    return judge(found.kind, limit, 0, _HOW, drawn)


def _is_shallow(clause: Clause, site: Site) -> bool:
    """Whether a clause speaks of deep basements and this one is neither deep nor of many storeys."""
    depth, storeys = clause.limits.get("depth_above"), clause.limits.get("basements_from")
    if depth is None or storeys is None:
        return False
    below = [floor for floor in site.floors if not site.is_above_ground(floor)]
    ground = site.ground_floor
    level = ground.elevation_m if ground and ground.elevation_m is not None else 0.0
    deepest = min((floor.elevation_m for floor in below if floor.elevation_m is not None), default=level)
    return level - deepest <= depth.value and len(below) < storeys.value


def _flat_doors(site: Site) -> list[Element]:
    """Doors between rooms of flats and the public parts of the building."""
    return [
        site.by_step_id[door]
        for door, (first, second) in site.geometry.door_sides.items()
        if {"private", "public"} <= (site.groups(first) | site.groups(second))
        and not ({"private", "public"} <= site.groups(first) or {"private", "public"} <= site.groups(second))
    ]
