"""Background work of the intake door."""

from __future__ import annotations

from typing import Any

from hezhu.core.errors import HezhuError
from hezhu.core.jobs.progress import Progress
from hezhu.core.jobs.registry import job


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
