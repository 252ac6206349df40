"""How a run ends: done, refused, tried again, cancelled, superseded."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from hezhu.core.errors import Refusal
from hezhu.core.jobs.actions import cancel, retry, run_here
from hezhu.core.jobs.models import Job
from hezhu.core.jobs.run import execute


def test_work_ends_with_its_result(waiting: Job) -> None:
    job = run_here(waiting)
    assert (job.state, job.result, job.progress, job.stage, job.attempts) == (Job.State.DONE, {"double": 14}, 1.0, "", 1)
    assert job.started_at is not None
    assert job.finished_at is not None
    assert not ProcrastinateJob.objects.exists()


def test_a_result_may_hold_decimals_and_dates(waiting: Job, calls) -> None:
    calls(lambda progress, number: {"rate": Decimal("0.5")})
    assert run_here(waiting).result == {"rate": "0.5"}


def test_a_refusal_is_told_and_not_retried(waiting: Job, calls) -> None:
    class NoModel(Refusal):
        code = "no-model"
        message = "%(name)s 不是模型"

    def refuse(progress, number):
        raise NoModel(name="a.ifc")

    calls(refuse)
    job = run_here(waiting)
    assert (job.state, job.error_code, job.error_message) == (Job.State.FAILED, "no-model", "a.ifc 不是模型")
    assert not ProcrastinateJob.objects.exists()


def crash(progress, number):
    raise ZeroDivisionError


def test_a_fault_is_tried_three_times_with_growing_waits(waiting: Job, calls, caplog: pytest.LogCaptureFixture) -> None:
    calls(crash)
    waits = []
    for _attempt in range(2):
        job = run_here(Job.objects.get(pk=waiting.pk))
        assert job.state == Job.State.WAITING
        run = ProcrastinateJob.objects.get(pk=job.queue_id)
        waits.append(round((run.scheduled_at - timezone.now()).total_seconds()))
    assert waits == [5, 30]
    assert job.stage == "第 2 次处理中断，30 秒后重试"
    job = run_here(job)
    assert (job.state, job.error_code, job.attempts) == (Job.State.FAILED, "job-crashed", 3)
    assert job.error_message == f"处理中断，已试 3 次。问题编号 J{job.pk}，请转告管理员。已存的数据没有改动。"
    assert caplog.text.count("\nZeroDivisionError\n") == 3
    assert not ProcrastinateJob.objects.exists()


def test_a_failed_job_can_be_queued_again(waiting: Job, calls, city_officer) -> None:
    calls(crash)
    Job.objects.filter(pk=waiting.pk).update(attempts=2)
    failed = run_here(waiting)
    assert failed.state == Job.State.FAILED
    calls(lambda progress, number: {"double": number})
    retry(failed, by=city_officer)
    assert (failed.state, failed.attempts, failed.error_message) == (Job.State.WAITING, 0, "")
    assert run_here(failed).state == Job.State.DONE


def test_a_running_job_hears_of_its_cancellation(waiting: Job, calls, city_officer) -> None:
    steps = []

    def work(progress, number):
        progress.at(0.1, "第一步")
        steps.append(1)
        cancel(Job.objects.get(pk=waiting.pk), by=city_officer)
        progress.at(0.2, "第二步")
        steps.append(2)

    calls(work)
    job = run_here(waiting)
    assert (job.state, steps, job.result) == (Job.State.CANCELLED, [1], None)


def test_a_stopping_worker_gives_the_job_back_unharmed(waiting: Job, calls) -> None:
    def work(progress, number):
        progress.at(0.1, "第一步")
        pytest.fail("went on")

    calls(work)
    execute(waiting.pk, waiting.queue_id, stopping=lambda: True)
    job = Job.objects.get(pk=waiting.pk)
    assert (job.state, job.attempts, job.stage, job.progress) == (Job.State.WAITING, 0, "服务重启，重新排队", 0)
    assert job.queue_id != waiting.queue_id


def test_a_superseded_run_writes_nothing(waiting: Job, calls) -> None:
    def work(progress, number):
        Job.objects.filter(pk=waiting.pk).update(queue_id=waiting.queue_id + 1000, stage="后继在做")
        progress.at(0.9, "还在做")
        pytest.fail("went on")

    calls(work)
    execute(waiting.pk, waiting.queue_id)
    job = Job.objects.get(pk=waiting.pk)
    assert (job.state, job.stage, job.queue_id) == (Job.State.RUNNING, "后继在做", waiting.queue_id + 1000)


def test_a_superseded_run_that_never_looked_cannot_end_the_job(waiting: Job, calls) -> None:
    def work(progress, number):
        Job.objects.filter(pk=waiting.pk).update(queue_id=waiting.queue_id + 1000)
        return {"double": 0}

    calls(work)
    execute(waiting.pk, waiting.queue_id)
    job = Job.objects.get(pk=waiting.pk)
    assert (job.state, job.result) == (Job.State.RUNNING, None)


def test_a_run_is_never_begun_twice(waiting: Job, calls) -> None:
    begun = []
    calls(lambda progress, number: begun.append(number))
    execute(waiting.pk, waiting.queue_id)
    execute(waiting.pk, waiting.queue_id)
    assert begun == [7]


def test_progress_only_grows_and_is_written_sparingly(waiting: Job, calls, django_assert_max_num_queries) -> None:
    seen = []

    def work(progress, number):
        progress.at(0.6, "审查")
        with django_assert_max_num_queries(2):
            for step in range(1000):
                progress.at(step / 1000)
        progress.at(0.0, "写报告")
        seen.append(Job.objects.values_list("progress", "stage").get(pk=waiting.pk))

    calls(work)
    run_here(waiting)
    assert seen == [(0.999, "写报告")]


def test_a_part_covers_its_share(waiting: Job, calls) -> None:
    seen = []

    def work(progress, number):
        step = progress.part(0.2, 0.6)
        for fraction, stage in ((0.0, "a"), (0.5, "b"), (1.0, "c")):
            step(fraction, stage)
            seen.append(round(Job.objects.get(pk=waiting.pk).progress, 6))

    calls(work)
    run_here(waiting)
    assert seen == [0.2, 0.4, 0.6]


def test_the_result_may_be_shown_elsewhere(waiting: Job, calls) -> None:
    calls(lambda progress, number: progress.show_at("/bim/2/"))
    job = run_here(waiting)
    assert (job.url, job.finished_at - job.started_at < timedelta(seconds=5)) == ("/bim/2/", True)
