"""The handle by which running work says how far it is, and hears that it must end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from hezhu.core.jobs.errors import JobCancelled, Superseded, WorkerStopping
from hezhu.core.jobs.models import Job

WRITE_EVERY_SECONDS = 0.4


class Progress:
    """Progress of one run of a job. Call it outside transactions: what it writes is seen only after the commit."""

    def __init__(self, job: Job, run: int | None, stopping: Callable[[], bool] = lambda: False) -> None:
        self.job = job
        self._run = run
        self._stopping = stopping
        self._written = 0.0

    def at(self, fraction: float, stage: Any = None) -> None:
        """Say that ``fraction`` (0 to 1) is done and, with ``stage``, what is being done now. Cheap: writes at most every 0.4 s.

        Raises JobCancelled, WorkerStopping or Superseded when the work must end.
        """
        self.job.progress = max(self.job.progress, min(1.0, fraction))
        if stage is not None and str(stage) != self.job.stage:
            self.job.stage = str(stage)[:160]
            self._written = 0.0
        if time.monotonic() - self._written < WRITE_EVERY_SECONDS:
            return
        self._written = time.monotonic()
        self._write(progress=self.job.progress, stage=self.job.stage)
        if self._stopping():
            raise WorkerStopping()

    def show_at(self, url: str) -> None:
        """Say where the result will be seen."""
        self.job.url = url
        self._write(url=url)

    def part(self, start: float, stop: float) -> Callable[[float, Any], None]:
        """A function of the same form for a step that counts its own 0 to 1: it covers ``start`` to ``stop`` of the whole."""

        def at(fraction: float, stage: Any = None) -> None:
            self.at(start + (stop - start) * fraction, stage)

        return at

    def _write(self, **values: Any) -> None:
        row = Job.objects.filter(pk=self.job.pk, queue_id=self._run, state=Job.State.RUNNING)
        if not row.update(updated_at=timezone.now(), **values):
            raise Superseded()
        if row.values_list("cancel_requested", flat=True).first():
            raise JobCancelled()
