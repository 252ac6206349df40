"""The yearly holiday notices as the ``chinesecalendar`` package carries them."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from chinese_calendar import constants

SOURCE = "国务院办公厅节假日安排通知（chinesecalendar 汇编）"
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利七十周年纪念日",
}


class Departure(NamedTuple):
    """A day that departs from Monday to Friday."""

    date: date
    is_working: bool
    note: str


def known_years() -> list[int]:
    """The years the package covers, from its first holiday to its last."""
    return list(range(min(constants.holidays).year, max(constants.holidays).year + 1))


def departures() -> list[Departure]:
    """All days on which the notices depart from Monday to Friday, in order."""
    off = [Departure(day, False, NAMES[name]) for day, name in constants.holidays.items() if day.weekday() < 5]
    on = [Departure(day, True, f"{NAMES[name]}调休") for day, name in constants.workdays.items() if day.weekday() >= 5]
    return sorted(off + on)


def load(year_model: Any, day_model: Any) -> int:
    """Write the years that are not yet there, with their days; years present are left as they are. Returns how many were added."""
    present = set(year_model.objects.values_list("year", flat=True))
    new = [year for year in known_years() if year not in present]
    year_model.objects.bulk_create([year_model(year=year, source=SOURCE) for year in new])
    day_model.objects.bulk_create(
        [day_model(date=day, is_working=works, note=note, source=SOURCE) for day, works, note in departures() if day.year in new],
        ignore_conflicts=True,
    )
    return len(new)
