"""Chores of the programme."""

from __future__ import annotations

from hezhu.core.jobs.registry import periodic
from hezhu.programme import dates
from hezhu.programme.instances import open_annual


@periodic("programme.open-year", cron="5 0 * * *")
def open_this_year() -> None:
    """Every night: the yearly requirements of a year that has begun are open, whoever was away on New Year's Day."""
    today = dates.today()
    open_annual(today.year, today)
