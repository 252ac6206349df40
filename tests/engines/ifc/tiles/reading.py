"""Reads a tile back as an independent reader would, from the glTF and extension specifications."""

from __future__ import annotations

import itertools
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

_TYPES = {5120: "<i1", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTH = {"SCALAR": 1, "VEC3": 3}


@dataclass
class Content:
    """Features by column, and world triangles (n, 3, 3) in Z-up metres with the feature of each."""

    document: dict[str, Any]
    features: list[dict[str, str]]
    triangles: np.ndarray
    feature_of: np.ndarray

    def of(self, global_id: str) -> np.ndarray:
        number = [feature["globalId"] for feature in self.features].index(global_id)
        return self.triangles[self.feature_of == number]


def read_glb(path: Path) -> Content:
    raw = path.read_bytes()
    magic, version, length = struct.unpack_from("<4sII", raw)
    assert (magic, version, length) == (b"glTF", 2, len(raw))
    size, kind = struct.unpack_from("<I4s", raw, 12)
    assert kind == b"JSON"
    document = json.loads(raw[20 : 20 + size])
    binary = raw[20 + size + 8 :]
    triangles, features = [], []
    node = document["nodes"][0]
    for primitive in document["meshes"][0]["primitives"]:
        place = accessor(document, binary, primitive["attributes"]["POSITION"]).astype(float)
        world = place * node.get("scale", [1.0] * 3) + node["translation"]
        zup = np.column_stack([world[:, 0], -world[:, 2], world[:, 1]])
        index = accessor(document, binary, primitive["indices"]).reshape(-1, 3)
        triangles.append(zup[index])
        features.append(accessor(document, binary, primitive["attributes"]["_FEATURE_ID_0"]).reshape(-1)[index[:, 0]])
    return Content(document, table(document, binary), np.concatenate(triangles), np.concatenate(features))


def accessor(document: dict[str, Any], binary: bytes, number: int) -> np.ndarray:
    row = document["accessors"][number]
    view = document["bufferViews"][row["bufferView"]]
    kind, width = np.dtype(_TYPES[row["componentType"]]), _WIDTH[row["type"]]
    stride = view.get("byteStride", kind.itemsize * width)
    content = np.frombuffer(binary, np.uint8, view["byteLength"], view["byteOffset"])
    rows = content.reshape(row["count"], stride)[:, : kind.itemsize * width]
    return np.ascontiguousarray(rows).view(kind).reshape(row["count"], width)


def table(document: dict[str, Any], binary: bytes) -> list[dict[str, str]]:
    extension = document["extensions"]["EXT_structural_metadata"]
    (rows,) = extension["propertyTables"]
    names = extension["schema"]["classes"][rows["class"]]["properties"]
    columns = {}
    for name in names:
        column = rows["properties"].get(name)
        if column is None:
            columns[name] = [""] * rows["count"]
            continue
        values, offsets = (document["bufferViews"][column[key]] for key in ("values", "stringOffsets"))
        assert values["byteOffset"] % 8 == offsets["byteOffset"] % 8 == 0
        at = np.frombuffer(binary, "<u4", rows["count"] + 1, offsets["byteOffset"])
        text = binary[values["byteOffset"] : values["byteOffset"] + values["byteLength"]]
        columns[name] = [text[a:b].decode() for a, b in itertools.pairwise(at)]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def tiles_of(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Every node of the tree, parents first."""
    return [node, *(below for child in node.get("children", []) for below in tiles_of(child))]


def contents(folder: Path) -> dict[str, Content]:
    """Every tile that tileset.json names, by file name."""
    root = json.loads((folder / "tileset.json").read_text(encoding="utf-8"))["root"]
    return {tile["content"]["uri"]: read_glb(folder / tile["content"]["uri"]) for tile in tiles_of(root) if "content" in tile}
