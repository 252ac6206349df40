"""What each feature of a tile says of itself: EXT_structural_metadata property tables of strings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np

Put = Callable[[bytes], int]


@dataclass(frozen=True, slots=True)
class Feature:
    """One element (or, in the coarse tile, one storey) as the city model knows it. The order is that of PROPERTIES."""

    global_id: str
    ifc_class: str
    storey: str
    name: str
    discipline: str


PROPERTIES: tuple[tuple[str, str, str], ...] = (
    ("globalId", "ID", "IFC GlobalId, the key of the element on the platform"),
    ("ifcClass", "", "IFC class as written in the file"),
    ("storey", "", "Name of the storey the element stands on; empty when on none"),
    ("name", "NAME", "Name as written in the file"),
    ("discipline", "", "Discipline of the model, or of the class where the model names none"),
)
CLASS = "element"


def schema() -> dict[str, Any]:
    """The class of every feature of every tile."""
    properties: dict[str, Any] = {}
    for key, semantic, description in PROPERTIES:
        properties[key] = {"type": "STRING", "description": description} | ({"semantic": semantic} if semantic else {})
    return {"id": "hezhu_element", "version": "1.0.0", "classes": {CLASS: {"name": "Building element", "properties": properties}}}


def extension(features: Sequence[Feature], put: Put) -> dict[str, Any]:
    """EXT_structural_metadata of one GLB; ``put`` keeps bytes in the binary chunk and gives the number of their buffer view.

    A column without a single character is left out: a buffer view cannot be empty.
    """
    columns = {}
    for (key, _semantic, _words), values in zip(PROPERTIES, zip(*(astuple(f) for f in features), strict=True), strict=True):
        texts = [str(value).encode("utf-8", errors="replace") for value in values]
        if not any(texts):
            continue
        offsets = np.zeros(len(texts) + 1, dtype="<u4")
        np.cumsum([len(text) for text in texts], out=offsets[1:])
        columns[key] = {"values": put(b"".join(texts)), "stringOffsets": put(offsets.tobytes()), "stringOffsetType": "UINT32"}
    table = {"name": "elements", "class": CLASS, "count": len(features), "properties": columns}
    return {"schema": schema(), "propertyTables": [table]}
