"""Setbacks from the site boundary, roads, rivers, railways and power lines, above and below ground (第二十九至三十六条)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shapely import LineString
from shapely.geometry.base import BaseGeometry

from hezhu.engines.findings import Finding
from hezhu.engines.review.planning.case import (
    NEEDS_BOUNDARY,
    NEEDS_HEIGHT,
    NEEDS_USE,
    Case,
    Demand,
    drawn,
    of_building,
    of_pair,
    tightest,
    worst,
)
from hezhu.engines.review.planning.pack import Rule
from hezhu.engines.review.planning.plan import Building, Feature, Mass, axes_of, direction, edges, nearest
from hezhu.engines.review.planning.read import number_of
from hezhu.engines.review.planning.spacing import setting

ROADS = ("road", "road_elevated", "road_ramp")
_ALONG_ROAD_M = 1.0
_DRAWN_AT_M = 1.5


def road_class(rule: Rule, road: Feature) -> str | None:
    """branch, secondary, main or express: as the model says, else by the width between the red lines."""
    said = str(road.facts.get("Grade") or "")
    text = str(road.facts.get("_text", ""))
    table: Mapping[str, Mapping[str, Any]] = rule.need("roads")
    for text_or_key in (said, text):
        for key, row in table.items():
            if text_or_key and (text_or_key == key or row["label"] in text_or_key):
                # 次干路 and 主干路 hold no other label; 支路 occurs in neither
                return key
    width = road_width(road)
    if width is None:
        return None
    return next((k for k, row in table.items() if row["widths"] and row["widths"][0] <= width < row["widths"][1] + 1e-6), None)


def road_width(road: Feature) -> float | None:
    """Width between the red lines: as stated, else of the area between them."""
    stated = number_of(road.facts, "Width")
    if stated is not None:
        return stated
    if road.shape.area <= 0:
        return None
    axes = axes_of(road.shape)
    return axes.depth_m if axes is not None else None


def boundary_setback(case: Case, rule: Rule) -> list[Finding]:
    """Every building and every side of the boundary that no road runs along; the side with the least margin is told."""
    boundary = case.plan.boundary
    if boundary is None:
        return [case.manual(rule, case.whole, (NEEDS_BOUNDARY,))]
    roads = case.plan.of_role(*ROADS)
    sides = [edge for edge in edges(boundary) if not any(_along(edge, road) for road in roads)]
    if not sides:
        return [case.none(rule, "用地四周都是道路，按退让道路红线判定")]
    return [_boundary_of(case, rule, building, sides) for building in case.plan.project] or [case.none(rule, "没有新建建筑")]


def _along(edge: LineString, road: Feature) -> bool:
    """Whether a road's red line runs along a side of the boundary: both ends of the side lie at it."""
    shape = road.shape.buffer(_ALONG_ROAD_M)
    return bool(shape.intersection(edge).length > 0.5 * edge.length)


def _boundary_of(case: Case, rule: Rule, building: Building, sides: Sequence[LineString]) -> Finding:
    subject = of_building(building)
    family = case.pack.words.family(building.use, "setback")
    masses = building.masses(*case.pack.classes)
    if not masses:
        return case.manual(rule, subject, (NEEDS_HEIGHT,))
    if family is None:
        return case.manual(rule, subject, (NEEDS_USE,))
    if not case.plan.boundary or not case.plan.boundary.buffer(0.001).contains(building.outline):
        outside = building.outline.difference(case.plan.boundary) if case.plan.boundary else building.outline
        demand = Demand(">=", (0.0,), "m")
        out = -float(outside.hausdorff_distance(case.plan.boundary.exterior)) if case.plan.boundary else 0.0
        return case.judge(rule, subject, out, demand, how="建筑超出用地红线", shape=drawn(outside, building.ground_m))
    found = [_side_of(case, rule, building, family, mass, side) for mass in masses for side in sides]
    return tightest(found)


def _side_of(case: Case, rule: Rule, building: Building, family: str, mass: Mass, side: LineString) -> tuple[Finding, float]:
    """The finding of one mass before one side, and its margin in metres."""
    distance, line = nearest(mass.outline, side)
    (x0, y0), (x1, y1) = side.coords[0], side.coords[-1]
    across = (-(y1 - y0) / side.length, (x1 - x0) / side.length)
    facing = setting(case, building, across)
    amenity = rule.data.get("amenity")
    subject = of_building(building)
    part = "tower" if mass.tower else "building"
    label = "主要朝向" if facing == "main" else "次要朝向"
    more: dict[str, Any] = {
        "how": f"{label}（{'高层主体' if mass.tower else '建筑'}）轮廓至用地红线最近距离，H {mass.height_m:.2f} m",
        "shape": drawn(line, building.ground_m + _DRAWN_AT_M),
        "detail": {"facing": facing, "height_class": mass.height_class, "height_m": mass.height_m},
    }
    given = case.conditions.setback("boundary", "用地红线", part)
    if given is not None:
        source = case.conditions.source("setbacks", f"退让用地边界不小于 {given:g} m")
        return case.judge(rule, subject, distance, Demand(">=", (given,), "m", source=source), **more), distance - given
    if building.use == "amenity" and amenity and mass.height_m <= float(amenity["height_m"]) + 1e-6:
        value = rule.formula(amenity["value"]).value(mass.height_m)
    else:
        cell = rule.need("table")[facing][mass.height_class].get(family)
        if cell == "fire":
            lack = ("消防间距（按耐火等级和红线外建筑，GB 55037）",)
            return case.manual(rule, subject, lack, **more), distance
        value = rule.formula(cell).value(mass.height_m)
    return case.judge(rule, subject, distance, Demand(">=", (value,), "m"), **more), distance - value


def road_setback(case: Case, rule: Rule) -> list[Finding]:
    """Every building and every road it stands beside, by the road's class and the part of the building."""
    found = []
    roads = case.plan.of_role("road")
    if not roads:
        return [case.manual(rule, case.whole, ("道路红线（ObjectType 为“道路红线”的面或折线）；确实不临路的请在规划条件中说明",))]
    for building in case.plan.project:
        beside = [road for road in roads if faces(case, building, road)]
        found += [_road_of(case, rule, building, road, beside) for road in beside]
    return found or [case.none(rule, "没有临路建筑")]


def faces(case: Case, building: Building, road: Feature) -> bool:
    if building.outline.is_empty:
        return False
    _, line = nearest(building.outline, road.shape)
    return not any(line.intersects(other.outline) for other in case.plan.buildings if other is not building)


def _road_of(case: Case, rule: Rule, building: Building, road: Feature, beside: Sequence[Feature]) -> Finding:
    subject = of_pair(building, road)
    masses = building.masses(*case.pack.classes)
    if not masses:
        return case.manual(rule, subject, (NEEDS_HEIGHT,))
    kind = road_class(rule, road)
    found = [_mass_to_road(case, rule, building, mass, road, kind, beside) for mass in masses]
    return worst(found) if len(found) > 1 else found[0]


def _mass_to_road(
    case: Case, rule: Rule, building: Building, mass: Mass, road: Feature, kind: str | None, beside: Sequence[Feature]
) -> Finding:
    subject = of_pair(building, road)
    distance, line = nearest(mass.outline, road.shape)
    part = "高层主体" if mass.tower else "低多层或裙房"
    label = rule.need("roads")[kind]["label"] if kind else "等级不明的道路"
    more: dict[str, Any] = {
        "how": f"{part}轮廓至道路红线最近距离，{label}",
        "shape": drawn(line, building.ground_m + _DRAWN_AT_M),
        "detail": {"road_class": kind or "", "elements": [building.global_id, road.global_id]},
    }
    given = case.conditions.setback("road", road.name, "tower" if mass.tower else "building")
    if given is not None:
        source = case.conditions.source("setbacks", f"退让{road.name}不小于 {given:g} m")
        return case.judge(rule, subject, distance, Demand(">=", (given,), "m", source=source), **more)
    row: Mapping[str, float] = rule.need("tower" if mass.tower else "low")
    values, missing = (
        ([float(row[kind])], [])
        if kind
        else (sorted({float(v) for v in row.values()}), ["道路等级或红线宽度（Hezhu_Planning.Grade、Width）"])
    )
    values, missing = _with_extras(rule, building, mass, road, beside, values, missing)
    return case.judge(rule, subject, distance, Demand(">=", tuple(values), "m", tuple(missing)), **more)


def _with_extras(
    rule: Rule, building: Building, mass: Mass, road: Feature, beside: Sequence[Feature], values: list[float], missing: list[str]
) -> tuple[list[float], list[str]]:
    """What shops on the ground floor and a junction add; both values where the model does not tell."""
    least, most = rule.need("shop_extra")
    shops = building.facts.get("GroundShops")
    if shops is None and building.above and building.above[0].use in ("commercial", "supermarket"):
        shops = True
    if shops:
        values = [value + extra for value in values for extra in (float(least), float(most))]
        missing.append(f"底层餐饮零售加退 {least:g}–{most:g} m 中的取值（规划条件 setbacks）")
    extra = float(rule.need("junction_extra")["tower" if mass.tower else "low"])
    at_junction = building.facts.get("AtJunction")
    if at_junction is True:
        values = [value + extra for value in values]
    elif at_junction is None and any(_cross(road, other) for other in beside if other is not road):
        values = [*values, *(value + extra for value in values)]
        missing.append("建筑是否位于交叉口四周（IfcBuilding 的 Hezhu_Planning.AtJunction）")
    return values, missing


def _cross(first: Feature, second: Feature) -> bool:
    return bool(first.shape.distance(second.shape) <= _ALONG_ROAD_M)


def underground_setback(case: Case, rule: Rule) -> list[Finding]:
    """Basements against the boundary (sides without road) or the roads, by their depth."""
    below = [b for b in case.plan.project if not b.underground.is_empty or b.below]
    if not below:
        return [case.none(rule, "没有地下建筑")]
    towards: list[tuple[str, str, BaseGeometry]] = []
    if rule.need("from") == "road":
        towards = [(road.name, "road", road.shape) for road in case.plan.of_role("road")]
        if not towards:
            return [case.manual(rule, case.whole, ("道路红线（ObjectType 为“道路红线”的面或折线）",))]
    elif case.plan.boundary is None:
        return [case.manual(rule, case.whole, (NEEDS_BOUNDARY,))]
    else:
        roads = case.plan.of_role(*ROADS)
        towards = [
            ("用地红线", "boundary", edge) for edge in edges(case.plan.boundary) if not any(_along(edge, r) for r in roads)
        ]
    return [_basement(case, rule, building, towards) for building in below] if towards else [case.none(rule, "用地四周都是道路")]


def _basement(case: Case, rule: Rule, building: Building, towards: Iterable[tuple[str, str, BaseGeometry]]) -> Finding:
    subject = of_building(building)
    if building.depth_m is None or building.underground.is_empty:
        return case.manual(rule, subject, ("地下室的体量和底板标高",))
    formula = rule.formula(rule.need("value"))
    asked = formula.value(depth_m=building.depth_m)
    distance, line, name, role = min(
        ((*nearest(building.underground, shape), name, role) for name, role, shape in towards), key=lambda row: row[0]
    )
    given = case.conditions.setback(role, name, "underground")
    source = case.conditions.source("setbacks", f"地下建筑退让{name}不小于 {given:g} m") if given is not None else None
    demand = Demand(">=", (asked if given is None else given,), "m", source=source)
    how = f"地下轮廓至{name}最近距离，深 {building.depth_m:.2f} m，{formula}"
    return case.judge(rule, subject, distance, demand, how=how, shape=drawn(line, building.ground_m))


def clearance(case: Case, rule: Rule) -> list[Finding]:
    """A thing of one kind (building, home, or a role of the site) at least so far from every line of another role."""
    lines = case.plan.of_role(str(rule.need("from")))
    things = _things(case, str(rule.need("of")))
    label = "、".join(case.pack.words.features.get(str(rule.need("from")), ("",))[:1])
    if not lines or not things:
        return [case.none(rule, f"场地模型没有{label}" if not lines else "没有这类对象")]
    found = []
    for thing in things:
        for line in lines:
            found += _clear(case, rule, thing, line)
    return found


def _things(case: Case, kind: str) -> Sequence[Building | Feature]:
    if kind == "building":
        return case.plan.project
    if kind == "home":
        return [b for b in case.plan.project if b.use is None or case.pack.words.is_home(b.use)]
    return case.plan.of_role(kind)


def _clear(case: Case, rule: Rule, thing: Building | Feature, line: Feature) -> list[Finding]:
    subject = of_pair(thing, line)
    role = str(rule.need("from"))
    if isinstance(thing, Feature):
        return [_measured(case, rule, thing, thing.shape, line, rule.number("value"), None)]
    if thing.outline.is_empty:
        return [case.manual(rule, subject, ("建筑体量（楼层内的实体）",))]
    if rule.need("of") == "home" and thing.use is None:
        return [case.manual(rule, subject, (NEEDS_USE,))]
    if "tower" not in rule.data:
        given = case.conditions.setback(role, line.name, "building")
        return [_measured(case, rule, thing, thing.outline, line, rule.number("value"), given)]
    masses = thing.masses(*case.pack.classes)
    if not masses:
        return [case.manual(rule, subject, (NEEDS_HEIGHT,))]
    return [
        worst(
            [
                _measured(
                    case, rule, thing, mass.outline, line, rule.number("tower" if mass.tower else "value"),
                    case.conditions.setback(role, line.name, "tower" if mass.tower else "building"),
                )
                for mass in masses
            ]
        )
    ]  # fmt: skip


def _measured(
    case: Case, rule: Rule, thing: Building | Feature, shape: BaseGeometry, line: Feature, value: float, given: float | None
) -> Finding:
    distance, shortest = nearest(shape, line.shape)
    source = case.conditions.source("setbacks", f"退让{line.name}不小于 {given:g} m") if given is not None else None
    demand = Demand(">=", (value if given is None else given,), "m", source=source)
    z = thing.ground_m if isinstance(thing, Building) else thing.z_m
    how = f"平面轮廓至{line.name}最近距离"
    elements = [thing.global_id, line.global_id]
    place = drawn(shortest if direction(shortest) is not None else line.shape, z + _DRAWN_AT_M)
    return case.judge(rule, of_pair(thing, line), distance, demand, how=how, shape=place, detail={"elements": elements})


def power_clearance(case: Case, rule: Rule) -> list[Finding]:
    """Buildings from the centre of overhead power lines, by voltage."""
    lines = case.plan.of_role("power")
    if not lines:
        return [case.none(rule, "场地模型没有架空电力线")]
    table = {float(voltage): float(value) for voltage, value in rule.need("voltages").items()}
    found = []
    for line in lines:
        voltage = number_of(line.facts, "Voltage")
        asked = table.get(voltage) if voltage is not None else None
        for building in case.plan.project:
            if asked is None or building.outline.is_empty:
                told = f"{line.name} 的电压等级（Hezhu_Planning.Voltage，kV：{'、'.join(f'{v:g}' for v in table)}）"
                found.append(case.manual(rule, of_pair(building, line), (told if asked is None else "建筑体量（楼层内的实体）",)))
            else:
                given = case.conditions.setback("power", line.name, "building")
                found.append(_measured(case, rule, building, building.outline, line, asked, given))
    return found or [case.none(rule, "没有新建建筑")]
