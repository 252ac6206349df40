"""The day each month's report is due, by the working-day calendar."""

from __future__ import annotations

from datetime import date

from hezhu.core.calendar.actions import current
from hezhu.programme import dates


class ReportDays:
    """Due days by month. The calendar is read once, each month is worked out once."""

    def __init__(self, due_day: int) -> None:
        self.due_day = due_day
        self.calendar = current()
        self.known: dict[date, date] = {}

    def due(self, month: date) -> date:
        if month not in self.known:
            self.known[month] = dates.report_due(month, self.due_day, self.calendar.is_working)
        return self.known[month]
