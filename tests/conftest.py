"""Accounts and rows that many tests need. All of them are real (not demonstration) unless a name says so."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from hezhu.core.access.models import Unit, User
from hezhu.core.access.permissions import Role

OUTSIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
PASSWORD = "correct-horse-42"


def pytest_configure() -> None:
    """Hash test passwords cheaply (the strength of the hash is Django's matter, not these tests') and let no example fail by the clock."""
    from django.conf import settings
    from hypothesis import settings as examples

    examples.register_profile("no clock", deadline=None)  # machines are noisy: how long an example takes is no one's verdict here
    examples.load_profile("no clock")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # The browser's driver keeps an event loop in the thread of the tests; those that follow it use the database as before.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


class OneBrowser(LoadFileScheduling):
    """Each file stays with one process (fixtures of a module are made once); all browser tests with one, for they share a platform."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/e2e/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneBrowser:
    return OneBrowser(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come first, so that the rest fills the other process meanwhile."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is None)


@pytest.fixture(scope="session")
def outside_data() -> Path:
    """The folder of outside data beside the checkout; tests that need it skip where it is absent."""
    if not OUTSIDE.is_dir():
        pytest.skip("the outside data folder (../shared/data) is absent")
    return OUTSIDE


tables_were_emptied = False


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test with real transactions empties every table at its end, the working days that a migration brought among them:
    they are put back before the next test, outside its transaction."""
    global tables_were_emptied
    if tables_were_emptied:
        from pytest_django.plugin import blocking_manager_key

        from hezhu.core.calendar.actions import seed_working_days

        with item.config.stash[blocking_manager_key].unblock():
            seed_working_days()
        tables_were_emptied = False
    marker = item.get_closest_marker("django_db")
    if (marker is not None and marker.kwargs.get("transaction")) or "transactional_db" in getattr(item, "fixturenames", ()):
        tables_were_emptied = True


def _account(name: str, role: str, unit: Unit, *, is_demo: bool = False) -> User:
    return User.objects.create_user(name, PASSWORD, display_name=name, role=role, unit=unit, is_demo=is_demo)


@pytest.fixture
def units(db: None) -> dict[str, Unit]:
    """The units the accounts belong to."""
    kinds = Unit.Kind
    rows = {
        "office": ("测试领导小组办公室", kinds.CITY_OFFICE, "330400"),
        "bureau": ("测试市资规局", kinds.BUREAU, "330400"),
        "haiyan": ("测试海盐县政府", kinds.COUNTY, "330424"),
        "haining": ("测试海宁市政府", kinds.COUNTY, "330481"),
        "firm": ("测试海宁建工有限公司", kinds.ENTERPRISE, "330481"),
        "other_firm": ("测试桐乡建设有限公司", kinds.ENTERPRISE, "330483"),
        "review_body": ("测试审图中心", kinds.REVIEW_BODY, "330400"),
    }
    return {key: Unit.objects.create(name=name, kind=kind, division=division) for key, (name, kind, division) in rows.items()}


@pytest.fixture
def city_officer(units: dict[str, Unit]) -> User:
    return _account("city", Role.CITY_OFFICE, units["office"])


@pytest.fixture
def bureau_officer(units: dict[str, Unit]) -> User:
    return _account("bureau", Role.BUREAU, units["bureau"])


@pytest.fixture
def haiyan_officer(units: dict[str, Unit]) -> User:
    return _account("haiyan", Role.COUNTY_OFFICER, units["haiyan"])


@pytest.fixture
def haining_officer(units: dict[str, Unit]) -> User:
    return _account("haining", Role.COUNTY_OFFICER, units["haining"])


@pytest.fixture
def firm_user(units: dict[str, Unit]) -> User:
    return _account("firm", Role.ENTERPRISE, units["firm"])


@pytest.fixture
def other_firm_user(units: dict[str, Unit]) -> User:
    return _account("other-firm", Role.ENTERPRISE, units["other_firm"])


@pytest.fixture
def reviewer(units: dict[str, Unit]) -> User:
    return _account("reviewer", Role.REVIEWER, units["review_body"])


@pytest.fixture
def expert(units: dict[str, Unit]) -> User:
    return _account("expert", Role.EXPERT, units["review_body"])


@pytest.fixture
def auditor(units: dict[str, Unit]) -> User:
    return _account("auditor", Role.AUDITOR, units["office"])


@pytest.fixture
def administrator(units: dict[str, Unit]) -> User:
    return _account("administrator", Role.ADMINISTRATOR, units["office"])


@pytest.fixture
def demo_officer(units: dict[str, Unit]) -> User:
    return _account("demo-city", Role.CITY_OFFICE, units["office"], is_demo=True)


@pytest.fixture
def project(units: dict[str, Unit]):
    """A project in 海宁 built by the firm."""
    from hezhu.registers.projects.models import Project

    return Project.objects.create(
        number="3304812603010101",
        name="海宁测试安置房",
        division="330481",
        area_m2=12000,
        owner=units["firm"],
        contractor=units["firm"],
        owner_contact="周建国",
        owner_phone="13812348000",
        permit_number="3304812603010101-SX-001",
        permit_issued_on=date(2026, 3, 1),
    )


@pytest.fixture
def building(project):
    from hezhu.registers.projects.models import UnitBuilding

    return UnitBuilding.objects.create(
        project=project,
        code="1#",
        name="1号楼",
        division="330481",
        kind="dwelling",
        area_m2=6000,
        above_ground_area_m2=5600,
        permit_issued_on=date(2026, 3, 1),
    )
