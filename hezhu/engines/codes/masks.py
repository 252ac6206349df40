"""Masks for personal data, GB/T 22239 practice: phone 138****8000, ID number first 6 and last 4, name 周**.

What is shorter than its mask is hidden whole: a mask never shows more than it promises.
"""

from __future__ import annotations

import polars as pl


def mask_phone(text: str) -> str:
    """138****8000; a fixed line keeps its last 2 digits."""
    if len(text) == 11 and text.startswith("1"):
        return f"{text[:3]}****{text[-4:]}"
    return _keep(text, 0, 2)


def mask_id_number(text: str) -> str:
    """330402********001X."""
    return f"{text[:6]}{'*' * (len(text) - 10)}{text[-4:]}" if len(text) >= 15 else "*" * len(text)


def mask_name(text: str) -> str:
    """周**: the family name's first character, whatever the length of the name, so that the length says nothing either."""
    return f"{text[0]}**" if text else ""


def _keep(text: str, first: int, last: int) -> str:
    return f"{text[:first]}{'*' * (len(text) - first - last)}{text[-last:]}" if len(text) > first + last else "*" * len(text)


def masked_phone(text: pl.Expr) -> pl.Expr:
    """``mask_phone`` for a column."""
    length = text.str.len_chars()
    mobile = pl.concat_str(text.str.head(3), pl.lit("****"), text.str.tail(4))
    fixed = pl.when(length > 2).then(pl.concat_str(_stars(length.cast(pl.Int64) - 2), text.str.tail(2))).otherwise(_stars(length))
    return pl.when((length == 11) & text.str.starts_with("1")).then(mobile).otherwise(fixed)


def masked_id_number(text: pl.Expr) -> pl.Expr:
    """``mask_id_number`` for a column."""
    length = text.str.len_chars().cast(pl.Int64)
    shown = pl.concat_str(text.str.head(6), _stars(length - 10), text.str.tail(4))
    return pl.when(length >= 15).then(shown).otherwise(_stars(length))


def masked_name(text: pl.Expr) -> pl.Expr:
    """``mask_name`` for a column."""
    return pl.when(text.str.len_chars() > 0).then(pl.concat_str(text.str.head(1), pl.lit("**"))).otherwise(text)


def _stars(count: pl.Expr) -> pl.Expr:
    """A run of asterisks as long as each count; counts below zero give none."""
    return pl.lit("").str.pad_start(pl.max_horizontal(count.cast(pl.Int64), pl.lit(0)), "*")
