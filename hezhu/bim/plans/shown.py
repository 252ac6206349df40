"""What the case page of a plan application shows: the indicator sheet with required, declared and measured side by side, and findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from hezhu.bim.plans.compare import OPEN, FigureChange, Pair, compare
from hezhu.bim.plans.models import PlanVersion
from hezhu.bim.plans.picture import address_of
from hezhu.core.cases.models import Case
from hezhu.engines.findings import Verdict
from hezhu.engines.review.reports.words import value_text

# Figure of the engine → figures of the conditions with their signs. What an applicant declares has the engine's keys.
REQUIRED = {
    "far": (("far_min", "≥"), ("far_max", "≤")),
    "density": (("density_max", "≤"),),
    "green_ratio": (("green_ratio_min", "≥"),),
    "height": (("height_max_m", "≤"),),
    "storeys": (("storeys_max", "≤"),),
}
DECLARED = ("site_area", "footprint", "above_area", "far", "density", "green_ratio", "height")
# States in which the applicant may submit a new version.
TAKES_VERSIONS = ("lacking", "completing", "changing")
# A declared figure further than this from the measured one is marked: 0.5 %, and 0.005 for ratios written with two decimals.
_RELATIVE, _ABSOLUTE = 0.005, 0.005
_REPORTS = {".html": _lazy("审查报告"), ".xlsx": _lazy("指标表"), ".bcf": "BCF", ".json": "JSON"}
_ORDER = {Verdict.FAIL: 0, Verdict.MANUAL: 1, Verdict.PASS: 2, Verdict.NOT_APPLICABLE: 3}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One figure: what the conditions ask, what was declared, what the model shows, and whether the last two differ."""

    key: str
    title: str
    required: str
    declared: str
    measured: str
    differs: bool
    how: str
    missing: str
    elements: tuple[str, ...] = ()


def sheet_rows(version: PlanVersion) -> list[SheetRow]:
    """The rows of the indicator sheet, in the engine's order."""
    return [_row(figure, version.conditions, version.declared) for figure in version.figures]


def _row(figure: Mapping[str, Any], conditions: Mapping[str, Any], declared: Mapping[str, Any]) -> SheetRow:
    key, unit, value = figure["key"], figure["unit"], figure["value"]
    asked = [f"{sign} {value_text(conditions[name], unit)}" for name, sign in REQUIRED.get(key, ()) if name in conditions]
    own = declared.get(key)
    return SheetRow(
        key=key,
        title=figure["title"],
        required="，".join(asked) or "—",
        declared="—" if own is None else value_text(own, unit),
        measured="—" if value is None else value_text(value, unit),
        differs=own is not None and value is not None and abs(own - value) > max(_ABSOLUTE, abs(value) * _RELATIVE),
        how=figure["how"],
        missing="、".join(figure["missing"]),
        elements=tuple(part["name"] for part in figure["parts"][:20]),
    )


def panel_context(case: Case, user: Any) -> dict[str, Any]:
    """The panel's words; the applicant may submit a new version while something is lacking, to be completed or changed."""
    application = case.plan
    rows = application.versions.select_related("site_model__file", "job", "submitted_by")
    versions = list(rows.prefetch_related("reports", "building_models").defer("findings", "drawing", "figures", "summary"))
    version = application.versions.select_related("site_model__file", "job").order_by("-number")[0]
    found = [_shown(item) for item in version.findings]
    intake = version.summary.get("intake", [])
    return {
        "application": application,
        "version": version,
        "drawing": version.drawing,
        "versions": [(row, _reports(row)) for row in versions],
        "sheet": sheet_rows(version),
        "found": sorted((item for item in found if item["verdict"] in OPEN), key=lambda item: _ORDER[item["verdict"]]),
        "settled": sum(item["verdict"] in ("pass", "na") for item in found),
        "intake": [item for item in intake if not item["met"]],
        "intake_met": sum(item["met"] for item in intake),
        "difference": _difference(application, version),
        "picture": address_of(version, user),
        "may_add_version": user.may("plans.apply") and case.state in TAKES_VERSIONS and user.unit_id == case.unit_id,
        "verdicts": [(verdict.value, version.counts.get(verdict.value, 0)) for verdict in Verdict],
    }


def _reports(version: PlanVersion) -> list[tuple[Any, Any]]:
    files = sorted(version.reports.all(), key=lambda file: file.name)
    return [(file, _REPORTS.get(Path(file.name).suffix, file.name)) for file in files]


def _difference(application: Any, version: PlanVersion) -> dict[str, Any] | None:
    """The latest checked version against the one checked before it, in words."""
    if version.state != PlanVersion.State.DONE:
        return None
    earlier = application.versions.filter(state=PlanVersion.State.DONE, number__lt=version.number).defer("drawing", "summary")
    before = earlier.order_by("-number").first()
    if before is None:
        return None
    found = compare(before, version)
    groups = (
        ("solved", _("已解决"), found.solved),
        ("still", _("仍存在"), found.still),
        ("new", _("新出现"), found.new),
    )
    return {
        "before": found.before,
        "after": found.after,
        "figures": [_changed(one) for one in found.figures],
        "groups": [(key, label, [_both(pair) for pair in pairs]) for key, label, pairs in groups],
    }


def _both(pair: Pair) -> dict[str, Any]:
    before, after = (_shown(one)["measured"] if one else "—" for one in (pair.before, pair.after))
    return {**_shown(pair.shown), "before": before, "after": after}


def _changed(one: FigureChange) -> dict[str, str]:
    def text(value: float | None) -> str:
        return "—" if value is None else value_text(value, one.unit)

    sign = "" if one.change is None else "+" if one.change > 0 else "−"
    return {
        "title": one.title,
        "before": text(one.before),
        "after": text(one.after),
        "change": f"{sign}{value_text(abs(one.change), one.unit)}" if one.change is not None else "—",
    }


def _shown(item: Mapping[str, Any]) -> dict[str, Any]:
    measured, required = item["measured"], item["required"]
    asked = ""
    if required and required["value"] is not None:
        sign = {">=": "≥ ", "<=": "≤ "}.get(required["op"], "")
        asked = f"{sign}{value_text(required['value'], required['unit'])}"
    return {
        "key": item["key"],
        "drawn": item.get("shape") is not None,
        "verdict": item["verdict"],
        "title": item["title"],
        "subject": item["subject"]["name"] or _("总图"),
        "measured": value_text(measured["value"], measured["unit"]) if measured else "—",
        "required": asked or "—",
        "missing": "、".join(item["missing"]),
        "source": " ".join(part for part in (item["source"]["standard"], item["source"]["clause"]) if part),
        "confirmed": item["source"]["confirmed"],
        "method": item["method"],
    }
