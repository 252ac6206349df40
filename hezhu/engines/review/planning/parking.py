"""Parking spaces by use, their size, the accesses of a garage, and vehicle entrances at roads (第六十九、七十一、七十五条)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import shapely

from hezhu.engines.findings import Finding
from hezhu.engines.review.planning.case import NEEDS_USE, Case, Demand, drawn, of_feature
from hezhu.engines.review.planning.pack import Rule
from hezhu.engines.review.planning.plan import Building, Feature, angle_between, axes_of, nearest
from hezhu.engines.review.planning.read import number_of
from hezhu.engines.review.planning.setbacks import road_class

_BASES = {
    "bed": ("Beds", 1.0, "床位数"),
    "class": ("Classes", 1.0, "班级数"),
    "staff_100": ("Staff", 100.0, "教职工人数"),
    "person_100": ("Persons", 100.0, "师生人数"),
    "worker": ("Workers", 1.0, "职工人数"),
}


def parking(case: Case, rule: Rule) -> list[Finding]:
    """Spaces of the site against the sum over its uses; the conditions' ratios win over the table's."""
    bicycles = bool(rule.data.get("bicycles"))
    figure = case.figures.rows["bicycles" if bicycles else "parking"]
    need, missing, sources = _needed(case, rule, bicycles)
    if need is None:
        if not missing:
            return [case.none(rule, "没有要求配建停车位的建筑")]
        return [case.manual(rule, case.whole, missing)]
    if figure.value is None:
        return [case.manual(rule, case.whole, (*figure.missing, *missing))]
    limits = tuple(float(math.ceil(round(value, 6))) for value in need)
    source = case.conditions.source("bicycles" if bicycles else "parking", rule.text) if sources else None
    demand = Demand(">=", limits, "count", case.zone_missing, source)
    spaces = case.plan.of_role("parking")
    shape = drawn(shapely.union_all([s.shape for s in spaces]), spaces[0].z_m) if spaces and not bicycles else None
    if shape is None and case.plan.boundary is not None:
        shape = drawn(case.plan.boundary, case.plan.ground_m)
    outcome = case.judge(rule, case.whole, figure.value, demand, how=figure.how, shape=shape)
    # what is missing can only ask for more: a shortage stands, enough is not yet enough
    if missing and outcome.verdict.value != "fail":
        return [case.manual(rule, case.whole, missing, measured=outcome.measured, required=outcome.required, how=figure.how)]
    return [outcome]


def _needed(case: Case, rule: Rule, bicycles: bool) -> tuple[tuple[float, ...] | None, list[str], bool]:
    """Spaces asked for in each zone the site may lie in, what is missing, and whether the conditions took part."""
    given = case.conditions.bicycles if bicycles else case.conditions.parking
    missing: list[str] = list(case.figures.missing("above_area"))
    sums = dict.fromkeys(case.zones, 0.0)
    asked = from_conditions = False
    for use, area in case.figures.by_use.items():
        if use is None:
            missing.append(NEEDS_USE)
            continue
        row = given.get(use)
        if row is not None:
            asked = from_conditions = True
            amount = max(
                row.get("per_100m2", 0.0) * area / 100, row.get("per_dwelling", 0.0) * _dwellings(case, use, missing, row)
            )
            sums = {zone: value + amount for zone, value in sums.items()}
            continue
        found = next((r for r in rule.need("ratios") if use in r["uses"] and area > r.get("larger_m2", -1)), None)
        if found is None:
            if case.pack.words.family(use, "density") or case.pack.words.family(use, "setback") == "education_health":
                missing.append(f"规划条件中“{case.pack.words.label(use)}”的停车配建标准（本规则包没有）")
            continue
        asked = True
        for zone in case.zones:
            sums[zone] += _of_use(case, found, use, area, zone, missing)
    return (tuple(sums.values()) if asked else None), list(dict.fromkeys(missing)), from_conditions


def _of_use(case: Case, row: Mapping[str, Any], use: str, area: float, zone: str, missing: list[str]) -> float:
    amount = 0.0
    if "area_100m2" in row:
        amount += _zoned(row["area_100m2"], zone) * area / 100
    for name, (fact, unit, label) in _BASES.items():
        if name in row:
            amount += float(row[name]) * _facts(case, use, fact, label, missing) / unit
    each = _zoned(row.get("at_least_per_dwelling", 0), zone)
    if each:
        amount = max(amount, each * _dwellings(case, use, missing, row))
    return amount


def _zoned(value: Any, zone: str) -> float:
    return float(value[zone] if isinstance(value, Mapping) else value)


def _dwellings(case: Case, use: str, missing: list[str], row: Mapping[str, Any]) -> float:
    if not row.get("per_dwelling") and not row.get("at_least_per_dwelling"):
        return 0.0
    return _facts(case, use, "Dwellings", "住宅套数", missing)


def _facts(case: Case, use: str, name: str, label: str, missing: list[str]) -> float:
    """A number that the buildings of a use declare, summed; names the building that does not."""
    total = 0.0
    for building in case.plan.project:
        if _has_use(building, use):
            value = number_of(building.facts, name)
            if value is None:
                missing.append(f"{building.name} 的{label}（Hezhu_Planning.{name}）")
            total += value or 0.0
    return total


def _has_use(building: Building, use: str) -> bool:
    return any(level.use == use for level in building.above) if building.above else building.use == use


def parking_size(case: Case, rule: Rule) -> list[Finding]:
    """Width and length of every modelled space for small cars."""
    spaces = case.plan.of_role("parking")
    if not spaces:
        if case.figures.value("parking"):
            return [case.manual(rule, case.whole, ("逐个停车位的平面（ObjectType 含“停车位”）",))]
        return [case.none(rule, "没有停车位")]
    width, length = rule.number("width_m"), rule.number("length_m")
    found = []
    for space in spaces:
        kind = case.pack.words.vehicle_of(str(space.facts.get("Vehicle") or ""), str(space.facts.get("_text", "")))
        if kind not in (None, "small"):
            continue
        axes = axes_of(space.shape)
        if axes is None:
            found.append(case.manual(rule, of_feature(space), ("车位的平面轮廓（闭合折线或实体）",)))
            continue
        short = axes.depth_m - width <= axes.length_m - length
        value, limit = (axes.depth_m, width) if short else (axes.length_m, length)
        how = f"平面 {axes.depth_m:.2f} × {axes.length_m:.2f} m，比较{'宽' if short else '长'}度"
        found.append(
            case.judge(rule, of_feature(space), value, Demand(">=", (limit,), "m"), how=how, shape=drawn(space.shape, space.z_m))
        )
    return found or [case.none(rule, "没有小型车位")]


def _lanes(access: Feature) -> int | None:
    lanes = number_of(access.facts, "Lanes")
    return None if lanes is None else int(lanes)


def parking_access(case: Case, rule: Rule) -> list[Finding]:
    """How many accesses of one and of two lanes a garage has, by its number of spaces."""
    accesses = case.plan.of_role("parking_access")
    count = case.figures.value("parking")
    if not accesses:
        if not case.plan.facts.get("Garage") and not any(b.below for b in case.plan.project):
            return [case.none(rule, "没有停车库")]
        return [case.manual(rule, case.whole, ("停车库出入口（ObjectType 含“车库出入口”）",))]
    if count is None:
        return [case.manual(rule, case.whole, case.figures.missing("parking"))]
    lanes = [_lanes(access) for access in accesses]
    if any(lane is None for lane in lanes):
        bare = [f"{a.name} 的车道数（Hezhu_Planning.Lanes）" for a, lane in zip(accesses, lanes, strict=True) if lane is None]
        return [case.manual(rule, case.whole, bare)]
    band = next((b for b in rule.need("bands") if count < b.get("below", -1) or count <= b.get("to", -1)), None)
    if band is None:
        return [case.manual(rule, case.whole, (f"{count:g} 个车位的出入口数量规定（本规则包没有这一档）",))]
    known = [lane for lane in lanes if lane is not None]
    double, total = sum(lane >= 2 for lane in known), sum(known)
    options = band["any_of"]
    # the option that asks for the fewest lanes of those whose accesses the garage has, else the first
    option = next((o for o in options if double >= o.get("double", 0) and len(known) >= o.get("single", 0)), options[0])
    wanted = "或".join(_option(o) for o in options)
    how = f"{count:g} 个车位，出入口 {len(known)} 个，其中双车道 {double} 个，车道共 {total} 条；要求{wanted}"
    shape = drawn(accesses[0].shape, accesses[0].z_m)
    enough = double >= option.get("double", 0) and len(known) >= option.get("single", 0)
    value = total if enough else min(total, option["lanes"] - 1)
    return [case.judge(rule, case.whole, float(value), Demand(">=", (float(option["lanes"]),), "count"), how=how, shape=shape)]


def _option(option: Mapping[str, Any]) -> str:
    double = int(option.get("double", 0))
    single = int(option["lanes"]) - 2 * double
    return "加".join([f"双车道 {double} 个"] * bool(double) + [f"单车道 {single} 个"] * bool(single))


def access_width(case: Case, rule: Rule) -> list[Finding]:
    """Width of every access by its lanes."""
    found = []
    for access in case.plan.of_role("parking_access"):
        lanes, width = _lanes(access), number_of(access.facts, "Width")
        axes = axes_of(access.shape)
        value = width if width is not None else axes.depth_m if axes is not None else None
        if lanes is None or value is None:
            lack = [f"{access.name} 的车道数（Hezhu_Planning.Lanes）"] * (lanes is None)
            lack += [f"{access.name} 的宽度（Hezhu_Planning.Width，或画成面）"] * (value is None)
            found.append(case.manual(rule, of_feature(access), lack))
            continue
        demand = Demand(">=", (rule.number("double_m" if lanes >= 2 else "single_m"),), "m")
        how = "填报宽度" if width is not None else "平面轮廓的短边"
        found.append(case.judge(rule, of_feature(access), value, demand, how=how, shape=drawn(access.shape, access.z_m)))
    return found or [case.none(rule, "没有停车库出入口")]


def access_slope(case: Case, rule: Rule) -> list[Finding]:
    """Slope of every ramp, straight or curved."""
    found = []
    limits = (rule.number("straight"), rule.number("curved"))
    for access in case.plan.of_role("parking_access"):
        slope, curved = number_of(access.facts, "Slope"), access.facts.get("Curved")
        if slope is None:
            found.append(case.manual(rule, of_feature(access), (f"{access.name} 的坡度（Hezhu_Planning.Slope，0.15 表示 15%）",)))
            continue
        asked = limits if not isinstance(curved, bool) else (limits[1] if curved else limits[0],)
        demand = Demand("<=", asked, "ratio", (f"{access.name} 是直线还是弯道（Hezhu_Planning.Curved）",))
        found.append(case.judge(rule, of_feature(access), slope, demand, how="填报坡度", shape=drawn(access.shape, access.z_m)))
    return found or [case.none(rule, "没有停车库坡道")]


def _road_rule(case: Case) -> Rule | None:
    return next((rule for rule in case.pack.rules if rule.method == "road-setback"), None)


def _road_at(case: Case, entrance: Feature) -> Feature | None:
    roads = case.plan.of_role("road")
    return min(roads, key=lambda road: entrance.shape.distance(road.shape), default=None)


def entrance_junction(case: Case, rule: Rule) -> list[Finding]:
    """Vehicle entrances from the nearest junction of roads, by the class of the road they open to; none on expressways."""
    found = []
    table: Mapping[str, float] = rule.need("distance_m")
    classes = _road_rule(case)
    for entrance in case.plan.of_role("vehicle_entrance"):
        road = _road_at(case, entrance)
        kind = road_class(classes, road) if classes is not None and road is not None else None
        if road is None or kind is None:
            found.append(
                case.manual(rule, of_feature(entrance), ("所临道路及其等级（“道路红线”，Hezhu_Planning.Grade 或 Width）",))
            )
            continue
        if kind in rule.need("forbidden"):
            how = f"开向{road.name}（快速路）"
            shape = drawn(entrance.shape, entrance.z_m)
            found.append(case.judge(rule, of_feature(entrance), 1.0, Demand("<=", (0.0,), "count"), how=how, shape=shape))
            continue
        crossings = [
            other for other in case.plan.of_role("road") if other is not road and other.shape.distance(road.shape) <= 1.0
        ]
        if not crossings:
            found.append(case.manual(rule, of_feature(entrance), (f"与{road.name}相交的道路（画出交叉口两侧的道路红线）",)))
            continue
        distance, line = min((nearest(entrance.shape, other.shape) for other in crossings), key=lambda row: row[0])
        demand = Demand(">=", (float(table[kind]),), "m")
        how = f"至相交道路红线最近距离，开向{road.name}"
        found.append(case.judge(rule, of_feature(entrance), distance, demand, how=how, shape=drawn(line, entrance.z_m)))
    return found or [case.none(rule, "没有机动车出入口")]


def entrance_angle(case: Case, rule: Rule) -> list[Finding]:
    """Angle between a vehicle entrance (the line driven along) and its road."""
    found = []
    for entrance in case.plan.of_role("vehicle_entrance"):
        road = _road_at(case, entrance)
        line = axes_of(road.shape) if road is not None else None
        drive = shapely.get_coordinates(entrance.shape)
        if road is None or line is None or entrance.shape.geom_type != "LineString":
            lack = "沿行车方向的折线（出入口）" if road is not None and line is not None else "画成面的道路红线"
            found.append(case.manual(rule, of_feature(entrance), (lack,)))
            continue
        dx, dy = drive[-1] - drive[0]
        size = math.hypot(dx, dy) or 1.0
        angle = angle_between((dx / size, dy / size), line.along)
        demand = Demand(">=", (rule.number("angle_deg"),), "°")
        shape = drawn(entrance.shape, entrance.z_m)
        found.append(case.judge(rule, of_feature(entrance), angle, demand, how=f"与{road.name}走向的夹角", shape=shape))
    return found or [case.none(rule, "没有机动车出入口")]
