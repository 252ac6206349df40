"""Substring search over a million rows on core PostgreSQL: two-character grams in a GIN index, checked by ILIKE.

pg_trgm is no part of the embedded server, and three-character grams would miss two-character Chinese names. The grams are a
generated column, so bulk writes keep them right.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from hezhu.core.register.sealed_fields import reads_as, sealed_fields

MINIMUM = 2


class Grams(Func):
    """The set of two-character grams of the named columns together."""

    function = "hezhu_grams"
    output_field = ArrayField(models.TextField())

    def __init__(self, *columns: Any, **extra: Any) -> None:
        if columns and isinstance(columns[0], str):
            joined: Any = Coalesce(F(columns[0]), Value(""))
            for column in columns[1:]:
                joined = Joined(joined, Value(" "))
                joined = Joined(joined, Coalesce(F(column), Value("")))
            columns = (joined,)
        super().__init__(*columns, **extra)


class Joined(Func):
    """``a || b``: immutable, unlike concat()."""

    template = "%(expressions)s"
    arg_joiner = " || "
    output_field = models.TextField()


def grams_column(*columns: str) -> models.GeneratedField:
    """The generated column to declare as ``search_grams`` on a model."""
    return models.GeneratedField(
        expression=Grams(*columns), output_field=ArrayField(models.TextField()), db_persist=True, editable=False
    )


def grams_index(name: str) -> GinIndex:
    return GinIndex(fields=["search_grams"], name=name)


def filter_indexes(prefix: str, *columns: str) -> list[models.Index]:
    """One index for each filtered or sorted column, newest rows first: a filter then reads only the page it shows."""
    return [models.Index(fields=[column, "-id"], name=f"{prefix}_by_{column}"[:30]) for column in columns]


def grams_of(text: str) -> list[str]:
    """The same grams in Python, for the query side."""
    text = text.lower()
    return sorted({text[i : i + 2] for i in range(len(text) - 1)})


def matching(rows: models.QuerySet, text: str, columns: tuple[str, ...]) -> models.QuerySet:
    """Rows whose ``columns`` contain ``text``. Needs at least two characters; shorter text matches nothing to search for."""
    text = " ".join(text.split())
    if len(text) < MINIMUM:
        return rows
    hits = Q()
    for prefix, names in _by_table(rows.model, columns).items():
        hits |= _contained(rows.model, prefix, names, text)
    return rows.filter(hits)


def _by_table(model: type[models.Model], columns: tuple[str, ...]) -> dict[str, list[str]]:
    """The searched columns by the relation they lie behind; "" for the row's own."""
    tables: dict[str, list[str]] = {}
    for column in columns:
        prefix, _, name = column.rpartition("__")
        tables.setdefault(f"{prefix}__" if prefix else "", []).append(name)
    return tables


def _contained(model: type[models.Model], prefix: str, names: list[str], text: str) -> Q:
    """The condition on one table: its grams hold those of ``text`` and a column contains it; a sealed column equals it."""
    for step in filter(None, prefix.split("__")):
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    sealed = {field.name: field for field in sealed_fields(model)}
    contains, equals = Q(), Q()
    for name in names:
        if name not in sealed:
            contains |= Q(**{f"{prefix}{name}__icontains": text})
        elif reads_as(sealed[name], text):
            equals |= Q(**{f"{prefix}{name}": text})
    if contains and any(field.name == "search_grams" for field in model._meta.get_fields()):
        contains = Q(**{f"{prefix}search_grams__contains": grams_of(text)}) & contains
    return contains | equals
