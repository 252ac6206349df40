"""A project of the firm's, its planning conditions, and site models of the sample block."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hezhu.bim.plans import actions
from hezhu.bim.plans.models import PlanVersion
from hezhu.core.access.models import Unit, User
from hezhu.core.cases.models import Case
from hezhu.core.jobs.actions import run_here
from hezhu.engines.review.planning.sample import write_site
from hezhu.engines.review.planning.sample_block import sample_site
from hezhu.registers.projects.models import Project

PACK = "jiaxing-2018"


@pytest.fixture(scope="session")
def site_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The sample site without faults, and with two buildings too close."""
    folder = tmp_path_factory.mktemp("sites")
    return {
        name: write_site(folder / f"{name}.ifc", sample_site(faults)).read_bytes()
        for name, faults in (("good", []), ("close", ["too-close"]))
    }


@pytest.fixture
def project(units: dict[str, Unit]) -> Project:
    return Project.objects.create(
        number="2211033048100101", name="测试小区", division="330481", owner=units["firm"], function=Project.Function.HOUSING
    )


@pytest.fixture
def planning_officer(bureau_officer: User) -> User:
    """An account of the bureau that receives the application."""
    return bureau_officer


def papers(site_files: dict[str, bytes], name: str = "good", **declared: float) -> actions.Papers:
    return actions.Papers(SimpleUploadedFile(f"{name}.ifc", site_files[name]), declared=declared)


@pytest.fixture
def case(project: Project, site_files: dict[str, bytes], firm_user: User, planning_officer: User) -> Case:
    """An application just submitted; the machine has not looked yet."""
    return actions.apply(
        project, papers(site_files, far=2.0), by=firm_user, office=planning_officer.unit, pack=PACK, judged_on=date(2026, 11, 23)
    )


def check(case: Case) -> PlanVersion:
    """Runs the machine's check of the latest version here."""
    version = case.plan.latest
    assert version is not None
    assert version.job is not None
    run_here(version.job)
    version.refresh_from_db()
    return version
