"""Start background work, cancel it, try it again."""

from __future__ import annotations

from typing import Any, Protocol

from django.db import IntegrityError, transaction
from django.utils import timezone

from hezhu.core.access.models import User
from hezhu.core.access.scoping import require
from hezhu.core.jobs.errors import JobAlreadyActive, JobNotActive, JobNotFailed
from hezhu.core.jobs.models import Job
from hezhu.core.jobs.registry import KINDS
from hezhu.core.jobs.run import enqueue, execute, queue


class Act(Protocol):
    """The form of what a person does to a job."""

    def __call__(self, job: Job, *, by: User) -> None: ...


def defer(kind: str, *, by: User, title: Any, url: str = "", division: str | None = None, once: str = "", **args: Any) -> Job:
    """Queue the work ``kind`` with ``args`` (JSON values) and return its job.

    The job enters the queue within the caller's transaction: a worker sees it when that commits, never before and never without it.
    With ``once`` (such as "review:12") a job of that kind and name that still waits or runs is returned instead of a second one.
    ``url`` is where the result will be seen; the progress page goes there at the end. The caller has checked the permission.
    """
    if kind not in KINDS:
        raise ValueError(f"no job kind {kind!r}: declare it with @job in a tasks.py")
    job = Job(
        kind=kind,
        title=str(title)[:160],
        url=url,
        once=once,
        args=args,
        created_by=by,
        unit=by.unit,
        division=division or by.division,
        is_demo=by.is_demo,
    )
    try:
        with transaction.atomic():
            job.save()
            enqueue(job)
    except IntegrityError:
        active = Job.objects.filter(kind=kind, once=once, state__in=Job.ACTIVE).first() if once else None
        if active is None:
            raise
        return active
    return job


def cancel(job: Job, *, by: User) -> None:
    """Cancel a waiting job at once, a running one at its next step. Its own starter may, and who may change jobs."""
    _require_own(job, by)
    now = timezone.now()
    with transaction.atomic():
        waiting = Job.objects.filter(pk=job.pk, state=Job.State.WAITING).update(
            state=Job.State.CANCELLED, finished_at=now, updated_at=now
        )
        if waiting and job.queue_id:
            queue.cancel_job_by_id(job.queue_id, delete_job=True)
        running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True)
    if not (waiting or running):
        raise JobNotActive(title=job.title)
    job.refresh_from_db()


def retry(job: Job, *, by: User) -> None:
    """Queue a failed or cancelled job again, from the start."""
    _require_own(job, by)
    try:
        with transaction.atomic():
            _requeue(job)
    except IntegrityError as error:  # the same ``once`` waits or runs already
        raise JobAlreadyActive(title=job.title) from error
    job.refresh_from_db()


def _requeue(job: Job) -> None:
    changed = Job.objects.filter(pk=job.pk, state__in=[Job.State.FAILED, Job.State.CANCELLED]).update(
        state=Job.State.WAITING,
        progress=0,
        attempts=0,
        stage="",
        error_code="",
        error_message="",
        cancel_requested=False,
        finished_at=None,
        updated_at=timezone.now(),
    )
    if not changed:
        raise JobNotFailed(title=job.title)
    enqueue(job)


def run_here(job: Job) -> Job:
    """Run a waiting job in this process, now, and return it as it ended: for commands and tests."""
    if job.queue_id:
        queue.cancel_job_by_id(job.queue_id, delete_job=True)
    execute(job.pk, job.queue_id)
    job.refresh_from_db()
    return job


def _require_own(job: Job, by: User) -> None:
    if job.created_by_id != by.pk:
        require(by, "jobs.change", job)
