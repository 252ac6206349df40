"""Every API route: nobody signed in gets 401, and an account without any permission changes nothing."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client

from hezhu.config.api import api
from hezhu.core.access.models import Unit, User

ROUTES = [
    (path, method)
    for path, methods in api.get_openapi_schema()["paths"].items()
    for method in methods
    if method in {"get", "post", "put", "patch", "delete"}
]


def filled(path: str) -> str:
    """The path with every parameter given a value that names nothing."""
    return re.sub(r"\{[^}]*\}", "0", path)


def send(client: Client, path: str, method: str):
    options = {} if method == "get" else {"data": "{}", "content_type": "application/json"}
    return getattr(client, method)(filled(path), **options)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "method"), ROUTES, ids=lambda part: part)
def test_nobody_signed_in_is_let_in(client: Client, path: str, method: str) -> None:
    before = writes_of_every_table()
    answer = send(client, path, method)
    assert writes_of_every_table() == before
    assert answer.status_code == 401, answer.content.decode()[:300]
    assert answer["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize(("path", "method"), ROUTES, ids=lambda part: part)
def test_an_account_without_permissions_reads_and_changes_nothing(
    client: Client, units: dict[str, Unit], path: str, method: str
) -> None:
    user = User.objects.create_user("nobody", "x", display_name="无权", role="none", unit=units["firm"])
    client.force_login(user)
    before = writes_of_every_table()
    answer = send(client, path, method)
    assert writes_of_every_table() == before
    assert answer.status_code in {403, 404, 422} or is_empty(answer), (answer.status_code, answer.content.decode()[:300])


def writes_of_every_table() -> dict[str, int]:
    """How many rows this transaction has added, changed or removed in each table, as the database counts them. Sessions may change."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE relname <> 'django_session'"
        )
        return dict(cursor.fetchall())


def test_a_write_is_counted(units: dict[str, Unit]) -> None:
    before = writes_of_every_table()
    Unit.objects.filter(pk=units["firm"].pk).update(name="另一个名字")
    after = writes_of_every_table()
    assert {name for name in after if after[name] != before[name]} >= {"access_unit"}


def is_empty(answer) -> bool:
    """A list that holds nothing: what scoping leaves to an account that may see no row."""
    if answer.status_code != 200:
        return False
    data = answer.json()
    rows = data if isinstance(data, list) else next((value for value in data.values() if isinstance(value, list)), None)
    return rows == []
