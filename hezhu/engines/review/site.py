"""What the methods look at: the model's facts, its measured shapes, and what its rooms and doors are for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import ifcopenshell
import ifcopenshell.util.element
import ifcopenshell.util.placement

from hezhu.engines.findings import Shape
from hezhu.engines.ifc import Element, Model, Storey
from hezhu.engines.ifc.geometry import DoorShape, Geometry, SpaceShape, WindowShape, measure_windows
from hezhu.engines.ifc.geometry.mesh import Floats, Mesh, load
from hezhu.engines.ifc.geometry.slopes import sloping_undersides
from hezhu.engines.review.pack import Clause, Pack
from hezhu.engines.review.recognition import RoomFunction

_HABITABLE_GROUPS = frozenset({"private", "room"})
_FIXTURE_CLASSES = ("IfcSanitaryTerminal", "IfcFlowTerminal", "IfcFurnishingElement", "IfcBuildingElementProxy")


@dataclass(frozen=True, slots=True)
class ReviewContext:
    """What the project knows that the model may not say.

    ``building_kind`` is dwelling, public or unknown (then the model is asked). ``on`` is the date that decides which clauses
    are in force (the date of the application; today if not given). ``height_m`` is the building height for fire safety, ``top_entrance_m`` the
    height of the highest entrance floor above ground; None lets the storeys answer. ``new_build`` is False for work on an
    existing building.
    """

    building_kind: str = "unknown"
    on: dt.date = field(default_factory=lambda: dt.datetime.now().astimezone().date())
    height_m: float | None = None
    top_entrance_m: float | None = None
    new_build: bool = True


class Fixture(NamedTuple):
    """A sanitary fixture and what it is (toilet, basin …); None for one that its names do not show."""

    element: Element
    kind: str | None


class Site:
    """One model under review with one pack and one context."""

    def __init__(self, model: Model, pack: Pack, context: ReviewContext) -> None:
        self.model, self.pack, self.context = model, pack, context
        self._loaded: dict[int, Mesh | None] = {}

    @property
    def geometry(self) -> Geometry:
        """The measured shapes."""
        return self.model.geometry

    @cached_property
    def by_step_id(self) -> dict[int, Element]:
        """Elements and spaces by record number."""
        return {element.step_id: element for element in (*self.model.elements, *self.model.spaces)}

    @cached_property
    def building_kind(self) -> str:
        """dwelling, public or unknown: as the project says, else as the building calls itself."""
        if self.context.building_kind != "unknown":
            return self.context.building_kind
        return self.pack.recognition.building_kind_of(self._building_names()) or "unknown"

    def _building_names(self) -> list[str]:
        names: list[str] = []
        for building in self.model.file.by_type("IfcBuilding"):
            names += [str(getattr(building, key, None) or "") for key in ("ObjectType", "LongName", "Name")]
            sets = ifcopenshell.util.element.get_psets(building, psets_only=True)
            names += [str(values["OccupancyType"]) for values in sets.values() if values.get("OccupancyType")]
        return names

    @cached_property
    def functions(self) -> dict[int, RoomFunction | None]:
        """The use of each space by record number; None where its names do not show it."""
        return {space.step_id: self._function(space) for space in self.model.spaces}

    def _function(self, space: Element) -> RoomFunction | None:
        titles = [code.title for code in space.classifications]
        return self.pack.recognition.function_of([space.long_name, space.object_type, *titles, space.name])

    def function_key(self, step_id: int | None) -> str | None:
        """Key of the use of a space; None for no space or an unrecognised one."""
        function = self.functions.get(step_id) if step_id is not None else None
        return function.key if function else None

    def groups(self, step_id: int | None) -> frozenset[str]:
        """Groups of the use of a space; none for no space or an unrecognised one."""
        function = self.functions.get(step_id) if step_id is not None else None
        return function.groups if function else frozenset()

    @cached_property
    def floors(self) -> list[Storey]:
        """Storeys one walks on: with a space or a slab of their own, from the lowest up."""
        used = {space.storey.global_id for space in self.model.spaces if space.storey}
        if not used:
            used = {element.storey.global_id for element in self.model.of_class("IfcSlab", "IfcDoor") if element.storey}
        return [storey for storey in self.model.storeys if storey.global_id in used and storey.elevation_m is not None]

    @cached_property
    def inhabited_floors(self) -> list[Storey]:
        """Floors above ground with rooms in which people stay; every floor above ground where no room is recognised."""
        homes = {
            space.storey.global_id
            for space in self.model.spaces
            if space.storey and self.groups(space.step_id) & _HABITABLE_GROUPS
        }
        above = [storey for storey in self.floors if self.is_above_ground(storey)]
        return [storey for storey in above if storey.global_id in homes] or above

    @staticmethod
    def is_above_ground(storey: Storey) -> bool:
        """Whether a storey is not a basement."""
        return storey.elevation_m is not None and storey.elevation_m > -0.6

    @cached_property
    def ground_floor(self) -> Storey | None:
        """The lowest floor that is not below ground."""
        return next((storey for storey in self.floors if self.is_above_ground(storey)), None)

    @cached_property
    def height_m(self) -> float | None:
        """Building height: the project's, else from the ground floor to the storey above the highest inhabited floor."""
        if self.context.height_m is not None:
            return self.context.height_m
        top = self.inhabited_floors[-1] if self.inhabited_floors else None
        rise = self.rise(top) if top else None
        ground = self.ground_floor
        if top is None or rise is None or ground is None or top.elevation_m is None or ground.elevation_m is None:
            return None
        return round(top.elevation_m + rise - ground.elevation_m, 3)

    @cached_property
    def top_entrance_m(self) -> float | None:
        """Height of the highest inhabited floor above the ground floor (taken as the highest entrance floor)."""
        if self.context.top_entrance_m is not None:
            return self.context.top_entrance_m
        ground = self.ground_floor
        if not self.inhabited_floors or ground is None or ground.elevation_m is None:
            return None
        top = self.inhabited_floors[-1].elevation_m
        return None if top is None else round(top - ground.elevation_m, 3)

    def rise(self, storey: Storey) -> float | None:
        """Storey height: to the next floor of the same building, for the highest one to whatever storey lies above it."""
        if storey.elevation_m is None:
            return None
        for candidates in (self.floors, self.model.storeys):
            above = [
                other.elevation_m
                for other in candidates
                if other.building == storey.building
                and other.elevation_m is not None
                and other.elevation_m > storey.elevation_m + 0.5
            ]
            if above:
                return round(min(above) - storey.elevation_m, 4)
        return None

    def meshes(self, elements: Sequence[Element]) -> dict[int, Mesh]:
        """Meshes by record number, each made once for all clauses; an element whose shape cannot be made is absent."""
        new = [element for element in elements if element.step_id not in self._loaded]
        if new:
            made = load(self.model, new)
            self._loaded.update({element.step_id: made.get(element.step_id) for element in new})
        found = {element.step_id: self._loaded[element.step_id] for element in elements}
        return {step_id: mesh for step_id, mesh in found.items() if mesh is not None}

    @cached_property
    def windows(self) -> dict[int, WindowShape]:
        """The measured windows; their meshes are loaded on first use."""
        return measure_windows(self.model)

    @cached_property
    def under_slopes(self) -> dict[int, Floats]:
        """Roof triangles over the rooms whose ceiling slopes, by record number; loaded on first use."""
        return sloping_undersides(self.model, self.geometry.spaces)

    @cached_property
    def fire_class(self) -> int | None:
        """The building's declared fire resistance class, 1 (best) to 4; None where Pset_BuildingCommon does not give it."""
        said = (self.fire_class_of(building) for building in self.model.file.by_type("IfcBuilding"))
        return next((number for number in said if number is not None), None)

    @staticmethod
    def fire_class_of(entity: ifcopenshell.entity_instance) -> int | None:
        """The fire resistance class that a building or storey declares in any property set; None where it declares none."""
        for values in ifcopenshell.util.element.get_psets(entity, psets_only=True).values():
            said = str(values.get("FireProtectionClass") or "")
            for number, sign in enumerate("一二三四", start=1):
                if sign in said or said.strip() == str(number):
                    return number
        return None

    @cached_property
    def sprinklered(self) -> bool | None:
        """Whether the building says that it is sprinklered throughout (Pset_BuildingCommon); None where it does not say."""
        for building in self.model.file.by_type("IfcBuilding"):
            for values in ifcopenshell.util.element.get_psets(building, psets_only=True).values():
                for name in ("SprinklerProtection", "SprinklerProtectionAutomatic"):
                    if isinstance(values.get(name), bool):
                        return bool(values[name])
        return None

    def flat_of(self, step_id: int) -> str | None:
        """GlobalId of the flat a room belongs to; None where the model does not group the rooms of flats."""
        zone = self._zone_of(step_id)
        return str(zone.GlobalId) if zone is not None and zone.GlobalId in self.flats else None

    def flat_name(self, step_id: int) -> str:
        """Name of the flat a room belongs to, with its long name or type; "" where there is none."""
        zone = self._zone_of(step_id)
        return "" if zone is None else " ".join(filter(None, (zone.Name, getattr(zone, "LongName", None), zone.ObjectType)))

    def _zone_of(self, step_id: int) -> Any:
        """The zone of a room with the fewest members: a flat is smaller than the compartments and areas it belongs to as well."""
        zones = []
        for relation in getattr(self.by_step_id[step_id].entity, "HasAssignments", None) or ():
            group = getattr(relation, "RelatingGroup", None)
            if group is not None and group.is_a("IfcZone") and not self.names_compartment(group):
                zones.append((len(relation.RelatedObjects), group.id(), group))
        return min(zones)[2] if zones else None

    @cached_property
    def flats(self) -> dict[str, list[Element]]:
        """Rooms of each flat by the GlobalId of its zone (IfcZone): one with rooms of a flat and no public ones, which a
        fire compartment or a whole storey would have.
        """
        found: dict[str, list[Element]] = {}
        for space in self.model.spaces:
            zone = self._zone_of(space.step_id)
            if zone is not None:
                found.setdefault(str(zone.GlobalId), []).append(space)
        groups = {zone: frozenset().union(*(self.groups(room.step_id) for room in rooms)) for zone, rooms in found.items()}
        return {zone: rooms for zone, rooms in found.items() if "private" in groups[zone] and "public" not in groups[zone]}

    @cached_property
    def fixtures(self) -> dict[int, list[Fixture]]:
        """The sanitary fixtures of each space by its record number.

        A fixture stands in the space that contains it in the model's tree, else in the one its placement lies in.
        """
        found: dict[int, list[Fixture]] = {}
        for element in self.model.of_class(*_FIXTURE_CLASSES):
            kind = self.pack.recognition.fixture_of(
                [element.name, element.object_type, element.type_name, element.predefined_type]
            )
            space = self._space_of(element)
            if space is not None and (kind or element.ifc_class == "IfcSanitaryTerminal"):
                found.setdefault(space, []).append(Fixture(element, kind))
        return found

    def fixture_kinds(self, step_id: int) -> set[str | None]:
        """What the fixtures of a space are."""
        return {fixture.kind for fixture in self.fixtures.get(step_id, ())}

    def _space_of(self, element: Element) -> int | None:
        container: Any = ifcopenshell.util.element.get_container(element.entity)
        if container is not None and container.is_a("IfcSpace"):
            return int(container.id())
        if element.entity.ObjectPlacement is None:
            return None
        x, y, z = (
            ifcopenshell.util.placement.get_local_placement(element.entity.ObjectPlacement)[:3, 3] * self.model.length_unit_m
        )
        spaces = self.geometry.spaces_at(float(x), float(y), float(z))
        return spaces[0] if spaces else None

    @cached_property
    def outdoor_ground_z_m(self) -> float | None:
        """Height of the ground outside in the model's axes: the terrain against the reference height of the building.

        None where the building does not give both, or gives one value for both, as many exporters do unasked.
        """
        floor = self.ground_floor
        for building in self.model.file.by_type("IfcBuilding"):
            terrain, zero = building.ElevationOfTerrain, building.ElevationOfRefHeight
            if floor is None or floor.elevation_m is None or terrain is None or zero is None or terrain == zero:
                continue
            return (terrain - zero) * self.model.length_unit_m + floor.z_m - floor.elevation_m
        return None

    def names_compartment(self, group: ifcopenshell.entity_instance) -> bool:
        """Whether a group or zone calls itself a fire compartment."""
        names = (getattr(group, key, None) or "" for key in ("Name", "LongName", "ObjectType", "Description"))
        return self.pack.recognition.names_compartment(names)

    def space_shape(self, step_id: int) -> SpaceShape | None:
        """The measured shape of a space."""
        return self.geometry.spaces.get(step_id)

    def door_shape(self, step_id: int) -> DoorShape | None:
        """The measured shape of a door."""
        return self.geometry.doors.get(step_id)

    def applies(self, clause: Clause) -> bool | None:
        """Whether a clause governs this building; None when the building kind would decide it and is unknown."""
        stages = clause.where.get("stage", ())
        if stages and ("new" if self.context.new_build else "existing") not in stages:
            return False
        kinds = clause.where.get("building", ())
        if not kinds or set(kinds) >= {"dwelling", "public"}:
            return True
        if self.building_kind == "unknown":
            return None
        return self.building_kind in kinds


def polygon_shape(points: Sequence[tuple[float, float]], z: float) -> Shape:
    """A closed plan outline at one height, for drawing."""
    return Shape("polygon", tuple((round(float(x), 4), round(float(y), 4), round(z, 4)) for x, y in points))


def line_shape(*points: tuple[float, float, float]) -> Shape:
    """A measured line, for drawing."""
    rounded = tuple((round(x, 4), round(y, 4), round(z, 4)) for x, y, z in points)
    return Shape("line" if len(rounded) == 2 else "polyline", rounded)


def point_shape(x: float, y: float, z: float) -> Shape:
    """One place, for drawing."""
    return Shape("point", ((round(x, 4), round(y, 4), round(z, 4)),))
