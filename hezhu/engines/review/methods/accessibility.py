"""Wheelchairs: turning circles, the depth of lift lobbies, marked toilets and parking bays, low furniture."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.findings import Shape, Subject
from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry.surfaces import plan
from hezhu.engines.review.judgement import Judgement, Limit, cannot_judge, judge
from hezhu.engines.review.methods.lifts import NO_CAR_SIZE, car_sizes
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.methods.spaces import NO_SPACE_OF_FUNCTION, outline, spaces_by_function
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, line_shape, point_shape, polygon_shape

_NO_BODY = "空间的几何形体（IfcSpace 实体）"
_LOOK_M = 30.0


@method("turning-circle", spaces_by_function, NO_SPACE_OF_FUNCTION)
def turning_circle(space: Element, clause: Clause, site: Site) -> Judgement:
    """Diameter of the largest circle on a room's floor less its columns, m.

    Where ``furnished`` is set, the room's fixtures take from it, but for the knee room under a basin: a circle clear of them
    passes, and a room too small without them fails.
    """
    limit = clause.limit("diameter")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=limit)
    floor = site.geometry.walkable(space.step_id)
    tolerance = site.pack.tolerance(limit)
    diameter, circle = _largest_circle(floor, shape.floor_z_m)
    how = "空间底面（扣除柱）内最大圆的直径"
    if "furnished" not in clause.limits or not limit.met_by(diameter, tolerance):
        return judge(diameter, limit, tolerance, how, circle)
    plans = _fixture_plans(space, site)
    if plans is None:
        return cannot_judge("洁具的位置与形体", limit=limit, measured=diameter, how=how, shape=circle)
    diameter, circle = _largest_circle(floor.difference(shapely.union_all(plans)), shape.floor_z_m)
    how = "空间底面扣除柱和洁具后最大圆的直径"
    if not limit.met_by(diameter, tolerance):
        return cannot_judge("洗手盆等下部可否容膝", limit=limit, measured=diameter, how=how, shape=circle)
    return judge(diameter, limit, tolerance, how, circle)


def _largest_circle(floor: BaseGeometry, z: float) -> tuple[float, Shape]:
    """Diameter and outline of the largest circle on a floor; 0 and the floor's middle where nothing of it is left."""
    if floor.is_empty:
        return 0.0, point_shape(0.0, 0.0, z)
    circles = [shapely.maximum_inscribed_circle(part, 0.0002) for part in shapely.get_parts(floor) if part.area > 0.0]
    line = max(circles, key=lambda part: float(part.length))
    ring = shapely.Point(line.coords[0]).buffer(line.length).exterior
    return 2 * float(line.length), polygon_shape([(x, y) for x, y in ring.coords], z)


def _fixture_plans(space: Element, site: Site) -> list[BaseGeometry] | None:
    """Plans of the fixtures of a room; None where it has no toilet or one of them has no body."""
    fixtures = site.fixtures.get(space.step_id, [])
    meshes = site.meshes([fixture.element for fixture in fixtures])
    if len(meshes) < len(fixtures) or not any(fixture.kind == "toilet" for fixture in fixtures):
        return None
    return [plan(mesh) for mesh in meshes.values()]


@method("lift-lobby-depth", spaces_by_function, NO_SPACE_OF_FUNCTION)
def lift_lobby_depth(space: Element, clause: Clause, site: Site) -> Judgement:
    """Free depth in front of the lift doors of a lobby, m: over the doors' width, straight away from them.

    With ``car`` it must also be that many times the depth of the deepest car of the building.
    """
    limit = clause.limit("depth")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=limit)
    doors = [door for door in site.geometry.doors_of(space.step_id) if _is_lift_door(door, space.step_id, site)]
    if not doors:
        return cannot_judge("电梯层门和电梯井空间", limit=limit, shape=outline(shape))
    depths = [(_free_depth(door, space.step_id, site), door) for door in doors]
    depth, door = min(depths)
    line = site.geometry.doors[door].line
    how = "电梯层门正前方的净深"
    if "car" in clause.limits and limit.met_by(depth, site.pack.tolerance(limit)):
        cars = [size.depth_m for size in car_sizes(site)]
        known = [depth_m for depth_m in cars if depth_m is not None]
        if not known or len(known) < len(cars):
            return cannot_judge(NO_CAR_SIZE, limit=limit, measured=depth, how=how, shape=line_shape(*line))
        limit = Limit(limit.op, max(limit.value, clause.limit("car").value * max(known)), limit.unit)
    return judge(depth, limit, site.pack.tolerance(limit), how, line_shape(*line), doors=len(doors))


def _is_lift_door(door: int, lobby: int, site: Site) -> bool:
    first, second = site.geometry.door_sides[door]
    return site.function_key(second if first == lobby else first) == "lift_shaft"


def _free_depth(door: int, space: int, site: Site) -> float:
    """How far a strip as wide as the door reaches into a space before it meets its edge or a column."""
    shape = site.geometry.doors[door]
    floor = site.geometry.walkable(space)
    (ax, ay, _), (bx, by, _) = shape.line
    nx, ny = shape.normal
    probe = shapely.Point(shape.middle[0] + nx * 0.5, shape.middle[1] + ny * 0.5)
    sign = (
        1.0
        if floor.distance(probe) < floor.distance(shapely.Point(2 * shape.middle[0] - probe.x, 2 * shape.middle[1] - probe.y))
        else -1.0
    )
    dx, dy = sign * nx * _LOOK_M, sign * ny * _LOOK_M
    strip = Polygon([(ax, ay), (bx, by), (bx + dx, by + dy), (ax + dx, ay + dy)])
    line = LineString([(ax, ay), (bx, by)])
    inside = [part for part in shapely.get_parts(strip.intersection(floor)) if part.area > 1e-6]
    if not inside:
        return 0.0
    start = min(line.distance(part) for part in inside)
    beyond = strip.difference(floor).difference(line.buffer(start + 1e-6, cap_style="flat"))
    return float(line.distance(beyond)) - start if not beyond.is_empty else _LOOK_M


def storeys_with_toilets(site: Site, clause: Clause) -> Iterator[Item]:
    """Storeys on which a room of ``function`` lies."""
    for storey in site.model.storeys:
        rooms = [
            space
            for space in site.model.spaces
            if space.storey == storey and site.function_key(space.step_id) in clause.where.get("function", ())
        ]
        if rooms:
            yield Item(
                f"storey:{storey.global_id}", Subject(storey.global_id, "IfcBuildingStorey", storey.name, storey.name), rooms
            )


@method("accessible-toilets", storeys_with_toilets, "模型中没有卫生间")
def accessible_toilets(rooms: list[Element], clause: Clause, site: Site) -> Judgement:
    """Accessible toilets on a storey that has toilets. Too few fail where the model marks them at all, here or elsewhere."""
    limit = clause.limit("count")
    marked = [_is_accessible(room, site) for room in rooms]
    count = sum(mark is True for mark in marked)
    how = "名称为无障碍卫生间，或 Pset_SpaceCommon.HandicapAccessible 为真的卫生间"
    marks_elsewhere = any(
        _is_accessible(space, site) is True
        for space in site.model.spaces
        if site.function_key(space.step_id) in clause.where.get("function", ())
    )
    if not limit.met_by(count, 0) and not marks_elsewhere and None in marked:
        return cannot_judge("卫生间是否满足无障碍要求（名称或 HandicapAccessible）", limit=limit, measured=count, how=how)
    return judge(count, limit, 0, how)


def _is_accessible(space: Element, site: Site) -> bool | None:
    """Whether a room is marked as accessible; None where the model says nothing of it."""
    if site.function_key(space.step_id) in ("accessible_toilet", "accessible_bay"):
        return True
    said = space.value("HandicapAccessible")
    return said if isinstance(said, bool) else None


def building_with_bays(site: Site, clause: Clause) -> Iterator[Item]:
    """The building, with its parking bays, where they are modelled as rooms of ``function``."""
    bays = [space for space in site.model.spaces if site.function_key(space.step_id) in clause.where.get("function", ())]
    if bays:
        yield Item("building", Subject(None, "IfcBuilding", site.model.project_name or "建筑"), bays)


@method("accessible-bays", building_with_bays, "模型中没有停车位空间")
def accessible_bays(bays: list[Element], clause: Clause, site: Site) -> Judgement:
    """Accessible parking bays: ``least`` below ``many`` bays in all, from then on the ``share`` of all, rounded up."""
    least, share, many = clause.limit("least"), clause.limit("share"), clause.limit("many")
    count = sum(_is_accessible(bay, site) is True for bay in bays)
    wanted = ceil(share.value * len(bays) - 1e-9) if many.met_by(len(bays), 0) else int(least.value)
    limit = Limit(">=", wanted, "count")
    how = f"{len(bays)} 个停车位空间中名称为无障碍停车位的个数"
    if not count:
        return cannot_judge("无障碍停车位的标注", limit=limit, measured=0, how=how)
    return judge(count, limit, 0, how, bays=len(bays))


def furniture_by_name(site: Site, clause: Clause) -> Iterator[Item]:
    """Furniture whose name or type holds one of the clause's ``name`` words."""
    words = clause.where.get("name", ())
    for element in site.model.of_class("IfcFurnishingElement", "IfcBuildingElementProxy"):
        if any(word in f"{element.name} {element.object_type} {element.type_name}" for word in words):
            yield Item(f"furniture:{element.step_id}", subject_of(element), element)


@method("furniture-height", furniture_by_name, "模型中没有适用的家具、设施")
def furniture_height(element: Element, clause: Clause, site: Site) -> Judgement:
    """Height of the top of a piece of furniture above the floor of its room, m, between ``least`` and ``most``."""
    least, most = clause.limit("least"), clause.limit("most")
    mesh = site.meshes([element]).get(element.step_id)
    if mesh is None:
        return cannot_judge("设施的几何形体", limit=most)
    x, y = (float(value) for value in (mesh.low + mesh.high)[:2] / 2)
    rooms = site.geometry.spaces_at(x, y, float(mesh.low[2]) + 0.1)
    if not rooms:
        return cannot_judge("设施所在的空间（楼地面）", limit=most)
    height = float(mesh.high[2]) - site.geometry.spaces[rooms[0]].floor_z_m
    tolerance = site.pack.tolerance(most)
    limit = least if not least.met_by(height, tolerance) else most
    return judge(height, limit, tolerance, "设施上表面至房间底面的高度", point_shape(x, y, float(mesh.high[2])))
