"""Open the instances of requirements: one a year where the plan says 每年, one altogether otherwise. Safe to repeat."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from hezhu.programme.models import Phase, Requirement, RequirementInstance
from hezhu.programme.rules import annual_years


def open_instances(today: date) -> int:
    """Open what is due by ``today``: every single instance, and the yearly ones up to this year. Returns how many are new."""
    start = Phase.objects.order_by("starts_on").values_list("starts_on", flat=True)[0]
    opened = 0
    for requirement in Requirement.objects.filter(is_annual=False, due_year__isnull=False):
        opened += _open(requirement, None, start, date(requirement.due_year, 12, 31), today)
    for year in range(annual_years().first_year, today.year + 1):
        opened += open_annual(year, today)
    return opened


def open_annual(year: int, today: date) -> int:
    """Open the yearly requirements for ``year`` where the rule covers it. Returns how many are new."""
    if not annual_years().covers(year):
        return 0
    span = date(year, 1, 1), date(year, 12, 31)
    return sum(_open(requirement, year, *span, today) for requirement in Requirement.objects.filter(is_annual=True))


def _open(requirement: Requirement, year: int | None, opens_on: date, due_on: date, today: date) -> bool:
    _, created = RequirementInstance.objects.get_or_create(
        requirement=requirement,
        year=year,
        defaults={
            "division": settings.CITY_DIVISION,
            "opens_on": opens_on,
            "due_on": due_on,
            "registered_on": today,
        },
    )
    return created
