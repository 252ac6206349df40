"""New versions, agencies, and an application filed anew, with the machine's results written by hand so that nothing waits for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hezhu.bim.plans import actions, errors
from hezhu.bim.plans.checking import _go_on
from hezhu.bim.plans.models import PlanVersion
from hezhu.core.access.models import Unit, User
from hezhu.core.cases import actions as cases
from hezhu.core.cases import opinions
from hezhu.core.cases.declare import Said
from hezhu.core.cases.models import Case
from hezhu.registers.projects.models import Project
from tests.bim.plans.conftest import PACK, papers
from tests.bim.plans.test_plan_case import as_account

pytestmark = pytest.mark.django_db
MISSING = {
    "key": "boundary",
    "title": "须有闭合的用地红线",
    "met": False,
    "required": True,
    "found": "",
    "remedy": "画成闭合折线",
    "elements": [],
    "count": 0,
}
FIGURE = {"key": "far", "title": "容积率", "unit": "", "value": 2.0, "how": "", "missing": [], "parts": []}


def finding(key: str, verdict: str = "fail") -> dict[str, Any]:
    return {
        "key": key,
        "verdict": verdict,
        "title": f"条文{key}",
        "subject": {"name": "1号楼"},
        "measured": None,
        "required": None,
        "missing": [],
        "source": {"standard": "S", "clause": "1", "confirmed": True},
        "method": "",
        "shape": {"kind": "line", "points": []},
    }


def judged(case: Case, *found: dict[str, Any], intake: list[Any] | None = None, far: float = 2.0) -> Case:
    """The latest version as the machine would leave it."""
    version = case.plan.latest
    assert version is not None
    fails = sum(item["verdict"] == "fail" for item in found)
    version.state, version.findings, version.figures = PlanVersion.State.DONE, list(found), [{**FIGURE, "value": far}]
    version.summary, version.counts = {"intake": intake or [], "buildings": []}, {"fail": fails}
    version.drawing = '<svg viewBox="0 0 9 9"></svg>'
    version.save()
    _go_on(version)
    return Case.objects.get(pk=case.pk)


def test_what_is_lacking_goes_back_to_the_applicant_with_a_list(
    case: Case, site_files: dict[str, bytes], firm_user: User, planning_officer: User
) -> None:
    case = judged(case, intake=[MISSING])
    assert case.state == "lacking"
    assert not cases.waiting_for(planning_officer).exists()
    page = as_account(firm_user).get(case.get_absolute_url()).content.decode()
    assert "模型资料核对" in page
    assert "1. 须有闭合的用地红线。画成闭合折线" in page
    actions.add_version(case, papers(site_files), by=firm_user, seen=1)
    case.refresh_from_db()
    assert case.state == "checking"
    case = judged(case)
    assert case.state == "received"
    assert [task.case for task in cases.waiting_for(planning_officer)] == [case]


def test_a_changed_version_that_lacks_something_does_not_go_back_to_the_office(
    case: Case, site_files: dict[str, bytes], firm_user: User, planning_officer: User
) -> None:
    case = cases.move(judged(case), "complete", by=planning_officer, said=Said("补绿地"))
    actions.add_version(case, papers(site_files), by=firm_user)
    judged(case, intake=[MISSING])
    with pytest.raises(errors.IntakeLacking, match="用地红线"):
        cases.move(case, "completed", by=firm_user)
    assert Case.objects.get(pk=case.pk).state == "completing"


def test_a_reply_to_an_old_version_is_refused(
    case: Case, site_files: dict[str, bytes], firm_user: User, planning_officer: User
) -> None:
    case = cases.move(judged(case), "complete", by=planning_officer, said=Said("补绿地"))
    actions.add_version(case, papers(site_files), by=firm_user, seen=1)
    case = judged(case)
    with pytest.raises(errors.OldVersion, match=r"第 2 版.*第 1 版"):
        actions.add_version(case, papers(site_files), by=firm_user, seen=1)
    sent = {"seen": "1", "site_model": SimpleUploadedFile("a.ifc", site_files["good"])}
    answer = as_account(firm_user).post(f"/plans/{case.number}/versions/new/", sent)
    assert answer.status_code == 409
    assert case.plan.versions.count() == 2


def test_the_page_compares_the_new_version_with_the_one_before(
    case: Case, site_files: dict[str, bytes], firm_user: User, planning_officer: User
) -> None:
    case = judged(case, finding("甲"), finding("乙"))
    case = cases.move(case, "complete", by=planning_officer, said=Said("改间距"))
    actions.add_version(case, papers(site_files), by=firm_user)
    case = judged(case, finding("乙"), finding("丙", "manual"), far=2.1)
    response = as_account(planning_officer).get(case.get_absolute_url())
    difference = response.context["difference"]
    assert [(key, [item["title"] for item in items]) for key, _label, items in difference["groups"]] == [
        ("solved", ["条文甲"]),
        ("still", ["条文乙"]),
        ("new", ["条文丙"]),
    ]
    assert difference["figures"] == [{"title": "容积率", "before": "2", "after": "2.1", "change": "+0.1"}]
    page = response.content.decode()
    assert "第 2 版与第 1 版比较" in page
    assert 'data-proof="乙"' in page


def test_agencies_are_asked_at_once_and_their_conditions_stand_in_the_document(
    case: Case, firm_user: User, planning_officer: User
) -> None:
    case = cases.move(judged(case), "accept", by=planning_officer)
    with pytest.raises(errors.AgenciesNotAsked, match="建设、消防、人防"):
        cases.move(case, "approve", by=planning_officer)
    fire, air = (
        Unit.objects.create(name=name, kind=Unit.Kind.BUREAU, division="330400") for name in ("市消防救援支队", "市人防办")
    )
    office = as_account(planning_officer)
    assert "征求 2 个协办部门意见" in office.get(case.get_absolute_url()).content.decode()
    assert office.post(f"/cases/{case.number}/ask-agencies/").status_code == 302
    assert as_account(firm_user).post(f"/cases/{case.number}/ask-agencies/").status_code == 403
    assert case.tasks.filter(kind="opinion").count() == 2
    role = planning_officer.role
    for unit, answer, text in ((fire, "conditions", "登高场地宽度不小于10米"), (air, "agree", "")):
        account = User.objects.create_user(f"u{unit.pk}", "x", display_name=unit.name, role=role, unit=unit)
        opinions.answer(case.tasks.get(unit=unit), by=account, answer=answer, text=text)
    case = cases.move(case, "approve", by=planning_officer, said=Said("未征求建设部门：本项目不涉及"))
    from hezhu.bim.plans.procedure import _paper

    words = _paper(case, planning_officer, Said("")).paragraphs
    assert "1. 登高场地宽度不小于10米（市消防救援支队）" in words
    assert "其他协办意见：市人防办 同意。" in words


def test_an_application_filed_anew_is_filled_in_and_linked(
    case: Case, project: Project, site_files: dict[str, bytes], firm_user: User, planning_officer: User, other_firm_user: User
) -> None:
    former = cases.move(case, "withdraw", by=firm_user, said=Said("改方案"))
    firm = as_account(firm_user)
    address = f"/plans/projects/{project.number}/apply/?from={former.number}"
    assert address.replace("&", "&amp;") in firm.get(former.get_absolute_url()).content.decode()
    form = firm.get(address).context["form"]
    assert (form["far"].value(), form["office"].value()) == (2.0, planning_officer.unit_id)
    sent = {"office": planning_officer.unit_id, "judged_on": "2026-11-23", "pack": PACK, "from": former.number}
    site = SimpleUploadedFile("总图.ifc", site_files["good"])
    assert firm.post(f"/plans/projects/{project.number}/apply/", {**sent, "site_model": site}).status_code == 302
    again = Case.objects.latest("pk")
    assert (again.follows, again.subjects.get(kind="project").key) == (former, project.number)
    assert as_account(other_firm_user).get(address).status_code == 404
