"""From rows to a light: months owed, figures of targets, demonstration apart."""

from datetime import date
from decimal import Decimal

import pytest

from hezhu.programme import figures
from hezhu.programme.actions import ReportContent, close_instance, return_report, submit_report
from hezhu.programme.figures import Reading
from hezhu.programme.instances import instances_on
from hezhu.programme.lights import Light, Question
from hezhu.programme.models import RequirementInstance
from hezhu.programme.standing import standings
from hezhu.programme.task_list import task_rows

GOOD = ReportContent(Decimal(90), None, "已办。")


def standing(instance, today, demo=False):
    return standings([RequirementInstance.objects.get(pk=instance.pk)], demo=demo, today=today)[instance.pk]


def states(instance, today):
    return {square.month.month: square.state for square in standing(instance, today).squares}


def test_no_report_is_owed_before_the_platform_opened_the_task(yearly, today):
    assert states(yearly, today) == {11: "awaited"}
    assert standing(yearly, today).judgement.answers[-1].question is Question.UNKNOWN


def test_gaps_count_from_the_first_report(yearly, today, lead_officer):
    submit_report(yearly, date(2026, 7, 1), GOOD, by=lead_officer)
    assert states(yearly, today) == {7: "reported", 8: "missed", 9: "missed", 10: "missed", 11: "awaited"}
    judged = standing(yearly, today)
    assert judged.light is Light.LATE
    assert judged.lines[-1].answer == "2026-08、2026-09、2026-10 未报"
    assert judged.waiting_month.month == date(2026, 8, 1)


def test_a_returned_report_counts_as_missing(yearly, today, lead_officer, city_officer):
    for month in (8, 9, 10):
        report = submit_report(yearly, date(2026, month, 1), GOOD, by=lead_officer)
    assert standing(yearly, today).light is Light.OK
    return_report(report, by=city_officer, reason="缺材料")
    judged = standing(yearly, today)
    assert states(yearly, today)[10] == "returned"
    assert (judged.light, judged.judgement.answers[-1].question) == (Light.WATCH, Question.MONTH_MISSED)


def test_due_day_moves_past_holidays(yearly, today, lead_officer):
    submit_report(yearly, date(2026, 1, 1), GOOD, by=lead_officer)
    due = {square.month.month: square.due_on for square in standing(yearly, today).squares}
    assert due[8] == date(2026, 9, 7)
    assert due[10] == date(2026, 11, 5)
    assert due[9].month == 10
    assert due[9] >= date(2026, 10, 8)


def test_only_the_lead_unit_moves_the_light(yearly, today, haiyan_officer):
    submit_report(yearly, date(2026, 10, 1), GOOD, by=haiyan_officer)
    assert standing(yearly, today).judgement.completion is None


@pytest.fixture
def provide():
    def with_readings(**completions):
        def provider(codes, year, demo, today):
            return {code: Reading(code, value, f"{value}%") for code, value in completions.items() if code in codes}

        figures.provide(provider)

    return with_readings


def test_the_worst_target_decides(plan, today, provide):
    provide(T12=100.0, T13=79.2)
    instance = RequirementInstance.objects.get(requirement__code="JX-31")
    RequirementInstance.objects.filter(pk=instance.pk).update(registered_on=date(2025, 6, 18))
    judged = standing(instance, date(2025, 6, 18))
    assert (judged.completion, judged.light) == (79.2, Light.WATCH)
    assert judged.lines[-1].answer == "79.2% < 83.0%"


def test_a_report_serves_where_a_target_has_no_figure(plan, today, provide, city_officer):
    provide(T12=100.0)
    instance = RequirementInstance.objects.get(requirement__code="JX-31")
    submit_report(instance, date(2026, 10, 1), ReportContent(Decimal(40), None, "办。"), by=city_officer)
    assert standing(instance, today).judgement.completion == 40.0


def test_more_than_done_is_done(plan, today, provide):
    provide(T09=140.0)
    instance = RequirementInstance.objects.get(requirement__code="JX-12", year=2026)
    assert standing(instance, today).completion == 100.0


def test_demonstration_has_its_own_lights(yearly, today, demo_officer):
    for month in (9, 10):
        submit_report(yearly, date(2026, month, 1), GOOD, by=demo_officer)
    assert standing(yearly, today, demo=True).light is Light.OK
    assert standing(yearly, today).light is Light.OPEN


def test_one_instance_a_requirement_is_on_show(plan):
    rows = list(instances_on(date(2026, 11, 23)))
    assert len(rows) == 33
    assert {row.year for row in rows} == {None, 2026}
    assert {row.year for row in instances_on(date(2024, 3, 1))} == {None, 2024}


def test_all_standings_cost_few_queries(plan, today, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        assert len(standings(instances_on(today), demo=False, today=today)) == 33


def test_a_past_day_knows_nothing_of_later_work(yearly, lead_officer, city_officer, evidence):
    submit_report(yearly, date(2026, 8, 1), ReportContent(Decimal(50), None, "办。"), by=lead_officer)
    submit_report(yearly, date(2026, 10, 1), GOOD, by=lead_officer)
    close_instance(yearly, closed_on=date(2026, 11, 2), summary="公布", evidence=[evidence(city_officer)], by=city_officer)
    assert standing(yearly, date(2026, 11, 23)).light is Light.DONE
    before = standing(yearly, date(2026, 9, 15))
    assert (before.light, before.judgement.completion) == (Light.WATCH, 50.0)


def test_the_list_says_where_its_completion_comes_from(plan, today, provide, city_officer):
    provide(T09=140.0, T03=50.0)
    submit_report(RequirementInstance.objects.get(requirement__code="JX-12", year=2026), date(2026, 10, 1), GOOD, by=city_officer)
    words = {row.requirement.code: row.status_text for row in task_rows(city_officer, today)}
    assert words["JX-12"] == "90.0%"
    assert words["JX-08"] == "50.0%"
    assert words["JX-13"] == "未填报"
    provide(T07=100.0)
    assert {row.requirement.code: row.status_text for row in task_rows(city_officer, today)}["JX-24"] == "目标已达，待办结"
