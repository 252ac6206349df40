"""All measured shapes of one model, made with one pass of the geometry kernel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import shapely
from shapely import MultiPolygon, Point, Polygon

from hezhu.engines.ifc.attributes import attribute
from hezhu.engines.ifc.geometry.doors import DoorShape, measure_door
from hezhu.engines.ifc.geometry.mesh import Floats, Mesh, load
from hezhu.engines.ifc.geometry.railings import RailingShape, handrail_offsets, measure_railing
from hezhu.engines.ifc.geometry.spaces import SpaceShape, measure_space
from hezhu.engines.ifc.geometry.stairs import (
    FlightShape,
    LandingShape,
    headroom,
    measure_stair,
    with_depth,
    with_ends,
    with_headroom,
)
from hezhu.engines.ifc.geometry.surfaces import Ceilings, Floors, Level, levels, outline, plan

if TYPE_CHECKING:
    from hezhu.engines.ifc.model import Element, Model

_OVERHEAD = ("IfcSlab", "IfcRoof", "IfcCovering", "IfcBeam")
_STAIRS = ("IfcStair", "IfcStairFlight")
_SIDES_M = (0.15, 0.35, 0.6)


@dataclass(eq=False)
class Geometry:
    """Measured shapes by record number. What could not be measured is absent."""

    spaces: dict[int, SpaceShape] = field(default_factory=dict)
    doors: dict[int, DoorShape] = field(default_factory=dict)
    door_sides: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)
    flights: dict[int, list[FlightShape]] = field(default_factory=dict)
    landings: list[LandingShape] = field(default_factory=list)
    railings: dict[int, RailingShape] = field(default_factory=dict)
    columns: list[tuple[Polygon | MultiPolygon, float, float]] = field(default_factory=list)
    boxes: dict[int, tuple[tuple[float, float, float], tuple[float, float, float]]] = field(default_factory=dict)
    walked: list[Floats] = field(default_factory=list, repr=False)

    @cached_property
    def built(self) -> Floors:
        """Every built surface a person can stand on: slab tops and floor finishes, without the rooms' own floors."""
        return Floors(self.walked)

    @cached_property
    def _index(self) -> tuple[list[int], shapely.STRtree]:
        """Spaces by where their floors lie. Ask only after all spaces are measured."""
        keys = list(self.spaces)
        return keys, shapely.STRtree([self.spaces[key].floor for key in keys])

    def spaces_near(self, x: float, y: float, within_m: float) -> list[int]:
        """Record numbers of the spaces on any storey whose floor lies within a distance of a plan point, in file order."""
        keys, tree = self._index
        return [keys[index] for index in sorted(tree.query(Point(x, y), predicate="dwithin", distance=within_m))]

    def spaces_at(self, x: float, y: float, z: float) -> list[int]:
        """Record numbers of the spaces that contain a point, in file order."""
        return [key for key in self.spaces_near(x, y, 1e-6) if self.spaces[key].contains(x, y, z)]

    def spaces_touching(self, floor: Polygon | MultiPolygon, within_m: float) -> list[int]:
        """Record numbers of the spaces on any storey whose floor lies within a distance of a plan outline, in file order."""
        keys, tree = self._index
        return [keys[index] for index in sorted(tree.query(floor, predicate="dwithin", distance=within_m))]

    def doors_of(self, space: int) -> list[int]:
        """Record numbers of the doors that lead into a space."""
        return [door for door, sides in self.door_sides.items() if space in sides]

    def walkable(self, space: int) -> Polygon | MultiPolygon:
        """The floor of a space less the columns that stand in it."""
        shape = self.spaces[space]
        standing = [
            plan for plan, low, high in self.columns if low < shape.floor_z_m + 1.0 < high and plan.intersects(shape.floor)
        ]
        left = shape.floor.difference(shapely.union_all(standing)) if standing else shape.floor
        return outline(shapely.get_parts(left)) if standing else shape.floor


def measure(model: Model) -> Geometry:
    """Load the meshes that the rules need and measure them."""
    overhead = model.of_class(*_OVERHEAD)
    stairs = model.of_class(*_STAIRS)
    doors = model.of_class("IfcDoor")
    railings = model.of_class("IfcRailing")
    columns = model.of_class("IfcColumn")
    meshes = load(model, _once([*model.spaces, *overhead, *stairs, *doors, *railings, *columns]))
    geometry = Geometry(boxes={key: _box(mesh) for key, mesh in meshes.items()})
    for column in columns:
        if column.step_id in meshes:
            mesh = meshes[column.step_id]
            geometry.columns.append((plan(mesh), float(mesh.low[2]), float(mesh.high[2])))
    ceilings = Ceilings({e.step_id: meshes[e.step_id] for e in overhead if e.step_id in meshes and not _is_floor_finish(e)})
    for space in model.spaces:
        shape = measure_space(meshes[space.step_id], ceilings) if space.step_id in meshes else None
        if shape is not None:
            geometry.spaces[space.step_id] = shape
    _measure_doors(model, doors, meshes, geometry)
    geometry.walked = [meshes[e.step_id].facing_up() for e in overhead if e.step_id in meshes and _is_walked(e)]
    floors = _floors(model, geometry.walked, meshes)
    rails = {e.step_id: meshes[e.step_id] for e in railings if e.step_id in meshes}
    _measure_stairs(model, stairs, overhead, meshes, floors, rails, geometry)
    flights = [flight for runs in geometry.flights.values() for flight in runs]
    for step_id, mesh in rails.items():
        shape_of_rail = measure_railing(mesh, flights, floors)
        if shape_of_rail is not None:
            geometry.railings[step_id] = shape_of_rail
    return geometry


def _once(elements: Iterable[Element]) -> list[Element]:
    return list({element.step_id: element for element in elements}.values())


def _box(mesh: Mesh) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    low, high = (tuple(round(float(value), 4) for value in corner) for corner in (mesh.low, mesh.high))
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def _is_floor_finish(element: Element) -> bool:
    return element.ifc_class == "IfcCovering" and element.predefined_type in ("FLOORING", "SKIRTINGBOARD", "CLADDING")


def _floors(model: Model, built: list[Floats], meshes: dict[int, Mesh]) -> Floors:
    """Slab tops, floor finishes and landings; and room floors, for models whose floors are not slabs."""
    rooms = [meshes[e.step_id].facing_down(0.95) for e in model.spaces if e.step_id in meshes]
    return Floors([*built, *rooms])


def _is_walked(element: Element) -> bool:
    return element.ifc_class.startswith("IfcSlab") or _is_floor_finish(element)


def _measure_doors(model: Model, doors: list[Element], meshes: dict[int, Mesh], geometry: Geometry) -> None:
    for door in doors:
        if door.step_id not in meshes:
            continue
        shape = measure_door(meshes[door.step_id], operation(door))
        if shape is None:
            continue
        geometry.doors[door.step_id] = shape
        geometry.door_sides[door.step_id] = _sides(shape, geometry)


def operation(door: Element) -> str:
    """How a door opens, as IFC names it (SINGLE_SWING_LEFT, …), from the door or its type; "" when not said."""
    kind = door.type_entity
    for source in (door.entity, kind) if kind is not None else (door.entity,):
        value = attribute(source, "OperationType")
        if value and value not in ("NOTDEFINED", "USERDEFINED"):
            return str(value)
    return ""


def _sides(shape: DoorShape, geometry: Geometry) -> tuple[int | None, int | None]:
    """The space on either side of a door (record numbers): the first one met going away from the wall."""
    x, y = shape.middle
    found: list[int | None] = []
    for sign in (1.0, -1.0):
        hits: list[int] = []
        for away in _SIDES_M:
            reach = sign * (shape.depth_m / 2 + away)
            hits = geometry.spaces_at(x + shape.normal[0] * reach, y + shape.normal[1] * reach, shape.sill_z_m + 0.5)
            if hits:
                break
        found.append(hits[0] if hits else None)
    return found[0], found[1]


def _measure_stairs(
    model: Model,
    stairs: list[Element],
    overhead: list[Element],
    meshes: dict[int, Mesh],
    floors: Floors,
    rails: dict[int, Mesh],
    geometry: Geometry,
) -> None:
    landings = [
        LandingShape(e.step_id, level.outline, level.z_m)
        for e in overhead
        if e.step_id in meshes and _is_landing(e, model)
        for level in _tops(meshes[e.step_id])
    ]
    raw: list[tuple[FlightShape, float]] = []
    for stair in stairs:
        if stair.step_id in meshes:
            runs, own = measure_stair(stair.step_id, meshes[stair.step_id])
            landings += own
            raw += [(run, float(meshes[stair.step_id].low[2])) for run in runs]
    under = [e for e in (*overhead, *stairs) if e.step_id in meshes and not _is_floor_finish(e)]
    ceilings = Ceilings({e.step_id: meshes[e.step_id] for e in under})
    flights = []
    for run, bottom in raw:
        flight = with_headroom(with_ends(run, floors, landings, bottom), ceilings)
        flights.append(replace(flight, handrails=handrail_offsets(flight, list(rails.values()))))
    for flight in flights:
        geometry.flights.setdefault(flight.step_id, []).append(flight)
    for landing in landings:
        measured = with_depth(landing, flights)
        room = headroom(Level(landing.z_m, landing.outline), ceilings, landing.step_id)
        geometry.landings.append(replace(measured, headroom_m=None if room is None else round(room, 4)))


def _is_landing(element: Element, model: Model) -> bool:
    whole = model.element(element.whole) if element.whole else None
    of_stair = whole is not None and whole.ifc_class.startswith("IfcStair")
    return element.ifc_class.startswith("IfcSlab") and (element.predefined_type == "LANDING" or of_stair)


def _tops(mesh: Mesh) -> list[Level]:
    return [level for level in levels(mesh.facing_up(0.99)) if level.outline.area >= 0.36][-1:]


def door_points(geometry: Geometry, space: int) -> list[Point]:
    """Plan points of the doors of a space."""
    return [Point(*geometry.doors[door].middle) for door in geometry.doors_of(space)]
