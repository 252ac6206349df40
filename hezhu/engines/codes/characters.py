"""Check sums over columns of fixed-length ASCII codes: a table gives each character its value, each position has its weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl


def value_table(values: Mapping[str, int]) -> np.ndarray:
    """256 entries, UInt16: the value of each byte; bytes that are no character of the code count 0."""
    table = np.zeros(256, dtype=np.uint16)
    for character, value in values.items():
        table[ord(character)] = value
    return table


def weighted_sum(text: pl.Expr, table: np.ndarray, weights: Sequence[int]) -> pl.Expr:
    """Σ value × weight over the characters of each text, UInt16.

    Every text must have as many ASCII characters as there are weights; nulls are not allowed. The sum must stay below 65,536
    (18 × 30 × 30 does). One matrix product is several times quicker than a sum of one column per character.
    """
    length = len(weights)
    factors = np.array(weights, dtype=np.uint16)

    def total(texts: pl.Series) -> pl.Series:
        octets = texts.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, length)).to_numpy()
        return pl.Series(table[octets.reshape(-1, length)] @ factors, dtype=pl.UInt16)

    return text.map_batches(total, return_dtype=pl.UInt16, is_elementwise=True)
