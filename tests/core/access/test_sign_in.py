"""Signing in and out: lock-out, idle time-out, where one lands, what is recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from hezhu.core.access.models import ApiKey, SignInRecord, User
from tests.conftest import PASSWORD


def sign_in(client: Client, password: str = PASSWORD, next_page: str = "/account/"):
    return client.post("/sign-in/", {"username": "city", "password": password, "next": next_page})


def test_a_right_password_opens_the_page_asked_for(client: Client, city_officer: User) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert list(SignInRecord.objects.values_list("outcome", flat=True)) == ["signed-in"]


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(client: Client, city_officer: User, target: str) -> None:
    assert sign_in(client, next_page=target)["Location"] == "/"


def test_five_wrong_passwords_lock_the_account(client: Client, city_officer: User) -> None:
    for _ in range(4):
        assert "账号或密码不对" in sign_in(client, "wrong-password-1").content.decode()
    assert "账号已锁定" in sign_in(client, "wrong-password-1").content.decode()
    assert "账号已锁定" in sign_in(client).content.decode(), "the right password does not open a locked account"
    User.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert sign_in(client).status_code == 302


def test_an_unknown_name_gets_the_same_answer(client: Client, db: None) -> None:
    assert "账号或密码不对" in sign_in(client).content.decode()
    assert SignInRecord.objects.get().outcome == "unknown"


def test_an_idle_session_ends(client: Client, city_officer: User) -> None:
    client.force_login(city_officer)
    assert client.get("/account/").status_code == 200
    session = client.session
    session["seen"] = int(timezone.now().timestamp()) - 31 * 60
    session.save()
    answer = client.get("/account/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/account/")


def test_an_expired_session_answers_a_fragment_with_401(client: Client, db: None) -> None:
    assert client.get("/account/", headers={"HX-Request": "true"}).status_code == 401


def test_a_disabled_account_is_out_at_once(client: Client, city_officer: User) -> None:
    client.force_login(city_officer)
    User.objects.update(is_active=False)
    assert client.get("/account/").status_code == 302


def test_the_password_rule(client: Client, city_officer: User) -> None:
    client.force_login(city_officer)
    short = client.post("/account/", {"old": PASSWORD, "new": "short1"})
    plain = client.post("/account/", {"old": PASSWORD, "new": "onlylettershere"})
    wrong = client.post("/account/", {"old": "not-mine-1", "new": "a-good-password-7"})
    assert "12" in short.content.decode()
    assert "密码须同时有字母和数字" in plain.content.decode()
    assert "原密码不对" in wrong.content.decode()
    assert client.post("/account/", {"old": PASSWORD, "new": "a-good-password-7"}).status_code == 302
    city_officer.refresh_from_db()
    assert city_officer.check_password("a-good-password-7")


def test_an_api_key_acts_as_its_account_until_revoked(client: Client, haining_officer: User, project: object) -> None:
    secret = ApiKey.issue(haining_officer, "对接")
    headers = {"Authorization": f"Bearer {secret}"}
    rows = client.get("/api/v1/registers/projects/", headers=headers).json()["rows"]
    assert [row["name"] for row in rows] == ["海宁测试安置房"]
    ApiKey.objects.update(revoked_at=timezone.now())
    assert client.get("/api/v1/registers/projects/", headers=headers).status_code == 401


def test_a_session_cannot_write_through_the_api_without_the_csrf_token(city_officer: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(city_officer)
    answer = client.post("/api/v1/registers/events/", "{}", content_type="application/json")
    assert answer.status_code == 403


def test_the_language_switch(client: Client, city_officer: User) -> None:
    client.force_login(city_officer)
    client.post("/language/", {"language": "en", "next": "/account/"})
    assert 'lang="en"' in client.get("/account/").content.decode()


def test_the_division_in_focus_narrows_lists(client: Client, city_officer: User, project: object) -> None:
    client.force_login(city_officer)
    client.post("/account/focus/", {"division": "330424"})
    assert "海宁测试安置房" not in client.get("/r/projects/").content.decode()
    client.post("/account/focus/", {"division": "999999"})
    client.post("/account/focus/", {"division": "330481"})
    assert "海宁测试安置房" in client.get("/r/projects/").content.decode()
