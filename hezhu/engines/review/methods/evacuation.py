"""How many ways out there are, how wide they are together, and how far apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import shapely
from shapely import LineString

from hezhu.engines.findings import Shape, Subject, Verdict
from hezhu.engines.ifc import Element, Storey
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.compartments import Compartment, compartment_of
from hezhu.engines.review.methods.distances import doors_on_corridors, rooms_with_exits
from hezhu.engines.review.methods.fire import door_grade
from hezhu.engines.review.methods.registry import Item, method
from hezhu.engines.review.methods.spaces import NO_SPACE_OF_FUNCTION, outline, spaces_by_function
from hezhu.engines.review.methods.ways import (
    CIRCULATION,
    HOW_WALKED,
    NO_EXITS,
    DoorWay,
    StoreyWays,
    exits_of_storey,
    other_ways,
    storey_ways,
    ways_out,
)
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, line_shape

_COMPARTMENTS = "防火分区的范围"
_RISE_M = 0.35
_OTHER_WAYS = "房间与相邻空间之间是否敞开，其他门通向何处"
_ELSEWHERE = "走道与本层其他安全出口之间的通路（经敞开的房间或未建模的门）"
_HOW_COUNTED = "沿走道可到达的安全出口数"


@method("exit-count", doors_on_corridors, "模型中没有通向走道的适用房间门")
def exit_count(way: DoorWay | None, clause: Clause, site: Site) -> Judgement:
    """Exits that can be reached over the corridors from a room's or flat's door, within its fire compartment.

    Fewer than ``count`` is allowed only on small storeys of low buildings with few people: beyond ``single_area`` or
    ``single_storeys`` they fail, unless the storey has exits that these corridors do not reach, or a door leads from them to
    where the model shows nothing. A storey too large for one compartment (``one_compartment``) needs exits in each: without
    compartments in the model a person decides.
    """
    limit = clause.limit("count")
    if way is None or way.exits == 0:
        return cannot_judge(NO_EXITS, limit=limit)
    shape, storey = way.drawn(site), way.storey
    ways = storey_ways(site)[storey.global_id]
    exits, compartment = _exits_within(way, ways, site)
    if limit.met_by(exits, 0):
        largest = clause.limit("one_compartment")
        if compartment is None and not largest.met_by(ways.hull_m2, site.pack.tolerance(largest)):
            return cannot_judge(_COMPARTMENTS, limit=limit, measured=exits, how=_HOW_COUNTED, shape=shape)
        return judge(exits, limit, 0, _HOW_COUNTED, shape)
    area, storeys = clause.limit("single_area"), clause.limit("single_storeys")
    too_large = not area.met_by(_net_area(site, ways, storey, compartment), site.pack.tolerance(area))
    too_high = not storeys.met_by(len(site.inhabited_floors), 0)
    if limit.met_by(_exits_on(site, storey, compartment), 0):
        return cannot_judge(_ELSEWHERE, limit=limit, measured=exits, how=_HOW_COUNTED, shape=shape)
    if (too_large or too_high) and exits and not _open_ends(site, storey, compartment) and not _loose_stairs(site, storey):
        return judge(exits, limit, 0, _HOW_COUNTED, shape)
    return cannot_judge(clause.doubt, limit=limit, measured=exits, how=_HOW_COUNTED, shape=shape)


def _exits_within(way: DoorWay, ways: StoreyWays, site: Site) -> tuple[int, Compartment | None]:
    """Exits that can be reached in the compartment of the corridor before the door; all that can be reached without one."""
    inner = next((c for side in _sides(site, way.door.step_id) if (c := compartment_of(site, side))), None)
    if inner is None:
        return way.exits, None
    own = [door for door in way.exit_doors if any(side in inner.spaces for side in _sides(site, door))]
    return len({ways.exits[door] for door in own}), inner


def _exits_on(site: Site, storey: Storey | None, compartment: Compartment | None) -> int:
    """Exits of a storey (of a compartment on it), whichever room leads to them."""
    exits = exits_of_storey(site, storey)
    return len(
        {
            place
            for door, place in exits.items()
            if compartment is None or any(side in compartment.spaces for side in _sides(site, door))
        }
    )


def _sides(site: Site, door: int) -> tuple[int | None, int | None]:
    return site.geometry.door_sides[door]


def _open_ends(site: Site, storey: Storey | None, compartment: Compartment | None) -> bool:
    """Whether a door of the storey's corridors leads to where nothing is modelled, to a room of unknown use, or into another
    compartment: a way on that the count does not know.
    """
    for door, sides in site.geometry.door_sides.items():
        if site.by_step_id[door].storey != storey or not any(site.function_key(side) in CIRCULATION for side in sides):
            continue
        owners = {compartment_of(site, side) for side in sides}
        if compartment is not None and compartment not in owners:
            continue
        if len(owners - {None, compartment}) and compartment is not None:
            return True
        if None in sides and site.by_step_id[door].value("IsExternal") is not True:
            return True
        if any(side is not None and site.functions.get(side) is None for side in sides):
            return True
    return False


def _loose_stairs(site: Site, storey: Storey) -> bool:
    """Whether a flight starts or ends on the storey outside every stairwell: a stair that the count does not know."""
    level = storey.z_m
    for flight in (flight for runs in site.geometry.flights.values() for flight in runs):
        for tread in (flight.treads[0], flight.treads[-1]):
            spot = tread.outline.centroid
            spaces = site.geometry.spaces_at(float(spot.x), float(spot.y), tread.z_m)
            if abs(tread.z_m - level) <= _RISE_M and "stairwell" not in {site.function_key(space) for space in spaces}:
                return True
    return False


def _net_area(site: Site, ways: StoreyWays, storey: Storey, compartment: Compartment | None) -> float:
    """Floors of the rooms of a storey (of a compartment on it), m²: a lower bound of its area."""
    if compartment is None:
        return ways.net_m2
    inside = (space for space in compartment.spaces if site.by_step_id[space].storey == storey)
    return sum(site.geometry.spaces[space].area_m2 for space in inside if space in site.geometry.spaces)


@method("single-exit-dwelling", doors_on_corridors, "模型中没有户门通向走道")
def single_exit_dwelling(way: DoorWay | None, clause: Clause, site: Site) -> Judgement:
    """Whether a flat's storey may have one exit: by building height and the walk from the flat's door to the exit, m.

    The plan area of a unit (650 m²) is bounded by the hull of the storey's rooms.
    """
    least = clause.limit("count")
    if way is None or way.walk is None:
        return cannot_judge(NO_EXITS, limit=least)
    shape = way.drawn(site)
    if least.met_by(way.exits, 0):
        return judge(way.exits, least, 0, _HOW_COUNTED, shape)
    height = site.height_m
    if height is None:
        return cannot_judge("建筑高度", limit=least, measured=way.exits, shape=shape)
    if not clause.limit("height").met_by(height, 0):
        return judge(way.exits, least, 0, f"建筑高度 {height:.2f} m，须设两个安全出口", shape)
    limit = clause.limit("low_walk" if clause.limit("low_height").met_by(height, 0) else "walk")
    area = clause.limit("area")
    hull = storey_ways(site)[way.storey.global_id].hull_m2
    if not area.met_by(hull, site.pack.tolerance(area)):
        return cannot_judge("住宅单元每层建筑面积", limit=area, measured=hull, how="本层房间外包络面积，仅为上限", shape=shape)
    return judge(way.walk.length_m, limit, site.pack.tolerance(limit), HOW_WALKED, shape, storey_hull_m2=round(hull, 2))


@method("room-doors", rooms_with_exits, "模型中没有适用功能的房间")
def room_doors(facts: tuple[Element, list[int]], clause: Clause, site: Site) -> Judgement:
    """Doors by which one leaves a room. With a single one the room's floor area decides, m²: ``between`` where the door lies
    between two exits or beside a dead end, ``end`` at the end of a corridor, ``end_most`` there under further conditions.
    """
    space, doors = facts
    count = clause.limit("count")
    shape = site.space_shape(space.step_id)
    if shape is None or not doors:
        return cannot_judge("通向走道、楼梯间或室外的房间疏散门与空间形体", limit=count)
    if count.met_by(len(doors), 0):
        return judge(len(doors), count, 0, "房间通向走道、楼梯间或室外的门数", outline(shape))
    between, end = clause.limit("between"), clause.limits.get("end")
    tolerance = site.pack.tolerance(between)
    how = "只有一个疏散门的房间，其空间底面轮廓的面积"
    way = ways_out(site).get(doors[0])
    aside = way.aside_m if way else None
    unknown = other_ways(site, space.step_id)
    lies_between = aside is not None and clause.limit("pocket").met_by(aside, 0.0)
    if lies_between and (between.met_by(shape.area_m2, tolerance) or not unknown):
        return judge(shape.area_m2, between, tolerance, how, outline(shape), doors=1)
    if end is not None and end.met_by(shape.area_m2, tolerance):
        return judge(shape.area_m2, end, tolerance, how, outline(shape), doors=1)
    most = clause.limits.get("end_most", between)
    if unknown and not between.met_by(shape.area_m2, tolerance):
        return cannot_judge(_OTHER_WAYS, limit=between, measured=shape.area_m2, how=how, shape=outline(shape))
    if not most.met_by(shape.area_m2, tolerance):
        return judge(shape.area_m2, most, tolerance, how, outline(shape), doors=1)
    return cannot_judge(
        "房间位于两个安全出口之间、袋形走道两侧还是走道尽端", limit=between, measured=shape.area_m2, how=how, shape=outline(shape)
    )


def storeys_with_exits(site: Site, clause: Clause) -> Iterator[Item]:
    """Storeys whose corridors have exits; the building once where it has rooms and no exit is modelled."""
    by_id = {storey.global_id: storey for storey in site.model.storeys}
    found = {key: ways.exits for key, ways in storey_ways(site).items() if ways.exits}
    for key, exits in found.items():
        storey = by_id[key]
        yield Item(f"storey:{key}", Subject(key, "IfcBuildingStorey", storey.name, storey.name), (storey, exits))
    if not found and any("room" in site.groups(space.step_id) for space in site.model.spaces):
        yield Item("storey", Subject(None, "IfcBuilding", site.model.project_name or "建筑"), None)


_Exits = tuple[Storey, dict[int, tuple[str, int]]]


@method("exit-spacing", storeys_with_exits, "模型中没有安全出口")
def exit_spacing(facts: _Exits | None, clause: Clause, site: Site) -> Judgement:
    """Least distance between the nearest edges of two exits of a storey, m. Stairs and outer doors are not compared: on the
    ground floor one may serve the other.
    """
    limit = clause.limit("distance")
    if facts is None:
        return cannot_judge(NO_EXITS, limit=limit)
    _, exits = facts
    pairs = [
        (LineString([*one_line]).distance(LineString([*other_line])), one_line, other_line)
        for (one, one_place), (other, other_place) in combinations(exits.items(), 2)
        if one_place != other_place and one_place[0] == other_place[0]
        for one_line, other_line in [(_plan_line(site, one), _plan_line(site, other))]
    ]
    if not pairs:
        return Judgement(Verdict.NOT_APPLICABLE, how="本层没有两个可比较的安全出口")
    distance, one_line, other_line = min(pairs, key=lambda pair: pair[0])
    return judge(distance, limit, site.pack.tolerance(limit), "两樘疏散出口门最近边缘的水平距离", _between(one_line, other_line))


def _plan_line(site: Site, door: int) -> list[tuple[float, float]]:
    return [(x, y) for x, y, _ in site.geometry.doors[door].line]


def _between(one: list[tuple[float, float]], other: list[tuple[float, float]]) -> Shape:
    (ax, ay), (bx, by) = shapely.shortest_line(LineString(one), LineString(other)).coords
    return line_shape((ax, ay, 0.05), (bx, by, 0.05))


@method("exit-width-per-hundred", storeys_with_exits, "模型中没有安全出口")
def exit_width_per_hundred(facts: _Exits | None, clause: Clause, site: Site) -> Judgement:
    """Clear width of the exit doors of a storey for every hundred of its people, m: by the number of storeys of the building
    (``low`` to ``low_storeys``, ``middle`` to ``middle_storeys``, ``high``) and its fire class (``_3``).

    Stairs and corridors are as wide as their own clauses ask; only the doors are added up here.
    """
    if facts is None:
        return cannot_judge(NO_EXITS, limit=clause.limit("low"))
    storey, exits = facts
    storeys = len(site.inhabited_floors)
    row = next((name for name in ("low", "middle") if clause.limit(f"{name}_storeys").met_by(storeys, 0)), "high")
    limit = clause.limit(f"{row}_3" if site.fire_class == 3 and f"{row}_3" in clause.limits else row)
    if site.fire_class is None or site.fire_class == 4:
        limit = max(
            (clause.limit(name) for name in (row, f"{row}_3", f"{row}_4") if name in clause.limits), key=lambda x: x.value
        )
    people = _people(storey, site)
    if people is None:
        return cannot_judge("本层各房间的使用人数（Pset_SpaceOccupancyRequirements.OccupancyNumber）", limit=limit)
    widths = [site.geometry.doors[door].clear_width_m for door in exits]
    known = [width for width in widths if width is not None]
    if len(known) < len(widths) or not people:
        return cannot_judge("各安全出口门的净宽", limit=limit, measured=None, people=people)
    each = sum(known) * 100 / people
    how = f"{len(known)} 樘疏散出口门净宽之和 {sum(known):.2f} m，本层 {people:g} 人"
    sure = site.fire_class in (1, 2, 3)
    if not sure and not limit.met_by(each, site.pack.tolerance(limit)) and clause.limit(row).met_by(each, 0.0):
        return cannot_judge("建筑耐火等级（Pset_BuildingCommon.FireProtectionClass）", limit=limit, measured=each, how=how)
    return judge(each, limit, site.pack.tolerance(limit), how, people=people)


def _people(storey: Storey, site: Site) -> float | None:
    """People on a storey by the occupancy of its rooms; None where a room in which people stay does not say it."""
    total = 0.0
    for space in site.model.spaces:
        if space.storey == storey and "room" in site.groups(space.step_id):
            said = space.value("OccupancyNumber")
            try:
                total += float(said)
            except (TypeError, ValueError):
                return None
    return total


@method("lobby-doors", spaces_by_function, NO_SPACE_OF_FUNCTION)
def lobby_doors(space: Element, clause: Clause, site: Site) -> Judgement:
    """Doors of flats that open into one lobby, in buildings above ``only_above`` metres."""
    limit = clause.limit("count")
    sides = [side for door in site.geometry.doors_of(space.step_id) for side in _sides(site, door) if side != space.step_id]
    flats = sum("private" in site.groups(side) for side in sides)
    shape = site.space_shape(space.step_id)
    drawn = outline(shape) if shape else None
    unknown = any(side is not None and site.functions.get(side) is None for side in sides)
    if limit.met_by(flats, 0) and (unknown or not sides):
        return cannot_judge("前室各门另一侧空间的功能", limit=limit, measured=flats, shape=drawn)
    return judge(flats, limit, 0, "另一侧为户内空间的门数", drawn)


@method("flat-door-grade", doors_on_corridors, "模型中没有户门通向走道")
def flat_door_grade(way: DoorWay | None, clause: Clause, site: Site) -> Judgement:
    """Grade of a flat's door in a building of the clause's heights whose storeys have a single stair (丙 1, 乙 2, 甲 3)."""
    limit = clause.limit("grade")
    if way is None or way.exits == 0:
        return cannot_judge(NO_EXITS, limit=limit)
    places = {storey_ways(site)[way.storey.global_id].exits[door] for door in way.exit_doors}
    if sum(kind == "stairwell" for kind, _ in places) != 1:
        return Judgement(Verdict.NOT_APPLICABLE, how="每层的疏散楼梯不是 1 部")
    grade = door_grade(way.door)
    if grade is None:
        missing = "户门的耐火完整性（Pset_DoorCommon.FireRating：甲级、乙级、丙级）"
        return cannot_judge(missing, limit=limit, how="读取门的 FireRating")
    line = line_shape(*site.geometry.doors[way.door.step_id].line)
    return judge(grade, limit, 0, "户门的 FireRating（丙 1、乙 2、甲 3），乙级防火门的耐火完整性为 1.00 h", line)
