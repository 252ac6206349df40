"""The clock counts working days, stops while paused, and goes on with what was left."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hezhu.core.calendar.days import Calendar
from hezhu.core.cases.clock import Standing, turn
from hezhu.core.cases.declare import Clock

PLAIN = Calendar({}, frozenset({2026}))
MONDAY = date(2026, 11, 23)


def test_twenty_working_days_from_a_monday_end_four_weeks_later() -> None:
    assert turn(Standing(), Clock.NOT_STARTED, Clock.RUNS, 20, MONDAY, PLAIN) == Standing(date(2026, 12, 21), None, True)


def test_a_pause_takes_no_days() -> None:
    running = turn(Standing(), Clock.NOT_STARTED, Clock.RUNS, 20, MONDAY, PLAIN)
    paused = turn(running, Clock.RUNS, Clock.PAUSED, 20, MONDAY + timedelta(days=7), PLAIN)
    assert paused.days_left == 15
    resumed = turn(paused, Clock.PAUSED, Clock.RUNS, 20, MONDAY + timedelta(days=28), PLAIN)
    assert PLAIN.between(MONDAY + timedelta(days=28), resumed.due_on or MONDAY) == 15


def test_a_case_that_was_late_is_as_late_when_it_goes_on() -> None:
    late = turn(Standing(date(2026, 11, 18)), Clock.RUNS, Clock.PAUSED, 20, MONDAY, PLAIN)
    assert late.days_left == -3
    assert turn(late, Clock.PAUSED, Clock.RUNS, 20, MONDAY, PLAIN).due_on == date(2026, 11, 18)


def test_a_case_that_goes_on_after_its_end_has_the_whole_limit_again() -> None:
    ended = turn(Standing(date(2026, 11, 30)), Clock.RUNS, Clock.ENDED, 20, MONDAY, PLAIN)
    assert ended.due_on == date(2026, 11, 30)
    assert turn(ended, Clock.ENDED, Clock.RUNS, 5, MONDAY, PLAIN).due_on == date(2026, 11, 30)


def test_without_a_limit_there_is_no_date() -> None:
    assert turn(Standing(), Clock.NOT_STARTED, Clock.RUNS, None, MONDAY, PLAIN) == Standing()


def test_a_date_in_a_year_whose_holidays_are_unknown_says_so() -> None:
    assert turn(Standing(), Clock.NOT_STARTED, Clock.RUNS, 40, MONDAY, PLAIN).confirmed is False


@given(st.lists(st.integers(0, 30), min_size=2, max_size=12))
def test_days_that_run_and_days_left_always_add_up_to_the_limit(gaps: list[int]) -> None:
    """However often the clock stops and goes on, on whichever weekdays: used + left = limit."""
    day, used = MONDAY, 0
    standing, clock = turn(Standing(), Clock.NOT_STARTED, Clock.RUNS, 20, day, PLAIN), Clock.RUNS
    for gap in gaps:
        later = day + timedelta(days=gap)
        used += PLAIN.between(day, later) if clock is Clock.RUNS else 0
        if used > 20:
            return  # late from here on
        other = Clock.PAUSED if clock is Clock.RUNS else Clock.RUNS
        standing, clock, day = turn(standing, clock, other, 20, later, PLAIN), other, later
        left = standing.days_left if clock is Clock.PAUSED else PLAIN.between(day, standing.due_on or day)
        assert used + (left or 0) == 20
