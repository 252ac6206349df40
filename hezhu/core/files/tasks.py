"""Chores of the file store."""

from __future__ import annotations

from hezhu.core.files.actions import sweep_orphans
from hezhu.core.jobs.registry import periodic


@periodic("files.sweep", cron="17 3 * * *")
def sweep() -> None:
    """Once a night, when nobody uploads."""
    sweep_orphans()
