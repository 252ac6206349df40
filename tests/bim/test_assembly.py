"""The assembly rate of a case: model quantities, a sheet that completes them, and the building that counts or not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hezhu.bim import actions, errors
from hezhu.bim.quantities import inputs_as_dict, inputs_from_dict
from hezhu.core.errors import NotAllowed
from hezhu.core.jobs.actions import run_here
from hezhu.core.jobs.models import Job
from hezhu.engines.prefab import ItemInput, Provenance
from tests.bim.conftest import MODEL

# The second worked example of GB/T 51129-2017 in the fact sheet: Q = 40.0 + 15.5 + 27.5, P = 83.0, grade AA.
SHARES = {
    "q1a": 0.575,
    "q1b": 0.75,
    "q2a": 0.85,
    "q2b": 0.65,
    "q2c": 0.6,
    "q2d": 0.5,
    "q3a": 0.8,
    "q3b": 0.8,
    "q3c": 0.9,
    "q3d": 0.6,
}


def quantities(**changes: Any) -> dict[str, ItemInput]:
    found = {item: ItemInput(Provenance.MODEL, numerator=share * 100, denominator=100.0) for item, share in SHARES.items()}
    return {**found, "deco": ItemInput(Provenance.MODEL, adopted=True), **changes}


def reviewed(queued, engines, found: dict[str, ItemInput]):
    engines.quantities = found
    run_here(queued.job)
    queued.refresh_from_db()
    return queued


def test_quantities_survive_as_json() -> None:
    found = quantities(q1a=ItemInput(Provenance.SHEET, ratio=0.5, silent=("a", "b"), note="手填"))
    back = inputs_from_dict(inputs_as_dict(found))
    assert (back["q1b"].share, back["q1b"].is_complete) == (0.75, True)
    assert (back["q1a"].share, len(back["q1a"].silent), back["q1a"].is_complete) == (0.5, 2, False)


def test_a_complete_model_makes_the_building_count(queued, engines, building) -> None:
    case = reviewed(queued, engines, quantities())
    assert case.rate == {"percent": 83.0, "is_lower_bound": False, "qualified": True, "grade": "AA"}
    building.refresh_from_db()
    assert (building.assembly_rate, building.assembly_grade, building.is_prefab) == (Decimal("83.0"), "AA", True)
    assert building.assembly_source == f"BIM审查 {case.number}"
    event = building.events.order_by("-pgh_id").first()
    assert event.pgh_context.metadata["reason"] == f"装配率由 {case.number} 算出"


def test_a_building_that_misses_a_condition_does_not_count_and_says_why(queued, engines, building) -> None:
    reviewed(queued, engines, quantities(deco=ItemInput(Provenance.MODEL, adopted=False)))
    building.refresh_from_db()
    assert building.is_prefab is False
    assert building.assembly_reason == "预评价：不满足：全装修"


def test_unknown_is_not_zero(queued, engines, building) -> None:
    unknown = ItemInput(Provenance.MODEL, missing="竖向构件没有预制标记")
    case = reviewed(queued, engines, quantities(q1a=unknown))
    assert case.rate["is_lower_bound"] is True
    assert case.rate["qualified"] is None
    building.refresh_from_db()
    assert building.is_prefab is None
    assert "柱、支撑、承重墙" in building.assembly_reason


def test_an_open_result_does_not_replace_an_entered_figure(queued, engines, building) -> None:
    type(building).objects.filter(pk=building.pk).update(assembly_rate=61, is_prefab=True, assembly_source="竣工评价报告")
    reviewed(queued, engines, quantities(q1a=ItemInput(Provenance.MODEL, missing="没有标记")))
    building.refresh_from_db()
    assert (building.assembly_rate, building.is_prefab, building.assembly_source) == (Decimal("61.0"), True, "竣工评价报告")


def sheet(*rows: str) -> bytes:
    from hezhu.engines.prefab import sheet_template

    head = sheet_template().splitlines()[0]
    return "\n".join([head, *rows]).encode()


def test_a_sheet_completes_what_the_model_does_not_say(queued, engines, building, city_officer) -> None:
    case = reviewed(queued, engines, quantities(q1a=ItemInput(Provenance.MODEL, missing="没有标记")))
    actions.complete_quantities(case, sheet("q1a,竖向构件,57.5,100,,,,"), by=city_officer)
    case.refresh_from_db()
    assert case.rate == {"percent": 83.0, "is_lower_bound": False, "qualified": True, "grade": "AA"}
    building.refresh_from_db()
    assert building.is_prefab is True


def test_a_wrong_sheet_names_line_and_field_and_changes_nothing(queued, engines, building, city_officer) -> None:
    case = reviewed(queued, engines, quantities(q1a=ItemInput(Provenance.MODEL, missing="没有标记")))
    before = case.rate
    with pytest.raises(errors.SheetUnusable) as refusal:
        actions.complete_quantities(case, sheet("q1a,竖向构件,许多,100,,,,"), by=city_officer)
    assert "2" in str(refusal.value)
    case.refresh_from_db()
    assert (case.rate, case.quantity_sheet) == (before, None)


def test_a_wrong_sheet_at_submission_does_not_undo_the_review(project, building, submission, engines, city_officer) -> None:
    wrong = replace(submission, sheet=sheet("q1a,竖向构件,许多,100,,,,"))
    case = actions.submit_model(project, building, MODEL, by=city_officer, submission=wrong)
    engines.quantities = quantities()
    run_here(case.job)
    case.refresh_from_db()
    assert case.state == "awaiting_decision"
    assert "第 2 行" in case.assembly["sheet_problem"]
    assert case.rate["percent"] == 83.0


def test_who_may_not_complete_it(case, haiyan_officer, auditor) -> None:
    for by in (haiyan_officer, auditor):
        with pytest.raises(NotAllowed):
            actions.complete_quantities(case, sheet("q1a,竖向构件,57.5,100,,,,"), by=by)
    case.refresh_from_db()
    assert case.quantity_sheet is None


def test_a_model_that_says_nothing_gives_no_rate_and_leaves_the_building_alone(queued, engines, building) -> None:
    case = reviewed(queued, engines, {})
    assert case.rate == {"percent": None, "is_lower_bound": True, "qualified": None, "grade": None}
    building.refresh_from_db()
    assert (building.assembly_rate, building.is_prefab, building.assembly_source) == (None, None, "")


def test_the_figures_are_computed_anew_once_a_building_counts(queued, engines) -> None:
    reviewed(queued, engines, quantities())
    assert list(Job.objects.filter(kind="portal.compute").values_list("args", "state")) == [({"demo": False}, "waiting")]


def test_no_figure_is_computed_where_nothing_was_written(queued, engines) -> None:
    reviewed(queued, engines, {})
    assert not Job.objects.filter(kind="portal.compute").exists()
