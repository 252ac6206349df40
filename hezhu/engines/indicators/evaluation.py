"""Judging a target: what was asked, what was reached, in which state that leaves it, and why. No sentence is made here.

States are the keys of the house's lamps. A target that cannot be judged is OPEN (待定) with the reason; it is never REACHED.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class State(StrEnum):
    """达标, 办结, 正常, 预警, 未达, 待定: the keys of the lamps."""

    REACHED = "reached"
    DONE = "done"
    OK = "ok"
    WATCH = "watch"
    MISSED = "missed"
    OPEN = "open"


class Why(StrEnum):
    """What decided the state; the page has a sentence for each."""

    REACHED = "reached"
    ABOVE_RANGE = "above-range"
    ON_PACE = "on-pace"
    BEHIND_PACE = "behind-pace"
    PAST_DUE = "past-due"
    DONE = "done"
    NOT_DONE = "not-done"
    RISING = "rising"
    FALLING = "falling"
    NO_VALUE = "no-value"
    NO_BASIS = "no-basis"
    NO_EARLIER_VALUE = "no-earlier-value"
    NO_GOAL = "no-goal"
    NO_DUE = "no-due"


class Mode(StrEnum):
    """The three readings of 提高 n%: points above the base, growth relative to the base, or the level itself."""

    POINTS = "pp"
    RELATIVE = "relative"
    ABSOLUTE = "absolute"


@dataclass(frozen=True, slots=True)
class Basis:
    """What 提高 is measured from. All three are needed; ``value`` is in per cent."""

    year: int
    value: Decimal
    mode: Mode


@dataclass(frozen=True, slots=True)
class Goal:
    """What is asked for. ``op`` is >=, ==, between, delta>=, done, trend, or empty where the plan names no measure.

    ``value`` and ``upper`` are in ``unit``. ``start`` and ``due`` bound the time in which it is to be reached (``due`` None: the
    plan names no date). ``done_at``: how much of the numerator makes a milestone done.
    """

    op: str
    value: Decimal | None = None
    upper: Decimal | None = None
    start: dt.date | None = None
    due: dt.date | None = None
    done_at: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found: the value on ``as_of``, and for a trend the value of the period before."""

    as_of: dt.date
    value: Decimal | None
    before: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The state and what decided it.

    ``measured`` is the figure the goal is compared with (for delta>= the increase), ``asked`` what it is compared to, ``gap`` how far
    above (+) or below (−); each None when it does not apply. ``elapsed`` and ``progress`` are the shares the pace rule compared.
    """

    state: State
    why: Why
    measured: Decimal | None = None
    asked: Decimal | None = None
    gap: Decimal | None = None
    elapsed: float | None = None
    progress: float | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """When a target not yet reached is 正常: progress is at least ``tolerance`` of the time that has passed."""

    tolerance: float


def judge(goal: Goal, reading: Reading, pace: Pace, basis: Basis | None = None) -> Judgement:
    """The state of a target on ``reading.as_of``. A delta>= goal without a basis is OPEN for NO_BASIS, whatever its value."""
    match goal.op:
        case "delta>=":
            return _increase(goal, reading, pace, basis)
        case "done":
            return _milestone(goal, reading)
        case "trend":
            return _trend(reading)
        case ">=" | "==" | "between" if goal.value is not None:
            return _level(goal, reading, pace, reading.value)
        case _:
            return Judgement(State.OPEN, Why.NO_GOAL, measured=reading.value)


def _increase(goal: Goal, reading: Reading, pace: Pace, basis: Basis | None) -> Judgement:
    if basis is None or (basis.mode is Mode.RELATIVE and not basis.value):
        return Judgement(State.OPEN, Why.NO_BASIS, asked=goal.value)
    if reading.value is None:
        return Judgement(State.OPEN, Why.NO_VALUE, asked=goal.value)
    increase = {
        Mode.POINTS: lambda: reading.value - basis.value,
        Mode.RELATIVE: lambda: (reading.value - basis.value) / basis.value * 100,
        Mode.ABSOLUTE: lambda: reading.value,
    }[basis.mode]()
    return _level(goal, reading, pace, increase)


def _level(goal: Goal, reading: Reading, pace: Pace, value: Decimal | None) -> Judgement:
    asked = goal.value
    assert asked is not None
    if value is None:
        return Judgement(State.OPEN, Why.NO_VALUE, asked=asked)
    gap = value - asked
    if goal.op == "==" and value == asked:
        return Judgement(State.REACHED, Why.REACHED, value, asked, gap)
    if goal.op == "between" and goal.upper is not None and value > goal.upper:
        return Judgement(State.REACHED, Why.ABOVE_RANGE, value, asked, value - goal.upper)
    if goal.op != "==" and value >= asked:
        return Judgement(State.REACHED, Why.REACHED, value, asked, gap)
    return _not_yet(goal, reading, pace, value, gap)


def _not_yet(goal: Goal, reading: Reading, pace: Pace, value: Decimal, gap: Decimal) -> Judgement:
    """Below the goal: 未达 when the time is over, else by pace."""
    asked = goal.value
    if goal.due is None or goal.start is None:
        return Judgement(State.OPEN, Why.NO_DUE, value, asked, gap)
    if reading.as_of > goal.due:
        return Judgement(State.MISSED, Why.PAST_DUE, value, asked, gap)
    days = (goal.due - goal.start).days or 1
    elapsed = min(1.0, max(0.0, (reading.as_of - goal.start).days / days))
    progress = float(value / asked) if asked else 0.0
    on_pace = progress >= elapsed * pace.tolerance
    state, why = (State.OK, Why.ON_PACE) if on_pace else (State.WATCH, Why.BEHIND_PACE)
    return Judgement(state, why, value, asked, gap, elapsed, progress)


def _milestone(goal: Goal, reading: Reading) -> Judgement:
    if reading.value is not None and reading.value >= goal.done_at:
        return Judgement(State.DONE, Why.DONE, reading.value, goal.done_at, reading.value - goal.done_at)
    if goal.due is None:
        why = Why.NO_VALUE if reading.value is None else Why.NO_DUE
        return Judgement(State.OPEN, why, reading.value, goal.done_at)
    gap = (reading.value or Decimal(0)) - goal.done_at
    if reading.as_of > goal.due:
        if reading.value is None:
            return Judgement(State.OPEN, Why.NO_VALUE, None, goal.done_at)
        return Judgement(State.MISSED, Why.PAST_DUE, reading.value, goal.done_at, gap)
    return Judgement(State.OK, Why.NOT_DONE, reading.value, goal.done_at, gap)


def _trend(reading: Reading) -> Judgement:
    """Upwards is asked for. Two periods are needed to see a direction."""
    if reading.value is None:
        return Judgement(State.OPEN, Why.NO_VALUE)
    if reading.before is None:
        return Judgement(State.OPEN, Why.NO_EARLIER_VALUE, reading.value)
    gap = reading.value - reading.before
    if gap >= 0:
        return Judgement(State.OK, Why.RISING, reading.value, reading.before, gap)
    return Judgement(State.WATCH, Why.FALLING, reading.value, reading.before, gap)
