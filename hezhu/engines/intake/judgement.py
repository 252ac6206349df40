"""The verdict on every row, whole columns at a time.

``judge`` gives a table with the line and, for each mapped field, ``text:name`` (stripped, null when empty), ``value:name`` (typed) and
``bad:name``; and for the row ``__flawed`` (a cell lost its value in the file) and ``__repeated`` (an earlier row has the same key).
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as Table

import polars as pl

from hezhu.engines.intake.cells import BLANKS, Reader
from hezhu.engines.intake.contract import Contract, Field
from hezhu.engines.intake.economy import mended_where_odd
from hezhu.engines.intake.mapping import Mapping
from hezhu.engines.intake.sheet import LINE, Sheet

TEXT, VALUE, BAD = "text:", "value:", "bad:"
FLAWED, REPEATED = "__flawed", "__repeated"


def judge(
    sheet: Sheet,
    contract: Contract,
    mapping: Mapping,
    readers: Table[str, Reader],
    flawed_lines: Collection[int],
) -> pl.DataFrame:
    """One row for each row of the sheet, in its order."""
    mapped = [each for each in contract.fields if each.name in mapping.columns]
    texts = [_text(pl.col(mapping.columns[each.name]), each).alias(TEXT + each.name) for each in mapped]
    values = [readers[each.name].column(pl.col(TEXT + each.name)).alias(VALUE + each.name) for each in mapped]
    bad = [_is_bad(each, required=contract.is_required(each)).alias(BAD + each.name) for each in mapped]
    flawed = pl.col(LINE).is_in(list(flawed_lines)) if flawed_lines else pl.lit(False)
    frame = sheet.frame.lazy().select(LINE, *texts).with_columns(values)
    return frame.with_columns(*bad, flawed.alias(FLAWED), _repeats_key(contract).alias(REPEATED)).collect()


def _text(column: pl.Expr, each: Field) -> pl.Expr:
    """The cell's text, stripped, or null when it says that there is nothing. ="0012" is how exports keep a text a text."""
    text = mended_where_odd(column.str.strip_chars(BLANKS), "^[^=]", lambda odd: odd.str.replace(r'^="([^"]*)"$', "$1"))
    return pl.when(~text.is_in(list(each.empty_words))).then(text)


def _is_bad(each: Field, *, required: bool) -> pl.Expr:
    text, value = pl.col(TEXT + each.name), pl.col(VALUE + each.name)
    unreadable = text.is_not_null() & (value.is_null() | text.str.starts_with("="))
    bad = unreadable | text.is_null() if required else unreadable
    if each.max_length is not None:
        bad = bad | (text.str.len_chars() > each.max_length).fill_null(False)
    if each.minimum is not None:
        bad = bad | (value < each.minimum).fill_null(False)
    if each.maximum is not None:
        bad = bad | (value > each.maximum).fill_null(False)
    return bad


def _repeats_key(contract: Contract) -> pl.Expr:
    """Whether a row has the key of an earlier row; rows without a whole key do not count."""
    if not contract.key:
        return pl.lit(False)
    values = [pl.col(VALUE + name) for name in contract.key]
    whole = pl.all_horizontal([value.is_not_null() for value in values])
    key = values[0] if len(values) == 1 else pl.struct(values)
    return whole & ~key.is_first_distinct()
