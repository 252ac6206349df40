"""A site as plain data: boundary, buildings by storey, roads and other lines, greens, parking. Metres, in the model's own axes.

Read from a model once (``read.site_plan``); everything that judges works on this and knows no IFC.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]
EMPTY = Polygon()


@dataclass(frozen=True, eq=False)
class Level:
    """One storey of a building. ``outline`` is the plan of its masses, ``declared_m2`` the floor area the model states.

    ``bottom_m`` and ``top_m`` are heights in the model's axes (top: of the storey, not of a parapet); None where unknown.
    """

    name: str
    global_id: str
    use: str | None
    bottom_m: float | None
    top_m: float | None
    outline: BaseGeometry
    declared_m2: float | None = None
    underground: bool = False
    open_ground: bool = False
    by_process: bool = False

    @property
    def height_m(self) -> float | None:
        """Storey height."""
        return None if self.bottom_m is None or self.top_m is None else self.top_m - self.bottom_m

    @property
    def area_m2(self) -> float | None:
        """Floor area: as declared, else of the outline; None where the model gives neither."""
        if self.declared_m2 is not None:
            return self.declared_m2
        return float(self.outline.area) or None


@dataclass(frozen=True, eq=False)
class Axes:
    """The smallest rectangle round a plan: unit vector along its long side, its length and its depth."""

    along: Point
    length_m: float
    depth_m: float

    @property
    def normal(self) -> Point:
        """Unit vector across, the direction the main facades look (either way)."""
        return -self.along[1], self.along[0]


@dataclass(frozen=True, eq=False)
class Mass:
    """A part of a building that is judged by its own height: the whole of it, its podium or its tower."""

    outline: BaseGeometry
    height_m: float
    height_class: str
    tower: bool


@dataclass(frozen=True, eq=False)
class Building:
    """One building. ``height_m`` is its planning height above ``ground_m``; None where the model does not show it.

    ``existing`` marks what stands already (现状): it takes part in spacing and sunlight, not in the figures of the project.
    ``facts`` is its property set Hezhu_Planning.
    """

    name: str
    global_id: str
    use: str | None
    levels: tuple[Level, ...]
    ground_m: float
    height_m: float | None
    height_how: str = ""
    existing: bool = False
    has_lift: bool | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def above(self) -> tuple[Level, ...]:
        """Storeys above ground, from the lowest up."""
        return tuple(level for level in self.levels if not level.underground)

    @cached_property
    def below(self) -> tuple[Level, ...]:
        """Storeys under ground."""
        return tuple(level for level in self.levels if level.underground)

    @cached_property
    def outline(self) -> BaseGeometry:
        """Everything above ground, in plan."""
        return shapely.union_all([level.outline for level in self.above])

    @cached_property
    def footprint(self) -> BaseGeometry:
        """The lowest storey above ground (基底)."""
        return next((level.outline for level in self.above if not level.outline.is_empty), EMPTY)

    @cached_property
    def underground(self) -> BaseGeometry:
        """Everything under ground, in plan."""
        return shapely.union_all([level.outline for level in self.below])

    @cached_property
    def depth_m(self) -> float | None:
        """Depth of the lowest floor under the ground; None without basement or where its height is unknown."""
        floors = [level.bottom_m for level in self.below]
        known = [floor for floor in floors if floor is not None]
        return self.ground_m - min(known) if known and len(known) == len(floors) else None

    @cached_property
    def axes(self) -> Axes | None:
        """Orientation; None where there is no outline."""
        return axes_of(self.outline)

    @property
    def storeys(self) -> int:
        """Storeys above ground."""
        return len(self.above)

    def height_class(self, low_max_m: float, multi_max_m: float) -> str | None:
        """low, multi or high; None where the height is unknown."""
        return None if self.height_m is None else class_of(self.height_m, low_max_m, multi_max_m)

    def masses(self, low_max_m: float, multi_max_m: float) -> tuple[Mass, ...]:
        """The whole; for a tall building the part above ``multi_max_m`` and, where it is wider, the podium below."""
        if self.height_m is None or self.outline.is_empty:
            return ()
        kind = class_of(self.height_m, low_max_m, multi_max_m)
        if kind != "high":
            return (Mass(self.outline, self.height_m, kind, False),)
        limit = self.ground_m + multi_max_m + 1e-6
        tall = [level for level in self.above if level.top_m is None or level.top_m > limit]
        podium = [level for level in self.above if level.top_m is not None and level.top_m <= limit]
        tower = shapely.union_all([level.outline for level in tall])
        if tower.is_empty:
            return (Mass(self.outline, self.height_m, kind, True),)
        masses = [Mass(tower, self.height_m, kind, True)]
        base = shapely.union_all([level.outline for level in podium])
        if podium and base.difference(tower.buffer(0.05)).area > 0.01 * tower.area:
            wide = [level for level in podium if level.outline.difference(tower.buffer(0.05)).area > 0.01 * tower.area]
            top = max(level.top_m or self.ground_m for level in wide or podium) - self.ground_m
            masses.append(Mass(base, top, class_of(top, low_max_m, multi_max_m), False))
        return tuple(masses)


@dataclass(frozen=True, eq=False)
class Feature:
    """Something on the site that is no building: its ``role`` (a key of the recognition words), plan shape and facts.

    ``shape`` is a polygon, a line or a point. ``z_m`` is where it is drawn.
    """

    role: str
    name: str
    global_id: str
    shape: BaseGeometry
    facts: Mapping[str, Any] = field(default_factory=dict)
    ifc_class: str = ""
    z_m: float = 0.0


@dataclass(frozen=True, eq=False)
class SitePlan:
    """The site. ``north_deg`` is true north, clockwise from +Y. ``warnings`` are Chinese notes on what could not be read."""

    name: str
    global_id: str
    boundary: Polygon | None
    ground_m: float
    north_deg: float
    buildings: tuple[Building, ...]
    features: tuple[Feature, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    boundary_id: str = ""
    warnings: tuple[str, ...] = ()

    def of_role(self, *roles: str) -> list[Feature]:
        """Features of these roles, in file order."""
        return [feature for feature in self.features if feature.role in roles]

    @cached_property
    def project(self) -> tuple[Building, ...]:
        """The buildings of the project, without what stands already."""
        return tuple(building for building in self.buildings if not building.existing)

    def true(self, vector: Point) -> Point:
        """A plan vector of the model's axes as east and north."""
        turn = math.radians(self.north_deg)
        x, y = vector
        return x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)

    def looks_south_north(self, vector: Point, within_deg: float) -> bool:
        """Whether a plan vector lies within so many degrees of the meridian."""
        east, north = self.true(vector)
        return math.degrees(math.atan2(abs(east), abs(north))) <= within_deg + 1e-6


def class_of(height_m: float, low_max_m: float, multi_max_m: float) -> str:
    """low (低层), multi (多层) or high (高层)."""
    return "low" if height_m <= low_max_m + 1e-6 else "multi" if height_m <= multi_max_m + 1e-6 else "high"


def axes_of(shape: BaseGeometry) -> Axes | None:
    """Long side of the smallest rectangle round a plan; None for what has no area."""
    if shape.is_empty or shape.area <= 0:
        return None
    ring = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))[:4]
    sides = sorted(((math.dist(ring[i], ring[i - 1]), tuple(ring[i] - ring[i - 1])) for i in (1, 2)), reverse=True)
    (length, (dx, dy)), (depth, _) = sides
    return Axes((dx / length, dy / length), length, depth)


def angle_between(first: Point, second: Point) -> float:
    """Smallest angle between two lines, degrees, 0 to 90."""
    return math.degrees(math.acos(min(1.0, abs(first[0] * second[0] + first[1] * second[1]))))


def extent(shape: BaseGeometry, along: Point) -> tuple[float, float]:
    """Where a plan begins and ends along a unit vector."""
    reach = shapely.get_coordinates(shape) @ along
    return float(reach.min()), float(reach.max())


def edges(polygon: Polygon) -> list[LineString]:
    """The sides of a polygon; corners that lie within 0.01 m of a straight side do not divide it."""
    ring = shapely.get_coordinates(shapely.simplify(polygon.exterior, 0.01))[:-1]
    return [LineString([ring[i], ring[(i + 1) % len(ring)]]) for i in range(len(ring))]


def nearest(first: BaseGeometry, second: BaseGeometry) -> tuple[float, LineString]:
    """Distance of two plans and the shortest line from the first to the second."""
    line = shapely.shortest_line(first, second)
    return float(first.distance(second)), line


def direction(line: LineString) -> Point | None:
    """Unit vector of a line; None where it has no length."""
    (x0, y0), (x1, y1) = shapely.get_coordinates(line)[[0, -1]]
    length = math.dist((x0, y0), (x1, y1))
    return None if length < 1e-9 else ((x1 - x0) / length, (y1 - y0) / length)


def total(values: Sequence[float | None]) -> float | None:
    """Sum; None where one is unknown."""
    known = [value for value in values if value is not None]
    return math.fsum(known) if len(known) == len(values) else None
