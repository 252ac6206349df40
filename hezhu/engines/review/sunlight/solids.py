"""Neighbouring buildings as upright prisms: outlines with a base and a top, in metres in the model's own axes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon

Floats = npt.NDArray[np.float64]


class NeighboursInvalid(ValueError):
    """A neighbours file that cannot be used; the Chinese message names the place and the remedy."""


@dataclass(frozen=True, slots=True)
class Prism:
    """One building: plan outline (not closed), base and top heights."""

    name: str
    outline: tuple[tuple[float, float], ...]
    base_m: float
    top_m: float


def prism_triangles(prisms: Iterable[Prism]) -> Floats:
    """Walls, roofs and undersides of prisms as triangles (m, 3, 3)."""
    rows = [_triangles(prism) for prism in prisms]
    return np.concatenate(rows) if rows else np.zeros((0, 3, 3))


def _triangles(prism: Prism) -> Floats:
    ring = np.array(prism.outline, dtype=np.float64)
    following = np.roll(ring, -1, axis=0)
    low, high = np.full((len(ring), 1), prism.base_m), np.full((len(ring), 1), prism.top_m)
    a, b = np.hstack([ring, low]), np.hstack([following, low])
    c, d = np.hstack([following, high]), np.hstack([ring, high])
    walls = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
    cover = shapely.get_parts(shapely.constrained_delaunay_triangles(Polygon(prism.outline)))
    flat = np.array([shapely.get_coordinates(piece)[:3] for piece in cover])
    caps = [np.concatenate([flat, np.full((len(flat), 3, 1), z)], axis=2) for z in (prism.base_m, prism.top_m)]
    return np.concatenate([walls, *caps])


def read_neighbours(path: Path | str) -> tuple[Prism, ...]:
    """Neighbours of a JSON file ``{"buildings": [{"name", "outline": [[x, y], …], "base", "top"}]}``.

    An empty list says that there are none. Raises NeighboursInvalid.
    """
    file = Path(path)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise NeighboursInvalid(f"周边建筑文件 {file.name} 打不开：{error.strerror or error}") from error
    except ValueError as error:
        raise NeighboursInvalid(f"周边建筑文件 {file.name} 不是 UTF-8 的 JSON：{error}；请按 docs 的格式重写") from error
    buildings = data.get("buildings") if isinstance(data, dict) else None
    if not isinstance(buildings, list):
        raise NeighboursInvalid(f"周边建筑文件 {file.name} 缺少列表 buildings；确实没有周边建筑时写成空列表 []")
    return tuple(_prism(row, f"{file.name} 第 {number} 栋") for number, row in enumerate(buildings, start=1))


def _prism(row: Any, place: str) -> Prism:
    if not isinstance(row, dict):
        raise NeighboursInvalid(f"{place}：应是 name、outline、base、top 的键值表")
    outline = row.get("outline")
    if not isinstance(outline, list) or len(outline) < 3:
        raise NeighboursInvalid(f"{place}：outline 应是至少 3 个 [x, y] 点，单位米")
    points = tuple(_point(item, place) for item in outline)
    if points[0] == points[-1]:
        points = points[:-1]
    polygon = Polygon(points) if len(points) >= 3 else Polygon()
    if not polygon.is_valid or polygon.area <= 0:
        raise NeighboursInvalid(f"{place}：outline 自相交或没有面积，请按顺序重写各点")
    base, top = (_number(row.get(key), place, key) for key in ("base", "top"))
    if top <= base:
        raise NeighboursInvalid(f"{place}：top（{top:g} m）应高于 base（{base:g} m）")
    return Prism(str(row.get("name", "")) or place, points, base, top)


def _point(item: Any, place: str) -> tuple[float, float]:
    if not isinstance(item, Sequence) or isinstance(item, str) or len(item) != 2:
        raise NeighboursInvalid(f"{place}：outline 的点应写成 [x, y]，现为 {item!r}")
    return _number(item[0], place, "outline"), _number(item[1], place, "outline")


def _number(value: Any, place: str, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NeighboursInvalid(f"{place}：{name} 应是数字（米），现为 {value!r}")
    return float(value)
