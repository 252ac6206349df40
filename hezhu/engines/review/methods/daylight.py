"""Daylight and air: windows of rooms against their floors, and windows one could fall from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
_NO_WINDOW = "房间的外窗或玻璃外门（门须有 Pset_DoorCommon.GlazingAreaFraction）"
_GLAZED_SHARE = 0.5


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
        if _faces_out(window.sides, space, site):
            top = window.sill_z_m + window.height_m
            found.append(Light(site.by_step_id[step_id], window.width_m, window.sill_z_m, top))
    for step_id in site.geometry.doors_of(space.step_id):
        door = site.by_step_id[step_id]
        if _faces_out(site.geometry.door_sides[step_id], space, site) and _is_glazed(door):
            shape = site.geometry.doors[step_id]
            low, high = site.geometry.boxes[step_id][0][2], site.geometry.boxes[step_id][1][2]
            width = opening_size(door, "OverallWidth", shape.widest_m, site.model)
            height = opening_size(door, "OverallHeight", high - low, site.model)
            found.append(Light(door, width, low, low + height))
    return found


def _faces_out(sides: tuple[int | None, int | None], space: Element, site: Site) -> bool:
    if space.step_id not in sides:
        return False
    other = sides[1] if sides[0] == space.step_id else sides[0]
    return other is None or "outdoor" in site.groups(other)


def _is_glazed(door: Element) -> bool:
    share = door.value("GlazingAreaFraction")
    return isinstance(share, int | float) and float(share) >= _GLAZED_SHARE


def _unknown_doors(space: Element, site: Site) -> bool:
    """Whether a door to the open air does not say how much of it is glass."""
    return any(
        _faces_out(site.geometry.door_sides[door], space, site) and site.by_step_id[door].value("GlazingAreaFraction") is None
        for door in site.geometry.doors_of(space.step_id)
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
        return cannot_judge(_NO_WINDOW, limit=limit, shape=outline(shape))
    start = shape.floor_z_m + clause.limit("counted_from").value
    area = sum(light.area_above(start) for light in found)
    ratio = area / shape.area_m2
    how = f"采光洞口面积（距地 {clause.limit('counted_from').value:.2f} m 以上）与空间底面面积之比"
    if not limit.met_by(ratio, 0.0) and _unknown_doors(space, site):
        return cannot_judge("外门的玻璃面积比例（Pset_DoorCommon.GlazingAreaFraction）", limit=limit, measured=ratio, how=how)
    return judge(ratio, limit, 0.0, how, outline(shape), openings_m2=round(area, 3), openings=len(found))


@method("direct-daylight", spaces_by_function, NO_SPACE_OF_FUNCTION)
def direct_daylight(space: Element, clause: Clause, site: Site) -> Judgement:
    """Whether a room has at least ``count`` windows or glazed doors to the open air. None modelled: a person decides."""
    limit = clause.limit("count")
    shape = site.space_shape(space.step_id)
    if shape is None:
        return cannot_judge(_NO_BODY, limit=limit)
    count = len(lights(space, site))
    if not limit.met_by(count, 0):
        return cannot_judge(_NO_WINDOW, limit=limit, measured=count, how="房间外墙上的窗与玻璃外门", shape=outline(shape))
    return judge(count, limit, 0, "房间外墙上的窗与玻璃外门", outline(shape))


def windows_of_rooms(site: Site, clause: Clause) -> Iterator[Item]:
    """Windows between a room and the open air."""
    for step_id, window in site.windows.items():
        rooms = [side for side in window.sides if side is not None]
        if len(rooms) == 1 and "outdoor" not in site.groups(rooms[0]):
            yield Item(f"window:{step_id}", subject_of(site.by_step_id[step_id]), (window, rooms[0]))


@method("window-sill", windows_of_rooms, "模型中没有临空外窗")
def window_sill(facts: tuple[WindowShape, int], clause: Clause, site: Site) -> Judgement:
    """Height of a window's lower edge above the floor, m. A lower one needs a guard, which a person must find."""
    window, room = facts
    limit: Limit = clause.limit("height")
    height = window.sill_z_m - site.geometry.spaces[room].floor_z_m
    place = point_shape(*window.middle, window.sill_z_m)
    how = "窗下沿至室内空间底面的高度"
    if limit.met_by(height, site.pack.tolerance(limit)):
        return judge(height, limit, site.pack.tolerance(limit), how, place)
    return cannot_judge("窗台防护设施及窗外是否临空", limit=limit, measured=height, how=how, shape=place)
