"""The planning height of a building from its bodies: flat and pitched roofs, parapets, and what may stand on the roof uncounted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from hezhu.engines.ifc.geometry.mesh import Mesh
from hezhu.engines.review.planning.pack import PlanningPack

_PITCHED_DEG = 5.0


@dataclass(frozen=True, eq=False)
class Body:
    """One element of a building: plan, lowest and highest point, its storey. Of a roof: slope and eaves."""

    plan: BaseGeometry
    low: float
    high: float
    storey: str
    roof: bool
    appendage: bool
    slope_deg: float = 0.0
    eaves: float = 0.0

    @classmethod
    def of(cls, mesh: Mesh, plan: BaseGeometry, storey: str, roof: bool, appendage: bool) -> Body:
        """A body of a mesh; the slope is that of its upper faces, weighed by area."""
        slope, eaves = _slope(mesh) if roof else (0.0, 0.0)
        return cls(plan, float(mesh.low[2]), float(mesh.high[2]), storey, roof, appendage, slope, eaves)


def _slope(mesh: Mesh) -> tuple[float, float]:
    """Mean slope of the faces that look up, degrees, and the lowest of their corners."""
    up = mesh.normals[:, 2] > 0.05
    if not up.any():
        return 0.0, float(mesh.high[2])
    corners = mesh.triangles[up]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    slopes = np.degrees(np.arccos(np.clip(mesh.normals[up][:, 2], -1, 1)))
    return float(np.average(slopes, weights=area)), float(corners[..., 2].min())


def planning_height(
    bodies: Sequence[Body], ground: float, pack: PlanningPack, declared: float | None
) -> tuple[float | None, str]:
    """Height above ground, metres, and how it was found (第八十三、八十四条); None where nothing shows it."""
    main = [body for body in bodies if not body.appendage]
    if not main:
        return (declared, "按模型填报的建筑高度（没有可量的体量）") if declared is not None else (None, "")
    flat = [body for body in main if body.slope_deg <= _PITCHED_DEG]
    pitched = [body for body in main if body.slope_deg > _PITCHED_DEG]
    tops = [body.high for body in flat]
    how = ["室外地坪算至屋面、檐口或女儿墙顶最高处"]
    for roof in pitched:
        counts_ridge = roof.slope_deg > pack.defined("eaves_max_slope_deg") + 1e-6
        tops.append(roof.high if counts_ridge else roof.eaves)
        how = [f"坡屋面坡度 {roof.slope_deg:.1f}°，算至{'屋脊' if counts_ridge else '檐口'}"]
    top = max(tops)
    extras = [body for body in bodies if body.appendage]
    if extras:
        roof_area = shapely.union_all([body.plan for body in main]).area
        share = shapely.union_all([body.plan for body in extras]).area / roof_area if roof_area else math.inf
        rise = max(body.high for body in extras) - top
        if rise <= pack.defined("appendage_max_m") + 1e-6 and share <= pack.defined("appendage_max_share") + 1e-6:
            how.append(f"屋面附属设施高 {rise:.2f} m、占屋面 {share:.1%}，不计")
        else:
            top = max(top, *(body.high for body in extras))
            how.append(f"屋面附属设施高 {rise:.2f} m、占屋面 {share:.1%}，计入")
    return round(top - ground, 4), "；".join(how)
