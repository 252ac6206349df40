"""Steps at doors: the difference between the floors on either side."""

from __future__ import annotations

from collections.abc import Iterator

from shapely import Point

from hezhu.engines.findings import Shape
from hezhu.engines.ifc.geometry import DoorShape
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.doors import DoorCase, is_for_wheelchairs
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, line_shape

_NO_DOORS = "模型中没有适用的门"
_AWAY_M = (0.15, 0.35, 0.6)
_FINISH_M = 0.10
_SAME_M = 0.005


def doors_with_levels(site: Site, clause: Clause) -> Iterator[Item]:
    """Doors of the clause's ``role``: entrance (of flats), wet (to a room of ``function``), route (between two of them), accessible."""
    for door in site.model.of_class("IfcDoor"):
        first, second = site.geometry.door_sides.get(door.step_id, (None, None))
        keys = site.function_key(first), site.function_key(second)
        groups = [site.groups(first), site.groups(second)]
        roles = set()
        if any("private" in group for group in groups) and any("public" in group for group in groups):
            roles.add("entrance")
        if set(clause.where.get("function", ())) & set(keys):
            roles.add("wet")
        if set(keys) <= set(clause.where.get("function", ())):
            roles.add("route")
        if is_for_wheelchairs(door, keys):
            roles.add("accessible")
        if roles & set(clause.where.get("role", ())):
            yield Item(f"door:{door.step_id}", subject_of(door), DoorCase(door, min(roles), keys))


@method("door-level-difference", doors_with_levels, _NO_DOORS)
def door_level_difference(case: DoorCase, clause: Clause, site: Site) -> Judgement:
    """Difference of the floor levels on both sides of a door, m: of the rooms' own floors, or of a finish laid over them.

    A difference that is drawn is one; with ``doubt`` a person must settle whether it counts. Two rooms at one level are level
    only where a slab or finish at that level bears it out.
    """
    limit = clause.limit("difference")
    shape = site.door_shape(case.door.step_id)
    sides = site.geometry.door_sides.get(case.door.step_id, (None, None))
    if shape is None or None in sides:
        return cannot_judge("门两侧的空间", limit=limit)
    levels = [_level(side, shape, sign, site) for side, sign in zip(sides, (1.0, -1.0), strict=True) if side is not None]
    difference = round(abs(levels[0][0] - levels[1][0]), 4)
    how = "门两侧楼地面（房间底面或其上面层）的高差，未计门槛"
    drawn = _drawn(shape, levels[0][0], levels[1][0])
    if limit.met_by(difference, site.pack.tolerance(limit)) and not all(borne for _, borne in levels):
        return cannot_judge("门两侧的楼板或面层（房间底面未经证实）", limit=limit, measured=difference, how=how, shape=drawn)
    if clause.doubt and not limit.met_by(difference, site.pack.tolerance(limit)):
        return cannot_judge(clause.doubt, limit=limit, measured=difference, how=how, shape=drawn)
    return judge(difference, limit, site.pack.tolerance(limit), how, drawn)


def _level(space: int, door: DoorShape, sign: float, site: Site) -> tuple[float, bool]:
    """Floor level of a room at a door, and whether something built lies at it."""
    floor_z = site.geometry.spaces[space].floor_z_m
    for away in _AWAY_M:
        reach = sign * (door.depth_m / 2 + away)
        spot = Point(door.middle[0] + door.normal[0] * reach, door.middle[1] + door.normal[1] * reach)
        built = site.geometry.built.heights(spot, floor_z - _SAME_M, floor_z + _FINISH_M)
        if built:
            return max(floor_z, built[-1]), True
    return floor_z, False


def _drawn(door: DoorShape, first_z: float, second_z: float) -> Shape:
    x, y = door.middle
    return line_shape((x, y, min(first_z, second_z)), (x, y, max(first_z, second_z)))
