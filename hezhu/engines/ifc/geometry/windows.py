"""Windows: size of the opening, height above the floor, and the rooms on either side. Metres. Loaded only when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import MultiPoint

from hezhu.engines.ifc.geometry.mesh import Mesh, load

if TYPE_CHECKING:
    from hezhu.engines.ifc.model import Element, Model

_AWAY_M = (0.15, 0.35, 0.6)
_AGREE_M = 0.15  # a declared opening may be larger than the frame in it by the fitting gap, not by more


@dataclass(frozen=True, slots=True)
class WindowShape:
    """A window: width and height of its opening, the height of its lower edge, a plan point, and the spaces beside it."""

    width_m: float
    height_m: float
    sill_z_m: float
    middle: tuple[float, float]
    sides: tuple[int | None, int | None]


def measure_windows(model: Model) -> dict[int, WindowShape]:
    """Shapes of all windows by record number; a window that is no upright plate is absent."""
    windows = model.of_class("IfcWindow")
    meshes = load(model, windows)
    found: dict[int, WindowShape] = {}
    for window in windows:
        plate = _plate(meshes[window.step_id]) if window.step_id in meshes else None
        if plate is None:
            continue
        mesh = meshes[window.step_id]
        height = float(mesh.high[2] - mesh.low[2])
        found[window.step_id] = WindowShape(
            width_m=opening_size(window, "OverallWidth", plate.width_m, model),
            height_m=opening_size(window, "OverallHeight", height, model),
            sill_z_m=float(mesh.low[2]),
            middle=plate.middle,
            sides=_sides(model, plate, float(mesh.low[2]) + height / 2),
        )
    return found


@dataclass(frozen=True, slots=True)
class _Plate:
    """The plan of an upright plate: its width, depth, middle and the unit vector across it."""

    width_m: float
    depth_m: float
    middle: tuple[float, float]
    normal: tuple[float, float]


def _plate(mesh: Mesh) -> _Plate | None:
    ring = shapely.get_coordinates(shapely.minimum_rotated_rectangle(MultiPoint(mesh.vertices[:, :2])))
    if len(ring) < 4:
        return None
    sides = [ring[1] - ring[0], ring[2] - ring[1]]
    long, short = sorted(sides, key=lambda side: -float(np.hypot(*side)))
    width, depth = float(np.hypot(*long)), float(np.hypot(*short))
    if width < 0.1 or depth > 0.8 * width:
        return None
    x, y = (ring[0] + ring[2]) / 2
    return _Plate(width, depth, (float(x), float(y)), (float(-long[1] / width), float(long[0] / width)))


def opening_size(element: Element, attribute: str, measured: float, model: Model) -> float:
    """The declared size of an opening where the mesh bears it out, else the measured one."""
    declared = getattr(element.entity, attribute, None)
    if isinstance(declared, int | float) and abs(declared * model.length_unit_m - measured) <= _AGREE_M:
        return float(declared) * model.length_unit_m
    return measured


def _sides(model: Model, plate: _Plate, z: float) -> tuple[int | None, int | None]:
    """The space on either side: the first one met going away from the wall."""
    (x, y), (nx, ny) = plate.middle, plate.normal
    found: list[int | None] = []
    for sign in (1.0, -1.0):
        hits: list[int] = []
        for away in _AWAY_M:
            reach = sign * (plate.depth_m / 2 + away)
            hits = model.geometry.spaces_at(x + nx * reach, y + ny * reach, z)
            if hits:
                break
        found.append(hits[0] if hits else None)
    return found[0], found[1]
