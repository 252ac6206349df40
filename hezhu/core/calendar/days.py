"""Counting in working days. The day an event happens is not counted (民法典 第二百零一条): one working day after Friday is Monday."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Deadline:
    """A date reached by counting. ``confirmed`` is False when a counted year has no holiday notice yet: the date may still move."""

    date: date
    confirmed: bool


@dataclass(frozen=True)
class Calendar:
    """``exceptions``: day → worked or not, where it departs from Monday to Friday. ``years``: those whose notice is known."""

    exceptions: Mapping[date, bool]
    years: frozenset[int]

    def is_working(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < 5)

    def is_confirmed(self, first: date, last: date) -> bool:
        """Whether the notices of all years from ``first`` to ``last`` are known."""
        first, last = min(first, last), max(first, last)
        return all(year in self.years for year in range(first.year, last.year + 1))

    def add(self, start: date, count: int) -> date:
        """The ``count``-th working day after ``start`` (before it when negative); ``start`` itself when 0."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        day, left = start, abs(count)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` comes first.

        ``between(start, add(start, n)) == n`` for every n of at least 0.
        """
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + timedelta(days=offset)) for offset in range(1, (end - start).days + 1))

    def deadline(self, start: date, count: int) -> Deadline:
        day = self.add(start, count)
        return Deadline(day, self.is_confirmed(start, day))
