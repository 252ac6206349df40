"""Taking a batch back out of a register, by the change history that the database kept."""

# ruff: noqa: S608 - only names of tables and columns, taken from the models and quoted, are put into statements

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext

from hezhu.core.access.models import User
from hezhu.core.history import reason_of_change
from hezhu.core.intake.models import Batch
from hezhu.core.register.declare import Register

MANY_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """How many rows were removed, restored, and kept because they were changed since or other records use them."""

    removed: int
    restored: int
    kept: int


def withdraw(register: Register, batch: Batch, *, by: User, reason: str) -> Withdrawn:
    """Undo the batch's writes; call it inside a transaction. Each undo is itself a change in the history."""
    events = register.event_model()
    assert events is not None, f"{register.slug} keeps no history"
    said = gettext("撤回本批：%(reason)s") % {"reason": reason}
    with connection.cursor() as cursor, reason_of_change(by, said, batch.number, undoes=batch.number):
        touched = _touched(cursor, register, events, batch)
        restored = _restore(cursor, register, events)
        with _without_references(cursor, register):
            removed = _remove(cursor, register)
        cursor.execute("DROP TABLE intake_touched")
    return Withdrawn(removed, restored, touched - removed - restored)


def withdraw_absences(register: Register, batch: Batch) -> None:
    """The marks the batch set go, those it ended hold again, and none is left of a row that is no more."""
    batch.absences.all().delete()
    table = _quoted(register.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            DELETE FROM intake_absence a WHERE a.register = %s AND (a.ended_by_id = %s OR a.ended_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = a."row")
            """,
            [register.slug, batch.pk],
        )
        cursor.execute(
            """
            UPDATE intake_absence a SET ended_at = NULL, ended_by_id = NULL WHERE a.ended_by_id = %s AND NOT EXISTS
                (SELECT 1 FROM intake_absence o WHERE o.register = a.register AND o."row" = a."row" AND o.ended_at IS NULL)
            """,
            [batch.pk],
        )


def _touched(cursor: Any, register: Register, events: type[models.Model], batch: Batch) -> int:
    """Rows the batch wrote: pk, first event, whether it added the row, whether anything changed it since."""
    event = _quoted(events._meta.db_table)
    cursor.execute("DROP TABLE IF EXISTS intake_touched")
    cursor.execute(
        f"""
        CREATE TEMP TABLE intake_touched ON COMMIT DROP AS
        WITH mine AS (
            SELECT e.pgh_obj_id AS pk, min(e.pgh_id) AS first, max(e.pgh_id) AS last, bool_or(e.pgh_label = 'insert') AS added
            FROM {event} e JOIN pghistory_context c ON c.id = e.pgh_context_id
            WHERE c.metadata ->> 'source' = %s AND c.created_at >= %s - interval '1 day'
            GROUP BY e.pgh_obj_id
        )
        SELECT pk, first, added,
               EXISTS (SELECT 1 FROM {event} l WHERE l.pgh_obj_id = mine.pk AND l.pgh_id > mine.last) AS changed_since
        FROM mine
        """,
        [batch.number, batch.created_at],
    )
    return int(cursor.rowcount)


def _restore(cursor: Any, register: Register, events: type[models.Model]) -> int:
    """Rows the batch changed become what the event before it says."""
    tracked = {field.column for field in events._meta.concrete_fields}
    columns = [
        _quoted(field.column)
        for field in register.model._meta.concrete_fields
        if field.column in tracked and not field.primary_key and not field.generated
    ]
    event, table = _quoted(events._meta.db_table), _quoted(register.model._meta.db_table)
    changes = ", ".join(f"{column} = p.{column}" for column in columns)
    cursor.execute(
        f"""
        UPDATE {table} t SET {changes}
        FROM (
            SELECT DISTINCT ON (e.pgh_obj_id) e.*
            FROM {event} e JOIN intake_touched w ON w.pk = e.pgh_obj_id
            WHERE NOT w.added AND NOT w.changed_since AND e.pgh_id < w.first
            ORDER BY e.pgh_obj_id, e.pgh_id DESC
        ) p
        WHERE t.{_quoted(register.model._meta.pk.column)} = p.pgh_obj_id
        """
    )
    return int(cursor.rowcount)


def _remove(cursor: Any, register: Register) -> int:
    """Rows the batch added go, unless another record points to them."""
    table, key = _quoted(register.model._meta.db_table), _quoted(register.model._meta.pk.column)
    unused = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {_quoted(other)} o WHERE o.{_quoted(column)} = t.{key})"
        for other, column in _pointing_at(register)
    )
    cursor.execute(
        f"""
        DELETE FROM {table} t USING intake_touched w
        WHERE t.{key} = w.pk AND w.added AND NOT w.changed_since {"AND " + unused if unused else ""}
        """
    )
    return int(cursor.rowcount)


@contextmanager
def _without_references(cursor: Any, register: Register) -> Iterator[None]:
    """Where very many rows go, the foreign keys to the register are taken away and put back whole, in the same transaction.

    PostgreSQL would look for every row in every referring column: 32 columns and a million firms are nine minutes. Put back, each key is
    checked by one join. Others wait meanwhile, as they do at a first load.
    """
    cursor.execute("SELECT count(*) FROM intake_touched WHERE added AND NOT changed_since")
    if cursor.fetchone()[0] < MANY_ROWS:
        yield
        return
    cursor.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND confrelid = %s::regclass ORDER BY 1, 2",
        [_quoted(register.model._meta.db_table)],
    )
    keys = cursor.fetchall()
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits to be checked would forbid the change
    for table, name, _definition in keys:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, definition in keys:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _pointing_at(register: Register) -> list[tuple[str, str]]:
    """(table, column) of every relation to this register, its own history aside."""
    found = []
    hidden_too: list[Any] = register.model._meta.get_fields(include_hidden=True)  # most registers name no way back
    for relation in (each for each in hidden_too if each.auto_created and not each.concrete):
        field = getattr(relation, "field", None)
        related = relation.related_model
        if relation.many_to_many:
            through = relation.through
            found += [
                (through._meta.db_table, f.column) for f in through._meta.concrete_fields if f.related_model is register.model
            ]
        elif field is not None and not hasattr(related, "pgh_tracked_model"):
            found.append((related._meta.db_table, field.column))
    return found


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")
