"""Statements that the database plans once for a connection, and querysets that Django compiles once.

A page of a register asks for the session, the account, marks and the row by the same statements as every page before. Written by the ORM each
costs a millisecond of building and planning before its row is read; here it is built once, and its plan is the general one
(``plan_cache_mode``, set when a connection opens; the ORM's own statements are not prepared, so that it does not touch them).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from time import perf_counter
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, models
from django.db.models.query import get_related_populators
from psycopg import RawCursor
from psycopg.types.numeric import Int8

Row = TypeVar("Row", bound=models.Model)
MOST = 4096
MOST_HOLES = 1024
HOLE = 2**61  # no row has this number: it holds the place of a value that each run gives


def general_plans(*, connection: Any, **_: Any) -> None:
    """For the signal that a connection was opened."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode = force_generic_plan")


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of ``sql``, whose values stand as ``$1``, ``$2``, …"""
    # One kind of whole number: for psycopg's smallest that fits, each size would be a statement of its own.
    sent = [Int8(value) if type(value) is int else value for value in params]
    started = perf_counter()
    connection.ensure_connection()
    try:
        rows = _fetched(sql, sent)
    except OperationalError:
        if connection.in_atomic_block or not connection.connection.closed:
            raise
        connection.close()  # the server went away since the last page: ask it anew, as Django's check of a kept connection does
        connection.ensure_connection()
        rows = _fetched(sql, sent)
    setattr(connection, "health_check_done", True)  # noqa: B010 - it answered: Django need not ask once more
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": f"{perf_counter() - started:.3f}"})
    return rows


def _fetched(sql: str, sent: list[Any]) -> list[tuple[Any, ...]]:
    own = connection.connection
    own.prepare_threshold = 0  # Django turns preparing off; its own cursors do not prepare whatever stands here
    with connection.wrap_database_errors, RawCursor(own) as cursor:
        return cursor.execute(sql, sent, prepare=True).fetchall()


def numbered(sql: str, first: int = 1) -> str:
    """``sql`` as Django writes it (``%s``) with its values as ``$first``, …"""
    parts = sql.replace("%%", "\x00").split("%s")
    text = parts[0] + "".join(f"${first + n}{part}" for n, part in enumerate(parts[1:]))
    return text.replace("\x00", "%")


class Values:
    """The values of a statement that is put together by hand; a word or number that stands in it often is sent once."""

    def __init__(self) -> None:
        self.given: list[Any] = []
        self._places: dict[tuple[type, Any], str] = {}

    def put(self, value: Any) -> str:
        """Where ``value`` stands: ``$7``."""
        if type(value) not in (str, int):
            self.given.append(value)
            return f"${len(self.given)}"
        place = self._places.get((type(value), value))
        if place is None:
            self.given.append(value)
            place = self._places[type(value), value] = f"${len(self.given)}"
        return place

    def placed(self, statement: tuple[str, Sequence[Any]]) -> str:
        """A statement of Django's with its values put here."""
        sql, values = statement
        parts = sql.replace("%%", "\x00").split("%s")
        text = parts[0] + "".join(self.put(value) + part for value, part in zip(values, parts[1:], strict=True))
        return text.replace("\x00", "%")


class Compiled(Generic[Row]):
    """A queryset of whole rows, compiled once. Where it was given ``HOLE`` (``HOLE + 1``, …) each run puts its own value."""

    def __init__(self, rows: models.QuerySet) -> None:
        self.compiler = rows.query.get_compiler(connection.alias)
        try:
            sql, params = self.compiler.as_sql()
        except EmptyResultSet:
            self.sql = ""
            return
        self.sql, self.literal, self.params = numbered(sql), sql, list(params)
        self.holes = [(at, p - HOLE) for at, p in enumerate(params) if type(p) is int and HOLE <= p < HOLE + MOST_HOLES]
        info = self.compiler.klass_info
        fields = info["select_fields"]
        self.model, self.start, self.end = info["model"], fields[0], fields[-1] + 1
        self.names = [column[0].target.attname for column in self.compiler.select[self.start : self.end]]
        self.populators = get_related_populators(info, self.compiler.select, connection.alias)  # type: ignore[call-arg]
        self.converters = self.compiler.get_converters([column[0] for column in self.compiler.select])

    def rows(self, *values: Any, judged: bool = False) -> list[Row]:
        """The rows with ``values`` in the holes. ``judged`` has the planner look at the values: where a common and a rare one want another way."""
        if not self.sql:
            return []
        params = list(self.params)
        for at, number in self.holes:
            params[at] = values[number]
        found: Iterable[Any] = self._judged(params) if judged else fetch(self.sql, params)
        if self.converters:
            found = self.compiler.apply_converters(found, self.converters)
        return [self._made(row) for row in found]

    def _judged(self, params: list[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(self.literal, params)
            return cursor.fetchall()

    def first(self, *values: Any) -> Row | None:
        return next(iter(self.rows(*values)), None)

    def _made(self, row: Sequence[Any]) -> Row:
        made = self.model.from_db(connection.alias, self.names, row[self.start : self.end])
        for populator in self.populators:
            populator.populate(row, made)
        return made


_COMPILED: dict[Hashable, Compiled[Any]] = {}


def compiled(key: Hashable, rows: Callable[[], models.QuerySet]) -> Compiled[Any]:
    """The queryset known as ``key``; ``rows`` makes it the first time. All that it hangs on must be in the key."""
    made = _COMPILED.get(key)
    if made is None:
        if len(_COMPILED) >= MOST:
            _COMPILED.clear()
        made = _COMPILED[key] = Compiled(rows())
    return made
