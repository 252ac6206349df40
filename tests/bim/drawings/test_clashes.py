"""The disciplines of a building held against each other: when, what becomes of a clash, and the real engines on two small models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hezhu.bim.drawings import actions, clash_inspection, rounds
from hezhu.bim.drawings.models import ClashCheck
from hezhu.bim.models import CaseFinding
from hezhu.bim.reviewing import finding_rows
from hezhu.core.access.models import User
from hezhu.core.cases.models import Case
from hezhu.core.jobs.actions import run_here
from hezhu.engines.findings import Verdict
from hezhu.portal.demo.discipline_models import write_discipline
from hezhu.registers.projects.models import UnitBuilding
from tests.bim.conftest import DOOR, FakeEngines, finding
from tests.bim.drawings.conftest import FakeClashes, papers, run_machine

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


def test_a_clash_that_another_discipline_answered_for_is_not_new_in_the_second_round(
    changing: Case, building: UnitBuilding, designer: User, clashes: FakeClashes
) -> None:
    """The first round's clash stands with the plumbing, which passed; in the second only the architecture waits, and it stands there."""
    first = {row.discipline: row for row in rounds.current_cases(changing.drawings)}
    rules = ("rejected", "measured", "fresh")
    said = {rule: finding(f"clash-{rule}", Verdict.FAIL).as_dict() for rule in rules}
    last = first["plumbing"].findings.count()
    for place, rule in enumerate(rules[:2], start=1):
        (row,) = finding_rows(first["plumbing"], [said[rule]])
        row.position, row.decision, row.opinion = last + place, CaseFinding.Decision.REJECTED, "管线综合图已避让"
        row.save()
    said["measured"]["measured"] = {**(said["measured"]["measured"] or {"unit": "m"}), "value": 0.5}
    actions.add_round(changing, papers(building, "architecture", mark="2"), by=designer, seen=1)
    now = next(row for row in rounds.current_cases(changing.drawings) if row.discipline == "architecture")
    for item in said.values():
        item["detail"] = {"file": f"{first['plumbing'].number}.ifc", "with": {"file": f"{now.number}.ifc"}}
    clashes.found = list(said.values())
    run_machine(changing)
    now.refresh_from_db()
    told = {one.rule: (one.carry, one.decision, one.opinion) for one in now.findings.filter(rule__startswith="clash-")}
    assert told == {
        "clash-rejected": ("kept", "rejected", "管线综合图已避让"),
        "clash-measured": ("open", "", ""),
        "clash-fresh": ("new", "", ""),
    }
    assert now.carried["new"] == now.findings.filter(carry="new").count()


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
