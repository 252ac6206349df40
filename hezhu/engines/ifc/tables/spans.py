"""Pieces of a byte array, taken all at once: text, whole numbers and single bytes between given offsets."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from hezhu.engines.ifc.tables.bits import Bytes, Flags, Offsets, Words, last_set, next_set, octet_positions, packed

_SEPARATOR = 0x1F  # the control character "unit separator", which no string token may contain
MOST_DIGITS = 18
_WORD_BYTES = 8
# Temporary arrays of one step stay within the processor's cache: 2¹⁷ offsets are 1 MiB.
_STEP = 1 << 17
_BLANK = ord(" ")
# Longer runs of blanks are passed over with the positions of all other bytes.
_FEW_BLANKS = 16


def trimmed(data: Bytes, start: Offsets, end: Offsets) -> tuple[Offsets, Offsets]:
    """The same spans without white space and control characters at either side."""
    start = after_blanks(data, start, end)
    return start, before_blanks(data, start, end)


def after_blanks(data: Bytes, start: Offsets, end: Offsets) -> Offsets:
    """Where each span's first byte above the blank stands; its end when there is none."""
    loose = np.flatnonzero((first_bytes(data, start, end) <= _BLANK) & (start < end))
    if not len(loose):
        return start
    start = start.copy()
    for _ in range(_FEW_BLANKS):
        start[loose] += 1
        loose = loose[(start[loose] < end[loose]) & (data[np.minimum(start[loose], len(data) - 1)] <= _BLANK)]
        if not len(loose):
            return start
    start[loose] = np.minimum(next_set(packed(data > _BLANK), start[loose], len(data)), end[loose])
    return start


def before_blanks(data: Bytes, start: Offsets, end: Offsets) -> Offsets:
    """Where each span ends without the blanks behind it."""
    loose = np.flatnonzero((first_bytes(data, end - 1, end) <= _BLANK) & (start < end))
    if not len(loose):
        return end
    end = end.copy()
    for _ in range(_FEW_BLANKS):
        end[loose] -= 1
        loose = loose[(start[loose] < end[loose]) & (data[end[loose] - 1] <= _BLANK)]
        if not len(loose):
            return end
    end[loose] = np.maximum(last_set(packed(data > _BLANK), end[loose]) + 1, start[loose])
    return end


def gathered(data: Bytes, start: Offsets, length: Offsets) -> Bytes:
    """The bytes of all spans, one after the other. Spans lie within the data."""
    total = int(length.sum())
    out = np.empty(total, dtype=data.dtype)
    at = 0
    for first, stop in _steps(length):
        part = length[first:stop]
        ends = np.cumsum(part)
        size = int(ends[-1])
        index = np.repeat(start[first:stop] - (ends - part), part)
        index += np.arange(size)
        np.take(data, index, out=out[at : at + size], mode="clip")
        at += size
    return out


def _steps(length: Offsets) -> Iterator[tuple[int, int]]:
    """Slices of the spans that hold about ``_STEP`` bytes each, and at least one span."""
    ends = np.cumsum(length)
    first = 0
    while first < len(length):
        stop = int(np.searchsorted(ends, (ends[first - 1] if first else 0) + _STEP, side="right"))
        stop = max(stop, first + 1)
        yield first, stop
        first = stop


def texts(data: Bytes, start: Offsets, end: Offsets) -> pl.Series:
    """The text of each span. Bytes that are not UTF-8 become U+FFFD."""
    if not len(start):
        return pl.Series([], dtype=pl.String)
    length = np.asarray(end, dtype=np.int64) - start
    # One byte more than the span makes room for the separator; at the very end of the data it repeats the last byte.
    joined = gathered(data, np.asarray(start, dtype=np.int64), length + 1)
    if (stray := joined == _SEPARATOR).any():
        joined[stray] = _BLANK
    joined[np.cumsum(length + 1) - 1] = _SEPARATOR
    text = str(joined[:-1].data, "utf-8", "replace")
    return pl.Series([text]).str.split(chr(_SEPARATOR)).explode()


def words(data: Bytes, at: Offsets) -> Words:
    """The eight bytes at each offset as one number, the first byte lowest; zeros stand beyond the end of the data."""
    whole = len(data) - _WORD_BYTES + 1
    if whole <= 0:
        return words(np.concatenate([data, np.zeros(_WORD_BYTES, dtype=np.uint8)]), np.minimum(at, len(data)))
    view = np.ndarray((whole,), dtype="<u8", buffer=data.data, strides=(1,))
    if not len(at) or int(at.max()) < whole:
        return view[at]
    inside = np.minimum(at, whole - 1)
    beyond = np.minimum(at - inside, _WORD_BYTES).astype(np.uint64) * np.uint64(8)
    return view[inside] >> beyond


def digits(data: Bytes, at: Offsets) -> tuple[Offsets, Offsets]:
    """The unsigned whole number that begins at each offset and how many digits it has; none gives 0, more than 18 gives 19."""
    value, count = _eight_digits(words(data, at))
    more = np.flatnonzero(count == _WORD_BYTES)
    while len(more):
        next_value, next_count = _eight_digits(words(data, at[more] + count[more]))
        value[more] = value[more] * 10**next_count + next_value
        count[more] += next_count
        full = (next_count == _WORD_BYTES) & (count[more] <= MOST_DIGITS)
        more = more[full]
    too_long = count > MOST_DIGITS
    if too_long.any():
        value[too_long], count[too_long] = 0, MOST_DIGITS + 1
    return value, count


def _eight_digits(word: Words) -> tuple[Offsets, Offsets]:
    """Value and number of the leading digits of each word: eight bytes are turned into a number in three multiplications."""
    u = np.uint64
    value = word ^ u(0x3030303030303030)
    above_nine = (((value & u(0x7F7F7F7F7F7F7F7F)) + u(0x7676767676767676)) | value) & u(0x8080808080808080)
    lowest = above_nine & (~above_nine + u(1))
    count = np.bitwise_count(lowest - u(1)).astype(np.int64) >> 3
    value <<= ((_WORD_BYTES - count) * 8).astype(np.uint64)
    value = value * u(10) + (value >> u(8))
    pairs = u(0x000000FF000000FF)
    value = (value & pairs) * u(0x000F424000000064) + ((value >> u(16)) & pairs) * u(0x0000271000000001)
    return (value >> u(32)).astype(np.int64), count


def whole_numbers(data: Bytes, start: Offsets, end: Offsets) -> tuple[Offsets, Flags]:
    """Each span as an unsigned whole number, and where it is none (also more than 18 digits)."""
    value, count = digits(data, start)
    sound = (count > 0) & (count <= MOST_DIGITS) & (count == end - start)
    value[~sound] = 0
    return value, sound


def first_bytes(data: Bytes, start: Offsets, end: Offsets) -> Bytes:
    """The first byte of each span, 0 for an empty one."""
    if not len(data):
        return np.zeros(len(start), dtype=np.uint8)
    first = data[np.clip(start, 0, len(data) - 1)]
    first[start >= end] = 0
    return first


def set_within(bits: Words, start: Offsets, end: Offsets) -> tuple[Offsets, Offsets]:
    """Offsets of the set bits in each span, span by span, and the number of the span each of them is in."""
    filled = np.flatnonzero(start < end)
    start, end = start[filled], end[filled]
    if not len(filled):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    first = start >> 3
    length = ((end - 1) >> 3) - first + 1
    octets = gathered(bits.view(np.uint8), first, length)
    stop = np.cumsum(length)
    begin = stop - length
    octets[begin] &= (0xFF << (start & 7)).astype(np.uint8)
    octets[stop - 1] &= (0xFF >> (7 - ((end - 1) & 7))).astype(np.uint8)
    count = np.add.reduceat(np.bitwise_count(octets), begin, dtype=np.int64)
    return octet_positions(octets) + np.repeat((first - begin) * 8, count), np.repeat(filled, count)
