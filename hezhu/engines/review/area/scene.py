"""What the area study sees of a model: bodies in plan with their heights, and the storeys they stand on. Metres, Z up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.ifc import Element, Model
from hezhu.engines.ifc.geometry.mesh import Mesh, load
from hezhu.engines.ifc.geometry.surfaces import flatten, levels, outline, plan
from hezhu.engines.ifc.model import Storey
from hezhu.engines.review.area.profile import AreaProfile
from hezhu.engines.review.pack import DEFAULT_PACK, load_pack
from hezhu.engines.review.recognition import Recognition

_WALLS = ("IfcWall", "IfcCurtainWall", "IfcPlate", "IfcDoor", "IfcWindow")
_SLABS = ("IfcSlab", "IfcRoof")
_STAIRS = ("IfcStair", "IfcStairFlight")
_RAMPS = ("IfcRamp", "IfcRampFlight")
_OTHERS = ("IfcSpace", "IfcColumn", "IfcCovering", "IfcRailing", "IfcTransportElement", "IfcMember")
_LEVEL_COSINE = 0.996  # up to 5° of slope is a level underside
_KNEE_M = 0.3
_STEEP = 0.95  # steeper undersides belong to leaning walls, flatter ones to roofs and floors
_OUTDOOR = frozenset(("outdoor",))


def section(mesh: Mesh, z_m: float) -> BaseGeometry:
    """The horizontal section of a mesh, as polygons."""
    corners = mesh.triangles
    above = corners[:, :, 2] > z_m
    lines = []
    for triangle, high in zip(corners, above, strict=True):
        if high.any() and not high.all():
            ends = []
            for i, j in ((0, 1), (1, 2), (2, 0)):
                if high[i] != high[j]:
                    share = (z_m - triangle[i, 2]) / (triangle[j, 2] - triangle[i, 2])
                    ends.append(triangle[i, :2] + (triangle[j, :2] - triangle[i, :2]) * share)
            lines.append(shapely.linestrings(np.array(ends)))
    joined = shapely.union_all(lines, grid_size=1e-5) if lines else Polygon()
    return outline(shapely.get_parts(shapely.polygonize([joined])))


@dataclass(eq=False)
class Body:
    """One element with its mesh."""

    element: Element
    mesh: Mesh
    low: float
    high: float

    @cached_property
    def plan(self) -> BaseGeometry:
        """Plan projection; of doors, windows and railings the convex hull, which closes their joints."""
        if self.element.ifc_class.startswith(("IfcDoor", "IfcWindow", "IfcRailing")):
            hull = shapely.convex_hull(shapely.multipoints(self.mesh.vertices[:, :2]))
            return hull if isinstance(hull, Polygon) else hull.buffer(1e-4)
        return plan(self.mesh)

    @cached_property
    def top_m(self) -> float:
        """Height of the largest level upper surface; the highest point when there is none."""
        tops = levels(self.mesh.facing_up(0.99))
        return max(tops, key=lambda level: level.outline.area).z_m if tops else self.high

    @cached_property
    def is_pitched(self) -> bool:
        """Whether most of the underside slopes by more than 5°."""
        normals = self.mesh.normals[:, 2]
        corners = self.mesh.triangles
        first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        size = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2
        down = normals < -0.05
        return bool(size[down & (normals > -_LEVEL_COSINE)].sum() > size[down].sum() / 2) if down.any() else False

    @cached_property
    def is_inclined(self) -> bool:
        """Whether most of the surface is neither level nor upright (by more than 3°): a leaning wall."""
        normals, corners = np.abs(self.mesh.normals[:, 2]), self.mesh.triangles
        size = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
        return bool(size[(normals > 0.05) & (normals < _STEEP)].sum() > size.sum() / 2)

    def plan_at(self, z_m: float) -> BaseGeometry:
        """The plan; of a leaning wall its section just above a height."""
        if not self.is_inclined:
            return self.plan
        return section(self.mesh, max(z_m, self.low) + 1e-3)

    @cached_property
    def floor(self) -> BaseGeometry:
        """The outline of the lowest downward surface: a space's floor."""
        bottom = self.mesh.facing_down(0.95)
        found = outline(flatten(bottom[bottom[:, :, 2].max(axis=1) <= self.low + 0.05]))
        return self.plan if found.is_empty else found

    @property
    def names(self) -> tuple[str, ...]:
        """Everything the element calls itself, the most telling first."""
        e = self.element
        return (e.long_name, e.name, e.object_type, e.type_name, e.predefined_type)


@dataclass(eq=False)
class Scene:
    """Bodies by what they do. ``unshaped`` are elements of those classes whose geometry cannot be made."""

    model: Model
    profile: AreaProfile
    walls: list[Body] = field(default_factory=list)
    slabs: list[Body] = field(default_factory=list)
    canopies: list[Body] = field(default_factory=list)
    columns: list[Body] = field(default_factory=list)
    spaces: list[Body] = field(default_factory=list)
    stairs: list[Body] = field(default_factory=list)
    ramps: list[Body] = field(default_factory=list)
    railings: list[Body] = field(default_factory=list)
    ceilings: list[Body] = field(default_factory=list)
    lifts: list[Body] = field(default_factory=list)
    bays: list[Body] = field(default_factory=list)
    insulation: list[Body] = field(default_factory=list)
    unshaped: list[Element] = field(default_factory=list)
    storey_z: dict[str, float] = field(default_factory=dict)
    recognition: Recognition = field(default_factory=lambda: load_pack(DEFAULT_PACK).recognition)

    def stated(self, element: Element, name: str) -> object:
        """A value of the property set with which a designer states what a place is."""
        return element.value(name, self.profile.property_set)

    def place_of(self, bodies: Iterable[Body]) -> str:
        """What kind of outdoor place these bodies say they are, stated or by name; "" when none says."""
        bodies = list(bodies)
        for body in bodies:
            stated = self.stated(body.element, "Category")
            if isinstance(stated, str) and stated in self.profile.place_words:
                return stated
        return next((place for body in bodies if (place := self.profile.place_of(body.names))), "")

    def function_of(self, space: Body) -> str:
        """The recognised use of a space, "" when its names do not tell."""
        found = self.recognition.function_of(space.names[:3])
        return found.key if found else ""

    def is_outdoor(self, space: Body) -> bool:
        """Whether a space lies outside the enclosure by its use or by its own statement."""
        found = self.recognition.function_of(space.names[:3])
        if found is not None and (found.groups & _OUTDOOR or found.key == "open_floor"):
            return True
        return space.element.predefined_type == "EXTERNAL" or space.element.value("IsExternal") is True

    def is_structural(self, slab: Body) -> bool:
        """Whether a slab is thick enough to be structure and no landing of a stair."""
        whole = self.model.element(slab.element.whole) if slab.element.whole else None
        landing = slab.element.predefined_type == "LANDING" or (whole is not None and whole.ifc_class.startswith("IfcStair"))
        return slab.high - slab.low >= self.profile.measuring.structural and not landing


def read_scene(model: Model, profile: AreaProfile) -> Scene:
    """Loads the meshes that the study needs and sorts them."""
    scene = Scene(model, profile, storey_z=storey_heights(model))
    wanted = {e.step_id: e for e in model.of_class(*_WALLS, *_SLABS, *_STAIRS, *_RAMPS, *_OTHERS) if _is_wanted(model, e)}
    meshes = load(model, list(wanted.values()))
    for step_id, element in wanted.items():
        if step_id not in meshes:
            if element.ifc_class.startswith(("IfcWall", "IfcSlab", "IfcSpace")) and not element.parts:
                scene.unshaped.append(element)
            continue
        mesh = meshes[step_id]
        _sort(scene, Body(element, mesh, float(mesh.low[2]), float(mesh.high[2])))
    scene.walls = _whole_curtains(scene)
    return scene


def _whole_curtains(scene: Scene) -> list[Body]:
    """The walls, the panels and mullions of one curtain wall joined into one body."""
    alone: list[Body] = []
    groups: dict[str, list[Body]] = {}
    for wall in scene.walls:
        whole = scene.model.element(wall.element.whole) if wall.element.whole else None
        if whole is not None and whole.ifc_class.startswith("IfcCurtainWall"):
            groups.setdefault(whole.global_id, []).append(wall)
        else:
            alone.append(wall)
    for global_id, parts in groups.items():
        shift = np.cumsum([0, *(len(part.mesh.vertices) for part in parts)])
        faces = np.concatenate([part.mesh.faces + offset for part, offset in zip(parts, shift[:-1], strict=True)])
        mesh = Mesh(np.concatenate([part.mesh.vertices for part in parts]), faces)
        alone.append(Body(scene.model.by_global_id[global_id], mesh, float(mesh.low[2]), float(mesh.high[2])))
    return alone


def storey_heights(model: Model) -> dict[str, float]:
    """Height of every storey in the model's axes, by GlobalId: its placement, or its declared elevation where placements do not
    tell storeys apart.
    """
    placed = {round(storey.z_m, 3) for storey in model.storeys}
    declared = {round(storey.elevation_m, 3) for storey in model.storeys if storey.elevation_m is not None}
    by_elevation = len(placed) == 1 and len(declared) > 1
    return {
        storey.global_id: storey.elevation_m if by_elevation and storey.elevation_m is not None else storey.z_m
        for storey in model.storeys
    }


def _is_wanted(model: Model, element: Element) -> bool:
    if element.ifc_class.startswith(("IfcMember", "IfcPlate")):
        whole = model.element(element.whole) if element.whole else None
        return whole is not None and whole.ifc_class.startswith(("IfcCurtainWall", "IfcRoof"))
    return True


def _sort(scene: Scene, body: Body) -> None:
    kind = body.element.ifc_class
    whole = scene.model.element(body.element.whole) if body.element.whole else None
    if kind.startswith(_SLABS) or (whole is not None and whole.ifc_class.startswith("IfcRoof")):
        hangs = scene.place_of([body]) in ("canopy", "shed")
        (scene.canopies if hangs else scene.slabs).append(body)
    elif kind.startswith("IfcWindow") and scene.profile.place_of(body.names) == "bay":
        scene.bays.append(body)
    elif kind.startswith("IfcSpace"):
        scene.spaces.append(body)
    elif kind.startswith(_STAIRS):
        scene.stairs.append(body)
    elif kind.startswith(_RAMPS):
        scene.ramps.append(body)
    elif kind.startswith("IfcColumn"):
        scene.columns.append(body)
    elif kind.startswith("IfcRailing"):
        scene.railings.append(body)
    elif kind.startswith("IfcTransportElement"):
        scene.lifts.append(body)
    elif kind.startswith("IfcCovering"):
        if body.element.predefined_type == "INSULATION" or scene.profile.place_of(body.names) == "insulation":
            scene.insulation.append(body)
        elif body.element.predefined_type == "CEILING":
            scene.ceilings.append(body)
    else:
        scene.walls.append(body)


@dataclass(eq=False)
class Level:
    """One storey that can carry area: its floor height, its next storey's, and what stands on it.

    ``next_m`` is the structural floor above as the storeys declare it, None for the topmost; ``enclosing`` the plan of the
    walls once it was made.
    """

    storey: Storey
    floor_m: float
    next_m: float | None
    slabs: list[Body]
    spaces: list[Body]
    walls: list[Body]
    enclosing: BaseGeometry | None = None

    @property
    def reach_m(self) -> float:
        """Height up to which bodies belong to this storey."""
        return self.next_m if self.next_m is not None else self.floor_m + 3.0


def read_levels(scene: Scene) -> tuple[list[Level], list[Storey]]:
    """Storeys with a floor, a room, a door, a window or a stair, from the lowest up; and those without any of these."""
    kept: list[tuple[Storey, list[Body], list[Body]]] = []
    bare: list[Storey] = []
    z = scene.storey_z
    for storey in sorted(scene.model.storeys, key=lambda s: z[s.global_id]):
        slabs = [s for s in scene.slabs if _same(storey, s) and _near(scene, storey, s)]
        spaces = [s for s in scene.spaces if _same(storey, s) and _home(scene, storey, s.low)]
        busy = any(e.ifc_class.startswith(("IfcDoor", "IfcStair")) for e in scene.model.on_storey(storey))
        if slabs or spaces or busy:
            kept.append((storey, slabs, spaces))
        else:
            bare.append(storey)
    found = []
    for storey, slabs, spaces in kept:
        above = [
            z[o.global_id] for o, _, _ in kept if o.building == storey.building and z[o.global_id] > z[storey.global_id] + 0.3
        ]
        level = Level(storey, _floor(scene, storey, slabs), min(above, default=None), slabs, spaces, [])
        level.walls = [wall for wall in scene.walls if _same(storey, wall) and _stands(scene, wall, level)]
        found.append(level)
    return found, bare


def _same(storey: Storey, body: Body) -> bool:
    """Whether a body belongs to the storey's building, or to none."""
    home = body.element.storey
    return home is None or home.building == storey.building


def _home(scene: Scene, storey: Storey, z_m: float) -> bool:
    """Whether a height belongs to that storey: within the band around its floor, and nearer to it than to any other."""
    z = scene.storey_z
    away = abs(z_m - z[storey.global_id])
    others = [
        abs(z_m - z[other.global_id])
        for other in scene.model.storeys
        if other.building == storey.building and other is not storey
    ]
    return away <= scene.profile.measuring.level and away <= min(others, default=away)


def _near(scene: Scene, storey: Storey, slab: Body) -> bool:
    return scene.is_structural(slab) and not slab.is_pitched and _home(scene, storey, slab.top_m)


def _floor(scene: Scene, storey: Storey, slabs: Sequence[Body]) -> float:
    """Top of most of the structural floor, or the storey's own level where it has no slab."""
    tops: dict[float, float] = {}
    for slab in slabs:
        key = round(slab.top_m, 4)
        tops[key] = tops.get(key, 0.0) + float(slab.plan.area)
    return max(tops, key=lambda z: tops[z]) if tops else scene.storey_z[storey.global_id]


def _stands(scene: Scene, wall: Body, level: Level) -> bool:
    """Whether a wall encloses this storey: over half of its height, over 1.5 m of it, or up to the roof. A parapet does not."""
    overlap = min(wall.high, level.reach_m) - max(wall.low, level.floor_m)
    if overlap >= min(1.5, 0.5 * (level.reach_m - level.floor_m)):
        return True
    if overlap < _KNEE_M or level.next_m is not None:
        return False
    under = (slab for slab in scene.slabs if scene.is_structural(slab) and level.floor_m + _KNEE_M < slab.high)
    return any(
        slab.low <= wall.high + _KNEE_M
        and slab.high > wall.high
        and slab.plan.intersection(wall.plan).area >= 0.5 * wall.plan.area
        for slab in under
    )
