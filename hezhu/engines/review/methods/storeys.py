"""The building as a whole: storey heights and lifts."""

from __future__ import annotations

from collections.abc import Iterator

from hezhu.engines.findings import Quantity, Subject, Verdict
from hezhu.engines.ifc import Storey
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge
from hezhu.engines.review.methods.registry import Item, method
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site


def inhabited_storeys(site: Site, clause: Clause) -> Iterator[Item]:
    """Floors above ground in which people live or stay."""
    for storey in site.inhabited_floors:
        yield Item(f"storey:{storey.global_id}", Subject(storey.global_id, "IfcBuildingStorey", storey.name, storey.name), storey)


def whole_building(site: Site, clause: Clause) -> Iterator[Item]:
    """The building itself, once."""
    yield Item("building", Subject(None, "IfcBuilding", site.model.project_name or "建筑"), None)


def ruled_out(clause: Clause, site: Site) -> Judgement | None:
    """不适用 for a building outside the heights (metres) and numbers of storeys of a clause, 需人工 where its height is not known,
    None where the clause holds: above ``only_above`` and up to ``up_to``, from ``storeys_from`` storeys above ground on.
    """
    above, up_to = clause.limits.get("only_above"), clause.limits.get("up_to")
    if (above or up_to) and site.height_m is None:
        return cannot_judge("建筑高度", limit=above or up_to)
    height = site.height_m or 0.0
    if above is not None and height <= above.value:
        return Judgement(Verdict.NOT_APPLICABLE, how=f"建筑高度 {height:.2f} m，不大于 {above.value:g} m")
    if up_to is not None and height > up_to.value:
        return Judgement(Verdict.NOT_APPLICABLE, how=f"建筑高度 {height:.2f} m，大于 {up_to.value:g} m，按更严的条文判定")
    least, storeys = clause.limits.get("storeys_from"), len(site.inhabited_floors)
    if least is not None and storeys < least.value:
        return Judgement(Verdict.NOT_APPLICABLE, how=f"地上 {storeys} 层，少于 {least.value:g} 层")
    return None


@method("storey-height", inhabited_storeys, "模型中没有地上楼层")
def storey_height(storey: Storey, clause: Clause, site: Site) -> Judgement:
    """Finished floor to finished floor, m, by the declared elevations of the storeys."""
    limit = clause.limit("height")
    rise = site.rise(storey)
    if rise is None:
        return cannot_judge("上一层（或屋面）的标高", limit=limit)
    return judge(rise, limit, site.pack.tolerance(limit), "相邻楼层标高之差")


@method("lift-count", whole_building, "")
def lift_count(_: None, clause: Clause, site: Site) -> Judgement:
    """Lifts of a dwelling by the number of storeys and the height of the highest entrance floor. GB 55038-2025 4.2.4.

    The count is per unit (住宅单元); a model does not divide a building into units, so a building with several stairs' cores
    is left to a person unless even the whole building has too few.
    """
    storeys, height = len(site.inhabited_floors), site.top_entrance_m
    if height is None or not storeys:
        return cannot_judge("楼层标高（最高入户层）", limit=clause.limit("one_from_storey"))
    two = clause.limit("two_from_storey").met_by(storeys, 0) or height > clause.limit("two_above").value
    one = clause.limit("one_from_storey").met_by(storeys, 0) or height > clause.limit("one_above").value
    needed = 2 if two else 1 if one else 0
    if needed == 0:
        return Judgement(Verdict.NOT_APPLICABLE, how=f"最高入户层为 {storeys} 层、{height:.2f} m，无须设电梯")
    lifts = [
        e
        for e in site.model.of_class("IfcTransportElement")
        if e.predefined_type in ("ELEVATOR", "") and not _is_moving_walk(e.name)
    ]
    how = f"最高入户层为 {storeys} 层、高 {height:.2f} m；模型中的电梯（IfcTransportElement）"
    required = clause.limit("one_from_storey").requirement.__class__(">=", needed, unit="count")
    if not lifts:
        return Judgement(Verdict.MANUAL, Quantity(0, "count"), required, ("电梯（模型可能未建电梯构件）",), how)
    verdict = Verdict.PASS if len(lifts) >= needed else Verdict.FAIL
    if verdict is Verdict.PASS and _cores(site) > 1:
        return Judgement(Verdict.MANUAL, Quantity(len(lifts), "count"), required, ("住宅单元的划分（每单元分别配置）",), how)
    return Judgement(verdict, Quantity(len(lifts), "count"), required, how=how)


def _is_moving_walk(name: str) -> bool:
    return "自动扶梯" in name or "escalator" in name.casefold()


def _cores(site: Site) -> int:
    """Stairwells on the ground floor, as a sign of how many units a building may have."""
    ground = site.ground_floor
    return sum(
        1
        for space in site.model.spaces
        if ground is not None and space.storey == ground and site.function_key(space.step_id) == "stairwell"
    )
