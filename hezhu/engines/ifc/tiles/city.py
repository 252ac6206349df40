"""The tileset over many models: each stands in it as an external tileset, near ones together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
MOST_CHILDREN = 16


@dataclass(frozen=True, slots=True)
class Member:
    """One model of the city: where its tileset is read, its root's box and error, and the way from its metres into ECEF."""

    uri: str
    box: Sequence[float]
    error_m: float
    matrix: Floats
    extras: dict[str, Any]

    def volume(self) -> Floats:
        """The box in ECEF: centre and three half axes, (4, 3). An affine picture of a box is a box."""
        parts = np.asarray(self.box, dtype=np.float64).reshape(4, 3)
        turned = parts @ self.matrix[:3, :3].T
        turned[0] += self.matrix[:3, 3]
        return turned


def city(members: Sequence[Member], extras: dict[str, Any] | None = None) -> dict[str, Any]:
    """``tileset.json`` of the city, in ECEF. Without a member its root is a point at the middle of the earth that shows nothing."""
    volumes = [member.volume() for member in members]
    if not members:
        root: dict[str, Any] = {"boundingVolume": {"sphere": [0, 0, 0, 1]}, "geometricError": 0, "refine": "ADD"}
    else:
        root = {**_node(list(range(len(members))), members, volumes), "refine": "ADD"}
    return {
        "asset": {"version": "1.1", "extras": {"source": "hezhu", **(extras or {})}},
        "geometricError": _error(root),
        "root": root,
    }


def _error(root: dict[str, Any]) -> float:
    return float(
        max(root["geometricError"], 2 * root["boundingVolume"]["sphere"][3] if "sphere" in root["boundingVolume"] else 0)
    )


def _node(chosen: list[int], members: Sequence[Member], volumes: Sequence[Floats]) -> dict[str, Any]:
    """Members directly while they are few, halves by place otherwise. A node shows nothing itself."""
    sphere = _sphere([volumes[i] for i in chosen])
    if len(chosen) <= MOST_CHILDREN:
        children = [_member(members[i], volumes[i]) for i in chosen]
    else:
        centres = np.array([volumes[i][0] for i in chosen])
        order = np.argsort(centres[:, int(np.argmax(np.ptp(centres, axis=0)))], kind="stable")
        middle = len(order) // 2
        children = [_node(sorted(chosen[i] for i in half), members, volumes) for half in (order[:middle], order[middle:])]
    error = max([2 * sphere[3], *(child["geometricError"] for child in children)])
    return {"boundingVolume": {"sphere": sphere}, "geometricError": error, "children": children}


def _member(member: Member, volume: Floats) -> dict[str, Any]:
    size = float(2 * np.linalg.norm(volume[1:].sum(axis=0)))
    return {
        "boundingVolume": {"box": volume.reshape(-1).tolist()},
        "geometricError": max(size, member.error_m),
        "content": {"uri": member.uri},
        "extras": member.extras,
    }


def _sphere(volumes: Sequence[Floats]) -> list[float]:
    """Around the boxes: their middle and the farthest corner."""
    corners = np.concatenate([_corners(volume) for volume in volumes])
    centre = (corners.min(axis=0) + corners.max(axis=0)) / 2
    radius = float(np.linalg.norm(corners - centre, axis=1).max())
    return [*centre.tolist(), radius + 0.01]


def _corners(volume: Floats) -> Floats:
    signs = np.array([[a, b, c] for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)], dtype=np.float64)
    return volume[0] + signs @ volume[1:]
