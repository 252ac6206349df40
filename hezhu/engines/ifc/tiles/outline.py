"""The coarse shape of a storey: the outline of what is built on it, as a prism. A whole building is a few hundred triangles."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from hezhu.engines.ifc.geometry.mesh import Mesh

GAP_M, TOLERANCE_M = 0.5, 0.3
_MOST_TRIANGLES = 4000
_LEAST_M2 = 0.02
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outline:
    """Plan of a storey (model metres, relative to nothing) with its lowest and highest point. Outlines of one storey add up."""

    plan: Any
    low: float
    high: float

    def join(self, other: Outline | None) -> Outline:
        if other is None:
            return self
        return Outline(shapely.union(self.plan, other.plan), min(self.low, other.low), max(self.high, other.high))


def outline(meshes: Sequence[Mesh]) -> Outline | None:
    """The outline of the largest surfaces that face up; the box of everything where nothing does. None without meshes."""
    if not meshes:
        return None
    low, high = np.min([m.low for m in meshes], axis=0), np.max([m.high for m in meshes], axis=0)
    plans = _plans(np.concatenate([mesh.facing_up(0.3)[:, :, :2] for mesh in meshes]))
    plan = shapely.union_all(plans) if len(plans) else shapely.box(*low[:2], *high[:2])
    return Outline(simplify(plan), float(low[2]), float(high[2]))


def _plans(triangles: Floats) -> Any:
    """The largest triangles as polygons."""
    edge, other = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    area = np.abs(edge[:, 0] * other[:, 1] - edge[:, 1] * other[:, 0]) / 2
    order = np.argsort(-area, kind="stable")[:_MOST_TRIANGLES]
    chosen = triangles[order[area[order] > _LEAST_M2]]
    return shapely.polygons(chosen) if len(chosen) else []


def simplify(plan: Any) -> Any:
    """Gaps narrower than a metre closed, corners nearer than TOLERANCE_M to the line left out; courtyards stay."""
    closed = plan.buffer(GAP_M, join_style="mitre").buffer(-GAP_M, join_style="mitre")
    return closed.simplify(TOLERANCE_M)


def prism(shape: Outline) -> Mesh | None:
    """The outline raised from its lowest to its highest point; None where it encloses nothing."""
    parts = [_extrude(part, shape.low, max(shape.high, shape.low + 0.1)) for part in _polygons(shape.plan)]
    if not parts:
        return None
    starts = np.cumsum([0, *(len(vertices) for vertices, _ in parts)])
    faces = np.concatenate([part + start for (_, part), start in zip(parts, starts, strict=False)])
    return Mesh(np.concatenate([vertices for vertices, _ in parts]), faces)


def _polygons(plan: Any) -> list[Any]:
    parts = [part for part in getattr(plan, "geoms", [plan]) if part.geom_type == "Polygon" and part.area > _LEAST_M2]
    return [shapely.orient_polygons(part) for part in parts]


def _extrude(polygon: Any, low: float, high: float) -> tuple[Floats, npt.NDArray[np.int64]]:
    caps = shapely.constrained_delaunay_triangles(polygon).geoms
    flat = [np.asarray(shapely.orient_polygons(cap).exterior.coords)[:3] for cap in caps]
    soup = [np.column_stack([corners, np.full(3, high)]) for corners in flat]
    soup += [np.column_stack([corners[::-1], np.full(3, low)]) for corners in flat]
    for ring in (polygon.exterior, *polygon.interiors):
        line = np.asarray(ring.coords)
        for a, b in itertools.pairwise(line):
            soup.append(np.array([[*a, low], [*b, low], [*b, high]]))
            soup.append(np.array([[*a, low], [*b, high], [*a, high]]))
    vertices = np.concatenate(soup)
    unique, index = np.unique(vertices, axis=0, return_inverse=True)
    return unique, index.reshape(-1, 3).astype(np.int64)
