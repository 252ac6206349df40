"""Jobs whose worker died (power cut, out of memory, kill -9) go back to the queue.

A worker is alive while its database session holds an advisory lock on its number; the server frees the lock the moment the process
ends, so death is noticed in seconds, while a worker whose heartbeat is late because a library holds the interpreter counts as alive.
"""

from __future__ import annotations

import logging

from django.db import connection, transaction
from django.utils.translation import gettext as _

from hezhu.core.jobs.models import Job
from hezhu.core.jobs.run import MAX_ATTEMPTS, enqueue_again, fail_crashed, fail_lost

logger = logging.getLogger(__name__)

LOCK_CLASS = 0x687A6A62  # "hzjb": keeps these advisory locks apart from all others
REGISTERING_SECONDS = 3  # a worker has its number for a moment before it holds its lock

LIVE_WORKERS = """
    WITH live AS (SELECT objid::bigint AS number FROM pg_locks
     WHERE locktype = 'advisory' AND classid::bigint = %(lock_class)s AND objsubid = 2 AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
DEAD_RUNS = """
    SELECT job.id FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
     WHERE job.status = 'doing'
       AND (worker.id IS NULL
            OR (worker.last_heartbeat < now() - make_interval(secs => %(seconds)s) AND worker.id NOT IN (SELECT number FROM live)))
     ORDER BY job.id FOR UPDATE OF job SKIP LOCKED
"""
DEAD_WORKERS = """
    DELETE FROM procrastinate_workers
     WHERE last_heartbeat < now() - make_interval(secs => %(seconds)s) AND id NOT IN (SELECT number FROM live)
       AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE worker_id = procrastinate_workers.id AND status = 'doing')
"""
LOST_JOBS = """
    SELECT job.id FROM jobs_job job LEFT JOIN procrastinate_jobs run ON run.id = job.queue_id AND run.status IN ('todo', 'doing')
     WHERE job.state IN ('waiting', 'running') AND run.id IS NULL AND job.updated_at < now() - make_interval(secs => %(seconds)s)
"""
LOST_AFTER_SECONDS = 30


def sweep() -> int:
    """Queue again what dead workers left, forget those workers, and end jobs that have no place in the queue. Returns how many."""
    values = {"lock_class": LOCK_CLASS, "seconds": REGISTERING_SECONDS}
    handled = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LIVE_WORKERS + DEAD_RUNS, values)
        for (run,) in cursor.fetchall():
            cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', true)", [run])
            handled += _take_over(run)
        cursor.execute(LIVE_WORKERS + DEAD_WORKERS, values)
        cursor.execute(LOST_JOBS, {"seconds": LOST_AFTER_SECONDS})
        lost = [pk for (pk,) in cursor.fetchall()]
    for job in Job.objects.filter(pk__in=lost):
        logger.error("job %s (%s) has no place in the queue", job.pk, job.kind)
        fail_lost(job)
    return handled + len(lost)


def _take_over(run: int) -> int:
    """The job of a dead run: queue it again, or end it when it has brought down its worker too often."""
    job = Job.objects.filter(queue_id=run, state__in=Job.ACTIVE).first()
    if job is None:
        return 0
    logger.warning("job %s (%s): the worker of run %s is gone", job.pk, job.kind, run)
    if job.state == Job.State.WAITING:  # the worker died between taking the run and beginning it
        Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    if job.attempts >= MAX_ATTEMPTS:
        fail_crashed(job, run)
    else:
        enqueue_again(job, run, stage=_("处理被中断，重新排队"))
    return 1
