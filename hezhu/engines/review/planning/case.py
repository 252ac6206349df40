"""One site under judgement, and how a verdict is reached where a figure or a limit is known only to lie between two values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from hezhu.engines.findings import Finding, Quantity, Requirement, Shape, Source, Subject, Verdict
from hezhu.engines.review.planning.conditions import Conditions
from hezhu.engines.review.planning.figures import Figures, compute
from hezhu.engines.review.planning.pack import ZONES, PlanningPack, Rule
from hezhu.engines.review.planning.plan import Building, Feature, SitePlan

NEEDS_ZONE = "项目位于旧城区还是新区（规划条件 zone 或 IfcSite 的 Hezhu_Planning.Zone）"
NEEDS_HEIGHT = "建筑体量或高度（楼层内的实体，或 Hezhu_Planning.PlanningHeight）"
NEEDS_USE = "建筑的使用性质（IfcBuilding 的 ObjectType 或 Hezhu_Planning.Use）"
NEEDS_BOUNDARY = "用地红线（ObjectType 为“用地红线”的闭合折线或面）"
_ORDER = (Verdict.FAIL, Verdict.MANUAL, Verdict.PASS, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True)
class Demand:
    """What is asked: ``op`` and the value, or the values between which it lies; and what would tell which (``missing``)."""

    op: str
    values: tuple[float, ...]
    unit: str
    missing: tuple[str, ...] = ()
    source: Source | None = None

    @property
    def strictest(self) -> float:
        """The value that asks most."""
        return max(self.values) if self.op == ">=" else min(self.values)


class Case:
    """The site with its pack, conditions and date; figures are computed once."""

    def __init__(self, plan: SitePlan, pack: PlanningPack, conditions: Conditions | None, on: dt.date) -> None:
        self.plan, self.pack, self.on = plan, pack, on
        self.conditions = conditions or Conditions()

    @cached_property
    def figures(self) -> Figures:
        """The figures of the indicator sheet."""
        return compute(self.plan, self.pack)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """The zone of the project; both where neither conditions nor model tell it."""
        said = self.conditions.zone or str(self.plan.facts.get("Zone") or "")
        for zone in ZONES:
            if said and (said == zone or said in self.pack.zones.get(zone, "")):
                return (zone,)
        return ZONES

    @property
    def zone_missing(self) -> tuple[str, ...]:
        """Names the zone where it is unknown."""
        return (NEEDS_ZONE,) if len(self.zones) > 1 else ()

    def by_zone(self, row: Mapping[str, Any], name: str = "value") -> list[Any]:
        """The values of a table row: one for all zones, or one for each zone the project may lie in."""
        return [row[name]] if name in row else [row.get(zone) for zone in self.zones]

    @property
    def whole(self) -> Subject:
        """The site as the subject of a finding."""
        return Subject(self.plan.global_id or None, "IfcSite", self.plan.name)

    def manual(self, rule: Rule, subject: Subject, missing: Iterable[str], **more: Any) -> Finding:
        """需人工, naming what is missing."""
        return self._finding(rule, subject, Verdict.MANUAL, missing=tuple(dict.fromkeys(missing)), **more)

    def none(self, rule: Rule, why: str, subject: Subject | None = None) -> Finding:
        """不适用, saying why."""
        return self._finding(rule, subject or self.whole, Verdict.NOT_APPLICABLE, how=why)

    def judge(
        self,
        rule: Rule,
        subject: Subject,
        measured: float | Sequence[float],
        demand: Demand,
        missing: Iterable[str] = (),
        tolerance: float | None = None,
        **more: Any,
    ) -> Finding:
        """Pass where every possible value keeps every possible limit, fail where none does, else 需人工 with what is missing."""
        values = [measured] if isinstance(measured, int | float) else list(measured)
        slack = self._tolerance(demand.unit) if tolerance is None else tolerance
        kept = [_meets(value, demand.op, limit, slack) for value in values for limit in demand.values]
        verdict = Verdict.PASS if all(kept) else Verdict.FAIL if not any(kept) else Verdict.MANUAL
        lacking = tuple(dict.fromkeys((*demand.missing, *missing))) if verdict is Verdict.MANUAL else ()
        worst = min(values) if demand.op == ">=" else max(values)
        detail = dict(more.pop("detail", {}) or {})
        if len(set(demand.values)) > 1:
            detail["required_between"] = sorted(set(demand.values))
        if len(set(values)) > 1:
            detail["measured_between"] = sorted(set(values))
        return self._finding(
            rule,
            subject,
            verdict,
            missing=lacking or (("能够确定取值的资料",) if verdict is Verdict.MANUAL else ()),
            measured=Quantity(round(worst, 4), demand.unit),
            required=Requirement(demand.op, round(demand.strictest, 4), unit=demand.unit),
            source=demand.source,
            detail=detail,
            **more,
        )

    def _tolerance(self, unit: str) -> float:
        return self.pack.length_tolerance_m if unit == "m" else self.pack.ratio_tolerance

    def _finding(
        self, rule: Rule, subject: Subject, verdict: Verdict, how: str = "", source: Source | None = None, **more: Any
    ) -> Finding:
        judged_by = "规划条件" if source is not None and source.standard == self.conditions.document else "技术规定"
        detail = {**(more.pop("detail", None) or {}), "judged_by": judged_by, "clause": (source or rule.source).clause}
        return Finding(
            rule=rule.id,
            title=rule.title,
            verdict=verdict,
            subject=subject,
            source=source or rule.source,
            method=how,
            severity=rule.severity,
            detail=detail,
            **more,
        )


Method = Callable[[Case, Rule], list[Finding]]


def _meets(value: float, op: str, limit: float, slack: float) -> bool:
    return value >= limit - slack if op == ">=" else value <= limit + slack


def worst(found: Sequence[Finding]) -> Finding:
    """Of several findings of one rule on one subject: a failure before a doubt before a pass."""
    return min(found, key=lambda finding: _ORDER.index(finding.verdict))


def tightest(found: Sequence[tuple[Finding, float]]) -> Finding:
    """Of several findings with their margins: the worst verdict, and of these the one with the least margin."""
    return min(found, key=lambda row: (_ORDER.index(row[0].verdict), row[1]))[0]


def of_building(building: Building) -> Subject:
    """A building as the subject of a finding."""
    return Subject(building.global_id, "IfcBuilding", building.name)


def of_pair(first: Building | Feature, second: Building | Feature) -> Subject:
    """Two things whose distance is judged. Named, not numbered: one building has a distance to each of its neighbours."""
    return Subject(None, "IfcBuilding", f"{first.name} — {second.name}")


def of_feature(feature: Feature) -> Subject:
    """A feature of the site as the subject of a finding."""
    return Subject(feature.global_id, feature.ifc_class, feature.name)


def drawn(shape: BaseGeometry, z: float) -> Shape | None:
    """A plan shape at one height, for drawing; of several areas the largest."""
    if shape.is_empty:
        return None
    if shape.geom_type in ("MultiPolygon", "MultiLineString", "GeometryCollection"):
        shape = max(shapely.get_parts(shape), key=lambda part: (part.area, part.length))
    if shape.geom_type == "Polygon":
        points, kind = shapely.get_coordinates(shape.exterior)[:-1], "polygon"
    else:
        points = shapely.get_coordinates(shape)
        kind = "point" if len(points) == 1 else "line" if len(points) == 2 else "polyline"
    return Shape(kind, tuple((round(float(x), 4), round(float(y), 4), round(z, 4)) for x, y in points))
