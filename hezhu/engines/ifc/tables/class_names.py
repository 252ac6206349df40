"""The distinct class names of all records, found without making a text of each."""

from __future__ import annotations

import re

import numpy as np

from hezhu.engines.ifc.tables.bits import Bytes, Offsets, Words
from hezhu.engines.ifc.tables.spans import words

_NAME = re.compile(r"[A-Z_!][A-Z0-9_]*")
# The longest name of the IFC schemas has 53 characters.
_LONGEST = 64
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64)
_SLOT_BITS = 16
# Masks of the lowest 0 … 8 bytes of a word.
_LOWEST = np.array([(1 << 8 * count) - 1 for count in range(9)], dtype=np.uint64)


class ClassNames:
    """Collects names; ``found`` lists them in upper case, in the order in which they came."""

    def __init__(self, data: Bytes) -> None:
        self._data = data
        self._code_of_key: dict[int, int] = {}
        self._code_of_name: dict[str, int] = {}

    @property
    def found(self) -> list[str]:
        return list(self._code_of_name)

    def codes(self, start: Offsets, end: Offsets) -> Offsets:
        """The place of each span's name in ``found``; −1 for what is no name."""
        if not len(start):
            return np.zeros(0, dtype=np.int64)
        key = _keys(self._data, start, end)
        row, number = _distinct(key)
        codes = [self._code(one, at) for one, at in zip(key[row].tolist(), zip(start[row], end[row], strict=True), strict=True)]
        return np.array(codes, dtype=np.int64)[number]

    def _code(self, key: int, span: tuple[int, int]) -> int:
        if key not in self._code_of_key:
            start, end = span
            name = self._data[start : min(end, start + _LONGEST + 1)].tobytes().decode("ascii", "replace").upper()
            sound = len(name) <= _LONGEST and _NAME.fullmatch(name)
            self._code_of_key[key] = self._code_of_name.setdefault(name, len(self._code_of_name)) if sound else -1
        return self._code_of_key[key]


def _keys(data: Bytes, start: Offsets, end: Offsets) -> Words:
    """A number for each span, equal for equal text of up to ``_LONGEST`` bytes and else, in practice, different."""
    length = np.clip(end - start, 0, _LONGEST + 1)
    key = length.astype(np.uint64)
    rows: Offsets | slice = slice(None)
    for at in range(0, int(length.max(initial=0)), 8):
        if at:
            rows = np.flatnonzero(length > at)
        left = np.minimum(length[rows] - at, 8)
        word = words(data, start[rows] + at) & _LOWEST[left]
        mixed = (key[rows] ^ word) * _FACTORS[0]
        key[rows] = mixed ^ (mixed >> np.uint64(29))
    return key


def _distinct(key: Words) -> tuple[Offsets, Offsets]:
    """One row of each distinct key, and for each row the place of its key among them."""
    for factor in _FACTORS:
        slot = ((key * factor) >> np.uint64(64 - _SLOT_BITS)).astype(np.int64)
        row_of_slot = np.full(1 << _SLOT_BITS, -1, dtype=np.int64)
        row_of_slot[slot] = np.arange(len(key))
        used = np.flatnonzero(row_of_slot >= 0)
        row = row_of_slot[used]
        if (key[row_of_slot[slot]] == key).all():
            row_of_slot[used] = np.arange(len(used))
            return row, row_of_slot[slot]
    _, row, number = np.unique(key, return_index=True, return_inverse=True)
    return row, number
