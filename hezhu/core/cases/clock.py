"""The statutory clock of a case: it runs in working days, stops while a case is paused, and goes on with what was left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hezhu.core.calendar.days import Calendar
from hezhu.core.cases.declare import Clock


@dataclass(frozen=True, slots=True)
class Standing:
    """``due_on``: last day of the limit, None before the clock starts; ``days_left``: what remains while it is paused."""

    due_on: date | None = None
    days_left: int | None = None
    confirmed: bool = True


def turn(standing: Standing, was: Clock, now: Clock, limit: int | None, today: date, calendar: Calendar) -> Standing:
    """The standing after a move from a state whose clock is ``was`` into one whose clock is ``now``.

    The day of the move is not counted. A clock that ended and starts again, as after an appeal, starts with the whole limit.
    """
    if limit is None or was is now:
        return standing
    if now is Clock.RUNS:
        days = standing.days_left if was is Clock.PAUSED and standing.days_left is not None else limit
        return _running(today, days, calendar)
    if now is Clock.PAUSED:
        left = calendar.between(today, standing.due_on) if standing.due_on is not None else limit
        return Standing(standing.due_on, left, standing.confirmed)
    if now is Clock.NOT_STARTED:
        return Standing()
    return Standing(standing.due_on, None, standing.confirmed)


def _running(today: date, days: int, calendar: Calendar) -> Standing:
    """Days may be negative: a case that was late when it was paused is as late when it goes on."""
    reached = calendar.add(today, days)
    return Standing(reached, None, calendar.is_confirmed(today, reached))
