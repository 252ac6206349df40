"""Density, floor area ratio, height, green ratio, supporting buildings of industry, and figures that a site only declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hezhu.engines.findings import Finding, Requirement, Verdict
from hezhu.engines.review.planning.case import NEEDS_HEIGHT, NEEDS_USE, Case, Demand, drawn, of_building, of_feature, worst
from hezhu.engines.review.planning.figures import round_half_up
from hezhu.engines.review.planning.pack import Rule


def density(case: Case, rule: Rule) -> list[Finding]:
    """Footprints over site area against the conditions, else the table by use and height."""
    value = case.figures.value("density")
    shape = drawn(case.figures.footprint, case.plan.ground_m)
    if value is None:
        return [case.manual(rule, case.whole, case.figures.missing("footprint", "site_area"))]
    how = case.figures.rows["density"].how
    given = case.conditions.get("density_max")
    if given is not None:
        demand = Demand("<=", (given,), "ratio", source=case.conditions.source("density_max", f"建筑密度不大于 {given:.1%}"))
        return [case.judge(rule, case.whole, value, demand, how=how, shape=shape)]
    limits, lacking = _table(case, rule, "density")
    if not limits:
        return [case.manual(rule, case.whole, lacking, how=how, shape=shape)]
    demand = Demand("<=", tuple(limits), "ratio", tuple(lacking))
    return [case.judge(rule, case.whole, value, demand, how=how, shape=shape)]


def floor_area_ratio(case: Case, rule: Rule) -> list[Finding]:
    """Counted area over site area, to two decimals, within the range of the conditions, else of the table."""
    figures = case.figures
    area = figures.value("site_area")
    if figures.value("counted_area") is None or not area:
        return [case.manual(rule, case.whole, figures.missing("counted_area", "site_area"))]
    decimals = int(case.pack.defined("far_decimals"))
    values = [round_half_up(counted / area, decimals) for counted in figures.counted_between]
    detail = {"counted_area_m2": round(figures.value("counted_area") or 0, 2), "extra_area_m2": figures.value("extra_area")}
    boundary = case.plan.boundary
    more: dict[str, Any] = {
        "how": figures.rows["far"].how,
        "shape": drawn(boundary, case.plan.ground_m) if boundary is not None else None,
        "detail": detail,
    }
    lowest, highest = case.conditions.get("far_min"), case.conditions.get("far_max")
    found = []
    if lowest is not None or highest is not None:
        for op, limit, name in ((">=", lowest, "far_min"), ("<=", highest, "far_max")):
            if limit is not None:
                sign = "不小于" if op == ">=" else "不大于"
                demand = Demand(op, (limit,), "", source=case.conditions.source(name, f"容积率{sign} {limit:g}"))
                found.append(case.judge(rule, case.whole, values, demand, figures.counted_doubts, **more))
        return [_both(found)]
    ranges, lacking = _table(case, rule, "far")
    if not ranges:
        return [case.manual(rule, case.whole, lacking, **more)]
    for op, index in ((">=", 0), ("<=", 1)):
        limits = [row[index] for row in ranges if row[index] is not None]
        if limits:
            demand = Demand(op, tuple(limits), "", tuple(lacking))
            strict = -(10**-decimals) / 2 if op == ">=" and all(len(row) > 2 for row in ranges) else None
            found.append(case.judge(rule, case.whole, values, demand, figures.counted_doubts, tolerance=strict, **more))
    return [_both(found)]


def _both(found: Sequence[Finding]) -> Finding:
    """The worse of the lower and the upper limit; the whole range where both are kept."""
    one = worst(found)
    if one.verdict is not Verdict.PASS or len(found) < 2:
        return one
    low, high = (finding.required.value if finding.required else None for finding in found)
    return replace(one, required=Requirement("between", low, high))


def _table(case: Case, rule: Rule, name: str) -> tuple[list[Any], list[str]]:
    """The limit of each zone the site may lie in: of mixed uses by their share of the floor area (第九条).

    Where a use or a height is unknown, or the table has no row, nothing is concluded: an empty list and what is missing.
    """
    lacking: list[str] = []
    shares: dict[str, float] = {}
    for use, area in case.figures.by_use.items():
        family = case.pack.words.family(use, "density")
        if family is None:
            label = NEEDS_USE if use is None else f"规划条件中的{rule.title}（表 2-1 没有“{case.pack.words.label(use)}”）"
            lacking.append(label)
        else:
            shares[family] = shares.get(family, 0.0) + area
    if lacking or not shares:
        return [], lacking or ["建筑和楼层（IfcBuilding、IfcBuildingStorey）"]
    whole = sum(shares.values())
    found: list[Any] = []
    for zone in case.zones:
        rows = [(_row(case, rule, family), area / whole) for family, area in shares.items()]
        if any(isinstance(row, str) for row, _ in rows):
            return [], [row for row, _ in rows if isinstance(row, str)]
        cells = [(row.get(zone), share, row) for row, share in rows if isinstance(row, Mapping)]
        if any(cell is None for cell, _, _ in cells):
            lacking.append(f"规划条件中的{rule.title}（{case.pack.zones[zone]}没有这一档指标）")
            continue
        found.append(_mixed([(cell[name], share, row) for cell, share, row in cells if cell is not None], name))
    if lacking:
        return [], lacking
    return found, list(case.zone_missing)


def _mixed(cells: Sequence[tuple[Any, float, Mapping[str, Any]]], name: str) -> Any:
    if name == "density":
        return sum(value * share for value, share, _ in cells)
    bounds = []
    for index in (0, 1):
        values = [value[index] for value, _, _ in cells]
        known = [(value[index], share) for value, share, _ in cells if value[index] is not None]
        bounds.append(sum(value * share for value, share in known) if len(known) == len(values) else None)
    return (*bounds, "above") if all(row.get("far_above") for _, _, row in cells) else tuple(bounds)


def _row(case: Case, rule: Rule, family: str) -> Mapping[str, Any] | str:
    """The row of a family for its highest building; or what is missing."""
    buildings = [b for b in case.plan.project if any(case.pack.words.family(x.use, "density") == family for x in b.above)]
    rows = [row for row in rule.need("table") if row["use"] == family]
    if rows and rows[0]["by"] == "storeys":
        most = max((b.storeys for b in buildings), default=0)
        found = next((row for row in rows if most <= row["to"]), None)
        return found or f"规划条件中的{rule.title}（表 2-1 没有 {most} 层的住宅）"
    heights = [b.height_m for b in buildings]
    if not heights or any(height is None for height in heights):
        return NEEDS_HEIGHT
    highest = max(height for height in heights if height is not None)
    found = next((row for row in rows if highest < row.get("below", float("inf")) - 1e-6), None)
    return found or f"规划条件中的{rule.title}（表 2-1 没有高 {highest:g} m 的这类建筑）"


def height_limit(case: Case, rule: Rule) -> list[Finding]:
    """Height (and storeys) of every building against the conditions; the regulation itself sets no general limit."""
    limit, storeys = case.conditions.get("height_max_m"), case.conditions.get("storeys_max")
    found = []
    for building in case.plan.project:
        shape = drawn(building.outline, building.ground_m + (building.height_m or 0))
        subject = of_building(building)
        judged: list[Finding] = []
        if limit is not None:
            demand = Demand("<=", (limit,), "m", source=case.conditions.source("height_max_m", f"建筑高度不大于 {limit:g} m"))
            if building.height_m is None:
                judged.append(case.manual(rule, subject, (NEEDS_HEIGHT,), source=demand.source))
            else:
                judged.append(case.judge(rule, subject, building.height_m, demand, how=building.height_how, shape=shape))
        if storeys is not None:
            source = case.conditions.source("storeys_max", f"层数不大于 {storeys:g}")
            demand = Demand("<=", (storeys,), "count", source=source)
            judged.append(case.judge(rule, subject, building.storeys, demand, how="地上层数", shape=shape))
        lack = ("规划条件中的限高（height_max_m 或 storeys_max）",)
        found.append(worst(judged) if judged else case.manual(rule, subject, lack, shape=shape))
    return found or [case.none(rule, "没有新建建筑")]


def green_ratio(case: Case, rule: Rule) -> list[Finding]:
    """Green area over site area against the conditions, else the least of each use by its share of the floor area."""
    value = case.figures.value("green_ratio")
    if value is None:
        return [case.manual(rule, case.whole, case.figures.missing("green_area", "site_area"))]
    shape, how = drawn(case.figures.green, case.plan.ground_m), case.figures.rows["green_ratio"].how
    given = case.conditions.get("green_ratio_min")
    if given is not None:
        demand = Demand(">=", (given,), "ratio", source=case.conditions.source("green_ratio_min", f"绿地率不小于 {given:.1%}"))
        return [case.judge(rule, case.whole, value, demand, how=how, shape=shape)]
    least = rule.need("minimum")
    areas: dict[str, float] = {}
    for use, area in case.figures.by_use.items():
        family = case.pack.words.family(use, "green")
        if use is None or (family is None and case.pack.words.family(use, "setback") is None):
            return [case.manual(rule, case.whole, (NEEDS_USE,), how=how, shape=shape)]
        if family is not None:
            areas[family] = areas.get(family, 0.0) + area
    if not areas:
        return [case.manual(rule, case.whole, ("各楼层的使用性质和建筑面积",), how=how, shape=shape)]
    base = sum(least[family] * area for family, area in areas.items()) / sum(areas.values())
    less = rule.number("old_town_less")
    limits = tuple(base - less if zone == "old_town" else base for zone in case.zones)
    return [case.judge(rule, case.whole, value, Demand(">=", limits, "ratio", case.zone_missing), how=how, shape=shape)]


def public_green(case: Case, rule: Rule) -> list[Finding]:
    """Public green of a residential site: area per inhabitant, and each piece; the shadow line is left to a person."""
    if not any(case.pack.words.is_home(use) for use in case.figures.by_use):
        return [case.none(rule, "没有住宅")]
    greens = case.plan.of_role("public_green")
    if not greens:
        return [case.manual(rule, case.whole, ("公共绿地（ObjectType 含“公共绿地”）",))]
    piece = Demand(">=", (rule.number("piece_m2"),), "m2")
    found = [
        case.judge(rule, of_feature(g), g.shape.area, piece, how="单块面积", shape=drawn(g.shape, g.z_m), tolerance=0.005)
        for g in greens
    ]
    people = case.conditions.get("population") or case.plan.facts.get("Population")
    if not isinstance(people, int | float):
        return [
            *found,
            case.manual(rule, case.whole, ("居住人数（规划条件 population 或 IfcSite 的 Hezhu_Planning.Population）",)),
        ]
    area = sum(g.shape.area for g in greens)
    demand = Demand(">=", (rule.number("per_person_m2") * people,), "m2")
    outcome = case.judge(rule, case.whole, area, demand, how=f"公共绿地面积之和，{people:g} 人", tolerance=0.005)
    if outcome.verdict is Verdict.PASS:
        lack = ("公共绿地三分之一在日照阴影线外的图（本平台不算地面阴影）",)
        outcome = case.manual(rule, case.whole, lack, measured=outcome.measured, required=outcome.required, how=outcome.method)
    return [*found, outcome]


def industrial_support(case: Case, rule: Rule) -> list[Finding]:
    """Floor area of offices and dormitories of an industrial site over all its floor area."""
    by_use = case.figures.by_use
    if not any(use in rule.need("site_uses") for use in by_use):
        return [case.none(rule, "不是工业仓储项目")]
    lacks = list(case.figures.missing("above_area"))
    if None in by_use:
        lacks.append(NEEDS_USE)
    if lacks:
        return [case.manual(rule, case.whole, lacks)]
    share = sum(area for use, area in by_use.items() if use in rule.need("support_uses")) / sum(by_use.values())
    given = case.conditions.get("support_ratio_max")
    if given is None:
        demand = Demand("<=", (rule.number("maximum"),), "ratio")
    else:
        text = f"配套设施比例不大于 {given:.1%}"
        demand = Demand("<=", (given,), "ratio", source=case.conditions.source("support_ratio_max", text))
    offices = [b for b in case.plan.project if any(level.use in rule.need("support_uses") for level in b.above)]
    shape = drawn(offices[0].outline, offices[0].ground_m) if offices else None
    return [case.judge(rule, case.whole, share, demand, how="配套楼层面积 ÷ 地上建筑面积", shape=shape)]


def declared(case: Case, rule: Rule) -> list[Finding]:
    """A figure that no geometry shows: as the site declares it."""
    if not any(use in rule.need("uses") for use in case.figures.by_use):
        return [case.none(rule, "没有适用的建筑性质")]
    name = rule.need("property")
    value = case.plan.facts.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return [case.manual(rule, case.whole, (f"{rule.title}（IfcSite 的 Hezhu_Planning.{name}）",))]
    demand = Demand(str(rule.need("op")), (rule.number("value"),), str(rule.need("unit")))
    shape = drawn(case.plan.boundary, case.plan.ground_m) if case.plan.boundary is not None else None
    return [case.judge(rule, case.whole, float(value), demand, how=f"按模型填报的 {name}", shape=shape)]
