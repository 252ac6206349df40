"""The first load of an empty register: its indexes are taken away and built once over all rows, within the same transaction.

Building an index over a million rows takes a fraction of the time of a million entries into it.
"""

# ruff: noqa: S608 - only names of tables, indexes and constraints, taken from the catalogue and quoted, are put into statements

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, transaction

from hezhu.core.intake.staging import quoted
from hezhu.core.register.declare import Register

WORTH_ROWS = 20_000
"""Fewer rows than this are inserted with the indexes in place."""
_CONSTRAINTS = """
SELECT c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
WHERE c.conrelid = %s::regclass AND c.contype = 'u'
  AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = c.conindid)
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = %s::regclass AND NOT i.indisprimary
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('u', 'p', 'x', 'f'))
"""


@contextmanager
def without_indexes(cursor: Any, register: Register, rows: int) -> Iterator[bool]:
    """True when the register is empty and many rows come: its indexes are then away until the end of the block."""
    model = register.model._meta.db_table
    events = register.event_model()
    if rows < WORTH_ROWS or not _is_empty(cursor, model):
        yield rows > 0 and _is_empty(cursor, model)
        return
    # Deferred foreign keys would leave checks pending on the table, and then no index can be made on it.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    tables = [model]
    if events is not None and _is_empty(cursor, events._meta.db_table):
        tables.append(events._meta.db_table)
    if not _locked(cursor, tables) or not _is_empty(cursor, model):
        yield _is_empty(cursor, model)
        return
    again = [statement for table in tables for statement in taken_away(cursor, table)]
    yield True
    for statement in again:
        cursor.execute(statement)
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    cursor.execute(f"ANALYZE {quoted(model)} ({', '.join(_planned_by(register))})")


def _planned_by(register: Register) -> list[str]:
    """The columns that joins and filters go by. Those of arrays and texts take longer to sample than the load; autovacuum does them."""
    fields = register.model._meta.concrete_fields
    return [quoted(field.column) for field in fields if field.is_relation or field.primary_key or field.name == "division"]


def _locked(cursor: Any, tables: list[str]) -> bool:
    """Whether the tables are now this transaction's alone; a reader of some seconds is not waited for."""
    try:
        with transaction.atomic():
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            cursor.execute(f"LOCK TABLE {', '.join(quoted(table) for table in tables)} IN ACCESS EXCLUSIVE MODE")
            cursor.execute("SET LOCAL lock_timeout = 0")
    except OperationalError:
        return False
    return True


def _is_empty(cursor: Any, table: str) -> bool:
    cursor.execute(f"SELECT NOT EXISTS (SELECT 1 FROM {quoted(table)})")
    return bool(cursor.fetchone()[0])


def taken_away(cursor: Any, table: str) -> list[str]:
    """Drop what can be built anew; returns the statements that build it."""
    again = []
    cursor.execute(_CONSTRAINTS, [quoted(table)])
    for name, definition in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {quoted(table)} DROP CONSTRAINT {quoted(name)}")
        again.append(f"ALTER TABLE {quoted(table)} ADD CONSTRAINT {quoted(name)} {definition}")
    cursor.execute(_INDEXES, [quoted(table)])
    for name, definition in cursor.fetchall():
        cursor.execute(f"DROP INDEX {name}")
        again.append(definition)
    return again
