"""Triangle meshes of chosen elements, in metres, in the model's own axes (Z up)."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal

import ifcopenshell.geom
import numpy as np
import numpy.typing as npt

from hezhu.engines.ifc.attributes import attribute
from hezhu.engines.ifc.cycles import placement_ends
from hezhu.engines.ifc.geometry.bodies import is_extruded_with_openings
from hezhu.engines.ifc.geometry.careful import Arrays, survivors

if TYPE_CHECKING:
    from hezhu.engines.ifc.model import Element, Model

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Hybrid: the fast kernel first, OpenCascade where it gives up. Measured 3 to 5 times as fast as OpenCascade alone.
KERNEL: Literal["hybrid-cgal-simple-opencascade"] = "hybrid-cgal-simple-opencascade"
# Cuts openings ten times as fast as OpenCascade and up to 0.1 mm wider; bodies with half-spaces it gets wrong.
QUICK_KERNEL: Literal["hybrid-cgal-simple-manifold-opencascade"] = "hybrid-cgal-simple-manifold-opencascade"
# Twice the cores: the kernel's threads wait for the reader of the shapes as much as for each other (measured 25 % faster).
THREADS = min(8, 2 * (os.cpu_count() or 1))
# Far beyond any map grid (CGCS2000 with zone number: 4.1e7 m); a millimetre is still a millimetre there.
FARTHEST_M = 1e9
CAREFUL = False
_TOLD = 5
_MOST_CELLS = 2.0**53
_FLAT = 0.95


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles of one element: ``vertices`` (n, 3) metres, ``faces`` (m, 3) indices, wound outwards.

    ``items`` (m) says which item of the element's representation a triangle comes from (a frame, a leaf).
    """

    vertices: Floats
    faces: Ints
    items: Ints | None = None

    @cached_property
    def triangles(self) -> Floats:
        """Corner coordinates, (m, 3, 3)."""
        return self.vertices[self.faces]

    @cached_property
    def normals(self) -> Floats:
        """Unit outward normals, (m, 3); zero for degenerate triangles."""
        corners = self.triangles
        across = cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        length = np.linalg.norm(across, axis=1, keepdims=True)
        return np.divide(across, length, out=np.zeros_like(across), where=length > 1e-12)

    @cached_property
    def volume_m3(self) -> float:
        """Signed enclosed volume; negative when the triangles are wound inwards, near 0 when the shell is open."""
        a, b, c = self.triangles[:, 0], self.triangles[:, 1], self.triangles[:, 2]
        return float(np.einsum("ij,ij->i", a - self.vertices[0], cross(b - self.vertices[0], c - self.vertices[0])).sum() / 6)

    @property
    def low(self) -> Floats:
        """Lowest coordinates of the bounding box."""
        return self.vertices.min(axis=0)

    @property
    def high(self) -> Floats:
        """Highest coordinates of the bounding box."""
        return self.vertices.max(axis=0)

    def facing_up(self, at_least: float = _FLAT) -> Floats:
        """Triangles that look upwards, (k, 3, 3). ``at_least`` is the cosine of the slope: 0.95 lets pass up to 18°."""
        return self.triangles[self.normals[:, 2] >= at_least]

    def facing_down(self, at_least: float = 0.05) -> Floats:
        """Triangles that look downwards, also steep ones, (k, 3, 3)."""
        return self.triangles[self.normals[:, 2] <= -at_least]

    def bodies(self) -> list[Mesh]:
        """The mesh by representation item; a mesh of one item by bodies that share no corner."""
        label = self.items
        if label is None or len(np.unique(label)) < 2:
            keys = weld(self.vertices, 5)
            label = connect(keys[self.faces], int(keys.max()) + 1)[keys[self.faces[:, 0]]]
        return [Mesh(*_used(self.vertices, self.faces[label == name])) for name in np.unique(label)]


def cross(first: Floats, second: Floats) -> Floats:
    """Vector products row by row, (n, 3). ``numpy.cross`` gives the same; on the few triangles of a door it takes five times as long."""
    (ax, ay, az), (bx, by, bz) = first.T, second.T
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=1)


def weld(points: Floats, decimals: int) -> Ints:
    """A number for each of these points (n, d), equal for those that are the same when rounded; in the order of their coordinates.

    ``numpy.unique`` along an axis gives the same; on the corners of a door it takes four times as long.
    """
    rounded = np.round(points, decimals)
    if not len(points):
        return np.zeros(0, dtype=np.int64)
    steps = np.rint((rounded - rounded.min(axis=0)) * 10.0**decimals)
    spans = steps.max(axis=0) + 1
    if not np.prod(spans) < _MOST_CELLS:
        return np.unique(rounded, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)
    key = steps[:, 0].astype(np.int64)
    for column in range(1, points.shape[1]):
        key = key * int(spans[column]) + steps[:, column].astype(np.int64)
    return np.unique(key, return_inverse=True)[1].reshape(-1).astype(np.int64)


def connect(faces: Ints, count: int) -> Ints:
    """Component label of each of ``count`` vertices, joined by faces (or edges): labels flow along them until none changes."""
    label = np.arange(count)
    while True:
        lowest = label[faces].min(axis=1)
        spread = label.copy()
        for corner in range(faces.shape[1]):
            np.minimum.at(spread, faces[:, corner], lowest)
        spread = spread[spread]
        if np.array_equal(spread, label):
            return label
        label = spread


def _used(vertices: Floats, faces: Ints) -> tuple[Floats, Ints]:
    kept, compact = np.unique(faces, return_inverse=True)
    return vertices[kept], compact.reshape(-1, 3).astype(np.int64)


def load(
    model: Model, elements: Sequence[Element], *, openings: bool = True, circle_segments: int | None = None, quick: bool = False
) -> dict[int, Mesh]:
    """Meshes by record number in the order of ``elements``, through one iterator on several threads.

    Without ``openings`` walls stay whole, which is much quicker. ``circle_segments`` is the number of sides of a round
    profile; the kernel's own 16 lose 2.6 % of its area, 256 lose 0.01 %. ``quick`` lets openings in extruded bodies be up to 0.1 mm too
    wide, for who compares shapes and does not measure them.

    An element whose geometry cannot be made is simply absent. One that lies or reaches beyond FARTHEST_M, and in careful mode one that
    kills the kernel, is absent and named in the model's warnings.
    """
    shaped = [entity for element in elements if attribute(entity := element.entity, "Representation") is not None]
    ends = [placement_ends(entity) for entity in shaped]
    included = [entity for entity, end in zip(shaped, ends, strict=True) if end]
    _tell(
        model, [entity for entity, end in zip(shaped, ends, strict=True) if not end], "的放置（IfcLocalPlacement）成环或嵌套过深"
    )
    if not included:
        return {}
    settings = _settings(openings, circle_segments)
    meshes: dict[int, Mesh] = {}
    guilty: list[Any] = []
    simple = {entity.id() for entity in included if quick and is_extruded_with_openings(entity)}
    for more, is_simple in (({"kernel": QUICK_KERNEL}, True), ({}, False)):
        entities = [entity for entity in included if (entity.id() in simple) is is_simple]
        if entities:
            make = partial(_meshes, model.file, settings, **more)
            found, killers = _carefully(make, entities) if CAREFUL else (make(entities), [])
            meshes |= found
            guilty += killers
    far = [entity for entity in included if entity.id() in meshes and _is_far(meshes[entity.id()])]
    lost = {entity.id() for entity in far}
    _tell(model, guilty, "的几何使内核崩溃，已跳过")
    _tell(model, far, f"的坐标或尺寸超过 {FARTHEST_M:.0e} 米")
    return {entity.id(): meshes[entity.id()] for entity in included if entity.id() in meshes and entity.id() not in lost}


def _tell(model: Model, entities: Sequence[Any], what: str) -> None:
    """Warn of elements that cannot be measured: the first few by name, and how many they are."""
    for entity in entities[:_TOLD]:
        name = f"构件 #{entity.id()}（{entity.is_a()}“{entity.Name or ''}”，{entity.GlobalId}）"
        model.warnings += (f"{name}{what}，按无法量取处理；请在建模软件中检查或重建该构件后重新导出",)
    if len(entities) > _TOLD:
        model.warnings += (f"共有 {len(entities):,} 个构件{what}",)


def _settings(openings: bool, circle_segments: int | None) -> Any:
    make: Any = ifcopenshell.geom.settings
    settings = make()
    settings.set("disable-opening-subtractions", not openings)
    if circle_segments is not None:
        settings.set("circle-segments", circle_segments)
    return settings


def _meshes(file: ifcopenshell.file, settings: Any, included: Sequence[Any], *, kernel: str = "") -> dict[int, Mesh]:
    """Meshes by record number, in no certain order."""
    iterator: Any = ifcopenshell.geom.iterator(settings, file, THREADS, include=list(included), geometry_library=kernel or KERNEL)
    return {shape.id: mesh for shape in iterator if (mesh := _mesh(shape)) is not None}


def _carefully(make: Callable[[Sequence[Any]], dict[int, Mesh]], included: Sequence[Any]) -> tuple[dict[int, Mesh], list[Any]]:
    """The meshes of all elements that can be made, and the elements that end the process in which they are."""

    def arrays(entities: Sequence[Any]) -> Arrays:
        parts: Arrays = {}
        for number, mesh in make(entities).items():
            items = np.zeros(0, dtype=np.int64) if mesh.items is None else mesh.items
            parts |= {f"{number}/vertices": mesh.vertices, f"{number}/faces": mesh.faces, f"{number}/items": items}
        return parts

    found, guilty = survivors(arrays, included)
    meshes = {}
    for number in {int(name.partition("/")[0]) for name in found}:
        vertices, faces, items = (found[f"{number}/{part}"] for part in ("vertices", "faces", "items"))
        meshes[number] = Mesh(vertices, faces, items if len(items) else None)
    return meshes, guilty


def be_careful() -> None:
    """From here on make shapes in processes of their own: slower, and an element that kills the kernel is found and left out."""
    global CAREFUL
    CAREFUL = hasattr(os, "fork")


def _is_far(mesh: Mesh) -> bool:
    return bool(np.abs(mesh.vertices).max() > FARTHEST_M)


def _mesh(shape: Any) -> Mesh | None:
    geometry = shape.geometry
    faces = np.frombuffer(geometry.faces_buffer, dtype=np.int32).astype(np.int64).reshape(-1, 3)
    if not len(faces):
        return None
    vertices = np.frombuffer(geometry.verts_buffer, dtype=np.float64).reshape(-1, 3)
    matrix = np.frombuffer(shape.transformation_buffer, dtype=np.float64).reshape(4, 4).T
    world = vertices @ matrix[:3, :3].T + matrix[:3, 3]
    if not np.isfinite(world).all():
        return None
    items = np.frombuffer(geometry.item_ids_buffer, dtype=np.int32).astype(np.int64)
    mesh = Mesh(world, faces, items if len(items) == len(faces) else None)
    return Mesh(world, faces[:, ::-1], mesh.items) if mesh.volume_m3 < 0 else mesh
