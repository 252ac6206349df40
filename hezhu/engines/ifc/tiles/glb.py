"""One tile's content: a binary glTF 2.0 with a feature id on every vertex.

Axes: the model's Z up becomes glTF's Y up, (x, y, z) → (x, z, −y); 3D Tiles turns it back. Positions are relative to the tile's corner, which
the node carries as a double: a model at 40,000,000 m keeps its millimetres.

Quantised (KHR_mesh_quantization) unless a step would be coarser than COARSEST_STEP_M: 16 bytes a vertex instead of 28.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hezhu.engines.ifc.geometry.mesh import Mesh, cross
from hezhu.engines.ifc.tiles import metadata
from hezhu.engines.ifc.tiles.colours import PALETTE
from hezhu.engines.ifc.tiles.metadata import Feature

COARSEST_STEP_M = 0.002
MOST_FEATURES = 65_535
# Directions are told apart in this many steps from an axis outwards: faces less than about 19° apart mostly share their corners.
_BINS = 3
_BYTE, _USHORT, _UINT, _FLOAT = 5120, 5123, 5125, 5126
_ARRAY, _ELEMENTS = 34962, 34963
_TO_Y_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """The shape of one feature in one colour of the palette."""

    mesh: Mesh
    feature: int
    colour: str


@dataclass(slots=True)
class _Binary:
    """The binary chunk as it grows, with its buffer views and accessors."""

    data: bytearray = field(default_factory=bytearray)
    views: list[dict[str, Any]] = field(default_factory=list)
    accessors: list[dict[str, Any]] = field(default_factory=list)

    def put(self, content: bytes, **more: Any) -> int:
        """Number of the buffer view of ``content``, aligned to 8 bytes as EXT_structural_metadata asks."""
        self.data.extend(b"\0" * (-len(self.data) % 8))
        self.views.append({"buffer": 0, "byteOffset": len(self.data), "byteLength": len(content), **more})
        self.data.extend(content)
        return len(self.views) - 1

    def vertices(self, values: Numbers, kind: str, component: int, **more: Any) -> int:
        """Accessor of one value a vertex; rows are padded to 4 bytes."""
        width = values.shape[1] if values.ndim == 2 else 1
        stride = -(-width * values.itemsize // 4) * 4
        rows = np.zeros((len(values), stride // values.itemsize), dtype=values.dtype)
        rows[:, :width] = values.reshape(len(values), width)
        view = self.put(rows.tobytes(), byteStride=stride, target=_ARRAY)
        self.accessors.append({"bufferView": view, "componentType": component, "count": len(values), "type": kind, **more})
        return len(self.accessors) - 1

    def indices(self, values: Numbers, vertices: int) -> int:
        small = vertices <= MOST_FEATURES
        view = self.put(values.astype("<u2" if small else "<u4").tobytes(), target=_ELEMENTS)
        component = _USHORT if small else _UINT
        self.accessors.append({"bufferView": view, "componentType": component, "count": len(values), "type": "SCALAR"})
        return len(self.accessors) - 1


@dataclass(frozen=True, slots=True)
class _Grid:
    """How positions are stored: corner and step (0 when as floats), metres in glTF's axes."""

    corner: Floats
    step: float

    @classmethod
    def over(cls, low: Floats, high: Floats, *, quantise: bool) -> _Grid:
        step = max(float((high - low).max()) / 65_535, 1e-6)
        return cls(low, step if quantise and step <= COARSEST_STEP_M else 0.0)

    def whole(self, place: Floats) -> Numbers:
        """Positions as steps from the corner, 0 to 65,535."""
        return np.clip(np.round((place - self.corner) / self.step), 0, 65_535).astype("<u2")


def write(path: Path, pieces: Sequence[Piece], features: Sequence[Feature], origin: Floats, *, quantise: bool = True) -> int:
    """Writes the tile; returns how many triangles it has. Pieces must carry at least one triangle between them."""
    content, triangles = encode(pieces, features, origin, quantise=quantise)
    path.write_bytes(content)
    return triangles


def encode(pieces: Sequence[Piece], features: Sequence[Feature], origin: Floats, *, quantise: bool = True) -> tuple[bytes, int]:
    """The tile and its count of triangles; what is written stands relative to ``origin`` (model metres)."""
    binary = _Binary()
    corners = [(piece.mesh.vertices - origin) @ _TO_Y_UP.T for piece in pieces]
    grid = _Grid.over(
        np.min([c.min(axis=0) for c in corners], axis=0), np.max([c.max(axis=0) for c in corners], axis=0), quantise=quantise
    )
    keys = sorted({piece.colour for piece in pieces})
    primitives, triangles = [], 0
    for number, key in enumerate(keys):
        chosen = [index for index, piece in enumerate(pieces) if piece.colour == key]
        primitive, count = _primitive(binary, [(pieces[i], corners[i]) for i in chosen], grid, len(features))
        if primitive is not None:
            primitives.append({**primitive, "material": number})
            triangles += count
    node: dict[str, Any] = {"mesh": 0, "translation": grid.corner.tolist()}
    if grid.step:
        node["scale"] = [grid.step] * 3
    extensions = {"EXT_structural_metadata": metadata.extension(features, binary.put)}
    binary.data.extend(b"\0" * (-len(binary.data) % 8))
    document = {
        "asset": {"version": "2.0", "generator": "hezhu tiles"},
        "extensionsUsed": ["EXT_mesh_features", "EXT_structural_metadata", *(["KHR_mesh_quantization"] if grid.step else [])],
        **({"extensionsRequired": ["KHR_mesh_quantization"]} if grid.step else {}),
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [node],
        "meshes": [{"primitives": primitives}],
        "materials": [_material(key) for key in keys],
        "extensions": extensions,
        "accessors": binary.accessors,
        "bufferViews": binary.views,
        "buffers": [{"byteLength": len(binary.data)}],
    }
    return _assemble(document, bytes(binary.data)), triangles


def _primitive(
    binary: _Binary, pieces: Iterable[tuple[Piece, Floats]], grid: _Grid, count: int
) -> tuple[dict[str, Any] | None, int]:
    """One draw call. Faces that meet in a corner and look about the same way share it there, so round things are smooth and small."""
    places, faces, features, start = [], [], [], 0
    for piece, corners in pieces:
        places.append(corners)
        faces.append(piece.mesh.faces + start)
        features.append(np.full(len(corners), piece.feature))
        start += len(corners)
    place, feature = np.concatenate(places), np.concatenate(features)
    same, face = _weld(place, feature, np.concatenate(faces), grid)
    place, feature = place[same], feature[same]
    across = _across(place, face)
    length = np.linalg.norm(across, axis=1)
    sound = length > 1e-12
    face, across, length = face[sound], across[sound], length[sound]
    if not len(face):
        return None, 0
    look = np.repeat(np.round(across / length[:, None] * _BINS).astype(np.int64) + _BINS, 3, axis=0)
    key = ((face.reshape(-1) * 8 + look[:, 0]) * 8 + look[:, 1]) * 8 + look[:, 2]
    _keys, first, index = np.unique(key, return_index=True, return_inverse=True)
    corner = face.reshape(-1)[first]
    attributes = {
        "POSITION": _positions(binary, place[corner], grid),
        "NORMAL": _directions(binary, _shared(across, index.reshape(-1), len(first)), packed=bool(grid.step)),
        "_FEATURE_ID_0": binary.vertices(feature[corner].astype("<u2"), "SCALAR", _USHORT),
    }
    indices = binary.indices(index.reshape(-1), len(first))
    ids = {"featureIds": [{"featureCount": count, "attribute": 0, "propertyTable": 0}]}
    return {"attributes": attributes, "indices": indices, "extensions": {"EXT_mesh_features": ids}}, len(face)


def _weld(place: Floats, feature: Numbers, face: Numbers, grid: _Grid) -> tuple[Numbers, Numbers]:
    """Corners of one feature that fall on the same step of the grid become one: which are kept, and the faces over these."""
    if not grid.step:
        return np.arange(len(place)), face
    x, y, z = grid.whole(place).astype(np.uint64).T
    key = (feature.astype(np.uint64) << np.uint64(48)) | (x << np.uint64(32)) | (y << np.uint64(16)) | z
    _keys, first, index = np.unique(key, return_index=True, return_inverse=True)
    return first, index.reshape(-1)[face]


def _across(place: Floats, face: Numbers) -> Floats:
    """Normals of triangles, twice their area long."""
    corners = place[face]
    return cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])


def _shared(across: Floats, index: Numbers, count: int) -> Floats:
    """Unit normal of each kept corner: the mean of its faces, by area."""
    weights = np.repeat(across, 3, axis=0)
    total = np.column_stack([np.bincount(index, weights=weights[:, axis], minlength=count) for axis in range(3)])
    length = np.linalg.norm(total, axis=1, keepdims=True)
    up = np.broadcast_to(
        [0.0, 1.0, 0.0], total.shape
    )  # faces of equal size that look away from each other, which a welded sliver may be
    return np.where(length > 1e-12, total / np.maximum(length, 1e-300), up)


def _positions(binary: _Binary, place: Floats, grid: _Grid) -> int:
    if grid.step:
        whole = grid.whole(place)
        low, high = whole.min(axis=0).tolist(), whole.max(axis=0).tolist()
        return binary.vertices(whole, "VEC3", _USHORT, min=low, max=high)
    real = (place - grid.corner).astype("<f4")
    return binary.vertices(real, "VEC3", _FLOAT, min=real.min(axis=0).tolist(), max=real.max(axis=0).tolist())


def _directions(binary: _Binary, values: Floats, *, packed: bool) -> int:
    if packed:
        return binary.vertices(np.round(values * 127).astype("<i1"), "VEC3", _BYTE, normalized=True)
    return binary.vertices(values.astype("<f4"), "VEC3", _FLOAT)


def _material(key: str) -> dict[str, Any]:
    """Both sides are shown: the shells of many models are open or wound inwards."""
    colour = PALETTE[key]
    surface = {"baseColorFactor": colour.linear, "metallicFactor": 0, "roughnessFactor": 0.9}
    blend = {"alphaMode": "BLEND"} if colour.opacity < 1 else {}
    return {"name": key, "pbrMetallicRoughness": surface, "doubleSided": True, **blend}


def _assemble(document: dict[str, Any], binary: bytes) -> bytes:
    """GLB container: every chunk a multiple of 8 bytes, as 3D Tiles recommends and EXT_structural_metadata needs."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 20) % 8)
    whole = 12 + 8 + len(text) + 8 + len(binary)
    head = struct.pack("<4sII", b"glTF", 2, whole)
    return head + struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary
