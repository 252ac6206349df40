"""Which points see the sun: exact lines against triangles, vectorised.

A line to the sun is tested only against triangles whose azimuths it can meet: of the pairs of point and triangle those are
kept whose azimuths overlap the sun's path and that rise high enough, then the exact test runs for the steps in the overlap.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_PAIRS_AT_ONCE = 400_000
_TESTS_AT_ONCE = 2_000_000
_MARGIN_RAD = 1e-9


def sunny(points: Floats, outward: Floats, triangles: Floats, directions: Floats) -> Bools:
    """Whether each point (n, 3) sees the sun in each direction (t, 3): (n, t).

    ``outward`` (n, 3) are normals of the surfaces the points lie on: no sun from behind; zero vectors for free points.
    ``triangles`` (m, 3, 3) shade from either side; a line through an edge counts as shaded. A sun below the horizon never shines.
    """
    free = np.linalg.norm(outward, axis=1) == 0
    facing: Bools = (outward @ directions.T > 1e-9) | free[:, None]
    lit = np.logical_and(facing, directions[:, 2] > 0)
    if not len(triangles) or not len(points) or not lit.any():
        return lit
    path = _Path(directions)
    chunk = max(1, _PAIRS_AT_ONCE // len(triangles))
    for start in range(0, len(points), chunk):
        part = slice(start, start + chunk)
        _shade(lit[part], points[part], outward[part], triangles, path)
    return lit


class _Path:
    """The sun's azimuths from south, increasing westwards; ``ordered`` is False where they do not increase with time."""

    def __init__(self, directions: Floats) -> None:
        self.directions = directions
        self.azimuth = np.arctan2(-directions[:, 0], -directions[:, 1])
        self.ordered = bool((np.diff(self.azimuth) > 0).all())
        self.slope = directions[:, 2] / np.maximum(np.hypot(directions[:, 0], directions[:, 1]), 1e-12)
        above = self.slope[self.slope > 0]
        self.lowest = float(above.min()) if len(above) else np.inf

    def steps(self, low: Floats, high: Floats) -> tuple[Ints, Ints]:
        """First and past-the-last step whose azimuth lies in each range."""
        if not self.ordered:
            return np.zeros(len(low), np.int64), np.full(len(low), len(self.azimuth), np.int64)
        first = np.searchsorted(self.azimuth, low - _MARGIN_RAD, side="left")
        return first.astype(np.int64), np.searchsorted(self.azimuth, high + _MARGIN_RAD, side="right").astype(np.int64)


def _shade(lit: Bools, points: Floats, outward: Floats, triangles: Floats, path: _Path) -> None:
    """Takes the sun from ``lit`` (points, steps) wherever a triangle stands in the way."""
    corners = triangles[None, :, :, :] - points[:, None, None, :]
    front = np.einsum("pmcd,pd->pmc", corners, outward).max(axis=2) > 0
    free = np.linalg.norm(outward, axis=1) == 0
    keep = (front | free[:, None]) & (corners[..., 2].max(axis=2) > 0)
    point, triangle = np.nonzero(keep)
    corners = corners[point, triangle]
    azimuth = np.arctan2(-corners[..., 0], -corners[..., 1])
    low, high = azimuth.min(axis=1), azimuth.max(axis=1)
    # A range beyond half a turn crosses the north or lies overhead: it may meet any azimuth.
    around = high - low >= np.pi - 1e-6
    low, high = np.where(around, -np.pi, low), np.where(around, np.pi, high)
    first, last = path.steps(low, high)
    near = (last > first) & (corners[..., 2].max(axis=1) >= path.lowest * _plan_distance(corners) - 1e-9)
    point, corners, first, last = point[near], corners[near], first[near], last[near]
    ends = np.cumsum(last - first)
    begin = 0
    while begin < len(point):
        done = int(ends[begin - 1]) if begin else 0
        stop = max(begin + 1, int(np.searchsorted(ends, done + _TESTS_AT_ONCE, side="right")))
        part = slice(begin, stop)
        _cut(lit, point[part], corners[part], first[part], last[part], path)
        begin = stop


def _cut(lit: Bools, point: Ints, corners: Floats, first: Ints, last: Ints, path: _Path) -> None:
    """The exact test of every pair in every step of its range."""
    count = last - first
    pair = np.repeat(np.arange(len(point)), count)
    step = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    wanted = lit[point[pair], step]
    pair, step = pair[wanted], step[wanted]
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    sun = path.directions[step]
    sides = [np.einsum("ij,ij->i", np.cross(p, q)[pair], sun) for p, q in ((a, b), (b, c), (c, a))]
    volume = np.einsum("ij,ij->i", a, np.cross(b, c))[pair]
    inside = ((sides[0] >= 0) & (sides[1] >= 0) & (sides[2] >= 0)) | ((sides[0] <= 0) & (sides[1] <= 0) & (sides[2] <= 0))
    ahead = volume * (sides[0] + sides[1] + sides[2]) > 0
    hit = inside & ahead
    lit[point[pair[hit]], step[hit]] = False


def _plan_distance(corners: Floats) -> Floats:
    """Distance in plan from the origin to each triangle (k, 3, 3); 0 where the origin lies under or over it."""
    start = corners[..., :2]
    run = np.roll(start, -1, axis=1) - start
    length = np.maximum((run**2).sum(axis=2), 1e-18)
    share = np.clip(-(start * run).sum(axis=2) / length, 0, 1)
    nearest = np.linalg.norm(start + share[..., None] * run, axis=2).min(axis=1)
    turn = start[..., 0] * run[..., 1] - start[..., 1] * run[..., 0]
    within = (turn >= 0).all(axis=1) | (turn <= 0).all(axis=1)
    return np.where(within, 0.0, nearest)
