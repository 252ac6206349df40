"""The plan, and officers at the units it names."""

from datetime import date

import pytest

from hezhu.core.access.models import Unit, User
from hezhu.core.access.permissions import Role
from hezhu.core.files.actions import keep
from hezhu.programme import figures, seed
from hezhu.programme.models import RequirementInstance

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The day the tests are judged on."""
    monkeypatch.setenv("HEZHU_TODAY", TODAY.isoformat())
    return TODAY


@pytest.fixture(autouse=True)
def no_figures(monkeypatch):
    """Lights are judged by reports alone, unless a test provides figures."""
    monkeypatch.setattr(figures, "_providers", [])


@pytest.fixture
def plan(db):
    return seed.load(TODAY)


@pytest.fixture
def instance(plan):
    """JX-08 示范企业: led by 市建设局, due 2025, 市经信局 bound by the body alone."""
    return RequirementInstance.objects.get(requirement__code="JX-08")


@pytest.fixture
def yearly(plan):
    """JX-12 of 2026: led by 市建设局."""
    return RequirementInstance.objects.get(requirement__code="JX-12", year=2026)


def officer(name, unit, role=Role.BUREAU, **fields):
    return User.objects.create_user(name, "correct-horse-42", display_name=name, role=role, unit=Unit.by_name(unit), **fields)


@pytest.fixture
def lead_officer(plan):
    return officer("jianshe", "市建设局")


@pytest.fixture
def finance_officer(plan):
    """At a bureau that JX-08 and JX-12 do not bind."""
    return officer("caizheng", "市财政局")


@pytest.fixture
def second_city_officer(plan):
    return officer("office-2", "领导小组办公室", Role.CITY_OFFICE)


@pytest.fixture
def evidence(db, tmp_path, settings):
    """A function that keeps a small PDF for an account."""
    settings.MEDIA_ROOT = tmp_path

    def make(by, name="证明.pdf"):
        return keep(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", by=by, purpose="evidence", name=name)

    return make
