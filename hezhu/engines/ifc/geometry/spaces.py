"""Rooms: floor outline, area, height to what is above, and the width a person can pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import shapely
from shapely import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.ifc.geometry.mesh import Mesh
from hezhu.engines.ifc.geometry.surfaces import Ceilings, Overhead, flatten, outline, plan

_WALL_TOUCH_M = 0.02
_LOOK_UP_M = 12.0
_KNEE_M = 0.3
_COVERED = 0.95


@dataclass(frozen=True, eq=False)
class SpaceShape:
    """One IfcSpace. ``floor_z_m`` and ``top_z_m`` are its own body's; ``overhead`` the undersides found above ``inside``,
    which is the floor less 2 cm along its edge (what touches the walls is not above the room).
    """

    floor: Polygon | MultiPolygon
    inside: BaseGeometry
    floor_z_m: float
    top_z_m: float
    overhead: tuple[Overhead, ...]

    @property
    def area_m2(self) -> float:
        """Floor area within the space's own outline (finished inner faces, if it is modelled so)."""
        return float(self.floor.area)

    @property
    def body_height_m(self) -> float:
        """Height of the space's own body; what the modeller declared, not what was built above it."""
        return self.top_z_m - self.floor_z_m

    @cached_property
    def ceiling_height_m(self) -> float | None:
        """Floor to the lowest underside above it, anywhere; None when nothing is modelled above."""
        return (
            min((piece.z_m for piece in self.overhead), default=self.floor_z_m - 1.0) - self.floor_z_m if self.overhead else None
        )

    @cached_property
    def covered_share(self) -> float:
        """Share (0..1) of the floor that has a modelled underside above it."""
        if not self.overhead or not self.inside.area:
            return 0.0
        return min(1.0, float(shapely.union_all([piece.outline for piece in self.overhead]).area / self.inside.area))

    @property
    def is_covered(self) -> bool:
        """Whether practically the whole floor has a modelled underside above it."""
        return self.covered_share >= _COVERED

    def share_below(self, height_m: float) -> float:
        """Share (0..1) of the floor over which the underside is lower than ``height_m``."""
        low = [piece.outline for piece in self.overhead if piece.z_m - self.floor_z_m < height_m]
        return float(shapely.union_all(low).area / self.inside.area) if low and self.inside.area else 0.0

    @cached_property
    def short_side_m(self) -> float:
        """Short side of the smallest rectangle around the floor."""
        return _sides(self.floor)[0]

    def contains(self, x: float, y: float, z: float) -> bool:
        """Whether a point lies in the space (heights with 5 cm to spare)."""
        return self.floor_z_m - 0.05 <= z <= self.top_z_m + 0.05 and bool(shapely.covers(self.floor, Point(x, y)))


def measure_space(mesh: Mesh, ceilings: Ceilings) -> SpaceShape | None:
    """The shape of one space; None when its body has no extent."""
    low, high = float(mesh.low[2]), float(mesh.high[2])
    bottom = mesh.facing_down(0.95)
    floor = outline(flatten(bottom[bottom[:, :, 2].max(axis=1) <= low + 0.05]))
    if floor.is_empty:
        floor = plan(mesh)
    if floor.is_empty or high - low < _KNEE_M:
        return None
    inside: BaseGeometry = floor.buffer(-_WALL_TOUCH_M, join_style="mitre")
    if inside.is_empty:
        inside = floor
    overhead = ceilings.above(inside, low + _KNEE_M, low + _LOOK_UP_M)
    return SpaceShape(floor, inside, low, high, tuple(_visible(overhead, inside)))


def _visible(pieces: list[Overhead], floor: BaseGeometry) -> list[Overhead]:
    """Only what is seen from the floor: going up, pieces wholly hidden by lower ones are dropped."""
    seen: list[Overhead] = []
    cover: BaseGeometry = Polygon()
    for piece in sorted(pieces, key=lambda item: item.z_m):
        if cover.area >= floor.area * 0.999:
            break
        if not cover.covers(piece.outline):
            seen.append(piece)
            cover = cover.union(piece.outline)
    return seen


def _sides(shape: BaseGeometry) -> tuple[float, float]:
    """Short and long side of the smallest rectangle around a shape."""
    ring = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))
    if len(ring) < 4:
        return 0.0, 0.0
    first, second = (float(((ring[i + 1] - ring[i]) ** 2).sum() ** 0.5) for i in (0, 1))
    return min(first, second), max(first, second)


def passage_width(floor: Polygon | MultiPolygon, doors: Sequence[Point]) -> float | None:
    """Width of the widest disc-shaped walker that reaches every door from every other, metres, to 1 mm.

    With fewer than two doors the narrowest place of the whole floor counts instead. Niches without a door do not narrow a
    passage. None when the floor is empty.
    """
    if floor.is_empty:
        return None
    low, high = 0.0, _sides(floor)[0] + 0.002
    while high - low > 0.0005:
        middle = (low + high) / 2
        if _passable(floor, doors, middle):
            low = middle
        else:
            high = middle
    return round(low, 3)


def _passable(floor: Polygon | MultiPolygon, doors: Sequence[Point], width: float) -> bool:
    """Whether a walker of that width gets through."""
    core = floor.buffer(-width / 2, join_style="mitre")
    if core.is_empty:
        return False
    parts = list(shapely.get_parts(core))
    if len(doors) < 2:
        opened = core.buffer(width / 2, join_style="mitre").intersection(floor)
        return len(parts) == 1 and opened.area >= 0.98 * floor.area
    reach = width / 2 * 2**0.5 + 0.35
    return any(all(part.distance(door) <= reach for door in doors) for part in parts)
