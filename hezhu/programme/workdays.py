"""The day each month's report is due, by the working-day calendar."""

from __future__ import annotations

from datetime import date

from hezhu.programme import dates


class ReportDays:
    """Due days by month, each worked out once."""

    def __init__(self, due_day: int) -> None:
        self.due_day = due_day
        self.known: dict[date, date] = {}

    def due(self, month: date) -> date:
        if month not in self.known:
            self.known[month] = dates.report_due(month, self.due_day, is_working_day)
        return self.known[month]


def is_working_day(day: date) -> bool:
    return day.weekday() < 5
