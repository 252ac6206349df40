"""Chores of cases."""

from __future__ import annotations

from hezhu.core.cases import keeping
from hezhu.core.jobs.registry import periodic


@periodic("cases.remind", cron="5 8 * * *")
def remind() -> None:
    """Every morning: what is due tomorrow or overdue is said in the record; what was let lie is warned of, then ended."""
    keeping.remind_due()
    keeping.expire_cases()
    keeping.warn_of_expiry()
