"""Column work done only where it is needed: on odd texts, or once for each distinct text. The values are the same either way."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

ColumnWork = Callable[[pl.Expr], pl.Expr]
_FEW = 8


def mended_where_odd(text: pl.Expr, clean: str, mend: ColumnWork) -> pl.Expr:
    """``mend(text)``, worked out only for texts that do not match the pattern ``clean``; for those that do, mending changes nothing."""

    def mended(texts: pl.Series) -> pl.Series:
        odd = (~texts.str.contains(clean)).fill_null(False).arg_true()
        if odd.is_empty():
            return texts
        changed = _worked(texts.gather(odd), mend)
        return changed if odd.len() == texts.len() else texts.clone().scatter(odd, changed)

    return text.map_batches(mended, return_dtype=pl.String, is_elementwise=True)


def once_per_text(text: pl.Expr, work: ColumnWork, dtype: pl.DataType) -> pl.Expr:
    """``work(text)``, worked out once for each distinct text when texts repeat: dates, divisions and codes of a list do."""

    def done(texts: pl.Series) -> pl.Series:
        distinct = texts.unique().drop_nulls()
        if distinct.len() * _FEW > texts.len():
            return _worked(texts, work)
        return texts.replace_strict(distinct, _worked(distinct, work), default=None, return_dtype=dtype)

    return text.map_batches(done, return_dtype=dtype, is_elementwise=True)


def _worked(texts: pl.Series, work: ColumnWork) -> pl.Series:
    return texts.alias("text").to_frame().select(work(pl.col("text"))).to_series()
