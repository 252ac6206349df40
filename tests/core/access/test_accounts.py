"""Accounts belong to the system administrator, the log to the auditor, and neither opens the other's pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from hezhu.core.access.models import SignInRecord, Unit, User
from tests.conftest import PASSWORD

NEW = {"username": "pinghu.li", "display_name": "李平", "role": "county_officer", "unit": "测试海宁市政府", "reason": "新任经办"}


def test_an_administrator_adds_an_account_that_can_sign_in(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    page = client.post("/account/accounts/new/", NEW).content.decode()
    password = re.search(r'data-copy="([^"]+)"', page)
    assert password is not None
    client.logout()
    answer = client.post("/sign-in/", {"username": "pinghu.li", "password": password[1], "next": "/account/"})
    assert answer.status_code == 302
    assert User.objects.get(username="pinghu.li").unit.name == "测试海宁市政府"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("username", "a b", "3–60"),
        ("unit", "没有的局", "没有这个单位"),
        ("role", "emperor", "emperor"),
        ("reason", "", "field-error"),
    ],
)
def test_a_fault_is_told_beside_its_field(client: Client, administrator: User, field: str, value: str, said: str) -> None:
    client.force_login(administrator)
    answer = client.post("/account/accounts/new/", NEW | {field: value})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not User.objects.filter(display_name="李平").exists()


def test_a_name_is_given_once(client: Client, administrator: User, haiyan_officer: User) -> None:
    client.force_login(administrator)
    assert client.post("/account/accounts/new/", NEW | {"username": "haiyan"}).status_code == 409


def test_a_disabled_account_is_out_and_comes_back(client: Client, administrator: User, haiyan_officer: User) -> None:
    address = f"/account/accounts/{haiyan_officer.pk}/"
    data = {"display_name": "haiyan", "role": "county_officer", "unit": "测试海盐县政府", "reason": "离岗"}
    client.force_login(administrator)
    client.post(address, data | {"act": "disable"})
    other = Client()
    assert other.post("/sign-in/", {"username": "haiyan", "password": PASSWORD}).status_code == 422
    client.post(address, data | {"act": "enable"})
    assert other.post("/sign-in/", {"username": "haiyan", "password": PASSWORD}).status_code == 302


def test_a_reset_password_replaces_the_old_one(client: Client, administrator: User, haiyan_officer: User) -> None:
    client.force_login(administrator)
    data = {"display_name": "haiyan", "role": "county_officer", "unit": "测试海盐县政府", "reason": "遗忘", "act": "reset"}
    client.post(f"/account/accounts/{haiyan_officer.pk}/", data)
    haiyan_officer.refresh_from_db()
    assert not haiyan_officer.check_password(PASSWORD)


def test_nobody_disables_or_promotes_themselves(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    address = f"/account/accounts/{administrator.pk}/"
    data = {"display_name": "管理员", "role": "administrator", "unit": "测试领导小组办公室", "reason": "试试"}
    assert client.post(address, data | {"act": "disable"}).status_code == 409
    assert client.post(address, data | {"role": "city_office"}).status_code == 409
    administrator.refresh_from_db()
    assert (administrator.is_active, administrator.role) == (True, "administrator")


@pytest.mark.parametrize("who", ["city_officer", "haiyan_officer", "firm_user", "auditor", "expert"])
def test_others_do_not_reach_accounts(client: Client, request: pytest.FixtureRequest, units: dict[str, Unit], who: str) -> None:
    client.force_login(request.getfixturevalue(who))
    before = User.objects.count()
    assert client.get("/account/accounts/").status_code == 403
    assert client.post("/account/accounts/new/", NEW).status_code == 403
    assert User.objects.count() == before


@pytest.mark.parametrize("who", ["city_officer", "administrator", "firm_user"])
def test_only_the_auditor_reads_the_log(client: Client, request: pytest.FixtureRequest, units: dict[str, Unit], who: str) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get("/account/audit/").status_code == 403


def test_the_log_shows_who_signed_in(client: Client, auditor: User, city_officer: User, rf: Any) -> None:
    Client().post("/sign-in/", {"username": "city", "password": "wrong-password-1"})
    assert SignInRecord.objects.count() == 1
    client.force_login(auditor)
    page = client.get("/account/audit/").content.decode()
    assert "密码不对" in page
    assert ">city<" in page
