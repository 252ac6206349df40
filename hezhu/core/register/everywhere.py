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
from hezhu.core.register.prepared import fetch
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
    terms = [_term(term) for term in search.terms_of(text)]
    offered = [r for r in registers if user.may(r.permission("view")) and not r.narrow_by]
    for number, register in enumerate(offered):
        scope, match = scope_of(register, user), _match(register, text, terms)
        if scope is None or match is None:
            continue
        branches.append(
            # OFFSET 0 keeps the general plan on the index of grams: it must not walk back through the keys until a rare word comes.
            f"(SELECT {number}, s.pk FROM ({scope[0]} AND ({match[0]}) OFFSET 0) s ORDER BY s.pk DESC LIMIT {limit + 1})"  # noqa: S608
        )
        params += [*scope[1], *match[1]]
    if not branches:
        return []
    hits: dict[int, list[int]] = {}
    for number, pk in fetch(" UNION ALL ".join(branches), params):
        hits.setdefault(number, []).append(pk)
    found = [_read(offered[number], user, pks, limit) for number, pks in hits.items()]
    return sorted((each for each in found if each.rows), key=_order)


def _order(found: Found) -> tuple[int, int]:
    in_order = list(registers)
    return LIBRARY_ORDER.index(library_of(found.register)), in_order.index(found.register)


def _read(register: Register, user: Any, pks: list[int], limit: int) -> Found:
    """The rows themselves, with the relations that name them: a hit shows a name and a key, not a whole record."""
    seen = register.drawn(register.model.objects.visible_to(user), ())
    rows = {row.pk: row for row in seen.filter(pk__in=pks[:limit])}
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


@dataclass(frozen=True, slots=True)
class _Searched:
    """What a register's own table is searched by, ready for a statement: quoted table, plain columns and sealed ones with their digests."""

    table: str
    plain: tuple[str, ...]
    sealed: tuple[tuple[Any, str], ...]


@dataclass(frozen=True, slots=True)
class _Term:
    """One word of a search: its grams, the test a column must pass, and the values of that test."""

    text: str
    grams: list[str]
    test: str
    values: list[str]


_SEARCHED: dict[str, _Searched] = {}


def _searched(register: Register) -> _Searched:
    """Looked up once for a register: it hangs on the model alone."""
    if register.slug not in _SEARCHED:
        model, quote = register.model, connection.ops.quote_name
        table = quote(model._meta.db_table)
        sealed = {field.name: field for field in sealed_fields(model)}
        own = [name for name in register.search if "__" not in name]
        columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
        has_grams = "search_grams" in columns
        _SEARCHED[register.slug] = _Searched(
            table,
            tuple(f"{table}.{quote(columns[name])}" for name in own if name not in sealed and has_grams),
            tuple((sealed[name], f"{table}.{quote(sealed[name].digest)}") for name in own if name in sealed),
        )
    return _SEARCHED[register.slug]


def _term(text: str) -> _Term:
    if search.is_code(text):
        bare = search.bare(text)
        return _Term(text, search.grams_of(bare), "translate(lower({}), %s, '') LIKE %s", [search.SEPARATORS, f"%{bare}%"])
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return _Term(text, search.grams_of(text), "{} ILIKE %s", [f"%{escaped}%"])


def _match(register: Register, text: str, terms: list[_Term]) -> tuple[str, list[Any]] | None:
    """The condition that the register's own searched columns hold every term; None where it has none of its own."""
    searched = _searched(register)
    parts: list[str] = []
    params: list[Any] = []
    if searched.plain:
        conditions = []
        for term in terms:
            sql, values = _holds(searched.table, searched.plain, term)
            conditions.append(sql)
            params += values
        parts.append(" AND ".join(conditions))
    for field, column in searched.sealed:
        if reads_as(field, text):
            parts.append(f"{column} = %s")
            params.append(digest(text.strip().upper(), field.kind))
    return (" OR ".join(f"({part})" for part in parts), params) if parts else None


def _holds(table: str, columns: tuple[str, ...], term: _Term) -> tuple[str, list[Any]]:
    holds = " OR ".join(term.test.format(column) for column in columns)
    values = term.values * len(columns)
    if not term.grams:
        return f"({holds})", values
    return f"({table}.search_grams @> %s::text[] AND ({holds}))", [term.grams, *values]
