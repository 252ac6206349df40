"""Rooms under sloping roofs: how much of the floor has a height above it. Metres; exact, by cutting triangles at a height."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.ifc.geometry.mesh import Floats, load
from hezhu.engines.ifc.geometry.spaces import SpaceShape

if TYPE_CHECKING:
    from hezhu.engines.ifc.model import Element, Model

_SLOPED = (0.05, 0.985)  # the downward part of a normal: steeper is a wall, flatter (10°) a ceiling
_LEAST_M2 = 0.1


def sloping_undersides(model: Model, spaces: dict[int, SpaceShape]) -> dict[int, Floats]:
    """Triangles (k, 3, 3) of roofs over each space whose underside slopes somewhere above it, by record number of the space."""
    roofs = [element for element in model.of_class("IfcRoof", "IfcSlab") if _is_roof(element)]
    names = {roof.step_id for roof in roofs}
    covered = {key: names & {piece.step_id for piece in shape.overhead} for key, shape in spaces.items()}
    wanted = set().union(*covered.values()) if covered else set()
    meshes = load(model, [roof for roof in roofs if roof.step_id in wanted])
    found = {}
    for key, owners in covered.items():
        triangles = [meshes[owner].facing_down(_SLOPED[0]) for owner in sorted(owners) if owner in meshes]
        sloped = [meshes[owner] for owner in owners if owner in meshes]
        if triangles and any(_slopes_over(mesh.triangles, mesh.normals, spaces[key].inside) for mesh in sloped):
            found[key] = np.concatenate(triangles)
    return found


def _is_roof(element: Element) -> bool:
    return element.ifc_class == "IfcRoof" or element.predefined_type == "ROOF"


def _slopes_over(triangles: Floats, normals: Floats, floor: BaseGeometry) -> bool:
    steep = (normals[:, 2] <= -_SLOPED[0]) & (normals[:, 2] >= -_SLOPED[1])
    return any(plan.intersection(floor).area > _LEAST_M2 for plan in _plans(triangles[steep]))


def _plans(triangles: Iterable[Floats]) -> list[Polygon]:
    return [Polygon(triangle[:, :2]) for triangle in triangles]


def area_below(triangles: Floats, floor: BaseGeometry, z_m: float) -> float:
    """Area of a floor (m²) over which one of these undersides is lower than a height."""
    low = [part for triangle in triangles if len(part := _lower_part(triangle, z_m)) >= 3]
    return float(shapely.union_all([Polygon(part[:, :2]).buffer(0) for part in low]).intersection(floor).area) if low else 0.0


def _lower_part(triangle: Floats, z_m: float) -> Floats:
    """The corners of the part of a triangle below a height, in order."""
    kept = []
    for start, end in zip(triangle, np.roll(triangle, -1, axis=0), strict=True):
        if start[2] < z_m:
            kept.append(start)
        if (start[2] < z_m) != (end[2] < z_m):
            kept.append(start + (z_m - start[2]) / (end[2] - start[2]) * (end - start))
    return np.array(kept) if kept else np.zeros((0, 3))
