"""Statements that are planned and compiled once say the same as the ORM, whoever asks, and outlive a lost connection."""

from __future__ import annotations

import contextlib
from typing import Any

import psycopg
import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hezhu.core.access.models import User
from hezhu.core.access.scoping import scope_key
from hezhu.core.prepared import HOLE, Compiled, Values, fetch, numbered
from hezhu.core.register import everywhere
from hezhu.core.register.declare import Register, registers
from hezhu.registers.enterprises.models import Enterprise


def test_a_compiled_queryset_reads_the_same_rows(city_officer: User, register: Register, row: Any) -> None:
    plain = register.rows(city_officer).get(pk=row.pk)
    for judged in (False, True):
        [read] = Compiled(register.rows(city_officer).filter(pk=HOLE)).rows(row.pk, judged=judged)
        assert read == plain
        assert read._state.adding is False
        assert read._state.db == plain._state.db
        assert {f.name: getattr(read, f.name) for f in register.fields()} == {
            f.name: getattr(plain, f.name) for f in register.fields()
        }


def test_a_row_is_read_without_its_constructor_as_with_it(city_officer: User, register: Register, row: Any) -> None:
    read = register.model._base_manager.get(pk=row.pk)
    fields = register.model._meta.concrete_fields
    built = register.model(*[getattr(read, field.attname) for field in fields])
    assert {f.attname: getattr(read, f.attname) for f in fields} == {f.attname: getattr(built, f.attname) for f in fields}
    part = register.model._base_manager.defer(fields[-1].name).get(pk=row.pk)
    assert part.get_deferred_fields() == {fields[-1].attname}
    assert getattr(part, fields[-1].attname) == getattr(read, fields[-1].attname)
    read.refresh_from_db()
    assert read == built


@pytest.mark.django_db
def test_no_row_for_who_sees_none_and_each_account_its_own(city_officer: User, firm_user: User, units: dict[str, Any]) -> None:
    firm = Enterprise.objects.create(credit_code="91330481MA2B0000X1", name="某公司", division="330481")
    register = registers.get("enterprises")
    assert register is not None
    assert register.row(city_officer, firm.pk) == firm
    assert scope_key(city_officer) != scope_key(firm_user)
    mine = set(Enterprise.objects.visible_to(firm_user).values_list("pk", flat=True))
    assert (firm.pk in mine) is _reads(register, firm_user, firm.pk)
    city_officer.is_active = False
    assert not _reads(register, city_officer, firm.pk)
    assert not _reads(register, firm_user, HOLE)


def _reads(register: Register, user: User, pk: int) -> bool:
    from hezhu.core.errors import NotThere

    try:
        return bool(register.row(user, pk))
    except NotThere:
        return False


def test_values_are_sent_once_and_percent_signs_stay() -> None:
    values = Values()
    assert [values.put("甲"), values.put(1), values.put("甲"), values.put(["甲"]), values.put(["甲"])] == [
        "$1",
        "$2",
        "$1",
        "$3",
        "$4",
    ]
    assert values.placed(("a = %s AND b LIKE '%%' AND c = %s", ("乙", "甲"))) == "a = $5 AND b LIKE '%' AND c = $1"
    assert values.given == ["甲", 1, ["甲"], ["甲"], "乙"]
    assert numbered("a = %s AND b LIKE '%%' AND c = %s", 4) == "a = $4 AND b LIKE '%' AND c = $5"


@pytest.mark.django_db
def test_the_statements_stand_in_the_log_of_queries() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert fetch("SELECT $1::int + 1", [41]) == [(42,)]
    assert [one["sql"] for one in asked] == ["SELECT $1::int + 1"]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_made_anew() -> None:
    assert fetch("SELECT 1") == [(1,)]
    [(process,)] = fetch("SELECT pg_backend_pid()")
    with psycopg.connect(**{k: v for k, v in connection.get_connection_params().items() if k in PARAMETERS}) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [process])
    assert fetch("SELECT 1") == [(1,)]
    assert fetch("SELECT pg_backend_pid()") != [(process,)]
    assert fetch("SHOW plan_cache_mode") == [("force_generic_plan",)]


PARAMETERS = {"dbname", "user", "password", "host", "port"}


@pytest.mark.django_db
def test_of_a_common_word_so_many_rows_are_looked_at(city_officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        Enterprise.objects.create(credit_code=f"91330481MA2B00{number:02}X1", name=f"常见公司{number}", division="330481")
    monkeypatch.setattr(everywhere, "CANDIDATES", 3)
    [found] = [each for each in everywhere.find(city_officer, "常见", 2) if each.register.slug == "enterprises"]
    assert len(found.rows) == 2
    assert found.more
    monkeypatch.setattr(everywhere, "CANDIDATES", 300)
    [found] = [each for each in everywhere.find(city_officer, "常见", 2) if each.register.slug == "enterprises"]
    assert [row.name for row in found.rows] == ["常见公司5", "常见公司4"]
    assert found.more


@pytest.mark.django_db
def test_the_frame_is_each_readers_own(city_officer: User, haiyan_officer: User) -> None:
    pages = {}
    for account in (city_officer, haiyan_officer, city_officer):
        client = Client()
        client.force_login(account)
        page = client.get("/r/enterprises/", {"q": "建工", "sort": "name"}).content.decode()
        token = client.cookies["csrftoken"].value
        assert token
        assert "\ue00b" not in page
        assert "\ue00c" not in page
        assert "\ue00d" not in page
        assert 'name="next" value="/r/enterprises/?q=%E5%BB%BA%E5%B7%A5&amp;sort=name"' in page
        assert account.display_name in page
        assert str(account.unit) in page
        pages.setdefault(account.pk, []).append(page)
    assert haiyan_officer.display_name not in pages[city_officer.pk][1]
    client = Client()
    client.force_login(city_officer)
    sought = client.get("/search/?q=%22%3E%3Cb%3E").content.decode()
    assert 'value="&quot;&gt;&lt;b&gt;"' in sought
    assert '"><b>' not in sought


@pytest.mark.django_db
def test_an_account_that_is_ended_or_moved_is_so_on_its_next_page(city_officer: User, haiyan_officer: User) -> None:
    client = Client()
    client.force_login(haiyan_officer)
    assert client.get("/r/enterprises/").status_code == 200
    User.objects.filter(pk=haiyan_officer.pk).update(role="expert")
    assert client.get("/r/enterprises/").status_code in (403, 404)
    User.objects.filter(pk=haiyan_officer.pk).update(is_active=False)
    assert client.get("/r/enterprises/").status_code == 302


def test_what_an_account_sees_is_said_without_asking_the_database(
    city_officer: User, haiyan_officer: User, firm_user: User, register: Register, row: Any
) -> None:
    """Kept statements hold the scope: a list of keys that was read for it would be kept with them."""
    for account in (city_officer, haiyan_officer, firm_user):
        divisions = account.divisions  # the unit is read once
        with CaptureQueriesContext(connection) as asked, contextlib.suppress(EmptyResultSet):
            str(register.model.objects.visible_to(account).query)
        assert not list(asked), divisions
