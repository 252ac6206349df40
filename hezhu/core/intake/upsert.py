"""Staged rows into a register, by set-based statements in the caller's transaction.

An empty cell says nothing: it leaves an existing value as it is, and gives a new row the column's default. Rows that say nothing new are
not written. Every written row carries its lineage (source, batch, line); history is kept by the tables' own triggers.
"""

# ruff: noqa: S608 - only names of tables and columns, taken from the models and quoted, are put into statements

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, OperationalError, connection, models

from hezhu.core.intake.checks import Problems, refuse_elsewhere
from hezhu.core.intake.errors import RegisterBusy, RegisterConflict
from hezhu.core.intake.first_load import without_indexes
from hezhu.core.intake.models import Batch
from hezhu.core.intake.staging import STAGED, Staging, quoted
from hezhu.core.register.sealed_fields import SealedField
from hezhu.engines.intake import LINE

_PLAN = "intake_plan"
MANY_MARKS = 1_000
LOCK_WAIT = "10min"
"""How long a batch waits for another one on the same register before it is refused."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where good rows went; ``refused`` are lines that the register itself cannot take, with the reason."""

    inserted: int
    updated: int
    unchanged: int
    refused: Problems


@dataclass(frozen=True)
class Upsert:
    """The statements for one batch into one register; ``staging`` holds its rows, ``divisions`` those the account serves."""

    staging: Staging
    batch: Batch
    divisions: tuple[str, ...]
    full: bool = False

    def run(self) -> Outcome:
        """Write; call it inside the transaction that also writes the quarantine. Raises RegisterConflict, RegisterBusy."""
        model = self.staging.register.model
        with connection.cursor() as cursor:
            hold_register(cursor, self.staging.register.slug)
            cursor.execute("SET LOCAL work_mem = '96MB'; SET LOCAL maintenance_work_mem = '192MB'")
            cursor.execute(f"ANALYZE {STAGED}")
            refused = refuse_elsewhere(self.staging, self._same_row(), self._table, self.divisions)
            try:
                with without_indexes(cursor, self.staging.register, self.staging.rows) as empty:
                    if empty:
                        return Outcome(self._insert(cursor, planned=False), 0, 0, refused)
                    self._listed_again(cursor)
                    if self.full:
                        self._mark_absent(cursor)
                    changed = self._plan(cursor)
                    updated = self._update(cursor)
                    inserted = self._insert(cursor, planned=True)
                    cursor.execute(f"DROP TABLE {_PLAN}")
            except IntegrityError as error:
                raise RegisterConflict(constraint=_constraint_of(model, error)) from error
        return Outcome(inserted, updated, self.staging.rows - changed, refused)

    @property
    def _table(self) -> str:
        return quoted(self.staging.register.model._meta.db_table)

    def _same_row(self) -> str:
        """The condition that staged row s names the register's row t, of the same city (real or demonstration)."""
        match = " AND ".join(f"t.{column} = s.{column}" for column in self.staging.key_columns())
        return f"{match} AND t.is_demo = {'true' if self.batch.is_demo else 'false'}"

    def _listed_again(self, cursor: Any) -> None:
        """Rows that come are absent no more."""
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM intake_absence WHERE register = %s AND ended_at IS NULL)", [self.batch.register]
        )
        if cursor.fetchone()[0]:
            cursor.execute(
                f"UPDATE intake_absence a SET ended_at = now(), ended_by_id = %s FROM {self._table} t, {STAGED} s "
                f"WHERE a.register = %s AND a.ended_at IS NULL AND a.row = t.id AND {self._same_row()}",
                [self.batch.pk, self.batch.register],
            )

    def _mark_absent(self, cursor: Any) -> None:
        """Rows last written by this source that its whole list does not name."""
        cursor.execute(
            f"""
            INSERT INTO intake_absence (register, "row", batch_id, source)
            SELECT %s, t.id, %s, t.source FROM {self._table} t
            WHERE t.source = %s AND t.is_demo = %s AND t.division = ANY(%s)
              AND NOT EXISTS (SELECT 1 FROM {STAGED} s WHERE {self._same_row()})
            ON CONFLICT DO NOTHING
            """,
            [self.batch.register, self.batch.pk, self.batch.source, self.batch.is_demo, list(self.divisions)],
        )
        if cursor.rowcount > MANY_MARKS:
            cursor.execute("ANALYZE intake_absence")  # the lists that look the marks up are planned by how many there are

    def _plan(self, cursor: Any) -> int:
        """The lines that say something new, each with the row it changes or null for a new one."""
        # A sealed value differs at every sealing: its digest, mapped beside it, is what can be compared.
        same = " AND ".join(
            f"(s.{column} IS NULL OR s.{column} = t.{column})"
            for field, column in self.staging.columns()
            if not isinstance(field, SealedField)
        )
        cursor.execute(f"DROP TABLE IF EXISTS {_PLAN}")
        cursor.execute(
            f"""
            CREATE TEMP TABLE {_PLAN} ON COMMIT DROP AS
            SELECT s.{quoted(LINE)} AS line, t.id AS row FROM {STAGED} s LEFT JOIN {self._table} t ON {self._same_row()}
            WHERE t.id IS NULL OR ({same}) IS NOT TRUE
            """
        )
        changed = int(cursor.rowcount)
        cursor.execute(f"ANALYZE {_PLAN}")
        return changed

    def _changing(self, cursor: Any) -> list[str]:
        """The columns in which any row differs: one that is not set need not be indexed anew, nor what is generated from it."""
        plain = [
            column
            for field, column in self.staging.columns()
            if field.name not in self.staging.key and not isinstance(field, SealedField)
        ]
        digests = {field.digest: quoted(field.column) for field, _ in self.staging.columns() if isinstance(field, SealedField)}
        if not plain:
            return list(digests.values())
        differs = ", ".join(f"bool_or(s.{column} IS NOT NULL AND s.{column} IS DISTINCT FROM t.{column})" for column in plain)
        cursor.execute(
            f"SELECT {differs} FROM {STAGED} s JOIN {_PLAN} p ON p.line = s.{quoted(LINE)} JOIN {self._table} t ON t.id = p.row"
        )
        changing = [column for column, differs in zip(plain, cursor.fetchone(), strict=True) if differs]
        return changing + [sealed for digest, sealed in digests.items() if not digest or quoted(digest) in changing]

    def _update(self, cursor: Any) -> int:
        changing = self._changing(cursor)
        if not changing:
            return 0
        changes = [f"{column} = COALESCE(s.{column}, t.{column})" for column in changing]
        lineage, params = self._lineage()
        changes += [f"{column} = {value}" for column, value in lineage.items() if column != "created_at"]
        cursor.execute(
            f"UPDATE {self._table} t SET {', '.join(changes)} FROM {STAGED} s, {_PLAN} p WHERE p.line = s.{quoted(LINE)} AND t.id = p.row",
            params,
        )
        return int(cursor.rowcount)

    def _insert(self, cursor: Any, *, planned: bool) -> int:
        columns: list[str] = []
        values: list[str] = []
        params: list[Any] = []
        mapped = set(self.staging.mapped)
        lineage, lineage_params = self._lineage()
        for field in self.staging.register.model._meta.concrete_fields:
            if field.primary_key or field.generated or field.column in lineage:
                continue
            value, given = self._value(field, field.name in mapped)
            if value:
                columns.append(quoted(field.column))
                values.append(value)
                params += given
        columns += [quoted(column) for column in lineage]
        values += list(lineage.values())
        new = f"JOIN {_PLAN} p ON p.line = s.{quoted(LINE)} AND p.row IS NULL" if planned else ""
        cursor.execute(
            f"INSERT INTO {self._table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {STAGED} s {new} ORDER BY s.{quoted(LINE)}",
            [*params, *lineage_params],
        )
        return int(cursor.rowcount)

    def _value(self, field: models.Field, mapped: bool) -> tuple[str, list[Any]]:
        """What a new row gets in one column: the sheet's value, else the default; "" leaves it to the table."""
        register = self.staging.register
        if field.name == "is_demo":
            return "%s", [self.batch.is_demo]
        default, given = "", []
        if field.name == "division" and register.division_from:
            parent = self.staging.field(register.division_from)
            table = quoted(parent.related_model._meta.db_table)  # type: ignore[union-attr]
            return f"(SELECT p.division FROM {table} p WHERE p.id = s.{quoted(parent.column)})", []
        if field.name == "division":
            default, given = "%s", [self.batch.division]
        elif field.has_default() or (field.empty_strings_allowed and not field.null and not field.is_relation):
            default, given = f"%s::{field.db_type(connection)}", [field.get_db_prep_save(field.get_default(), connection)]
        if not mapped:
            return default, given
        column = f"s.{quoted(field.column)}"
        return (f"COALESCE({column}, {default})", given) if default else (column, [])

    def _lineage(self) -> tuple[dict[str, str], list[Any]]:
        """Column → expression for source, batch, line and times, and the parameters in that order."""
        if not self.staging.register.has_lineage:
            return {}, []
        expressions = {
            "source": "%s",
            "source_batch": "%s",
            "source_line": f"s.{quoted(LINE)}",
            "updated_at": "now()",
            "created_at": "now()",
        }
        return expressions, [self.batch.source, self.batch.number]


def hold_register(cursor: Any, slug: str) -> None:
    """One batch at a time writes a register; another waits its turn. Raises RegisterBusy after LOCK_WAIT."""
    cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
    try:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"intake:{slug}"])
    except OperationalError as error:
        if "lock timeout" in str(error):
            raise RegisterBusy(register=slug) from error
        raise
    cursor.execute("SET LOCAL lock_timeout = 0")


def _constraint_of(model: type[models.Model], error: IntegrityError) -> str:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    return name or str(model._meta.verbose_name)
