"""The kinds of background work, declared in each app's ``tasks.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from procrastinate import JobContext
from procrastinate.contrib.django import app

Work = Callable[..., dict[str, Any] | None]
WorkT = TypeVar("WorkT", bound=Work)
ChoreT = TypeVar("ChoreT", bound=Callable[[], Any])

KINDS: dict[str, Work] = {}
PRIORITIES: dict[str, int] = {}
QUICK, USUAL, PATIENT = 10, 0, -10
_BEHIND_ALL = -100
_unhurried: ContextVar[bool] = ContextVar("unhurried", default=False)


@contextmanager
def unhurried() -> Iterator[None]:
    """Work deferred within goes behind everything a person asks for, whatever its kind: the demonstration city, bulk loads."""
    before = _unhurried.set(True)
    try:
        yield
    finally:
        _unhurried.reset(before)


def priority_of(kind: str) -> int:
    """The place in the queue of a job of this kind that is deferred now; the highest goes first."""
    return PRIORITIES.get(kind, USUAL) + (_BEHIND_ALL if _unhurried.get() else 0)


def job(kind: str, *, priority: int = USUAL) -> Callable[[WorkT], WorkT]:
    """Declare ``def work(progress, **args) -> dict | None`` as the kind of job called ``kind``.

    The work may run again from the start after a fault or a stop, so it must reach the same end when run twice. What it returns is
    the job's result, as JSON. A HezhuError ends the job with its message and is not retried; any other exception is, twice.

    Of those that wait a worker takes the highest ``priority`` first: QUICK for work of seconds that a person waits for, PATIENT
    for what nobody waits for.
    """

    def declare(work: WorkT) -> WorkT:
        def run(context: JobContext, job_id: int) -> None:
            from hezhu.core.jobs.run import execute  # models are not loaded when tasks are declared

            execute(job_id, context.job.id, stopping=context.should_abort)

        KINDS[kind] = work
        PRIORITIES[kind] = priority
        app.task(name=kind, pass_context=True)(run)
        return work

    return declare


def periodic(name: str, *, cron: str) -> Callable[[ChoreT], ChoreT]:
    """Declare a chore without a person or a page that a worker does by the clock, once for all workers."""

    def declare(chore: ChoreT) -> ChoreT:
        def run(timestamp: int) -> None:
            chore()

        app.periodic(cron=cron)(app.task(name=name, queueing_lock=name)(run))
        return chore

    return declare
