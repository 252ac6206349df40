"""Background work of the intake door."""

from __future__ import annotations

from typing import Any

from hezhu.core.errors import HezhuError
from hezhu.core.jobs.progress import Progress
from hezhu.core.jobs.registry import job, periodic


@job("intake.commit")
def commit(progress: Progress, *, batch_id: int, user_id: int) -> dict[str, Any]:
    """Take one batch in; see ``hezhu.core.intake.commit.commit_now``. A refused batch goes back to be looked at."""
    from hezhu.core.access.models import User
    from hezhu.core.intake.commit import commit_now
    from hezhu.core.intake.models import Batch

    batch = Batch.objects.get(pk=batch_id)
    try:
        done = commit_now(batch, by=User.objects.get(pk=user_id), at=progress.at)
    except HezhuError:
        Batch.objects.filter(pk=batch_id, state=Batch.State.WORKING).update(state=Batch.State.READY)
        raise
    return {"batch": done.number, "inserted": done.inserted, "updated": done.updated, "unchanged": done.unchanged}


@job("intake.source")
def run_source(progress: Progress, *, run_id: int, user_id: int) -> dict[str, Any]:
    """One run of a declared source; run again after a stop it takes in what is still missing."""
    from hezhu.core.access.models import User
    from hezhu.core.intake.models import SourceRun
    from hezhu.core.intake.sources.actions import go
    from hezhu.core.intake.sources.declare import source_named

    run = SourceRun.objects.get(pk=run_id)
    go(run, source_named(run.source), by=User.objects.get(pk=user_id), at=progress.at)
    return {"run": run.pk, "state": run.state, "error": run.error_message}


@periodic("intake.sources-due", cron="*/5 * * * *")
def start_due_sources() -> None:
    """Declared sources by their schedules."""
    from hezhu.core.intake.sources.actions import start_due

    start_due()
