"""3D Tiles 1.1 of one model, storey by storey: what is made of a part of a storey is written before the next is begun."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from hezhu.engines.ifc.geometry.mesh import Mesh, load
from hezhu.engines.ifc.model import Element, Model, Storey
from hezhu.engines.ifc.tiles import glb, tileset
from hezhu.engines.ifc.tiles.colours import colour_key, discipline_of
from hezhu.engines.ifc.tiles.errors import TilesRefused
from hezhu.engines.ifc.tiles.georeference import NO_HEIGHT, placement_of
from hezhu.engines.ifc.tiles.groups import MOST_ELEMENTS, Group, groups
from hezhu.engines.ifc.tiles.metadata import Feature
from hezhu.engines.ifc.tiles.outline import Outline, outline, prism
from hezhu.engines.ifc.tiles.placement import Placement, transform
from hezhu.engines.ifc.tiles.tileset import Box, Tile

# Elements from 2 m up stand for a storey seen from afar, those below half a metre are loaded from near.
TIERS_M = (2.0, 0.5)
MOST_TRIANGLES = 120_000
COARSE = "building.glb"
Floats = npt.NDArray[np.float64]
Tell = Callable[[float], None]
Row = tuple[Element, Mesh]


@dataclass(slots=True)
class Built:
    """What was made. ``low`` and ``high`` bound the model in its own metres; ``placement`` is what the file or the caller states."""

    tiles: int
    elements: int
    without_shape: int
    triangles: int
    size_bytes: int
    low: tuple[float, float, float]
    high: tuple[float, float, float]
    footprint: list[list[list[float]]]
    placement: Placement | None
    notes: tuple[str, ...]
    tileset: dict[str, Any] = field(repr=False, default_factory=dict)


@dataclass(slots=True)
class _Work:
    """A build under way: where it writes, and what it has counted so far."""

    model: Model
    folder: Path
    discipline: str
    quantise: bool
    tiles: int = 0
    elements: int = 0
    triangles: int = 0
    size_bytes: int = 0
    origin: Floats | None = None
    outlines: dict[str, tuple[Storey | None, Outline]] = field(default_factory=dict)

    def write(self, name: str, pieces: Sequence[glb.Piece], features: Sequence[Feature]) -> int:
        """Triangles written; a tile of nothing but slivers is not written."""
        assert self.origin is not None
        count = glb.write(self.folder / name, pieces, features, self.origin, quantise=self.quantise)
        if not count:
            (self.folder / name).unlink()
            return 0
        self.tiles += 1
        self.triangles += count
        self.size_bytes += (self.folder / name).stat().st_size
        return count


def build(
    model: Model,
    folder: Path,
    placement: Placement | None = None,
    *,
    discipline: str = "",
    quantise: bool = True,
    most: int = MOST_ELEMENTS,
    place: bool = True,
    tell: Tell | None = None,
) -> Built:
    """Writes ``tileset.json`` and its tiles into ``folder``, which exists and is empty.

    Without ``placement`` the model's own map conversion is taken; where there is none either, the tileset has no place on earth (no
    ``transform``) and ``Built.placement`` is None. ``place=False`` leaves the tileset without a place and only states it. The same model
    gives the same bytes. Raises TilesRefused when nothing has a shape, or when the placement cannot be.
    """
    stated, notes = placement_of(model)
    if placement is not None:
        stated, notes = placement, (() if placement.anomaly_m is not None else (NO_HEIGHT,))
    work = _Work(model, folder, discipline, quantise)
    storeys: list[Tile] = []
    total, done = max(1, len(model.elements)), 0
    for number, group in enumerate(groups(model, most)):
        children: list[Tile] = []
        for at, part in enumerate(group.parts):
            children += _part(work, group, part, f"s{number:04d}-{at:03d}")
            done += len(part)
            if tell is not None:
                tell(0.95 * done / total)
        if children:
            storeys.append(_storey(group, children))
    if not storeys or work.origin is None:
        raise TilesRefused("no-shapes", "模型里没有一个构件有可用的几何，不能生成城市模型切片。请在建模软件中带几何导出。")
    root = _root(work, storeys)
    told = {"source": "hezhu", "model": model.project_name, "units": "m"}
    made = tileset.whole(root, work.origin, told)
    if stated is not None and place:
        made = tileset.placed(made, transform(stated, work.origin), describe(stated))
    tileset.save(made, folder)
    return Built(
        tiles=work.tiles,
        elements=work.elements,
        without_shape=len(model.elements) - work.elements,
        triangles=work.triangles,
        size_bytes=work.size_bytes + (folder / tileset.TILESET).stat().st_size,
        low=tuple(root.box.low.tolist()),
        high=tuple(root.box.high.tolist()),
        footprint=_footprint(work),
        placement=stated,
        notes=(*notes, *model.warnings),
        tileset=made,
    )


def describe(placement: Placement) -> dict[str, Any]:
    """What tileset.json says of the placement, for whoever reads it outside."""
    return {
        "placement": {
            "crs": placement.crs,
            "easting": placement.easting,
            "northing": placement.northing,
            "height": placement.height_m,
            "rotation": placement.rotation_deg,
            "source": placement.source,
            "weak": placement.weak,
            "heightAnomaly": placement.anomaly_m,
            "heightDatum": "1985 国家高程基准" if placement.anomaly_m is not None else "未声明（按椭球高放置）",
        }
    }


def _part(work: _Work, group: Group, part: Sequence[Element], name: str) -> list[Tile]:
    """One part of a storey: tiles of its large elements that carry those of its small ones; all are on disk afterwards."""
    meshes = load(work.model, part)
    rows = [(element, meshes[element.step_id]) for element in part if element.step_id in meshes]
    if not rows:
        return []
    if work.origin is None:
        work.origin = np.floor(rows[0][1].low)
    tiers = _tiers(rows)
    key = group.storey.global_id if group.storey else ""
    shape = outline([mesh for _element, mesh in next(tier for tier in tiers if tier)])
    if shape is not None:
        work.outlines[key] = (group.storey, shape.join(work.outlines[key][1] if key in work.outlines else None))
    finer: list[Tile] = []
    for tier, sized in zip(reversed(range(len(tiers))), reversed(tiers), strict=True):
        tiles = [_tile(work, some, group, f"{name}-{tier}{i:02d}.glb") for i, some in enumerate(_bounded(sized))]
        finer = _over([tile for tile in tiles if tile is not None], finer)
    return finer


def _tiers(rows: list[Row]) -> list[list[Row]]:
    """Large, middling and small elements."""
    sizes = [_diagonal(mesh) for _element, mesh in rows]
    bounds = [math.inf, *TIERS_M, 0.0]
    return [
        [row for row, size in zip(rows, sizes, strict=True) if low <= size < high] for high, low in itertools.pairwise(bounds)
    ]


def _over(tiles: list[Tile], finer: list[Tile]) -> list[Tile]:
    """Tiles of larger elements with those of smaller ones below them: one tile takes them in, several get an empty one beside them.

    The error of whoever holds the finer ones is the largest element they add.
    """
    if not tiles or not finer:
        return tiles or finer
    box, error = Box.around([tile.box for tile in finer]), max(tile.largest_m for tile in finer)
    if len(tiles) > 1:
        return [*tiles, Tile(box, error, largest_m=error, children=finer)]
    holder = tiles[0]
    holder.box, holder.error_m, holder.children = Box.around([holder.box, box]), error, finer
    return tiles


def _bounded(rows: list[Row]) -> list[list[Row]]:
    """Cut in halves, side by side, until no tile is too heavy to stream; one element is never cut."""
    weight = sum(len(mesh.faces) for _element, mesh in rows)
    if not rows or len(rows) == 1 or (weight <= MOST_TRIANGLES and len(rows) <= glb.MOST_FEATURES):
        return [rows] if rows else []
    middles = np.array([(mesh.low + mesh.high) / 2 for _element, mesh in rows])
    order = np.argsort(middles[:, int(np.argmax(np.ptp(middles, axis=0)))], kind="stable")
    weights = np.cumsum([len(rows[i][1].faces) for i in order])
    middle = min(max(1, int(np.searchsorted(weights, weight / 2))), len(rows) - 1)
    return [*_bounded([rows[i] for i in sorted(order[:middle])]), *_bounded([rows[i] for i in sorted(order[middle:])])]


def _tile(work: _Work, rows: list[Row], group: Group, name: str) -> Tile | None:
    features = [_feature(element, group, work.discipline) for element, _mesh in rows]
    pieces = [glb.Piece(mesh, number, colour_key(element)) for number, (element, mesh) in enumerate(rows)]
    if not work.write(name, pieces, features):
        return None
    work.elements += len(rows)
    low, high = np.min([mesh.low for _e, mesh in rows], axis=0), np.max([mesh.high for _e, mesh in rows], axis=0)
    return Tile(Box(low, high), uri=name, largest_m=max(_diagonal(mesh) for _e, mesh in rows))


def _feature(element: Element, group: Group, discipline: str) -> Feature:
    return Feature(
        global_id=element.global_id,
        ifc_class=element.ifc_class,
        storey=group.name,
        name=element.name or element.long_name,
        discipline=discipline or discipline_of(element.ifc_class),
    )


def _diagonal(mesh: Mesh) -> float:
    return float(np.linalg.norm(mesh.high - mesh.low))


def _storey(group: Group, tiles: list[Tile]) -> Tile:
    """The one tile of a storey, or an empty one over its parts."""
    extras = {"storey": group.name, "elevation": group.storey.elevation_m if group.storey else None}
    if len(tiles) == 1:
        tiles[0].extras = extras
        return tiles[0]
    error = max(tile.largest_m for tile in tiles)
    return Tile(Box.around([tile.box for tile in tiles]), error, None, extras, tiles, largest_m=error)


def _root(work: _Work, storeys: list[Tile]) -> Tile:
    """The building as one prism a storey, each a feature with the storey's own GlobalId."""
    pieces: list[glb.Piece] = []
    features: list[Feature] = []
    boxes: list[Box] = []
    for storey, shape in work.outlines.values():
        mesh = prism(shape)
        if mesh is None:
            continue
        pieces.append(glb.Piece(mesh, len(features), "storey"))
        boxes.append(Box(mesh.low, mesh.high))
        name = storey.name if storey else ""
        features.append(
            Feature(storey.global_id if storey else "", "IfcBuildingStorey", name, name, work.discipline or "architecture")
        )
    uri = COARSE if pieces and work.write(COARSE, pieces, features) else None
    hidden = max([float(box.high[2] - box.low[2]) for box in boxes] + [tile.error_m for tile in storeys] + [TIERS_M[0]])
    return Tile(Box.around([*(tile.box for tile in storeys), *boxes]), hidden, uri, {}, storeys)


def _footprint(work: _Work) -> list[list[list[float]]]:
    """Rings of the whole building's plan in model metres, for the map."""
    plans = [shape.plan for _storey, shape in work.outlines.values()]
    joined = shapely.union_all(plans).simplify(0.5)
    parts = [part for part in getattr(joined, "geoms", [joined]) if part.geom_type == "Polygon"]
    return [[[round(x, 3), round(y, 3)] for x, y in part.exterior.coords] for part in parts]
