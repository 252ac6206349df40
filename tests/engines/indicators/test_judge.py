"""A target's state: reached, on pace, behind, missed, done, or open with the reason why nobody can say."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as D

import pytest

from hezhu.engines.indicators import Basis, Goal, Mode, Pace, Reading, State, Why, judge

PACE = Pace(tolerance=0.9)
START, DUE = dt.date(2022, 11, 1), dt.date(2025, 12, 31)
NOW = dt.date(2025, 6, 17)


def state(goal: Goal, value: object, as_of: dt.date = NOW, basis: Basis | None = None, before: object = None) -> tuple:
    number = None if value is None else D(str(value))
    judgement = judge(goal, Reading(as_of, number, None if before is None else D(str(before))), PACE, basis)
    return judgement.state, judgement.why, judgement.gap


def test_share_at_or_above_its_target_is_reached():
    goal = Goal(">=", D(35), start=START, due=DUE)
    assert state(goal, "38.2") == (State.REACHED, Why.REACHED, D("3.2"))
    assert state(goal, 35) == (State.REACHED, Why.REACHED, D(0))


def test_below_target_is_judged_by_pace_and_missed_after_the_due_day():
    """On 2025-06-17 958 of 1156 days are over, 0.8287 of the time; 0.9 of that is 0.7458 of the target: 22.37 of 30."""
    goal = Goal(">=", D(30), start=START, due=DUE)
    assert state(goal, 23) == (State.OK, Why.ON_PACE, D(-7))
    assert state(goal, 22) == (State.WATCH, Why.BEHIND_PACE, D(-8))
    assert state(goal, 29, dt.date(2025, 12, 31)) == (State.OK, Why.ON_PACE, D(-1))
    assert state(goal, 29, dt.date(2026, 1, 1)) == (State.MISSED, Why.PAST_DUE, D(-1))


def test_unknown_is_open_not_zero():
    assert state(Goal(">=", D(30), start=START, due=DUE), None) == (State.OPEN, Why.NO_VALUE, None)
    assert state(Goal(">=", D(9), start=START), 3) == (State.OPEN, Why.NO_DUE, D(-6))
    assert state(Goal("", None), 3) == (State.OPEN, Why.NO_GOAL, None)


def test_range_and_equality():
    between = Goal("between", D(1), D(2), START, DUE)
    assert state(between, 1) == (State.REACHED, Why.REACHED, D(0))
    assert state(between, 3) == (State.REACHED, Why.ABOVE_RANGE, D(1))
    exact = Goal("==", D(6), start=START, due=dt.date(2023, 12, 31))
    assert state(exact, 6) == (State.REACHED, Why.REACHED, D(0))
    assert state(exact, 5) == (State.MISSED, Why.PAST_DUE, D(-1))


@pytest.mark.parametrize("value", [None, 0, 12, 100])
def test_increase_without_a_base_is_open_whatever_its_value(value):
    assert state(Goal("delta>=", D(10), start=START, due=DUE), value)[:2] == (State.OPEN, Why.NO_BASIS)


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [
        (Mode.POINTS, "18.4", (State.REACHED, D("10.4"))),
        (Mode.POINTS, "17.9", (State.OK, D("9.9"))),
        (Mode.RELATIVE, "8.8", (State.REACHED, D(10))),
        (Mode.RELATIVE, "8.4", (State.WATCH, D(5))),
        (Mode.ABSOLUTE, "10", (State.REACHED, D(10))),
        (Mode.ABSOLUTE, "6", (State.WATCH, D(6))),
    ],
)
def test_three_readings_of_an_increase(mode, value, expected):
    goal = Goal("delta>=", D(10), start=START, due=DUE)
    judgement = judge(goal, Reading(NOW, D(value)), PACE, Basis(2022, D(8), mode))
    assert (judgement.state, judgement.measured) == expected


def test_relative_increase_over_nothing_has_no_base():
    goal = Goal("delta>=", D(10), start=START, due=DUE)
    assert state(goal, 5, basis=Basis(2022, D(0), Mode.RELATIVE))[:2] == (State.OPEN, Why.NO_BASIS)


def test_milestones():
    goal = Goal("done", start=START, due=dt.date(2022, 12, 31), done_at=D(2))
    assert state(goal, 2) == (State.DONE, Why.DONE, D(0))
    assert state(goal, 1) == (State.MISSED, Why.PAST_DUE, D(-1))
    assert state(goal, 1, dt.date(2022, 12, 1)) == (State.OK, Why.NOT_DONE, D(-1))
    assert state(goal, None) == (State.OPEN, Why.NO_VALUE, None)


def test_trend_needs_two_periods():
    assert state(Goal("trend"), 40, before=38) == (State.OK, Why.RISING, D(2))
    assert state(Goal("trend"), 37, before=38) == (State.WATCH, Why.FALLING, D(-1))
    assert state(Goal("trend"), 40) == (State.OPEN, Why.NO_EARLIER_VALUE, None)
