"""Explicit attributes of many objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from hezhu.engines.review.ids.columns.codes import ABSENT, Codes, Gathered, Judged, Miss, coded, distinct
from hezhu.engines.review.ids.columns.model import Columns
from hezhu.engines.review.ids.columns.written import typed_value
from hezhu.engines.review.ids.document import AttributeFacet
from hezhu.engines.review.ids.schema import Attribute
from hezhu.engines.review.ids.values import Plain, Test, compile_value

_OBJECTS = "（对象或列表）"


class Given(NamedTuple):
    """An attribute of an object. ``plain`` is None where the value is an object or a list; ``empty`` for $, '', () and UNKNOWN."""

    plain: Plain | None
    empty: bool = False


def judge_attribute(facet: AttributeFacet, columns: Columns, rows: Codes) -> Judged:
    """Of the attributes whose names are wanted at least one is given, and none of those given is refused."""
    wanted = compile_value(facet.name)
    asked = None if facet.value is None else compile_value(facet.value)
    found = Gathered(len(rows))
    for name, here in columns.by_class(rows):
        known = columns.schema.attributes(name).values() if name in columns.schema.entities else ()
        parts = [_given(columns, rows[here], name, each) for each in known if wanted(each.name)]
        if not parts:
            found.put(here, np.zeros(len(here), dtype=np.int64), [ABSENT])
            continue
        codes, combinations = distinct(*(part for part, _ in parts))
        misses = [
            _miss([values[code] for code, (_, values) in zip(combination, parts, strict=True)], asked)
            for combination in combinations
        ]
        found.put(here, codes, misses)
    return found.judged()


def _given(columns: Columns, rows: Codes, name: str, attribute: Attribute) -> tuple[Codes, list[Given]]:
    column = columns.column(rows, name, attribute.name)
    if attribute.kind in ("entity", "list", "select"):
        column = _objects_alike(column)
    codes, values = coded(column)
    return codes, [_value(columns, written, attribute) for written in values]


def _objects_alike(column: pl.Series) -> pl.Series:
    """References and lists as one text each, because only whether they are given is asked."""
    written = pl.col("written")
    alike = (
        pl.when(written.str.starts_with("#"))
        .then(pl.lit("#"))
        .when(written.str.contains(r"^\(\s*\)$"))
        .then(pl.lit("()"))
        .when(written.str.starts_with("("))
        .then(pl.lit("(#)"))
        .otherwise(written)
    )
    return column.to_frame("written").select(alike).to_series()


def _value(columns: Columns, written: str | None, attribute: Attribute) -> Given:
    if written is None or written == "()":
        return Given(None, empty=True)
    if written[0] in "#(":
        return Given(None)
    data_type, value = typed_value(written)
    if value is None or value == "":
        return Given(value, empty=True)
    if attribute.kind == "logical" and value == "UNKNOWN":
        return Given(value, empty=True)
    if isinstance(value, bool | str):
        return Given(value)
    convert = columns.units.measure(data_type or attribute.data_type)
    return Given(convert(value) if convert else value)


def _miss(values: Sequence[Given], asked: Test | None) -> Miss | None:
    given = [each for each in values if not each.empty]
    if not given:
        written = tuple(each.plain for each in values if each.plain is not None)
        return Miss(False, written) if written else ABSENT
    if asked is None:
        return None
    wrong = [each for each in given if each.plain is None or not asked(each.plain)]
    return Miss(False, tuple(_OBJECTS if each.plain is None else each.plain for each in wrong)) if wrong else None
