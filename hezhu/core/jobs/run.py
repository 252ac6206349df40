"""One run of a job: begin, do, end. Every write names the run, so a run given up for dead cannot disturb its successor."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate import tasks
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from hezhu.core.errors import HezhuError
from hezhu.core.jobs.errors import JobCancelled, JobCrashed, JobLost, Superseded, WorkerStopping
from hezhu.core.jobs.models import Job
from hezhu.core.jobs.progress import Progress
from hezhu.core.jobs.registry import KINDS, priority_of

logger = logging.getLogger(__name__)

# The queue within Django's own connection and transaction, also inside a worker, whose app uses connections of its own.
queue = JobManager(DjangoConnector())

MAX_ATTEMPTS = 3
BACK_OFF_SECONDS = (5, 30)


def execute(job_id: int, run: int | None, stopping: Callable[[], bool] = lambda: False) -> None:
    """Run the job once, unless another run has it or it was cancelled. Its outcome is written to its row; nothing is raised."""
    job = _begin(job_id, run)
    if job is None:
        return
    progress = Progress(job, run, stopping)
    try:
        result = KINDS[job.kind](progress, **job.args)
    except Superseded:
        logger.warning("job %s (%s): run %s was superseded", job.pk, job.kind, run)
    except JobCancelled:
        _end(job, run, Job.State.CANCELLED)
    except WorkerStopping:
        enqueue_again(job, run, stage=_("服务重启，重新排队"), counts=False)
    except HezhuError as error:
        _end(job, run, Job.State.FAILED, error_code=error.code, error_message=str(error))
    except Exception:
        logger.exception("job %s (%s) failed at attempt %s", job.pk, job.kind, job.attempts)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()  # the fault may have been the loss of this very connection
        _after_fault(job, run)
    else:
        _end(job, run, Job.State.DONE, result=result, progress=1.0, stage="")


def enqueue(job: Job, after_seconds: float = 0) -> None:
    """Put the job into the queue, in the caller's transaction: its data and its place in the queue are committed together."""
    deferrer = tasks.configure_task(
        name=job.kind,
        job_manager=queue,
        queue="default",
        priority=priority_of(job.kind),
        schedule_at=timezone.now() + timedelta(seconds=after_seconds) if after_seconds else None,
    )
    job.queue_id = deferrer.defer(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(queue_id=job.queue_id)


def enqueue_again(job: Job, run: int | None, *, stage: str, after_seconds: float = 0, counts: bool = True) -> bool:
    """Give up the run and queue another; False when the run was not the current one or the job has ended."""
    with transaction.atomic():
        changed = Job.objects.filter(pk=job.pk, queue_id=run, state=Job.State.RUNNING).update(
            state=Job.State.WAITING,
            stage=stage,
            progress=0,
            attempts=F("attempts") if counts else F("attempts") - 1,
            updated_at=timezone.now(),
        )
        if changed:
            enqueue(job, after_seconds)
    return bool(changed)


def fail_crashed(job: Job, run: int | None) -> None:
    """End the job after too many faults."""
    error = JobCrashed(attempts=job.attempts, reference=f"J{job.pk}")
    _end(job, run, Job.State.FAILED, error_code=error.code, error_message=str(error))


def fail_lost(job: Job) -> None:
    """End a job whose place in the queue is gone."""
    error = JobLost()
    Job.objects.filter(pk=job.pk, state__in=Job.ACTIVE, queue_id=job.queue_id).update(
        state=Job.State.FAILED,
        error_code=error.code,
        error_message=str(error),
        finished_at=timezone.now(),
        updated_at=timezone.now(),
    )


def _begin(job_id: int, run: int | None) -> Job | None:
    now = timezone.now()
    begun = Job.objects.filter(pk=job_id, queue_id=run, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, progress=0, stage="", started_at=now, updated_at=now
    )
    return Job.objects.select_related("created_by__unit").get(pk=job_id) if begun else None


def _end(job: Job, run: int | None, state: str, **values: Any) -> None:
    now = timezone.now()
    values |= {"state": state, "finished_at": now, "updated_at": now}
    ended = Job.objects.filter(pk=job.pk, queue_id=run, state=Job.State.RUNNING).update(**values)
    if not ended:
        logger.warning("job %s (%s): run %s ended %s after it was superseded", job.pk, job.kind, run, state)


def _after_fault(job: Job, run: int | None) -> None:
    if job.attempts >= MAX_ATTEMPTS:
        fail_crashed(job, run)
        return
    wait = BACK_OFF_SECONDS[min(job.attempts, len(BACK_OFF_SECONDS)) - 1]
    stage = _("第 %(attempt)d 次处理中断，%(seconds)d 秒后重试") % {"attempt": job.attempts, "seconds": wait}
    enqueue_again(job, run, stage=stage, after_seconds=wait)
