"""A plan and a few buildings to compute with. The day is pinned: 2026-06-17."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache

from hezhu.core.access.models import User
from hezhu.programme import seed
from hezhu.registers.projects.models import Project, UnitBuilding

TODAY = date(2026, 6, 17)


@pytest.fixture(autouse=True)
def pinned_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEZHU_TODAY", TODAY.isoformat())
    cache.clear()


@pytest.fixture
def plan(units: dict) -> None:
    """The published plan with its 47 targets."""
    seed.load()


@pytest.fixture
def make_building(units: dict):
    """Adds a building with its project; ``changes`` override its columns."""
    made = []

    def make(division: str = "330481", *, demo: bool = False, project: dict | None = None, **changes: object) -> UnitBuilding:
        number = f"{division}26030101{len(made) + 1:02d}"
        home = {"name": f"项目{len(made) + 1}", "permit_issued_on": date(2026, 3, 1), "owner": units["firm"], **(project or {})}
        home = Project.objects.create(number=number, division=division, is_demo=demo, **home)
        columns = {"code": "1#", "name": f"{len(made) + 1}号楼", "area_m2": Decimal(1000), "permit_issued_on": date(2026, 3, 1)}
        made.append(UnitBuilding.objects.create(project=home, division=division, is_demo=demo, **(columns | changes)))
        return made[-1]

    return make


@pytest.fixture
def prefab_city(plan: None, make_building) -> None:
    """2,000 of 5,000 m² prefab: 海宁 1,000 of 3,000, 海盐 1,000 of 2,000. One demo building, one of last year, one not new."""
    make_building("330481", is_prefab=True, assembly_rate=Decimal("62.4"))
    make_building("330481", is_prefab=False, assembly_rate=Decimal("38.5"), assembly_reason="装配率低于 50%")
    make_building("330481")
    make_building("330424", is_prefab=True, assembly_rate=Decimal("55"))
    make_building("330424", is_prefab=False)
    make_building("330481", is_prefab=True, demo=True)
    make_building("330481", is_prefab=True, permit_issued_on=date(2025, 3, 1))
    make_building("330481", is_prefab=True, is_new=False)


@pytest.fixture
def as_(client):
    """Sign in as ``user``."""

    def sign_in(user: User):
        client.force_login(user)
        return client

    return sign_in
