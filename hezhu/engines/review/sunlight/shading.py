"""Which points see the sun: exact lines against triangles, with most of the answer in closed form.

Over one day the sun runs along a circle about the pole, nearly: its declination drifts by less than a tenth of a degree in the hours
that count. A triangle shades a point while the sun is on the inner side of the three planes through the point and its edges; where
the sun crosses such a plane follows from one cosine. With the least and the greatest declination of the day this gives, for every
point and triangle, steps that are surely shaded and steps that may be. The former are filled in, only the latter are tested line by
line, so that the answer is that of the plain test of every line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Rows = tuple[Floats, Floats, Floats]

_PAIRS_AT_ONCE = 400_000
_TESTS_AT_ONCE = 1_000_000
_FEWEST_STEPS = 8
_WIDEST_DRIFT = 0.02  # of the tangent of the declination; beyond it a circle says little
_SLACK = 1e-9
_ROUNDING = 1e-14


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
    circle = _circle(directions)
    reach = _Reach(triangles, directions)
    chunk = max(1, _PAIRS_AT_ONCE // len(triangles))
    for start in range(0, len(points), chunk):
        part = slice(start, start + chunk)
        point, triangle = reach.pairs(points[part], outward[part], free[part])
        pairs = _Pairs(lit[part], point, triangle, points[part], triangles, directions)
        if circle is None:
            pairs.cut(np.ones(len(point), bool), np.zeros_like(point), np.full_like(point, len(directions)))
        else:
            _shade(pairs, circle)
    return lit


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs of a point and a triangle, by index, and the sun of the points (points, steps)."""

    lit: Bools
    point: Ints
    triangle: Ints
    points: Floats
    triangles: Floats
    directions: Floats

    def corners(self, frame: Floats) -> list[Rows]:
        """Corners as seen from the point, each as three rows of coordinates in a frame."""
        here, there = (self.points @ frame.T).T, (self.triangles @ frame.T).transpose(1, 2, 0)
        own = [row[self.point] for row in here]
        return [(c[0][self.triangle] - own[0], c[1][self.triangle] - own[1], c[2][self.triangle] - own[2]) for c in there]

    def cut(self, chosen: Bools, first: Ints, last: Ints) -> None:
        """The exact test of the chosen pairs in the steps of their range."""
        rows = np.flatnonzero(chosen & (last > first))
        point = self.point[rows]
        corners = self.triangles[self.triangle[rows]] - self.points[point][:, None, :]
        _cut(self.lit, point, corners, first[rows], last[rows], self.directions)


class _Reach:
    """Which triangles can shade a point at all: in front of its wall, above it, and near enough for the lowest sun."""

    def __init__(self, triangles: Floats, directions: Floats) -> None:
        slope = directions[:, 2] / np.maximum(np.hypot(directions[:, 0], directions[:, 1]), 1e-12)
        above = slope[slope > 0]
        self.lowest = float(above.min())
        self.corners = triangles.reshape(-1, 3).T
        self.top = triangles[..., 2].max(axis=1)
        plan = triangles[..., :2]
        self.centre = plan.mean(axis=1)
        self.radius = np.linalg.norm(plan - self.centre[:, None], axis=2).max(axis=1)

    def pairs(self, points: Floats, outward: Floats, free: Bools) -> tuple[Ints, Ints]:
        """Indices of points and triangles that may meet."""
        rise = self.top[None, :] - points[:, 2:]
        away = np.hypot(self.centre[None, :, 0] - points[:, :1], self.centre[None, :, 1] - points[:, 1:2]) - self.radius
        keep = (rise > 0) & (rise >= self.lowest * away - _SLACK)
        ahead = (outward @ self.corners).reshape(len(points), -1, 3).max(axis=2) > (outward * points).sum(axis=1)[:, None]
        point, triangle = np.nonzero(keep & (ahead | free[:, None]))
        return point, triangle


@dataclass(frozen=True, eq=False)
class _Circle:
    """The sun's circle: two axes in its plane and the pole (rows of ``frame``), the angles of the steps along it, increasing.

    ``low`` and ``high`` bound height over radius of the circle, the tangent of the declination.
    """

    frame: Floats
    angles: Floats
    low: float
    high: float


def _circle(directions: Floats) -> _Circle | None:
    """The circle that directions run along; None where they are too few, run round more than half of it, or leave it."""
    if len(directions) < _FEWEST_STEPS:
        return None
    middle = directions.mean(axis=0)
    pole = np.linalg.svd(directions - middle)[2][2]
    first = directions[len(directions) // 2] - (directions[len(directions) // 2] @ pole) * pole
    if np.linalg.norm(first) < 1e-6:
        return None
    first = first / np.linalg.norm(first)
    frame = np.array([first, np.cross(pole, first), pole])
    x, y, height = frame @ directions.T
    angles = np.arctan2(y, x)
    if angles[-1] < angles[0]:
        frame = np.array([frame[0], -frame[1], frame[2]])
        angles = -angles
    drift = height / np.hypot(x, y)
    if not (np.diff(angles) > 0).all() or angles[-1] - angles[0] >= np.pi - 0.01 or np.ptp(drift) > _WIDEST_DRIFT:
        return None
    return _Circle(frame, angles, float(drift.min()), float(drift.max()))


def _shade(pairs: _Pairs, circle: _Circle) -> None:
    """Takes the sun from the points wherever a triangle stands in the way."""
    a, b, c = pairs.corners(circle.frame)
    normals = [_cross(p, q) for p, q in ((a, b), (b, c), (c, a))]
    volume = a[0] * normals[1][0] + a[1] * normals[1][1] + a[2] * normals[1][2]
    turn = np.sign(volume)
    far = max(1.0, float(max(np.abs(row).max(initial=0.0) for corner in (a, b, c) for row in corner)))
    count = len(pairs.point)
    sure, possible = _Span(count, len(circle.angles)), _Span(count, len(circle.angles))
    for normal in normals:
        x, y, z = (part * turn for part in normal)
        flat = np.hypot(x, y)
        with np.errstate(divide="ignore", invalid="ignore"):
            one, other = -z * circle.low / flat, -z * circle.high / flat
            slack = _SLACK + _ROUNDING * far**2 / flat
        strict, loose = np.fmax(one, other) + slack, np.fmin(one, other) - slack
        strict, loose = np.where(np.isnan(strict), 2.0, strict), np.where(np.isnan(loose), -2.0, loose)
        towards = np.arctan2(y, x)
        sure.narrow(circle.angles, towards, strict, -_SLACK)
        possible.narrow(circle.angles, towards, loose, _SLACK)
    split = sure.settle() | possible.settle()
    edge_on = np.abs(volume) <= _ROUNDING * far**3  # which side is seen is not sure
    kept = ~edge_on & (possible.last > possible.first)
    kept, split = kept & ~split, kept & split
    filled = kept & (sure.last > sure.first)
    _fill(pairs.lit, pairs.point[filled], sure.first[filled], sure.last[filled])
    pairs.cut(kept, possible.first, np.where(filled, sure.first, possible.last))
    pairs.cut(filled, sure.last, possible.last)
    pairs.cut(split, possible.first, possible.last)
    pairs.cut(edge_on, np.zeros_like(pairs.point), np.full_like(pairs.point, len(circle.angles)))


class _Span:
    """Steps of each pair, from ``first`` up to before ``last``, less what three gaps take out."""

    def __init__(self, pairs: int, steps: int) -> None:
        self.first, self.last = np.zeros(pairs, np.int64), np.full(pairs, steps, np.int64)
        self.gaps: list[tuple[Ints, Ints]] = []

    def narrow(self, angles: Floats, towards: Floats, cosine: Floats, slack: float) -> None:
        """Keeps the steps whose angle from ``towards`` has at least that cosine."""
        half = np.arccos(np.clip(cosine, -1, 1)) + slack
        never, always = cosine > 1, cosine <= -1
        inner = half <= np.pi / 2  # else the arc is told by the gap round its far side
        centre = np.where(inner, towards, towards + np.pi)
        reach = np.where(inner, half, np.pi - half)
        middle = (angles[0] + angles[-1]) / 2
        centre = (centre - middle + np.pi) % (2 * np.pi) - np.pi + middle
        begin = np.searchsorted(angles, centre - reach, side="left")
        end = np.searchsorted(angles, centre + reach, side="right")
        np.maximum(self.first, np.where(inner & ~always, begin, 0), out=self.first)
        np.minimum(self.last, np.where(never, 0, np.where(inner & ~always, end, len(angles))), out=self.last)
        gap = ~inner & ~always & (end > begin)
        self.gaps.append((np.where(gap, begin, 0), np.where(gap, end, 0)))

    def settle(self) -> Bools:
        """Takes off gaps at either end; True where one is left inside, so that two stretches remain."""
        for _ in self.gaps:
            for begin, end in self.gaps:
                self.first = np.where((begin <= self.first) & (end > self.first), end, self.first)
                self.last = np.where((end >= self.last) & (begin < self.last) & (end > begin), begin, self.last)
        inside = [(end > begin) & (begin > self.first) & (end < self.last) for begin, end in self.gaps]
        return np.logical_or.reduce(inside) & (self.last > self.first)


def _cross(p: Rows, q: Rows) -> Rows:
    return p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]


def _fill(lit: Bools, point: Ints, first: Ints, last: Ints) -> None:
    """Shades whole stretches of steps."""
    width = lit.shape[1] + 1
    size = lit.shape[0] * width
    begins = np.bincount(point * width + first, minlength=size)
    ends = np.bincount(point * width + last, minlength=size)
    depth = np.cumsum((begins - ends).reshape(-1, width), axis=1)[:, :-1]
    lit &= depth == 0


def _cut(lit: Bools, point: Ints, corners: Floats, first: Ints, last: Ints, directions: Floats) -> None:
    """The exact test of every pair in every step of its range."""
    for part in _parts(last - first):
        count = (last - first)[part]
        pair = np.repeat(np.arange(len(count)), count)
        step = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first[part], count)
        here = point[part][pair]
        wanted = lit[here, step]
        pair, step, here = pair[wanted], step[wanted], here[wanted]
        a, b, c = (corners[part][:, index] for index in range(3))
        sun = directions[step]
        sides = [np.einsum("ij,ij->i", np.cross(p, q)[pair], sun) for p, q in ((a, b), (b, c), (c, a))]
        volume = np.einsum("ij,ij->i", a, np.cross(b, c))[pair]
        inside = ((sides[0] >= 0) & (sides[1] >= 0) & (sides[2] >= 0)) | ((sides[0] <= 0) & (sides[1] <= 0) & (sides[2] <= 0))
        hit = inside & (volume * (sides[0] + sides[1] + sides[2]) > 0)
        lit[here[hit], step[hit]] = False


def _parts(counts: Ints) -> Iterator[slice]:
    """Runs of pairs with at most so many tests together."""
    ends = np.cumsum(counts)
    begin = 0
    while begin < len(counts):
        done = int(ends[begin - 1]) if begin else 0
        stop = max(begin + 1, int(np.searchsorted(ends, done + _TESTS_AT_ONCE, side="right")))
        yield slice(begin, stop)
        begin = stop
