"""Distances between buildings (第十六至二十四条): how two buildings stand to each other, which rows ask, and what the nearest distance is.

Two buildings are neighbours when no third one crosses the shortest line between them. They stand parallel when the angle of their
long sides is at most 45°, face each other with a main facade when the line between them lies within 45° of its normal, and with
a gable otherwise; a gable wider than 16 m counts as a main facade.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import shapely
from shapely import LineString

from hezhu.engines.findings import Finding
from hezhu.engines.review.planning.case import NEEDS_HEIGHT, NEEDS_USE, Case, Demand, drawn, of_pair, tightest
from hezhu.engines.review.planning.pack import Rule
from hezhu.engines.review.planning.plan import Building, Mass, Point, angle_between, direction, extent

_CLASSES = ("low", "multi", "high")
_LABELS = {"low": "低层", "multi": "多层", "high": "高层"}
_ARRANGEMENTS = {"parallel": "平行", "perpendicular": "垂直", "gables": "山墙相对"}
_TOUCH_M = 0.05


@dataclass(frozen=True, eq=False)
class Standing:
    """How two masses stand to each other. ``south`` and ``north`` are told by the line between them."""

    south: Building
    north: Building
    south_mass: Mass
    north_mass: Mass
    distance_m: float
    line: LineString
    arrangement: str
    south_north: bool
    overlaps: bool

    @property
    def heights(self) -> tuple[float, float]:
        """Heights of the southern and the northern mass."""
        return self.south_mass.height_m, self.north_mass.height_m

    @property
    def classes(self) -> tuple[str, str]:
        """Height classes, the lower first."""
        first, second = sorted((self.south_mass.height_class, self.north_mass.height_class), key=_CLASSES.index)
        return first, second


def spacing(case: Case, rule: Rule) -> list[Finding]:
    """Every pair of neighbouring buildings of the rule's group; pairs of two existing buildings are not judged."""
    found = []
    for first, second in _neighbours(case):
        group = _group(case, first, second)
        subject = of_pair(first, second)
        if group is None:
            if rule.data.get("group") == "residential":
                found.append(case.manual(rule, subject, (NEEDS_USE,)))
            continue
        if rule.data.get("group") == group:
            found.append(_judge(case, rule, first, second))
    return found or [case.none(rule, "没有这一类相邻建筑")]


def _neighbours(case: Case) -> Iterator[tuple[Building, Building]]:
    buildings = [b for b in case.plan.buildings if not b.outline.is_empty]
    for index, first in enumerate(buildings):
        for second in buildings[index + 1 :]:
            if first.existing and second.existing:
                continue
            if first.outline.distance(second.outline) <= _TOUCH_M:
                continue  # built together: one building in plan
            line = shapely.shortest_line(first.outline, second.outline)
            if not any(line.intersects(other.outline) for other in buildings if other not in (first, second)):
                yield first, second


def _group(case: Case, first: Building, second: Building) -> str | None:
    """residential where a home is concerned, other where neither is one; None where a use is unknown."""
    homes = [case.pack.words.is_home(building.use) for building in (first, second)]
    if any(homes):
        return "residential"
    return None if first.use is None or second.use is None else "other"


def standing(case: Case, first: Building, second: Building, one: Mass, two: Mass) -> Standing | None:
    """How two masses stand; None where a plan has no direction."""
    if first.axes is None or second.axes is None:
        return None
    line = shapely.shortest_line(one.outline, two.outline)
    towards = direction(line)
    if towards is None:
        return None
    line, towards = _square(one, two, first, line, towards)
    swap = case.plan.true(towards)[1] < 0
    ordered = (second, first, two, one) if swap else (first, second, one, two)
    sides = [_shows_main(case, building, towards) for building in (first, second)]
    parallel = angle_between(first.axes.along, second.axes.along) <= case.pack.defined("parallel_max_deg") + 1e-6
    if all(sides):
        arrangement = "parallel" if parallel or any(_wide_gable(case, b) for b in (first, second)) else "perpendicular"
    else:
        arrangement = "perpendicular" if any(sides) else "gables"
    across = (-towards[1], towards[0])
    (a0, a1), (b0, b1) = extent(one.outline, across), extent(two.outline, across)
    return Standing(
        *ordered,
        distance_m=float(one.outline.distance(two.outline)),
        line=line,
        arrangement=arrangement,
        south_north=case.plan.looks_south_north(towards, case.pack.defined("facing_max_deg")),
        overlaps=min(a1, b1) - max(a0, b0) > 1e-3,
    )


def _square(one: Mass, two: Mass, first: Building, line: LineString, towards: Point) -> tuple[LineString, Point]:
    """Where two sides run parallel the shortest line may lean; buildings that overlap across an axis are measured along it."""
    assert first.axes is not None
    for axis in (first.axes.normal, first.axes.along):
        across = (-axis[1], axis[0])
        (a0, a1), (b0, b1) = extent(one.outline, across), extent(two.outline, across)
        (c0, c1), (d0, d1) = extent(one.outline, axis), extent(two.outline, axis)
        if min(a1, b1) - max(a0, b0) > 1e-3 and (c1 <= d0 + 1e-6 or d1 <= c0 + 1e-6):
            return line, axis if c1 <= d0 + 1e-6 else (-axis[0], -axis[1])
    return line, towards


def _shows_main(case: Case, building: Building, towards: Point) -> bool:
    """Whether a building turns a main facade (or a gable too wide to count as one) along a line."""
    assert building.axes is not None
    return angle_between(building.axes.normal, towards) <= case.pack.defined("facing_max_deg") + 1e-6 or _wide_gable(
        case, building
    )


def _wide_gable(case: Case, building: Building) -> bool:
    return building.axes is not None and building.axes.depth_m > case.pack.defined("gable_max_m") + 1e-6


def _judge(case: Case, rule: Rule, first: Building, second: Building) -> Finding:
    """The pair of masses (podium, tower) that comes closest to its limit, or is furthest below it."""
    subject = of_pair(first, second)
    masses = [building.masses(*case.pack.classes) for building in (first, second)]
    if not all(masses):
        return case.manual(rule, subject, [f"{b.name} 的{NEEDS_HEIGHT}" for b in (first, second) if b.height_m is None])
    found: list[tuple[Finding, float]] = []
    for one in masses[0]:
        for two in masses[1]:
            stands = standing(case, first, second, one, two)
            if stands is not None:
                found.append(_judge_masses(case, rule, stands))
    if not found:
        return case.manual(rule, subject, ("可辨认方向的建筑轮廓",))
    return tightest(found)


def _judge_masses(case: Case, rule: Rule, stands: Standing) -> tuple[Finding, float]:
    """The finding and its margin: measured less required, metres."""
    subject = of_pair(stands.south, stands.north)
    rows = [row for row in rule.need("rows") if _applies(row, stands)]
    how = _words(stands)
    shape = drawn(stands.line, max(stands.south.ground_m, stands.north.ground_m) + 1.5)
    detail: dict[str, Any] = {
        "heights_m": list(stands.heights),
        "classes": list(stands.classes),
        "elements": [stands.south.global_id, stands.north.global_id],
    }
    more: dict[str, Any] = {"how": how, "shape": shape, "detail": detail}
    if not rows:
        lack = f"{_ARRANGEMENTS[stands.arrangement]}布置的间距规定（本规则包没有这一情形）"
        return case.manual(rule, subject, (lack,), **more), 0.0
    demands: list[tuple[float, Demand, Mapping[str, Any]]] = []
    for row in rows:
        height = _height(case, rule, stands)
        values = [rule.formula(value).value(height) for value in case.by_zone(row)]
        demands.append((max(values), Demand(">=", tuple(values), "m", case.zone_missing), row))
    top, demand, row = max(demands, key=lambda item: item[0])
    detail["formula"] = [str(rule.formula(value)) for value in case.by_zone(row)]
    missing = list(demand.missing)
    values = list(demand.values)
    if not stands.overlaps:  # staggered: the clause speaks of buildings that face each other
        values.append(0.0)
        missing.append("错位布置（两栋没有正对部分）的间距由人工认定")
    if "or_more" in row:
        values.append(float(row["or_more_m"]))
        missing.append(f"{row['or_more']}（按耐火等级和建筑类别）")
    if case.pack.words.is_home(stands.south.use) != case.pack.words.is_home(stands.north.use):
        values.append(0.0)
        missing.append("住宅与非住宅之间适用哪一款由人工认定（按住宅间距已满足的不需要）")
    asked = Demand(">=", tuple(values), "m", tuple(missing), replace(rule.source, clause=str(row["clause"])))
    return case.judge(rule, subject, stands.distance_m, asked, **more), stands.distance_m - top


def _applies(row: Mapping[str, Any], stands: Standing) -> bool:
    arrangement = row["arrangement"]
    if arrangement == "facing":
        if stands.arrangement == "gables":
            return False
    elif arrangement not in ("any", stands.arrangement):
        return False
    if "direction" in row and (row["direction"] == "south_north") != stands.south_north:
        return False
    if "classes" in row and list(stands.classes) not in row["classes"]:
        return False
    if row.get("tall") is False and "high" in stands.classes:
        return False
    if "south" in row and stands.south_mass.height_class != row["south"]:
        return False
    return "north" not in row or stands.north_mass.height_class == row["north"]


def _height(case: Case, rule: Rule, stands: Standing) -> float:
    """H: of the southern building where they stand south to north (it shades), else of the taller.

    An open ground storey of the shaded building is taken off, one storey of at most 3.6 m, not before existing homes (第十六条(四)).
    """
    height = stands.heights[0] if stands.south_north else max(stands.heights)
    if not stands.south_north or rule.data.get("group") != "residential" or "high" in stands.classes or stands.north.existing:
        return height
    ground = stands.north.above[0] if stands.north.above else None
    if ground is None or not ground.open_ground or ground.height_m is None:
        return height
    return height - ground.height_m if ground.height_m <= case.pack.defined("open_ground_max_m") + 1e-6 else height


def _words(stands: Standing) -> str:
    way = "南北向" if stands.south_north else "东西向"
    first, second = (_LABELS[mass.height_class] for mass in (stands.south_mass, stands.north_mass))
    heights = f"{stands.heights[0]:.2f} m、{stands.heights[1]:.2f} m"
    return f"两轮廓最近距离；{way}{_ARRANGEMENTS[stands.arrangement]}，{first}对{second}，高 {heights}"


def setting(case: Case, building: Building, towards: Point) -> str:
    """main or side: which facade a building turns along a plan vector (for setbacks)."""
    return "main" if _shows_main(case, building, towards) else "side"
