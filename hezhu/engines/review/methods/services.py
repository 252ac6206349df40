"""Rooms against shafts, plant, pipes and distribution boards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from hezhu.engines.findings import Shape
from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry import SpaceShape
from hezhu.engines.ifc.geometry.mesh import Mesh
from hezhu.engines.ifc.geometry.surfaces import plan
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.methods.spaces import NO_SPACE_OF_FUNCTION, outline, spaces_by_function
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, point_shape, polygon_shape

_NO_BODY = "空间的几何形体（IfcSpace 实体）"
_NO_PIPES = "模型中没有条文所说的管道"
_PIPES = ("IfcFlowSegment", "IfcFlowFitting", "IfcFlowTerminal", "IfcFlowController")
_WALL_M = 0.45
_SHARED_M = 0.5
_SLAB_M = 0.6
_SHARED_M2 = 0.5
_INSIDE_M = 0.05
_LEVEL_SHARE = 0.5


@method("not-beside", spaces_by_function, NO_SPACE_OF_FUNCTION)
def not_beside(space: Element, clause: Clause, site: Site) -> Judgement:
    """Rooms of ``other`` that share a wall longer than 0.5 m, or a slab, with a room. Those of ``doubtful`` are for a person."""
    limit = clause.limit("count")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=limit)
    near = [key for key, other in site.geometry.spaces.items() if key != space.step_id and _adjoins(shape, other)]
    how = "与房间共用墙体（长于 0.50 m）或楼板的空间"
    found = [key for key in near if site.function_key(key) in clause.where.get("other", ())]
    if found:
        return judge(len(found), limit, 0, how, outline(site.geometry.spaces[found[0]]))
    doubtful = [key for key in near if site.function_key(key) in clause.where.get("doubtful", ())]
    if doubtful:
        names = "、".join(site.by_step_id[key].name for key in doubtful)
        drawn = outline(site.geometry.spaces[doubtful[0]])
        return cannot_judge(f"相邻的{names}是否产生噪声或振动", limit=limit, how=how, shape=drawn)
    if any(site.functions.get(key) is None and not _is_of_flat(key, site) for key in near):
        return cannot_judge("相邻空间的功能", limit=limit, how=how, shape=outline(shape))
    return judge(0, limit, 0, how, outline(shape))


def _is_of_flat(space: int, site: Site) -> bool:
    """Whether a room of unknown use belongs to a flat: by its zone, or by a door to a room that does."""
    if site.flat_of(space) is not None:
        return True
    sides = [side for door in site.geometry.doors_of(space) for side in site.geometry.door_sides[door]]
    return any("private" in site.groups(side) for side in sides)


def _adjoins(room: SpaceShape, other: SpaceShape) -> bool:
    """Whether two rooms share a wall or a slab."""
    common = min(room.top_z_m, other.top_z_m) - max(room.floor_z_m, other.floor_z_m)
    if common < -_SLAB_M or _apart(room.floor.bounds, other.floor.bounds):
        return False
    distance = float(room.floor.distance(other.floor))
    if distance >= _WALL_M:
        return False
    if common > _SHARED_M:
        strip = room.floor.buffer(_WALL_M, join_style="mitre").intersection(other.floor)
        return float(strip.area) / (_WALL_M - distance) > _SHARED_M
    return common <= 0.0 and float(room.floor.intersection(other.floor).area) > _SHARED_M2


def _apart(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    """Whether two plan boxes are further from each other than a wall."""
    gaps = (first[0] - second[2], second[0] - first[2], first[1] - second[3], second[1] - first[3])
    return max(gaps) >= _WALL_M


@dataclass(frozen=True, eq=False)
class Pipe:
    """A pipe and its mesh; None where its body could not be made. ``place`` is its plan."""

    element: Element
    mesh: Mesh | None
    place: BaseGeometry


def pipes(site: Site, clause: Clause) -> list[Pipe]:
    """Pipes, fittings and terminals whose name, type or system holds one of the clause's ``name`` words."""
    named = [element for element in site.model.of_class(*_PIPES) if _is_named(element, clause)]
    meshes = site.meshes(named)
    found = []
    for element in named:
        mesh = meshes.get(element.step_id)
        found.append(Pipe(element, mesh, plan(mesh) if mesh is not None else shapely.Polygon()))
    return found


def _is_named(element: Element, clause: Clause) -> bool:
    names = [element.name, element.object_type, element.type_name]
    for relation in getattr(element.entity, "HasAssignments", None) or ():
        group = getattr(relation, "RelatingGroup", None)
        if group is not None and group.is_a("IfcSystem"):
            names += [group.Name or "", group.ObjectType or ""]
    return any(word in name for name in names for word in clause.where.get("name", ()))


def rooms_and_pipes(site: Site, clause: Clause) -> Iterator[Item]:
    """Rooms of ``function``, each with all pipes the clause speaks of, where the model has any."""
    found = pipes(site, clause)
    if found:
        for item in spaces_by_function(site, clause):
            yield Item(item.key, item.subject, (item.facts, found))


@method("no-pipe-in", rooms_and_pipes, _NO_PIPES)
def no_pipe_in(facts: tuple[Element, list[Pipe]], clause: Clause, site: Site) -> Judgement:
    """Pipes that lie in a room by more than 5 cm of its height."""
    space, found = facts
    limit = clause.limit("count")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=limit)
    inside = [pipe for pipe in found if _lies_in(pipe, shape)]
    how = "平面与高度均在空间形体之内的管道"
    if inside:
        return judge(len(inside), limit, 0, how, _pipe_shape(inside[0]), first=inside[0].element.name)
    if any(pipe.mesh is None for pipe in found):
        return cannot_judge("管道的几何形体", limit=limit, how=how)
    return judge(0, limit, 0, how)


def _lies_in(pipe: Pipe, shape: SpaceShape) -> bool:
    if pipe.mesh is None or not pipe.place.intersects(shape.inside):
        return False
    common = min(float(pipe.mesh.high[2]), shape.top_z_m) - max(float(pipe.mesh.low[2]), shape.floor_z_m)
    height = float(pipe.mesh.high[2] - pipe.mesh.low[2])
    return common > min(_INSIDE_M, 0.9 * height) and float(pipe.place.intersection(shape.inside).area) > 1e-5


def _pipe_shape(pipe: Pipe) -> Shape:
    assert pipe.mesh is not None
    hull = shapely.convex_hull(pipe.place)
    return polygon_shape([(x, y) for x, y in shapely.get_coordinates(hull)], float(pipe.mesh.low[2]))


def level_pipes(site: Site, clause: Clause) -> Iterator[Item]:
    """Pipes that run level, or whose body is not known."""
    for pipe in pipes(site, clause):
        size = pipe.mesh.high - pipe.mesh.low if pipe.mesh is not None else None
        if size is None or float(size[2]) < _LEVEL_SHARE * float(max(size[:2])):
            yield Item(f"pipe:{pipe.element.step_id}", subject_of(pipe.element), pipe)


@method("pipe-clearance", level_pipes, _NO_PIPES)
def pipe_clearance(pipe: Pipe, clause: Clause, site: Site) -> Judgement:
    """Height of the underside of a level pipe above the floor of the room of ``function`` it hangs in, m."""
    limit = clause.limit("height")
    if pipe.mesh is None:
        return cannot_judge("管道的几何形体", limit=limit)
    x, y = (float(value) for value in (pipe.mesh.low + pipe.mesh.high)[:2] / 2)
    low = float(pipe.mesh.low[2])
    below = [key for key in site.geometry.spaces_near(x, y, 1e-6) if site.geometry.spaces[key].floor_z_m < low]
    if not below:
        return cannot_judge("管道下方的空间（楼地面）", limit=limit)
    floor_z = max(site.geometry.spaces[key].floor_z_m for key in below)
    return judge(low - floor_z, limit, site.pack.tolerance(limit), "排水横管下表面至空间底面的高度", point_shape(x, y, low))


def boards(site: Site, clause: Clause) -> Iterator[Item]:
    """Distribution boards, by class or by the clause's ``name`` words."""
    by_class = {board.step_id for board in site.model.of_class("IfcElectricDistributionBoard", "IfcElectricDistributionPoint")}
    for element in site.model.of_class("IfcFlowController", "IfcBuildingElementProxy"):
        if element.step_id in by_class or any(word in element.name for word in clause.where.get("name", ())):
            yield Item(f"board:{element.step_id}", subject_of(element), element)


@method("board-height", boards, "模型中没有配电箱")
def board_height(board: Element, clause: Clause, site: Site) -> Judgement:
    """Height of the underside of a flat's distribution board above the floor, m: ``one_row`` of devices, or ``two_rows``."""
    one, two = clause.limit("one_row"), clause.limit("two_rows")
    mesh = site.meshes([board]).get(board.step_id)
    if mesh is None:
        return cannot_judge("配电箱的几何形体", limit=one)
    x, y = (float(value) for value in (mesh.low + mesh.high)[:2] / 2)
    low = float(mesh.low[2])
    rooms = [key for key in site.geometry.spaces_near(x, y, _WALL_M) if site.geometry.spaces[key].floor_z_m < low]
    if not rooms:
        return cannot_judge("配电箱所在的空间（楼地面）", limit=one)
    height = low - max(site.geometry.spaces[key].floor_z_m for key in rooms)
    tolerance = site.pack.tolerance(one)
    how, place = "配电箱底边至空间底面的高度", point_shape(x, y, low)
    if not one.met_by(height, tolerance) and two.met_by(height, tolerance):
        return cannot_judge("配电箱是单排还是双排保护电器", limit=one, measured=height, how=how, shape=place)
    return judge(height, one if one.met_by(height, tolerance) else two, tolerance, how, place)
