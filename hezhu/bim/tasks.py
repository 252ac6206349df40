"""Background work of the review desk."""

from __future__ import annotations

from typing import Any

from hezhu.core.jobs.progress import Progress
from hezhu.core.jobs.registry import job


@job("bim.review")
def review(progress: Progress, *, case_id: int) -> dict[str, Any] | None:
    """Review one case; see ``hezhu.bim.reviewing``."""
    from hezhu.bim.reviewing import run_review

    return run_review(case_id, progress)


@job("bim.plan")
def check_plan(progress: Progress, *, version_id: int) -> dict[str, Any] | None:
    """Check one version of a plan application; see ``hezhu.bim.plans.checking``."""
    from hezhu.bim.plans.checking import check_version

    return check_version(version_id, progress)


@job("bim.model")
def prepare_model(progress: Progress, *, version_id: int) -> dict[str, Any] | None:
    """Prepare one model version; see ``hezhu.bim.life.preparing``."""
    from hezhu.bim.life.preparing import prepare

    return prepare(version_id, progress)
