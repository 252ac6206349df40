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
    before = rows_of_every_table()
    answer = send(client, path, method)
    assert rows_of_every_table() == before
    assert answer.status_code == 401, answer.content.decode()[:300]
    assert answer["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize(("path", "method"), ROUTES, ids=lambda part: part)
def test_an_account_without_permissions_reads_and_changes_nothing(
    client: Client, units: dict[str, Unit], path: str, method: str
) -> None:
    user = User.objects.create_user("nobody", "x", display_name="无权", role="none", unit=units["firm"])
    client.force_login(user)
    before = rows_of_every_table()
    answer = send(client, path, method)
    assert rows_of_every_table() == before
    assert answer.status_code in {403, 404, 422} or is_empty(answer), (answer.status_code, answer.content.decode()[:300])


def rows_of_every_table() -> dict[str, tuple[int, int]]:
    """How many rows each table holds and a sum over their texts, so that an added, removed or changed row shows. Sessions may change."""
    left_out = {"django_session"}
    tables = [name for name in connection.introspection.table_names() if name not in left_out]
    parts = [
        f"SELECT '{name}', count(*), coalesce(sum(('x' || substr(md5(t::text), 1, 8))::bit(32)::bigint), 0) FROM \"{name}\" t"
        for name in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {name: (rows, int(content)) for name, rows, content in cursor.fetchall()}


def is_empty(answer) -> bool:
    """A list that holds nothing: what scoping leaves to an account that may see no row."""
    if answer.status_code != 200:
        return False
    data = answer.json()
    rows = data if isinstance(data, list) else next((value for value in data.values() if isinstance(value, list)), None)
    return rows == []
