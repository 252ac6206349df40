"""Stairs: width, steps, evenness, landings, headroom; all from the mesh."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import shapely

from hezhu.engines.findings import Shape, Verdict
from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry import FlightShape, LandingShape
from hezhu.engines.review.judgement import Judgement, Limit, cannot_judge, judge, worst
from hezhu.engines.review.methods.registry import Item, method, subject_of
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site, line_shape, polygon_shape

_NO_STAIRS = "模型中没有楼梯"
_STRAIGHT = "直跑梯段（螺旋、扇形踏步须人工量取）"


@dataclass(frozen=True, slots=True)
class Run:
    """One flight of an element; ``flight`` is None for a stair whose treads could not be read."""

    element: Element
    flight: FlightShape | None


def flights(site: Site, clause: Clause) -> Iterator[Item]:
    """Every flight; a stair without readable treads and without flights of its own once, so that it is not passed over.

    Flights inside a flat of a dwelling are left out: the clauses speak of public stairs. ``place`` restricts a clause to indoor
    or outdoor stairs.
    """
    places = clause.where.get("place", ("indoor", "outdoor"))
    for element in site.model.of_class("IfcStairFlight", "IfcStair"):
        if ("outdoor" if is_outdoor(element, site) else "indoor") not in places:
            continue
        measured = site.geometry.flights.get(element.step_id, [])
        for number, flight in enumerate(measured):
            if is_in_flat(flight, site):
                continue
            yield Item(f"flight:{element.step_id}:{number}", subject_of(element), Run(element, flight))
        if not measured and not _has_flights(element, site):
            yield Item(f"flight:{element.step_id}", subject_of(element), Run(element, None))


def is_outdoor(element: Element, site: Site) -> bool:
    """Whether a flight, or the stair it belongs to, says that it is outside the building."""
    whole = site.model.element(element.whole) if element.whole else None
    return any(each is not None and each.value("IsExternal") is True for each in (element, whole))


def is_in_flat(flight: FlightShape, site: Site) -> bool:
    """Whether a dwelling's flight starts in a room of a flat and in no public space."""
    if site.building_kind != "dwelling":
        return False
    tread = flight.treads[0]
    spot = tread.outline.centroid
    groups = [site.groups(key) for key in site.geometry.spaces_at(float(spot.x), float(spot.y), tread.z_m)]
    return any("private" in group for group in groups) and not any("public" in group for group in groups)


def _has_flights(element: Element, site: Site) -> bool:
    parts = [site.model.element(part) for part in element.parts]
    return any(part is not None and part.ifc_class.startswith(("IfcStairFlight", "IfcStair")) for part in parts)


def landings(site: Site, clause: Clause) -> Iterator[Item]:
    """Landings between flights."""
    for number, landing in enumerate(site.geometry.landings):
        element = site.by_step_id[landing.step_id]
        yield Item(f"landing:{landing.step_id}:{number}", subject_of(element), landing)


def _line(flight: FlightShape) -> Shape:
    return line_shape(*flight.line())


@method("flight-width", flights, _NO_STAIRS)
def flight_width(run: Run, clause: Clause, site: Site) -> Judgement:
    """Clear width of a flight, m: to the handrail axis on each side that has one (GB 55031-2022 5.3.3).

    ``low_width`` is the smaller limit for low buildings with a railing on one side, if the clause has one.
    """
    limit = clause.limit("width")
    flight = run.flight
    if flight is None or not flight.is_straight:
        return cannot_judge(_STRAIGHT if flight else "楼梯踏步的几何形体", limit=limit)
    allowed = _low_limit(flight, clause, site)
    if isinstance(allowed, Limit):
        limit = allowed
    tolerance = site.pack.tolerance(limit)
    width = flight.clear_width_m
    if width is None:
        if limit.met_by(flight.width_m, tolerance):
            missing = "扶手（梯段净宽量至扶手中心线）"
            return cannot_judge(missing, limit=limit, measured=flight.width_m, how="踏步宽度，未扣扶手", shape=_line(flight))
        return judge(flight.width_m, limit, tolerance, "踏步宽度，未扣扶手", _line(flight))
    low = clause.limits.get("low_width")
    if allowed is None and low is not None and low.met_by(width, tolerance) and not limit.met_by(width, tolerance):
        return cannot_judge(
            "建筑高度或最高入户层高度", limit=limit, measured=width, how="踏步边缘或扶手中心线之间", shape=_line(flight)
        )
    return judge(width, limit, tolerance, "踏步边缘或扶手中心线之间的最小净距", _line(flight), handrails=len(flight.handrails))


def _low_limit(flight: FlightShape, clause: Clause, site: Site) -> Limit | bool | None:
    """The smaller limit where it is allowed, False where it is not, None where the height is unknown."""
    low = clause.limits.get("low_width")
    if low is None or len(flight.handrails) > 1:
        return False
    for name, height in (("low_building", site.height_m), ("low_entrance_floor", site.top_entrance_m)):
        if name in clause.limits:
            if height is None:
                return None
            return low if clause.limit(name).met_by(height, 0.0) else False
    return False


@method("step-size", flights, _NO_STAIRS)
def step_size(run: Run, clause: Clause, site: Site) -> Judgement:
    """Least going and greatest riser of a flight, m. Between the two classes of a clause a person must settle ``doubt``."""
    going_limit, riser_limit = clause.limit("going"), clause.limit("riser")
    flight = run.flight
    if flight is None or not flight.is_straight or not flight.goings_m:
        return cannot_judge(_STRAIGHT if flight else "楼梯踏步的几何形体", limit=going_limit)
    tolerance = site.pack.length_tolerance_m
    going, riser = min(flight.goings_m), max(_own_risers(flight))
    checks = [
        _step(going, going_limit, clause.limits.get("loosest_going"), clause, tolerance, "踏步前缘之间的最小水平距离", flight),
        _step(riser, riser_limit, clause.limits.get("loosest_riser"), clause, tolerance, "梯段内最大踏步高度", flight),
    ]
    return worst(checks)


def _step(
    value: float, limit: Limit, loosest: Limit | None, clause: Clause, tolerance: float, how: str, flight: FlightShape
) -> Judgement:
    if loosest is not None and not limit.met_by(value, tolerance):
        if loosest.met_by(value, tolerance):
            return cannot_judge(clause.doubt, limit=limit, measured=value, how=how, shape=_line(flight))
        limit = loosest
    return judge(value, limit, tolerance, how, _line(flight))


def _own_risers(flight: FlightShape) -> tuple[float, ...]:
    """Risers between the flight's own treads: its ends depend on floor finishes that models often leave out."""
    return tuple(round(after.z_m - before.z_m, 4) for before, after in pairwise(flight.treads))


@method("riser-count", flights, _NO_STAIRS)
def riser_count(run: Run, clause: Clause, site: Site) -> Judgement:
    """Risers of one flight, from the surface one steps up from to the one reached."""
    most, least = clause.limit("most"), clause.limit("least")
    flight = run.flight
    if flight is None:
        return cannot_judge("楼梯踏步的几何形体", limit=most)
    count = len(flight.risers_m)
    how = "由踏步顶面标高逐级数得"
    if not flight.is_complete:
        if not most.met_by(count, 0):
            return judge(count, most, 0, how, _line(flight) if flight.is_straight else None)
        return cannot_judge("梯段起止处的楼面或平台", limit=most, measured=count, how=how)
    limit = least if not least.met_by(count, 0) else most
    return judge(count, limit, 0, how, _line(flight) if flight.is_straight else None)


@method("step-evenness", flights, _NO_STAIRS)
def step_evenness(run: Run, clause: Clause, site: Site) -> Judgement:
    """Spread of risers and goings within a flight, m; and the riser against the flights it meets."""
    limit = clause.limit("within")
    flight = run.flight
    if flight is None or not flight.is_straight:
        return cannot_judge(_STRAIGHT if flight else "楼梯踏步的几何形体", limit=limit)
    risers, goings = _own_risers(flight), flight.goings_m
    checks = [
        _spread(risers, limit, "梯段内最大与最小踏步高度之差", flight),
        _spread(goings, limit, "梯段内最大与最小踏步宽度之差", flight),
    ]
    adjacent = clause.limit("adjacent")
    checks += [
        judge(difference, adjacent, site.pack.length_tolerance_m, "与相邻梯段的踏步高度之差", _line(flight))
        for other in _neighbours(flight, site)
        if (difference := abs(_mean(_own_risers(other)) - _mean(risers))) > 0
    ]
    found = worst(checks)
    ends = [riser for riser in (*flight.risers_m[:1], *flight.risers_m[-1:]) if abs(riser - _mean(risers)) > adjacent.value]
    if found.verdict is Verdict.PASS and ends:
        return cannot_judge(
            "首末级踏步与楼面、平台面层的关系（面层是否建模）",
            limit=adjacent,
            measured=max(abs(riser - _mean(risers)) for riser in ends),
            how="首末级踏步高度与梯段内踏步高度之差",
            shape=_line(flight),
        )
    return found


def _spread(values: tuple[float, ...], limit: Limit, how: str, flight: FlightShape) -> Judgement:
    return judge(round(max(values) - min(values), 4) if values else 0.0, limit, 0.0, how, _line(flight))


def _mean(values: tuple[float, ...]) -> float:
    return sum(values) / len(values)


def _neighbours(flight: FlightShape, site: Site) -> list[FlightShape]:
    """Flights that start where this one arrives, near in plan."""
    if flight.arrival_z_m is None:
        return []
    return [
        other
        for runs in site.geometry.flights.values()
        for other in runs
        if other is not flight
        and other.base_z_m is not None
        and abs(other.base_z_m - flight.arrival_z_m) < 0.05
        and other.outline.distance(flight.outline) < 3.0
    ]


@method("flight-headroom", flights, _NO_STAIRS)
def flight_headroom(run: Run, clause: Clause, site: Site) -> Judgement:
    """Least height above the treads, m."""
    limit = clause.limit("height")
    if run.flight is None or run.flight.headroom_m is None:
        return cannot_judge("梯段上方的楼板、梯段或屋面", limit=limit)
    shape = _line(run.flight) if run.flight.is_straight else None
    return judge(run.flight.headroom_m, limit, site.pack.tolerance(limit), "踏步面至上方构件底面的最小竖向距离", shape)


@method("landing-headroom", landings, "模型中没有休息平台")
def landing_headroom(landing: LandingShape, clause: Clause, site: Site) -> Judgement:
    """Least height above a landing, m."""
    limit = clause.limit("height")
    if landing.headroom_m is None:
        return cannot_judge("休息平台上方的楼板、梯段或屋面", limit=limit, shape=_plan(landing))
    return judge(landing.headroom_m, limit, site.pack.tolerance(limit), "平台面至上方构件底面的最小竖向距离", _plan(landing))


@method("landing-depth", landings, "模型中没有休息平台")
def landing_depth(landing: LandingShape, clause: Clause, site: Site) -> Judgement:
    """Depth of a landing in the direction of its flights, m: at least the flight's clear width and the clause's least."""
    turning, straight = clause.limit("turning"), clause.limit("straight")
    how = "平台沿梯段方向的最小进深"
    if landing.depth_m is None:
        return cannot_judge("与平台相接的梯段", limit=turning, shape=_plan(landing))
    tolerance = site.pack.tolerance(turning)
    if landing.turns is None:
        if straight.met_by(landing.depth_m, tolerance):
            return cannot_judge(
                "平台两端的梯段（判断是否转向）", limit=turning, measured=landing.depth_m, how=how, shape=_plan(landing)
            )
        return judge(landing.depth_m, straight, tolerance, how, _plan(landing))
    if not landing.turns:
        return judge(landing.depth_m, straight, tolerance, how, _plan(landing))
    needed = max(turning.value, landing.flight_width_m or 0.0)
    return judge(
        landing.depth_m, Limit(">=", round(needed, 4), "m"), tolerance, how, _plan(landing), flight_width_m=landing.flight_width_m
    )


def _plan(landing: LandingShape) -> Shape:
    hull = shapely.convex_hull(landing.outline)
    return polygon_shape([(x, y) for x, y in shapely.get_coordinates(hull)], landing.z_m)


@method("flight-slope", flights, _NO_STAIRS)
def flight_slope(run: Run, clause: Clause, site: Site) -> Judgement:
    """Steepest step of a flight, rise over going: 1 is 45°."""
    limit = clause.limit("slope")
    flight = run.flight
    if flight is None or not flight.is_straight or not flight.goings_m:
        return cannot_judge(_STRAIGHT if flight else "楼梯踏步的几何形体", limit=limit)
    slope = max(riser / going for riser, going in zip(_own_risers(flight), flight.goings_m, strict=True))
    return judge(slope, limit, 1e-4, "踏步高度与踏步前缘之间水平距离之比", _line(flight))
