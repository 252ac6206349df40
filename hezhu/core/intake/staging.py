"""Rows on their way into a register: two temporary tables of this database session, one of good rows and one of refused ones.

Temporary tables write no log and vanish with the session, so that a killed process leaves nothing behind.
"""

# ruff: noqa: S608 - only names of tables and columns, taken from the models and quoted, are put into statements

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from types import TracebackType
from typing import Any, Self, cast

import polars as pl
from django.db import connection, models, transaction

from hezhu.core.register.declare import Register
from hezhu.engines.intake import LINE, RefusedRow

STAGED, REFUSED = "intake_staged", "intake_refused"
_TABLES = f"{STAGED}, {REFUSED}"
_REFUSED_AT_ONCE = 5_000


class Staging:
    """The two tables, for rows of ``mapped`` columns of a register; ``key`` are those that name a row."""

    def __init__(self, register: Register, mapped: tuple[str, ...], key: tuple[str, ...]) -> None:
        self.register, self.mapped, self.key = register, mapped, key
        self.parts = 0
        self.rows = 0

    def __enter__(self) -> Self:
        types = ", ".join(
            f"{column} {field.rel_db_type(connection) if field.is_relation else field.db_type(connection)}"
            for field, column in self.columns()
        )
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {_TABLES}")
            cursor.execute(f"CREATE TEMP TABLE {STAGED} ({quoted(LINE)} integer, {types})")
            cursor.execute(f"CREATE TEMP TABLE {REFUSED} (line integer, raw jsonb, sealed jsonb, problems jsonb)")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not (connection.in_atomic_block and transaction.get_rollback()):
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS {_TABLES}")

    def columns(self) -> list[tuple[models.Field, str]]:
        return [(self.field(name), quoted(self.field(name).column)) for name in self.mapped]

    def field(self, name: str) -> models.Field:
        return cast(models.Field, self.register.model._meta.get_field(name))

    def key_columns(self) -> list[str]:
        return [quoted(self.field(name).column) for name in self.key]

    def add(self, good: pl.DataFrame) -> None:
        """One part of the file: its good rows, typed, with relations as primary keys and personal numbers sealed."""
        self.parts += 1
        self.rows += good.height
        if not good.height:
            return
        lists = [name for name, dtype in good.schema.items() if name in self.mapped and isinstance(dtype, pl.List)]
        texts = good.select(LINE, *self.mapped).with_columns([_array_text(name) for name in lists])
        with connection.cursor() as cursor, cursor.copy(f"COPY {STAGED} FROM STDIN WITH (FORMAT csv)") as copy:
            copy.write(texts.write_csv(include_header=False).encode())

    def refuse(self, rows: Iterable[tuple[RefusedRow, dict[str, Any]]]) -> None:
        """Refused rows, each with what of it is sealed."""
        rest = iter(rows)
        # Each part is whole before its COPY begins: the rows may come from the same connection.
        while part := list(islice(rest, _REFUSED_AT_ONCE)):
            with connection.cursor() as cursor, cursor.copy(f"COPY {REFUSED} FROM STDIN") as copy:
                for row, sealed in part:
                    problems = [problem.as_dict() for problem in row.problems]
                    copy.write_row((row.line, _json(dict(row.raw)), _json(sealed), _json(problems)))

    def take_out(self, query: str, params: Any = None) -> list[int]:
        """Take the rows whose lines ``query`` gives out of the good ones; returns the lines."""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {STAGED} WHERE {quoted(LINE)} IN ({query}) RETURNING {quoted(LINE)}", params)
            lines = sorted(line for (line,) in cursor.fetchall())
        self.rows -= len(lines)
        return lines

    def repeated(self) -> dict[int, int]:
        """Line → first line with the same key, for rows of different parts of the file; those rows are taken out."""
        if self.parts < 2 or not self.key:
            return {}
        key, line = ", ".join(self.key_columns()), quoted(LINE)
        with connection.cursor() as cursor:
            cursor.execute("SET work_mem = '128MB'")
            cursor.execute(
                f"""
                WITH twice AS (SELECT {key}, min({line}) AS first FROM {STAGED} GROUP BY {key} HAVING count(*) > 1)
                DELETE FROM {STAGED} s USING twice t
                WHERE {" AND ".join(f"s.{column} = t.{column}" for column in self.key_columns())} AND s.{line} > t.first
                RETURNING s.{line}, t.first
                """
            )
            found = {int(line): int(first) for line, first in cursor.fetchall()}
            cursor.execute("RESET work_mem")
        self.rows -= len(found)
        return found


def quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _json(value: Any) -> str:
    # PostgreSQL's jsonb holds every character but U+0000.
    return json.dumps(value, ensure_ascii=False).replace("\\u0000", "")


def _array_text(name: str) -> pl.Expr:
    """A list of codes as PostgreSQL writes an array: {"3","2"}."""
    return pl.concat_str(pl.lit('{"'), pl.col(name).list.join('","'), pl.lit('"}')).alias(name)
