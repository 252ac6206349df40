"""From instance numbers to rows."""

from __future__ import annotations

import numpy as np

from hezhu.engines.ifc.tables.bits import Flags, Offsets

# Numbers up to this many times the count of instances are looked up in a table, sparser ones by bisection.
_SPARSEST = 8


class RowNumbers:
    """Finds the row of an instance number; of equal numbers the first row. ``repeated`` says that some are equal."""

    def __init__(self, ids: Offsets) -> None:
        self._ids = ids
        self._table = np.zeros(0, dtype=np.int32)
        self._order = np.zeros(0, dtype=np.int64)
        highest = int(ids.max()) if len(ids) else 0
        if highest <= _SPARSEST * len(ids):
            self._table = np.full(highest + 1, -1, dtype=np.int32)
            self._table[ids[::-1]] = np.arange(len(ids) - 1, -1, -1, dtype=np.int32)
            self.repeated = int(np.count_nonzero(self._table >= 0)) < len(ids)
        else:
            self._order = np.argsort(ids, kind="stable")
            self.repeated = bool((ids[self._order[1:]] == ids[self._order[:-1]]).any())

    def of(self, ids: Offsets) -> Offsets:
        """Row of each number, −1 where the file has none."""
        if len(self._table):
            inside = (ids >= 0) & (ids < len(self._table))
            found = self._table[np.where(inside, ids, 0)].astype(np.int64)
            return found if inside.all() else np.where(inside, found, -1)
        if not len(self._order):
            return np.full(len(ids), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(self._ids, ids, sorter=self._order), len(self._order) - 1)
        row = self._order[place]
        return np.where(self._ids[row] == ids, row, -1)

    def one(self, number: int) -> int:
        """Row of one number, −1 where the file has none."""
        if 0 <= number < len(self._table):
            return int(self._table[number])
        return -1 if len(self._table) else int(self.of(np.array([number]))[0])

    def first_of_each(self) -> Flags:
        """Which rows are the first of their number."""
        return self.of(self._ids) == np.arange(len(self._ids))
