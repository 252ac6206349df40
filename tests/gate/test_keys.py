"""Who issues and revokes keys, what a key opens, and the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from hezhu.core.access.models import User
from hezhu.core.errors import NotAllowed
from hezhu.gate import actions
from hezhu.gate.errors import KeyRevoked, NotTheContractor, TooManyKeys
from hezhu.gate.models import GateKey, GateRequest, HeldPass
from hezhu.registers.people.models import Attendance, Person
from tests.gate.conftest import ID_NUMBER, OTHER_ID_NUMBER

AT = "2026-11-20 06:58:03"


def test_appids_begin_with_the_project_and_secrets_are_sealed(project: Any, haining_officer: User) -> None:
    first, secret = actions.issue_key(project, name="1号门", by=haining_officer)
    second, other = actions.issue_key(project, name="2号门", vendor="某厂", by=haining_officer)
    assert (first.appid, second.appid) == ("330481260301010101", "330481260301010102")
    assert len(secret) == 32
    assert secret != other
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM gate_gatekey t")
        assert secret not in cursor.fetchone()[0]
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'gate_gatekeyevent'")
        assert "secret" not in {name for (name,) in cursor.fetchall()}
    assert GateKey.objects.get(pk=first.pk).secret == secret


@pytest.mark.parametrize(
    "account", ["haiyan_officer", "bureau_officer", "reviewer", "auditor", "administrator", "other_firm_user"]
)
def test_nobody_else_issues_a_key(account: str, project: Any, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotAllowed):
        actions.issue_key(project, name="1号门", by=request.getfixturevalue(account))
    assert GateKey.objects.count() == 0


def test_the_contractor_issues_and_the_designer_does_not(project: Any, firm_user: User, other_firm_user: User) -> None:
    actions.issue_key(project, name="1号门", by=firm_user)
    project.designer = other_firm_user.unit
    project.save()
    with pytest.raises(NotTheContractor):
        actions.issue_key(project, name="2号门", by=other_firm_user)
    assert GateKey.objects.count() == 1


def test_a_hundredth_key_is_refused(project: Any, haining_officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_KEYS", 2)
    for _ in range(2):
        actions.issue_key(project, name="门", by=haining_officer)
    with pytest.raises(TooManyKeys):
        actions.issue_key(project, name="门", by=haining_officer)


def test_a_revoked_key_opens_nothing(
    send: Callable, passes: Callable, worker: Person, issued: Any, haining_officer: User
) -> None:
    actions.revoke_key(issued[0], by=haining_officer, reason="设备退场")
    answer = send("WorkerAttendance.Add", passes((ID_NUMBER, AT, "01")))
    assert (answer["code"], answer["message"]) == ("-3", "密钥已停用")
    assert send("AsyncHandleResult.Query", {"requestSerialCode": "x"})["code"] == "-3"
    assert (Attendance.objects.count(), GateRequest.objects.count()) == (0, 0)
    with pytest.raises(KeyRevoked):
        actions.revoke_key(issued[0], by=haining_officer, reason="再停一次")


@pytest.mark.parametrize("account", ["haiyan_officer", "bureau_officer", "other_firm_user"])
def test_others_cannot_revoke(account: str, issued: Any, client: Client, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(account))
    assert client.post(f"/gates/{issued[0].pk}/revoke/", {"reason": "不要了"}).status_code in {403, 404}
    issued[0].refresh_from_db()
    assert issued[0].revoked_at is None


def test_results_of_another_key_are_not_told(
    send: Callable, passes: Callable, worker: Person, project: Any, haining_officer: User, client: Client
) -> None:
    from tests.gate.caller import call

    serial = send("WorkerAttendance.Add", passes((ID_NUMBER, AT, "01")))["data"]["requestSerialCode"]
    other, secret = actions.issue_key(project, name="2号门", by=haining_officer)
    answer = client.post("/open.api", call(other.appid, secret, "AsyncHandleResult.Query", {"requestSerialCode": serial})).json()
    assert (answer["code"], answer["data"]) == ("-1", None)


def test_pages_issue_show_and_revoke(client: Client, project: Any, haining_officer: User) -> None:
    client.force_login(haining_officer)
    assert "还没有门禁接入" in client.get("/gates/").content.decode()
    page = client.post("/gates/new/", {"project": project.number, "name": "东门", "vendor": "某厂"}).content.decode()
    key = GateKey.objects.get()
    assert str(key.secret) in page
    listed = client.get("/gates/").content.decode()
    assert ("东门" in listed, "未上传" in listed, str(key.secret) in listed) == (True, True, False)
    assert str(key.secret) not in client.get(f"/gates/{key.pk}/").content.decode()
    assert client.post(f"/gates/{key.pk}/revoke/", {"reason": ""}).status_code == 422
    assert client.post(f"/gates/{key.pk}/revoke/", {"reason": "退场"}).status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_the_page_of_a_key_tells_calls_and_who_waits(
    client: Client, send: Callable, passes: Callable, worker: Person, issued: Any, haining_officer: User
) -> None:
    send("WorkerAttendance.Add", passes((ID_NUMBER, AT, "01"), (OTHER_ID_NUMBER, AT, "01")))
    client.force_login(haining_officer)
    page = client.get(f"/gates/{issued[0].pk}/").content.decode()
    assert ("330481********2231" in page, OTHER_ID_NUMBER in page, "人员库没有此人" in page) == (True, False, True)
    assert "正常" in client.get("/gates/").content.decode()


@pytest.mark.parametrize(
    ("account", "seen"), [("haining_officer", 1), ("city_officer", 1), ("firm_user", 1), ("haiyan_officer", 0)]
)
def test_keys_are_scoped(account: str, seen: int, issued: Any, client: Client, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(account))
    assert client.get("/gates/").content.decode().count(issued[0].appid) == seen
    assert client.get(f"/gates/{issued[0].pk}/").status_code == (200 if seen else 404)


def test_a_firm_can_only_name_its_own_project(client: Client, project: Any, other_firm_user: User) -> None:
    client.force_login(other_firm_user)
    assert client.post("/gates/new/", {"project": project.number, "name": "东门"}).status_code == 422
    assert GateKey.objects.count() == 0


def test_held_passes_are_claimed_by_the_hour(send: Callable, passes: Callable, project: Any, firm: Any, team: Any) -> None:
    from datetime import date

    from hezhu.gate.tasks import claim
    from hezhu.registers.people.models import Assignment

    send("WorkerAttendance.Add", passes((ID_NUMBER, AT, "01")))
    claim()
    assert (HeldPass.objects.count(), Attendance.objects.count()) == (1, 0)
    person = Person.objects.create(name="李建军", id_number=ID_NUMBER, division="330481")
    Assignment.objects.create(
        project=project, division="330481", person=person, enterprise=firm, team=team, entered_on=date(2026, 3, 1)
    )
    claim()
    assert (HeldPass.objects.count(), Attendance.objects.get().passes) == (0, 1)
