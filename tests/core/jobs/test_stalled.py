"""Jobs of dead workers are queued again; jobs of living ones are left alone."""

from __future__ import annotations

import pytest
from django.db import connection, connections
from procrastinate.contrib.django.models import ProcrastinateJob

from hezhu.core.jobs.models import Job
from hezhu.core.jobs.run import MAX_ATTEMPTS
from hezhu.core.jobs.stalled import LOCK_CLASS, sweep


def worker(seconds_silent: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [seconds_silent],
        )
        return cursor.fetchone()[0]


def take(job: Job, number: int | None, attempts: int = 1) -> None:
    """As if that worker were running the job."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [number, job.queue_id])
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=attempts, progress=0.7)


def test_a_dead_workers_job_is_queued_again(waiting: Job) -> None:
    number = worker(seconds_silent=10)
    take(waiting, number)
    assert sweep() == 1
    job = Job.objects.get(pk=waiting.pk)
    assert (job.state, job.progress, job.stage, job.attempts) == (Job.State.WAITING, 0, "处理被中断，重新排队", 1)
    assert job.queue_id != waiting.queue_id
    assert list(ProcrastinateJob.objects.values_list("id", "status")) == [(job.queue_id, "todo")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers WHERE id = %s", [number])
        assert cursor.fetchone() == (0,)
    assert sweep() == 0


def test_a_job_orphaned_by_pruning_is_queued_again(waiting: Job) -> None:
    take(waiting, None)
    assert sweep() == 1
    assert Job.objects.get(pk=waiting.pk).state == Job.State.WAITING


def test_a_worker_that_just_registered_is_left_alone(waiting: Job) -> None:
    take(waiting, worker(seconds_silent=0))
    assert sweep() == 0
    assert Job.objects.get(pk=waiting.pk).state == Job.State.RUNNING


def test_a_silent_worker_that_holds_its_lock_is_alive(waiting: Job) -> None:
    number = worker(seconds_silent=3600)
    take(waiting, number)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, number])
            assert cursor.fetchone() == (True,)
        assert sweep() == 0
        assert Job.objects.get(pk=waiting.pk).state == Job.State.RUNNING
    finally:
        other.close()
    for _try in range(100):
        if sweep():
            break
    assert Job.objects.get(pk=waiting.pk).state == Job.State.WAITING


def test_a_job_that_brings_down_workers_is_ended(waiting: Job) -> None:
    take(waiting, worker(seconds_silent=10), attempts=MAX_ATTEMPTS)
    assert sweep() == 1
    job = Job.objects.get(pk=waiting.pk)
    assert (job.state, job.error_code) == (Job.State.FAILED, "job-crashed")
    assert not ProcrastinateJob.objects.exists()


def test_a_finished_job_is_not_run_again(waiting: Job) -> None:
    """The worker died after writing the result and before telling the queue."""
    take(waiting, worker(seconds_silent=10))
    Job.objects.filter(pk=waiting.pk).update(state=Job.State.DONE, result={"double": 14})
    assert sweep() == 0
    assert Job.objects.get(pk=waiting.pk).state == Job.State.DONE
    assert not ProcrastinateJob.objects.exists()


def test_a_worker_that_died_before_beginning_is_noticed(waiting: Job) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker(10), waiting.queue_id]
        )
    assert sweep() == 1
    job = Job.objects.get(pk=waiting.pk)
    assert (job.state, job.attempts) == (Job.State.WAITING, 0)


@pytest.mark.parametrize(("seconds", "state"), [(10, Job.State.WAITING), (60, Job.State.FAILED)])
def test_a_job_without_a_place_in_the_queue_is_ended(waiting: Job, seconds: int, state: str) -> None:
    ProcrastinateJob.objects.all()._raw_delete("default")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_job SET updated_at = now() - make_interval(secs => %s) WHERE id = %s", [seconds, waiting.pk])
    sweep()
    job = Job.objects.get(pk=waiting.pk)
    assert job.state == state
    assert job.error_code == ("job-lost" if state == Job.State.FAILED else "")
