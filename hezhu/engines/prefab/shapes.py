"""Sizes of elements from their shapes: volumes, plan outlines, wall faces, room surfaces, pipe axes. Metres.

Two sets of meshes are made on demand: ``net`` with openings cut out, for volumes, and ``whole`` without, for wall faces and
outlines. Round profiles are drawn with 256 sides, which loses 0.01 % of their area.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Polygon

from hezhu.engines.ifc import Element, Model
from hezhu.engines.ifc.geometry.mesh import Floats, Mesh, load, weld
from hezhu.engines.ifc.geometry.surfaces import outline, plan

SIDES = 256
_STRAIGHT = 0.85  # plan area over its smallest rectangle: less is a curved or angled wall
_LONG = 2.0  # length over width from which a mesh shows its own axis
_WELD_DECIMALS = 5
_LEVEL = 0.1

Outline: TypeAlias = "Polygon | MultiPolygon"


@dataclass(frozen=True, slots=True)
class Size:
    """A measured size. ``how`` says from what: the shape, or the declared quantity where there is no usable shape."""

    value: float
    how: str
    declared: float | None = None

    def differs(self, share: float) -> bool:
        """Whether the declared size is further than that share from the shape's."""
        if self.declared is None or self.how != SHAPE:
            return False
        return abs(self.value - self.declared) > share * max(abs(self.value), abs(self.declared))


SHAPE, DECLARED = "几何", "工程量（Qto）"


class Shapes:
    """Meshes and sizes of one model's elements, each made once. ``prepare`` makes many at a time, which is quicker."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._net: dict[int, Mesh | None] = {}
        self._whole: dict[int, Mesh | None] = {}
        self._plans: dict[int, Outline] = {}
        self._faces: dict[int, float | None] = {}

    def prepare(self, elements: Iterable[Element], *, openings: bool) -> None:
        """Makes the meshes of these elements that are not there yet."""
        kept = self._net if openings else self._whole
        wanted = {element.step_id: element for element in elements if element.step_id not in kept}
        made = load(self.model, list(wanted.values()), openings=openings, circle_segments=SIDES)
        kept.update({step_id: made.get(step_id) for step_id in wanted})

    def net(self, element: Element) -> Mesh | None:
        """The mesh with openings cut out."""
        self.prepare([element], openings=True)
        return self._net[element.step_id]

    def whole(self, element: Element) -> Mesh | None:
        """The mesh without openings."""
        self.prepare([element], openings=False)
        return self._whole[element.step_id]

    def plan(self, element: Element) -> Outline:
        """The plan projection without openings; empty where there is no shape."""
        if element.step_id not in self._plans:
            mesh = self.whole(element)
            self._plans[element.step_id] = Polygon() if mesh is None else plan(mesh)
        return self._plans[element.step_id]

    def reach(self, element: Element) -> tuple[float, float] | None:
        """Lowest and highest z of the whole shape."""
        mesh = self.whole(element)
        return None if mesh is None else (float(mesh.low[2]), float(mesh.high[2]))

    def volume(self, element: Element) -> Size | None:
        """Enclosed volume, openings cut out, m3; the declared one where the shell is open or there is no shape."""
        mesh = self.net(element)
        solid = mesh.volume_m3 if mesh is not None and is_closed(mesh) else None
        return _size(solid, _declared(element, "NetVolume", "GrossVolume", "Volume"))

    def plan_area(self, element: Element) -> Size | None:
        """Plan projection, m2."""
        return _size(self.plan(element).area or None, _declared(element, "ProjectedArea", "NetArea", "GrossArea", "Area"))

    def side_area(self, element: Element) -> Size | None:
        """One face of a wall, openings not deducted (4.0.6, 4.0.8), m2."""
        if element.step_id not in self._faces:
            mesh = self.whole(element)
            self._faces[element.step_id] = None if mesh is None else wall_face(mesh, self.plan(element))
        return _size(self._faces[element.step_id], _declared(element, "GrossSideArea", "NetSideArea"))

    def room_faces(self, space: Element) -> tuple[float, float, float] | None:
        """Floor, ceiling and wall area of a room's body, m2; None without a closed shape."""
        mesh = self.whole(space)
        if mesh is None or not is_closed(mesh):
            return None
        areas, up = triangle_areas(mesh.triangles), mesh.normals[:, 2]
        floor, ceiling = float(areas[up < -_LEVEL].sum()), float(areas[up > _LEVEL].sum())
        return floor, ceiling, float(areas.sum()) - floor - ceiling

    def axis(self, element: Element) -> tuple[Floats, Floats] | None:
        """Both ends of a long straight element's axis; None where the shape shows none."""
        mesh = self.whole(element)
        return None if mesh is None else long_axis(mesh)


def _declared(element: Element, *names: str) -> float | None:
    return next((element.quantities[name] for name in names if element.quantities.get(name)), None)


def _size(shape: float | None, declared: float | None) -> Size | None:
    if shape is not None and shape > 0:
        return Size(shape, SHAPE, declared)
    return None if declared is None else Size(declared, DECLARED)


def is_closed(mesh: Mesh) -> bool:
    """Whether every edge is met once from either side: only then the enclosed volume means anything."""
    keys = weld(mesh.vertices, _WELD_DECIMALS)
    corners = keys[mesh.faces]
    edges = np.concatenate([corners[:, (0, 1)], corners[:, (1, 2)], corners[:, (2, 0)]])
    edges = edges[edges[:, 0] != edges[:, 1]]
    count = int(keys.max()) + 1
    there, back = edges[:, 0] * count + edges[:, 1], edges[:, 1] * count + edges[:, 0]
    return bool(np.array_equal(np.sort(there), np.sort(back)))


def triangle_areas(triangles: Floats) -> Floats:
    """Areas of triangles (k, 3, 3)."""
    cross = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    return np.asarray(np.linalg.norm(cross, axis=1) / 2, dtype=np.float64)


def sides(shape: Outline) -> tuple[float, float]:
    """Short and long side of the smallest rectangle around an outline, m."""
    ring = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))
    if len(ring) < 4:
        return 0.0, 0.0
    first, second = (float(np.linalg.norm(ring[corner + 1] - ring[corner])) for corner in (0, 1))
    return min(first, second), max(first, second)


def wall_face(mesh: Mesh, ground: Outline) -> float | None:
    """Area of one side of a wall: a straight wall's own silhouette, a curved one along its middle line.

    ``ground`` is its plan; None where that is empty.
    """
    if ground.is_empty:
        return None
    rectangle = shapely.minimum_rotated_rectangle(ground)
    if ground.area < _STRAIGHT * rectangle.area:
        return _middle_line_length(ground) * max(mesh.volume_m3, 0.0) / ground.area
    ring = shapely.get_coordinates(rectangle)
    first, second = ring[1] - ring[0], ring[2] - ring[1]
    along = first if np.linalg.norm(first) >= np.linalg.norm(second) else second
    along = along / np.linalg.norm(along)
    upright = np.stack([mesh.triangles[:, :, :2] @ along, mesh.triangles[:, :, 2]], axis=2)
    return float(outline(_faces(upright)).area)


def _faces(corners: Floats) -> Sequence[Polygon]:
    polygons = shapely.polygons(corners)
    return list(polygons[shapely.area(polygons) > 1e-9])


def _middle_line_length(ground: Outline) -> float:
    """Length of a strip of even width: from its perimeter P = 2 (l + t) and its area A = l t."""
    perimeter, area = float(ground.length), float(ground.area)
    return float(perimeter + np.sqrt(max(perimeter**2 - 16 * area, 0.0))) / 4


def wall_sides(ground: Outline, step_m: float) -> list[LineString]:
    """Lines beside the two long sides of a wall, ``step_m`` away from it."""
    ring = shapely.get_coordinates(shapely.minimum_rotated_rectangle(ground))
    if len(ring) < 4:
        return []
    first, second = ring[1] - ring[0], ring[2] - ring[1]
    longer, across = (0, second) if np.linalg.norm(first) >= np.linalg.norm(second) else (1, first)
    outward = across / (np.linalg.norm(across) or 1.0) * step_m
    near = LineString(np.array([ring[longer], ring[longer + 1]]) - (outward if longer == 0 else -outward))
    far = LineString(np.array([ring[longer + 2], ring[(longer + 3) % 4]]) + (outward if longer == 0 else -outward))
    return [near, far]


def long_axis(mesh: Mesh) -> tuple[Floats, Floats] | None:
    """Ends of the axis of a mesh at least twice as long as it is wide."""
    middle = mesh.vertices.mean(axis=0)
    directions = np.linalg.svd(mesh.vertices - middle, full_matrices=False)[2]
    if len(directions) < 3:
        return None
    along = (mesh.vertices - middle) @ directions.T
    low, high = along.min(axis=0), along.max(axis=0)
    reach = high - low
    if reach[0] < _LONG * max(reach[1], reach[2]):
        return None
    centre = middle + directions[1:].T @ ((low + high) / 2)[1:]
    return centre + directions[0] * low[0], centre + directions[0] * high[0]
