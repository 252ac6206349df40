"""Judge a site by a planning pack and the project's conditions."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hezhu.engines.findings import Finding, count_verdicts
from hezhu.engines.ifc import Model
from hezhu.engines.review.pack import PackInvalid
from hezhu.engines.review.planning import frontage, intensity, parking, setbacks
from hezhu.engines.review.planning.case import Case, Method
from hezhu.engines.review.planning.conditions import Conditions
from hezhu.engines.review.planning.figures import Figures
from hezhu.engines.review.planning.pack import PlanningPack
from hezhu.engines.review.planning.plan import SitePlan
from hezhu.engines.review.planning.read import site_plan
from hezhu.engines.review.planning.spacing import spacing

METHODS: Mapping[str, Method] = {
    "density": intensity.density,
    "floor-area-ratio": intensity.floor_area_ratio,
    "height-limit": intensity.height_limit,
    "green-ratio": intensity.green_ratio,
    "public-green": intensity.public_green,
    "industrial-support": intensity.industrial_support,
    "declared": intensity.declared,
    "spacing": spacing,
    "boundary-setback": setbacks.boundary_setback,
    "road-setback": setbacks.road_setback,
    "underground-setback": setbacks.underground_setback,
    "clearance": setbacks.clearance,
    "power-clearance": setbacks.power_clearance,
    "storey-limit": frontage.storey_limit,
    "street-height": frontage.street_height,
    "facade-street": frontage.facade_street,
    "facade-width": frontage.facade_width,
    "facade-share": frontage.facade_share,
    "parking": parking.parking,
    "parking-size": parking.parking_size,
    "parking-access": parking.parking_access,
    "access-width": parking.access_width,
    "access-slope": parking.access_slope,
    "entrance-junction": parking.entrance_junction,
    "entrance-angle": parking.entrance_angle,
}


@dataclass(eq=False)
class PlanningReview:
    """The outcome: the site, its figures, and the findings in pack order."""

    model: Model
    plan: SitePlan
    pack: PlanningPack
    conditions: Conditions | None
    on: dt.date
    zones: tuple[str, ...]
    figures: Figures
    findings: list[Finding]
    seconds: dict[str, float] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """JSON-ready: model, pack, context, figures, counts by verdict, seconds by step."""
        return {
            "model": {"file": self.model.path.name, **self.model.describe()},
            "pack": {
                "name": self.pack.name,
                "title": self.pack.title,
                "version": self.pack.version,
                "jurisdiction": self.pack.jurisdiction,
                "confirmed": self.pack.confirmed,
            },
            "context": {
                "on": self.on.isoformat(),
                "zone": self.zones[0] if len(self.zones) == 1 else "unknown",
                "conditions": self.conditions.document if self.conditions else None,
            },
            "site": {
                "name": self.plan.name,
                "buildings": len(self.plan.project),
                "existing_buildings": len(self.plan.buildings) - len(self.plan.project),
                "warnings": list(self.plan.warnings),
            },
            "counts": count_verdicts(self.findings),
            "figures": [figure_row(figure) for figure in self.figures.rows.values()],
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
        }


def figure_row(figure: Any) -> dict[str, Any]:
    """A figure as plain data, with the elements behind it."""
    return {
        "key": figure.key,
        "title": figure.title,
        "value": None if figure.value is None else round(figure.value, 4),
        "unit": figure.unit,
        "how": figure.how,
        "missing": list(figure.missing),
        "parts": [{"global_id": p.global_id, "name": p.name, "value": round(p.value, 4)} for p in figure.parts],
    }


def run(model: Model, pack: PlanningPack, conditions: Conditions | None = None, on: dt.date | None = None) -> PlanningReview:
    """Reads the site of a model and judges it. Raises PackInvalid for a pack that asks for what does not exist."""
    started = time.perf_counter()
    plan = site_plan(model, pack)
    read = time.perf_counter() - started
    review = judge(model, plan, pack, conditions, on)
    review.seconds = {"read": read, **review.seconds}
    return review


def judge(
    model: Model, plan: SitePlan, pack: PlanningPack, conditions: Conditions | None = None, on: dt.date | None = None
) -> PlanningReview:
    """Judges a plan by every rule of the pack; a date before the pack is refused."""
    day = on or dt.datetime.now().astimezone().date()
    if day < pack.effective_from:
        raise PackInvalid(
            f"规划规则包 {pack.name} 自 {pack.effective_from} 起施行，不能用于 {day} 的项目；请用当时有效的规则包。"
        )
    started = time.perf_counter()
    case = Case(plan, pack, conditions, day)
    findings: list[Finding] = []
    for rule in pack.rules:
        if rule.method not in METHODS:
            raise PackInvalid(f"规则 {rule.id}：没有方法“{rule.method}”，现有：{'、'.join(METHODS)}。")
        findings += METHODS[rule.method](case, rule)
    return PlanningReview(
        model, plan, pack, conditions, day, case.zones, case.figures, findings, {"rules": time.perf_counter() - started}
    )
