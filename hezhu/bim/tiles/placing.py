"""Which placement holds for a model version, and what is doubtful of a placement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import yaml
from django.utils.translation import gettext as _

from hezhu.bim.life.models import ModelVersion
from hezhu.bim.tiles.models import ModelTiles, ProjectPlacement
from hezhu.engines.ifc.tiles import Placement, TilesRefused, project, transform
from hezhu.engines.ifc.tiles.placement import geodetic
from hezhu.engines.review.pack import rulepacks_folder


@lru_cache(maxsize=1)
def rules() -> dict[str, Any]:
    """``rulepacks/placement.yaml``: the city's extent, its usual system, and what counts as far."""
    content: dict[str, Any] = yaml.safe_load((rulepacks_folder() / "placement.yaml").read_text(encoding="utf-8"))
    return content


def as_placement(row: ProjectPlacement) -> Placement:
    return Placement(row.easting, row.northing, row.height, row.rotation, crs=row.crs, source="hand", anomaly_m=row.anomaly)


def stated_of(tiles: ModelTiles) -> Placement | None:
    """What the model file says of itself."""
    return Placement(**tiles.stated) if tiles.stated else None


class Placements:
    """The placements of many projects, read once: a building's own goes before its project's, a person's before the file's."""

    def __init__(self, projects: Iterable[int]) -> None:
        rows = ProjectPlacement.objects.filter(project__in=list(projects))
        self.rows = {(row.project_id, row.building_id): row for row in rows}

    def row_of(self, version: ModelVersion) -> ProjectPlacement | None:
        return self.rows.get((version.project_id, version.building_id)) or self.rows.get((version.project_id, None))

    def of(self, version: ModelVersion, tiles: ModelTiles | None) -> Placement | None:
        row = self.row_of(version)
        if row is not None:
            return as_placement(row)
        return stated_of(tiles) if tiles is not None else None


def placement_of_version(version: ModelVersion) -> Placement | None:
    """Where one version stands: by a person, else by its file; None where neither says."""
    tiles = ModelTiles.objects.filter(version=version).first()
    return Placements([version.project_id]).of(version, tiles)


def place_of(placement: Placement) -> tuple[float, float]:
    """Longitude and latitude of the model's origin. Raises TilesRefused."""
    transform(placement)
    lon, lat, _height = placement.lonlat_of(np.zeros((1, 3)))[0]
    return float(lon), float(lat)


def doubts(placement: Placement, others: Mapping[str, Placement]) -> list[dict[str, str]]:
    """What a person should look at again: outside the city, or far from the project's other buildings (by their names)."""
    lon, lat = place_of(placement)
    west, south, east, north = rules()["extent"]
    found = []
    if not (west <= lon <= east and south <= lat <= north):
        reason = _("位置在%(city)s范围之外（东经 %(lon).4f°、北纬 %(lat).4f°）") % {
            "city": rules()["city"],
            "lon": lon,
            "lat": lat,
        }
        found.append({"field": "easting", "reason": reason, "remedy": _("核对东、北坐标的次序和坐标系")})
    for name, other in others.items():
        kilometres = distance_km((lon, lat), place_of(other))
        if kilometres > rules()["far_km"]:
            reason = _("与%(name)s相距 %(km).1f 公里") % {"name": name, "km": kilometres}
            found.append({"field": "easting", "reason": reason, "remedy": _("核对两者的坐标系是否相同")})
    return found


def distance_km(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Great-circle distance on a sphere of 6,371 km: right to half a per cent."""
    (lon1, lat1), (lon2, lat2) = np.radians(first), np.radians(second)
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return float(2 * 6371 * np.arcsin(np.sqrt(half)))


def matrix_of(tiles: ModelTiles, placement: Placement) -> np.ndarray:
    """From the tiles' metres into ECEF. Raises TilesRefused."""
    return transform(placement, np.asarray(tiles.origin, dtype=np.float64))


def on_grid(placement: Placement, points: Sequence[Sequence[float]], crs: str) -> list[tuple[float, float]]:
    """Model points (x, y) on the schematic map: eastings and northings of ``crs``. Raises TilesRefused."""
    flat = np.array([[x, y, 0.0] for x, y in points], dtype=np.float64).reshape(-1, 3)
    if placement.crs == crs:
        return [(float(e), float(n)) for e, n, _h in placement.map_of(flat)]
    matrix = transform(placement)
    there = geodetic(flat @ matrix[:3, :3].T + matrix[:3, 3])
    return [project(float(lon), float(lat), crs) for lon, lat, _h in there]


__all__ = ["Placements", "TilesRefused", "doubts", "on_grid", "placement_of_version", "rules"]
