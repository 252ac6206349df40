"""Days the programme counts by: today (pinned by HEZHU_TODAY), months, report deadlines, the ministry's quarter ends."""

from __future__ import annotations

import calendar
import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from django.utils import timezone

ONE_DAY = timedelta(days=1)


def today() -> date:
    """The day lights are judged on: HEZHU_TODAY (YYYY-MM-DD) when set, else the calendar's. Raises ValueError on a bad value."""
    pinned = os.environ.get("HEZHU_TODAY", "")
    if not pinned:
        return timezone.localdate()
    try:
        return date.fromisoformat(pinned)
    except ValueError as error:
        raise ValueError(f"HEZHU_TODAY={pinned!r}: write YYYY-MM-DD") from error


def first_day(day: date) -> date:
    return day.replace(day=1)


def last_day(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def next_month(month: date) -> date:
    return last_day(month) + ONE_DAY


def months_between(first: date, last: date) -> Iterator[date]:
    """First days of the months from that of ``first`` to that of ``last``, both included."""
    month = first_day(first)
    while month <= last:
        yield month
        month = next_month(month)


def report_due(month: date, due_day: int, is_working_day: Callable[[date], bool]) -> date:
    """The day the report on ``month`` is due: ``due_day`` of the next month, or the first working day after it."""
    day = next_month(month).replace(day=due_day)
    while not is_working_day(day):
        day += ONE_DAY
    return day


def quarter_ends(first: date, last: date) -> Iterator[tuple[str, date]]:
    """Name and last day of each quarter that ends between the two days: 2026Q3, 2026-09-30."""
    for year in range(first.year, last.year + 1):
        for quarter in range(1, 5):
            end = last_day(date(year, quarter * 3, 1))
            if first <= end <= last:
                yield f"{year}Q{quarter}", end


def year_ends(first: date, last: date) -> Iterator[tuple[str, date]]:
    """Name and last day of each year that ends between the two days."""
    for year in range(first.year, last.year + 1):
        end = date(year, 12, 31)
        if first <= end <= last:
            yield str(year), end
