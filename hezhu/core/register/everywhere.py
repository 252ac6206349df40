"""Search over all registers in one statement: a branch for each register the reader may see, the first hits of each.

A branch is the reader's own scope (from ``visible_to``, compiled once for an account) and the grams of the searched columns. Rows are then read
through ``visible_to`` again: what is shown never depends on the statement alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

from hezhu.core.access.scoping import scope_key
from hezhu.core.prepared import HOLE, MOST, Values, compiled, fetch
from hezhu.core.register import absence, search
from hezhu.core.register.declare import Register, registers
from hezhu.core.register.links import LIBRARY_ORDER, library_of
from hezhu.core.register.seal import digest
from hezhu.core.register.sealed_fields import reads_as, sealed_fields

CANDIDATES = 300  # of a register's rows that hold a common word only so many are looked at, and the newest of them shown
WORDS = "\ue00awords\ue00a"  # stands in an ``Other``'s queryset for what is searched
Scope = tuple[str, tuple[Any, ...]]
_SCOPES: dict[tuple[Any, ...], Scope | None] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """The first rows of one register; ``more`` when there are further ones."""

    register: Register
    rows: list[models.Model]
    more: bool


@dataclass(frozen=True, slots=True)
class Other:
    """What is no register but searched with them: ``rows`` are the account's rows that hold ``WORDS`` (an icontains lookup)."""

    name: str
    permission: str
    rows: Callable[[Any], models.QuerySet]


def find(user: Any, text: str, limit: int) -> list[Found]:
    """The first ``limit`` rows of every register whose own columns hold ``text``, library by library."""
    return look(user, text, limit)[0]


def look(user: Any, text: str, limit: int, others: Sequence[Other] = ()) -> tuple[list[Found], dict[str, list[int]]]:
    """``find``, and by the same statement the keys of the first ``limit`` rows of each of ``others``."""
    text = " ".join(text.split())
    if len(text) < search.MINIMUM:
        return [], {}
    values = Values()
    terms = [_term(term, values) for term in search.terms_of(text)]
    own = scope_key(user)
    offered = [r for r in registers if user.may(r.permission("view")) and not r.narrow_by]
    thinned = absence.marked(register.slug for register in offered)
    branches = []
    for number, register in enumerate(offered):
        scope, match = scope_of(register, user, own), _match(register, text, terms, values)
        if scope is None or match is None:
            continue
        present = absence.condition(register, _searched(register).table, values) if register.slug in thinned else "true"
        branches.append(
            # The inner limit keeps the general plan on the index of grams (it must not walk back through the keys until a rare word comes),
            # and a common word from being looked for in all the rows that hold it.
            f"(SELECT {number}, s.pk FROM ({values.placed(scope)} AND ({match}) AND {present} LIMIT {CANDIDATES}) s "  # noqa: S608
            f"ORDER BY s.pk DESC LIMIT {limit + 1})"
        )
    pattern = f"%{_escaped(text)}%"
    for number, other in enumerate(others, len(offered)):
        if user.may(other.permission) and (scope := _scope((other.name, *own), partial(other.rows, user))):
            asked = scope[0], tuple(pattern if value == f"%{WORDS}%" else value for value in scope[1])
            branches.append(f"(SELECT {number}, s.pk FROM ({values.placed(asked)} LIMIT {limit}) s)")  # noqa: S608
    hits: dict[int, list[int]] = {}
    for number, pk in fetch(" UNION ALL ".join(branches), values.given) if branches else ():
        hits.setdefault(number, []).append(pk)
    found = [_read(register, user, hits[number], limit) for number, register in enumerate(offered) if number in hits]
    further = {other.name: hits[number] for number, other in enumerate(others, len(offered)) if number in hits}
    return sorted((each for each in found if each.rows), key=_order), further


def _order(found: Found) -> tuple[int, int]:
    in_order = list(registers)
    return LIBRARY_ORDER.index(library_of(found.register)), in_order.index(found.register)


def _read(register: Register, user: Any, pks: list[int], limit: int) -> Found:
    """The rows themselves, with the relations that name them: a hit shows a name and a key, not a whole record."""
    holes = [HOLE + n for n in range(limit)]
    read = compiled(
        ("hits", register.slug, limit, *scope_key(user)),
        lambda: register.drawn(register.model.objects.visible_to(user), ()).filter(pk__in=holes).order_by(),
    )
    shown = pks[:limit]
    rows = {row.pk: row for row in read.rows(*shown, *[-1] * (limit - len(shown)))}
    return Found(register, [rows[pk] for pk in shown if pk in rows], len(pks) > limit)


def scope_of(register: Register, user: Any, own: tuple[Any, ...] | None = None) -> Scope | None:
    """The rows the account sees as ``SELECT id … WHERE …``, to which a condition may be added. ``own`` is the account's ``scope_key``."""
    return _scope((register.slug, *(own or scope_key(user))), lambda: register.model.objects.visible_to(user).order_by())


def _scope(key: tuple[Any, ...], rows: Callable[[], models.QuerySet]) -> Scope | None:
    if key not in _SCOPES:
        if len(_SCOPES) >= MOST:
            _SCOPES.clear()
        try:
            _SCOPES[key] = rows().values("pk").query.sql_with_params()
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
    """One word of a search: where its grams stand among the values ("" when it has none), and the test a column must pass."""

    text: str
    grams: str
    test: str


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


def _term(text: str, values: Values) -> _Term:
    bare = search.bare(text) if search.is_code(text) else ""
    grams = search.grams_of(bare or text)
    if bare:
        test = f"translate(lower({{}}), {values.put(search.SEPARATORS)}, '') LIKE {values.put(f'%{bare}%')}"
    else:
        test = f"{{}} ILIKE {values.put(f'%{_escaped(text)}%')}"
    return _Term(text, f"{values.put(grams)}::text[]" if grams else "", test)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _match(register: Register, text: str, terms: list[_Term], values: Values) -> str | None:
    """The condition that the register's own searched columns hold every term; None where it has none of its own."""
    searched = _searched(register)
    parts: list[str] = []
    if searched.plain:
        parts.append(" AND ".join(_holds(searched.table, searched.plain, term) for term in terms))
    for field, column in searched.sealed:
        if reads_as(field, text):
            parts.append(f"{column} = {values.put(digest(text.strip().upper(), field.kind))}")
    return " OR ".join(f"({part})" for part in parts) if parts else None


def _holds(table: str, columns: tuple[str, ...], term: _Term) -> str:
    holds = " OR ".join(term.test.format(column) for column in columns)
    return f"({table}.search_grams @> {term.grams} AND ({holds}))" if term.grams else f"({holds})"
