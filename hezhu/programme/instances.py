"""Instances of requirements: opened one a year where the plan says 每年, one altogether otherwise. Safe to repeat."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import QuerySet

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


def instances_on(day: date) -> QuerySet[RequirementInstance]:
    """One instance for each requirement, in the annex's order: of a yearly one that of the latest year begun by ``day``."""
    newest = (
        RequirementInstance.objects.filter(opens_on__lte=day)
        .order_by("requirement_id", "-opens_on", "-pk")
        .distinct("requirement_id")
        .values("pk")
    )
    rows = RequirementInstance.objects.filter(pk__in=newest).select_related("requirement__lead_unit")
    return rows.order_by("requirement__seq", "requirement__sub")
