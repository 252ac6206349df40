"""When the duties to the ministry fall due: quarter ends and year ends of the pilot, and its own end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hezhu.programme import dates
from hezhu.programme.models import DutyFiling, ExternalDuty, Phase, RequirementInstance

Frequency = ExternalDuty.Frequency


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One period of one duty, with its filing if there is one. ``since`` is the day the platform began to keep filings."""

    duty: ExternalDuty
    period: str
    due_on: date
    filing: DutyFiling | None
    today: date
    since: date

    @property
    def light(self) -> str:
        """The lamp: done when filed; open before its day, and for days from before the platform, which cannot know; late after it."""
        if self.filing:
            return "done"
        return "late" if self.since <= self.due_on < self.today else "open"

    @property
    def is_past(self) -> bool:
        return self.due_on < self.today

    @property
    def days(self) -> int:
        """Days past due (positive) or left (negative)."""
        return (self.today - self.due_on).days


def pilot_period() -> tuple[date, date]:
    """First and last day of the pilot, from its phases."""
    rows = list(Phase.objects.order_by("starts_on"))
    return rows[0].starts_on, max(row.ends_on for row in rows)


def occurrences(duty: ExternalDuty, today: date, *, demo: bool = False) -> list[Occurrence]:
    """The periods of a duty over the pilot, oldest first; those not begun yet are left out. A periodic duty has none to compute."""
    start, end = pilot_period()
    if duty.frequency == Frequency.QUARTERLY:
        periods = list(dates.quarter_ends(start, end))
    elif duty.frequency == Frequency.YEARLY:
        periods = list(dates.year_ends(start, end))
    elif duty.frequency == Frequency.ONCE:
        periods = [(str(duty.due_on.year), duty.due_on)] if duty.due_on else []
    else:
        periods = []
    filings = {row.period: row for row in DutyFiling.objects.filter(duty=duty, is_demo=demo)}
    since = RequirementInstance.objects.order_by("registered_on").values_list("registered_on", flat=True).first() or today
    return [Occurrence(duty, name, due, filings.get(name), today, since) for name, due in periods if _begun(duty, due, today)]


def _begun(duty: ExternalDuty, due: date, today: date) -> bool:
    """Whether the period that ends on ``due`` has begun."""
    if duty.frequency == Frequency.QUARTERLY:
        return dates.first_day(due).replace(month=due.month - 2) <= today
    return due.year <= today.year or duty.frequency == Frequency.ONCE
