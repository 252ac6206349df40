"""Counting in working days, against the published notices."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hezhu.core.calendar.actions import (
    add_working_days,
    current,
    deadline,
    is_working_day,
    seed_working_days,
    working_days_between,
)
from hezhu.core.calendar.days import Calendar, Deadline
from hezhu.core.calendar.models import CalendarYear, WorkingDay

PLAIN = Calendar(exceptions={date(2026, 10, 1): False, date(2026, 10, 10): True}, years=frozenset({2026}))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 1), False),  # 元旦, a Thursday
        (date(2026, 1, 4), True),  # Sunday worked in lieu
        (date(2026, 2, 14), True),  # Saturday worked for 春节
        (date(2026, 2, 17), False),  # 春节
        (date(2026, 10, 10), True),  # Saturday worked for 国庆节
        (date(2026, 11, 21), False),  # plain Saturday
        (date(2026, 11, 23), True),  # plain Monday
        (date(2025, 10, 8), False),  # 国庆节 and 中秋节 of 2025
        (date(2015, 9, 3), False),  # 抗战胜利七十周年
    ],
)
def test_the_notices_are_kept(db: None, day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over 国庆节
        (date(2026, 10, 9), 1, date(2026, 10, 10)),  # the next day is a worked Saturday
        (date(2026, 10, 9), 2, date(2026, 10, 12)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday to Monday: the day itself is not counted
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 10, 8), -1, date(2026, 9, 30)),
        (date(2026, 2, 13), 6, date(2026, 2, 28)),  # 14 worked, 15 to 23 off, 24 to 27 and Saturday 28 worked
    ],
)
def test_adding(db: None, start: date, count: int, end: date) -> None:
    assert add_working_days(start, count) == end


def test_between(db: None) -> None:
    assert working_days_between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert working_days_between(date(2026, 10, 10), date(2026, 9, 30)) == -3
    assert working_days_between(date(2026, 9, 30), date(2026, 9, 30)) == 0


def test_a_year_without_notice_counts_monday_to_friday_unconfirmed(db: None) -> None:
    assert deadline(date(2026, 11, 23), 5) == Deadline(date(2026, 11, 30), confirmed=True)
    assert deadline(date(2026, 12, 31), 1) == Deadline(date(2027, 1, 1), confirmed=False)
    assert deadline(date(2003, 12, 31), 1).confirmed is False


def test_the_seed_covers_2004_to_2026_and_runs_twice(db: None) -> None:
    years = list(CalendarYear.objects.values_list("year", flat=True))
    assert years == list(range(2004, 2027))
    days = WorkingDay.objects.count()
    assert seed_working_days() == 0
    assert WorkingDay.objects.count() == days
    assert {day.is_working for day in WorkingDay.objects.all() if day.date.weekday() < 5} == {False}
    assert {day.is_working for day in WorkingDay.objects.all() if day.date.weekday() >= 5} == {True}


def test_a_lost_year_is_seeded_again_and_the_others_left(db: None) -> None:
    CalendarYear.objects.filter(year=2026).delete()
    WorkingDay.objects.filter(date__year=2026).delete()
    WorkingDay.objects.filter(date=date(2025, 10, 1)).update(note="改过")
    assert seed_working_days() == 1
    assert is_working_day(date(2026, 10, 1)) is False
    assert WorkingDay.objects.get(date=date(2025, 10, 1)).note == "改过"


def test_the_whole_calendar_takes_two_queries(db: None, django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        calendar = current()
        for number in range(100):
            calendar.add(date(2026, 1, 5), number)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 200))
def test_between_undoes_adding(start: date, count: int) -> None:
    assert PLAIN.between(start, PLAIN.add(start, count)) == count


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(1, 200))
def test_adding_ends_on_a_working_day(start: date, count: int) -> None:
    assert PLAIN.is_working(PLAIN.add(start, count))
    assert PLAIN.is_working(PLAIN.add(start, -count))
