"""Background work of the review desk."""

from __future__ import annotations

from typing import Any

from hezhu.core.jobs.progress import Progress
from hezhu.core.jobs.registry import PATIENT, QUICK, job, periodic


@job("bim.review")
def review(progress: Progress, *, case_id: int) -> dict[str, Any] | None:
    """Review one case; see ``hezhu.bim.reviewing``."""
    from hezhu.bim.reviewing import run_review

    return run_review(case_id, progress)


@job("bim.plan", priority=QUICK)
def check_plan(progress: Progress, *, version_id: int) -> dict[str, Any] | None:
    """Check one version of a plan application; see ``hezhu.bim.plans.checking``."""
    from hezhu.bim.plans.checking import check_version

    return check_version(version_id, progress)


@job("bim.tiles")
def make_tiles(progress: Progress, *, version_id: int) -> dict[str, Any] | None:
    """3D Tiles of one model version; see ``hezhu.bim.tiles.making``."""
    from hezhu.bim.tiles.making import make

    return make(version_id, progress)


@job("bim.model", priority=PATIENT)
def prepare_model(progress: Progress, *, version_id: int) -> dict[str, Any] | None:
    """Prepare one model version; see ``hezhu.bim.life.preparing``."""
    from hezhu.bim.life.preparing import prepare

    return prepare(version_id, progress)


@job("bim.clash")
def check_clashes(progress: Progress, *, check_id: int) -> dict[str, Any] | None:
    """Hold the disciplines of a building against each other; see ``hezhu.bim.drawings.clashing``."""
    from hezhu.bim.drawings.clashing import run

    return run(check_id, progress)


@periodic("bim.expire-certificates", cron="15 2 * * *")
def expire_certificates() -> None:
    """Every night: certificates of drawing reviews whose term has ended."""
    from hezhu.bim.drawings.procedure import expire_certificates as expire

    expire()


@job("bim.topics")
def take_topics(progress: Progress, *, import_id: int) -> dict[str, Any] | None:
    """Take a BCF file into a project; see ``hezhu.bim.topics.importing``."""
    from hezhu.bim.topics.importing import run_import

    return run_import(import_id)
