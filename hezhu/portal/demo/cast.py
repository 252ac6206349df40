"""Who of the simulated city plays in the story: firms with much to show, found by what they do, not by name."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from hezhu.core.access.models import Unit
from hezhu.registers.projects.models import PARTIES, Project, UnitBuilding

SAMPLE_COUNTY = "330481"
SECOND_DESIGNER = "second_designer"

Cast = dict[str, Unit]


def cast() -> Cast:
    """The five parties of the sample project and a second designer, each the busiest of its kind.

    The owner is the busiest in the sample's county; a designer's dwellings count that are no prefab buildings, for its drawing review takes one.
    """
    city = Project.objects.filter(is_demo=True)
    parts = {part: _busiest(city, part)[0] for part in PARTIES if part not in ("owner", "designer")}
    parts["owner"] = _busiest(city.filter(division=SAMPLE_COUNTY), "owner")[0]
    dwellings = UnitBuilding.objects.filter(is_demo=True, kind="dwelling").exclude(is_prefab=True)
    parts["designer"], parts[SECOND_DESIGNER] = _busiest(dwellings, "project__designer")[:2]
    return parts


def _busiest(rows: QuerySet, part: str) -> list[Unit]:
    """The units in ``part`` of the rows, the busiest first."""
    counted = rows.exclude(**{part: None}).values_list(part).annotate(rows=Count("pk")).order_by("-rows", part)
    units = Unit.objects.in_bulk([pk for pk, _count in counted])
    return [units[pk] for pk, _count in counted]
