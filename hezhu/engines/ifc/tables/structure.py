"""Brackets, commas, number signs and semicolons of a STEP file that stand outside strings.

Comparing, packing and the running parity of quotes that tells strings from structure are passes over a block that fits the
processor's cache, so the file itself comes from memory once. A doubled quote changes nothing: it ends a string and begins one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hezhu.engines.ifc.tables.bits import Bytes, Offsets, Words, packed

OPEN, CLOSE, COMMA, END, EQUALS, HASH, QUOTE = (ord(mark) for mark in "(),;=#'")
_BLOCK = 1 << 20
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Structure:
    """Sets of offsets. ``open_string`` says that the last string of the file has no closing quote; ``comments`` that a comment
    may begin somewhere, in which case marks inside it are among the sets.
    """

    opening: Words
    closing: Words
    comma: Words
    hash: Words
    end: Words
    open_string: bool
    comments: bool


def structure(data: Bytes) -> Structure:
    """The structure marks of a whole file. The sets have room for the offset behind its last byte."""
    size = len(data) // 64 + 1
    found = {mark: np.zeros(size, dtype=np.uint64) for mark in (OPEN, CLOSE, COMMA, HASH, END)}
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
        for mark, bits in found.items():
            np.bitwise_and(packed(block == mark), outside, out=bits[place])
        if not comments and (slash := block == ord("/")).any():
            behind = data[base + 1 : base + 1 + _BLOCK] == ord("*")
            comments = bool((slash[: len(behind)] & behind).any())
    return Structure(found[OPEN], found[CLOSE], found[COMMA], found[HASH], found[END], bool(inside), comments)


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
