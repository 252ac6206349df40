"""The city office: closing, reminding, base periods, yearly instances, filings to the ministry."""

from datetime import date
from decimal import Decimal

import pytest

from hezhu.core.errors import NotAllowed
from hezhu.programme.actions import close_instance, file_duty, open_year, remind, reopen_instance, set_target_basis
from hezhu.programme.duties import occurrences
from hezhu.programme.errors import (
    BasisNotNeeded,
    DutyAlreadyFiled,
    DutyPeriodUnknown,
    InstanceClosed,
    NotClosed,
    NotReporter,
    Problems,
    ReasonNeeded,
    SharedPlan,
    YearNotCovered,
)
from hezhu.programme.lights import Light, Question
from hezhu.programme.models import Closure, DutyFiling, ExternalDuty, Reminder, RequirementInstance, Target, TargetBasis
from hezhu.programme.standing import standings

OUTSIDERS = ["lead_officer", "haiyan_officer", "firm_user", "auditor", "administrator"]


def light(instance, today, demo=False):
    return standings([instance], demo=demo, today=today)[instance.pk].light


def test_closing_turns_the_light(instance, city_officer, evidence, today):
    assert light(instance, today) is Light.LATE
    paper = evidence(city_officer)
    closure = close_instance(instance, closed_on=date(2025, 11, 3), summary="公布 31 家", evidence=[paper], by=city_officer)
    assert list(closure.evidence.all()) == [paper]
    assert light(instance, today) is Light.DONE
    assert light(instance, today, demo=True) is Light.LATE
    with pytest.raises(InstanceClosed):
        close_instance(instance, closed_on=date(2025, 11, 3), summary="再办", evidence=[paper], by=city_officer)


def test_closing_without_evidence_is_refused(instance, city_officer):
    with pytest.raises(Problems) as refused:
        close_instance(instance, closed_on=date(2026, 11, 24), summary=" ", evidence=[], by=city_officer)
    assert {row["field"] for row in refused.value.data["problems"]} == {"summary", "evidence", "closed_on"}
    with pytest.raises(Problems):
        close_instance(instance, closed_on=date(2022, 10, 31), summary="早", evidence=[], by=city_officer)
    assert not Closure.objects.exists()


def test_taking_a_closure_back(instance, city_officer, evidence, today):
    with pytest.raises(NotClosed):
        reopen_instance(instance, by=city_officer, reason="没有")
    close_instance(instance, closed_on=date(2025, 11, 3), summary="公布", evidence=[evidence(city_officer)], by=city_officer)
    with pytest.raises(ReasonNeeded):
        reopen_instance(instance, by=city_officer, reason="")
    reopen_instance(instance, by=city_officer, reason="名单有误")
    assert light(instance, today) is Light.LATE
    labels = list(Closure.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", flat=True))
    assert labels == ["insert", "delete"]


@pytest.mark.parametrize("account", OUTSIDERS)
def test_only_the_office(instance, account, request, evidence, city_officer):
    by = request.getfixturevalue(account)
    paper = evidence(city_officer)
    target = Target.objects.get(code="T04")
    acts = (
        lambda: close_instance(instance, closed_on=date(2025, 1, 1), summary="办结", evidence=[paper], by=by),
        lambda: reopen_instance(instance, by=by, reason="撤"),
        lambda: remind(instance, instance.requirement.lead_unit, by=by, text="催"),
        lambda: set_target_basis(target, mode="pp", base_year=2022, base_value=Decimal(3), by=by, reason="定"),
        lambda: open_year(2027, by=by),
        lambda: file_duty(ExternalDuty.objects.get(code="E01"), "2025Q4", filed_on=date(2025, 12, 30), by=by),
    )
    before = RequirementInstance.objects.count()
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert RequirementInstance.objects.count() == before
    for model in (Closure, Reminder, TargetBasis, DutyFiling):
        assert not model.objects.exists()


def test_reminding(instance, city_officer, finance_officer):
    reminder = remind(instance, instance.requirement.lead_unit, by=city_officer, text="请报 10 月月报")
    assert (reminder.unit.name, reminder.text, reminder.division) == ("市建设局", "请报 10 月月报", "330400")
    with pytest.raises(ReasonNeeded):
        remind(instance, instance.requirement.lead_unit, by=city_officer, text=" ")
    with pytest.raises(NotReporter):
        remind(instance, finance_officer.unit, by=city_officer, text="催")
    assert Reminder.objects.count() == 1


def test_basis(city_officer, plan):
    target = Target.objects.get(code="T04")
    set_target_basis(target, mode="pp", base_year=2022, base_value=Decimal("3.2"), by=city_officer, reason="2022 年统计公报")
    basis = Target.objects.get(code="T04").basis(demo=False)
    assert (basis.mode, basis.base_year, basis.base_value, basis.reason) == ("pp", 2022, Decimal("3.2000"), "2022 年统计公报")
    assert Target.objects.get(code="T04").basis(demo=True) is None
    set_target_basis(target, mode="relative", base_year=2021, base_value=Decimal(4), by=city_officer, reason="改口径")
    assert TargetBasis.objects.count() == 1
    assert TargetBasis.pgh_event_model.objects.count() == 2


def test_basis_refusals(city_officer, plan):
    target = Target.objects.get(code="T05")
    with pytest.raises(BasisNotNeeded):
        set_target_basis(
            Target.objects.get(code="T08"), mode="pp", base_year=2022, base_value=Decimal(3), by=city_officer, reason="定"
        )
    with pytest.raises(ReasonNeeded):
        set_target_basis(target, mode="pp", base_year=2022, base_value=Decimal(3), by=city_officer, reason="")
    with pytest.raises(Problems) as refused:
        set_target_basis(target, mode="points", base_year=2027, base_value=Decimal(101), by=city_officer, reason="定")
    assert {row["field"] for row in refused.value.data["problems"]} == {"mode", "base_year", "base_value"}
    with pytest.raises(Problems):
        set_target_basis(target, mode="relative", base_year=2022, base_value=Decimal(0), by=city_officer, reason="定")
    assert not TargetBasis.objects.exists()


def test_a_missing_basis_leaves_the_light_open(plan, city_officer):
    instance = RequirementInstance.objects.get(requirement__code="JX-13")
    day = date(2025, 6, 18)
    RequirementInstance.objects.filter(pk=instance.pk).update(registered_on=day)
    instance.refresh_from_db()
    judged = standings([instance], demo=False, today=day)[instance.pk]
    assert judged.light is Light.OPEN
    assert judged.judgement.answers[-1].question is Question.NO_BASIS
    assert judged.lines[-1].answer == "缺基期：T04"
    set_target_basis(
        Target.objects.get(code="T04"), mode="pp", base_year=2022, base_value=Decimal(3), by=city_officer, reason="定"
    )
    judged = standings([instance], demo=False, today=day)[instance.pk]
    assert judged.judgement.answers[-1].question is Question.UNKNOWN


def test_opening_a_year(plan, city_officer, demo_officer):
    assert open_year(2027, by=city_officer) == 12
    assert open_year(2027, by=city_officer) == 0
    with pytest.raises(YearNotCovered):
        open_year(2022, by=city_officer)
    with pytest.raises(SharedPlan):
        open_year(2028, by=demo_officer)
    assert RequirementInstance.objects.filter(year=2027).count() == 12
    assert not RequirementInstance.objects.filter(year__in=(2022, 2028)).exists()


def test_duty_dates(plan, today):
    quarterly = occurrences(ExternalDuty.objects.get(code="E01"), today)
    assert [row.period for row in quarterly][:2] == ["2022Q4", "2023Q1"]
    assert [row.period for row in quarterly][-1] == "2025Q4"
    assert (len(quarterly), quarterly[-1].due_on) == (13, date(2025, 12, 31))
    yearly = occurrences(ExternalDuty.objects.get(code="E02"), today)
    assert [(row.period, row.due_on.isoformat()) for row in yearly] == [
        ("2022", "2022-12-31"),
        ("2023", "2023-12-31"),
        ("2024", "2024-12-31"),
        ("2025", "2025-12-31"),
    ]
    assert occurrences(ExternalDuty.objects.get(code="E03"), today) == []
    assert [row.due_on for row in occurrences(ExternalDuty.objects.get(code="E04"), today)] == [date(2025, 11, 30)]
    assert [row.period for row in occurrences(ExternalDuty.objects.get(code="E01"), date(2023, 4, 1))] == [
        "2022Q4",
        "2023Q1",
        "2023Q2",
    ]


def test_filing_a_duty(plan, city_officer, today):
    duty = ExternalDuty.objects.get(code="E01")
    filing = file_duty(duty, "2025Q4", filed_on=date(2025, 12, 30), document_number="嘉建〔2025〕9号", by=city_officer)
    assert filing.document_number == "嘉建〔2025〕9号"
    assert occurrences(duty, today)[-1].light == "done"
    assert occurrences(duty, today)[0].light == "open"
    RequirementInstance.objects.update(registered_on=date(2022, 11, 10))
    assert [occurrences(duty, today)[0].light, occurrences(duty, today)[0].days] == ["late", 1423]
    with pytest.raises(DutyAlreadyFiled):
        file_duty(duty, "2025Q4", filed_on=date(2025, 12, 31), by=city_officer)
    with pytest.raises(DutyPeriodUnknown):
        file_duty(duty, "2026Q1", filed_on=date(2026, 3, 31), by=city_officer)
    with pytest.raises(Problems):
        file_duty(duty, "2025Q3", filed_on=date(2026, 11, 24), by=city_officer)
    assert DutyFiling.objects.count() == 1
