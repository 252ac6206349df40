"""Surroundings from a site model: its buildings as prisms, in the axes of the model under study; and what stands already."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import ifcopenshell.util.geolocation
import shapely
from shapely.affinity import translate

from hezhu.engines import ifc
from hezhu.engines.review.planning.pack import load_planning
from hezhu.engines.review.planning.plan import Building
from hezhu.engines.review.planning.read import facts_of, site_plan
from hezhu.engines.review.sunlight.solids import NeighboursInvalid, Prism

_SAME_DEG = 0.01


def existing_buildings(model: ifc.Model) -> frozenset[str]:
    """GlobalIds of the buildings marked as standing already (Hezhu_Planning.Existing)."""
    return frozenset(b.GlobalId for b in model.file.by_type("IfcBuilding") if facts_of(model, b).get("Existing") is True)


def neighbours_of_site(path: Path, model: ifc.Model) -> tuple[Prism, ...]:
    """Buildings of a site model without those of the model under study (same GlobalId or name).

    Where both models tell their map position the site is moved to the model's axes; else both must have the same.
    Raises NeighboursInvalid where they are turned against each other, or a building shows no mass.
    """
    site = ifc.read(path)
    east, north, up = _offset(site, model)
    own = {str(value) for b in model.file.by_type("IfcBuilding") for value in (b.GlobalId, b.Name) if value}
    others = [b for b in site_plan(site, load_planning()).buildings if b.global_id not in own and b.name not in own]
    bare = [b.name for b in others if b.outline.is_empty or b.height_m is None]
    if bare:
        raise NeighboursInvalid(f"场地模型 {path.name} 的 {'、'.join(bare[:5])} 没有体量，无法计算遮挡；请补上楼层体量")
    return tuple(prism for building in others for prism in _prisms(building, east, north, up))


def _offset(site: ifc.Model, model: ifc.Model) -> tuple[float, float, float]:
    """What is added to coordinates of the site to have them in the model's axes, metres."""
    there, here = (ifcopenshell.util.geolocation.get_helmert_transformation_parameters(each.file) for each in (site, model))
    if there is None or here is None:
        return 0.0, 0.0, 0.0
    turn = [math.degrees(math.atan2(float(p.xao), float(p.xaa))) for p in (there, here)]
    if abs(turn[0] - turn[1]) > _SAME_DEG:
        raise NeighboursInvalid(f"场地模型与单体模型的坐标轴相差 {turn[0] - turn[1]:.2f}°；请用同一坐标系导出")
    east, north, up = (float(getattr(there, key)) - float(getattr(here, key)) for key in ("e", "n", "h"))
    angle = math.radians(turn[1])
    return east * math.cos(angle) + north * math.sin(angle), north * math.cos(angle) - east * math.sin(angle), up


def _prisms(building: Building, east: float, north: float, up: float) -> Iterator[Prism]:
    """One prism for each run of storeys with the same outline; the highest reaches to the building's height."""
    levels = [level for level in building.above if not level.outline.is_empty and level.bottom_m is not None]
    top = building.ground_m + (building.height_m or 0.0)
    for index, level in enumerate(levels):
        if index and shapely.equals_exact(shapely.normalize(level.outline), shapely.normalize(levels[index - 1].outline), 1e-3):
            continue
        base = level.bottom_m or 0.0
        upper = next(
            (
                later.bottom_m
                for later in levels[index + 1 :]
                if not shapely.equals_exact(shapely.normalize(later.outline), shapely.normalize(level.outline), 1e-3)
            ),
            top,
        )
        for part in shapely.get_parts(translate(level.outline, east, north)):
            if upper is not None and upper > base:
                ring = tuple((float(x), float(y)) for x, y in shapely.get_coordinates(part.exterior)[:-1])
                yield Prism(f"{building.name} {level.name}", ring, base + up, upper + up)
