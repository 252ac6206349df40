"""Background work of the portal: figures are computed at the start of each day, and soon after registers change."""

from __future__ import annotations

from typing import Any

from hezhu.core.jobs.progress import Progress
from hezhu.core.jobs.registry import job, periodic


@job("portal.compute")
def compute(progress: Progress, *, demo: bool) -> dict[str, Any] | None:
    """Compute every indicator of one world for today."""
    from hezhu.portal.actions import compute_all
    from hezhu.programme.dates import today

    return {"figures": compute_all(today(), demo=demo)}


@periodic("portal.refresh", cron="*/5 * * * *")
def refresh() -> None:
    """Compute again where the registers have changed since the last computation of today; month ends once a day."""
    from hezhu.portal.actions import compute_all
    from hezhu.portal.computing import watermark
    from hezhu.portal.models import Computation
    from hezhu.programme.dates import today

    mark = watermark()
    for demo in (False, True):
        last = Computation.objects.filter(as_of=today(), is_demo=demo).first()
        if last is None or last.watermark != mark:
            compute_all(today(), demo=demo, month_ends_too=last is None)
