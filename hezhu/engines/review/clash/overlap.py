"""Where two solids overlap and how deep; how near they come. Exact on triangle meshes.

The corners of the intersection of two solids are the corners of one inside the other and the points where an edge of one passes
a face of the other. Of a convex intersection these give its width exactly: the least movement of one of its faces that would
make it vanish. That width is the penetration depth. Of a non-convex one the depth is twice the greatest distance of a point
inside both from both surfaces, over many points: at most the true value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hezhu.engines.ifc.geometry.mesh import Floats, Ints
from hezhu.engines.review.clash.solid import ON_M, Bools, Solid, directions, distance_to, width

_PAIRS = 300_000
_ASKED = 40
_CROSSES = 10


@dataclass(frozen=True, slots=True)
class Overlap:
    """The deepest overlap of two solids: depth in metres, its box, and whether the depth is exact."""

    depth_m: float
    low: tuple[float, float, float]
    high: tuple[float, float, float]
    exact: bool = True


def overlap(first: Solid, second: Solid) -> Overlap | None:
    """How two solids overlap; None when they do not even touch."""
    low, high = np.maximum(first.low, second.low) - ON_M, np.minimum(first.high, second.high) + ON_M
    if (low > high).any():
        return None
    mine, yours = first.within(low, high), second.within(low, high)
    corners = np.concatenate(
        [
            _corners_in(first, second, low, high),
            _corners_in(second, first, low, high),
            _passing(first, second, yours, low, high),
            _passing(second, first, mine, low, high),
        ]
    )
    if not len(corners):
        return None
    corners = _distinct(corners)
    faces = np.concatenate([first.normals[mine], second.normals[yours]])
    if len(corners) < 4:
        return Overlap(0.0, *_box(corners))
    return max(
        (_deep(first, second, part, faces, convex) for part, convex in _parts(first, second, corners, faces)),
        key=lambda found: found.depth_m,
    )


def _corners_in(solid: Solid, other: Solid, low: Floats, high: Floats) -> Floats:
    near = solid.vertices[((solid.vertices >= low) & (solid.vertices <= high)).all(axis=1)]
    return near[other.holds(near)] if len(near) else near


def _passing(solid: Solid, other: Solid, faces: Ints, low: Floats, high: Floats) -> Floats:
    """Points where edges of ``solid`` pass the given faces of ``other``, their rims included."""
    start, end = solid.vertices[solid.edges[:, 0]], solid.vertices[solid.edges[:, 1]]
    near = ((np.minimum(start, end) <= high) & (np.maximum(start, end) >= low)).all(axis=1)
    start, end = start[near], end[near]
    found = [np.zeros((0, 3))]
    if not len(start) or not len(faces):
        return found[0]
    triangles = other.triangles[faces]
    step = max(1, _PAIRS // len(faces))
    for begin in range(0, len(start), step):
        found.append(_cross(start[begin : begin + step], end[begin : begin + step], triangles))
    return np.concatenate(found)


def _cross(start: Floats, end: Floats, triangles: Floats) -> Floats:
    """Points of segments (n) on triangles (m), in which parallel ones have none."""
    a, u, v = triangles[:, 0], triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    normal = np.cross(u, v)
    size = np.linalg.norm(normal, axis=1)
    unit = normal / np.where(size > 0, size, 1.0)[:, None]
    before = start @ unit.T - np.einsum("ij,ij->i", a, unit)
    after = end @ unit.T - np.einsum("ij,ij->i", a, unit)
    apart = before - after
    crossing = (
        (np.minimum(before, after) <= ON_M) & (np.maximum(before, after) >= -ON_M) & (np.abs(apart) > ON_M) & (size > 1e-14)
    )
    edge, face = np.nonzero(crossing)
    if not len(edge):
        return np.zeros((0, 3))
    share = np.clip(before[edge, face] / apart[edge, face], 0, 1)
    points = start[edge] + (end[edge] - start[edge]) * share[:, None]
    return points[_on(points, triangles[face], unit[face])]


def _on(points: Floats, triangles: Floats, unit: Floats) -> Bools:
    """Whether points in the planes of triangles lie within them, their rims included."""
    inside = np.ones(len(points), dtype=bool)
    for i, j in ((0, 1), (1, 2), (2, 0)):
        side = triangles[:, j] - triangles[:, i]
        length = np.linalg.norm(side, axis=1)
        height = np.einsum("ij,ij->i", np.cross(side, points - triangles[:, i]), unit)
        inside &= height >= -ON_M * np.where(length > 0, length, 1.0)
    return inside


def _distinct(points: Floats) -> Floats:
    _, first = np.unique(np.round(points / ON_M).astype(np.int64), axis=0, return_index=True)
    return points[first]


def _parts(first: Solid, second: Solid, corners: Floats, faces: Floats) -> list[tuple[Floats, bool]]:
    """The overlap in connected parts, each with whether it is convex. Flat contact is one part."""
    if (first.is_convex and second.is_convex) or width(corners, directions(faces)) <= 2 * ON_M:
        return [(corners, True)]
    chosen = np.arange(len(corners))
    if len(corners) > _ASKED:
        chosen = np.random.default_rng(1).choice(len(corners), _ASKED, replace=False)
    left, right = np.triu_indices(len(chosen), 1)
    middles = (corners[chosen[left]] + corners[chosen[right]]) / 2
    common = first.holds(middles)
    common[common] = second.holds(middles[common])
    if common.all():
        return [(corners, True)]
    label = np.arange(len(chosen))
    for a, b in zip(left[common], right[common], strict=True):
        keep, drop = sorted((label[a], label[b]))
        label[label == drop] = keep
    parts = []
    for value in np.unique(label):
        here = label == value
        inside = here[left] & here[right]
        parts.append((corners[chosen[here]], bool(common[inside].all())))
    return parts


def _deep(first: Solid, second: Solid, corners: Floats, faces: Floats, convex: bool) -> Overlap:
    if len(corners) < 4:
        return Overlap(0.0, *_box(corners), exact=convex)
    if convex:
        return Overlap(width(corners, _across(faces)), *_box(corners))
    samples = _samples(corners)
    kept = samples[first.holds(samples)]
    kept = kept[second.holds(kept)] if len(kept) else kept
    if not len(kept):
        return Overlap(0.0, *_box(corners), exact=False)
    low, high = corners.min(axis=0), corners.max(axis=0)
    inner = np.minimum(
        distance_to(kept, first.triangles[first.within(low, high)]), distance_to(kept, second.triangles[second.within(low, high)])
    )
    return Overlap(min(2 * float(inner.max()), width(corners, directions(faces))), *_box(corners), exact=False)


def _across(faces: Floats) -> Floats:
    """Directions in which a convex body can be narrowest: its faces' normals, and across pairs of its edges while few."""
    own = directions(faces)
    if len(own) > _CROSSES:
        return own
    edges = directions(np.cross(own[:, None, :], own[None, :, :]).reshape(-1, 3))
    if len(edges) > 4 * _CROSSES:
        return own
    crosses = np.cross(edges[:, None, :], edges[None, :, :]).reshape(-1, 3)
    length = np.linalg.norm(crosses, axis=1)
    return directions(np.concatenate([own, crosses[length > 1e-6] / length[length > 1e-6, None]]))


def _samples(corners: Floats) -> Floats:
    """Points between corners: middles of pairs and of random fours."""
    left, right = np.triu_indices(len(corners), 1)
    fours = np.random.default_rng(2).integers(0, len(corners), (400, 4))
    return np.concatenate([(corners[left] + corners[right]) / 2, corners[fours].mean(axis=1)])


def _box(points: Floats) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    low, high = np.round(points.min(axis=0), 4), np.round(points.max(axis=0), 4)
    return (float(low[0]), float(low[1]), float(low[2])), (float(high[0]), float(high[1]), float(high[2]))


@dataclass(frozen=True, slots=True)
class Gap:
    """The nearest two points of two solids that do not overlap, and how far apart they are."""

    distance_m: float
    here: tuple[float, float, float]
    there: tuple[float, float, float]


def gap(first: Solid, second: Solid, within_m: float) -> Gap | None:
    """The gap between two solids when it is smaller than ``within_m``: least of corner to face and edge to edge."""
    low, high = np.maximum(first.low, second.low) - within_m, np.minimum(first.high, second.high) + within_m
    if (low > high).any():
        return None
    mine, yours = first.within(low, high), second.within(low, high)
    if not len(mine) or not len(yours):
        return None
    best = Gap(np.inf, (0, 0, 0), (0, 0, 0))
    for solid, other, faces in ((first, second, yours), (second, first, mine)):
        points = solid.vertices[((solid.vertices >= low) & (solid.vertices <= high)).all(axis=1)]
        if len(points):
            away = distance_to(points, other.triangles[faces])
            index = int(away.argmin())
            if away[index] < best.distance_m:
                spot = tuple(float(v) for v in np.round(points[index], 4))
                best = Gap(float(away[index]), (spot[0], spot[1], spot[2]), (spot[0], spot[1], spot[2]))
    edge = _nearest_edges(first, second, low, high)
    if edge is not None and edge.distance_m < best.distance_m:
        best = edge
    return best if best.distance_m < within_m - ON_M / 10 else None


def _nearest_edges(first: Solid, second: Solid, low: Floats, high: Floats) -> Gap | None:
    """Nearest points of two sets of edges, each edge within the box."""
    ends = []
    for solid in (first, second):
        start, end = solid.vertices[solid.edges[:, 0]], solid.vertices[solid.edges[:, 1]]
        near = ((np.minimum(start, end) <= high) & (np.maximum(start, end) >= low)).all(axis=1)
        ends.append((start[near], end[near]))
    (a, b), (c, d) = ends
    if not len(a) or not len(c):
        return None
    best: Gap | None = None
    step = max(1, _PAIRS // len(c))
    for begin in range(0, len(a), step):
        here, there = _closest(a[begin : begin + step, None], b[begin : begin + step, None], c[None], d[None])
        away = np.linalg.norm(here - there, axis=2)
        i, j = np.unravel_index(int(away.argmin()), away.shape)
        if best is None or away[i, j] < best.distance_m:
            p, q = np.round(here[i, j], 4), np.round(there[i, j], 4)
            best = Gap(float(away[i, j]), (float(p[0]), float(p[1]), float(p[2])), (float(q[0]), float(q[1]), float(q[2])))
    return best


def _closest(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats]:
    """Nearest points of segments ab and cd, broadcast."""
    u, v, w = b - a, d - c, a - c
    uu, uv, vv = ((u * u).sum(-1), (u * v).sum(-1), (v * v).sum(-1))
    uw, vw = (u * w).sum(-1), (v * w).sum(-1)
    det = uu * vv - uv * uv
    s = np.clip(np.where(det > 1e-18, (uv * vw - vv * uw) / np.where(det > 1e-18, det, 1.0), 0.0), 0, 1)
    t = np.clip((uv * s + vw) / np.where(vv > 0, vv, 1.0), 0, 1)
    s = np.clip((uv * t - uw) / np.where(uu > 0, uu, 1.0), 0, 1)
    return a + u * s[..., None], c + v * t[..., None]
