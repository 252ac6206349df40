"""Windows and balcony doors of a model as the points the sun must reach, and the solids that stand in its way."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ifcopenshell.util.geolocation
import numpy as np
import numpy.typing as npt
import shapely

from hezhu.engines.ifc import Element, Model
from hezhu.engines.ifc.geometry.mesh import Mesh, load
from hezhu.engines.review.recognition import Recognition, RoomFunction
from hezhu.engines.review.sunlight.criteria import Calculation

Floats = npt.NDArray[np.float64]

_LOOK_M = 0.45  # how far beyond the wall a room is looked for
_OFF_WALL_M = 0.01  # the points lie just before the wall, so that the wall itself does not shade them
_FIND_WALL_M = 0.6
_NO_BODY = ("IfcSpace", "IfcOpeningElement", "IfcVirtualElement", "IfcAnnotation", "IfcGrid")


@dataclass(frozen=True, eq=False)
class Opening:
    """One window or balcony door of a room.

    ``points`` (k, 3) lie along the base line (sill, or the base height above the room's floor) just before the outer face of
    the wall, from end to end; ``outward`` (3) is the face's normal; ``width_m`` its width.
    """

    element: Element
    room: Element | None
    points: Floats
    outward: Floats
    width_m: float


@dataclass(frozen=True, eq=False)
class Scene:
    """What a study needs of a model. ``unread`` are windows that could not be measured, with the reason.

    ``blocks`` are what casts shadow: GlobalId of the building (empty for what stands in none) and triangles of each element.
    """

    openings: tuple[Opening, ...]
    unread: tuple[tuple[Element, str], ...]
    blocks: tuple[tuple[str, Floats], ...]
    functions: Mapping[int, RoomFunction | None]
    dwellings: Mapping[str, tuple[Element, ...]]

    def solids(self, without: frozenset[str] = frozenset()) -> Floats:
        """Triangles of every building, (m, 3, 3), but those ``without`` names."""
        kept = [triangles for building, triangles in self.blocks if building not in without]
        return np.concatenate(kept) if kept else np.zeros((0, 3, 3))


def building_of(element: Element) -> str:
    """GlobalId of the building an element stands in; empty where it is on no storey."""
    return element.storey.building if element.storey is not None else ""


def site_place(model: Model) -> tuple[float | None, float | None]:
    """Latitude and longitude of the first IfcSite that gives them, degrees."""
    for site in model.file.by_type("IfcSite"):
        angles = [getattr(site, name, None) for name in ("RefLatitude", "RefLongitude")]
        if all(angles):
            latitude, longitude = (_degrees(angle) for angle in angles)
            return latitude, longitude
    return None, None


def _degrees(parts: Any) -> float:
    scale = (1, 60, 3600, 3_600_000_000)
    return float(sum(part / unit for part, unit in zip(parts, scale, strict=False)))


def true_north_deg(model: Model) -> float:
    """Angle from the model's +Y axis to true north, clockwise; 0 where the model gives none."""
    return float(-ifcopenshell.util.geolocation.get_true_north(model.file))


def read_scene(model: Model, recognition: Recognition, rules: Calculation) -> Scene:
    """Windows, the solids of every element that is not see-through, uses of rooms, and dwellings (IfcZone)."""
    clear = {element.step_id for element in model.of_class(*_NO_BODY, *rules.see_through)}
    meshes = load(model, list(model.elements))
    homes = {element.step_id: building_of(element) for element in model.elements}
    blocks = tuple((homes.get(step_id, ""), mesh.triangles) for step_id, mesh in meshes.items() if step_id not in clear)
    functions = {space.step_id: _function(space, recognition) for space in model.spaces}
    reader = _OpeningReader(model, meshes, functions, rules)
    found: list[Opening] = []
    unread: list[tuple[Element, str]] = []
    for element in model.of_class("IfcWindow", "IfcDoor"):
        outcome = reader.read(element)
        if isinstance(outcome, Opening):
            found.append(outcome)
        elif outcome:
            unread.append((element, outcome))
    return Scene(tuple(found), tuple(unread), blocks, functions, _dwellings(model))


def _function(space: Element, recognition: Recognition) -> RoomFunction | None:
    return recognition.function_of([space.long_name, space.object_type, space.name])


def _dwellings(model: Model) -> dict[str, tuple[Element, ...]]:
    """Rooms of each IfcZone by the zone's GlobalId and name, ``GlobalId|name``."""
    rooms = {space.global_id: space for space in model.spaces}
    zones: dict[str, tuple[Element, ...]] = {}
    for relation in model.file.by_type("IfcRelAssignsToGroup"):
        zone = relation.RelatingGroup
        if zone is not None and zone.is_a("IfcZone"):
            members = tuple(rooms[item.GlobalId] for item in relation.RelatedObjects or () if item.GlobalId in rooms)
            key = f"{zone.GlobalId}|{zone.Name or getattr(zone, 'LongName', None) or '未命名'}"
            zones[key] = (*zones.get(key, ()), *members)
    return zones


class _OpeningReader:
    """Finds which side of a window is outdoors and lays its points."""

    def __init__(
        self, model: Model, meshes: dict[int, Mesh], functions: Mapping[int, RoomFunction | None], rules: Calculation
    ) -> None:
        self._meshes, self._functions, self._rules = meshes, functions, rules
        self._rooms = {space.step_id: space for space in model.spaces}
        bodies = load(model, list(model.spaces))
        self._bodies = list(bodies.items())
        self._tree = shapely.STRtree([_footprint(mesh) for _, mesh in self._bodies])
        self._walls = _hosts(model)

    def read(self, element: Element) -> Opening | str | None:
        """The opening; or why a window cannot be measured; None for what is no opening to the sky."""
        is_door = element.ifc_class.startswith("IfcDoor")
        mesh = self._meshes.get(element.step_id)
        if mesh is None:
            return None if is_door else "没有可用的几何"
        frame = _plate(mesh)
        if frame is None:
            return None if is_door else "不是竖直的窗（天窗不按本法计算）"
        centre, along, normal, width, depth = frame
        height = float(mesh.low[2] + mesh.high[2]) / 2
        look = depth / 2 + _LOOK_M
        sides = [self._room_at(centre + normal * sign * look, height) for sign in (1, -1)]
        indoors = [room is not None and not self._is_outdoor(room) for room in sides]
        if indoors[0] == indoors[1]:
            return None if is_door or indoors[0] else "两侧都没有空间（IfcSpace），分不清室内外"
        room, sign = (sides[0], -1) if indoors[0] else (sides[1], 1)
        if is_door and (sides[1] if indoors[0] else sides[0]) is None:
            return None  # an entrance door; only doors to a balcony or terrace count as windows down to the floor
        outward = np.array([*(normal * sign), 0.0])
        assert room is not None
        face = self._outer_face(element, centre, along, outward, depth)
        floor = float(next(body.low[2] for key, body in self._bodies if key == room.step_id))
        base = max(float(mesh.low[2]), floor + self._rules.base_height_m)
        if base >= mesh.high[2]:
            return None if is_door else "窗顶低于日照基准高度"
        return Opening(element, room, self._points(centre, along, width, outward, face, base), outward, width)

    def _points(self, centre: Floats, along: Floats, width: float, outward: Floats, face: float, base: float) -> Floats:
        """Points from end to end of the base line, at most 0.3 m apart."""
        shares = np.linspace(-0.5, 0.5, max(2, math.ceil(width / 0.3) + 1))
        plan = centre + shares[:, None] * width * along + outward[:2] * (face + _OFF_WALL_M - centre @ outward[:2])
        return np.column_stack([plan, np.full(len(plan), base)])

    def _room_at(self, place: Floats, height: float) -> Element | None:
        for index in self._tree.query(shapely.Point(place), predicate="intersects"):
            step_id, body = self._bodies[index]
            if body.low[2] - 0.05 <= height <= body.high[2] + 0.05:
                return self._rooms[step_id]
        return None

    def _is_outdoor(self, room: Element) -> bool:
        function = self._functions.get(room.step_id)
        return function is not None and "outdoor" in function.groups

    def _outer_face(self, element: Element, centre: Floats, along: Floats, outward: Floats, depth: float) -> float:
        """Position of the wall's outer face along the outward normal; the window's own where no wall is known."""
        own = float(centre @ outward[:2]) + depth / 2
        wall = self._meshes.get(self._walls.get(element.step_id, -1))
        if wall is None:
            return own
        triangles = wall.triangles[wall.normals @ outward > 0.99]
        offsets = triangles.mean(axis=1) @ outward
        reach = triangles[..., :2] @ along
        middle = float(centre @ along)
        before = (reach.min(axis=1) <= middle) & (reach.max(axis=1) >= middle) & (np.abs(offsets - own) <= _FIND_WALL_M)
        return max(own, float(offsets[before].max())) if before.any() else own


def _footprint(mesh: Mesh) -> Any:
    flat = shapely.polygons(mesh.triangles[:, :, :2])
    return shapely.union_all(flat[shapely.area(flat) > 1e-6])


def _hosts(model: Model) -> dict[int, int]:
    """Record number of the wall that each window or door fills."""
    hosts: dict[int, int] = {}
    for relation in model.file.by_type("IfcRelFillsElement"):
        opening, filling = relation.RelatingOpeningElement, relation.RelatedBuildingElement
        for void in getattr(opening, "VoidsElements", ()) if opening is not None and filling is not None else ():
            hosts[filling.id()] = void.RelatingBuildingElement.id()
    return hosts


def _plate(mesh: Mesh) -> tuple[Floats, Floats, Floats, float, float] | None:
    """Plan centre, unit vectors along and across, width and depth of an upright plate; None for anything else."""
    ring = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shapely.MultiPoint(mesh.vertices[:, :2])))
    if len(ring) < 5 or mesh.high[2] - mesh.low[2] < 0.1:
        return None
    first, second = ring[1] - ring[0], ring[2] - ring[1]
    long, short = (first, second) if np.linalg.norm(first) >= np.linalg.norm(second) else (second, first)
    width, depth = float(np.linalg.norm(long)), float(np.linalg.norm(short))
    if depth > 0.8 * width or depth <= 0:
        return None
    along = long / width
    return ring[:4].mean(axis=0), along, np.array([-along[1], along[0]]), width, depth
