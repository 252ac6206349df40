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
    single = Requirement.objects.filter(is_annual=False, due_year__isnull=False)
    opened = _open([(row, None, start, date(row.due_year, 12, 31)) for row in single], today)
    for year in range(annual_years().first_year, today.year + 1):
        opened += open_annual(year, today)
    return opened


def open_annual(year: int, today: date) -> int:
    """Open the yearly requirements for ``year`` where the rule covers it. Returns how many are new."""
    if not annual_years().covers(year):
        return 0
    yearly = Requirement.objects.filter(is_annual=True)
    return _open([(row, year, date(year, 1, 1), date(year, 12, 31)) for row in yearly], today)


def _open(rows: list[tuple[Requirement, int | None, date, date]], today: date) -> int:
    """Open what is not open yet; an instance that is keeps its dates."""
    before = RequirementInstance.objects.count()
    RequirementInstance.objects.bulk_create(
        [
            RequirementInstance(
                requirement=requirement,
                year=year,
                opens_on=opens_on,
                due_on=due_on,
                registered_on=today,
                division=settings.CITY_DIVISION,
            )
            for requirement, year, opens_on, due_on in rows
        ],
        ignore_conflicts=True,
    )
    return RequirementInstance.objects.count() - before


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
