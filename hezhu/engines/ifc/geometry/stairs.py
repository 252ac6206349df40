"""Stairs measured from their mesh: treads, risers, goings, widths, landings, headroom. Metres.

Attributes such as RiserHeight are not trusted: old exports give them in feet while the file says metres.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.ifc.geometry.mesh import Floats, Mesh
from hezhu.engines.ifc.geometry.surfaces import Ceilings, Floors, Level, levels

_TREAD_DEPTH_M = 0.10  # narrower horizontal strips are nosings, stringers and rail tops
_TREAD_LENGTH_M = 0.40
_FILLED_SHARE = 0.40
_TREAD_THICKNESS_M = 0.10  # a surface this close under another is the structure that carries it
_LANDING_DEPTH_M = 0.60
_RISER_RANGE_M = (0.03, 0.35)
_STRAIGHT_COS = 0.985  # 10 degrees
_LOOK_UP_M = 12.0
_OVER_FLIGHT_M = 0.5
_RAIL_HALF_M = 0.08
_FLAT_COS = 0.99


@dataclass(frozen=True, eq=False)
class FlightShape:
    """One run of treads of one element, from the lowest up.

    ``along`` is the plan direction of climbing (unit vector). ``base_z_m`` is the surface one steps up from, ``arrival_z_m``
    the one reached; None when the model has none there. ``handrails`` are the plan offsets of handrail axes across the
    flight, metres from its left edge, as found by ``railings``.
    """

    step_id: int
    treads: tuple[Level, ...]
    along: tuple[float, float]
    is_straight: bool
    base_z_m: float | None = None
    arrival_z_m: float | None = None
    handrails: tuple[float, ...] = ()
    headroom_m: float | None = None

    @cached_property
    def outline(self) -> BaseGeometry:
        """Plan of all treads."""
        return shapely.union_all([tread.outline for tread in self.treads])

    @cached_property
    def fronts_m(self) -> tuple[float, ...]:
        """Position of each nosing along the direction of climbing."""
        return tuple(reach(tread.outline, self.along)[0] for tread in self.treads)

    @property
    def goings_m(self) -> tuple[float, ...]:
        """Horizontal distances between successive nosings; the last tread has none (where it ends is the landing's edge)."""
        return tuple(round(after - before, 4) for before, after in pairwise(self.fronts_m))

    @property
    def risers_m(self) -> tuple[float, ...]:
        """Heights of the steps, from the base (where known) to the arrival (where known)."""
        heights = [tread.z_m for tread in self.treads]
        if self.base_z_m is not None:
            heights.insert(0, self.base_z_m)
        if self.arrival_z_m is not None:
            heights.append(self.arrival_z_m)
        return tuple(round(after - before, 4) for before, after in pairwise(heights))

    @property
    def is_complete(self) -> bool:
        """Whether both ends are known, so that the number of risers is exact."""
        return self.base_z_m is not None and self.arrival_z_m is not None

    @property
    def across(self) -> tuple[float, float]:
        """Plan direction from the left edge to the right, seen climbing."""
        return self.along[1], -self.along[0]

    @cached_property
    def edges_m(self) -> tuple[float, float]:
        """Left and right edge across the flight: the part that every tread has."""
        reaches = [reach(tread.outline, self.across) for tread in self.treads]
        return max(low for low, _ in reaches), min(high for _, high in reaches)

    @property
    def width_m(self) -> float:
        """Width of the narrowest tread."""
        low, high = self.edges_m
        return round(high - low, 4)

    @property
    def clear_width_m(self) -> float | None:
        """Between handrail axes, or a handrail axis and the far edge (GB 55031-2022 5.3.3); None without any handrail."""
        if not self.handrails:
            return None
        middle = self.width_m / 2
        left = max((offset for offset in self.handrails if offset < middle), default=0.0)
        right = min((offset for offset in self.handrails if offset >= middle), default=self.width_m)
        return round(min(right, self.width_m) - max(left, 0.0), 4)

    def pitch(self, points: Floats) -> Floats:
        """Height of the pitch line (through the nosings, up to the arrival) at plan points (n, 2); NaN beyond its ends."""
        position = points @ np.array(self.along)
        fronts, heights = list(self.fronts_m), [tread.z_m for tread in self.treads]
        if self.arrival_z_m is not None and self.goings_m:
            fronts.append(fronts[-1] + float(np.mean(self.goings_m)))
            heights.append(self.arrival_z_m)
        inside = (position >= fronts[0] - 0.01) & (position <= fronts[-1] + 0.01)
        return np.where(inside, np.interp(position, fronts, heights), np.nan)

    def offsets(self, points: Floats) -> Floats:
        """Metres from the left edge to plan points (n, 2), across the flight."""
        return np.asarray(points @ np.array(self.across) - self.edges_m[0])

    def line(self) -> tuple[tuple[float, float, float], ...]:
        """Two points across the middle tread, for drawing the width."""
        tread = self.treads[len(self.treads) // 2]
        middle = tread.outline.centroid
        position = middle.x * self.along[0] + middle.y * self.along[1]
        low, high = self.edges_m
        return tuple(
            (
                position * self.along[0] + side * self.across[0],
                position * self.along[1] + side * self.across[1],
                tread.z_m,
            )
            for side in (low, high)
        )


@dataclass(frozen=True, eq=False)
class LandingShape:
    """One landing between flights. ``depth_m`` is the shortest way across it in the direction of an adjoining flight.

    ``turns`` says whether the flights that meet here change direction; None when fewer than two flights were found.
    """

    step_id: int
    outline: Polygon | MultiPolygon
    z_m: float
    depth_m: float | None = None
    turns: bool | None = None
    flight_width_m: float | None = None
    headroom_m: float | None = None


def reach(shape: BaseGeometry, direction: tuple[float, float]) -> tuple[float, float]:
    """Lowest and highest position of a shape along a plan direction."""
    along = shapely.get_coordinates(shape) @ np.array(direction)
    return float(along.min()), float(along.max())


def measure_stair(step_id: int, mesh: Mesh) -> tuple[list[FlightShape], list[LandingShape]]:
    """Flights and landings in one mesh (a flight alone, or a whole stair modelled as one body)."""
    surfaces = _walked(levels(mesh.facing_up(_FLAT_COS)))
    landings = [
        LandingShape(step_id, level.outline, level.z_m) for level in surfaces if _depth(level.outline) >= _LANDING_DEPTH_M
    ]
    flights = []
    for run in _runs(surfaces):
        flight = _flight(step_id, run)
        if flight is not None:
            flights.append(flight)
    return flights, landings


def _sides(shape: BaseGeometry) -> tuple[float, float]:
    """Short and long side of the smallest rectangle around a shape; zeros for one that leaves most of it empty (a frame)."""
    rectangle = shapely.minimum_rotated_rectangle(shape)
    ring = shapely.get_coordinates(rectangle)
    if len(ring) < 4 or shape.area < _FILLED_SHARE * rectangle.area:
        return 0.0, 0.0
    first, second = float(np.linalg.norm(ring[1] - ring[0])), float(np.linalg.norm(ring[2] - ring[1]))
    return min(first, second), max(first, second)


def _depth(shape: BaseGeometry) -> float:
    return _sides(shape)[0]


def _walked(surfaces: Sequence[Level]) -> list[Level]:
    """Surfaces large enough to step on and not hidden just under another one."""
    sizes = [_sides(level.outline) for level in surfaces]
    large = [
        level for level, (short, long) in zip(surfaces, sizes, strict=True) if short >= _TREAD_DEPTH_M and long >= _TREAD_LENGTH_M
    ]
    return [
        level
        for index, level in enumerate(large)
        if not any(
            0 < other.z_m - level.z_m <= _TREAD_THICKNESS_M
            and other.outline.intersection(level.outline).area > 0.5 * level.outline.area
            for other in large[index + 1 :]
        )
    ]


def _runs(surfaces: Sequence[Level]) -> Iterator[list[Level]]:
    """Successive treads with a climbable rise; a landing or a jump ends a run."""
    run: list[Level] = []
    for level in surfaces:
        is_landing = _depth(level.outline) >= _LANDING_DEPTH_M
        climbs = bool(run) and _RISER_RANGE_M[0] <= level.z_m - run[-1].z_m <= _RISER_RANGE_M[1]
        if run and (is_landing or not climbs):
            yield run
            run = []
        if not is_landing:
            run.append(level)
    if run:
        yield run


def _flight(step_id: int, treads: Sequence[Level]) -> FlightShape | None:
    """A flight of at least two treads."""
    if len(treads) < 2:
        return None
    centres = np.array([shapely.get_coordinates(tread.outline.centroid)[0] for tread in treads])
    steps = np.diff(centres, axis=0)
    sizes = np.linalg.norm(steps, axis=1)
    whole = centres[-1] - centres[0]
    if np.linalg.norm(whole) < 1e-6 or (sizes < 1e-6).any():
        return None
    along = whole / np.linalg.norm(whole)
    straight = bool(((steps @ along) / sizes >= _STRAIGHT_COS).all())
    return FlightShape(step_id, tuple(treads), (float(along[0]), float(along[1])), straight)


def with_ends(flight: FlightShape, floors: Floors, landings: Sequence[LandingShape], base_of_mesh: float) -> FlightShape:
    """The flight with the surface it starts from and the one it arrives at, where the model has them."""
    first, last = flight.treads[0], flight.treads[-1]
    base = _next_surface(first, floors, landings, up=False)
    if base is None and _RISER_RANGE_M[0] <= first.z_m - base_of_mesh <= 0.25:
        base = base_of_mesh
    return replace(flight, base_z_m=base, arrival_z_m=_next_surface(last, floors, landings, up=True))


def _next_surface(tread: Level, floors: Floors, landings: Sequence[LandingShape], up: bool) -> float | None:
    """The nearest walking surface one rise above or below a tread and touching it in plan."""
    near, far = _RISER_RANGE_M if up else (-_RISER_RANGE_M[1], -_RISER_RANGE_M[0])
    low, high = tread.z_m + near, tread.z_m + far
    heights = floors.heights(tread.outline, low, high, within_m=0.15)
    heights += [item.z_m for item in landings if low <= item.z_m <= high and item.outline.distance(tread.outline) <= 0.15]
    if not heights:
        return None
    return min(heights) if up else max(heights)


def with_headroom(flight: FlightShape, ceilings: Ceilings) -> FlightShape:
    """The flight with the least height above its treads; None where nothing is modelled above it."""
    rooms = [room for tread in flight.treads if (room := headroom(tread, ceilings, flight.step_id)) is not None]
    return replace(flight, headroom_m=round(min(rooms), 4) if rooms else None)


def headroom(level: Level, ceilings: Ceilings, own: int) -> float | None:
    """Height from a surface to the lowest thing above it. Rails of a stair modelled as one body are too thin to count."""
    floor = level.outline.buffer(-0.02, join_style="mitre")
    pieces = ceilings.above(floor, level.z_m + _OVER_FLIGHT_M, level.z_m + _LOOK_UP_M)
    others = [piece.z_m for piece in pieces if piece.step_id != own]
    mine = [piece for piece in pieces if piece.step_id == own]
    thick = shapely.union_all([piece.outline for piece in mine]).buffer(-_RAIL_HALF_M) if mine else Polygon()
    others += [piece.z_m for piece in mine if not thick.is_empty and piece.outline.intersects(thick)]
    return min(others) - level.z_m if others else None


def with_depth(landing: LandingShape, flights: Sequence[FlightShape]) -> LandingShape:
    """The landing with its depth along the flights that meet it."""
    joined = [
        flight
        for flight in flights
        if flight.is_straight
        and min(abs(flight.treads[0].z_m - landing.z_m), abs(flight.treads[-1].z_m - landing.z_m)) <= _RISER_RANGE_M[1]
        and flight.outline.distance(landing.outline) <= 0.15
    ]
    depths = [depth for flight in joined if (depth := _across(landing.outline, flight)) is not None]
    cosines = [float(np.dot(one.along, other.along)) for one, other in pairwise(joined)]
    return replace(
        landing,
        depth_m=round(min(depths), 4) if depths else None,
        turns=any(cosine < _STRAIGHT_COS for cosine in cosines) if cosines else None,
        flight_width_m=max((flight.clear_width_m or flight.width_m for flight in joined), default=None),
    )


def _across(landing: BaseGeometry, flight: FlightShape) -> float | None:
    """Shortest of three lines over the landing, in the direction of the flight and within its width."""
    low, high = flight.edges_m
    along, across = np.array(flight.along), np.array(flight.across)
    start, end = reach(landing, flight.along)
    chords = []
    for share in (0.02, 0.5, 0.98):
        side = across * (low + share * (high - low))
        line = LineString([tuple(along * (start - 1) + side), tuple(along * (end + 1) + side)])
        length = line.intersection(landing).length
        if length > 0.05:
            chords.append(length)
    return min(chords) if chords else None


def corners(level: Level | LandingShape) -> Floats:
    """The outline's corners at its height, (n, 3), for drawing."""
    points = shapely.get_coordinates(shapely.convex_hull(level.outline))
    return np.column_stack([points, np.full(len(points), level.z_m)])
