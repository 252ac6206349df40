"""Good rows into a register: one COPY into a staging table, then set-based statements in the caller's transaction.

An empty cell says nothing: it leaves an existing value as it is, and gives a new row the column's default. Rows that say nothing new are
not written. Every written row carries its lineage (source, batch, line); history is kept by the tables' own triggers.
"""

# ruff: noqa: S608 - only names of tables and columns, taken from the models and quoted, are put into statements

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import polars as pl
from django.db import IntegrityError, connection, models
from django.utils.translation import gettext

from hezhu.core.intake.errors import RegisterConflict
from hezhu.core.intake.models import Batch
from hezhu.core.register.declare import Register
from hezhu.core.register.sealed_fields import SealedField
from hezhu.engines.intake import LINE, CellProblem

_STAGED = "intake_staged"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where good rows went; ``refused`` are lines that the register itself cannot take, with the reason."""

    inserted: int
    updated: int
    unchanged: int
    refused: dict[int, CellProblem]


@dataclass(frozen=True)
class Upsert:
    """The statements for one batch into one register. ``mapped`` are the fields the sheet brings, ``key`` those that name a row."""

    register: Register
    batch: Batch
    mapped: tuple[str, ...]
    key: tuple[str, ...]
    divisions: tuple[str, ...]

    def run(self, good: pl.DataFrame) -> Outcome:
        """Stage and write; call it inside the transaction that also writes the quarantine. Raises RegisterConflict."""
        model = self.register.model
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"intake:{self.register.slug}"])
            self._stage(cursor, good)
            refused = self._refuse(cursor)
            unchanged = self._drop_unchanged(cursor)
            try:
                updated = self._update(cursor)
                inserted = self._insert(cursor)
            except IntegrityError as error:
                raise RegisterConflict(constraint=_constraint_of(model, error)) from error
            cursor.execute(f"DROP TABLE {_STAGED}")
        return Outcome(inserted, updated, unchanged, refused)

    def _columns(self) -> list[tuple[models.Field, str]]:
        return [(self._field(name), _quoted(self._field(name).column)) for name in self.mapped]

    def _field(self, name: str) -> models.Field:
        return cast(models.Field, self.register.model._meta.get_field(name))

    def _stage(self, cursor: Any, good: pl.DataFrame) -> None:
        types = ", ".join(
            f"{column} {field.rel_db_type(connection) if field.is_relation else field.db_type(connection)}"
            for field, column in self._columns()
        )
        cursor.execute(f"DROP TABLE IF EXISTS {_STAGED}")
        cursor.execute(f"CREATE TEMP TABLE {_STAGED} ({_quoted(LINE)} integer, {types}) ON COMMIT DROP")
        lists = [name for name, dtype in good.schema.items() if name in self.mapped and isinstance(dtype, pl.List)]
        texts = good.select(LINE, *self.mapped).with_columns([_array_text(name) for name in lists])
        with cursor.copy(f"COPY {_STAGED} FROM STDIN WITH (FORMAT csv)") as copy:
            copy.write(texts.write_csv(include_header=False).encode())
        cursor.execute(f"CREATE INDEX ON {_STAGED} ({', '.join(self._key_columns())})")
        cursor.execute(f"ANALYZE {_STAGED}")

    def _key_columns(self) -> list[str]:
        return [_quoted(self._field(name).column) for name in self.key]

    def _same_row(self) -> str:
        """The condition that staged row s names the register's row t, of the same city (real or demonstration)."""
        match = " AND ".join(f"t.{column} = s.{column}" for column in self._key_columns())
        return f"{match} AND t.is_demo = {'true' if self.batch.is_demo else 'false'}"

    @property
    def _table(self) -> str:
        return _quoted(self.register.model._meta.db_table)

    def _refuse(self, cursor: Any) -> dict[int, CellProblem]:
        """Take out what the account may not write and what the table's own checks forbid."""
        refused: dict[int, CellProblem] = {}
        outside = (
            f"SELECT s.{_quoted(LINE)} FROM {_STAGED} s JOIN {self._table} t ON {self._same_row()} WHERE t.division <> ALL(%s)"
        )
        elsewhere = CellProblem(
            "",
            "",
            "",
            "scope.elsewhere",
            gettext("这条记录由别的县（市、区）登记，不能从这里改"),
            basis=gettext("请联系登记的县（市、区）"),
        )
        self._take_out(cursor, refused, outside, [list(self.divisions)], elsewhere)
        if "division" in self.mapped:
            own = f"SELECT {_quoted(LINE)} FROM {_STAGED} WHERE division <> ALL(%s)"
            label = str(self._field("division").verbose_name)
            foreign = CellProblem(
                "division",
                label,
                "",
                "scope.division",
                gettext("不在你的管辖范围内"),
                basis=gettext("只能登记本县（市、区）的记录"),
            )
            self._take_out(cursor, refused, own, [list(self.divisions)], foreign)
        for constraint in self.register.model._meta.constraints:
            if isinstance(constraint, models.CheckConstraint) and _names(constraint) <= set(self.mapped):
                with connection.schema_editor(collect_sql=True, atomic=False) as editor:
                    check = constraint._get_check_sql(self.register.model, editor)  # type: ignore[attr-defined]
                label = "、".join(str(self._field(name).verbose_name) for name in sorted(_names(constraint)))
                broken = CellProblem(
                    next(iter(sorted(_names(constraint)))),
                    label,
                    "",
                    "register.check",
                    gettext("不满足登记要求"),
                    basis=gettext("无建议，请核对"),
                )
                self._take_out(cursor, refused, f"SELECT {_quoted(LINE)} FROM {_STAGED} WHERE NOT ({check})", None, broken)
        return refused

    def _take_out(self, cursor: Any, refused: dict[int, CellProblem], query: str, params: Any, problem: CellProblem) -> None:
        cursor.execute(query, params)
        lines = [line for (line,) in cursor.fetchall()]
        refused.update(dict.fromkeys(lines, problem))
        if lines:
            cursor.execute(f"DELETE FROM {_STAGED} WHERE {_quoted(LINE)} = ANY(%s)", [lines])

    def _drop_unchanged(self, cursor: Any) -> int:
        # A sealed value differs at every sealing: its digest, mapped beside it, is what can be compared.
        same = " AND ".join(
            f"(s.{column} IS NULL OR s.{column} = t.{column})"
            for field, column in self._columns()
            if not isinstance(field, SealedField)
        )
        cursor.execute(f"DELETE FROM {_STAGED} s USING {self._table} t WHERE {self._same_row()} AND {same}")
        return int(cursor.rowcount)

    def _update(self, cursor: Any) -> int:
        changes = [
            f"{column} = COALESCE(s.{column}, t.{column})" for field, column in self._columns() if field.name not in self.key
        ]
        lineage, params = self._lineage()
        changes += [f"{column} = {value}" for column, value in lineage.items() if column != "created_at"]
        if not changes:
            return 0
        cursor.execute(f"UPDATE {self._table} t SET {', '.join(changes)} FROM {_STAGED} s WHERE {self._same_row()}", params)
        updated = int(cursor.rowcount)
        cursor.execute(f"DELETE FROM {_STAGED} s USING {self._table} t WHERE {self._same_row()}")
        return updated

    def _insert(self, cursor: Any) -> int:
        columns: list[str] = []
        values: list[str] = []
        params: list[Any] = []
        mapped = set(self.mapped)
        lineage, lineage_params = self._lineage()
        for field in self.register.model._meta.concrete_fields:
            if field.primary_key or field.generated or field.column in lineage:
                continue
            value, given = self._value(field, field.name in mapped)
            if value:
                columns.append(_quoted(field.column))
                values.append(value)
                params += given
        columns += [_quoted(column) for column in lineage]
        values += list(lineage.values())
        cursor.execute(
            f"INSERT INTO {self._table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {_STAGED} s ORDER BY s.{_quoted(LINE)}",
            [*params, *lineage_params],
        )
        return int(cursor.rowcount)

    def _value(self, field: models.Field, mapped: bool) -> tuple[str, list[Any]]:
        """What a new row gets in one column: the sheet's value, else the default; "" leaves it to the table."""
        if field.name == "is_demo":
            return "%s", [self.batch.is_demo]
        default, given = "", []
        if field.name == "division" and self.register.division_from:
            parent = self._field(self.register.division_from)
            table = _quoted(parent.related_model._meta.db_table)  # type: ignore[union-attr]
            return f"(SELECT p.division FROM {table} p WHERE p.id = s.{_quoted(parent.column)})", []
        if field.name == "division":
            default, given = "%s", [self.batch.division]
        elif field.has_default() or (field.empty_strings_allowed and not field.null and not field.is_relation):
            default, given = f"%s::{field.db_type(connection)}", [field.get_db_prep_save(field.get_default(), connection)]
        if not mapped:
            return default, given
        column = f"s.{_quoted(field.column)}"
        return (f"COALESCE({column}, {default})", given) if default else (column, [])

    def _lineage(self) -> tuple[dict[str, str], list[Any]]:
        """Column → expression for source, batch, line and times, and the parameters in that order."""
        if not self.register.has_lineage:
            return {}, []
        expressions = {
            "source": "%s",
            "source_batch": "%s",
            "source_line": f"s.{_quoted(LINE)}",
            "updated_at": "now()",
            "created_at": "now()",
        }
        return expressions, [self.batch.source, self.batch.number]


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _array_text(name: str) -> pl.Expr:
    """A list of codes as PostgreSQL writes an array: {"3","2"}."""
    return pl.concat_str(pl.lit('{"'), pl.col(name).list.join('","'), pl.lit('"}')).alias(name)


def _names(constraint: models.CheckConstraint) -> set[str]:
    """The fields a check speaks of."""
    return _lookups(constraint.condition)


def _lookups(condition: Any) -> set[str]:
    names: set[str] = set()
    for child in getattr(condition, "children", ()):
        names |= {child[0].split("__")[0]} if isinstance(child, tuple) else _lookups(child)
    return names


def _constraint_of(model: type[models.Model], error: IntegrityError) -> str:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    return name or str(model._meta.verbose_name)
