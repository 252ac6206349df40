"""Fire: grades of fire doors, the building's fire class, refuge floors, lifts by building height, handrails on flights."""

from __future__ import annotations

from collections.abc import Iterator

from hezhu.engines.findings import Quantity, Verdict
from hezhu.engines.ifc import Element
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.compartments import compartments, doors_between_compartments, storey_bounds
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.methods.stairs import Run, flights
from hezhu.engines.review.methods.storeys import whole_building
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, line_shape

_FIRE_LOBBIES = frozenset({"fire_lift_lobby", "combined_lobby"})
_GRADES = {"丙": 1, "乙": 2, "甲": 3}
_NO_FIRE_DOOR = ("无", "非防火门", "普通门")


def doors_beside(site: Site, clause: Clause) -> Iterator[Item]:
    """Doors with a room of one of the clause's functions on either side; with ``other`` only those to such rooms beyond."""
    wanted, other = set(clause.where.get("function", ())), set(clause.where.get("other", ()))
    for step_id, sides in site.geometry.door_sides.items():
        first, second = (site.function_key(side) for side in sides)
        if (first in wanted and (not other or second in other)) or (second in wanted and (not other or first in other)):
            door = site.by_step_id[step_id]
            yield Item(f"door:{step_id}", subject_of(door), door)


def door_grade(door: Element) -> int | None:
    """Grade of a door by its FireRating; None where it names none."""
    said = str(door.value("FireRating") or "").strip()
    if said in _NO_FIRE_DOOR:
        return 0
    return next((number for sign, number in _GRADES.items() if sign in said), None)


@method("fire-door-grade", doors_beside, "模型中没有适用的门")
def fire_door_grade(door: Element, clause: Clause, site: Site) -> Judgement:
    """Grade of a fire door by its FireRating: 无 or 非防火门 0, 丙 1, 乙 2, 甲 3. ``only_above`` leaves lower buildings out (metres)."""
    limit = clause.limit("grade")
    said = str(door.value("FireRating") or "")
    grade = door_grade(door)
    if grade is None:
        return cannot_judge("防火门等级（Pset_DoorCommon.FireRating：甲级、乙级、丙级）", limit=limit, how="读取门的 FireRating")
    shape = site.door_shape(door.step_id)
    return judge(grade, limit, 0, f"门的 FireRating：{said}（丙 1、乙 2、甲 3）", line_shape(*shape.line) if shape else None)


method("compartment-door-grade", doors_between_compartments, "模型中没有位于两个防火分区之间的门")(fire_door_grade)


def doors_of_spaces(site: Site, clause: Clause) -> Iterator[Item]:
    """All doors of rooms of the clause's functions."""
    wanted = clause.where.get("function", ())
    for step_id, sides in site.geometry.door_sides.items():
        if any(site.function_key(side) in wanted for side in sides):
            door = site.by_step_id[step_id]
            yield Item(f"door:{step_id}", subject_of(door), door)


method("doors-of-space-grade", doors_of_spaces, "模型中没有适用的门")(fire_door_grade)


@method("building-fire-class", whole_building, "")
def building_fire_class(_: None, clause: Clause, site: Site) -> Judgement:
    """Declared fire class of the building (1 is best), for buildings above ``only_above`` metres and not above ``up_to``."""
    limit = clause.limit("class")
    if site.fire_class is None:
        return cannot_judge("建筑耐火等级（Pset_BuildingCommon.FireProtectionClass）", limit=limit)
    return judge(site.fire_class, limit, 0, "建筑的 FireProtectionClass（一级 1 … 四级 4）")


@method("refuge-floor", whole_building, "")
def refuge_floor(_: None, clause: Clause, site: Site) -> Judgement:
    """Height of the first refuge floor above the ground floor, m, in buildings above ``only_above``."""
    limit = clause.limit("first")
    ground = site.ground_floor
    refuges = [
        space.storey.elevation_m
        for space in site.model.spaces
        if space.storey and space.storey.elevation_m is not None and site.function_key(space.step_id) == "refuge"
    ]
    if not refuges or ground is None or ground.elevation_m is None:
        return cannot_judge("避难层（功能为避难层、避难间的空间）", limit=limit)
    how = "第一个避难层楼面至首层楼面的高差（登高操作场地标高另核）"
    return judge(min(refuges) - ground.elevation_m, limit, site.pack.tolerance(limit), how)


@method("lifts-by-height", whole_building, "")
def lifts_by_height(_: None, clause: Clause, site: Site) -> Judgement:
    """Lifts whose name or type holds one of the clause's ``name`` words, in buildings above ``only_above`` metres.

    A model that shows no lift is for a person: lifts are often left out. One that shows lifts and too few of them fails, of
    fire lifts only if every lift says that it is none (FireFightingLift). With ``per_compartment`` each fire compartment above
    ground needs a lobby of such a lift; without compartments in the model a storey must be small enough to be one.
    """
    limit = clause.limit("count")
    words = clause.where.get("name", ())
    lifts = [e for e in site.model.of_class("IfcTransportElement") if e.predefined_type in ("ELEVATOR", "", "NOTDEFINED")]
    fire = "per_compartment" in clause.limits
    named = [e for e in lifts if not words or (fire and e.value("FireFightingLift") is True) or _is_named(e, words)]
    if "with_lifts" in clause.limits and not lifts:
        return Judgement(Verdict.NOT_APPLICABLE, how="模型中没有电梯（IfcTransportElement）")
    how = "模型中的电梯（IfcTransportElement）" + (f"，名称含{'、'.join(words)}" if words else "")
    if not limit.met_by(len(named), 0):
        none_left = bool(lifts) and (not words or (fire and all(e.value("FireFightingLift") is False for e in lifts)))
        if none_left:
            return judge(len(named), limit, 0, how)
        return cannot_judge("电梯构件及其名称、用途", limit=limit, measured=len(named), how=how)
    if fire and (unserved := _unserved(clause, site)):
        return cannot_judge(unserved, limit=limit, measured=len(named), how=how)
    return Judgement(Verdict.PASS, Quantity(len(named), "count"), limit.requirement, how=how)


def _is_named(lift: Element, words: tuple[str, ...]) -> bool:
    return any(word in f"{lift.name} {lift.object_type} {lift.type_name}" for word in words)


def _unserved(clause: Clause, site: Site) -> str:
    """What a person must see to before every compartment is known to have its fire lift; empty where all have."""
    above = [each for each in compartments(site) if not each.below_ground]
    if above:
        without = [each.name for each in above if not any(site.function_key(space) in _FIRE_LOBBIES for space in each.spaces)]
        return f"防火分区{'、'.join(without)}的消防电梯前室" if without else ""
    one = clause.limit("one_compartment")
    small = all(one.met_by(area, site.pack.tolerance(one)) for area in storey_bounds(site, above_ground=True))
    return "" if small else "防火分区的划分（每个防火分区分别配置）"


@method("handrail-sides", flights, "模型中没有楼梯")
def handrail_sides(run: Run, clause: Clause, site: Site) -> Judgement:
    """Handrails along a flight: one side, both sides from ``wide`` metres on. A flight without any is for a person: not modelled
    is not absent. A wide one with a rail on one side only lacks the other.
    """
    one, both, wide = clause.limit("count"), clause.limit("wide_count"), clause.limit("wide")
    flight = run.flight
    if flight is None or not flight.is_straight:
        return cannot_judge("直跑梯段的踏步", limit=one)
    limit = both if wide.met_by(flight.width_m, site.pack.tolerance(wide)) else one
    how = f"梯段上方的扶手（梯段宽 {flight.width_m:.2f} m）"
    line = line_shape(*flight.line())
    if not flight.handrails:
        return cannot_judge("扶手（IfcRailing）", limit=limit, measured=len(flight.handrails), how=how, shape=line)
    return judge(len(flight.handrails), limit, 0, how, line)
