"""The disciplines of a building held against each other: when, what becomes of a clash, and the real engines on two small models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hezhu.bim.drawings import clash_inspection, rounds
from hezhu.bim.drawings.models import ClashCheck
from hezhu.bim.models import CaseFinding
from hezhu.core.cases.models import Case
from hezhu.core.jobs.actions import run_here
from hezhu.engines.findings import Verdict
from hezhu.portal.demo.discipline_models import write_discipline
from tests.bim.conftest import DOOR, FakeEngines, finding
from tests.bim.drawings.conftest import FakeClashes, run_machine

pytestmark = pytest.mark.django_db


def test_a_clash_stands_with_the_model_it_names_first(submitted: Case, engines: FakeEngines, clashes: FakeClashes) -> None:
    numbers = {row.discipline: row.number for row in rounds.current_cases(submitted.drawings)}
    between = finding(f"clash-pipe-beam:{DOOR}", Verdict.FAIL).as_dict()
    between["detail"] = {"file": f"{numbers['plumbing']}.ifc", "with": {"file": f"{numbers['structure']}.ifc"}}
    apart = finding("clash-base", Verdict.MANUAL, None, missing=("共同的坐标基准（两个模型相距 20.0 km）",)).as_dict()
    clashes.found = [between, apart]
    rows = {row.discipline: row for row in run_machine(submitted)}
    assert clashes.asked == [tuple(numbers.values())], "once, when the last of them was reviewed"
    assert [one.rule for one in rows["plumbing"].findings.filter(rule__startswith="clash-")] == [f"clash-pipe-beam:{DOOR}"]
    assert [one.missing for one in rows["architecture"].findings.filter(rule="clash-base")] == [
        ["共同的坐标基准（两个模型相距 20.0 km）"]
    ]
    assert rows["plumbing"].undecided == 3
    check = next(one for one in rounds.intake_checks(submitted.drawings, list(rows.values())) if one.title == "专业间碰撞")
    assert (check.lamp, check.says) == ("watch", "发现 2 处，列在问题清单")


def test_a_review_run_again_keeps_the_clashes_and_they_are_checked_again(
    submitted: Case, engines: FakeEngines, clashes: FakeClashes, body
) -> None:
    from hezhu.bim import actions as bim

    numbers = {row.discipline: row.number for row in rounds.current_cases(submitted.drawings)}
    between = finding(f"clash-pipe-beam:{DOOR}", Verdict.FAIL).as_dict()
    between["detail"] = {"file": f"{numbers['plumbing']}.ifc", "with": {"file": f"{numbers['structure']}.ifc"}}
    clashes.found = [between]
    row = next(one for one in run_machine(submitted) if one.discipline == "plumbing")
    bim.rerun(row, by=body)
    row.refresh_from_db()
    assert row.job is not None
    run_here(row.job)
    assert CaseFinding.objects.filter(rule__startswith="clash-").count() == 1
    clashes.found = []
    run_machine(submitted)
    assert not CaseFinding.objects.filter(rule__startswith="clash-").exists()
    assert ClashCheck.objects.get().count == 0


def test_the_engines_find_a_pipe_through_columns(tmp_path: Path) -> None:
    models = [write_discipline(tmp_path / f"{key}.ifc", key) for key in ("structure", "plumbing")]
    clash_inspection.inspect(
        clash_inspection.ClashRequest(tuple(str(path) for path in models), str(tmp_path)), lambda share, words: None
    )
    found = json.loads((tmp_path / "clash.json").read_text())
    through = [
        item for item in found if item["rule"].startswith("clash-") and item["verdict"] == "fail" and item["detail"].get("with")
    ]
    assert len(through) == 9, "on each of three storeys the first pipe runs through three columns"
