"""Closed triangle meshes as solids: what lies inside them, how thick they are, how far apart they are. Metres."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from hezhu.engines.ifc.geometry.mesh import Floats, Ints, Mesh

Bools = npt.NDArray[np.bool_]
ON_M = 1e-5  # nearer than this to a surface is on it
_ROWS = 400_000  # largest number of point–triangle distances worked on at once
_LOOKS = 4_000_000  # the same for lines of sight
# The line of sight of the inside test looks in a direction that no wall, slope or edge of a building has.
_SIGHT = np.linalg.qr(np.array([[0.3141, 0.5926, 0.7417], [0.8284, -0.2917, 0.1733], [-0.1369, 0.7811, -0.6091]]))[0].T


class Solid:
    """One mesh with welded vertices, ready to be asked."""

    def __init__(self, mesh: Mesh) -> None:
        grid = np.round(mesh.vertices / (ON_M / 10)).astype(np.int64)
        _, first, number = np.unique(grid, axis=0, return_index=True, return_inverse=True)
        self.vertices: Floats = mesh.vertices[first]
        faces = number.reshape(-1)[mesh.faces]
        sound = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 0] != faces[:, 2])
        self.faces: Ints = faces[sound].astype(np.int64)
        self.low: Floats = self.vertices.min(axis=0)
        self.high: Floats = self.vertices.max(axis=0)

    @cached_property
    def triangles(self) -> Floats:
        """Corner coordinates, (m, 3, 3)."""
        return self.vertices[self.faces]

    @cached_property
    def boxes(self) -> tuple[Floats, Floats]:
        """Lowest and highest corner of every triangle."""
        return self.triangles.min(axis=1), self.triangles.max(axis=1)

    @cached_property
    def normals(self) -> Floats:
        """Unit normals, (m, 3); zero for degenerate triangles."""
        t = self.triangles
        cross = np.cross(t[:, 1] - t[:, 0], t[:, 2] - t[:, 0])
        length = np.linalg.norm(cross, axis=1, keepdims=True)
        return np.divide(cross, length, out=np.zeros_like(cross), where=length > 1e-14)

    @cached_property
    def area_m2(self) -> float:
        """Surface."""
        t = self.triangles
        return float(np.linalg.norm(np.cross(t[:, 1] - t[:, 0], t[:, 2] - t[:, 0]), axis=1).sum() / 2)

    @cached_property
    def edges(self) -> Ints:
        """Unique edges as vertex pairs, (e, 2), without those between coplanar triangles of a closed mesh."""
        pairs = np.sort(self.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
        owner = np.repeat(np.arange(len(self.faces)), 3)
        unique, inverse, counts = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
        order = np.argsort(inverse.reshape(-1), kind="stable")
        start = np.concatenate([[0], np.cumsum(counts)[:-1]])
        first = owner[order[start]]
        second = owner[order[np.minimum(start + 1, len(order) - 1)]]
        flat = (counts == 2) & (np.einsum("ij,ij->i", self.normals[first], self.normals[second]) > 1 - 1e-12)
        return np.asarray(unique[~flat], dtype=np.int64)

    @cached_property
    def is_closed(self) -> bool:
        """Whether every edge has two triangles."""
        pairs = np.sort(self.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
        return bool((np.unique(pairs, axis=0, return_counts=True)[1] % 2 == 0).all()) if len(pairs) else False

    @cached_property
    def directions(self) -> Floats:
        """Distinct directions of the faces, and the axes."""
        return directions(self.normals)

    @cached_property
    def is_convex(self) -> bool:
        """Whether every corner lies behind every face; asked only of solids of up to 400 faces."""
        if not self.is_closed or len(self.faces) > 400:
            return False
        return bool((self.vertices @ self.normals.T - self._offsets <= ON_M / 10).all())

    @cached_property
    def _offsets(self) -> Floats:
        return np.einsum("ij,ij->i", self.triangles[:, 0], self.normals)

    def slack_m(self, other: Solid) -> float:
        """Least overlap of the two solids' extents over this one's face directions: no overlap of theirs is wider."""
        own, its = self.vertices @ self.directions.T, other.vertices @ self.directions.T
        return float((np.minimum(own.max(axis=0), its.max(axis=0)) - np.maximum(own.min(axis=0), its.min(axis=0))).min())

    @cached_property
    def thickness_m(self) -> float:
        """Smallest extent of the whole solid over the directions of its faces."""
        return width(self.vertices, self.directions)

    def within(self, low: Floats, high: Floats) -> Ints:
        """Numbers of the triangles whose box meets a box."""
        lows, highs = self.boxes
        return np.flatnonzero(((lows <= high) & (highs >= low)).all(axis=1))

    def holds(self, points: Floats) -> Bools:
        """Whether each point lies inside or on the surface."""
        found: Bools = np.asarray(((points >= self.low - ON_M) & (points <= self.high + ON_M)).all(axis=1))
        asked = np.flatnonzero(found)
        if len(asked) and self.is_convex:
            found[asked] = (points[asked] @ self.normals.T - self._offsets <= ON_M).all(axis=1)
            return found
        step = max(1, _LOOKS // max(1, len(self.faces)))
        for start in range(0, len(asked), step):
            part = asked[start : start + step]
            inside: Bools = np.asarray(self._crossings(points[part]) != 0)
            rest = np.flatnonzero(~inside)
            if len(rest):
                left = points[part][rest]
                near = self.within(left.min(axis=0) - ON_M, left.max(axis=0) + ON_M)
                inside[rest] = distance_to(left, self.triangles[near]) <= ON_M
            found[part] = inside
        return found

    @cached_property
    def _seen(self) -> tuple[Floats, Floats, Floats]:
        """Triangles in the axes of the line of sight, with their lowest and highest corner across it."""
        turned = self.triangles @ _SIGHT.T
        return turned, turned[:, :, :2].min(axis=1), turned[:, :, :2].max(axis=1)

    def _crossings(self, points: Floats) -> Ints:
        """How often a line from each point leaves the solid less how often it enters: 0 outside."""
        triangles, low, high = self._seen
        p = points @ _SIGHT.T
        met = (p[:, None, 0] >= low[None, :, 0]) & (p[:, None, 0] <= high[None, :, 0])
        met &= (p[:, None, 1] >= low[None, :, 1]) & (p[:, None, 1] <= high[None, :, 1])
        point, face = np.nonzero(met)
        count = np.zeros(len(points), dtype=np.int64)
        a, b, c, q = triangles[face, 0], triangles[face, 1], triangles[face, 2], p[point]
        sides = [_turn(a, b, q), _turn(b, c, q), _turn(c, a, q)]
        whole = _turn(a, b, c)
        same = ((sides[0] > 0) & (sides[1] > 0) & (sides[2] > 0)) | ((sides[0] < 0) & (sides[1] < 0) & (sides[2] < 0))
        safe = np.where(whole != 0, whole, 1.0)
        height = (sides[1] * a[:, 2] + sides[2] * b[:, 2] + sides[0] * c[:, 2]) / safe
        hit = same & (height > q[:, 2])
        np.add.at(count, point[hit], np.sign(whole[hit]).astype(np.int64))
        return count


def _turn(a: Floats, b: Floats, c: Floats) -> Floats:
    """Twice the area of plan triangles, positive where a, b, c turn left."""
    return np.asarray((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0]))


def distance_to(points: Floats, triangles: Floats) -> Floats:
    """Distance of each point to the nearest of the triangles."""
    nearest = np.full(len(points), np.inf)
    if not len(triangles):
        return nearest
    step = max(1, _ROWS // max(1, len(triangles)))
    for start in range(0, len(points), step):
        chunk = points[start : start + step]
        nearest[start : start + step] = np.sqrt(_squared(chunk[:, None, :], triangles[None]).min(axis=1))
    return nearest


def _squared(p: Floats, t: Floats) -> Floats:
    """Squared distance between points and triangles, broadcast: to the plane where the foot lies inside, else to the edges."""
    a, b, c = t[..., 0, :], t[..., 1, :], t[..., 2, :]
    normal = np.cross(b - a, c - a)
    size = np.einsum("...k,...k->...", normal, normal)
    away = np.einsum("...k,...k->...", p - a, normal)
    safe = np.where(size > 1e-24, size, 1.0)
    foot = p - normal * (away / safe)[..., None]
    inside = size > 1e-24
    for u, v in ((a, b), (b, c), (c, a)):
        inside = inside & (np.einsum("...k,...k->...", np.cross(v - u, foot - u), normal) >= 0)
    edges = np.minimum(np.minimum(_to_edge(p, a, b), _to_edge(p, b, c)), _to_edge(p, c, a))
    return np.asarray(np.where(inside, away * away / safe, edges))


def _to_edge(p: Floats, u: Floats, v: Floats) -> Floats:
    along = v - u
    size = np.einsum("...k,...k->...", along, along)
    share = np.clip(np.einsum("...k,...k->...", p - u, along) / np.where(size > 0, size, 1.0), 0, 1)
    gap = p - u - along * share[..., None]
    return np.asarray(np.einsum("...k,...k->...", gap, gap))


def directions(normals: Floats) -> Floats:
    """Distinct directions among normals (opposite ones are one), with the axes."""
    real = normals[np.abs(normals).sum(axis=1) > 0.5]
    real = np.concatenate([np.eye(3), real])
    lead = np.take_along_axis(real, np.abs(real).argmax(axis=1)[:, None], axis=1)
    keys = np.round(real * np.sign(lead), 5)
    _, first = np.unique(keys, axis=0, return_index=True)
    return np.asarray(real[first])


def width(points: Floats, along: Floats) -> float:
    """Smallest extent of points over the given unit directions."""
    return float(np.ptp(points @ along.T, axis=0).min())
