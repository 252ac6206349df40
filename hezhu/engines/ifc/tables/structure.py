"""Brackets, commas, number signs and semicolons of a STEP file that stand outside strings.

Comparing, packing and the running parity of quotes that tells strings from structure are passes over a block that fits the
processor's cache, so the file itself comes from memory once. A doubled quote changes nothing: it ends a string and begins one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hezhu.engines.ifc.tables.bits import Bytes, Narrow, Offsets, Words, packed, positions

OPEN, CLOSE, COMMA, END, EQUALS, HASH, QUOTE = (ord(mark) for mark in "(),;=#'")
_BLOCK = 1 << 20
_INT32_END = 1 << 31
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Structure:
    """Sets of offsets: brackets, ``marks`` (brackets and commas), number signs; ``end`` lists the semicolons.

    ``open_string`` says that the last string of the file has no closing quote; ``comments`` that a comment may begin somewhere,
    in which case marks inside it are among the sets.
    """

    opening: Words
    closing: Words
    marks: Words
    hash: Words
    end: Narrow
    open_string: bool
    comments: bool


def structure(data: Bytes) -> Structure:
    """The structure marks of a whole file. The sets have room for the offset behind its last byte."""
    size = len(data) // 64 + 1
    opening, closing, marks, hashes = (np.zeros(size, dtype=np.uint64) for _ in range(4))
    ends: list[Narrow] = [np.zeros(0, dtype=offset_type(data))]
    inside, comments = np.uint64(0), False
    for base in range(0, len(data), _BLOCK):
        block = data[base : base + _BLOCK]
        quotes = packed(block == QUOTE)
        for distance in (1, 2, 4, 8, 16, 32):
            quotes ^= quotes << np.uint64(distance)
        parity = np.bitwise_xor.accumulate(quotes >> np.uint64(63))
        parity ^= inside
        outside = ~quotes
        outside[0] ^= inside * _ALL
        outside[1:] ^= parity[:-1] * _ALL
        inside = parity[-1]
        place = slice(base // 64, base // 64 + len(outside))
        np.bitwise_and(packed(block == OPEN), outside, out=opening[place])
        np.bitwise_and(packed(block == CLOSE), outside, out=closing[place])
        np.bitwise_and(packed(block == HASH), outside, out=hashes[place])
        np.bitwise_and(packed(block == COMMA), outside, out=marks[place])
        marks[place] |= opening[place] | closing[place]
        ends.append((positions(packed(block == END) & outside) + base).astype(ends[0].dtype))
        if not comments and (slash := block == ord("/")).any():
            behind = data[base + 1 : base + 1 + _BLOCK] == ord("*")
            comments = bool((slash[: len(behind)] & behind).any())
    return Structure(opening, closing, marks, hashes, np.concatenate(ends), bool(inside), comments)


def offset_type(data: Bytes) -> type[np.int32] | type[np.int64]:
    """The narrowest type for offsets in a file."""
    return np.int32 if len(data) < _INT32_END else np.int64


class Depth:
    """How many brackets are open before an offset."""

    def __init__(self, marks: Structure) -> None:
        self._opening, self._closing = marks.opening, marks.closing
        change = np.bitwise_count(marks.opening).view(np.int8) - np.bitwise_count(marks.closing).view(np.int8)
        self._base = np.cumsum(change, dtype=np.int32) - change

    def before(self, at: Offsets) -> Offsets:
        word = at >> 6
        rest = ~(_ALL << (at & 63).astype(np.uint64))
        opened = np.bitwise_count(self._opening[word] & rest).astype(np.int64)
        return self._base[word] + opened - np.bitwise_count(self._closing[word] & rest)
