"""Count working days; keep the calendar."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import User
from hezhu.core.access.scoping import require
from hezhu.core.calendar import notices
from hezhu.core.calendar.days import Calendar, Deadline
from hezhu.core.calendar.models import CalendarYear, WorkingDay
from hezhu.core.errors import BadInput
from hezhu.core.history import reason_of_change


class DayOutsideYear(BadInput):
    code = "calendar-year"
    message = _("%(date)s 不在 %(year)d 年内。改正日期，或分年份保存。")


def current() -> Calendar:
    """The calendar as it stands: two queries. Read it once to count many deadlines."""
    return Calendar(
        exceptions=dict(WorkingDay.objects.values_list("date", "is_working")),
        years=frozenset(CalendarYear.objects.values_list("year", flat=True)),
    )


def is_working_day(day: date) -> bool:
    return current().is_working(day)


def add_working_days(start: date, count: int) -> date:
    """The ``count``-th working day after ``start``. Use ``deadline`` where the page must say whether the date is confirmed."""
    return current().add(start, count)


def working_days_between(start: date, end: date) -> int:
    """Working days after ``start`` up to and including ``end``; negative when ``end`` comes first."""
    return current().between(start, end)


def deadline(start: date, count: int) -> Deadline:
    """As ``add_working_days``, with whether the notices of all counted years are known."""
    return current().deadline(start, count)


def seed_working_days() -> int:
    """Add the years the installed ``chinesecalendar`` knows and the calendar lacks. Returns how many."""
    with transaction.atomic():
        return notices.load(CalendarYear, WorkingDay)


def record_year(year: int, days: dict[date, tuple[bool, str]], *, by: User, source: str) -> None:
    """Enter a year's holiday notice: day → (worked, note), for the days that depart from Monday to Friday. Replaces the year's days."""
    require(by, "calendar.change")
    for day in days:
        if day.year != year:
            raise DayOutsideYear(date=day.isoformat(), year=year)
    with transaction.atomic(), reason_of_change(by, source, source="日历"):
        CalendarYear.objects.update_or_create(year=year, defaults={"source": source})
        WorkingDay.objects.filter(date__year=year).delete()
        WorkingDay.objects.bulk_create(
            [
                WorkingDay(date=day, is_working=works, note=note, source=source)
                for day, (works, note) in sorted(days.items())
                if works != (day.weekday() < 5)
            ]
        )
