"""A job enters the queue with the data it works on, or not at all."""

from __future__ import annotations

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from hezhu.core.access.models import User
from hezhu.core.jobs.actions import cancel, defer, retry
from hezhu.core.jobs.errors import JobAlreadyActive
from hezhu.core.jobs.models import Job
from hezhu.core.jobs.registry import unhurried


def test_a_job_waits_in_the_queue(city_officer: User, waiting: Job) -> None:
    assert (waiting.state, waiting.progress, waiting.attempts) == (Job.State.WAITING, 0, 0)
    assert (waiting.created_by, waiting.unit, waiting.division, waiting.is_demo) == (
        city_officer,
        city_officer.unit,
        "330400",
        False,
    )
    run = ProcrastinateJob.objects.get(pk=waiting.queue_id)
    assert (run.task_name, run.status, run.args) == ("test.work", "todo", {"job_id": waiting.pk})


def test_a_rollback_takes_the_job_back(city_officer: User) -> None:
    with transaction.atomic():
        defer("test.work", by=city_officer, title="测试事项", number=1)
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_the_same_work_is_queued_once(city_officer: User) -> None:
    first = defer("test.work", by=city_officer, title="审查", once="case:1", number=1)
    again = defer("test.work", by=city_officer, title="审查", once="case:1", number=1)
    other = defer("test.work", by=city_officer, title="审查", once="case:2", number=1)
    assert first.pk == again.pk != other.pk
    assert ProcrastinateJob.objects.count() == 2
    Job.objects.filter(pk=first.pk).update(state=Job.State.DONE)
    assert defer("test.work", by=city_officer, title="审查", once="case:1", number=1).pk not in {first.pk, other.pk}


def test_an_unknown_kind_is_our_mistake(city_officer: User) -> None:
    with pytest.raises(ValueError, match=r"no job kind 'test.none'"):
        defer("test.none", by=city_officer, title="测试事项")


def test_a_demo_account_makes_demo_jobs(demo_officer: User) -> None:
    assert defer("test.work", by=demo_officer, title="演示", number=1).is_demo is True


def test_a_retry_beside_the_same_work_is_refused(city_officer: User) -> None:
    first = defer("test.work", by=city_officer, title="审查", once="case:1", number=1)
    cancel(first, by=city_officer)
    second = defer("test.work", by=city_officer, title="审查", once="case:1", number=1)
    with pytest.raises(JobAlreadyActive) as caught:
        retry(first, by=city_officer)
    assert str(caught.value) == "“审查”已经另有一次在处理，等它结束。"
    assert list(Job.objects.filter(state=Job.State.WAITING)) == [second]
    assert ProcrastinateJob.objects.count() == 1


def test_work_of_seconds_goes_before_what_nobody_waits_for(city_officer: User) -> None:
    asked = [("bim.model", "version_id"), ("bim.review", "case_id"), ("bim.plan", "version_id")]
    queued = [defer(kind, by=city_officer, title=kind, **{name: 1}).queue_id for kind, name in asked]
    taken = ProcrastinateJob.objects.filter(pk__in=queued).order_by("-priority", "id").values_list("task_name", flat=True)
    assert list(taken) == ["bim.plan", "bim.review", "bim.model"]


def test_unhurried_work_goes_behind_all_that_a_person_asks_for(city_officer: User) -> None:
    with unhurried():
        demo = defer("bim.plan", by=city_officer, title="演示", version_id=1)
    asked = defer("bim.model", by=city_officer, title="整理", version_id=2)
    places = {row.pk: row.priority for row in ProcrastinateJob.objects.all()}
    assert places[demo.queue_id] < places[asked.queue_id]
