"""Substring search over a million rows on core PostgreSQL: two-character grams in a GIN index, checked by ILIKE.

pg_trgm is no part of the embedded server, and three-character grams would miss two-character Chinese names. The grams are a
generated column, so bulk writes keep them right. They hold the text without its separators too: 3304812603010101SX001 finds
3304812603010101-SX-001, and the other way round.
"""

from __future__ import annotations

import re
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Lookup

from hezhu.core.register.sealed_fields import reads_as, sealed_fields

MINIMUM = 2
MOST_TERMS = 6
SEPARATORS = "-_/.· "  # as the SQL function hezhu_grams has them
CODE_LIKE = re.compile(rf"[0-9A-Za-z][0-9A-Za-z{re.escape(SEPARATORS)}]*", re.ASCII)
SHORTEST_CODE = 4


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
    """One index for each filtered or sorted column, newest rows first: a filter then reads only the page it shows.

    What every reader's scope asks (division, demonstration or not) stands in the index too, so that rows are counted without being read.
    """
    return [
        models.Index(
            fields=[column, "-id"],
            include=[name for name in ("division", "is_demo") if name != column],
            name=f"{prefix}_by_{column}"[:30],
        )
        for column in columns
    ]


def grams_of(text: str) -> list[str]:
    """The same grams in Python, for the query side."""
    text = text.lower()
    return sorted({text[i : i + 2] for i in range(len(text) - 1)})


def bare(text: str) -> str:
    """The text without the separators that codes are written with."""
    return text.translate(dict.fromkeys(map(ord, SEPARATORS))).lower()


def is_code(text: str) -> bool:
    """Whether the text reads as a code: letters, figures and separators, with a figure among them."""
    return bool(CODE_LIKE.fullmatch(text)) and len(bare(text)) >= SHORTEST_CODE and any(c.isdigit() for c in text)


def terms_of(text: str) -> list[str]:
    """What is searched for: a code as a whole, else each word by itself."""
    text = " ".join(text.split())
    terms = text.split(" ")[:MOST_TERMS]
    return [text] if is_code(text) or all(len(term) < MINIMUM for term in terms) else terms


def matching(rows: models.QuerySet, text: str, columns: tuple[str, ...]) -> models.QuerySet:
    """Rows that contain every term of ``text`` in one of ``columns``. Text below two characters matches nothing to search for."""
    text = " ".join(text.split())
    if len(text) < MINIMUM:
        return rows
    for term in terms_of(text):
        hits = Q()
        for prefix, names in _by_table(rows.model, columns).items():
            hits |= _contained(rows.model, prefix, names, term)
        rows = rows.filter(hits)
    return rows


class BareContains(Lookup):
    """``column__bare_contains``: the column without separators contains the value, which has none."""

    lookup_name = "bare_contains"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        pattern = "%" + str(self.rhs).replace("\\", r"\\") + "%"
        return f"translate(lower({column}), %s, '') LIKE %s", (*params, SEPARATORS, pattern)


models.CharField.register_lookup(BareContains)
models.TextField.register_lookup(BareContains)


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
    contains, equals, code = Q(), Q(), is_code(text)
    for name in names:
        if name not in sealed:
            contains |= Q(**{f"{prefix}{name}__bare_contains": bare(text)} if code else {f"{prefix}{name}__icontains": text})
        elif reads_as(sealed[name], text):
            equals |= Q(**{f"{prefix}{name}": text})
    grams = grams_of(bare(text) if code else text)
    if contains and grams and any(field.name == "search_grams" for field in model._meta.get_fields()):
        contains = Q(**{f"{prefix}search_grams__contains": grams}) & contains
    return contains | equals
