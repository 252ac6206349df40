"""Storeys, heights along streets and widths of facades (第三十九、四十、四十九条)."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely import LineString

from hezhu.engines.findings import Finding, Shape
from hezhu.engines.review.planning.case import NEEDS_BOUNDARY, NEEDS_HEIGHT, NEEDS_USE, Case, Demand, drawn, of_building, of_pair
from hezhu.engines.review.planning.pack import Rule
from hezhu.engines.review.planning.plan import Building, Feature, Point, angle_between, edges, extent, nearest
from hezhu.engines.review.planning.setbacks import faces, road_width


def storey_limit(case: Case, rule: Rule) -> list[Finding]:
    """Storeys above ground of the buildings of some uses; for homes only where no lift is modelled or declared."""
    found = []
    for building in case.plan.project:
        subject = of_building(building)
        if building.use is None:
            found.append(case.manual(rule, subject, (NEEDS_USE,)))
        elif building.use in rule.need("uses"):
            found.append(_storeys(case, rule, building))
    return found or [case.none(rule, "没有这类建筑")]


def _storeys(case: Case, rule: Rule, building: Building) -> Finding:
    subject, most = of_building(building), rule.number("maximum")
    shape = drawn(building.outline, building.ground_m + (building.height_m or 0))
    if not building.above:
        return case.manual(rule, subject, ("楼层（IfcBuildingStorey）",))
    if rule.data.get("unless_lift"):
        if building.has_lift:
            return case.none(rule, "设有电梯", subject)
        if building.has_lift is None and building.storeys > most:
            lack = ("是否设电梯（Hezhu_Planning.HasLift，或 IfcTransportElement）",)
            return case.manual(rule, subject, lack, how="地上层数", shape=shape)
    return case.judge(rule, subject, building.storeys, Demand("<=", (most,), "count"), how="地上层数", shape=shape)


def street_height(case: Case, rule: Rule) -> list[Finding]:
    """Height of every building beside a road against K × (W + S); between the least and the greatest K a person decides."""
    found = []
    factors = tuple(float(factor) for factor in rule.need("factor"))
    for building, road, setback, line in _beside(case):
        subject, width = of_pair(building, road), road_width(road)
        if building.height_m is None or width is None:
            lack = (
                NEEDS_HEIGHT
                if building.height_m is None
                else f"{road.name} 的红线宽度（Hezhu_Planning.Width，或画成红线之间的面）"
            )
            found.append(case.manual(rule, subject, (lack,)))
            continue
        limits = tuple(factor * (width + setback) for factor in factors)
        demand = Demand("<=", limits, "m", (f"系数 K 在 {factors[0]:g}～{factors[1]:g} 之间的取值（规划条件）",))
        how = f"建筑高度，W {width:.2f} m，S {setback:.2f} m"
        detail = {"elements": [building.global_id, road.global_id]}
        shape = drawn(line, building.ground_m + 1.5)
        found.append(case.judge(rule, subject, building.height_m, demand, how=how, shape=shape, detail=detail))
    return found or [case.none(rule, "没有临路建筑")]


def _beside(case: Case) -> list[tuple[Building, Feature, float, LineString]]:
    """Buildings beside roads, with the setback and the line it is measured along."""
    return [
        (building, road, *nearest(building.outline, road.shape))
        for road in case.plan.of_role("road")
        for building in case.plan.project
        if faces(case, building, road)
    ]


def facade_street(case: Case, rule: Rule) -> list[Finding]:
    """Width of tall buildings along a road against K × (W + S)."""
    found = []
    for building, road, setback, line in _beside(case):
        kind = building.height_class(*case.pack.classes)
        subject, width = of_pair(building, road), road_width(road)
        if kind is None or width is None:
            lack = NEEDS_HEIGHT if kind is None else f"{road.name} 的红线宽度（Hezhu_Planning.Width，或画成红线之间的面）"
            found.append(case.manual(rule, subject, (lack,)))
            continue
        if kind != "high" or width < rule.number("least_road_m"):
            continue
        factor = next(float(row["k"]) for row in rule.need("factors") if width < row.get("below", float("inf")))
        along = _along(road, line)
        low, high = extent(building.outline, along)
        demand = Demand("<=", (factor * (width + setback),), "m")
        how = f"沿{road.name}的投影宽度，K {factor:g}，W {width:.2f} m，S {setback:.2f} m"
        detail = {"elements": [building.global_id, road.global_id]}
        found.append(case.judge(rule, subject, high - low, demand, how=how, shape=_front(building, along), detail=detail))
    return found or [case.none(rule, "没有临路的高层建筑")]


def _along(road: Feature, line: LineString) -> Point:
    """Direction of the road where a building stands beside it: across the line of the setback."""
    (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
    length = line.length
    if length > 1e-6:
        return -(y1 - y0) / length, (x1 - x0) / length
    ring = shapely.get_coordinates(road.shape)
    dx, dy = ring[1] - ring[0]
    size = float((dx * dx + dy * dy) ** 0.5)
    return float(dx) / size, float(dy) / size


def _front(building: Building, along: Point) -> Shape | None:
    """The width of a plan along a vector, drawn at the middle of its roof."""
    low, high = extent(building.outline, along)
    centre = building.outline.centroid
    across = (-along[1], along[0])
    offset = centre.x * across[0] + centre.y * across[1]
    ends = [(along[0] * t + across[0] * offset, along[1] * t + across[1] * offset) for t in (low, high)]
    return drawn(LineString(ends), building.ground_m + (building.height_m or 0))


def facade_width(case: Case, rule: Rule) -> list[Finding]:
    """The longest unbroken width of buildings on residential land, by height. Buildings that touch are one."""
    found = []
    homes = [b for b in case.plan.project if case.pack.words.is_home(b.use) and not b.outline.is_empty]
    for group in _touching(homes):
        lead = max(group, key=lambda building: building.outline.area)
        subject = of_building(lead)
        heights = [building.height_m for building in group]
        if any(height is None for height in heights):
            found.append(case.manual(rule, subject, (NEEDS_HEIGHT,)))
            continue
        highest = max(height for height in heights if height is not None)
        row = next(
            (r for r in rule.need("bands") if highest <= r.get("to", 0) + 1e-6 or highest < r.get("below", 0) - 1e-6), None
        )
        if row is None:
            found.append(case.manual(rule, subject, (f"高 {highest:g} m 的面宽规定（本规则包没有这一档）",)))
            continue
        axes = lead.axes
        if axes is None:
            continue
        whole = shapely.union_all([building.outline for building in group])
        low, high = extent(whole, axes.along)
        how = f"{'、'.join(b.name for b in group)} 沿长边的投影宽度，高 {highest:.2f} m"
        demand = Demand("<=", (float(row["value"]),), "m")
        found.append(case.judge(rule, subject, high - low, demand, how=how, shape=_front(lead, axes.along)))
    return found or [case.none(rule, "没有住宅")]


def _touching(buildings: Sequence[Building]) -> list[list[Building]]:
    groups: list[list[Building]] = []
    for building in buildings:
        near = [group for group in groups if any(building.outline.distance(other.outline) <= 0.05 for other in group)]
        merged = [building, *(other for group in near for other in group)]
        groups = [group for group in groups if group not in near] + [merged]
    return [sorted(group, key=lambda b: b.name) for group in groups]


def facade_share(case: Case, rule: Rule) -> list[Finding]:
    """Tall buildings projected on each side of the boundary, together, over the length of the side."""
    boundary = case.plan.boundary
    if boundary is None:
        return [case.manual(rule, case.whole, (NEEDS_BOUNDARY,))]
    tall, unknown = [], []
    for building in case.plan.project:
        kind = building.height_class(*case.pack.classes)
        if kind is None:
            unknown.append(f"{building.name} 的{NEEDS_HEIGHT}")
        elif kind == "high":
            tall.append(building)
    if unknown:
        return [case.manual(rule, case.whole, unknown)]
    if not tall:
        return [case.none(rule, "没有高层建筑")]
    rows = []
    for side in edges(boundary):
        front = _first_row(side, tall)
        line = min((building.outline.distance(side) + _reach(building, side) for building in front), default=0.0)
        sure = [building for building in front if building.outline.distance(side) < line]
        rows.append((_covered(side, front) / side.length, _covered(side, sure) / side.length, side))
    share, least, side = max(rows, key=lambda row: row[0])
    most, north = rule.number("maximum"), rule.number("north_of_homes")
    demand = Demand("<=", (most,), "ratio")
    if north < share <= most and _northern(case, side):
        demand = Demand("<=", (north, most), "ratio", ("该侧北面是否为住宅或学校（是的不宜超过 50%）",))
    how = f"临边第一排高层建筑在最不利一侧边界（长 {side.length:.2f} m）上的投影并集 ÷ 边长"
    shape = drawn(side, case.plan.ground_m)
    return [case.judge(rule, case.whole, (least, share), demand, ("第二排露出的高层建筑是否计入该侧面宽",), how=how, shape=shape)]


def _unit(side: LineString) -> Point:
    (x0, y0), (x1, y1) = side.coords[0], side.coords[-1]
    return (x1 - x0) / side.length, (y1 - y0) / side.length


def _reach(building: Building, side: LineString) -> float:
    """Depth of a building seen from a side, metres."""
    along = _unit(side)
    low, high = extent(building.outline, (-along[1], along[0]))
    return high - low


def _first_row(side: LineString, tall: Sequence[Building]) -> list[Building]:
    """Buildings of which no part stands behind another one, seen from a side."""
    along = _unit(side)
    spans = [(building, *extent(building.outline, along), building.outline.distance(side)) for building in tall]
    return [
        building
        for building, low, high, distance in spans
        if not any(
            nearer < distance and min(high, b) - max(low, a) > 1e-3 for other, a, b, nearer in spans if other is not building
        )
    ]


def _covered(side: LineString, tall: Sequence[Building]) -> float:
    """Length of a side covered by the projections of buildings."""
    along = _unit(side)
    start = side.coords[0][0] * along[0] + side.coords[0][1] * along[1]
    spans = []
    for building in tall:
        low, high = extent(building.outline, along)
        low, high = max(low - start, 0.0), min(high - start, side.length)
        if high > low:
            spans.append(LineString([(low, 0), (high, 0)]))
    return float(shapely.union_all(spans).length) if spans else 0.0


def _northern(case: Case, side: LineString) -> bool:
    """Whether a side of the boundary is a northern one: it runs east and west, and the site lies south of it."""
    if angle_between(case.plan.true(_unit(side)), (1.0, 0.0)) > case.pack.defined("facing_max_deg") or case.plan.boundary is None:
        return False
    centre, middle = case.plan.boundary.centroid, side.interpolate(0.5, normalized=True)
    return case.plan.true((middle.x - centre.x, middle.y - centre.y))[1] > 0
