"""Personal numbers of a sheet, sealed before they reach any table."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from hezhu.core.register.seal import digest, seal
from hezhu.core.register.sealed_fields import SealedField


def with_seals(good: pl.DataFrame, fields: Iterable[SealedField]) -> pl.DataFrame:
    """The rows with each sealed column in place of the plain one, and its digest beside it."""
    for field in fields:
        if field.name not in good.columns:
            continue
        plain = good[field.name].to_list()
        made = [pl.Series(field.name, [text and seal(text, field.kind) for text in plain], dtype=pl.String)]
        if field.digest:
            made.append(pl.Series(field.digest, [text and digest(text, field.kind) for text in plain], dtype=pl.String))
        good = good.with_columns(made)
    return good
