"""BIM报建 from application to approval: the machine's figures, a change with a new version, opinions, and the document."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hezhu.bim.plans import actions, errors
from hezhu.bim.plans.models import PlanConditions, PlanVersion
from hezhu.bim.plans.shown import panel_context, sheet_rows
from hezhu.core.access.models import User
from hezhu.core.cases import actions as cases
from hezhu.core.cases import opinions
from hezhu.core.cases.declare import Said
from hezhu.core.cases.errors import NoSuchMove
from hezhu.core.cases.models import Case, available_moves
from hezhu.core.errors import NotAllowed
from hezhu.registers.documents.models import Document
from hezhu.registers.projects.models import Project
from tests.bim.plans.conftest import PACK, check, papers

pytestmark = pytest.mark.django_db
CONDITIONS = {"document": "海规条 2026-8", "zone": "new_town", "use": "住宅", "far_max": 2.5, "height_max_m": 60}


def as_account(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_application_waits_for_the_chosen_office_alone(
    case: Case, planning_officer: User, haining_officer: User, city_officer: User
) -> None:
    assert case.number.startswith("BJ-")
    assert not cases.waiting_for(planning_officer).exists(), "the machine looks first"
    check(case)
    case.refresh_from_db()
    assert [task.case_id for task in cases.waiting_for(planning_officer)] == [case.pk]
    assert not cases.waiting_for(city_officer).exists()
    assert [move.key for move in available_moves(case, planning_officer)] == ["accept", "complete"]
    assert available_moves(case, haining_officer) == []


def test_nothing_is_accepted_before_the_machine_has_looked(case: Case, planning_officer: User) -> None:
    with pytest.raises(NoSuchMove):
        cases.move(case, "accept", by=planning_officer)
    version = check(case)
    assert version.state == PlanVersion.State.DONE
    assert {figure["key"] for figure in version.figures} >= {"far", "density", "green_ratio", "height"}
    assert version.drawing.startswith("<svg")
    assert version.reports.count() == 4
    assert cases.move(case, "accept", by=planning_officer).state == "examining"


def test_the_whole_way_with_a_change_an_opinion_and_the_document(
    case: Case, site_files: dict[str, bytes], planning_officer: User, firm_user: User, haining_officer: User, client: Client
) -> None:
    check(case)
    cases.move(case, "accept", by=planning_officer)
    cases.move(case, "change", by=planning_officer, said=Said("4号楼间距请复核"))
    with pytest.raises(errors.NothingNew):
        cases.move(case, "changed", by=firm_user)
    actions.add_version(case, papers(site_files, "close", far=2.0), by=firm_user)
    case.refresh_from_db()
    case = cases.move(case, "changed", by=firm_user)
    with pytest.raises(errors.StillChecking):
        cases.move(case, "approve", by=planning_officer)
    second = check(case)
    assert second.number == 2
    failing = second.counts["fail"]
    assert failing
    (asked,) = opinions.ask(case, [haining_officer.unit], by=planning_officer, question="是否同意", days=5)
    opinions.answer(asked, by=haining_officer, answer="conditions", text="须同步实施道路")
    with pytest.raises(errors.FailingFigures, match=str(failing)):
        cases.move(case, "approve", by=planning_officer)
    case = cases.move(case, "approve", by=planning_officer, said=Said("经专题论证同意"))
    (document,) = case.documents.all()
    page = client.get(document.get_absolute_url()).content.decode()
    assert "有效" in page
    assert "测试小区" in page
    assert second.site_model.file.sha256 in page
    case = cases.move(case, "correct", by=planning_officer, said=Said("更正申请单位名称"))
    assert [row.standing for row in case.documents.all()] == ["replaced", "valid"]
    asked = ["经专题论证同意", f"须同步实施道路（{haining_officer.unit}）"]
    assert [row.content["conditions"] for row in case.documents.all()] == [asked, asked]
    cases.move(case, "revoke", by=planning_officer, said=Said("材料不实"))
    assert [row.standing for row in case.documents.all()] == ["replaced", "revoked"]
    filed = Document.objects.filter(project=case.plan.project, origin=case.number).order_by("pk")
    assert [(row.kind, row.stage, row.state) for row in filed] == [
        ("opinion", "scheme", "superseded"),
        ("model", "scheme", "current"),
        ("report", "scheme", "current"),
        ("opinion", "scheme", "withdrawn"),
    ]
    assert filed[1].attachment == second.site_model


def test_the_projects_conditions_win_and_the_sheet_shows_all_three(
    project: Project, site_files: dict[str, bytes], firm_user: User, planning_officer: User
) -> None:
    actions.fix_conditions(project, CONDITIONS, by=planning_officer)
    case = actions.apply(
        project, papers(site_files, far=9.9), by=firm_user, office=planning_officer.unit, pack=PACK, judged_on=date(2026, 11, 23)
    )
    version = check(case)
    row = next(row for row in sheet_rows(version) if row.key == "far")
    assert row.required == "≤ 2.5"
    assert row.declared == "9.9"
    assert row.differs
    actions.fix_conditions(project, {**CONDITIONS, "far_max": 1.0}, by=planning_officer)
    version.refresh_from_db()
    assert version.conditions["far_max"] == 2.5, "a submitted version keeps the conditions it was judged by"


def test_a_project_has_one_open_application(
    case: Case, project: Project, site_files: dict[str, bytes], firm_user: User, planning_officer: User
) -> None:
    again: dict[str, Any] = {"office": planning_officer.unit, "pack": PACK, "judged_on": date(2026, 11, 23)}
    with pytest.raises(errors.AlreadyApplied, match=case.number):
        actions.apply(project, papers(site_files), by=firm_user, **again)
    cases.move(case, "withdraw", by=firm_user, said=Said("另行申请"))
    assert actions.apply(project, papers(site_files), by=firm_user, **again).pk != case.pk


def test_only_those_who_may_do_it(
    case: Case,
    project: Project,
    site_files: dict[str, bytes],
    other_firm_user: User,
    firm_user: User,
    auditor: User,
    reviewer: User,
) -> None:
    with pytest.raises(NotAllowed):
        actions.fix_conditions(project, CONDITIONS, by=firm_user)
    with pytest.raises(NotAllowed):
        actions.add_version(case, papers(site_files), by=firm_user)  # nothing is to be changed now
    for user in (other_firm_user, auditor, reviewer):
        with pytest.raises(NotAllowed):
            actions.apply(project, papers(site_files), by=user, office=firm_user.unit, pack=PACK, judged_on=date(2026, 11, 23))
    assert not PlanConditions.objects.exists()
    assert (PlanVersion.objects.count(), Case.objects.count()) == (1, 1)


def test_a_model_that_cannot_be_read_says_why_and_can_be_replaced(
    project: Project, firm_user: User, planning_officer: User, site_files: dict[str, bytes]
) -> None:
    broken = site_files["good"][: len(site_files["good"]) // 2]
    case = actions.apply(
        project,
        actions.Papers(SimpleUploadedFile("半截.ifc", broken)),
        by=firm_user,
        office=planning_officer.unit,
        pack=PACK,
        judged_on=date(2026, 11, 23),
    )
    check(case)
    version = case.plan.latest
    assert version is not None
    assert version.state == PlanVersion.State.FAILED
    assert version.failure
    page = as_account(firm_user).get(case.get_absolute_url()).content.decode()
    assert "机审未完成" in page
    case.refresh_from_db()
    assert (case.state, case.steps.last().text) == ("lacking", version.failure)
    assert not cases.waiting_for(planning_officer).exists()
    assert [task.case_id for task in cases.waiting_for(firm_user)] == [case.pk]
    actions.add_version(case, papers(site_files), by=firm_user)
    case.refresh_from_db()
    assert case.state == "checking"
    assert check(case).state == PlanVersion.State.DONE
    assert cases.move(case, "accept", by=planning_officer).state == "examining"


def test_pages_of_application_conditions_and_case(
    project: Project, site_files: dict[str, bytes], firm_user: User, planning_officer: User, other_firm_user: User
) -> None:
    firm, office = as_account(firm_user), as_account(planning_officer)
    assert "还没有录入" in firm.get(f"/plans/projects/{project.number}/apply/").content.decode()
    assert firm.get(f"/plans/projects/{project.number}/conditions/").status_code == 403
    wrong = {**CONDITIONS, "far_min": "3"}
    assert "下限大于上限" in office.post(f"/plans/projects/{project.number}/conditions/", wrong).content.decode()
    assert office.post(f"/plans/projects/{project.number}/conditions/", CONDITIONS).status_code == 302
    form = {"office": planning_officer.unit_id, "judged_on": "2026-11-23", "pack": PACK, "density": "20", "far": "2"}
    without = firm.post(f"/plans/projects/{project.number}/apply/", form)
    assert without.status_code == 422
    sent = {**form, "site_model": SimpleUploadedFile("总图.ifc", site_files["close"])}
    answer = firm.post(f"/plans/projects/{project.number}/apply/", sent)
    assert answer.status_code == 302
    case = Case.objects.get()
    assert "机审中" in firm.get(case.get_absolute_url()).content.decode()
    version = check(case)
    assert version.declared == {"density": 0.2, "far": 2.0}
    page = office.get(case.get_absolute_url()).content.decode()
    for words in ("经济技术指标", "容积率", "规划条文核对", "不符合", "<svg", "海规条 2026-8"):
        assert words in page
    report = version.reports.get(name__endswith="plan.html")
    address = f"/plans/{case.number}/versions/1/files/{report.pk}/"
    assert office.get(address).status_code == 200
    assert as_account(other_firm_user).get(address).status_code == 404


def test_the_panel_offers_a_new_version_only_when_it_is_wanted(case: Case, firm_user: User, planning_officer: User) -> None:
    check(case)
    assert not panel_context(case, firm_user)["may_add_version"]
    case = cases.move(case, "complete", by=planning_officer, said=Said("缺绿地"))
    assert panel_context(case, firm_user)["may_add_version"]
    assert not panel_context(case, planning_officer)["may_add_version"]


def test_of_a_long_list_the_first_rows_come_and_the_whole_on_demand(case: Case, planning_officer: User) -> None:
    version = check(case)
    one = version.findings[0]
    version.findings = [{**one, "verdict": "fail", "key": f"k{n}", "title": f"第{n:03}项"} for n in range(40)]
    version.save(update_fields=["findings"])
    office = as_account(planning_officer)
    page = office.get(case.get_absolute_url()).content.decode()
    assert "第029项" in page
    assert "第030项" not in page
    assert "40 项，先显示 30 项" in page
    whole = office.get(case.get_absolute_url(), {"whole": "1"}).content.decode()
    assert "第039项" in whole
    assert "先显示" not in whole
