"""Doors on the way out: how they move, which way they open, how high they are, what they stand before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ifcopenshell.util.placement
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.findings import Quantity, Requirement, Verdict
from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry import DoorShape, FlightShape, operation
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.doors import DoorCase, door_width, doors_by_role
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.methods.ways import SAFE_LOBBIES, room_exits
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, line_shape

_NO_DOORS = "模型中没有适用的门"
_LOOK_M = 3.0
_RISE_M = 0.35


@method("door-swings", doors_by_role, _NO_DOORS)
def door_swings(case: DoorCase, clause: Clause, site: Site) -> Judgement:
    """Whether a door on the way out is a swing door, by IFC's OperationType. A rolling shutter is none; a sliding, folding or
    revolving door may swing open in a fire, which a person must see.
    """
    shape = site.door_shape(case.door.step_id)
    drawn = line_shape(*shape.line) if shape else None
    said = operation(case.door)
    how = "门的开启方式（OperationType）"
    required = Requirement("matches", "SWING")
    if "ROLLINGUP" in said:
        return Judgement(Verdict.FAIL, Quantity(said), required, how=how, shape=drawn)
    if "SWING" in said:
        return Judgement(Verdict.PASS, Quantity(said), required, how=how, shape=drawn)
    missing = "火灾时是否具有平开功能" if said else "门的开启方式（OperationType）"
    return Judgement(Verdict.MANUAL, Quantity(said) if said else None, required, (missing,), how, drawn)


@dataclass(frozen=True, slots=True)
class StairDoor:
    """A door on the way into a stairwell: ``inwards`` is the plan direction in which people leave through it."""

    door: Element
    inwards: tuple[float, float]


def stair_doors(site: Site, clause: Clause) -> Iterator[Item]:
    """Doors to stairwells and their lobbies above the ground floor, where people go from the corridor to the stair."""
    for step_id, sides in site.geometry.door_sides.items():
        ranks = [_rank(site, side) for side in sides]
        door = site.by_step_id[step_id]
        if None in ranks or ranks[0] == ranks[1] or door.storey is None or door.storey == site.ground_floor:
            continue
        if not site.is_above_ground(door.storey):
            continue
        shape = site.geometry.doors[step_id]
        # the first side lies along the normal, the second against it
        sign = 1.0 if (ranks[0] or 0) > (ranks[1] or 0) else -1.0
        yield Item(f"door:{step_id}", subject_of(door), StairDoor(door, (sign * shape.normal[0], sign * shape.normal[1])))


def _rank(site: Site, side: int | None) -> int | None:
    """How far on the way out a room lies: the stairwell 2, its lobby 1, other rooms 0; None where there is no room."""
    if side is None:
        return None
    key = site.function_key(side)
    return 2 if key == "stairwell" else 1 if key in SAFE_LOBBIES else 0


@method("door-opens-outwards", stair_doors, "首层以上没有通向楼梯间或前室的门")
def door_opens_outwards(case: StairDoor, clause: Clause, site: Site) -> Judgement:
    """Whether a door to a stairwell or lobby opens the way people leave. A swing door opens along the y axis of its placement
    (ISO 16739-1, IfcDoor); double-swing doors open both ways.
    """
    said = operation(case.door)
    shape = site.geometry.doors[case.door.step_id]
    drawn = line_shape(*shape.line)
    required = Requirement("==", "向疏散方向")
    how = "门的 OperationType 与定位坐标系的 y 轴方向"
    if "DOUBLE_SWING" in said:
        return Judgement(Verdict.PASS, Quantity("双向"), required, how=how, shape=drawn)
    if "SWING" not in said:
        return Judgement(Verdict.MANUAL, None, required, ("门的开启方式（OperationType）",), how, drawn)
    matrix = ifcopenshell.util.placement.get_local_placement(case.door.entity.ObjectPlacement)
    along = float(matrix[0][1]) * case.inwards[0] + float(matrix[1][1]) * case.inwards[1]
    outwards = along > 0
    verdict = Verdict.PASS if outwards else Verdict.FAIL
    return Judgement(verdict, Quantity("向疏散方向" if outwards else "逆疏散方向"), required, how=how, shape=drawn)


@method("door-height", doors_by_role, _NO_DOORS)
def door_height(case: DoorCase, clause: Clause, site: Site) -> Judgement:
    """Clear height of a door on the way out, m: from the sill to the head of its leaf."""
    limit = clause.limit("height")
    shape = site.door_shape(case.door.step_id)
    if shape is None or shape.clear_height_m is None:
        return cannot_judge("可区分的门框与门扇", limit=limit)
    tolerance = site.pack.tolerance(limit)
    return judge(shape.clear_height_m, limit, tolerance, "门槛至门扇上缘的高度", line_shape(*shape.line))


def doors_of_rooms(site: Site, clause: Clause) -> Iterator[Item]:
    """Doors by which one leaves rooms of the clause's functions."""
    wanted = clause.where.get("function", ())
    for space in site.model.spaces:
        if site.function_key(space.step_id) in wanted:
            for door in room_exits(site, space.step_id):
                element = site.by_step_id[door]
                sides = site.geometry.door_sides[door]
                case = DoorCase(element, "room_exit", (site.function_key(sides[0]), site.function_key(sides[1])))
                yield Item(f"door:{door}", subject_of(element), case)


method("room-door-width", doors_of_rooms, _NO_DOORS)(door_width)


@dataclass(frozen=True, slots=True)
class FacedFlight:
    """A door of a stairwell and a flight straight before it; ``flight`` is None where its treads could not be read."""

    door: DoorShape
    flight: FlightShape | None


def doors_before_flights(site: Site, clause: Clause) -> Iterator[Item]:
    """Doors of stairwells with a flight straight before them that starts or ends at their level."""
    flights = [flight for runs in site.geometry.flights.values() for flight in runs]
    for step_id, sides in site.geometry.door_sides.items():
        inside = [side for side in sides if site.function_key(side) == "stairwell"]
        if len(inside) != 1 or inside[0] is None:
            continue
        door = site.geometry.doors[step_id]
        sign = 1.0 if sides[0] == inside[0] else -1.0
        strip = _before(door, sign)
        near = [flight for flight in flights if _meets(door, flight) and strip.intersection(flight.outline).area > 0.01]
        item = f"door:{step_id}"
        for number, flight in enumerate(near):
            yield Item(f"{item}:{number}", subject_of(site.by_step_id[step_id]), FacedFlight(door, flight))
        if not flights and _has_stairs(site):
            yield Item(item, subject_of(site.by_step_id[step_id]), FacedFlight(door, None))


def _before(door: DoorShape, sign: float) -> BaseGeometry:
    (ax, ay, _), (bx, by, _) = door.line
    dx, dy = sign * door.normal[0] * _LOOK_M, sign * door.normal[1] * _LOOK_M
    strip: BaseGeometry = Polygon([(ax, ay), (bx, by), (bx + dx, by + dy), (ax + dx, ay + dy)])
    return strip


def _meets(door: DoorShape, flight: FlightShape) -> bool:
    """Whether a flight goes up or down from about the door's level."""
    return min(abs(flight.treads[0].z_m - door.sill_z_m), abs(flight.treads[-1].z_m - door.sill_z_m)) <= _RISE_M


def _has_stairs(site: Site) -> bool:
    return bool(site.model.of_class("IfcStair", "IfcStairFlight"))


@method("door-to-step", doors_before_flights, "没有正对梯段的楼梯间门")
def door_to_step(case: FacedFlight, clause: Clause, site: Site) -> Judgement:
    """Distance from a stairwell's door to the edge of the nearest step of a flight straight before it, m."""
    limit = clause.limit("distance")
    if case.flight is None or not case.flight.is_straight:
        return cannot_judge("直跑梯段的踏步", limit=limit)
    (ax, ay, _), (bx, by, _) = case.door.line
    face = Polygon(
        [
            (x + side * case.door.normal[0], y + side * case.door.normal[1])
            for side, ends in ((case.door.depth_m / 2, ((ax, ay), (bx, by))), (-case.door.depth_m / 2, ((bx, by), (ax, ay))))
            for x, y in ends
        ]
    )
    strips = [_before(case.door, sign) for sign in (1.0, -1.0)]
    steps = max((strip.intersection(case.flight.outline) for strip in strips), key=lambda part: float(part.area))
    distance = float(face.distance(steps))
    return judge(
        distance, limit, site.pack.tolerance(limit), "门所在墙面至正对梯段最近踏步边缘的水平距离", line_shape(*case.door.line)
    )
