"""The plan in the database is the plan on paper."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from hezhu.core.access.models import Unit
from hezhu.programme import seed
from hezhu.programme.models import (
    ExternalDuty,
    Phase,
    Requirement,
    RequirementInstance,
    RequirementUnit,
    SeedNote,
    Target,
)

DATA = Path(seed.__file__).parent / "data"
TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.usefixtures("plan")


def test_counts(plan):
    assert plan == {"units": 30, "requirements": 33, "targets": 47, "phases": 3, "duties": 4, "notes": 51}
    assert Requirement.objects.values("seq").distinct().count() == 32
    assert Requirement.objects.values("category").distinct().count() == 8
    assert Counter(Target.objects.values_list("kind", flat=True)) == {
        "count": 13,
        "ratio": 1,
        "ratio_increase": 3,
        "milestone": 18,
        "frequency": 4,
        "qualitative": 8,
    }


def test_repeating_changes_nothing(plan):
    before = {model: list(model.objects.order_by("pk").values()) for model in (Requirement, Target, RequirementUnit, SeedNote)}
    assert seed.load(TODAY) == plan
    assert {model: list(model.objects.order_by("pk").values()) for model in before} == before


def test_text_is_verbatim():
    for row in yaml.safe_load((DATA / "tasks.yaml").read_text(encoding="utf-8"))["tasks"]:
        requirement = Requirement.objects.get(code=row["task_id"])
        assert requirement.text == row["requirement"]
        assert requirement.units_text == row["units_text"]
        assert requirement.due_text == row["due_text"]
        assert requirement.discrepancies == row["discrepancies"]
        assert requirement.target_refs == row["target_refs"]


def test_text_stands_in_the_plan_at_its_line():
    lines = (DATA / "plan.zh.txt").read_text(encoding="utf-8").splitlines()
    for requirement in Requirement.objects.all():
        assert requirement.text in lines[requirement.source_line - 1]
        assert requirement.body_texts == [lines[number - 1] for number in requirement.body_lines]
    for target in Target.objects.all():
        assert target.source_line <= len(lines)


def test_units_of_one_requirement():
    requirement = Requirement.objects.get(code="JX-10")
    roles = {binding.unit.name: binding.role for binding in requirement.bindings.select_related("unit")}
    assert requirement.lead_unit.name == "市建设局"
    assert roles["市统计局"] == "data"
    assert Counter(roles.values()) == {"lead": 1, "data": 1, "county": 7}


def test_alias_is_the_same_unit():
    requirement = Requirement.objects.get(code="JX-20")
    co = requirement.bindings.get(role="co").unit
    assert co.name == "市政务数据办"
    assert requirement.units_text == "市建设局、市政数据办"
    assert Unit.by_name("市政数据办") == co
    assert Unit.by_name("国家金融监督管理总局嘉兴监管分局").name == "嘉兴银保监分局"


def test_units_left_out_of_the_annex_are_bound_and_noted():
    requirement = Requirement.objects.get(code="JX-08")
    assert [binding.unit.name for binding in requirement.bindings.filter(role="body")] == ["市经信局"]
    note = SeedNote.objects.get(code="U-JX-08")
    assert note.text == "附件未列：市经信局（正文“二、发展目标；三(二)”列名）"
    assert note.requirement_codes == ["JX-08"]


def test_notes_keep_all_inconsistencies():
    assert SeedNote.objects.filter(code__startswith="N").count() == 44
    assert sorted(SeedNote.objects.filter(code__startswith="U-").values_list("code", flat=True)) == [
        "U-JX-01",
        "U-JX-08",
        "U-JX-12",
        "U-JX-18",
        "U-JX-29",
        "U-JX-30",
        "U-JX-31",
    ]


def test_delta_targets_need_a_basis():
    assert list(Target.objects.filter(op="delta>=").values_list("code", flat=True)) == ["T04", "T05", "T06"]
    target = Target.objects.get(code="T04")
    assert target.needs_basis
    assert target.basis(demo=False) is None
    assert target.short_unit == "%"
    assert Target.objects.get(code="T01").value_max == 2
    assert [fact["value"] for fact in Target.objects.get(code="T08").known_actuals] == [36.3]


def test_phases_and_duties():
    assert list(Phase.objects.values_list("starts_on", "ends_on")) == [
        (date(2022, 11, 1), date(2022, 12, 31)),
        (date(2023, 1, 1), date(2025, 6, 30)),
        (date(2025, 6, 1), date(2025, 12, 31)),
    ]
    assert list(ExternalDuty.objects.values_list("code", "frequency")) == [
        ("E01", "quarterly"),
        ("E02", "yearly"),
        ("E03", "periodic"),
        ("E04", "once"),
    ]


def test_instances():
    assert Requirement.objects.filter(is_annual=True).count() == 12
    assert RequirementInstance.objects.filter(year=None).count() == 21
    assert RequirementInstance.objects.filter(requirement__code="JX-12").count() == 4
    assert sorted(RequirementInstance.objects.filter(requirement__code="JX-12").values_list("year", flat=True)) == [
        2023,
        2024,
        2025,
        2026,
    ]
    single = RequirementInstance.objects.get(requirement__code="JX-31")
    assert (single.opens_on, single.due_on) == (date(2022, 11, 1), date(2025, 12, 31))


def test_repeating_leaves_no_trace_in_the_history(plan):
    before = Requirement.pgh_event_model.objects.count()
    assert before == 33
    seed.load(TODAY)
    assert Requirement.pgh_event_model.objects.count() == before
