"""Railings measured locally: height above the pitch line of a flight or above the floor beside it. Metres.

A stair railing's bounding box is 2 to 5 m high, so the top is followed in plan and compared with what lies below each place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely

from hezhu.engines.ifc.geometry.mesh import Floats, Mesh
from hezhu.engines.ifc.geometry.stairs import FlightShape
from hezhu.engines.ifc.geometry.surfaces import Floors

_STEP_M = 0.05
_CELL_M = 0.10
_SLOPE_COS = 0.5  # rail tops rise up to 60 degrees
_BESIDE_FLIGHT_M = 0.35
_FLOOR_WITHIN_M = 0.30
_HEIGHT_RANGE_M = (0.30, 2.00)
_HANDRAIL_RANGE_M = (0.60, 1.50)
_LOWER_RAIL_SHARE = 0.6
_PLACES_LEAST = 3
_RIDGE_M = 0.12
_LEVEL_LEAST_M = 0.50  # GB 55038-2025 4.2.2 speaks of level parts longer than this; shorter ones are a handrail's ends
_DROP_M = 0.70
_BESIDE_RAIL_M = 0.40
_KEPT = 16  # surfaces of rails kept at a time, some MB each: beside a stair the same few are asked again and again


@dataclass(frozen=True, slots=True)
class RailPoint:
    """One place on the top of a railing, and its height above what one stands on there."""

    x: float
    y: float
    z_m: float
    height_m: float


@dataclass(frozen=True, eq=False)
class RailingShape:
    """One railing followed along its top.

    ``guard`` is its lowest place above a level floor, ``handrail`` the lowest above a flight's pitch line; None where the
    railing has no such part. ``level_length_m`` is the plan length of the level part. ``open_side`` says that beside the
    level part there is nothing to stand on within 0.7 m below its foot.
    """

    guard: RailPoint | None
    handrail: RailPoint | None
    level_length_m: float
    open_side: bool


def measure_railing(mesh: Mesh, flights: Sequence[FlightShape], floors: Floors) -> RailingShape | None:
    """The heights of one railing; None when nothing it could stand on is near."""
    tops = _tops(mesh)
    winding = [flight.outline for flight in flights if not flight.is_straight and is_beside(flight, mesh)]
    if winding and len(tops):  # no pitch line to measure from
        tops = tops[shapely.distance(shapely.union_all(winding), shapely.points(tops[:, :2])) > _BESIDE_FLIGHT_M]
    if not len(tops):
        return None
    base = _pitch_below(tops, [flight for flight in flights if is_beside(flight, mesh)])
    on_flight = ~np.isnan(base)
    level = floors.highest(tops[:, :2], tops[:, 2] - _HEIGHT_RANGE_M[1], tops[:, 2] - _HEIGHT_RANGE_M[0], _FLOOR_WITHIN_M)
    guard, guard_places = _lowest(tops[~on_flight], level[~on_flight])
    handrail, _ = _lowest(tops[on_flight], base[on_flight])
    if handrail is not None and _run(guard_places) + _CELL_M <= _LEVEL_LEAST_M:
        guard, guard_places = None, guard_places[:0]
    if guard is None and handrail is None:
        return None
    return RailingShape(
        guard=guard,
        handrail=handrail,
        level_length_m=round(_run(guard_places), 2),
        open_side=_open(guard_places, floors),
    )


def _pitch_below(tops: Floats, flights: Sequence[FlightShape]) -> Floats:
    """Height of the pitch line of the flight that each place belongs to, sideways the nearest one; NaN away from flights."""
    base = np.full(len(tops), np.nan)
    nearest = np.full(len(tops), _BESIDE_FLIGHT_M)
    for flight in (flight for flight in flights if flight.is_straight):
        offset = flight.offsets(tops[:, :2])
        aside = np.maximum(np.maximum(-offset, offset - flight.width_m), 0.0)
        pitch = flight.pitch(tops[:, :2])
        rise = tops[:, 2] - pitch
        here = (aside < nearest) & (rise >= 0) & (rise <= _HEIGHT_RANGE_M[1])
        nearest = np.where(here, aside, nearest)
        base = np.where(here, pitch, base)
    return base


def is_beside(flight: FlightShape, mesh: Mesh) -> bool:
    """Whether a flight lies beside the railing's box, in plan and in height."""
    low, high = mesh.low, mesh.high
    x0, y0, x1, y1 = flight.outline.bounds
    reach = _BESIDE_FLIGHT_M
    over = low[0] - reach <= x1 and high[0] + reach >= x0 and low[1] - reach <= y1 and high[1] + reach >= y0
    return bool(over and low[2] <= flight.treads[-1].z_m + _HANDRAIL_RANGE_M[1] and high[2] >= flight.treads[0].z_m)


def _between(values: Floats, bounds: tuple[float, float]) -> np.ndarray:
    return (values >= bounds[0]) & (values <= bounds[1])


@lru_cache(maxsize=_KEPT)
def _surface(mesh: Mesh) -> Floats:
    """Points over the upward faces about 5 cm apart, (n, 3), none on an edge: the edge of a rail is not its height."""
    triangles = mesh.facing_up(_SLOPE_COS)
    if not len(triangles):
        return np.zeros((0, 3))
    sides = np.linalg.norm(triangles - np.roll(triangles, 1, axis=1), axis=2).max(axis=1)
    counts = np.clip(2 ** np.ceil(np.log2(sides / _STEP_M)), 2, 512).astype(int)
    return np.concatenate([_spread(triangles[counts == count], int(count)) for count in np.unique(counts)])


def _spread(triangles: Floats, count: int) -> Floats:
    """``count`` × 4 points over each of these triangles (k, 3, 3), seen from each corner in turn."""
    u, v = (grid.ravel() for grid in np.meshgrid((np.arange(count) + 0.5) / count, (np.arange(4) + 0.5) / 4))
    beyond = u + v > 1
    shares = np.column_stack([np.where(beyond, 1 - u, u), np.where(beyond, 1 - v, v)])
    weights = np.column_stack([1 - shares.sum(axis=1), shares])
    first, second, third = (weights[:, corner, None] for corner in range(3))
    spread = np.empty((3, len(triangles), len(weights), 3))
    for turn in range(3):
        a, b, c = (triangles[:, (corner - turn) % 3, None, :] for corner in range(3))
        spread[turn] = first * a + second * b + third * c
    return spread.reshape(-1, 3)


def _tops(mesh: Mesh) -> Floats:
    """The highest point of the railing in each plan cell of 10 cm, (n, 3)."""
    points = _surface(mesh)
    if not len(points):
        return points
    cells = np.floor(points[:, :2] / _CELL_M).astype(np.int64)
    cells -= cells.min(axis=0)
    key = cells[:, 0] * (int(cells[:, 1].max()) + 1) + cells[:, 1]
    kept, place = np.unique(key, return_inverse=True)
    highest = np.full(len(kept), -np.inf)
    np.maximum.at(highest, place, points[:, 2])
    top = np.flatnonzero(points[:, 2] == highest[place])
    return points[top[np.unique(place[top], return_index=True)[1]]]


def _lowest(tops: Floats, base: Floats) -> tuple[RailPoint | None, Floats]:
    """The lowest place, and every place that counts, (n, 4) with the height last.

    Places much lower than half of the railing show only a lower rail or a post's foot and do not count.
    """
    known = ~np.isnan(base)
    places = np.column_stack([tops[known], (tops[:, 2] - base)[known]])
    if len(places) < _PLACES_LEAST:
        return None, np.zeros((0, 4))
    places = places[places[:, 3] >= _LOWER_RAIL_SHARE * np.median(places[:, 3])]
    places[:, 3] = _ridge(places)
    x, y, z, height = (float(value) for value in places[places[:, 3].argmin()])
    return RailPoint(x, y, z, round(height, 4)), places


def _ridge(places: Floats) -> Floats:
    """The height at each place as the greatest within a hand's breadth: the rounded side of a rail is not its top."""
    which, index = shapely.STRtree(shapely.points(places[:, :2])).query(
        shapely.points(places[:, :2]), predicate="dwithin", distance=_RIDGE_M
    )
    ridge = places[:, 3].copy()
    np.maximum.at(ridge, which, places[index, 3])
    return ridge


def _run(places: Floats) -> float:
    """Longer side of the box around the places, in plan, to about 10 cm (half a cell is added at each end)."""
    return float((places[:, :2].max(axis=0) - places[:, :2].min(axis=0)).max()) + _CELL_M if len(places) else 0.0


def _open(places: Floats, floors: Floors) -> bool:
    """Whether anywhere beside the railing there is nothing to stand on from 0.7 m below its foot up to its top."""
    if not len(places):
        return False
    foot = places[:, 2] - places[:, 3]
    return any(
        bool(np.isnan(floors.highest(places[:, :2] + shift, foot - _DROP_M, places[:, 2], 0.0)).any())
        for shift in _BESIDE_RAIL_M * np.array([(1, 0), (-1, 0), (0, 1), (0, -1)])
    )


def handrail_offsets(flight: FlightShape, railings: Sequence[Mesh]) -> tuple[float, ...]:
    """Where handrail axes run over a flight: metres from its left edge, at most one per side, ascending.

    The axis is the middle of the rail's upper faces; a rail outside the flight counts at the flight's edge.
    """
    left: list[float] = []
    right: list[float] = []
    for mesh in railings:
        if not flight.is_straight or not is_beside(flight, mesh):
            continue
        points = _surface(mesh)
        if not len(points):
            continue
        offset = flight.offsets(points[:, :2])
        here = (offset >= -_BESIDE_FLIGHT_M) & (offset <= flight.width_m + _BESIDE_FLIGHT_M)
        here &= _between(points[:, 2] - flight.pitch(points[:, :2]), _HANDRAIL_RANGE_M)
        for found, side in ((left, offset < flight.width_m / 2), (right, offset >= flight.width_m / 2)):
            beside = offset[here & side]
            if len(beside) >= _PLACES_LEAST:
                found.append(float(beside.min() + beside.max()) / 2)
    axes = [max(0.0, *left)] if left else []
    if right:
        axes.append(min(flight.width_m, *right))
    return tuple(round(axis, 4) for axis in axes)
