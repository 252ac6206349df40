"""Monthly reports: drafts, sending, taking back, accepting, returning."""

from datetime import date
from decimal import Decimal

import pytest

from hezhu.core.errors import NotAllowed
from hezhu.programme.actions import (
    ReportContent,
    accept_report,
    close_instance,
    reporting_units,
    return_report,
    save_draft,
    submit_report,
    withdraw_report,
)
from hezhu.programme.errors import (
    InstanceClosed,
    NotReporter,
    OwnReport,
    Problems,
    ReasonNeeded,
    ReportLocked,
    ReportNotSubmitted,
)
from hezhu.programme.models import MonthlyReport

OCTOBER = date(2026, 10, 1)
GOOD = ReportContent(progress=Decimal(60), cumulative=Decimal(18), text="认定第三批 3 家。")


def problems(error):
    return {row["field"]: row["message"] for row in error.value.data["problems"]}


def test_lead_unit_sends_its_report(yearly, lead_officer, evidence):
    paper = evidence(lead_officer)
    report = submit_report(
        yearly, date(2026, 10, 17), ReportContent(Decimal(60), Decimal(18), "认定 3 家。", "", [paper]), by=lead_officer
    )
    report.refresh_from_db()
    assert (report.unit.name, report.month, report.state, report.progress) == ("市建设局", OCTOBER, "submitted", Decimal("60.0"))
    assert list(report.evidence.all()) == [paper]
    assert report.submitted_at is not None
    assert not report.is_demo


def test_history_names_who_and_why(yearly, lead_officer):
    report = submit_report(yearly, OCTOBER, GOOD, by=lead_officer, reason="补报")
    event = MonthlyReport.pgh_event_model.objects.select_related("pgh_context").get(pgh_obj=report)
    assert (event.pgh_label, event.state) == ("insert", "submitted")
    assert event.pgh_context.metadata["user"] == lead_officer.pk
    assert event.pgh_context.metadata["reason"] == "补报"


def test_another_bureau_cannot_report(yearly, finance_officer):
    with pytest.raises(NotReporter) as refused:
        submit_report(yearly, OCTOBER, GOOD, by=finance_officer)
    assert str(refused.value) == "这项任务由 市建设局 填报，市财政局 不在其列。"
    assert not MonthlyReport.objects.exists()


@pytest.mark.parametrize("account", ["firm_user", "expert", "auditor", "administrator", "reviewer"])
def test_roles_without_the_permission_cannot_report(yearly, account, request):
    with pytest.raises(NotAllowed):
        submit_report(yearly, OCTOBER, GOOD, by=request.getfixturevalue(account))
    assert not MonthlyReport.objects.exists()


def test_a_county_reports_for_its_own_government_only(yearly, haiyan_officer):
    assert [str(unit) for unit in reporting_units(yearly, haiyan_officer)] == ["海盐县"]
    report = submit_report(yearly, OCTOBER, GOOD, by=haiyan_officer)
    assert (report.unit.name, report.division) == ("海盐县人民政府", "330424")
    haining = yearly.requirement.bindings.get(unit__division="330481").unit
    with pytest.raises(NotReporter):
        submit_report(yearly, OCTOBER, GOOD, by=haiyan_officer, unit=haining)
    assert MonthlyReport.objects.count() == 1


def test_the_office_may_report_for_a_bound_unit(yearly, city_officer):
    report = submit_report(yearly, OCTOBER, GOOD, by=city_officer)
    assert (report.unit.name, report.written_by) == ("市建设局", city_officer)


def test_what_is_missing_is_named(yearly, lead_officer):
    with pytest.raises(Problems) as refused:
        submit_report(yearly, OCTOBER, ReportContent(), by=lead_officer)
    assert problems(refused) == {
        "progress": "没有填写。写到本月底累计完成的百分比",
        "text": "没有填写。写本月做了什么，一两句即可",
    }
    assert not MonthlyReport.objects.exists()


@pytest.mark.parametrize(
    ("month", "words"),
    [
        (date(2026, 12, 1), "2026年12月 还没有到"),
        (date(2025, 12, 1), "任务从 2026年1月 开始"),
    ],
)
def test_a_month_outside_the_task_is_refused(yearly, lead_officer, month, words):
    with pytest.raises(Problems) as refused:
        submit_report(yearly, month, GOOD, by=lead_officer)
    assert problems(refused) == {"month": words}


@pytest.mark.parametrize("value", [Decimal("-0.1"), Decimal("100.1")])
def test_progress_is_a_percentage(yearly, lead_officer, value):
    with pytest.raises(Problems) as refused:
        save_draft(yearly, OCTOBER, ReportContent(progress=value), by=lead_officer)
    assert problems(refused) == {"progress": f"写 0 到 100 之间的数，现为 {value}"}
    assert not MonthlyReport.objects.exists()


def test_a_fall_wants_a_word(yearly, lead_officer):
    submit_report(yearly, date(2026, 9, 1), GOOD, by=lead_officer)
    fallen = ReportContent(progress=Decimal(50), text="复核。")
    with pytest.raises(Problems) as refused:
        submit_report(yearly, OCTOBER, fallen, by=lead_officer)
    assert problems(refused) == {"problems": "完成率由 2026年9月 的 60.0% 降到 50%，请在“问题”里写明原因"}
    submit_report(yearly, OCTOBER, ReportContent(Decimal(50), None, "复核。", "2 家被取消资格"), by=lead_officer)
    assert MonthlyReport.objects.get(month=OCTOBER).progress == 50


def test_a_draft_is_kept_and_sent_later(yearly, lead_officer):
    draft = save_draft(yearly, OCTOBER, ReportContent(text="先记一笔"), by=lead_officer)
    assert draft.state == "draft"
    assert not draft.counts
    report = submit_report(yearly, OCTOBER, GOOD, by=lead_officer)
    assert (report.pk, report.state) == (draft.pk, "submitted")


def test_a_sent_report_is_locked(yearly, lead_officer):
    submit_report(yearly, OCTOBER, GOOD, by=lead_officer)
    with pytest.raises(ReportLocked):
        submit_report(yearly, OCTOBER, ReportContent(Decimal(99), None, "改"), by=lead_officer)
    with pytest.raises(ReportLocked):
        save_draft(yearly, OCTOBER, ReportContent(Decimal(99)), by=lead_officer)
    assert MonthlyReport.objects.get().progress == 60


def test_taking_back_until_the_office_decides(yearly, lead_officer, finance_officer, city_officer):
    report = submit_report(yearly, OCTOBER, GOOD, by=lead_officer)
    with pytest.raises(NotReporter):
        withdraw_report(report, by=finance_officer)
    report.refresh_from_db()
    assert report.state == "submitted"
    withdraw_report(report, by=lead_officer)
    report.refresh_from_db()
    assert (report.state, report.submitted_at) == ("draft", None)
    report = submit_report(yearly, OCTOBER, GOOD, by=lead_officer)
    accept_report(report, by=city_officer)
    with pytest.raises(ReportNotSubmitted):
        withdraw_report(report, by=lead_officer)
    assert MonthlyReport.objects.get().state == "accepted"


def test_the_office_accepts(yearly, lead_officer, city_officer):
    report = submit_report(yearly, OCTOBER, GOOD, by=lead_officer)
    accept_report(report, by=city_officer)
    assert (report.state, report.decided_by) == ("accepted", city_officer)
    with pytest.raises(ReportNotSubmitted):
        accept_report(report, by=city_officer)


def test_the_office_returns_with_a_reason_and_the_unit_corrects(yearly, lead_officer, city_officer):
    report = submit_report(yearly, OCTOBER, GOOD, by=lead_officer)
    with pytest.raises(ReasonNeeded):
        return_report(report, by=city_officer, reason="  ")
    report.refresh_from_db()
    assert report.state == "submitted"
    return_report(report, by=city_officer, reason="缺公布文件")
    assert (report.state, report.decision_reason, report.counts) == ("returned", "缺公布文件", False)
    again = submit_report(yearly, OCTOBER, GOOD, by=lead_officer)
    assert (again.pk, again.state, again.decided_by) == (report.pk, "submitted", None)


@pytest.mark.parametrize("account", ["lead_officer", "haiyan_officer", "firm_user", "auditor"])
@pytest.mark.parametrize("decide", [accept_report, return_report])
def test_only_the_office_decides(yearly, lead_officer, account, decide, request):
    report = submit_report(yearly, OCTOBER, GOOD, by=lead_officer)
    with pytest.raises(NotAllowed):
        decide(report, by=request.getfixturevalue(account), reason="理由")
    report.refresh_from_db()
    assert (report.state, report.decided_by) == ("submitted", None)


def test_nobody_accepts_their_own(yearly, city_officer, second_city_officer):
    report = submit_report(yearly, OCTOBER, GOOD, by=city_officer)
    with pytest.raises(OwnReport):
        accept_report(report, by=city_officer)
    report.refresh_from_db()
    assert report.state == "submitted"
    accept_report(report, by=second_city_officer)
    assert report.state == "accepted"


def test_a_closed_task_takes_no_report(yearly, lead_officer, city_officer, evidence):
    close_instance(yearly, closed_on=date(2026, 9, 1), summary="公布", evidence=[evidence(city_officer)], by=city_officer)
    with pytest.raises(InstanceClosed):
        submit_report(yearly, OCTOBER, GOOD, by=lead_officer)
    assert not MonthlyReport.objects.exists()


def test_demonstration_reports_stay_apart(yearly, lead_officer, demo_officer, city_officer):
    demo = submit_report(yearly, OCTOBER, GOOD, by=demo_officer)
    real = submit_report(yearly, OCTOBER, GOOD, by=lead_officer)
    assert demo.is_demo
    assert list(MonthlyReport.objects.visible_to(city_officer)) == [real]
    assert list(MonthlyReport.objects.visible_to(demo_officer)) == [demo]
    with pytest.raises(NotAllowed):
        accept_report(real, by=demo_officer)
    real.refresh_from_db()
    assert real.state == "submitted"


def test_a_county_does_not_see_another(yearly, haiyan_officer, haining_officer):
    report = submit_report(yearly, OCTOBER, GOOD, by=haiyan_officer)
    assert list(MonthlyReport.objects.visible_to(haining_officer)) == []
    with pytest.raises(NotAllowed):
        withdraw_report(report, by=haining_officer)
    report.refresh_from_db()
    assert report.state == "submitted"


@pytest.mark.django_db(transaction=True)
def test_a_draft_on_its_way_never_overwrites_the_report_just_sent(plan, evidence):
    """An autosave that has begun waits for the report being sent and is refused then."""
    from threading import Barrier, Thread

    from django.db import connection, transaction

    from hezhu.programme.actions.reports import lock
    from hezhu.programme.models import RequirementInstance
    from tests.programme.conftest import officer

    writer = officer("jianshe", "市建设局")
    instance = RequirementInstance.objects.get(requirement__code="JX-12", year=2026)
    held, outcome = Barrier(2), []

    def autosave():
        held.wait()
        try:
            save_draft(instance, OCTOBER, ReportContent(text="半句"), by=writer)
        except ReportLocked:
            outcome.append("locked")
        finally:
            connection.close()

    thread = Thread(target=autosave)
    thread.start()
    with transaction.atomic():
        lock(instance)
        held.wait()
        submit_report(instance, OCTOBER, GOOD, by=writer)
    thread.join()
    assert outcome == ["locked"]
    report = MonthlyReport.objects.get()
    assert (report.state, report.text) == ("submitted", GOOD.text)
