"""Pieces of a byte array, taken all at once: text, numbers and instance numbers between given offsets."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Offsets = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

_SEPARATOR = 0x1F  # the control character "unit separator", which no string token may contain
_MOST_DIGITS = 18


def trimmed(data: Bytes, start: Offsets, end: Offsets) -> tuple[Offsets, Offsets]:
    """The same spans without white space and control characters at either side."""
    start, end = start.copy(), end.copy()
    last = max(len(data) - 1, 0)
    loose = np.flatnonzero((start < end) & (data[np.minimum(start, last)] <= ord(" ")))
    while len(loose):
        start[loose] += 1
        loose = loose[(start[loose] < end[loose]) & (data[np.minimum(start[loose], last)] <= ord(" "))]
    loose = np.flatnonzero((start < end) & (data[np.maximum(end - 1, 0)] <= ord(" ")))
    while len(loose):
        end[loose] -= 1
        loose = loose[(start[loose] < end[loose]) & (data[end[loose] - 1] <= ord(" "))]
    return start, end


def texts(data: Bytes, start: Offsets, end: Offsets) -> pl.Series:
    """The text of each span. Bytes that are not UTF-8 become U+FFFD."""
    if not len(start):
        return pl.Series([], dtype=pl.String)
    length = end - start + 1
    stop = np.cumsum(length)
    index = np.repeat(start - (stop - length), length) + np.arange(int(stop[-1]))
    gathered = data[np.minimum(index, len(data) - 1)]
    gathered[gathered == _SEPARATOR] = ord(" ")
    gathered[stop - 1] = _SEPARATOR
    text = gathered[:-1].tobytes().decode("utf-8", "replace")
    return pl.Series([text]).str.split(chr(_SEPARATOR)).explode()


def whole_numbers(data: Bytes, start: Offsets, end: Offsets) -> tuple[Offsets, Flags]:
    """Each span as an unsigned whole number, and where it is none (also more than 18 digits)."""
    length = end - start
    value = np.zeros(len(start), dtype=np.int64)
    sound = (length > 0) & (length <= _MOST_DIGITS)
    for at in range(int(length[sound].max()) if sound.any() else 0):
        here = np.flatnonzero(sound & (length > at))
        digit = data[start[here] + at].astype(np.int64) - ord("0")
        good = (digit >= 0) & (digit <= 9)
        sound[here[~good]] = False
        value[here] = value[here] * 10 + digit
    value[~sound] = 0
    return value, sound


def first_bytes(data: Bytes, start: Offsets, end: Offsets) -> npt.NDArray[Any]:
    """The first byte of each span, 0 for an empty one."""
    first = np.zeros(len(start), dtype=np.uint8)
    filled = start < end
    first[filled] = data[start[filled]]
    return first
