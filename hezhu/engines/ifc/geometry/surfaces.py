"""Horizontal reading of meshes: footprints, walking surfaces, and what hangs above a floor. Metres, Z up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.ifc.geometry.mesh import Floats, Ints, Mesh, cross

# Vertices of different triangles that are meant to be one point differ by rounding; 0.1 mm joins them.
GRID_M = 1e-4
_SLIVER_M2 = 1e-4
_CRACK_M = 0.005


def flatten(triangles: Floats) -> list[Polygon]:
    """Plan projections of triangles (k, 3, 3), without degenerate ones."""
    if not len(triangles):
        return []
    polygons = shapely.polygons(triangles[:, :, :2])
    return list(polygons[shapely.area(polygons) > 1e-9])


def outline(polygons: Iterable[BaseGeometry]) -> Polygon | MultiPolygon:
    """The union, cracks closed; an empty Polygon of nothing."""
    merged = shapely.union_all(list(polygons), grid_size=GRID_M)
    if isinstance(merged, MultiPolygon):
        merged = merged.buffer(_CRACK_M, join_style="mitre").buffer(-_CRACK_M, join_style="mitre")
    pieces = [piece for piece in shapely.get_parts(merged) if isinstance(piece, Polygon) and piece.area > _SLIVER_M2]
    if not pieces:
        return Polygon()
    return pieces[0].simplify(GRID_M) if len(pieces) == 1 else MultiPolygon([piece.simplify(GRID_M) for piece in pieces])


def plan(mesh: Mesh) -> Polygon | MultiPolygon:
    """The plan projection of a whole mesh."""
    return outline(flatten(mesh.triangles))


@dataclass(frozen=True, slots=True)
class Level:
    """One horizontal surface: its height and outline."""

    z_m: float
    outline: Polygon | MultiPolygon


def levels(triangles: Floats, apart_m: float = 0.005, smallest_m2: float = 0.01) -> list[Level]:
    """Horizontal surfaces among these triangles, from the lowest up. Heights nearer than ``apart_m`` are one surface."""
    if not len(triangles):
        return []
    heights = triangles[:, :, 2].mean(axis=1)
    order = np.argsort(heights, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(heights[order]) > apart_m) + 1)
    found = [Level(float(triangles[group][:, :, 2].mean()), outline(flatten(triangles[group]))) for group in groups]
    return [level for level in found if level.outline.area >= smallest_m2]


@dataclass(frozen=True, slots=True)
class Overhead:
    """A piece of a surface above a floor: where it is, its lowest height there, and the record number of its element."""

    outline: BaseGeometry
    z_m: float
    step_id: int


class Ceilings:
    """Every downward surface of the given meshes, to ask what hangs above a floor. Exact: polygons are cut, not sampled."""

    def __init__(self, meshes: Mapping[int, Mesh]) -> None:
        rows = [(step_id, mesh.facing_down()) for step_id, mesh in meshes.items()]
        rows = [(step_id, triangles) for step_id, triangles in rows if len(triangles)]
        self._triangles = np.concatenate([triangles for _, triangles in rows]) if rows else np.zeros((0, 3, 3))
        self._owners = (
            np.concatenate([np.full(len(triangles), step_id) for step_id, triangles in rows]) if rows else np.zeros(0, int)
        )
        polygons = shapely.polygons(self._triangles[:, :, :2]) if rows else np.zeros(0, object)
        keep = shapely.area(polygons) > _SLIVER_M2
        self._triangles, self._owners, self._polygons = self._triangles[keep], self._owners[keep], polygons[keep]
        self._tree = shapely.STRtree(self._polygons)
        corners = self._triangles
        self._normals = cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])

    def above(self, floor: BaseGeometry, z_m: float, up_to_m: float, skip: frozenset[int] = frozenset()) -> list[Overhead]:
        """Pieces that lie over ``floor`` and between ``z_m`` and ``up_to_m``; of a slope the lowest height of each piece."""
        near = self._tree.query(floor, predicate="intersects")
        heights = self._triangles[near, :, 2]
        near = near[(heights.max(axis=1) > z_m) & (heights.min(axis=1) <= up_to_m)]
        if skip:
            near = near[~np.isin(self._owners[near], list(skip))]
        pieces = shapely.intersection(self._polygons[near], floor)
        large = shapely.area(pieces) > _SLIVER_M2
        near, pieces = near[large], pieces[large]
        if not len(near):
            return []
        lowest, highest = self._reach(near, pieces)
        bottom = np.maximum(lowest, z_m)
        return [
            Overhead(pieces[index], float(bottom[index]), int(self._owners[near[index]]))
            for index in np.flatnonzero((highest > z_m) & (bottom <= up_to_m))
        ]

    def _reach(self, near: Ints, pieces: npt.NDArray[np.object_]) -> tuple[Floats, Floats]:
        """Lowest and highest point of each piece in the plane of its triangle, metres."""
        points, piece = shapely.get_coordinates(pieces, return_index=True)
        corner, normal = self._triangles[near[piece], 0], self._normals[near[piece]]
        away = points - corner[:, :2]
        heights = corner[:, 2] - (away[:, 0] * normal[:, 0] + away[:, 1] * normal[:, 1]) / normal[:, 2]
        starts = np.flatnonzero(np.diff(piece, prepend=-1))
        return np.minimum.reduceat(heights, starts), np.maximum.reduceat(heights, starts)


class Floors:
    """Every surface a person can stand on (slab tops, landings, room floors), to ask what lies under a point."""

    def __init__(self, triangles: Iterable[Floats]) -> None:
        rows = [row for row in triangles if len(row)]
        self._triangles = np.concatenate(rows) if rows else np.zeros((0, 3, 3))
        self._polygons = shapely.polygons(self._triangles[:, :, :2]) if rows else np.zeros(0, object)
        self._tree = shapely.STRtree(self._polygons)

    def heights(self, place: BaseGeometry, low_m: float, high_m: float, within_m: float = 0.0) -> list[float]:
        """Heights between ``low_m`` and ``high_m`` of surfaces within ``within_m`` of a place, ascending."""
        if not len(self._polygons):
            return []
        found = self._tree.query(place, predicate="dwithin", distance=max(within_m, 1e-6))
        tops = self._triangles[found][:, :, 2].max(axis=1) if len(found) else np.zeros(0)
        return sorted({round(float(z), 4) for z in tops if low_m <= z <= high_m})

    def highest(self, points: Floats, low_m: Floats, high_m: Floats, within_m: float) -> Floats:
        """For each plan point (n, 2) the highest surface within reach between its two heights; NaN where there is none."""
        found = np.full(len(points), -np.inf)
        if len(self._polygons) and len(points):
            which, index = self._tree.query(shapely.points(points), predicate="dwithin", distance=max(within_m, 1e-6))
            tops = self._triangles[index][:, :, 2].max(axis=1)
            keep = (tops >= low_m[which]) & (tops <= high_m[which])
            np.maximum.at(found, which[keep], tops[keep])
        return np.where(np.isfinite(found), found, np.nan)
