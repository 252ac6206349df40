"""Wheelchairs: turning circles, the depth of lift lobbies, ramps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon

from hezhu.engines.findings import Shape
from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry.mesh import Mesh, load
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.methods.spaces import NO_SPACE_OF_FUNCTION, outline, spaces_by_function
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, line_shape, polygon_shape

_NO_BODY = "空间的几何形体（IfcSpace 实体）"
_NO_RAMPS = "模型中没有坡道（IfcRamp、IfcRampFlight）"
_LOOK_M = 30.0
_FLAT_SLOPE = 0.02
_STEEPEST = 1.0


@method("turning-circle", spaces_by_function, NO_SPACE_OF_FUNCTION)
def turning_circle(space: Element, clause: Clause, site: Site) -> Judgement:
    """Diameter of the largest circle on a room's floor less its columns, m. Where ``furnished`` is set, the room's fixtures take
    from it: then too small a room fails, and a large one is for a person.
    """
    limit = clause.limit("diameter")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=limit)
    floor = site.geometry.walkable(space.step_id)
    radius = max(shapely.maximum_inscribed_circle(part, 0.0002).length for part in shapely.get_parts(floor))
    line = max(
        (shapely.maximum_inscribed_circle(part, 0.0002) for part in shapely.get_parts(floor)), key=lambda part: float(part.length)
    )
    centre = shapely.Point(line.coords[0])
    circle = polygon_shape([(x, y) for x, y in centre.buffer(radius).exterior.coords], shape.floor_z_m)
    how = "空间底面（扣除柱）内最大圆的直径"
    if "furnished" in clause.limits and limit.met_by(2 * radius, site.pack.tolerance(limit)):
        return cannot_judge("洁具与家具占用的位置", limit=limit, measured=2 * radius, how=how, shape=circle)
    return judge(2 * radius, limit, site.pack.tolerance(limit), how, circle)


@method("lift-lobby-depth", spaces_by_function, NO_SPACE_OF_FUNCTION)
def lift_lobby_depth(space: Element, clause: Clause, site: Site) -> Judgement:
    """Free depth in front of the lift doors of a lobby, m: over the doors' width, straight away from them."""
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
    return judge(depth, limit, site.pack.tolerance(limit), "电梯层门正前方的净深", line_shape(*line), doors=len(doors))


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


@dataclass(frozen=True, slots=True)
class RampShape:
    """A ramp: its steepest slope, the plan rectangle's width across the slope, its rise and its sloped surface, for drawing."""

    slope: float
    width_m: float
    rise_m: float
    plan: Shape


def ramps(site: Site, clause: Clause) -> Iterator[Item]:
    """Ramps and flights of ramps. A ramp made of flights is judged by them."""
    elements = site.model.of_class("IfcRamp", "IfcRampFlight")
    meshes = load(site.model, elements)
    for element in elements:
        if element.step_id not in meshes and element.parts:
            continue
        mesh = meshes.get(element.step_id)
        yield Item(f"ramp:{element.step_id}", subject_of(element), measure_ramp(mesh) if mesh is not None else None)


def measure_ramp(mesh: Mesh) -> RampShape | None:
    """The sloped top of a ramp whose slopes rise in one direction; None of a curved or folded one, or without a slope."""
    normals, triangles = mesh.normals, mesh.triangles
    with np.errstate(divide="ignore"):
        slopes = np.hypot(normals[:, 0], normals[:, 1]) / np.where(normals[:, 2] > 1e-6, normals[:, 2], np.nan)
    top = (slopes > _FLAT_SLOPE) & (slopes < _STEEPEST)
    if not top.any():
        return None
    directions = normals[top, :2] / np.linalg.norm(normals[top, :2], axis=1, keepdims=True)
    if float((directions @ directions[0]).min()) < 0.999:
        return None
    across = np.array([-directions[0][1], directions[0][0]])
    points = triangles[top].reshape(-1, 3)
    reach = points[:, :2] @ across
    hull = shapely.MultiPoint(points[:, :2]).convex_hull
    outline_points = [(float(x), float(y)) for x, y in shapely.get_coordinates(hull)]
    return RampShape(
        slope=float(np.nanmax(slopes[top])),
        width_m=float(reach.max() - reach.min()),
        rise_m=float(points[:, 2].max() - points[:, 2].min()),
        plan=polygon_shape(outline_points, float(points[:, 2].max())),
    )


_CURVED = "直线坡道的坡面（弧形、折返坡道由人工量取）"
_WHEELCHAIR = "坡道是否供轮椅通行"


@method("ramp-slope", ramps, _NO_RAMPS)
def ramp_slope(ramp: RampShape | None, clause: Clause, site: Site) -> Judgement:
    """Slope of a ramp, rise over run. A steeper one fails only if it is a wheelchair ramp, which a person must say."""
    limit = clause.limit("slope")
    if ramp is None:
        return cannot_judge(_CURVED, limit=limit)
    how = "坡面法线所示的纵向坡度"
    if not limit.met_by(ramp.slope, 1e-4):
        return cannot_judge(clause.doubt or _WHEELCHAIR, limit=limit, measured=ramp.slope, how=how, shape=ramp.plan)
    return judge(ramp.slope, limit, 1e-4, how, ramp.plan)


@method("ramp-rise", ramps, _NO_RAMPS)
def ramp_rise(ramp: RampShape | None, clause: Clause, site: Site) -> Judgement:
    """Rise of one ramp, m."""
    limit = clause.limit("rise")
    if ramp is None:
        return cannot_judge(_CURVED, limit=limit)
    how = "坡面最低点至最高点的高差"
    if not limit.met_by(ramp.rise_m, site.pack.tolerance(limit)):
        return cannot_judge(_WHEELCHAIR, "中间平台", limit=limit, measured=ramp.rise_m, how=how, shape=ramp.plan)
    return judge(ramp.rise_m, limit, site.pack.tolerance(limit), how, ramp.plan)


@method("ramp-width", ramps, _NO_RAMPS)
def ramp_width(ramp: RampShape | None, clause: Clause, site: Site) -> Judgement:
    """Width of a ramp across its slope, m. Handrails take from it, so that only too narrow a ramp is certain."""
    limit = clause.limit("width")
    if ramp is None:
        return cannot_judge(_CURVED, limit=limit)
    how = "坡面垂直于坡向的宽度，未扣扶手"
    if limit.met_by(ramp.width_m, site.pack.tolerance(limit)):
        return cannot_judge("坡道扶手与挡台（净宽量至扶手）", limit=limit, measured=ramp.width_m, how=how, shape=ramp.plan)
    return cannot_judge(_WHEELCHAIR, limit=limit, measured=ramp.width_m, how=how, shape=ramp.plan)
