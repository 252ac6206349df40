"""What lies over a region and how high: storey height under level slabs, clear height under sloping ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.ifc.geometry.mesh import Floats
from hezhu.engines.review.area.enclosure import grown, union
from hezhu.engines.review.area.scene import Body, Level, Scene

_ABOVE_M = 0.8
_FAR = 1e5


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a region under one cover. ``height_m`` is the storey height (top of the floor to top of the cover) of a level
    cover; for a sloping one it is None and ``band`` says full, half or none by clear height. ``clear_m`` is what is free.
    """

    outline: BaseGeometry
    cover: Body
    height_m: float | None
    clear_m: float
    band: str = ""


def covers_of(scene: Scene, level: Level) -> list[Body]:
    """Structural slabs and roofs over a storey, the lowest first."""
    found = [
        slab
        for slab in scene.slabs
        if scene.is_structural(slab)
        and slab.high > level.floor_m + _ABOVE_M
        and (slab.is_pitched or slab.low > level.floor_m + _ABOVE_M)
    ]
    return sorted(found, key=lambda slab: slab.low)


def covered_by(region: BaseGeometry, covers: list[Body], floor_m: float, scene: Scene) -> Iterator[Piece]:
    """The region cut by its covers; of several one above the other the lowest counts."""
    left = region
    for cover in covers:
        if left.is_empty:
            return
        part = left.intersection(cover.plan)
        if part.area < 1e-6:
            continue
        if cover.is_pitched:
            yield from _by_clear_height(part, cover, floor_m, scene)
        else:
            yield Piece(part, cover, round(cover.top_m - floor_m, 4), round(cover.low - floor_m, 4))
        left = left.difference(cover.plan)


def leaning_over(region: BaseGeometry, walls: list[Body], floor_m: float, scene: Scene) -> Iterator[Piece]:
    """The parts of a region that lie under leaning walls, by clear height."""
    left = region
    for wall in walls:
        part = left.intersection(wall.plan)
        if part.area < 1e-6:
            continue
        normals = wall.mesh.normals[:, 2]
        sloping = wall.mesh.triangles[(normals < -0.05) & (normals > -0.95)]
        for piece in _by_clear_height(part, wall, floor_m, scene, sloping):
            left = left.difference(piece.outline)
            yield piece


def _by_clear_height(
    part: BaseGeometry, cover: Body, floor_m: float, scene: Scene, triangles: Floats | None = None
) -> Iterator[Piece]:
    """The part under a sloping underside, cut exactly along the lines of equal clear height."""
    limits = scene.profile.limits
    bounds = [
        ("full", limits["clear_full"], _FAR),
        ("half", limits["clear_half"], limits["clear_full"]),
        ("none", -_FAR, limits["clear_half"]),
    ]
    left = part
    triangles = cover.mesh.facing_down() if triangles is None else triangles
    for triangle in triangles[np.argsort(triangles[:, :, 2].mean(axis=1))]:
        face = left.intersection(Polygon(triangle[:, :2]))
        if face.area < 1e-6:
            continue
        left = left.difference(Polygon(triangle[:, :2]))
        for band, low, high in bounds:
            cut = face.intersection(_between(triangle, floor_m + low, floor_m + high))
            if cut.area > 1e-6:
                yield Piece(cut, cover, None, max(low, 0.0), band)


def _between(triangle: Floats, low_m: float, high_m: float) -> BaseGeometry:
    """Plan region where the triangle's plane lies between two heights: a strip, or everything, or nothing."""
    a, b, c = triangle
    normal = np.cross(b - a, c - a)
    slope = -normal[:2] / normal[2]
    steep = float(np.hypot(*slope))
    if steep < 1e-9:
        return shapely.box(-_FAR, -_FAR, _FAR, _FAR) if low_m <= a[2] < high_m else Polygon()
    up = slope / steep
    across = np.array([-up[1], up[0]])
    reach = [max(-_FAR, min(_FAR, (z - float(a[2])) / steep)) for z in (low_m, high_m)]
    corners = [
        a[:2] + up * along + across * aside
        for along, aside in zip((reach[0], reach[0], reach[1], reach[1]), (-_FAR, _FAR, _FAR, -_FAR), strict=True)
    ]
    return Polygon(corners)


def glazing(scene: Scene, level: Level) -> BaseGeometry:
    """Windows, panels and ceilings that close the top of a storey where no slab does."""
    high = level.floor_m + 1.5
    flat = [b.plan for b in scene.walls if b.element.ifc_class.startswith(("IfcWindow", "IfcPlate")) and b.low > high]
    ceilings = [ceiling.plan for ceiling in scene.ceilings if high < ceiling.low < level.reach_m + 3.0]
    return grown(union([*flat, *ceilings]), 0.05) if flat or ceilings else Polygon()


def finish_may_decide(scene: Scene, cover: Body) -> bool:
    """Whether a slab is a roof so thick that it may hold insulation and finishes: where its structure ends nobody can tell."""
    is_roof = "ROOF" in cover.element.predefined_type or cover.element.ifc_class == "IfcRoof"
    return is_roof and cover.high - cover.low > scene.profile.measuring.layered
