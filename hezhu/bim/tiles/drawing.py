"""The schematic map of a project: a grid of map metres with the footprints of its models. No base map: boundaries have no clean rights."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from hezhu.bim.life.models import ModelVersion
from hezhu.bim.tiles.models import ModelTiles
from hezhu.bim.tiles.placing import TilesRefused, on_grid, rules
from hezhu.engines.ifc.tiles import Placement, project

_LEAST_SPAN_M = 120.0
_DEFAULT_RING = ((-10.0, -10.0), (10.0, -10.0), (10.0, 10.0), (-10.0, 10.0), (-10.0, -10.0))


@dataclass(slots=True)
class Drawing:
    """What the page draws, in metres of the city's grid: ``rings`` of the model to be placed in its own metres, ``others`` on the grid.

    ``view`` is left, top (north), width, height of the picture; ``step`` the spacing of the grid lines.
    """

    crs: str
    origin: tuple[float, float]
    rotation: float
    rings: list[list[list[float]]]
    others: list[dict[str, Any]] = field(default_factory=list)
    is_placed: bool = False
    has_shape: bool = False

    def as_data(self) -> dict[str, Any]:
        return {
            "crs": self.crs,
            "origin": self.origin,
            "rotation": self.rotation,
            "rings": self.rings,
            "others": self.others,
            "placed": self.is_placed,
            "shaped": self.has_shape,
            "span": self.span,
        }

    @property
    def span(self) -> float:
        reach = [max(abs(x), abs(y)) for ring in self.rings for x, y in ring]
        return max(_LEAST_SPAN_M, 3 * max(reach, default=0.0))


def draw(placement: Placement | None, tiles: ModelTiles | None, others: list[tuple[ModelVersion, Placement]]) -> Drawing:
    """The model at its place, or in the middle of the city where it has none; the project's others grey beside it."""
    crs = str(rules()["crs"])
    rings = tiles.footprint if tiles is not None and tiles.footprint else [[list(corner) for corner in _DEFAULT_RING]]
    try:
        origin, rotation = _stand(placement, crs) if placement is not None else (_middle(crs), 0.0)
    except TilesRefused:
        origin, rotation, placement = _middle(crs), 0.0, None
    made = Drawing(crs, origin, rotation, rings, is_placed=placement is not None, has_shape=bool(tiles and tiles.footprint))
    for version, there in others:
        footprint = getattr(version, "tiles", None) and version.tiles.footprint
        for ring in footprint or []:
            made.others.append({"name": str(version), "ring": on_grid(there, ring, crs)})
    return made


def _stand(placement: Placement, crs: str) -> tuple[tuple[float, float], float]:
    """Origin and turn on the city's grid, whatever system the placement is in: the turn takes the convergence along."""
    origin, along = on_grid(placement, [(0.0, 0.0), (100.0, 0.0)], crs)
    return origin, math.degrees(math.atan2(along[1] - origin[1], along[0] - origin[0]))


def _middle(crs: str) -> tuple[float, float]:
    west, south, east, north = rules()["extent"]
    easting, northing = project((west + east) / 2, (south + north) / 2, crs)
    return round(easting, -2), round(northing, -2)
