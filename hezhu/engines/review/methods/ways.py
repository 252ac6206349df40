"""Ways out as facts: exits, the exact floor one walks on, and the shortest walk from every room's door to an exit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from weakref import WeakKeyDictionary

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.findings import Shape
from hezhu.engines.ifc import Element, Storey
from hezhu.engines.ifc.geometry import Walk, Ways
from hezhu.engines.review.site import Site

CIRCULATION = frozenset({"corridor", "lobby", "lift_lobby", "smoke_lobby", "combined_lobby", "fire_lift_lobby"})
SAFE_LOBBIES = frozenset({"smoke_lobby", "combined_lobby", "fire_lift_lobby"})
HOW_WALKED = "从门沿走道空间轮廓（扣除柱）到最近安全出口的最短步行路线，由可视图求得"
NO_EXITS = "安全出口（通向楼梯间的门，或首层 IsExternal 为真的外门）与连通的走道空间"
_THROUGH_DOOR_M = 0.35
_WALL_LEAST_M = 0.03
_CRACK_M = 0.0005
_PASSAGE_M = 0.80
_OUTER_WALL_M = 0.3
_COLUMN_M2 = 4.0  # a smaller hole in a floor is a column, a larger one something one can walk round


@dataclass(frozen=True, slots=True)
class DoorWay:
    """A door on a corridor of a storey, and the way from it.

    ``walk`` leads to the nearest exit (None when no way is modelled), ``exit_doors`` are all doors that can be reached, and
    ``exits`` counts what they lead to: two doors to one stairwell are one exit. ``aside_m`` is how far the door lies off the
    way from one exit to another: 0 between two exits, the length of the pocket in a dead end; None with fewer than two exits.
    ``has_ring`` says that the floor leads round something, so that ``aside_m`` bounds the pocket only from above; ``is_bounded``
    that walls surround the corridors, so that no shorter way leads through an open-plan room.
    """

    door: Element
    storey: Storey
    walk: Walk | None
    exits: int
    exit_doors: tuple[int, ...]
    aside_m: float | None
    has_ring: bool
    is_bounded: bool

    def drawn(self, site: Site) -> Shape | None:
        """The walk, for drawing."""
        return drawn_walk(self.walk, site.geometry.doors[self.door.step_id].sill_z_m)


@dataclass(frozen=True, slots=True)
class StoreyWays:
    """The exits of one storey's corridors: doors by what they lead to, and the doors of rooms with their ways.

    ``net_m2`` and ``hull_m2`` bound the storey's area from below and above: the floors of its rooms, and the hull around them
    and the storey's slabs with outer walls.
    """

    exits: dict[int, tuple[str, int]]
    rooms: dict[int, DoorWay]
    net_m2: float
    hull_m2: float


_KNOWN: WeakKeyDictionary[Site, dict[str, StoreyWays]] = WeakKeyDictionary()


def storey_ways(site: Site) -> dict[str, StoreyWays]:
    """The ways of every storey that has corridors, by the storey's GlobalId."""
    if site not in _KNOWN:
        _KNOWN[site] = {storey.global_id: _on_storey(site, storey, members) for storey, members in _storeys(site)}
    return _KNOWN[site]


def ways_out(site: Site) -> dict[int, DoorWay]:
    """The way out of every door between a room (or flat) and the corridors, by the door's record number."""
    return {door: way for storey in storey_ways(site).values() for door, way in storey.rooms.items()}


def drawn_walk(walk: Walk | None, z: float) -> Shape | None:
    """A walk 5 cm above a floor, for drawing."""
    if walk is None:
        return None
    return Shape("polyline", tuple((round(x, 4), round(y, 4), round(z + 0.05, 4)) for x, y in walk.points))


def middle_of(site: Site, door: int) -> Point:
    """Plan point in the middle of a door."""
    return Point(*site.geometry.doors[door].middle)


def is_exit(site: Site, door: int, other: int | None) -> bool:
    """A door to a stairwell; or an outer door of the ground floor."""
    if site.function_key(other) == "stairwell":
        return True
    element = site.by_step_id[door]
    return other is None and element.value("IsExternal") is True and element.storey == site.ground_floor


def room_exits(site: Site, space: int) -> list[int]:
    """The doors by which one leaves a room: to a corridor from which ways are known, to a stairwell or its lobby, to the open
    air.
    """
    ways = ways_out(site)
    found = []
    for door in site.geometry.doors_of(space):
        beyond = _beyond(site, door, space)
        if door in ways or site.function_key(beyond) in SAFE_LOBBIES or is_exit(site, door, beyond):
            found.append(door)
    return found


def other_ways(site: Site, space: int) -> bool:
    """Whether a room may be left in a way that ``room_exits`` does not know: over an edge without a wall, or through a door to
    a corridor without known ways or to where the model shows no use.
    """
    known = set(room_exits(site, space))
    beyond = [_beyond(site, door, space) for door in site.geometry.doors_of(space) if door not in known]
    return bool(open_edges(site, space)) or any(site.function_key(side) in {None, *CIRCULATION} for side in beyond)


def open_edges(site: Site, space: int) -> set[int]:
    """Rooms of the same storey whose floors touch a room's over the width of a passage: no wall stands between them, or the
    outlines run along the middle of walls and do not show it.
    """
    floor, storey = site.geometry.spaces[space].floor, site.by_step_id[space].storey
    found = set()
    for other in site.geometry.spaces_touching(floor, _WALL_LEAST_M):
        if other != space and site.by_step_id[other].storey == storey:
            near = site.geometry.spaces[other].floor.buffer(_WALL_LEAST_M, join_style="mitre")
            if near.intersection(floor.boundary).length >= _PASSAGE_M:
                found.add(other)
    return found


def exits_of_storey(site: Site, storey: Storey | None) -> dict[int, tuple[str, int]]:
    """Every exit of a storey, whichever room leads to it: its door, and what it leads to."""
    found = {}
    for door, (first, second) in site.geometry.door_sides.items():
        if site.by_step_id[door].storey != storey or (first is None and second is None):
            continue
        for other, inner in ((second, first), (first, second)):
            if inner is not None and site.function_key(inner) != "stairwell" and is_exit(site, door, other):
                found[door] = ("stairwell", other) if other is not None else ("outside", door)
    return found


def _beyond(site: Site, door: int, space: int) -> int | None:
    first, second = site.geometry.door_sides[door]
    return second if first == space else first


def _storeys(site: Site) -> list[tuple[Storey, list[int]]]:
    """Corridors, lobbies and lift lobbies with a measured shape, by storey."""
    groups: dict[str, tuple[Storey, list[int]]] = {}
    for space in site.model.spaces:
        if space.storey and site.function_key(space.step_id) in CIRCULATION and space.step_id in site.geometry.spaces:
            groups.setdefault(space.storey.global_id, (space.storey, []))[1].append(space.step_id)
    return list(groups.values())


def _on_storey(site: Site, storey: Storey, members: list[int]) -> StoreyWays:
    inside = set(members)
    rooms: list[int] = []
    exits: dict[int, tuple[str, int]] = {}
    for door, (first, second) in site.geometry.door_sides.items():
        if not inside & {first, second}:
            continue
        other = second if first in inside else first
        if is_exit(site, door, other):
            exits[door] = ("stairwell", other) if other is not None else ("outside", door)
        elif other not in inside and site.groups(other) & {"private", "room"}:
            rooms.append(door)
    floor = walking_floor(site, members)
    ways = Ways(floor, [middle_of(site, door) for door in (*rooms, *exits)])
    goals = range(len(rooms), len(rooms) + len(exits))
    walks = ways.walks_to(goals)
    to_exit = [ways.lengths_to([goal]) for goal in goals]
    ringed = [part for part in shapely.get_parts(floor) if any(Polygon(ring).area > _COLUMN_M2 for ring in part.interiors)]
    doors = list(exits)
    bounded = not any(open_edges(site, member) - inside for member in members)
    found = {}
    for number, door in enumerate(rooms):
        reached = [goal - len(rooms) for goal in goals if ways.connected(number, goal)]
        places = {exits[doors[goal]] for goal in reached}
        found[door] = DoorWay(
            site.by_step_id[door],
            storey,
            walks[number],
            len(places),
            tuple(doors[goal] for goal in reached),
            _aside(number, [(exits[doors[goal]], len(rooms) + goal, to_exit[goal]) for goal in reached]),
            any(part.distance(middle_of(site, door)) < 1.0 for part in ringed),
            bounded,
        )
    floors = [
        site.geometry.spaces[each.step_id].floor
        for each in site.model.spaces
        if each.storey == storey and each.step_id in site.geometry.spaces
    ]
    slabs = [
        shapely.box(*low[:2], *high[:2])
        for each in site.model.of_class("IfcSlab")
        if each.storey == storey and each.step_id in site.geometry.boxes
        for low, high in [site.geometry.boxes[each.step_id]]
    ]
    hull = shapely.union_all([*floors, *slabs]).convex_hull.buffer(_OUTER_WALL_M, join_style="mitre")
    return StoreyWays(exits, found, float(sum(each.area for each in floors)), float(hull.area))


def _aside(start: int, exits: list[tuple[tuple[str, int], int, np.ndarray]]) -> float | None:
    """How far a place lies off the nearest way between two exits. On a floor without rings that is half of what the detour
    over the place costs: (to one + to the other − between them) / 2.
    """
    detours = [
        float(to_one[start] + to_other[start] - to_other[one]) / 2
        for (place, one, to_one), (other_place, _, to_other) in combinations(exits, 2)
        if place != other_place
    ]
    return max(0.0, min(detours)) if detours else None


def walking_floor(site: Site, members: list[int]) -> Polygon | MultiPolygon:
    """The joined floors of these spaces: through the doors between them, and where they touch without a wall between.

    Where the outlines run along the middle of walls (rooms on both sides of a door touch), touching says nothing about an
    opening, and only doors join.
    """
    geometry = site.geometry
    inside = set(members)
    pieces: list[BaseGeometry] = [geometry.walkable(key) for key in members]
    grown = 0.0 if outlines_reach_into_walls(site, inside) else _CRACK_M
    pieces = [piece.buffer(grown or -_CRACK_M, join_style="mitre") for piece in pieces]
    for door, (first, second) in geometry.door_sides.items():
        if first in inside and second in inside and first != second:
            shape = geometry.doors[door]
            line = LineString([point[:2] for point in shape.line])
            pieces.append(line.buffer(shape.depth_m / 2 + _THROUGH_DOOR_M, cap_style="flat"))
    joined = shapely.union_all(pieces).buffer(-grown, join_style="mitre")
    return joined if isinstance(joined, Polygon | MultiPolygon) else Polygon()


def outlines_reach_into_walls(site: Site, inside: set[int]) -> bool:
    """Whether rooms on both sides of a door touch, so that outlines show no wall."""
    spaces = site.geometry.spaces
    return any(
        spaces[first].floor.distance(spaces[second].floor) < _WALL_LEAST_M
        for first, second in site.geometry.door_sides.values()
        if first is not None and second is not None and first != second and inside & {first, second}
    )
