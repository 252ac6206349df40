"""Ramps: slope, rise, clear width, landings at their ends, handrails. All from the mesh, metres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.findings import Shape, Verdict
from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry.mesh import Floats, Mesh
from hezhu.engines.ifc.geometry.surfaces import flatten, outline, plan
from hezhu.engines.review.judgement import Judgement, Limit, cannot_judge, judge
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, polygon_shape

_NO_RAMPS = "模型中没有坡道（IfcRamp、IfcRampFlight）"
_CURVED = "直线坡道的坡面（弧形、折返坡道由人工量取）"
_WHEELCHAIR = "坡道是否供轮椅通行（Pset_RampCommon.HandicapAccessible）"
_FLAT_SLOPE = 0.02
_STEEPEST = 1.0
_GAP_M = 0.05
_LEVEL_M = 0.02
_BESIDE_M = 0.30
_LOOK_M = 3.0


@dataclass(frozen=True, eq=False)
class RampShape:
    """A straight ramp. ``slope`` is its steepest, ``rise_m`` the greatest rise between two level parts.

    ``along`` and ``across`` are plan unit vectors, uphill and to its left; ``run_m`` and ``edges_m`` the reach of the sloped
    surface along them; ``ends_z_m`` its lowest and highest height; ``own_level`` the level parts of the same body.
    """

    slope: float
    rise_m: float
    along: tuple[float, float]
    across: tuple[float, float]
    run_m: tuple[float, float]
    edges_m: tuple[float, float]
    ends_z_m: tuple[float, float]
    own_level: Polygon | MultiPolygon
    surface: BaseGeometry

    @property
    def width_m(self) -> float:
        """Width of the sloped surface across its slope."""
        return self.edges_m[1] - self.edges_m[0]

    @property
    def plan(self) -> Shape:
        """The sloped surface, for drawing."""
        return polygon_shape([(float(x), float(y)) for x, y in shapely.get_coordinates(self.surface)], self.ends_z_m[1])

    def rectangle(self, start: float, end: float) -> Polygon:
        """The plan strip as wide as the ramp between two positions along it."""
        corners = ((start, self.edges_m[0]), (end, self.edges_m[0]), (end, self.edges_m[1]), (start, self.edges_m[1]))
        return Polygon([self._at(run, side) for run, side in corners])

    def _at(self, run: float, side: float) -> tuple[float, float]:
        return run * self.along[0] + side * self.across[0], run * self.along[1] + side * self.across[1]


@dataclass(frozen=True, eq=False)
class RampCase:
    """A ramp, its shape (None of a curved or folded one), and whether it is for wheelchairs (None where the model is silent)."""

    ramp: Element
    shape: RampShape | None
    for_wheelchairs: bool | None


def ramps(site: Site, clause: Clause) -> Iterator[Item]:
    """Ramps and flights of ramps. A ramp made of flights is judged by them. ``name`` words show a wheelchair ramp."""
    elements = site.model.of_class("IfcRamp", "IfcRampFlight")
    meshes = site.meshes(elements)
    for element in elements:
        if element.step_id not in meshes and element.parts:
            continue
        mesh = meshes.get(element.step_id)
        shape = measure_ramp(mesh) if mesh is not None else None
        case = RampCase(element, shape, _for_wheelchairs(element, clause, site))
        yield Item(f"ramp:{element.step_id}", subject_of(element), case)


def _for_wheelchairs(ramp: Element, clause: Clause, site: Site) -> bool | None:
    whole = site.model.element(ramp.whole) if ramp.whole else None
    for element in (ramp, whole):
        if element is None:
            continue
        said = element.value("HandicapAccessible")
        if isinstance(said, bool):
            return said
        if any(word in f"{element.name} {element.object_type} {element.type_name}" for word in clause.where.get("name", ())):
            return True
    return None


def measure_ramp(mesh: Mesh) -> RampShape | None:
    """The sloped top of a ramp whose slopes rise in one direction; None of a curved or folded one, or without a slope."""
    normals, triangles = mesh.normals, mesh.triangles
    with np.errstate(divide="ignore"):
        slopes = np.hypot(normals[:, 0], normals[:, 1]) / np.where(normals[:, 2] > 1e-6, normals[:, 2], np.nan)
    top = (slopes > _FLAT_SLOPE) & (slopes < _STEEPEST)
    if not top.any():
        return None
    downhill = normals[top, :2] / np.linalg.norm(normals[top, :2], axis=1, keepdims=True)
    if float((downhill @ downhill[0]).min()) < 0.999:
        return None
    along = -downhill[0]
    across = np.array([-along[1], along[0]])
    sloped = triangles[top]
    points = sloped.reshape(-1, 3)
    run, side = points[:, :2] @ along, points[:, :2] @ across
    return RampShape(
        slope=float(np.nanmax(slopes[top])),
        rise_m=_greatest_rise(sloped, along),
        along=(float(along[0]), float(along[1])),
        across=(float(across[0]), float(across[1])),
        run_m=(float(run.min()), float(run.max())),
        edges_m=(float(side.min()), float(side.max())),
        ends_z_m=(float(points[:, 2].min()), float(points[:, 2].max())),
        own_level=outline(flatten(mesh.facing_up(0.9998))),
        surface=shapely.MultiPoint(points[:, :2]).convex_hull,
    )


def _greatest_rise(sloped: Floats, along: Floats) -> float:
    """Rise of the highest slope without a level part in it."""
    run = sloped[:, :, :2] @ along
    greatest, low, high, reach = 0.0, np.inf, -np.inf, -np.inf
    for index in np.argsort(run.min(axis=1)):
        if run[index].min() > reach + _GAP_M:
            greatest, low, high = max(greatest, high - low), np.inf, -np.inf
        low, high = min(low, sloped[index, :, 2].min()), max(high, sloped[index, :, 2].max())
        reach = max(reach, run[index].max())
    return float(max(greatest, high - low))


def _judged(case: RampCase, value: float, limit: Limit, tolerance: float, how: str, doubt: str = _WHEELCHAIR) -> Judgement:
    """Pass, or fail of a ramp that is surely meant; a ramp that is surely not meant is left alone."""
    if case.for_wheelchairs is False:
        return Judgement(Verdict.NOT_APPLICABLE, how="模型写明坡道不供轮椅通行")
    shape = case.shape.plan if case.shape else None
    if not limit.met_by(value, tolerance) and case.for_wheelchairs is None:
        return cannot_judge(doubt, limit=limit, measured=value, how=how, shape=shape)
    return judge(value, limit, tolerance, how, shape)


@method("ramp-slope", ramps, _NO_RAMPS)
def ramp_slope(case: RampCase, clause: Clause, site: Site) -> Judgement:
    """Slope of a ramp, rise over run. With ``doubt`` the clause is not about wheelchairs, and a person must settle that."""
    limit = clause.limit("slope")
    if case.shape is None:
        return cannot_judge(_CURVED, limit=limit)
    how = "坡面法线所示的纵向坡度"
    if clause.doubt:
        if limit.met_by(case.shape.slope, 1e-4):
            return judge(case.shape.slope, limit, 1e-4, how, case.shape.plan)
        return cannot_judge(clause.doubt, limit=limit, measured=case.shape.slope, how=how, shape=case.shape.plan)
    return _judged(case, case.shape.slope, limit, 1e-4, how)


@method("ramp-rise", ramps, _NO_RAMPS)
def ramp_rise(case: RampCase, clause: Clause, site: Site) -> Judgement:
    """Rise of one ramp between two level parts, m."""
    limit = clause.limit("rise")
    if case.shape is None:
        return cannot_judge(_CURVED, limit=limit)
    return _judged(case, case.shape.rise_m, limit, site.pack.tolerance(limit), "两处水平段之间坡面的最大高差")


@method("ramp-width", ramps, _NO_RAMPS)
def ramp_width(case: RampCase, clause: Clause, site: Site) -> Judgement:
    """Width between the handrails of a ramp, m. Without a handrail on each side only too narrow a ramp is certain."""
    limit = clause.limit("width")
    shape = case.shape
    if shape is None:
        return cannot_judge(_CURVED, limit=limit)
    tolerance = site.pack.tolerance(limit)
    right, left = _rails(shape, site)
    low, high = shape.edges_m
    width = min(left if left is not None else high, high) - max(right if right is not None else low, low)
    if (left is None or right is None) and limit.met_by(width, tolerance) and case.for_wheelchairs is not False:
        missing = "坡道两侧的扶手或挡台（净宽量至扶手）"
        return cannot_judge(missing, limit=limit, measured=width, how="坡面垂直于坡向的宽度，未扣扶手", shape=shape.plan)
    return _judged(case, width, limit, tolerance, "坡道两侧扶手之间的净宽")


def _rails(shape: RampShape, site: Site) -> tuple[float | None, float | None]:
    """Inner faces of the railings on the right and left of a ramp, as positions across it; None where there is none."""
    start, end = shape.run_m
    inset = 0.1 * (end - start)
    strip = shape.rectangle(start + inset, end - inset).buffer(_BESIDE_M, cap_style="flat", join_style="mitre")
    middle = sum(shape.edges_m) / 2
    right: list[float] = []
    left: list[float] = []
    low_z, high_z = shape.ends_z_m
    for mesh in site.meshes(_near(site, strip, ("IfcRailing",), low_z - 0.2, high_z + 2.0)).values():
        for part in shapely.get_parts(plan(mesh).intersection(strip)):
            reach = shapely.get_coordinates(part) @ np.array(shape.across)
            if reach.max() <= middle:
                right.append(float(reach.max()))
            elif reach.min() >= middle:
                left.append(float(reach.min()))
    return max(right, default=None), min(left, default=None)


def _near(site: Site, place: BaseGeometry, classes: tuple[str, ...], low_z: float, high_z: float) -> list[Element]:
    """Elements whose bounding box meets a plan shape between two heights."""
    found = []
    for element in site.model.of_class(*classes):
        box = site.geometry.boxes.get(element.step_id)
        if box is None or box[0][2] > high_z or box[1][2] < low_z:
            continue
        if shapely.box(box[0][0], box[0][1], box[1][0], box[1][1]).intersects(place):
            found.append(element)
    return found


@method("ramp-handrails", ramps, _NO_RAMPS)
def ramp_handrails(case: RampCase, clause: Clause, site: Site) -> Judgement:
    """Sides of a ramp with a handrail, where it rises more than ``above`` and is steeper than ``steeper``. Not modelled is not
    absent, unless the other side has one.
    """
    limit = clause.limit("count")
    shape = case.shape
    if shape is None:
        return cannot_judge(_CURVED, limit=limit)
    if clause.limit("above").met_by(shape.rise_m, 1e-4) or clause.limit("steeper").met_by(shape.slope, 1e-4):
        return Judgement(Verdict.NOT_APPLICABLE, how="坡道高度或坡度未达到须设扶手的程度")
    count = sum(side is not None for side in _rails(shape, site))
    how = "坡道两侧 0.30 m 内的栏杆、扶手"
    if not count and case.for_wheelchairs is not False:
        return cannot_judge("坡道的扶手（IfcRailing）", limit=limit, measured=0, how=how, shape=shape.plan)
    return _judged(case, count, limit, 0.0, how)


@method("ramp-landing", ramps, _NO_RAMPS)
def ramp_landing(case: RampCase, clause: Clause, site: Site) -> Judgement:
    """Length of the level place before the ends of a ramp, m, over its whole width. Ground that is not modelled is not known."""
    limit = clause.limit("length")
    shape = case.shape
    if shape is None:
        return cannot_judge(_CURVED, limit=limit)
    tolerance = site.pack.tolerance(limit)
    ends = [_level_before(shape, high, site) for high in (False, True)]
    how = "坡道起点、终点外水平面沿坡向的长度，按坡道全宽"
    short = [length for length in ends if length > 0.0 and not limit.met_by(length, tolerance)]
    if short:
        return _judged(case, min(short), limit, tolerance, how)
    if not min(ends):
        return cannot_judge("坡道起点、终点的平台或地面", limit=limit, how=how, shape=shape.plan)
    return _judged(case, min(ends), limit, tolerance, how)


def _level_before(shape: RampShape, at_top: bool, site: Site) -> float:
    """How far the level place at one end of a ramp reaches; 0 where there is none, at most 3 m."""
    start = shape.run_m[1] if at_top else shape.run_m[0]
    z = shape.ends_z_m[1] if at_top else shape.ends_z_m[0]
    sign = 1.0 if at_top else -1.0
    strip = shape.rectangle(*sorted((start, start + sign * _LOOK_M)))
    level: list[BaseGeometry] = [shape.own_level] if not shape.own_level.is_empty else []
    for mesh in site.meshes(_near(site, strip, ("IfcSlab", "IfcCovering"), z - 0.5, z + 0.1)).values():
        tops = mesh.facing_up(0.9998)
        level += flatten(tops[np.abs(tops[:, :, 2].mean(axis=1) - z) <= _LEVEL_M])
    if not level:
        return 0.0
    free = strip.difference(shapely.union_all([each.buffer(0.001) for each in level]))
    ends = shapely.get_coordinates(free) @ np.array(shape.along) if not free.is_empty else np.array([start + sign * _LOOK_M])
    return max(0.0, round(float((sign * (ends - start)).min()) - (0.001 if not free.is_empty else 0.0), 4))
