"""How the statutory clock of a case came to stand where it stands: started when, stopped from when to when, how many days used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from hezhu.core.calendar import actions as calendar
from hezhu.core.calendar.days import Calendar
from hezhu.core.calendar.models import CalendarYear
from hezhu.core.cases.declare import Clock, Procedure
from hezhu.core.cases.models import Case, CaseStep


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the clock ran or stood still. ``until`` None: still so. ``days``: working days that counted, 0 while it stood."""

    label: str
    runs: bool
    since: date
    until: date | None
    days: int


@dataclass(frozen=True, slots=True)
class Story:
    """``limit`` and what was used of it, in working days; ``left`` is negative when it is overrun. ``calendars`` name their sources;
    ``unconfirmed`` lists years whose holiday notice is not out, counted as Monday to Friday."""

    limit: int
    stretches: list[Stretch]
    used: int
    left: int
    due_on: date | None
    calendars: list[str]
    unconfirmed: list[int]


def story_of(case: Case, today: date | None = None) -> Story | None:
    """The story since the clock last started; None where the procedure has no limit or the clock has not started."""
    limit = case.declared.limit
    if limit is None:
        return None
    today = today or timezone.localdate()
    steps = case.steps.filter(kind__in=[CaseStep.Kind.MOVE, CaseStep.Kind.EXPIRE]).exclude(target="").order_by("id")
    days = calendar.current()
    stretches = stretches_of(case.declared, steps.values_list("target", "at"), days, today)
    if not stretches:
        return None
    used = sum(stretch.days for stretch in stretches)
    last = max(case.due_on or today, today)
    years = range(stretches[0].since.year, last.year + 1)
    known = {row.year: row.source for row in CalendarYear.objects.filter(year__in=years)}
    return Story(
        limit=limit.days,
        stretches=stretches,
        used=used,
        left=limit.days - used,
        due_on=case.due_on,
        calendars=list(dict.fromkeys(known[year] for year in years if year in known)),
        unconfirmed=[year for year in years if year not in known],
    )


def stretches_of(procedure: Procedure, steps: Iterable[tuple[str, datetime]], days: Calendar, today: date) -> list[Stretch]:
    """Stretches since the clock last started anew, from (state reached, time) in order. The day of a step is not counted."""
    found: list[Stretch] = []
    was = Clock.NOT_STARTED
    for target, at in steps:
        state, day = procedure.state(target), timezone.localtime(at).date()
        if found and found[-1].until is None and (state.clock is not was or state.clock is Clock.PAUSED):
            found[-1] = _ended(found[-1], day, days)
        starts_anew = state.clock is Clock.NOT_STARTED or (was is Clock.ENDED and state.clock is Clock.RUNS)
        if starts_anew:
            found = []
        if state.clock is Clock.PAUSED or (state.clock is Clock.RUNS and was is not Clock.RUNS):
            found.append(Stretch(str(state.label), state.clock is Clock.RUNS, day, None, 0))
        was = state.clock
    if found and found[-1].until is None:
        still = _ended(found[-1], today, days)
        found[-1] = Stretch(still.label, still.runs, still.since, None, still.days)
    return found


def _ended(stretch: Stretch, day: date, days: Calendar) -> Stretch:
    counted = days.between(stretch.since, day) if stretch.runs else 0
    return Stretch(stretch.label, stretch.runs, stretch.since, day, counted)
