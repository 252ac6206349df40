"""Sealing stored numbers anew after the key changed: row by row in batches, in the registers and in their history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, models, transaction

from hezhu.core.register.seal import ring, seal, unseal
from hezhu.core.register.sealed_fields import SealedField, sealed_fields

ROWS_AT_ONCE = 2_000


def reseal_all() -> Iterator[tuple[str, str, int]]:
    """(table, column, rows sealed anew) of every sealed column. What the key in use sealed already is left, so it may stop and go on.

    Raises SealBroken where a value cannot be opened; the batches before it are kept.
    """
    for model in apps.get_models():
        for field in sealed_fields(model):
            yield model._meta.db_table, field.name, sum(_batches(model, field))


def _batches(model: type[models.Model], field: SealedField) -> Iterator[int]:
    quote = connection.ops.quote_name
    table, column, key = quote(model._meta.db_table), quote(str(field.column)), quote(str(model._meta.pk.column))
    last: Any = 0
    while True:
        # A new seal is no change of the record: the history keeps quiet about it.
        with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {key}, {column} FROM {table} WHERE {key} > %s AND {column} <> '' AND {column} NOT LIKE %s"  # noqa: S608
                f" ORDER BY {key} LIMIT {ROWS_AT_ONCE} FOR UPDATE",
                [last, ring().current.replace("_", r"\_").replace("%", r"\%") + "$%"],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            sealed_anew = [seal(unseal(sealed, field.kind), field.kind) for _pk, sealed in rows]
            cursor.execute(
                f"UPDATE {table} t SET {column} = v.sealed"  # noqa: S608
                f" FROM unnest(%s::bigint[], %s::text[]) v(pk, sealed) WHERE t.{key} = v.pk",
                [[pk for pk, _sealed in rows], sealed_anew],
            )
            last = rows[-1][0]
        yield len(rows)
