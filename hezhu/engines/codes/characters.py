"""Columns of fixed-length ASCII codes as columns of character values, so that check characters are sums over columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add

import polars as pl

ZERO, NINE = ord("0"), ord("9")


def byte_columns(text: pl.Expr, length: int) -> list[pl.Expr]:
    """One UInt8 column per position; every text must have ``length`` ASCII characters (others give null)."""
    octets = text.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, length))
    return [octets.arr.get(position) for position in range(length)]


def weighted_sum(values: Sequence[pl.Expr], weights: Sequence[int]) -> pl.Expr:
    """Σ value × weight as UInt16; the values must be small enough (31 × 30 × 17 fits)."""
    return reduce(add, [value.cast(pl.UInt16) * weight for value, weight in zip(values, weights, strict=True)])
