"""Pages of cases: who sees what, what is said when a step is refused, and that nothing typed is lost."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hezhu.core.access.models import User
from hezhu.core.cases import actions, opinions
from hezhu.core.cases.declare import Said
from hezhu.core.cases.models import Case

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def as_account(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_list_counts_and_filters(case: Case, haining_officer: User, haiyan_officer: User) -> None:
    page = as_account(haining_officer).get("/cases/").content.decode()
    assert case.number in page
    assert "test-permit" in page
    assert case.number not in as_account(haiyan_officer).get("/cases/").content.decode()
    assert "没有符合条件的办件" in as_account(haining_officer).get("/cases/?q=没有这件").content.decode()
    assert (
        case.number in as_account(haining_officer).get("/cases/?tab=all&division=330481&procedure=test-permit").content.decode()
    )


def test_the_todo_page_names_what_waits(case: Case, haining_officer: User, firm_user: User) -> None:
    assert case.number in as_account(haining_officer).get("/cases/todo/").content.decode()
    assert "没有待办" in as_account(firm_user).get("/cases/todo/").content.decode()


def test_a_case_out_of_scope_looks_like_none(case: Case, haiyan_officer: User, other_firm_user: User, client: Client) -> None:
    for user in (haiyan_officer, other_firm_user):
        assert as_account(user).get(case.get_absolute_url()).status_code == 404
        assert as_account(user).post(f"{case.get_absolute_url()}move/", {"move": "accept"}).status_code == 404
    assert client.get(case.get_absolute_url()).status_code == 302


def test_a_move_by_page_with_a_file_that_others_of_the_case_can_read(
    case: Case, haining_officer: User, firm_user: User, other_firm_user: User
) -> None:
    office = as_account(haining_officer)
    sent = {"move": "correct", "revision": 0, "text": "补总平面图", "files": SimpleUploadedFile("意见.pdf", PDF)}
    assert office.post(f"{case.get_absolute_url()}move/", sent).status_code == 302
    case.refresh_from_db()
    assert case.state == "correcting"
    (file,) = case.steps.last().files.all()
    address = f"{case.get_absolute_url()}files/{file.pk}/"
    assert as_account(firm_user).get(address).status_code == 200
    assert as_account(other_firm_user).get(address).status_code == 404
    assert "补总平面图" in as_account(firm_user).get(case.get_absolute_url()).content.decode()


def test_a_refused_move_keeps_what_was_typed(case: Case, haining_officer: User, city_officer: User) -> None:
    actions.move(case, "accept", by=haining_officer)
    stale = {"move": "correct", "revision": 0, "text": "很长的补正意见"}
    answer = as_account(haining_officer).post(f"{case.get_absolute_url()}move/", stale)
    assert answer.status_code == 409
    assert "您的操作没有执行" in answer.content.decode()
    assert "很长的补正意见" in answer.content.decode()


def test_opinions_are_asked_and_answered_by_page(case: Case, haining_officer: User, bureau_officer: User) -> None:
    actions.move(case, "accept", by=haining_officer)
    office, bureau = as_account(haining_officer), as_account(bureau_officer)
    sent = {"units": [bureau_officer.unit_id], "text": "是否同意", "days": "5"}
    assert office.post(f"{case.get_absolute_url()}ask/", sent).status_code == 302
    page = bureau.get(case.get_absolute_url()).content.decode()
    assert "请贵单位答复" in page
    task = case.tasks.get(kind="opinion")
    refused = bureau.post(f"/cases/tasks/{task.pk}/answer/", {"answer": "object", "text": ""})
    assert refused.status_code == 422
    assert bureau.post(f"/cases/tasks/{task.pk}/answer/", {"answer": "agree", "text": "同意"}).status_code == 302
    assert "请贵单位答复" not in bureau.get(case.get_absolute_url()).content.decode()


def test_cancelling_handing_over_and_noting_by_page(
    case: Case, haining_officer: User, bureau_officer: User, city_officer: User, firm_user: User
) -> None:
    actions.move(case, "accept", by=haining_officer)
    (task,) = opinions.ask(case, [bureau_officer.unit], by=haining_officer, question="是否同意", days=5)
    office = as_account(haining_officer)
    assert office.post(f"/cases/tasks/{task.pk}/cancel/", {"text": "不涉及"}).status_code == 302
    assert office.post(f"{case.get_absolute_url()}note/", {"text": "已电话沟通"}).status_code == 302
    assert "已电话沟通" in as_account(firm_user).get(case.get_absolute_url()).content.decode()
    sent = {"to": city_officer.pk, "text": "休假"}
    assert as_account(firm_user).post(f"{case.get_absolute_url()}hand-over/", sent).status_code == 403
    assert office.post(f"{case.get_absolute_url()}hand-over/", sent).status_code == 302
    case.refresh_from_db()
    assert case.officer == city_officer


def test_list_and_page_ask_few_questions_whatever_the_length(
    case: Case, haining_officer: User, firm_user: User, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        actions.move(case, "correct", by=haining_officer, said=Said(f"第 {number} 次"))
        actions.move(case, "resubmit", by=firm_user)
        Case.objects.create(
            procedure=case.procedure,
            number=f"X-{number}",
            title="甲",
            state="received",
            opened_by=firm_user,
            unit=firm_user.unit,
            division="330481",
        )
        if case.officer_id is None:
            case.refresh_from_db()
    client = as_account(haining_officer)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert client.get("/cases/").status_code == 200
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        assert client.get(case.get_absolute_url()).status_code == 200
