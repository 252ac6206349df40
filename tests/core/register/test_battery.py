"""What every register must do, and for whom it must not: run for each declared register."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db.models import Model
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django.test import Client
from django.urls import reverse

from hezhu.core.access.models import User
from hezhu.core.register import everywhere
from hezhu.core.register.declare import Register, registers
from hezhu.core.register.values import display, name_of
from tests.core.register.library_rows import ID_NUMBER, PHONE

PUBLIC = {"units", "policies", "events"}


def narrowed(register: Register, row: Any) -> dict[str, Any]:
    """What a list must be narrowed by before it is read; nothing for most registers."""
    return {name: getattr(row, f"{name}_id") for name in register.narrow_by[:1]}


def searched(register: Register, row: Any) -> str:
    """The value of the first searched column, behind relations where it lies there."""
    for step in register.search[0].split("__"):
        row = getattr(row, step)
    return str(row)


def _count(register: Register) -> int:
    return register.model.objects.count()


def test_at_least_six_registers_are_declared() -> None:
    assert {"units", "projects", "buildings", "enterprises", "policies", "events"} <= {register.slug for register in registers}


def test_the_list_and_the_row_open(client: Client, city_officer: User, register: Register, row: Any) -> None:
    client.force_login(city_officer)
    listing = client.get(reverse("register:list", args=[register.slug]), narrowed(register, row))
    assert listing.status_code == 200
    assert register.url(row) in listing.content.decode()
    page = client.get(reverse("register:detail", args=[register.slug, row.pk]))
    assert page.status_code == 200
    assert register.append_only or "变更记录" in page.content.decode()
    assert client.get(reverse("register:docs", args=[register.slug])).status_code == 200


def test_a_list_asks_for_no_relation_row_by_row(
    client: Client, city_officer: User, register: Register, row: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(city_officer)
    address = f"/r/{register.slug}/"
    assert client.get(address, narrowed(register, row)).status_code == 200

    ask = ForwardManyToOneDescriptor.get_object

    def asked(self: Any, instance: Any) -> Any:
        assert not isinstance(instance, register.model), f"{register.slug} reads {self.field.name} for each row"
        return ask(self, instance)

    def loaded(self: Any, *_: Any, fields: Any = (), **__: Any) -> None:
        raise AssertionError(f"{register.slug} reads {self._meta.label}.{', '.join(fields)} for each row")

    monkeypatch.setattr(ForwardManyToOneDescriptor, "get_object", asked)
    monkeypatch.setattr(Model, "refresh_from_db", loaded)  # how a column is read that a query left out
    page = client.get(address, narrowed(register, row))
    assert register.url(row) in page.content.decode()
    for found in everywhere.find(city_officer, searched(register, row), 3):
        assert [name_of(each) for each in found.rows]


def test_search_finds_by_two_characters_in_the_middle(client: Client, city_officer: User, register: Register, row: Any) -> None:
    client.force_login(city_officer)
    text = searched(register, row)[1:3]
    by = narrowed(register, row)
    found = client.get(reverse("register:list", args=[register.slug]), by | {"q": text}).content.decode()
    missed = client.get(reverse("register:list", args=[register.slug]), by | {"q": "鱻鱻"}).content.decode()
    assert register.url(row) in found
    assert "没有符合条件的记录" in missed


def test_another_county_does_not_see_the_row(client: Client, haiyan_officer: User, register: Register, row: Any) -> None:
    client.force_login(haiyan_officer)
    page = client.get(reverse("register:detail", args=[register.slug, row.pk]))
    listing = client.get(reverse("register:list", args=[register.slug]), narrowed(register, row)).content.decode()
    if register.slug in PUBLIC:
        assert page.status_code == 200
    else:
        assert page.status_code == 404
        assert register.url(row) not in listing


def test_a_firm_sees_only_what_names_it(client: Client, other_firm_user: User, register: Register, row: Any) -> None:
    client.force_login(other_firm_user)
    answer = client.get(reverse("register:detail", args=[register.slug, row.pk]))
    assert answer.status_code == (200 if register.slug in PUBLIC else 404)


def test_the_firm_that_is_named_sees_it(client: Client, firm_user: User, register: Register, row: Any) -> None:
    client.force_login(firm_user)
    assert client.get(reverse("register:detail", args=[register.slug, row.pk])).status_code == 200


def test_a_demonstration_account_sees_no_real_row(client: Client, demo_officer: User, register: Register, row: Any) -> None:
    client.force_login(demo_officer)
    answer = client.get(reverse("register:detail", args=[register.slug, row.pk]))
    assert answer.status_code == 404


def test_nobody_signed_in_sees_nothing(client: Client, register: Register, row: Any) -> None:
    for address in (reverse("register:list", args=[register.slug]), reverse("register:detail", args=[register.slug, row.pk])):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")
    assert client.get(f"/api/v1/registers/{register.slug}/").status_code == 401


def test_adding_by_form_keeps_who_and_why(
    client: Client, city_officer: User, register: Register, rows: Any, new_data: Any
) -> None:
    client.force_login(city_officer)
    before = _count(register)
    answer = client.post(reverse("register:new", args=[register.slug]), new_data)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert _count(register) == before + 1
    made = register.model.objects.latest("id")
    if register.append_only:
        return
    history = client.get(f"/api/v1/registers/{register.slug}/{made.pk}/changes").json()
    assert [(change["kind"], change["by"]) for change in history] == [("登记", "city")]


def test_adding_by_api(client: Client, city_officer: User, register: Register, rows: Any, new_data: Any) -> None:
    client.force_login(city_officer)
    answer = client.post(f"/api/v1/registers/{register.slug}/", json.dumps(new_data), content_type="application/json")
    assert answer.status_code == 201, answer.content.decode()
    again = client.post(f"/api/v1/registers/{register.slug}/", json.dumps(new_data), content_type="application/json")
    assert again.status_code in {409, 422}
    assert again["Content-Type"] == "application/problem+json"


def test_a_denied_call_changes_nothing(
    client: Client, expert: User, haiyan_officer: User, register: Register, row: Any, new_data: Any
) -> None:
    before = (_count(register), register.model.objects.filter(pk=row.pk).values().get())
    for account in (expert, haiyan_officer):
        client.force_login(account)
        calls = [
            client.post(reverse("register:edit", args=[register.slug, row.pk]), {**new_data, "reason": "试图修改"}),
            client.patch(f"/api/v1/registers/{register.slug}/{row.pk}", json.dumps(new_data), content_type="application/json"),
        ]
        if account is expert or new_data["division"] != "330424":
            calls.append(
                client.post(f"/api/v1/registers/{register.slug}/", json.dumps(new_data), content_type="application/json")
            )
        assert {call.status_code for call in calls} <= {403, 404, 422}, [call.content.decode()[:200] for call in calls]
    assert before == (_count(register), register.model.objects.filter(pk=row.pk).values().get())


def test_export_holds_what_is_seen(client: Client, city_officer: User, register: Register, row: Any) -> None:
    client.force_login(city_officer)
    by = narrowed(register, row)
    answer = client.get(reverse("register:export", args=[register.slug, "csv"]), by)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 2 + (register.slug == "units") * 6
    assert str(display(row, register.model._meta.get_field(register.columns[0]))) in text
    assert not {"13812348000", PHONE, ID_NUMBER, "李建军"} & set(re.split(r"[,\s]", text))
    sheet = client.get(reverse("register:export", args=[register.slug, "xlsx"]), by)
    assert b"".join(sheet.streaming_content).startswith(b"PK")


@pytest.mark.parametrize(
    "params", [{"page": "999999"}, {"sort": "no_such"}, {"cols": "password"}, {"division": "999999"}, {"size": "x"}]
)
def test_strange_queries_do_not_break_the_list(
    client: Client, city_officer: User, register: Register, row: Any, params: dict[str, str]
) -> None:
    client.force_login(city_officer)
    assert client.get(reverse("register:list", args=[register.slug]), params).status_code == 200
