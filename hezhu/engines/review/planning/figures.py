"""The figures of a site (经济技术指标): areas, floor area ratio, density, green, height, dwellings, parking, each with its elements."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from hezhu.engines.review.planning.pack import PlanningPack
from hezhu.engines.review.planning.plan import Building, Level, SitePlan


@dataclass(frozen=True, slots=True)
class Part:
    """One element behind a figure and its share of it."""

    global_id: str
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the sheet. ``value`` None says that the model lacks what ``missing`` names; ``unit`` as in findings."""

    key: str
    title: str
    value: float | None
    unit: str
    how: str = ""
    parts: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """All rows, and what the rules need besides: floor areas by use, and the spread of the counted area."""

    rows: Mapping[str, Figure]
    by_use: Mapping[str | None, float]
    counted_between: tuple[float, ...]
    counted_doubts: tuple[str, ...]
    footprint: BaseGeometry
    green: BaseGeometry
    extra: Mapping[str, float] = field(default_factory=dict)

    def value(self, key: str) -> float | None:
        """The value of a row."""
        return self.rows[key].value

    def missing(self, *keys: str) -> tuple[str, ...]:
        """What the named rows lack."""
        return tuple(dict.fromkeys(text for key in keys for text in self.rows[key].missing))


def compute(plan: SitePlan, pack: PlanningPack) -> Figures:
    """The sheet of a site. Existing buildings inside the boundary count; those outside it do not."""
    ours = [b for b in plan.buildings if not b.existing or (plan.boundary is not None and plan.boundary.contains(b.outline))]
    counted = _Counted(ours, pack)
    rows: list[Figure] = []
    site_area = plan.boundary.area if plan.boundary is not None else None
    lacks_site = () if site_area is not None else ("用地红线（ObjectType 为“用地红线”的闭合折线或面）",)
    site_parts = (Part(plan.boundary_id, "用地红线", site_area),) if site_area is not None else ()
    rows.append(Figure("site_area", "建设用地面积", site_area, "m2", "用地红线内的平面面积", site_parts, lacks_site))
    footprint = shapely.union_all([b.footprint for b in ours])
    bare = tuple(f"{b.name} 的首层体量" for b in ours if b.footprint.is_empty)
    base_parts = tuple(Part(b.global_id, b.name, b.footprint.area) for b in ours)
    rows.append(Figure("footprint", "建筑基底面积", None if bare else footprint.area, "m2", "首层轮廓之和", base_parts, bare))
    rows.append(_ratio("density", "建筑密度", rows[1], rows[0], "基底面积 ÷ 用地面积"))
    rows += counted.figures()
    decimals = int(pack.defined("far_decimals"))
    rows.append(_ratio("far", "容积率", rows[-1], rows[0], "计容面积 ÷ 用地面积", decimals))
    green = _green(plan)
    greens = plan.of_role("green", "public_green")
    green_parts = tuple(Part(f.global_id, f.name, f.shape.area) for f in greens)
    lacks = () if greens else ("绿地（ObjectType 含“绿地”的面或折线）",)
    rows.append(
        Figure(
            "green_area",
            "绿地面积",
            green.area if greens else None,
            "m2",
            "用地红线内绿地的投影，扣除建筑基底",
            green_parts,
            lacks,
        )
    )
    rows.append(_ratio("green_ratio", "绿地率", rows[-1], rows[0], "绿地面积 ÷ 用地面积"))
    rows += [*_building_figures(ours), *_parking_figures(plan, pack)]
    return Figures(
        rows={row.key: row for row in rows},
        by_use=counted.by_use,
        counted_between=counted.between,
        counted_doubts=tuple(dict.fromkeys(counted.doubts)),
        footprint=footprint,
        green=green,
        extra=counted.extra,
    )


def extra_factor(height_m: float, bands: Sequence[Mapping[str, float]]) -> float:
    """Share of a storey's area that is added for its height (第八十一条): above ``over``, up to ``to``."""
    row = next((b for b in bands if b["over"] + 1e-6 < height_m <= b.get("to", math.inf) + 1e-6), None)
    return float(row["factor"]) if row is not None else 0.0


class _Counted:
    """Floor areas above and under ground, the area added for high storeys, and what may be counted either way."""

    def __init__(self, buildings: Iterable[Building], pack: PlanningPack) -> None:
        self.pack = pack
        self.by_use: dict[str | None, float] = {}
        self.extra: dict[str, float] = {}
        self.doubts: list[str] = []
        self.missing: list[str] = []
        self.above: list[Part] = []
        self.below: list[Part] = []
        self.added: list[Part] = []
        self.low = self.high = 0.0
        for building in buildings:
            if not building.levels:
                self.missing.append(f"{building.name} 的楼层（IfcBuildingStorey）")
            for level in building.levels:
                self._take(building, level)

    def _take(self, building: Building, level: Level) -> None:
        area = level.area_m2
        name = f"{building.name} {level.name}"
        if area is None:
            self.missing.append(f"{name} 的建筑面积或体量")
            return
        if level.underground:
            self.below.append(Part(level.global_id, name, area))
            return
        self.above.append(Part(level.global_id, name, area))
        self.by_use[level.use] = self.by_use.get(level.use, 0.0) + area
        low = high = area
        drawn = float(level.outline.area)
        if level.declared_m2 is not None and drawn > 0:
            apart = abs(drawn - level.declared_m2) / max(drawn, level.declared_m2)
            if apart > self.pack.defined("declared_area_difference"):
                self.doubts.append(f"核对 {name} 的建筑面积：填报 {level.declared_m2:.2f} m²，体量投影 {drawn:.2f} m²")
                low, high = min(low, drawn), max(high, drawn)
        factor = self._factor(level, name)
        self.low += low + (0.0 if level.by_process else low * factor)
        self.high += high + high * factor
        if factor and not level.by_process:
            self.added.append(Part(level.global_id, f"{name}（层高 {level.height_m:.2f} m，系数 {factor:g}）", area * factor))
            self.extra[level.global_id] = area * factor

    def _factor(self, level: Level, name: str) -> float:
        family = self.pack.words.family(level.use, "extra")
        if level.use is None:
            self.doubts.append(f"{name} 的使用性质（IfcBuilding 的 ObjectType 或 Hezhu_Planning.Use）")
        if family is None:
            return 0.0
        if level.height_m is None:
            self.doubts.append(f"{name} 的层高")
            return 0.0
        factor = extra_factor(level.height_m, self.pack.extra_area.get(family, ()))
        if factor and level.by_process:
            self.doubts.append(f"{name} 的层高是否确因规范、工艺或特殊设备需要（Hezhu_Planning.ProcessHeight）")
        return factor

    @property
    def between(self) -> tuple[float, ...]:
        """Least and greatest counted area."""
        return (self.low, self.high) if self.high - self.low > 1e-6 else (self.low,)

    def figures(self) -> list[Figure]:
        lacks = tuple(self.missing)
        above, added = sum(p.value for p in self.above), sum(p.value for p in self.added)
        known = None if lacks else above
        counted = None if lacks else above + added
        return [
            Figure("underground_area", "地下建筑面积", sum(p.value for p in self.below), "m2", "不计容积率", tuple(self.below)),
            Figure(
                "above_area", "地上建筑面积", known, "m2", "各层填报的建筑面积，没有填报的按体量投影", tuple(self.above), lacks
            ),
            Figure("extra_area", "核增面积", added, "m2", "层高超过规定的楼层面积 × 系数（第八十一条）", tuple(self.added)),
            Figure("counted_area", "计容面积", counted, "m2", "地上建筑面积 + 核增面积", (*self.above, *self.added), lacks),
        ]


def _ratio(key: str, title: str, top: Figure, bottom: Figure, how: str, decimals: int | None = None) -> Figure:
    value = None if top.value is None or not bottom.value else top.value / bottom.value
    if value is not None and decimals is not None:
        value = round_half_up(value, decimals)
    unit = "ratio" if decimals is None else ""
    return Figure(key, title, value, unit, how, top.parts, (*top.missing, *bottom.missing))


def round_half_up(value: float, decimals: int) -> float:
    """Rounded as on paper: 2.005 is 2.01 (Python's own rounding goes to the even digit and follows the binary value)."""
    scale = 10**decimals
    return math.floor(value * scale + 0.5 + 1e-9) / scale


def _green(plan: SitePlan) -> BaseGeometry:
    whole = shapely.union_all([feature.shape for feature in plan.of_role("green", "public_green")])
    inside = whole if plan.boundary is None else whole.intersection(plan.boundary)
    return inside.difference(shapely.union_all([building.footprint for building in plan.buildings]))


def _building_figures(ours: Sequence[Building]) -> list[Figure]:
    heights = [Part(b.global_id, b.name, b.height_m) for b in ours if b.height_m is not None]
    lacks = tuple(f"{b.name} 的建筑高度" for b in ours if b.height_m is None)
    storeys = [Part(b.global_id, b.name, b.storeys) for b in ours]
    homes = [Part(b.global_id, b.name, float(b.facts["Dwellings"])) for b in ours if _is_number(b.facts.get("Dwellings"))]
    highest = max((part.value for part in heights), default=None)
    return [
        Figure("height", "最大建筑高度", highest, "m", "室外地坪算起（第八十三、八十四条）", tuple(heights), lacks),
        Figure("storeys", "最多层数", max((p.value for p in storeys), default=None), "count", "地上层数", tuple(storeys)),
        Figure(
            "dwellings", "住宅套数", sum(p.value for p in homes) if homes else None, "count", "各楼填报或 IfcZone", tuple(homes)
        ),
    ]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _parking_figures(plan: SitePlan, pack: PlanningPack) -> list[Figure]:
    weights: Mapping[str, Any] = next((rule.data["equivalents"] for rule in pack.rules if "equivalents" in rule.data), {})
    parts = []
    for space in plan.of_role("parking"):
        kind = pack.words.vehicle_of(str(space.facts.get("Vehicle") or ""), str(space.facts.get("_text", ""))) or "small"
        parts.append(Part(space.global_id, space.name, float(weights.get(kind, 1.0))))
    how = "逐个车位按车型当量折算"
    drawn = sum(part.value for part in parts)
    stated = plan.facts.get("ParkingSpaces")
    value: float | None = drawn if parts else None
    if not parts and _is_number(stated):
        value, how = float(str(stated)), "按 IfcSite 填报的 Hezhu_Planning.ParkingSpaces（模型没有逐个车位）"
    lacks = () if value is not None else ("机动车位（ObjectType 含“停车位”的构件，或 IfcSite 的 Hezhu_Planning.ParkingSpaces）",)
    bikes = plan.facts.get("BicycleSpaces")
    bike_value = float(str(bikes)) if _is_number(bikes) else None
    bike_lacks = () if bike_value is not None else ("非机动车位数（IfcSite 的 Hezhu_Planning.BicycleSpaces）",)
    return [
        Figure("parking", "机动车停车位", value, "count", how, tuple(parts), lacks),
        Figure("bicycles", "非机动车停车位", bike_value, "count", "按 IfcSite 填报", (), bike_lacks),
    ]
