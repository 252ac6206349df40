"""Snapshots: dated, by county, kept apart by world; one made on its day is never written again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hezhu.portal import definitions
from hezhu.portal.actions import compute_all, month_ends
from hezhu.portal.computing import figures_now
from hezhu.portal.models import Computation, Definition, Snapshot
from hezhu.registers.projects.models import UnitBuilding

from .conftest import TODAY

pytestmark = pytest.mark.django_db


def test_snapshots_of_the_city_and_its_counties(prefab_city):
    compute_all(TODAY, demo=False)
    rows = {row.division: row for row in Snapshot.objects.filter(target="T08", as_of=TODAY, is_demo=False)}
    assert len(rows) == 8
    city = rows["330400"]
    assert (city.value, city.numerator, city.denominator, city.counted, city.looked_at) == (40, 2000, 5000, 2, 5)
    assert rows["330481"].value == Decimal("33.333333")
    assert (rows["330402"].value, rows["330402"].denominator) == (None, 0)
    assert not city.is_late
    assert not Snapshot.objects.filter(is_demo=True).exists()


def test_missing_month_ends_are_computed_afterwards_and_marked(prefab_city):
    compute_all(TODAY, demo=False)
    rows = Snapshot.objects.filter(target="T08", division="330400", is_late=True).order_by("as_of")
    assert [row.as_of for row in rows] == sorted(month_ends(TODAY))
    values = {row.as_of: row.value for row in rows}
    assert values[date(2025, 12, 31)] == 100
    assert values[date(2026, 2, 28)] is None
    assert values[date(2026, 3, 31)] == 40


def test_a_snapshot_made_on_its_day_stays(prefab_city, monkeypatch):
    last_of_may = date(2026, 5, 31)
    compute_all(last_of_may, demo=False)
    UnitBuilding.objects.filter(is_prefab=None).update(is_prefab=True)
    compute_all(TODAY, demo=False)
    kept = Snapshot.objects.get(target="T08", division="330400", as_of=last_of_may, is_demo=False)
    assert (kept.value, kept.is_late) == (40, False)
    april = Snapshot.objects.get(target="T08", division="330400", as_of=date(2026, 4, 30), is_demo=False)
    assert (april.value, april.is_late) == (60, True)
    assert Snapshot.objects.get(target="T08", division="330400", as_of=TODAY, is_demo=False).value == 60


def test_computing_twice_gives_the_same_rows(prefab_city):
    first = compute_all(TODAY, demo=False)
    count = Snapshot.objects.count()
    assert compute_all(TODAY, demo=False) == first
    assert Snapshot.objects.count() == count
    assert Computation.objects.count() == 1


def test_a_large_city_shows_its_snapshot_and_says_that_it_is_old(prefab_city):
    compute_all(TODAY, demo=False)
    Computation.objects.update(duration_ms=10_000)
    UnitBuilding.objects.filter(is_prefab=None).update(is_prefab=True)
    figures = figures_now("330400", demo=False, as_of=TODAY)
    assert (figures.by_target["T08"].value, figures.is_stale) == (40, True)
    compute_all(TODAY, demo=False)
    figures = figures_now("330400", demo=False, as_of=TODAY)
    assert (figures.by_target["T08"].value, figures.is_stale) == (60, False)


def test_definitions_are_loaded_once_and_versioned_when_they_count_otherwise(plan, monkeypatch):
    entries = definitions.pack()["indicators"]
    assert definitions.load() == len(entries)
    assert definitions.load() == 0
    reworded = [{**entry, "notes": ["另一种说法"]} if entry["target"] == "T08" else entry for entry in entries]
    monkeypatch.setattr(definitions, "pack", lambda: {"indicators": reworded, "in_force_from": date(2022, 11, 1)})
    assert definitions.load() == 0
    assert Definition.objects.get(target="T08").text["notes"] == ["另一种说法"]
    widened = [{**entry, "where": []} if entry["target"] == "T08" else entry for entry in entries]
    monkeypatch.setattr(definitions, "pack", lambda: {"indicators": widened, "in_force_from": date(2022, 11, 1)})
    assert definitions.load() == 1
    versions = Definition.objects.filter(target="T08").values_list("version", "is_current", "in_force_from")
    assert list(versions) == [(2, True, TODAY), (1, False, date(2022, 11, 1))]


def test_a_wrong_rule_pack_changes_nothing(plan, monkeypatch):
    definitions.load()
    entries = definitions.pack()["indicators"]
    broken = [{**entry, "table": "houses"} if entry["target"] == "T08" else entry for entry in entries]
    monkeypatch.setattr(definitions, "pack", lambda: {"indicators": broken, "in_force_from": date(2022, 11, 1)})
    with pytest.raises(definitions.DefinitionsWrong, match="T08 table：没有登记库“houses”"):
        definitions.load()
    assert set(Definition.objects.values_list("version", "is_current")) == {(1, True)}


def test_refresh_computes_both_worlds_and_only_after_a_change(prefab_city):
    from hezhu.portal.tasks import refresh

    refresh()
    assert set(Computation.objects.values_list("is_demo", flat=True)) == {False, True}
    moments = dict(Computation.objects.values_list("is_demo", "computed_at"))
    refresh()
    assert dict(Computation.objects.values_list("is_demo", "computed_at")) == moments
    UnitBuilding.objects.filter(is_prefab=None).update(is_prefab=True)
    refresh()
    assert Snapshot.objects.get(target="T08", division="330400", as_of=TODAY, is_demo=False).value == 60
    april = Snapshot.objects.get(target="T08", division="330400", as_of=date(2026, 4, 30), is_demo=False)
    assert april.value == 40
