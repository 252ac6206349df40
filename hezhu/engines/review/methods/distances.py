"""Evacuation distances: from the doors of rooms to the exits, from anywhere in a room to its doors, from stairs to the open air."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from shapely import Point

from hezhu.engines.findings import Subject
from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry import Walk, Ways
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.graded import graded, judge_graded
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.methods.ways import (
    CIRCULATION,
    HOW_WALKED,
    NO_EXITS,
    DoorWay,
    drawn_walk,
    middle_of,
    other_ways,
    room_exits,
    storey_ways,
    walking_floor,
    ways_out,
)
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site

_OPEN_PLAN = "走道与相邻房间之间是否敞开（有无隔墙）"
_OTHER_WAYS = "房间与相邻空间之间是否敞开，其他门通向何处"
_POSITION = "房间位于两个安全出口之间还是袋形走道"
_OPEN_CORRIDOR = "是否为敞开式外廊（走道的 Pset_SpaceCommon.IsExternal）"


def doors_on_corridors(site: Site, clause: Clause) -> Iterator[Item]:
    """Doors from rooms of the clause's functions (of flats, where it names none) to the corridors.

    A building with rooms but without such doors once, so that it is not passed over.
    """
    wanted = set(clause.where.get("function", ()))
    ways = ways_out(site)
    for door, way in ways.items():
        sides = site.geometry.door_sides[door]
        if not wanted or wanted & {site.function_key(side) for side in sides}:
            yield Item(f"way:{door}", subject_of(way.door), way)
    if not ways and _has_rooms(site, wanted):
        yield Item("way", Subject(None, "IfcBuilding", site.model.project_name or "建筑"), None)


def _has_rooms(site: Site, wanted: set[str]) -> bool:
    return any(not wanted or site.function_key(space.step_id) in wanted for space in site.model.spaces)


@method("travel-distance", doors_on_corridors, "模型中没有通向走道的适用房间门")
def travel_distance(way: DoorWay | None, clause: Clause, site: Site) -> Judgement:
    """Walk from the door of a room to the nearest exit, m, by the rows ``between`` (two exits) and ``dead_end`` of a table.

    A door no farther than ``pocket`` off the way between two exits lies between them. ``open_corridor`` is what an open outer
    corridor adds, unless the corridor says that it is none (IsExternal false).
    """
    if way is None or way.walk is None:
        return cannot_judge(NO_EXITS, limit=graded(clause, site, ("dead_end",)).sure)
    more = 0.0 if _is_indoors(way, site) else clause.limit("open_corridor").value
    limits = graded(clause, site, position(way, clause), _POSITION, more)
    aside = None if way.aside_m is None else round(way.aside_m, 2)
    others = [text for text, open_ in ((_OPEN_CORRIDOR, more), (_OPEN_PLAN, not way.is_bounded)) if open_]
    return judge_graded(
        way.walk.length_m,
        limits,
        site,
        HOW_WALKED,
        way.drawn(site),
        *others,
        certain=way.is_bounded,
        exits=way.exits,
        aside_m=aside,
    )


def _is_indoors(way: DoorWay, site: Site) -> bool:
    """Whether the corridor before a door says that it is inside."""
    sides = (side for side in site.geometry.door_sides[way.door.step_id] if site.function_key(side) in CIRCULATION)
    return any(site.by_step_id[side].value("IsExternal") is False for side in sides if side is not None)


def position(way: DoorWay, clause: Clause) -> tuple[str, ...]:
    """The rows of the table that may hold for a door: both where only one exit is modelled, or where a floor leads round or into
    open-plan rooms.
    """
    if way.aside_m is None:
        return ("dead_end", "between")
    if clause.limit("pocket").met_by(way.aside_m, 0.0):
        return ("between",)
    return ("dead_end", "between") if way.has_ring or not way.is_bounded else ("dead_end",)


def rooms_with_exits(site: Site, clause: Clause) -> Iterator[Item]:
    """Rooms of the clause's functions, with at least ``doors`` doors where it says so; of ``place`` ground or other only those on
    the ground floor, or on other storeys.
    """
    wanted, places = clause.where.get("function", ()), clause.where.get("place", ("ground", "other"))
    least = clause.limits.get("doors")
    for space in site.model.spaces:
        place = "ground" if space.storey is not None and space.storey == site.ground_floor else "other"
        if site.function_key(space.step_id) in wanted and place in places:
            doors = room_exits(site, space.step_id)
            if least is None or least.met_by(len(doors), 0):
                yield Item(f"space:{space.step_id}", subject_of(space), (space, doors))


@method("in-room-distance", rooms_with_exits, "模型中没有适用功能的房间")
def in_room_distance(facts: tuple[Element, list[int]], clause: Clause, site: Site) -> Judgement:
    """Longest walk from anywhere in a room to its nearest door, m, by the row ``dead_end`` of a table.

    The longest walk to one door begins in a corner of the room. With several doors it is bounded from above by the walks to
    the one door that serves best, and from below by the corner farthest from all doors; the first passes, the second fails.
    """
    space, doors = facts
    limits = graded(clause, site, ("dead_end",))
    shape = site.space_shape(space.step_id)
    if shape is None or not doors:
        return cannot_judge("通向走道、楼梯间或室外的房间疏散门与空间形体", limit=limits.sure)
    floor = site.geometry.walkable(space.step_id)
    corners = [Point(xy) for xy in np.unique(shapely.get_coordinates(floor), axis=0)]
    ways = Ways(floor, [*corners, *(middle_of(site, door) for door in doors)])
    goals = list(range(len(corners), len(corners) + len(doors)))
    farthest = [max(ways.lengths_to([goal])[: len(corners)]) for goal in goals]
    nearest = ways.lengths_to(goals)[: len(corners)]
    upper, lower = float(min(farthest)), float(max(nearest))
    if not np.isfinite(lower):
        return cannot_judge("房间各处到疏散门连通的空间轮廓", limit=limits.sure)
    walk = ways.walks_to(goals)[int(np.argmax(nearest))]
    drawn = drawn_walk(walk, shape.floor_z_m)
    how = "房间轮廓各角点到疏散门的最长步行路线（家具未计）"
    tolerance = site.pack.tolerance(limits.sure)
    passes, fails = limits.sure.met_by(upper, tolerance), not limits.last.met_by(lower, tolerance)
    unknown = () if passes or not other_ways(site, space.step_id) else (_OTHER_WAYS,)
    if len(doors) == 1 or passes or (fails and not unknown):
        value = upper if passes else lower
        return judge_graded(value, limits, site, how, drawn, *unknown, certain=not unknown, doors=len(doors))
    missing = ("房间内最远点（多樘门之间由人工确定）", *unknown, *limits.open)
    how = f"{how}，多樘门时取上限"
    return cannot_judge(*missing, limit=limits.sure, measured=upper, how=how, shape=drawn, doors=len(doors))


def stairs_at_ground(site: Site, clause: Clause) -> Iterator[Item]:
    """Doors by which stairwells (or the clause's other ``function``) open to the corridors of the ground floor."""
    ground = site.ground_floor
    wanted = clause.where.get("function", ("stairwell",))
    for space in site.model.spaces:
        if ground is not None and space.storey == ground and site.function_key(space.step_id) in wanted:
            yield Item(f"space:{space.step_id}", subject_of(space), space)


@method("walk-to-outside", stairs_at_ground, "首层没有适用功能的空间")
def walk_to_outside(space: Element, clause: Clause, site: Site) -> Judgement:
    """Walk on the ground floor from the door of a stairwell (or lobby) to the nearest outer door, m; 0 where it has its own.

    ``storeys`` is the highest building to which the clause gives this way; in a higher one a person must see that the stair
    opens to an enlarged stairwell or lobby.
    """
    limit = clause.limit("walk")
    doors = site.geometry.doors_of(space.step_id)
    outer = [door for door in doors if _is_outer(site, door)]
    if outer:
        return judge(0.0, limit, 0.0, "自身有直通室外的门")
    storeys = clause.limits.get("storeys")
    if storeys is not None and not storeys.met_by(len(site.inhabited_floors), 0):
        return cannot_judge("首层是否采用扩大的封闭楼梯间或防烟楼梯间前室", limit=limit)
    walk = _to_outside(space, doors, site)
    if walk is None:
        return cannot_judge("首层直通室外的门（IsExternal 为真）与连通的走道空间", limit=limit)
    shape = drawn_walk(walk, site.geometry.doors[doors[0]].sill_z_m)
    how = "首层由门沿走道空间轮廓到最近外门的最短步行路线，由可视图求得"
    return judge(walk.length_m, limit, site.pack.tolerance(limit), how, shape)


def _is_outer(site: Site, door: int) -> bool:
    return None in site.geometry.door_sides[door] and site.by_step_id[door].value("IsExternal") is True


def _to_outside(space: Element, doors: list[int], site: Site) -> Walk | None:
    """The longest of the ways from the doors of a space to their nearest outer door; None where one has no way."""
    if not doors or space.storey is None:
        return None
    known = storey_ways(site).get(space.storey.global_id)
    outer = [door for door, (kind, _) in known.exits.items() if kind == "outside"] if known else []
    inside = [each.step_id for each in site.model.spaces if each.storey == space.storey and _is_circulation(site, each.step_id)]
    if space.step_id in inside:
        inside.remove(space.step_id)
    if not outer or not inside:
        return None
    ways = Ways(walking_floor(site, inside), [middle_of(site, door) for door in (*doors, *outer)])
    walks = ways.walks_to(range(len(doors), len(doors) + len(outer)))[: len(doors)]
    found = [walk for walk in walks if walk is not None]
    return max(found, key=lambda walk: walk.length_m) if found else None


def _is_circulation(site: Site, step_id: int) -> bool:
    return step_id in site.geometry.spaces and "public" in site.groups(step_id) and site.function_key(step_id) != "stairwell"
