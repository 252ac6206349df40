"""Railings: guards at open edges and balconies, handrails of stairs; heights measured locally."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shapely import Point

from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry import RailingShape, RailPoint
from hezhu.engines.review.judgement import Judgement, cannot_judge, judge, worst
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.methods.stairs import is_outdoor
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, line_shape

_NO_RAILINGS = "模型中没有适用的栏杆"
_NEAR_M = 0.30


@dataclass(frozen=True, slots=True)
class RailingCase:
    """A railing, its shape (None when nothing lies below it) and its place: balcony, stair or edge."""

    railing: Element
    shape: RailingShape | None
    place: str


def railings_by_place(site: Site, clause: Clause) -> Iterator[Item]:
    """Railings at the places the clause names."""
    wanted = clause.where.get("place", ())
    for railing in site.model.of_class("IfcRailing"):
        case = RailingCase(railing, site.geometry.railings.get(railing.step_id), _place(railing, site))
        if case.place in wanted:
            yield Item(f"railing:{railing.step_id}", subject_of(railing), case)


def _place(railing: Element, site: Site) -> str:
    """balcony beside a balcony, stair or outdoor_stair beside a flight or as part of a stair, else edge."""
    shape = site.geometry.railings.get(railing.step_id)
    whole = site.model.element(railing.whole) if railing.whole else None
    if (shape is not None and shape.handrail is not None) or (whole is not None and whole.ifc_class.startswith("IfcStair")):
        return "outdoor_stair" if _is_outdoors(shape, whole, site) else "stair"
    if shape is not None and shape.guard is not None:
        beside = _functions_beside(shape.guard, site)
        if "balcony" in beside:
            return "balcony"
        if "stairwell" in beside:
            return "stair"
    return "edge"


def _is_outdoors(shape: RailingShape | None, whole: Element | None, site: Site) -> bool:
    """Whether a stair's railing belongs to a stair outside the building."""
    if whole is not None and is_outdoor(whole, site):
        return True
    if shape is None or shape.handrail is None:
        return False
    foot = Point(shape.handrail.x, shape.handrail.y)
    return any(
        is_outdoor(site.by_step_id[step_id], site) and any(flight.outline.distance(foot) <= _NEAR_M for flight in runs)
        for step_id, runs in site.geometry.flights.items()
    )


def _functions_beside(place: RailPoint, site: Site) -> set[str | None]:
    foot = place.z_m - place.height_m
    near = site.geometry.spaces_near(place.x, place.y, _NEAR_M)
    return {site.function_key(key) for key in near if abs(site.geometry.spaces[key].floor_z_m - foot) < 0.3}


@method("guard-height", railings_by_place, _NO_RAILINGS)
def guard_height(case: RailingCase, clause: Clause, site: Site) -> Judgement:
    """Height of a guard above what one stands on, m. A low railing fails only where a drop beside it is certain."""
    limit = clause.limit("height")
    if case.shape is None or case.shape.guard is None:
        return cannot_judge("栏杆下方的楼板或平台", limit=limit)
    guard = case.shape.guard
    tolerance = site.pack.tolerance(limit)
    how = "栏杆顶面至其下 0.30 m 内可踏面的最小竖向高度，沿栏杆逐处量取"
    shape = line_shape((guard.x, guard.y, guard.z_m - guard.height_m), (guard.x, guard.y, guard.z_m))
    if not limit.met_by(guard.height_m, tolerance) and not _is_guard(case):
        return cannot_judge("是否临空（栏杆两侧楼面或室外地面）", limit=limit, measured=guard.height_m, how=how, shape=shape)
    return judge(guard.height_m, limit, tolerance, how, shape)


def _is_guard(case: RailingCase) -> bool:
    """Whether the railing surely protects from a fall: it is called a guard, stands on a balcony, or has a drop beside it."""
    return (
        case.railing.predefined_type in ("GUARDRAIL", "BALUSTRADE")
        or case.place == "balcony"
        or (case.shape is not None and case.shape.open_side)
    )


@method("handrail-height", railings_by_place, _NO_RAILINGS)
def handrail_height(case: RailingCase, clause: Clause, site: Site) -> Judgement:
    """Handrail of a stair, m: above the pitch line on the flight, above the floor on a level part longer than 0.50 m."""
    inclined, level = clause.limit("inclined"), clause.limit("level")
    shape = case.shape
    if shape is None:
        return cannot_judge("栏杆下方的梯段或平台", limit=inclined)
    tolerance = site.pack.tolerance(inclined)
    checks = []
    if shape.handrail is not None:
        checks.append(
            _rail(shape.handrail, inclined.value, judge(shape.handrail.height_m, inclined, tolerance), "扶手顶面至踏步前缘线")
        )
    if shape.guard is not None:
        judged = judge(shape.guard.height_m, level, tolerance)
        if not level.met_by(shape.guard.height_m, tolerance) and not _is_level_guard(case):
            judged = cannot_judge("水平段是否临空（靠墙扶手不按栏杆要求）", limit=level, measured=shape.guard.height_m)
        checks.append(_rail(shape.guard, level.value, judged, "水平段栏杆顶面至楼面或平台"))
    return worst(checks)


def _is_level_guard(case: RailingCase) -> bool:
    return case.railing.predefined_type in ("GUARDRAIL", "BALUSTRADE")


def _rail(place: RailPoint, _: float, judged: Judgement, how: str) -> Judgement:
    shape = line_shape((place.x, place.y, place.z_m - place.height_m), (place.x, place.y, place.z_m))
    return Judgement(
        judged.verdict, judged.measured, judged.required, judged.missing, f"{how}的最小竖向高度", shape, judged.detail
    )
