"""Chores of cases."""

from __future__ import annotations

from hezhu.core.cases.actions import remind_due
from hezhu.core.jobs.registry import periodic


@periodic("cases.remind", cron="5 8 * * *")
def remind() -> None:
    """Every morning: what is due tomorrow or overdue is said in the record."""
    remind_due()
