"""A project with a designer, a review body, four experts and a bureau, and its drawings submitted by discipline."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hezhu.bim.drawings import actions, clashing, draws, joining, opinions, rounds
from hezhu.bim.drawings.clash_inspection import ClashRequest
from hezhu.bim.drawings.models import ClashCheck, Draw, Expert
from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.core.access.models import Unit, User
from hezhu.core.access.permissions import Role
from hezhu.core.cases import actions as cases
from hezhu.core.cases.declare import Said
from hezhu.core.cases.models import Case
from hezhu.core.jobs.actions import run_here
from hezhu.registers.projects.models import Project, UnitBuilding
from tests.bim.conftest import MODEL, FakeEngines
from tests.conftest import PASSWORD

REQUIRED = ("architecture", "structure", "plumbing", "hvac", "electrical")


def model_file(name: str) -> SimpleUploadedFile:
    """A small model file whose content is its name's own."""
    return SimpleUploadedFile(f"{name}.ifc", MODEL.replace(b"DATA;\n", f"DATA;\n/* {name} */\n".encode()))


def papers(building: UnitBuilding, *disciplines: str, mark: str = "1") -> list[actions.SlotModel]:
    return [actions.SlotModel(building, key, model_file(f"{building.code}-{key}-{mark}")) for key in (disciplines or REQUIRED)]


@pytest.fixture
def project(project: Project, units: dict[str, Unit]) -> Project:
    """The project of the house's tests, with the other firm as its designer."""
    project.designer = units["other_firm"]
    project.save()
    return project


@pytest.fixture
def designer(other_firm_user: User) -> User:
    return other_firm_user


@pytest.fixture
def body(reviewer: User) -> User:
    return reviewer


@pytest.fixture
def bureau(bureau_officer: User) -> User:
    return bureau_officer


@pytest.fixture
def second_reviewer(units: dict[str, Unit]) -> User:
    return User.objects.create_user(
        "reviewer-2", PASSWORD, display_name="reviewer-2", role=Role.REVIEWER, unit=units["review_body"]
    )


@pytest.fixture
def experts(units: dict[str, Unit], designer: User, bureau: User, project: Project) -> dict[str, Expert]:
    """Two who may be drawn; one of the designer's own firm, one with the owner on the conflict list, one whose term ended."""
    institute = Unit.objects.create(name="测试设计院甲", kind=Unit.Kind.INSTITUTION, division="330400")
    other = Unit.objects.create(name="测试设计院乙", kind=Unit.Kind.INSTITUTION, division="330400")
    places = {"free": institute, "spare": other, "own": designer.unit, "listed": other, "ended": institute}
    made = {}
    for name, unit in places.items():
        user = User.objects.create_user(f"expert-{name}", PASSWORD, display_name=name, role=Role.EXPERT, unit=unit)
        until = timezone.localdate() - timedelta(days=1) if name == "ended" else None
        made[name] = draws.keep_expert(
            Expert(user=user, disciplines=list(REQUIRED), title="正高", appointed_until=until),
            by=bureau,
            units=[project.owner] if name == "listed" and project.owner else [],
            projects=[],
        )
    return made


@pytest.fixture
def submitted(project: Project, building: UnitBuilding, designer: User, body: User, bureau: User, engines: FakeEngines) -> Case:
    """Five disciplines of one building; the machine has not looked yet."""
    return actions.submit(
        project,
        [building],
        papers(building),
        by=designer,
        body=body.unit,
        office=bureau.unit,
        judged_on=date(2026, 3, 1),
    )


class FakeClashes:
    """Stands for the engines of the clash check: leaves what it was given."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, request: ClashRequest, tell: Callable[[float, str], None], *, engines: Any) -> None:
        self.asked.append(tuple(Path(path).stem for path in request.models))
        (Path(request.out) / "clash.json").write_text(json.dumps(self.found))


@pytest.fixture(autouse=True)
def clashes(monkeypatch: pytest.MonkeyPatch) -> FakeClashes:
    fake = FakeClashes()
    monkeypatch.setattr(clashing, "run_engines", fake)
    return fake


def run_machine(case: Case) -> list[ReviewCase]:
    """Runs the machine reviews that wait, and the clash checks after them; gives the current reviews."""
    for row in rounds.current_cases(case.drawings):
        if row.is_running:
            assert row.job is not None
            run_here(row.job)
    for check in ClashCheck.objects.filter(round__review=case.drawings, state=ClashCheck.State.QUEUED):
        assert check.job is not None
        run_here(check.job)
    return rounds.current_cases(case.drawings)


@pytest.fixture
def accepted(submitted: Case, body: User) -> Case:
    """Accepted by the review body; experts can be drawn."""
    run_machine(submitted)
    return cases.move(submitted, "accept", by=body)


@pytest.fixture
def drawn(accepted: Case, body: User, experts: dict[str, Expert]) -> Case:
    """One expert for each discipline."""
    draws.draw(accepted, dict.fromkeys(REQUIRED, 1), by=body)
    return accepted


def all_say(case: Case, decide: Callable[[str], tuple[str, str, str]]) -> None:
    """Every expert at work gives an opinion on everything (``decide`` from discipline), and finishes."""
    for user in {row.expert.user for row in case.drawings.assignments.filter(state="working").select_related("expert__user")}:
        for assignment in case.drawings.assignments.filter(state="working", expert__user=user):
            decision, severity, text = decide(assignment.discipline)
            mine = [
                row
                for row in rounds.current_cases(case.drawings)
                if row.discipline == assignment.discipline and row.state == "awaiting_decision"
            ]
            found = rounds.findings_of(mine)
            if found.exists():
                opinions.give(case, found, by=user, decision=decision, severity=severity, text=text)
        opinions.finish(case, by=user)


@pytest.fixture
def joined(drawn: Case, body: User) -> Case:
    """Experts confirm the architecture and reject the rest; the body is joining."""
    all_say(drawn, lambda key: ("confirmed", "", "") if key == "architecture" else ("rejected", "", "模型表达问题"))
    drawn.refresh_from_db()
    return cases.move(drawn, "join", by=body)


@pytest.fixture
def changing(joined: Case, body: User) -> Case:
    """The designer is to change the architecture."""
    joining.join(joined, by=body)
    return cases.move(joined, "change", by=body, said=Said("楼梯净宽不足，请修改"))


def findings(case: Case, discipline: str) -> list[CaseFinding]:
    rows = [row for row in rounds.current_cases(case.drawings) if row.discipline == discipline]
    return list(rounds.findings_of(rows).order_by("position"))


def draw_of(case: Case, discipline: str) -> Draw:
    return case.drawings.draws.filter(discipline=discipline).latest("id")
