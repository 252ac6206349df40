"""The tree of tiles of one model: whole building as prisms → storeys with their large elements → what is small.

Geometric error is the size of what is not yet shown: the tallest storey while only its prism stands there, the largest small element while
only the large ones do. Root refines by REPLACE, below it tiles add to what is there, so that no element is stored twice.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
# More than half a step of quantisation, so that no corner stands outside its tile's box.
PAD_M = 0.005
TILESET = "tileset.json"


@dataclass(slots=True)
class Box:
    """Low and high corner in model metres."""

    low: Floats
    high: Floats

    @classmethod
    def around(cls, boxes: Sequence[Box]) -> Box:
        return cls(np.min([b.low for b in boxes], axis=0), np.max([b.high for b in boxes], axis=0))

    @property
    def diagonal(self) -> float:
        return float(np.linalg.norm(self.high - self.low))

    def volume(self, origin: Floats) -> dict[str, list[float]]:
        """``boundingVolume`` relative to ``origin``: centre and three half axes."""
        centre = (self.low + self.high) / 2 - origin
        half = (self.high - self.low) / 2 + PAD_M
        return {"box": [*(round(float(v), 4) for v in centre), half[0], 0, 0, 0, half[1], 0, 0, 0, half[2]]}


@dataclass(slots=True)
class Tile:
    """One node. ``error_m`` is its geometric error, ``largest_m`` its largest element; the box holds the children's."""

    box: Box
    error_m: float = 0.0
    uri: str | None = None
    extras: dict[str, Any] = field(default_factory=dict)
    children: list[Tile] = field(default_factory=list)
    largest_m: float = 0.0

    def as_json(self, origin: Floats, *, root: bool = False) -> dict[str, Any]:
        node: dict[str, Any] = {"boundingVolume": self.box.volume(origin), "geometricError": _up(self.error_m)}
        if root:
            node["refine"] = "REPLACE"
        if self.uri:
            node["content"] = {"uri": self.uri}
        if self.extras:
            node["extras"] = self.extras
        if self.children:
            node["children"] = [child.as_json(origin) | ({"refine": "ADD"} if root else {}) for child in self.children]
        return node


def _up(metres: float) -> float:
    """To the next millimetre up, so that a parent's error is never below its child's by rounding."""
    return math.ceil(metres * 1000 - 1e-9) / 1000


def whole(root: Tile, origin: Floats, extras: dict[str, Any]) -> dict[str, Any]:
    """tileset.json without a place on earth: ``placed`` adds it. The model's own axes, relative to ``origin``."""
    return {
        "asset": {"version": "1.1", "extras": {**extras, "origin": origin.tolist()}},
        "geometricError": _up(max(root.box.diagonal, root.error_m)),
        "root": root.as_json(origin, root=True),
    }


def origin_of(tileset: dict[str, Any]) -> Floats:
    """Model coordinates of the point that the tiles are relative to."""
    return np.asarray(tileset["asset"]["extras"]["origin"], dtype=np.float64)


def placed(tileset: dict[str, Any], matrix: Floats, extras: dict[str, Any] | None = None) -> dict[str, Any]:
    """The same tileset standing on the earth: ``matrix`` leads from metres relative to the origin into ECEF."""
    asset = tileset["asset"]
    root = {**tileset["root"], "transform": matrix.T.reshape(-1).tolist()}
    return {**tileset, "asset": {**asset, "extras": {**asset["extras"], **(extras or {})}}, "root": root}


def save(tileset: dict[str, Any], folder: Path) -> Path:
    path = folder / TILESET
    path.write_text(json.dumps(tileset, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return path
