"""Ways out: the walking distance from the door of a room or flat to the nearest exit, on the exact floor of the corridors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import shapely
from shapely import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.findings import Shape, Subject
from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry import Walk, shortest_walks
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site

_CIRCULATION = frozenset({"corridor", "lobby", "lift_lobby", "smoke_lobby", "combined_lobby", "fire_lift_lobby"})
_THROUGH_DOOR_M = 0.35
_WALL_LEAST_M = 0.03
_CRACK_M = 0.0005
_HOW = "从门沿走道空间轮廓（扣除柱）到最近安全出口的最短步行路线，由可视图求得"
_EXITS = "安全出口（通向楼梯间的门，或首层 IsExternal 为真的外门）与连通的走道空间"
_COMPARTMENTS = "防火分区的范围"


@dataclass(frozen=True, slots=True)
class DoorWay:
    """A door on a corridor: the walk to the nearest exit (None when no way is modelled) and how many exits can be reached."""

    door: Element
    walk: Walk | None
    exits: int


_KNOWN: WeakKeyDictionary[Site, dict[int, DoorWay]] = WeakKeyDictionary()


def ways_out(site: Site) -> dict[int, DoorWay]:
    """The way out of every door between a room (or flat) and the corridors, by the door's record number."""
    if site not in _KNOWN:
        found: dict[int, DoorWay] = {}
        for members in _storeys(site).values():
            found |= _on_storey(site, members)
        _KNOWN[site] = found
    return _KNOWN[site]


def _storeys(site: Site) -> dict[str, list[int]]:
    """Corridors, lobbies and lift lobbies with a measured shape, by storey."""
    groups: dict[str, list[int]] = {}
    for space in site.model.spaces:
        if space.storey and site.function_key(space.step_id) in _CIRCULATION and space.step_id in site.geometry.spaces:
            groups.setdefault(space.storey.global_id, []).append(space.step_id)
    return groups


def _on_storey(site: Site, members: list[int]) -> dict[int, DoorWay]:
    inside = set(members)
    room_doors, exits = [], []
    for step_id, sides in site.geometry.door_sides.items():
        if not inside & set(sides):
            continue
        other = sides[1] if sides[0] in inside else sides[0]
        if _is_exit(site, step_id, other):
            exits.append(step_id)
        elif other not in inside and site.groups(other) & {"private", "room"}:
            room_doors.append(step_id)
    floor = walking_floor(site, members)
    walks, reached = shortest_walks(floor, [_middle(site, door) for door in room_doors], [_middle(site, door) for door in exits])
    places = [_place(site, door, inside) for door in exits]
    return {
        door: DoorWay(site.by_step_id[door], walk, len({places[number] for number in goals}))
        for door, walk, goals in zip(room_doors, walks, reached, strict=True)
    }


def _place(site: Site, door: int, inside: set[int]) -> tuple[str, int]:
    """What an exit leads to: two doors to one stairwell are one exit."""
    first, second = site.geometry.door_sides[door]
    other = second if first in inside else first
    return ("stairwell", other) if other is not None else ("outside", door)


def _is_exit(site: Site, door: int, other: int | None) -> bool:
    """A door to a stairwell; or an outer door of the ground floor."""
    if site.function_key(other) == "stairwell":
        return True
    element = site.by_step_id[door]
    return other is None and element.value("IsExternal") is True and element.storey == site.ground_floor


def _middle(site: Site, door: int) -> Point:
    return Point(*site.geometry.doors[door].middle)


def walking_floor(site: Site, members: list[int]) -> Polygon | MultiPolygon:
    """The joined floors of these spaces: through the doors between them, and where they touch without a wall between.

    Where the outlines run along the middle of walls (rooms on both sides of a door touch), touching says nothing about an
    opening, and only doors join.
    """
    geometry = site.geometry
    inside = set(members)
    pieces: list[BaseGeometry] = [geometry.walkable(key) for key in members]
    if _outlines_reach_into_walls(site, inside):
        pieces = [piece.buffer(-_CRACK_M, join_style="mitre") for piece in pieces]
    else:
        pieces = [piece.buffer(_CRACK_M, join_style="mitre") for piece in pieces]
    for door, (first, second) in geometry.door_sides.items():
        if first in inside and second in inside and first != second:
            shape = geometry.doors[door]
            line = LineString([point[:2] for point in shape.line])
            pieces.append(line.buffer(shape.depth_m / 2 + _THROUGH_DOOR_M, cap_style="flat"))
    joined = shapely.union_all(pieces)
    return joined if isinstance(joined, Polygon | MultiPolygon) else Polygon()


def _outlines_reach_into_walls(site: Site, inside: set[int]) -> bool:
    spaces = site.geometry.spaces
    return any(
        spaces[first].floor.distance(spaces[second].floor) < _WALL_LEAST_M
        for first, second in site.geometry.door_sides.values()
        if first is not None and second is not None and first != second and inside & {first, second}
    )


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
    if not ways and site.model.spaces:
        yield Item("way", Subject(None, "IfcBuilding", site.model.project_name or "建筑"), None)


@method("travel-distance", doors_on_corridors, "模型中没有通向走道的适用房间门")
def travel_distance(way: DoorWay | None, clause: Clause, site: Site) -> Judgement:
    """Walk from the door to the nearest exit, m.

    ``dead_end`` passes wherever the door lies (fire class one or two; ``any_class`` where the class is not declared);
    ``loosest`` (between two exits, with every allowance) fails whatever is not known. Between them a person decides.
    """
    known = site.fire_class in (1, 2)
    sure = clause.limit("dead_end" if known else "any_class")
    if way is None or way.walk is None:
        return cannot_judge(_EXITS, limit=sure)
    tolerance = site.pack.tolerance(sure)
    length, shape = way.walk.length_m, _drawn(way, site)
    loosest = clause.limit("loosest")
    if sure.met_by(length, tolerance):
        return judge(length, sure, tolerance, _HOW, shape, exits=way.exits)
    if not loosest.met_by(length, tolerance):
        return judge(length, loosest, tolerance, _HOW, shape, exits=way.exits)
    missing = ["房间位于两个安全出口之间还是袋形走道", "自动喷水灭火系统和敞开式外廊的设置"]
    if not known:
        missing.insert(0, "建筑耐火等级（Pset_BuildingCommon.FireProtectionClass）")
    return cannot_judge(*missing, limit=sure, measured=length, how=_HOW, shape=shape, exits=way.exits)


def _drawn(way: DoorWay, site: Site) -> Shape | None:
    if way.walk is None:
        return None
    z = site.geometry.doors[way.door.step_id].sill_z_m + 0.05
    return Shape("polyline", tuple((round(x, 4), round(y, 4), round(z, 4)) for x, y in way.walk.points))


@method("exit-count", doors_on_corridors, "模型中没有通向走道的适用房间门")
def exit_count(way: DoorWay | None, clause: Clause, site: Site) -> Judgement:
    """Exits that can be reached over the corridors from a room's or flat's door. Fewer than ``count`` is allowed only to small
    floors and few people, which a model does not tell: then a person decides. So it is with a storey too large for one fire
    compartment: each compartment needs its own exits, and the model does not say where they end.
    """
    limit = clause.limit("count")
    if way is None or way.exits == 0:
        return cannot_judge(_EXITS, limit=limit)
    how = "沿走道可到达的安全出口数"
    if limit.met_by(way.exits, 0):
        compartment, hull = clause.limit("one_compartment"), _hull_area(site, way.door)
        if not compartment.met_by(hull, site.pack.tolerance(compartment)):
            return cannot_judge(_COMPARTMENTS, limit=limit, measured=way.exits, how=how, shape=_drawn(way, site))
        return judge(way.exits, limit, 0, how, _drawn(way, site))
    return cannot_judge(clause.doubt, limit=limit, measured=way.exits, how=how, shape=_drawn(way, site))


@method("single-exit-dwelling", doors_on_corridors, "模型中没有户门通向走道")
def single_exit_dwelling(way: DoorWay | None, clause: Clause, site: Site) -> Judgement:
    """Whether a flat's storey may have one exit: by building height and the walk from the flat's door to the exit, m.

    The plan area of a unit (650 m²) is bounded by the hull of the storey's rooms.
    """
    least = clause.limit("count")
    if way is None or way.walk is None:
        return cannot_judge(_EXITS, limit=least)
    shape = _drawn(way, site)
    if least.met_by(way.exits, 0):
        return judge(way.exits, least, 0, "沿走道可到达的安全出口数", shape)
    height = site.height_m
    if height is None:
        return cannot_judge("建筑高度", limit=least, measured=way.exits, shape=shape)
    if not clause.limit("height").met_by(height, 0):
        return judge(way.exits, least, 0, f"建筑高度 {height:.2f} m，须设两个安全出口", shape)
    limit = clause.limit("low_walk" if clause.limit("low_height").met_by(height, 0) else "walk")
    area = clause.limit("area")
    hull = _hull_area(site, way.door)
    if not area.met_by(hull, site.pack.tolerance(area)):
        return cannot_judge("住宅单元每层建筑面积", limit=area, measured=hull, how="本层房间外包络面积，仅为上限", shape=shape)
    return judge(way.walk.length_m, limit, site.pack.tolerance(limit), _HOW, shape, storey_hull_m2=round(hull, 2))


def _hull_area(site: Site, door: Element) -> float:
    floors = [
        site.geometry.spaces[space.step_id].floor
        for space in site.model.spaces
        if space.storey == door.storey and space.step_id in site.geometry.spaces
    ]
    return float(shapely.union_all(floors).convex_hull.buffer(0.3, join_style="mitre").area)


@method("in-room-distance", lambda site, clause: _rooms(site, clause), "模型中没有适用功能的房间")
def in_room_distance(space: Element, clause: Clause, site: Site) -> Judgement:
    """Longest walk from anywhere in a room to its nearest door to a corridor, m: from each corner, where the longest begins.

    With several doors the walk to the one door that serves best is an upper bound. ``loosest`` as in travel-distance.
    """
    known = site.fire_class in (1, 2)
    sure = clause.limit("dead_end" if known else "any_class")
    doors = [door for door in site.geometry.doors_of(space.step_id) if door in ways_out(site)]
    shape = site.space_shape(space.step_id)
    if shape is None or not doors:
        return cannot_judge("通向走道的房间疏散门与空间形体", limit=sure)
    floor = site.geometry.walkable(space.step_id)
    corners = [Point(xy) for xy in shapely.get_coordinates(floor)]
    best: Walk | None = None
    for door in doors:
        walks, _ = shortest_walks(floor, corners, [_middle(site, door)])
        if any(walk is None for walk in walks):
            continue
        farthest = max((walk for walk in walks if walk is not None), key=lambda walk: walk.length_m)
        best = farthest if best is None or farthest.length_m < best.length_m else best
    if best is None:
        return cannot_judge("房间各处到疏散门连通的空间轮廓", limit=sure)
    drawn = Shape("polyline", tuple((round(x, 4), round(y, 4), round(shape.floor_z_m + 0.05, 4)) for x, y in best.points))
    tolerance = site.pack.tolerance(sure)
    how = "房间轮廓各角点到疏散门的最长步行路线（家具未计）"
    if sure.met_by(best.length_m, tolerance):
        return judge(best.length_m, sure, tolerance, how, drawn)
    loosest = clause.limit("loosest")
    if len(doors) == 1 and not loosest.met_by(best.length_m, tolerance):
        return judge(best.length_m, loosest, tolerance, how, drawn)
    return cannot_judge("建筑耐火等级、使用功能与自动灭火系统", limit=sure, measured=best.length_m, how=how, shape=drawn)


def _rooms(site: Site, clause: Clause) -> Iterator[Item]:
    wanted = clause.where.get("function", ())
    for space in site.model.spaces:
        if site.function_key(space.step_id) in wanted:
            yield Item(f"space:{space.step_id}", subject_of(space), space)
