"""Search over all registers in one statement: a branch for each register the reader may see, the first hits of each.

A branch is the reader's own scope (from ``visible_to``, compiled once for an account) and the grams of the searched columns. Rows are then read
through ``visible_to`` again: what is shown never depends on the statement alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

from hezhu.core.register import search
from hezhu.core.register.declare import Register, registers
from hezhu.core.register.links import LIBRARY_ORDER, library_of
from hezhu.core.register.seal import digest
from hezhu.core.register.sealed_fields import reads_as, sealed_fields

MOST_SCOPES = 4096
_SCOPES: dict[tuple[Any, ...], tuple[str, tuple[Any, ...]] | None] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """The first rows of one register; ``more`` when there are further ones."""

    register: Register
    rows: list[models.Model]
    more: bool


def find(user: Any, text: str, limit: int) -> list[Found]:
    """The first ``limit`` rows of every register whose own columns hold ``text``, library by library."""
    text = " ".join(text.split())
    if len(text) < search.MINIMUM:
        return []
    branches: list[str] = []
    params: list[Any] = []
    offered = [r for r in registers if user.may(r.permission("view")) and not r.narrow_by]
    for number, register in enumerate(offered):
        scope, match = scope_of(register, user), _match(register, text)
        if scope is None or match is None:
            continue
        table = connection.ops.quote_name(register.model._meta.db_table)
        branches.append(
            f"(SELECT {number}, s.pk FROM ({scope[0]} AND ({match[0]}) ORDER BY {table}.id DESC LIMIT {limit + 1}) s)"  # noqa: S608
        )
        params += [*scope[1], *match[1]]
    if not branches:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(branches), params)
        hits: dict[int, list[int]] = {}
        for number, pk in cursor.fetchall():
            hits.setdefault(number, []).append(pk)
    found = [_read(offered[number], user, pks, limit) for number, pks in hits.items()]
    return sorted((each for each in found if each.rows), key=_order)


def _order(found: Found) -> tuple[int, int]:
    in_order = list(registers)
    return LIBRARY_ORDER.index(library_of(found.register)), in_order.index(found.register)


def _read(register: Register, user: Any, pks: list[int], limit: int) -> Found:
    rows = {row.pk: row for row in register.rows(user).filter(pk__in=pks[:limit])}
    return Found(register, [rows[pk] for pk in pks[:limit] if pk in rows], len(pks) > limit)


def scope_of(register: Register, user: Any) -> tuple[str, tuple[Any, ...]] | None:
    """The rows the account sees as ``SELECT id … WHERE …``, to which a condition may be added."""
    key = (register.slug, user.pk, user.role, user.divisions, user.unit_id, user.is_demo)
    if key not in _SCOPES:
        if len(_SCOPES) >= MOST_SCOPES:
            _SCOPES.clear()
        try:
            rows = register.model.objects.visible_to(user).order_by().values("pk")
            _SCOPES[key] = rows.query.sql_with_params()
        except EmptyResultSet:
            _SCOPES[key] = None
    return _SCOPES[key]


def _match(register: Register, text: str) -> tuple[str, list[Any]] | None:
    """The condition that the register's own searched columns hold every term; None where it has none of its own."""
    model = register.model
    table = connection.ops.quote_name(model._meta.db_table)
    sealed = {field.name: field for field in sealed_fields(model)}
    own = [name for name in register.search if "__" not in name]
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    plain = [f"{table}.{connection.ops.quote_name(columns[name])}" for name in own if name not in sealed]
    parts: list[str] = []
    params: list[Any] = []
    if plain and any(field.name == "search_grams" for field in model._meta.concrete_fields):
        conditions = []
        for term in search.terms_of(text):
            sql, values = _holds(table, plain, term)
            conditions.append(sql)
            params += values
        parts.append(" AND ".join(conditions))
    for name in own:
        if name in sealed and reads_as(sealed[name], text):
            parts.append(f"{table}.{connection.ops.quote_name(sealed[name].digest)} = %s")
            params.append(digest(text.strip().upper(), sealed[name].kind))
    return (" OR ".join(f"({part})" for part in parts), params) if parts else None


def _holds(table: str, columns: list[str], term: str) -> tuple[str, list[Any]]:
    if search.is_code(term):
        bare = search.bare(term)
        grams, tests, pattern = search.grams_of(bare), "translate(lower({}), %s, '') LIKE %s", [search.SEPARATORS, f"%{bare}%"]
    else:
        escaped = term.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        grams, tests, pattern = search.grams_of(term), "{} ILIKE %s", [f"%{escaped}%"]
    holds = " OR ".join(tests.format(column) for column in columns)
    values = pattern * len(columns)
    return (f"({table}.search_grams @> %s::text[] AND ({holds}))", [grams, *values]) if grams else (f"({holds})", values)
