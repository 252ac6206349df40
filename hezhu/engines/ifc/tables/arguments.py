"""The arguments of records: parted for the rows somebody asks for, once each, and the references inside them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from hezhu.engines.ifc.tables.bits import Bytes, Flags, Narrow, Offsets, Words
from hezhu.engines.ifc.tables.spans import MOST_DIGITS, after_blanks, digits, set_within, trimmed
from hezhu.engines.ifc.tables.structure import CLOSE, COMMA, OPEN

# Rows whose arguments are parted at once: their marks and depths stay small beside the file.
_ROWS = 1 << 16
_BLANKS = bytes(range(ord(" ") + 1))


class Arguments:
    """Where each argument of a row begins and ends.

    What is kept per row are its *bounds*: the opening bracket, the commas between its arguments, the closing bracket.
    """

    def __init__(self, data: Bytes, marks: Words, hashes: Words, opening: Narrow, closing: Narrow) -> None:
        self._data, self._marks, self._hashes = data, marks, hashes
        self._opening, self._closing = opening, closing
        self._count = np.full(len(opening), -1, dtype=np.int32)
        self._first = np.zeros(len(opening), dtype=opening.dtype)
        self._bounds = np.zeros(0, dtype=opening.dtype)
        self._used = 0

    def part(self, rows: Offsets) -> None:
        """Part the arguments of the rows (ascending) that were not parted before."""
        rows = rows[self._count[rows] < 0]
        for base in range(0, len(rows), _ROWS):
            self._part(rows[base : base + _ROWS])

    def count(self, rows: Offsets) -> Offsets:
        """How many arguments each row has."""
        self.part(rows)
        return self._count[rows].astype(np.int64)

    def is_parted(self, row: int) -> bool:
        return bool(self._count[row] >= 0)

    def written(self, row: int) -> list[bytes]:
        """The arguments of one row that was parted, as written."""
        first, count = int(self._first[row]), int(self._count[row])
        bounds = self._bounds[first : first + count + 1].tolist()
        record = self._data[bounds[0] : bounds[-1]].tobytes() if count else b""
        base = bounds[0]
        return [record[start + 1 - base : end - base].strip(_BLANKS) for start, end in pairwise(bounds)]

    def spans(self, rows: Offsets, position: int) -> tuple[Offsets, Offsets]:
        """Byte offsets of one argument of each row without blanks around it; 0, 0 where a record has too few."""
        self.part(rows)
        there = self._count[rows] > position
        if not there.any():
            return np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
        bound = np.where(there, self._first[rows].astype(np.int64) + position, 0)
        start = np.where(there, self._bounds[bound].astype(np.int64) + 1, 0)
        end = np.where(there, self._bounds[bound + 1], 0).astype(np.int64)
        return trimmed(self._data, start, end)

    def all_spans(self, rows: Offsets) -> tuple[Offsets, Offsets, Offsets, Offsets]:
        """Every argument of the rows: which of ``rows`` it is of, its position from 0, its byte offsets."""
        count = self.count(rows)
        owner = np.repeat(np.arange(len(rows)), count)
        position = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        bound = np.repeat(self._first[rows], count) + position
        start, end = trimmed(self._data, self._bounds[bound].astype(np.int64) + 1, self._bounds[bound + 1].astype(np.int64))
        return owner, position, start, end

    def references(self, start: Offsets, end: Offsets) -> tuple[Offsets, Offsets]:
        """Every reference within the spans: the number of its span and the instance number it names."""
        owner, target, sound = references_within(self._data, self._hashes, start, end)
        return owner[sound], target[sound]

    def _part(self, rows: Offsets) -> None:
        opening, closing = self._opening[rows].astype(np.int64), self._closing[rows].astype(np.int64)
        at, owner = set_within(self._marks, opening, closing + 1)
        kind = self._data[at]
        opens, closes = kind == OPEN, kind == CLOSE
        depth = np.cumsum(opens.view(np.int8) - closes.view(np.int8), dtype=np.int32)
        bounds = np.flatnonzero(((depth == 1) & ~closes) | (depth == 0))
        count = np.bincount(owner[bounds], minlength=len(rows))
        bound = at[bounds]
        self._first[rows] = self._used + np.cumsum(count) - count
        self._keep(bound)
        count -= 1
        single = np.flatnonzero(count == 1)
        start, end = trimmed(self._data, opening[single] + 1, closing[single])
        count[single[start == end]] = 0
        self._count[rows] = count

    def _keep(self, bounds: Offsets) -> None:
        needed = self._used + len(bounds)
        if needed > len(self._bounds):
            larger = np.zeros(max(needed, 2 * len(self._bounds)), dtype=self._bounds.dtype)
            larger[: self._used] = self._bounds[: self._used]
            self._bounds = larger
        self._bounds[self._used : needed] = bounds
        self._used = needed


def references_within(data: Bytes, hashes: Words, start: Offsets, end: Offsets) -> tuple[Offsets, Offsets, Flags]:
    """Every number sign within the spans: the number of its span, the instance number behind it, and whether there is one."""
    at, owner = set_within(hashes, start, end)
    at += 1
    target, count = digits(data, at)
    loose = np.flatnonzero(count == 0)
    if len(loose):
        at[loose] = after_blanks(data, at[loose], end[owner[loose]])
        target[loose], count[loose] = digits(data, at[loose])
    sound = (count > 0) & (count <= MOST_DIGITS)
    after = np.minimum(at + count, len(data) - 1)
    other = np.flatnonzero(sound & (data[after] != COMMA) & (data[after] != CLOSE))
    if len(other):
        limit = end[owner[other]]
        behind = after_blanks(data, after[other], limit)
        follows = data[np.minimum(behind, len(data) - 1)]
        sound[other] = (behind == limit) | (follows == COMMA) | (follows == CLOSE)
    return owner, target, sound
