"""The whole way: submission, intake, experts, conclusions, a change with a new round compared to the first, the certificate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client

from hezhu.bim.drawings import actions, compare, errors, joining, kinds, opinions, rounds
from hezhu.bim.drawings.certificate import valid_until
from hezhu.bim.drawings.models import ArchiveDeposit, DrawingReview, Expert, FindingReply
from hezhu.bim.drawings.procedure import expire_certificates
from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.core.access.models import User
from hezhu.core.cases import actions as cases
from hezhu.core.cases.declare import Said
from hezhu.core.cases.keeping import expire_cases
from hezhu.core.cases.models import Case, available_moves
from hezhu.core.errors import NotAllowed
from hezhu.engines.findings import Verdict
from hezhu.registers.documents.models import Document
from hezhu.registers.projects.models import Project, UnitBuilding
from tests.bim.conftest import FakeEngines, finding, four_findings
from tests.bim.drawings.conftest import REQUIRED, all_say, findings, model_file, papers, run_machine

pytestmark = pytest.mark.django_db


def test_each_discipline_is_reviewed_by_its_own_pack(submitted: Case, engines: FakeEngines) -> None:
    assert submitted.number.startswith("ST-")
    assert submitted.state == "received"
    assert [row.discipline for row in rounds.current_cases(submitted.drawings)] == list(REQUIRED)
    run_machine(submitted)
    assert {(request.pack, len(request.ids)) for request in engines.requests} == {("cn-base", 1), ("data-only", 1)}


def test_nothing_is_accepted_before_the_machine_or_without_a_discipline(
    project: Project, building: UnitBuilding, designer: User, body: User, bureau: User, engines: FakeEngines
) -> None:
    case = actions.submit(
        project,
        [building],
        papers(building, "architecture", "structure"),
        by=designer,
        body=body.unit,
        office=bureau.unit,
        judged_on=date(2026, 3, 1),
    )
    with pytest.raises(errors.StillReviewing, match="建筑"):
        cases.move(case, "accept", by=body)
    run_machine(case)
    with pytest.raises(errors.DisciplinesMissing, match="给排水"):
        cases.move(case, "accept", by=body)
    checks = {check.title: check.lamp for check in rounds.intake_checks(case.drawings, rounds.current_cases(case.drawings))}
    assert checks["专业齐全"] == "late"
    assert checks["模型有效性"] == "done"
    cases.move(case, "complete", by=body, said=Said("缺给排水、暖通、电气"))
    case.refresh_from_db()
    with pytest.raises(errors.NothingNew):
        cases.move(case, "completed", by=designer)
    actions.add_round(case, papers(building, "plumbing", "hvac", "electrical", mark="2"), by=designer, seen=1)
    run_machine(case)
    cases.move(case, "completed", by=designer)
    case.refresh_from_db()
    assert cases.move(case, "accept", by=body).state == "reviewing"
    assert DrawingReview.objects.get().lead == body


def test_the_same_model_twice_is_refused_with_both_places(
    project: Project, building: UnitBuilding, designer: User, body: User, bureau: User
) -> None:
    models = [
        actions.SlotModel(building, "architecture", model_file("same")),
        actions.SlotModel(building, "structure", model_file("same")),
    ]
    with pytest.raises(errors.SameModelTwice, match=r"建筑.*结构"):
        actions.submit(project, [building], models, by=designer, body=body.unit, office=bureau.unit, judged_on=date(2026, 3, 1))
    assert not Case.objects.exists()
    assert not ReviewCase.objects.exists()


def test_several_buildings_in_one_case(
    project: Project, building: UnitBuilding, designer: User, body: User, bureau: User, engines: FakeEngines
) -> None:
    second = UnitBuilding.objects.create(
        project=project, code="Z2", name="2号楼", division=project.division, area_m2=800, kind="dwelling", is_prefab=True
    )
    case = actions.submit(
        project,
        [building, second],
        [*papers(building), *papers(second)],
        by=designer,
        body=body.unit,
        office=bureau.unit,
        judged_on=date(2026, 3, 1),
    )
    assert len(run_machine(case)) == 10
    assert rounds.missing_slots(case.drawings, rounds.current_cases(case.drawings)) == ["2号楼 装配式"]
    with pytest.raises(errors.AlreadySubmitted, match=case.number):
        actions.submit(
            project,
            [second],
            papers(second, mark="3"),
            by=designer,
            body=body.unit,
            office=bureau.unit,
            judged_on=date(2026, 3, 1),
        )


def test_the_body_waits_for_every_expert(accepted: Case, drawn: Case, body: User) -> None:
    with pytest.raises(errors.ExpertsAtWork):
        cases.move(drawn, "join", by=body)
    user = drawn.drawings.assignments.filter(discipline="hvac").get().expert.user
    with pytest.raises(errors.OpinionsLeft):
        opinions.finish(drawn, by=user)


def test_no_discipline_goes_without_an_expert(accepted: Case, body: User) -> None:
    with pytest.raises(errors.NoExperts, match="结构"):
        cases.move(accepted, "join", by=body)


def test_change_reply_new_round_comparison_and_certificate(
    changing: Case,
    building: UnitBuilding,
    designer: User,
    body: User,
    engines: FakeEngines,
    experts: dict[str, Expert],
    client: Client,
) -> None:
    states = {row.discipline: row.state for row in rounds.current_cases(changing.drawings)}
    assert states == {key: "returned" if key == "architecture" else "approved" for key in REQUIRED}
    assert changing.is_paused
    with pytest.raises(errors.NothingNew):
        cases.move(changing, "resubmit", by=designer)
    stands = findings(changing, "architecture")
    assert len(stands) == 2
    assert joining.reply(changing, CaseFinding.objects.filter(pk=stands[0].pk), by=designer, kind="fixed", text="已加宽") == 1
    engines.findings = [four_findings()[3], finding("door-width", Verdict.FAIL, "3hOSvn6df7F8_7GcBWlRrM")]
    actions.add_round(changing, papers(building, "architecture", mark="2"), by=designer, seen=1)
    with pytest.raises(errors.RepliesMissing, match="1 条"):
        cases.move(changing, "resubmit", by=designer)
    with pytest.raises(errors.OldVersion, match=r"第 1 轮.*第 2 轮"):
        joining.reply(changing, CaseFinding.objects.filter(pk=stands[1].pk), by=designer, kind="fixed", text="补了")
    FindingReply.objects.create(finding=stands[1], kind="explained", text="另行说明", by=designer)
    case = cases.move(changing, "resubmit", by=designer)
    assert case.state == "reviewing"
    assert [row.discipline for row in rounds.open_cases(case.drawings)] == ["architecture"]
    run_machine(case)
    row = next(row for row in rounds.current_cases(case.drawings) if row.discipline == "architecture")
    assert {one.rule: one.carry for one in rounds.findings_of([row])} == {"room-function": "open", "door-width": "new"}
    assert [one.rule for one in compare.solved(row)] == ["stair-width"]
    working = case.drawings.assignments.filter(state="working")
    assert [one.discipline for one in working] == ["architecture"]
    all_say(case, lambda key: ("rejected", "", "核对无误"))
    case = cases.move(case, "join", by=body)
    with pytest.raises(errors.Undecided, match="2 项"):
        cases.move(case, "certify", by=body)
    assert joining.join(case, by=body) == 2
    with pytest.raises(errors.NothingStands):
        cases.move(case, "change", by=body, said=Said("再改"))
    case = cases.move(case, "certify", by=body)
    assert case.state == "certified"
    (document,) = case.documents.all()
    assert document.number.startswith("SH-")
    assert document.issuer == body.unit
    page = client.get(document.get_absolute_url()).content.decode()
    assert "有效" in page
    assert "施工图设计文件审查合格书" in page
    assert document.attachment is not None
    kinds_kept = sorted(ArchiveDeposit.objects.values_list("kind", flat=True))
    assert kinds_kept == ["certificate", *["model"] * 5, *["report"] * 5]
    case.drawings.project.refresh_from_db()
    assert case.drawings.project.review_passed_on is not None


def test_a_problem_that_comes_back_is_reopened_and_a_kept_rejection_stays(
    changing: Case, building: UnitBuilding, designer: User, body: User, engines: FakeEngines
) -> None:
    def another_round(mark: str, found: list, seen: int) -> ReviewCase:
        engines.findings = found
        FindingReply.objects.bulk_create(
            FindingReply(finding=one, kind="fixed", text="改", by=designer)
            for one in CaseFinding.objects.filter(rounds.STANDING, case__in=joining.returned_last(changing))
        )
        actions.add_round(changing, papers(building, "architecture", mark=mark), by=designer, seen=seen)
        cases.move(changing, "resubmit", by=designer)
        changing.refresh_from_db()
        return next(row for row in run_machine(changing) if row.discipline == "architecture")

    def back_to_designer() -> None:
        all_say(changing, lambda key: ("confirmed", "", ""))
        cases.move(changing, "join", by=body)
        joining.join(changing, by=body)
        changing.refresh_from_db()
        cases.move(changing, "change", by=body, said=Said("改"))
        changing.refresh_from_db()

    stair, room = four_findings()[1], four_findings()[3]
    second = another_round("2", [room], 1)
    assert [one.carry for one in rounds.findings_of([second])] == ["open"]
    back_to_designer()
    third = another_round("3", [stair, room], 2)
    assert {one.rule: one.carry for one in rounds.findings_of([third])} == {
        "stair-width": "reopened",
        "room-function": "open",
    }
    # The body finds the machine wrong about the stair; measured again the same, that conclusion stays.
    back_to_designer()
    CaseFinding.objects.filter(case=third, rule="stair-width").update(decision="rejected", opinion="另有疏散口")
    fourth = another_round("4", [stair, room], 3)
    kept = fourth.findings.get(rule="stair-width")
    assert (kept.carry, kept.decision, kept.opinion) == ("kept", "rejected", "另有疏散口")


def test_an_old_base_is_refused(changing: Case, building: UnitBuilding, designer: User, engines: FakeEngines) -> None:
    actions.add_round(changing, papers(building, "architecture", mark="2"), by=designer, seen=1)
    run_machine(changing)
    with pytest.raises(errors.StaleBase, match=r"第 1 轮.*第 2 轮"):
        actions.add_round(changing, papers(building, "architecture", mark="3"), by=designer, seen=1)
    with pytest.raises(errors.NothingChanged):
        actions.add_round(changing, papers(building, "architecture", mark="2"), by=designer, seen=2)
    assert changing.drawings.rounds.count() == 2


def test_withdrawal_ends_models_and_experts(drawn: Case, designer: User, body: User) -> None:
    case = cases.move(drawn, "withdraw", by=designer, said=Said("方案调整"))
    assert case.state == "withdrawn"
    assert {row.state for row in rounds.current_cases(case.drawings)} == {"withdrawn"}
    assert {row.state for row in case.drawings.assignments.all()} == {"ended"}
    assert not case.tasks.filter(done_at=None).exists()


def test_appeal_upheld_once_and_overturned_reopens(joined: Case, designer: User, body: User, bureau: User) -> None:
    joining.join(joined, by=body)
    case = cases.move(joined, "refuse", by=body, said=Said("多处违反强制性条文"))
    case = cases.move(case, "appeal", by=designer, said=Said("条文适用有误"))
    assert [move.key for move in available_moves(case, bureau)] == ["overturn", "uphold"]
    case = cases.move(case, "overturn", by=bureau, said=Said("重审"))
    assert case.state == "joining"
    assert {row.state for row in rounds.open_cases(case.drawings)} == {"awaiting_decision"}
    case = cases.move(case, "refuse", by=body, said=Said("仍不符合"))
    case = cases.move(case, "appeal", by=designer, said=Said("再申请"))
    case = cases.move(case, "uphold", by=bureau, said=Said("维持"))
    with pytest.raises(errors.AppealedBefore):
        cases.move(case, "appeal", by=designer, said=Said("三申请"))


def certify(case: Case, body: User, conditions: str = "") -> Case:
    all_say(case, lambda key: ("rejected", "", "模型表达问题"))
    case.refresh_from_db()
    case = cases.move(case, "join", by=body)
    joining.join(case, by=body)
    return cases.move(case, "certify", by=body, said=Said(conditions))


def test_correction_amendment_and_revocation_of_a_certificate(
    drawn: Case, body: User, designer: User, bureau: User, building: UnitBuilding, engines: FakeEngines
) -> None:
    case = certify(drawn, body, "外窗须采用安全玻璃\n\n 屋面找坡现场复核 ")
    asked = ["外窗须采用安全玻璃", "屋面找坡现场复核"]
    case = cases.move(case, "correct", by=body, said=Said("更正建设单位名称"))
    assert [row.standing for row in case.documents.all()] == ["replaced", "valid"]
    assert [row.content["conditions"] for row in case.documents.all()] == [asked, asked]
    filed = Document.objects.filter(kind="certificate").order_by("pk")
    assert [(row.number, row.state) for row in filed] == [
        (row.number, state) for row, state in zip(case.documents.all(), ("superseded", "current"), strict=True)
    ]
    assert {(row.project, row.stage, row.retention) for row in filed} == {
        (case.drawings.project, "construction_drawing", "permanent")
    }
    case = cases.move(case, "amend", by=designer, said=Said("门厅调整"))
    assert case.state == "amending"
    assert cases.move(case, "cancel", by=designer).state == "certified"
    case = cases.move(case, "amend", by=designer, said=Said("门厅调整"))
    actions.add_round(case, papers(building, "architecture", mark="2"), by=designer, seen=1)
    with pytest.raises(errors.NewRoundThere):
        cases.move(case, "cancel", by=designer)
    case = cases.move(case, "resubmit", by=designer)
    assert case.due_on is not None
    run_machine(case)
    all_say(case, lambda key: ("rejected", "", "无误"))
    case = cases.move(case, "join", by=body)
    joining.join(case, by=body)
    case = cases.move(case, "certify", by=body, said=Said("门厅玻璃贴防撞标识"))
    assert [row.standing for row in case.documents.all()] == ["replaced", "replaced", "valid"]
    assert case.documents.last().content["conditions"] == [*asked, "门厅玻璃贴防撞标识"]
    models = Document.objects.filter(kind="model", discipline="architecture").order_by("version")
    assert [(row.version, row.state, row.building) for row in models] == [(1, "superseded", building), (2, "current", building)]
    assert Document.objects.filter(kind="model", discipline="structure").get().version == 1
    case = cases.move(case, "revoke", by=bureau, said=Said("弄虚作假"))
    assert [row.standing for row in case.documents.all()] == ["replaced", "replaced", "revoked"]
    assert [row.state for row in filed.all()] == ["superseded", "superseded", "withdrawn"]


def test_the_lead_is_handed_over(accepted: Case, body: User, second_reviewer: User, designer: User, bureau: User) -> None:
    with pytest.raises(NotAllowed):
        actions.hand_over_lead(accepted, second_reviewer, by=designer, reason="x")
    with pytest.raises(errors.NotLead):
        cases.move(accepted, "join", by=second_reviewer)
    with pytest.raises(errors.OpinionWrong):
        actions.hand_over_lead(accepted, designer, by=body, reason="休假")
    assert DrawingReview.objects.get().lead == body
    actions.hand_over_lead(accepted, second_reviewer, by=body, reason="休假")
    assert DrawingReview.objects.get().lead == second_reviewer
    actions.hand_over_lead(accepted, body, by=bureau, reason="主管部门调整")
    assert DrawingReview.objects.get().lead == body


def test_time_ends_what_is_let_lie_and_certificates_expire(
    drawn: Case, body: User, designer: User, building: UnitBuilding, engines: FakeEngines
) -> None:
    case = certify(drawn, body)
    (document,) = case.documents.all()
    assert document.valid_until is not None
    case = cases.move(case, "amend", by=designer, said=Said("门厅调整"))
    actions.add_round(case, papers(building, "architecture", mark="2"), by=designer, seen=1)
    assert case.expires_on is not None
    run_machine(case)
    Case.objects.filter(pk=case.pk).update(expiry_warned=True)
    assert expire_cases(case.expires_on) == 0
    assert expire_cases(case.expires_on + timedelta(days=1)) == 1
    case.refresh_from_db()
    assert case.state == "certified"
    assert {row.state for row in rounds.current_cases(case.drawings)} == {"approved"}, "what was approved still counts"
    assert expire_certificates(document.valid_until) == 0
    assert expire_certificates(document.valid_until + timedelta(days=1)) == 1
    case.refresh_from_db()
    assert case.state == "expired"
    assert [move.key for move in available_moves(case, designer)] == ["amend"]


def test_a_change_that_never_comes_lapses(changing: Case, body: User) -> None:
    assert changing.expires_on is not None
    Case.objects.filter(pk=changing.pk).update(expiry_warned=True)
    assert expire_cases(changing.expires_on + timedelta(days=1)) == 1
    changing.refresh_from_db()
    assert changing.state == "lapsed"
    assert not changing.tasks.filter(done_at=None).exists()


@pytest.mark.parametrize(
    ("today", "last"),
    [(date(2026, 11, 27), date(2028, 11, 27)), (date(2028, 2, 29), date(2030, 2, 28)), (date(2026, 1, 31), date(2028, 1, 31))],
)
def test_a_certificate_stands_for_whole_months(today: date, last: date) -> None:
    assert kinds.term("certificate").length == 24
    assert valid_until(today) == last


def test_outsiders_see_nothing_and_change_nothing(
    submitted: Case, firm_user: User, haiyan_officer: User, expert: User, building: UnitBuilding
) -> None:
    for user in (haiyan_officer, expert):
        client = Client()
        client.force_login(user)
        assert client.get(submitted.get_absolute_url()).status_code == 404
        for path in ("findings/", "rounds/new/"):
            assert client.get(f"/drawings/{submitted.number}/{path}").status_code in (403, 404)
        for path in ("draw/", "finish/", "findings/opine/", "findings/decide/", "findings/reply/", "lead/"):
            assert client.post(f"/drawings/{submitted.number}/{path}", {"to": "1"}).status_code in (403, 404)
    with pytest.raises(NotAllowed):
        actions.add_round(submitted, papers(building, mark="9"), by=firm_user, seen=1)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.revision, submitted.drawings.rounds.count()) == ("received", 0, 1)


def test_a_finding_measured_differently_is_no_kept_rejection() -> None:
    """The same key with another value must be looked at again."""
    stair = four_findings()[1]
    assert stair.measured is not None
    changed = replace(stair, measured=replace(stair.measured, value=1.02))
    assert changed.key == stair.key
    assert changed.measured != stair.measured
