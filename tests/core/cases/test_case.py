"""A case from application to document, and every way it can go wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from hezhu.core.access.models import Unit, User
from hezhu.core.access.permissions import Role
from hezhu.core.cases import actions, documents, errors, keeping, opinions
from hezhu.core.cases.declare import Procedure, Said
from hezhu.core.cases.models import Case, CaseStep, CaseTask, available_moves
from hezhu.core.errors import NotAllowed
from tests.core.cases.conftest import TooSmall

pytestmark = pytest.mark.django_db


def keys(case: Case, user: User) -> list[str]:
    return [move.key for move in available_moves(case, user)]


def test_a_new_case_waits_for_the_office_of_its_division(
    case: Case, haining_officer: User, haiyan_officer: User, firm_user: User, other_firm_user: User, auditor: User
) -> None:
    assert (case.number, case.state_label, case.due_on) == (f"SX-{timezone.localdate().year}-0001", "待受理", None)
    assert keys(case, haining_officer) == ["accept", "correct"]
    assert keys(case, firm_user) == ["withdraw"]
    assert keys(case, haiyan_officer) == keys(case, other_firm_user) == keys(case, auditor) == []
    assert [task.case_id for task in actions.waiting_for(haining_officer)] == [case.pk]
    assert not actions.waiting_for(haiyan_officer).exists()
    assert set(Case.objects.visible_to(firm_user)) == {case}
    assert not Case.objects.visible_to(other_firm_user).exists()
    assert not Case.objects.visible_to(haiyan_officer).exists()


def test_the_way_from_acceptance_to_the_document(case: Case, haining_officer: User, firm_user: User) -> None:
    case = actions.move(case, "accept", by=haining_officer, seen=0)
    assert (case.state, case.officer, case.revision) == ("examining", haining_officer, 1)
    assert case.due_on is not None
    case = actions.move(case, "grant", by=haining_officer)
    assert (case.is_open, case.closed_at is not None) == (False, True)
    (document,) = case.documents.all()
    assert (document.standing, document.issuer, document.case) == ("valid", haining_officer.unit, case)
    labels = list(case.steps.values_list("label", flat=True))
    assert labels == ["申请", "受理", f"试验许可 {document.number}", "准予许可"]
    assert not case.tasks.filter(done_at=None).exists()


def test_a_pause_stops_the_clock_and_waits_for_the_applicant(case: Case, haining_officer: User, firm_user: User) -> None:
    case = actions.move(case, "accept", by=haining_officer)
    due = case.due_on
    case = actions.move(case, "correct", by=haining_officer, said=Said("补总平面图"))
    assert (case.is_paused, case.days_left) == (True, 20)
    assert [task.unit for task in actions.waiting_for(firm_user)] == [firm_user.unit]
    case = actions.move(case, "resubmit", by=firm_user)
    assert (case.due_on, case.days_left) == (due, None)
    assert [task.user for task in actions.waiting_for(haining_officer)] == [haining_officer]


def test_of_two_officers_only_the_first_decides(case: Case, haining_officer: User, city_officer: User) -> None:
    actions.move(case, "correct", by=haining_officer, seen=0, said=Said("补图"))
    with pytest.raises(errors.MovedMeanwhile, match=r"haining.*要求补正"):
        actions.move(case, "accept", by=city_officer, seen=0)
    case.refresh_from_db()
    assert (case.state, case.steps.count()) == ("correcting", 2)


def test_another_officer_does_not_move_what_one_has_taken_on(case: Case, haining_officer: User, city_officer: User) -> None:
    actions.move(case, "accept", by=haining_officer)
    with pytest.raises(NotAllowed):
        actions.move(case, "grant", by=city_officer)
    actions.hand_over(case, city_officer, by=haining_officer, reason="回避")
    assert actions.move(case, "grant", by=city_officer).state == "granted"


@pytest.mark.parametrize(
    ("key", "said", "error"),
    [
        ("grant", Said(), errors.NoSuchMove),
        ("nonsense", Said(), errors.NoSuchMove),
        ("correct", Said("  "), errors.TextMissing),
    ],
)
def test_what_cannot_be_done_now_is_refused_and_changes_nothing(
    case: Case, haining_officer: User, key: str, said: Said, error: type[Exception]
) -> None:
    with pytest.raises(error):
        actions.move(case, key, by=haining_officer, said=said)
    case.refresh_from_db()
    assert (case.state, case.revision, case.steps.count(), case.tasks.filter(done_at=None).count()) == ("received", 0, 1, 1)


def test_the_moves_own_check_refuses(case: Case, haining_officer: User, firm_user: User) -> None:
    actions.move(case, "correct", by=haining_officer, said=Said("面积"))
    with pytest.raises(TooSmall):
        actions.move(case, "resubmit", by=firm_user, said=Said(answers={"area": "0"}))
    assert Case.objects.get(pk=case.pk).state == "correcting"


def test_units_are_asked_at_once_and_the_decision_waits_for_all(
    case: Case, haining_officer: User, bureau_officer: User, units: dict[str, Unit]
) -> None:
    case = actions.move(case, "accept", by=haining_officer)
    other = Unit.objects.create(name="测试消防", kind=Unit.Kind.BUREAU, division="330400")
    tasks = opinions.ask(case, [bureau_officer.unit, other], by=haining_officer, question="是否同意", days=5)
    assert len(tasks) == 2
    with pytest.raises(errors.OpinionsOutstanding, match=r"2 个单位.*测试市资规局、测试消防"):
        actions.move(case, "grant", by=haining_officer)
    with pytest.raises(errors.NobodyToAsk):
        opinions.ask(case, [other], by=haining_officer, question="再问", days=5)
    (mine,) = actions.waiting_for(bureau_officer)
    with pytest.raises(errors.TextMissing):
        opinions.answer(mine, by=bureau_officer, answer="object")
    with pytest.raises(NotAllowed):
        opinions.answer(mine, by=haining_officer, answer="agree")
    opinions.answer(mine, by=bureau_officer, answer="conditions", text="须退让道路")
    with pytest.raises(errors.AlreadyAnswered):
        opinions.answer(mine, by=bureau_officer, answer="agree")
    opinions.cancel_question(CaseTask.objects.get(unit=other), by=haining_officer, reason="不涉及")
    assert actions.move(case, "grant", by=haining_officer).state == "granted"


def test_an_asked_unit_sees_the_case_and_nothing_more(case: Case, haining_officer: User, other_firm_user: User) -> None:
    actions.move(case, "accept", by=haining_officer)
    assert not Case.objects.visible_to(other_firm_user).exists()
    opinions.ask(case, [other_firm_user.unit], by=haining_officer, question="请说明", days=3)
    assert set(Case.objects.visible_to(other_firm_user)) == {case}
    assert keys(case, other_firm_user) == []


def test_hand_over_needs_a_reason_and_someone_able(
    case: Case, haining_officer: User, haiyan_officer: User, firm_user: User, auditor: User, city_officer: User
) -> None:
    actions.move(case, "accept", by=haining_officer)
    with pytest.raises(errors.TextMissing):
        actions.hand_over(case, city_officer, by=haining_officer, reason=" ")
    for who in (haiyan_officer, firm_user, auditor):
        with pytest.raises(errors.CannotHandOver):
            actions.hand_over(case, who, by=haining_officer, reason="休假")
    with pytest.raises(NotAllowed):
        actions.hand_over(case, city_officer, by=firm_user, reason="换人")
    actions.hand_over(case, city_officer, by=haining_officer, reason="休假")
    assert [task.case_id for task in actions.waiting_for(city_officer)] == [case.pk]
    assert not actions.waiting_for(haining_officer).exists()


def test_reminders_are_written_once_a_day_for_what_is_due_or_late(case: Case) -> None:
    today = timezone.localdate()
    assert keeping.remind_due(today - timedelta(days=30)) == 0
    CaseTask.objects.filter(case=case).update(due_on=today - timedelta(days=1))
    assert (keeping.remind_due(today), keeping.remind_due(today), keeping.remind_due(today + timedelta(days=1))) == (1, 0, 1)
    assert list(case.steps.filter(kind=CaseStep.Kind.REMIND).values_list("label", flat=True)) == ["逾期提醒：待受理"] * 2


def test_an_applicant_withdraws_and_appeals(case: Case, haining_officer: User, firm_user: User) -> None:
    case = actions.move(case, "accept", by=haining_officer)
    case = actions.move(case, "refuse", by=haining_officer, said=Said("不符合规划条件"))
    assert not case.is_open
    case = actions.move(case, "appeal", by=firm_user, said=Said("请复核"))
    assert (case.is_open, case.closed_at, case.state) == (True, None, "examining")
    assert actions.move(case, "withdraw", by=firm_user, said=Said("另报")).state == "withdrawn"


def test_only_who_may_apply_opens_a_case(permit: Procedure, auditor: User) -> None:
    with pytest.raises(NotAllowed):
        actions.open_case(permit, by=auditor, title="x", division="330400")


def test_demonstration_cases_and_real_ones_do_not_meet(case: Case, units: dict[str, Unit]) -> None:
    demo = User.objects.create_user("demo", "x", display_name="演示", role=Role.CITY_OFFICE, unit=units["office"], is_demo=True)
    assert not Case.objects.visible_to(demo).exists()
    assert keys(case, demo) == []


def test_a_document_is_revoked_with_a_reason_and_the_page_says_so(case: Case, haining_officer: User, client: object) -> None:
    actions.move(case, "accept", by=haining_officer)
    case = actions.move(case, "grant", by=haining_officer)
    document = case.documents.get()
    page = client.get(document.get_absolute_url())  # type: ignore[attr-defined]
    assert page.status_code == 200
    assert "有效" in page.content.decode()
    assert document.number in page.content.decode()
    with pytest.raises(errors.TextMissing):
        documents.revoke(document, by=haining_officer, reason="")
    documents.revoke(document, by=haining_officer, reason="材料不实")
    assert "材料不实" in client.get(document.get_absolute_url()).content.decode()  # type: ignore[attr-defined]
    printed = client.get(f"{document.get_absolute_url()}file/")  # type: ignore[attr-defined]
    assert b"".join(printed.streaming_content)[:5] == b"%PDF-"
    assert client.get("/public/documents/nonsense/").status_code == 404  # type: ignore[attr-defined]
