"""A county breaks a requirement down: sub-tasks, road map, progress."""

from datetime import date
from decimal import Decimal

import pytest

from hezhu.core.errors import NotAllowed
from hezhu.programme.actions import (
    StepContent,
    SubTaskContent,
    close_instance,
    decompose,
    record_progress,
    revise_subtask,
    set_road_map,
    withdraw_subtask,
)
from hezhu.programme.counties import county_rows
from hezhu.programme.errors import InstanceClosed, OtherCounty, Problems, ReasonNeeded, SubTaskWithdrawn
from hezhu.programme.lights import Light
from hezhu.programme.models import RoadMapStep, SubTask

CONTENT = SubTaskContent("培育示范企业 4 家", "海盐县住建局", date(2026, 12, 15), Decimal(4), "家")


def fields(error):
    return {row["field"] for row in error.value.data["problems"]}


@pytest.fixture
def subtask(yearly, haiyan_officer):
    return decompose(yearly, CONTENT, by=haiyan_officer)


def test_a_county_adds_its_own_subtask(subtask):
    assert (subtask.county.name, subtask.division, subtask.target_value, subtask.is_demo) == (
        "海盐县人民政府",
        "330424",
        Decimal(4),
        False,
    )


@pytest.mark.parametrize("account", ["city_officer", "lead_officer", "firm_user", "auditor"])
def test_only_a_county_decomposes(yearly, account, request):
    with pytest.raises(NotAllowed):
        decompose(yearly, CONTENT, by=request.getfixturevalue(account))
    assert not SubTask.objects.exists()


def test_another_county_can_change_nothing(subtask, haining_officer):
    acts = (
        lambda: revise_subtask(subtask, CONTENT, by=haining_officer, reason="改"),
        lambda: withdraw_subtask(subtask, by=haining_officer, reason="撤"),
        lambda: record_progress(subtask, by=haining_officer, current_value=Decimal(4)),
        lambda: set_road_map(subtask, [StepContent("启动", date(2026, 1, 1), date(2026, 2, 1))], by=haining_officer),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    subtask.refresh_from_db()
    assert (subtask.title, subtask.withdrawn_at, subtask.current_value) == ("培育示范企业 4 家", None, None)
    assert not RoadMapStep.objects.exists()


def test_what_is_missing_is_named(yearly, haiyan_officer):
    with pytest.raises(Problems) as refused:
        decompose(yearly, SubTaskContent("", "", None, Decimal(0)), by=haiyan_officer)
    assert fields(refused) == {"title", "responsible", "due_on", "target_value", "target_unit"}
    with pytest.raises(Problems) as refused:
        decompose(yearly, SubTaskContent("名", "局", date(2027, 1, 1)), by=haiyan_officer)
    assert fields(refused) == {"due_on"}
    assert not SubTask.objects.exists()


def test_an_overdue_requirement_may_be_caught_up_later(instance, haiyan_officer):
    subtask = decompose(instance, SubTaskContent("补课", "县住建局", date(2027, 3, 31)), by=haiyan_officer)
    assert subtask.due_on == date(2027, 3, 31)


def test_progress_is_computed_from_the_target(subtask, haiyan_officer):
    record_progress(subtask, by=haiyan_officer, current_value=Decimal(3))
    assert subtask.progress == Decimal("75.0")
    record_progress(subtask, by=haiyan_officer, current_value=Decimal(5))
    assert subtask.progress == Decimal("100.0")
    with pytest.raises(Problems) as refused:
        record_progress(subtask, by=haiyan_officer, progress=Decimal(10))
    assert fields(refused) == {"current_value"}


def test_progress_without_a_target_is_stated(yearly, haiyan_officer):
    subtask = decompose(yearly, SubTaskContent("办观摩会", "县住建局", date(2026, 12, 1)), by=haiyan_officer)
    with pytest.raises(Problems):
        record_progress(subtask, by=haiyan_officer, progress=Decimal(101))
    record_progress(subtask, by=haiyan_officer, progress=Decimal(40))
    assert subtask.progress == 40


def test_revising_needs_a_reason_and_recomputes(subtask, haiyan_officer):
    record_progress(subtask, by=haiyan_officer, current_value=Decimal(2))
    with pytest.raises(ReasonNeeded):
        revise_subtask(subtask, CONTENT, by=haiyan_officer, reason="")
    more = SubTaskContent("培育示范企业 8 家", "海盐县住建局", date(2026, 12, 15), Decimal(8), "家")
    revise_subtask(subtask, more, by=haiyan_officer, reason="上调目标")
    subtask.refresh_from_db()
    assert (subtask.title, subtask.progress) == ("培育示范企业 8 家", Decimal("25.0"))
    event = SubTask.pgh_event_model.objects.select_related("pgh_context").order_by("pgh_id").last()
    assert event.pgh_context.metadata["reason"] == "上调目标"


def test_a_withdrawn_subtask_stays_and_no_longer_counts(subtask, yearly, haiyan_officer, today):
    withdraw_subtask(subtask, by=haiyan_officer, reason="并入另一项")
    assert SubTask.objects.get().withdrawn_at is not None
    with pytest.raises(SubTaskWithdrawn):
        record_progress(subtask, by=haiyan_officer, current_value=Decimal(1))
    assert county_rows(yearly, user=haiyan_officer, today=today)[0].subtasks == []


def test_road_map(subtask, haiyan_officer):
    steps = [
        StepContent("摸底", date(2026, 1, 5), date(2026, 2, 28), date(2026, 2, 20)),
        StepContent("认定", date(2026, 3, 1), date(2026, 12, 15)),
    ]
    set_road_map(subtask, steps, by=haiyan_officer)
    assert list(subtask.steps.values_list("position", "title", "done_on")) == [
        (1, "摸底", date(2026, 2, 20)),
        (2, "认定", None),
    ]
    wrong = [
        StepContent("", date(2026, 1, 5), date(2026, 2, 1)),
        StepContent("倒置", date(2026, 3, 5), date(2026, 3, 1)),
        StepContent("太晚", date(2026, 3, 5), date(2026, 12, 16)),
        StepContent("预先完成", date(2026, 3, 5), date(2026, 12, 1), date(2026, 11, 24)),
    ]
    with pytest.raises(Problems) as refused:
        set_road_map(subtask, wrong, by=haiyan_officer)
    assert fields(refused) == {"steps.1.title", "steps.2.due_on", "steps.3.due_on", "steps.4.done_on"}
    assert subtask.steps.count() == 2


def test_a_closed_requirement_is_not_broken_down(yearly, haiyan_officer, city_officer, evidence):
    close_instance(yearly, closed_on=date(2026, 9, 1), summary="公布", evidence=[evidence(city_officer)], by=city_officer)
    with pytest.raises(InstanceClosed):
        decompose(yearly, CONTENT, by=haiyan_officer)
    assert not SubTask.objects.exists()


def test_the_city_sees_seven_counties_and_a_county_itself(subtask, yearly, city_officer, haiyan_officer, today):
    rows = county_rows(yearly, user=city_officer, today=today)
    assert [str(row.county) for row in rows] == ["南湖区", "秀洲区", "嘉善县", "海盐县", "海宁市", "平湖市", "桐乡市"]
    assert [len(row.subtasks) for row in rows] == [0, 0, 0, 1, 0, 0, 0]
    assert [str(row.county) for row in county_rows(yearly, user=haiyan_officer, today=today)] == ["海盐县"]


def test_county_light(subtask, yearly, haiyan_officer, today):
    def row():
        return county_rows(yearly, user=haiyan_officer, today=today)[0]

    assert row().standing.light is Light.OPEN
    record_progress(subtask, by=haiyan_officer, current_value=Decimal(3))
    found = row()
    assert (found.target, found.current, found.standing.completion) == (Decimal(4), Decimal(3), 75.0)
    assert found.standing.light is Light.WATCH
    record_progress(subtask, by=haiyan_officer, current_value=Decimal(4))
    assert row().standing.light is Light.DONE


def test_decomposing_a_county_the_account_does_not_serve(yearly, haiyan_officer, units):
    haiyan_officer.unit = units["firm"]
    haiyan_officer.save()
    assert decompose(yearly, CONTENT, by=haiyan_officer).division == "330481"
    yearly.requirement.bindings.filter(unit__division="330481").delete()
    with pytest.raises(OtherCounty):
        decompose(yearly, CONTENT, by=haiyan_officer)
    assert SubTask.objects.count() == 1
