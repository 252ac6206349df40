"""Daylight and air: windows of rooms against their floors, and windows one could fall from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely import Point, Polygon

from hezhu.engines.findings import Verdict
from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry import WindowShape
from hezhu.engines.ifc.geometry.windows import opening_size
from hezhu.engines.review.judgement import Judgement, Limit, cannot_judge, judge
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.methods.spaces import NO_SPACE_OF_FUNCTION, outline, spaces_by_function
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, point_shape

_NO_BODY = "空间的几何形体（IfcSpace 实体）"
NO_WINDOW = "房间的外窗或玻璃外门（门须有 Pset_DoorCommon.GlazingAreaFraction）"
_GLAZED_SHARE = 0.5
_NEAR_M = 1.5
_WALL_M = 0.35
_GUARD_WITHIN_M = 0.6


@dataclass(frozen=True, slots=True)
class Light:
    """An opening that lights a room: its width, and the heights of its lower and upper edge in the model's axes (metres)."""

    element: Element
    width_m: float
    low_z_m: float
    high_z_m: float

    def area_above(self, z_m: float) -> float:
        """Area of the part above a height, m²."""
        return self.width_m * max(0.0, self.high_z_m - max(self.low_z_m, z_m))


def lights(space: Element, site: Site) -> list[Light]:
    """Windows and glazed doors between a room and the open air or an outdoor space."""
    found = []
    for step_id, window in site.windows.items():
        if faces_out(window.sides, space, site):
            top = window.sill_z_m + window.height_m
            found.append(Light(site.by_step_id[step_id], window.width_m, window.sill_z_m, top))
    for step_id in site.geometry.doors_of(space.step_id):
        door = site.by_step_id[step_id]
        if faces_out(site.geometry.door_sides[step_id], space, site) and _is_glazed(door):
            shape = site.geometry.doors[step_id]
            low, high = site.geometry.boxes[step_id][0][2], site.geometry.boxes[step_id][1][2]
            width = opening_size(door, "OverallWidth", shape.widest_m, site.model)
            height = opening_size(door, "OverallHeight", high - low, site.model)
            found.append(Light(door, width, low, low + height))
    return found


def faces_out(sides: tuple[int | None, int | None], space: Element, site: Site) -> bool:
    """Whether a window or door with these two sides leads from a room to the open air."""
    if space.step_id not in sides:
        return False
    other = sides[1] if sides[0] == space.step_id else sides[0]
    return other is None or "outdoor" in site.groups(other)


def _is_glazed(door: Element) -> bool:
    share = door.value("GlazingAreaFraction")
    return isinstance(share, int | float) and float(share) >= _GLAZED_SHARE


def unknown_glazing(space: Element, site: Site) -> str:
    """What may light a room without being counted: a door that does not say how much of it is glass, a window that could not be
    placed beside a room, a curtain wall. Chinese, for ``missing``; "" where there is nothing of the kind.
    """
    for door in site.geometry.doors_of(space.step_id):
        if faces_out(site.geometry.door_sides[door], space, site) and site.by_step_id[door].value("GlazingAreaFraction") is None:
            return "外门的玻璃面积比例（Pset_DoorCommon.GlazingAreaFraction）"
    floor = site.geometry.spaces[space.step_id].floor
    for window in site.model.of_class("IfcWindow"):
        placed = site.windows.get(window.step_id)
        if window.storey not in (None, space.storey) or (placed is not None and placed.sides != (None, None)):
            continue
        if placed is None or floor.dwithin(Point(placed.middle), _NEAR_M):
            return f"窗“{window.name}”与房间的关系（天窗、未能量取或未贴邻房间的窗）"
    if any(wall.storey in (None, space.storey) for wall in site.model.of_class("IfcCurtainWall")):
        return "玻璃幕墙的采光面积"
    return ""


def is_enclosed(space: Element, site: Site) -> bool:
    """Whether indoor rooms lie on all sides of a room and above it, so that no window of it can lead to the open air."""
    shape = site.geometry.spaces[space.step_id]
    beside, above = [], []
    for key, other in site.geometry.spaces.items():
        if key == space.step_id or site.function_key(key) is None or "outdoor" in site.groups(key):
            continue
        if other.floor_z_m < shape.top_z_m - 0.5 and other.top_z_m > shape.floor_z_m + 0.5:
            beside.append(other.floor.buffer(_WALL_M, join_style="mitre"))
        elif -0.1 < other.floor_z_m - shape.top_z_m < 1.0:
            above.append(other.floor.buffer(_WALL_M, join_style="mitre"))
    ring = shape.floor.buffer(_WALL_M, join_style="mitre").exterior if isinstance(shape.floor, Polygon) else shape.floor.boundary
    return bool(
        ring.difference(shapely.union_all(beside)).length < _WALL_M and shape.floor.difference(shapely.union_all(above)).is_empty
    )


@method("window-floor-ratio", spaces_by_function, NO_SPACE_OF_FUNCTION)
def window_floor_ratio(space: Element, clause: Clause, site: Site) -> Judgement:
    """Area of the daylight openings over the floor area; what lies below ``counted_from`` above the floor does not count.

    With ``optional_window`` a room without a window is not judged. An opening towards a neighbouring space does not count.
    """
    limit = clause.limit("ratio")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=limit)
    found = lights(space, site)
    if not found:
        if "optional_window" in clause.limits:
            return Judgement(Verdict.NOT_APPLICABLE, how="未设采光窗")
        return cannot_judge(NO_WINDOW, limit=limit, shape=outline(shape))
    start = shape.floor_z_m + clause.limit("counted_from").value
    area = sum(light.area_above(start) for light in found)
    ratio = area / shape.area_m2
    how = f"采光洞口面积（距地 {clause.limit('counted_from').value:.2f} m 以上）与空间底面面积之比"
    if not limit.met_by(ratio, 0.0) and (unknown := unknown_glazing(space, site)):
        return cannot_judge(unknown, limit=limit, measured=ratio, how=how, shape=outline(shape))
    return judge(ratio, limit, 0.0, how, outline(shape), openings_m2=round(area, 3), openings=len(found))


@method("direct-daylight", spaces_by_function, NO_SPACE_OF_FUNCTION)
def direct_daylight(space: Element, clause: Clause, site: Site) -> Judgement:
    """Whether a room has at least ``count`` windows or glazed doors to the open air.

    None modelled: a person decides, unless the room is enclosed by others on all sides and above.
    """
    limit = clause.limit("count")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=limit)
    count = len(lights(space, site))
    if not limit.met_by(count, 0) and is_enclosed(space, site):
        return judge(count, limit, 0, "房间四周和上方都是室内空间", outline(shape))
    if not limit.met_by(count, 0):
        return cannot_judge(NO_WINDOW, limit=limit, measured=count, how="房间外墙上的窗与玻璃外门", shape=outline(shape))
    return judge(count, limit, 0, "房间外墙上的窗与玻璃外门", outline(shape))


@method("dark-room-area", spaces_by_function, NO_SPACE_OF_FUNCTION)
def dark_room_area(space: Element, clause: Clause, site: Site) -> Judgement:
    """Area of a room without daylight of its own, m². A room with a window or glazed door is not judged."""
    limit = clause.limit("area")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=limit)
    if lights(space, site):
        return Judgement(Verdict.NOT_APPLICABLE, how="有直接采光")
    tolerance = site.pack.tolerance(limit)
    if not limit.met_by(shape.area_m2, tolerance) and not is_enclosed(space, site):
        return cannot_judge(NO_WINDOW, limit=limit, measured=shape.area_m2, how="空间底面轮廓的面积", shape=outline(shape))
    return judge(shape.area_m2, limit, tolerance, "空间底面轮廓的面积", outline(shape))


def windows_of_rooms(site: Site, clause: Clause) -> Iterator[Item]:
    """Windows between a room and the open air."""
    for step_id, window in site.windows.items():
        rooms = [side for side in window.sides if side is not None]
        if len(rooms) == 1 and "outdoor" not in site.groups(rooms[0]):
            yield Item(f"window:{step_id}", subject_of(site.by_step_id[step_id]), (window, rooms[0]))


@method("window-sill", windows_of_rooms, "模型中没有临空外窗")
def window_sill(facts: tuple[WindowShape, int], clause: Clause, site: Site) -> Judgement:
    """Height of a window's lower edge above the floor, m. A lower one passes with a railing before it that is as high.

    With ``guard`` a railing lower than that fails. Where there is no railing a person must look for another guard.
    """
    window, room = facts
    limit: Limit = clause.limit("height")
    floor_z = site.geometry.spaces[room].floor_z_m
    height = window.sill_z_m - floor_z
    place = point_shape(*window.middle, window.sill_z_m)
    tolerance = site.pack.tolerance(limit)
    how = "窗下沿至室内空间底面的高度"
    if limit.met_by(height, tolerance):
        return judge(height, limit, tolerance, how, place)
    guard = _guard_before(window, floor_z, site)
    wanted = clause.limits.get("guard", limit)
    if guard is not None and ("guard" in clause.limits or wanted.met_by(guard, tolerance)):
        return judge(guard, wanted, tolerance, "窗前栏杆顶面至室内空间底面的高度", place, sill_m=round(height, 4))
    return cannot_judge("窗台防护设施及窗外是否临空", limit=limit, measured=height, how=how, shape=place)


def _guard_before(window: WindowShape, floor_z: float, site: Site) -> float | None:
    """Height above the floor of the highest railing at a window; None where there is none."""
    x, y = window.middle
    heights = []
    for railing in site.model.of_class("IfcRailing"):
        (x0, y0, z0), (x1, y1, z1) = site.geometry.boxes.get(railing.step_id, ((0.0,) * 3, (0.0,) * 3))
        apart = max(x0 - x, x - x1, 0.0) ** 2 + max(y0 - y, y - y1, 0.0) ** 2
        if z1 > z0 and apart <= _GUARD_WITHIN_M**2 and z0 < floor_z + 1.0 and floor_z < z1 < floor_z + 2.5:
            heights.append(z1 - floor_z)
    return max(heights, default=None)
