"""Flats: bathrooms above other flats' rooms, what doors open into, rooms below ground, stairs inside a flat."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import shapely

from hezhu.engines.findings import Quantity, Verdict
from hezhu.engines.ifc import Element
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.methods.spaces import NO_SPACE_OF_FUNCTION, outline, spaces_by_function
from hezhu.engines.review.methods.stairs import Run, is_in_flat
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, line_shape, polygon_shape

_NO_BODY = "空间的几何形体（IfcSpace 实体）"
_BELOW_M = 6.0


@method("not-above", spaces_by_function, NO_SPACE_OF_FUNCTION)
def not_above(space: Element, clause: Clause, site: Site) -> Judgement:
    """Plan area, m², by which a room lies directly above rooms (``over``) of another flat. Flats are told apart by IfcZone."""
    limit = clause.limit("area")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=limit)
    how = "与下一层房间的平面重叠面积"
    below = _directly_below(space, site)
    if not below:
        if space.storey is not None and space.storey != site.ground_floor:
            return cannot_judge("下层空间（IfcSpace）", limit=limit, shape=outline(shape))
        return Judgement(Verdict.NOT_APPLICABLE, how="下方没有房间")
    tolerance = 0.01  # outlines of walls above each other differ by drafting; a square decimetre is no room
    for other, overlap in below:
        key = site.function_key(other)
        if overlap <= tolerance or (key is not None and key not in clause.where.get("over", ())):
            continue
        drawn = polygon_shape(
            [(x, y) for x, y in shapely.get_coordinates(site.geometry.spaces[other].floor)], site.geometry.spaces[other].top_z_m
        )
        if key is None:
            return cannot_judge("下层重叠空间的功能", limit=limit, measured=overlap, how=how, shape=drawn)
        here, there = site.flat_of(space.step_id), site.flat_of(other)
        if here is None or there is None:
            return cannot_judge("套型划分（IfcZone）", limit=limit, measured=overlap, how=how, shape=drawn)
        if here != there:
            return judge(overlap, limit, tolerance, how, drawn, over=key)
    return judge(0.0, limit, tolerance, how, outline(shape))


def _directly_below(space: Element, site: Site) -> list[tuple[int, float]]:
    """Spaces of the nearest storey below that overlap in plan, with the overlap in m²."""
    shape = site.geometry.spaces[space.step_id]
    found = []
    for key, other in site.geometry.spaces.items():
        if 0.5 < shape.floor_z_m - other.floor_z_m <= _BELOW_M and other.floor.intersects(shape.floor):
            found.append((key, float(other.floor.intersection(shape.floor).area), other.floor_z_m))
    if not found:
        return []
    top = max(z for _, area, z in found)
    return [(key, area) for key, area, z in found if z > top - 1.0]


@method("door-not-into", spaces_by_function, NO_SPACE_OF_FUNCTION)
def door_not_into(space: Element, clause: Clause, site: Site) -> Judgement:
    """Doors by which a room opens directly into rooms (``into``) it must not open into.

    With ``fixture`` the clause speaks only of rooms that have one of these: a room that has others is not meant.
    """
    limit = clause.limit("count")
    doors = site.geometry.doors_of(space.step_id)
    if not doors:
        return cannot_judge("房间的门", limit=limit)
    beyond: list[str | None] = []
    for door in doors:
        first, second = site.geometry.door_sides[door]
        beyond.append(site.function_key(second if first == space.step_id else first))
    forbidden = [number for number, key in enumerate(beyond) if key in clause.where.get("into", ())]
    how = "房间各樘门另一侧空间的功能"
    if forbidden:
        fitted = site.fixture_kinds(space.step_id)
        meant = set(clause.where.get("fixture", ()))
        if meant and not fitted & meant:
            if fitted and None not in fitted:
                return Judgement(Verdict.NOT_APPLICABLE, how="房间内没有条文所说的洁具")
            return cannot_judge("卫生洁具（是否布置便器）", limit=limit, measured=len(forbidden), how=how)
        line = site.geometry.doors[doors[forbidden[0]]].line
        return judge(len(forbidden), limit, 0, how, line_shape(*line), into=beyond[forbidden[0]])
    if None in beyond:
        return cannot_judge("门另一侧的空间及其功能", limit=limit, how=how)
    return judge(0, limit, 0, how)


@method("not-below-ground", spaces_by_function, NO_SPACE_OF_FUNCTION)
def not_below_ground(space: Element, clause: Clause, site: Site) -> Judgement:
    """Depth of a room's floor below the ground outside, as a share of the room's height: up to ``depth`` it is no basement, up
    to ``basement`` half a basement, which needs measures that a person must look for, and beyond that a basement.

    Where the building does not give the ground outside, only a floor not below the ground floor is certain.
    """
    limit = clause.limit("depth")
    shape = site.space_shape(space.step_id)
    ground = site.ground_floor
    if shape is None or ground is None:
        return cannot_judge("空间的几何形体与首层标高", limit=limit)
    outside = site.outdoor_ground_z_m
    depth = max(0.0, (ground.z_m if outside is None else outside) - shape.floor_z_m)
    share = round(depth / shape.body_height_m, 6)
    how = f"房间底面低于{'首层楼面' if outside is None else '室外地面'}的深度与房间净高之比"
    drawn = outline(shape)
    if outside is None and depth > site.pack.length_tolerance_m:
        return cannot_judge(
            "室外地面标高（IfcBuilding 的 ElevationOfTerrain）", limit=limit, measured=share, how=how, shape=drawn
        )
    if outside is None:
        return Judgement(Verdict.PASS, Quantity(0.0, limit.unit), limit.requirement, how=how, shape=drawn)
    basement = clause.limit("basement")
    if not limit.met_by(share, 0.0) and basement.met_by(share, 0.0):
        return cannot_judge("半地下室的采光、通风、防潮、排水措施", limit=limit, measured=share, how=how, shape=drawn)
    return judge(share, limit if limit.met_by(share, 0.0) else basement, 0.0, how, drawn)


def flights_in_flats(site: Site, clause: Clause) -> Iterator[Item]:
    """Flights that start in a room of a flat."""
    for element in site.model.of_class("IfcStairFlight", "IfcStair"):
        for number, flight in enumerate(site.geometry.flights.get(element.step_id, [])):
            if is_in_flat(flight, site):
                yield Item(f"flat-flight:{element.step_id}:{number}", subject_of(element), Run(element, flight))


@method("in-flat-flight-width", flights_in_flats, "模型中没有套内楼梯")
def in_flat_flight_width(run: Run, clause: Clause, site: Site) -> Judgement:
    """Width of a flight inside a flat, m: ``walled`` between walls, ``open`` with one open side; between them a person decides."""
    walled, one_open = clause.limit("walled"), clause.limit("open")
    if run.flight is None or not run.flight.is_straight:
        return cannot_judge("直跑梯段的踏步", limit=walled)
    width = run.flight.clear_width_m if run.flight.clear_width_m is not None else run.flight.width_m
    line = line_shape(*run.flight.line())
    how = "踏步边缘或扶手中心线之间的最小净距"
    tolerance = site.pack.tolerance(walled)
    if walled.met_by(width, tolerance):
        return judge(width, walled, tolerance, how, line)
    if one_open.met_by(width, tolerance):
        return cannot_judge("梯段是一边临空还是两侧有墙", limit=walled, measured=width, how=how, shape=line)
    return judge(width, one_open, tolerance, how, line)


@method("in-flat-step-size", flights_in_flats, "模型中没有套内楼梯")
def in_flat_step_size(run: Run, clause: Clause, site: Site) -> Judgement:
    """Least going and greatest riser of a flight inside a flat, m."""
    going_limit, riser_limit = clause.limit("going"), clause.limit("riser")
    flight = run.flight
    if flight is None or not flight.is_straight or not flight.goings_m:
        return cannot_judge("直跑梯段的踏步", limit=going_limit)
    line = line_shape(*flight.line())
    tolerance = site.pack.tolerance(going_limit)
    going = min(flight.goings_m)
    if not going_limit.met_by(going, tolerance):
        return judge(going, going_limit, tolerance, "踏步前缘之间的最小水平距离", line)
    heights = [tread.z_m for tread in flight.treads]
    riser = max(after - before for before, after in pairwise(heights))
    return judge(riser, riser_limit, tolerance, "梯段内最大踏步高度", line)
