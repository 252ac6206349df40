"""Relations as sorted pairs of rows: what an object is related to, for one object or for a column of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from hezhu.engines.ifc.tables.instances import Instances
from hezhu.engines.ifc.tables.pairs import listed_pairs
from hezhu.engines.review.ids.columns.codes import Codes


class Edges:
    """Pairs of rows, the targets of each source in the order in which they were given."""

    def __init__(self, source: Codes, target: Codes) -> None:
        known = (source >= 0) & (target >= 0)
        if not known.all():
            source, target = source[known], target[known]
        if (source[1:] < source[:-1]).any():
            order = np.argsort(source, kind="stable")
            source, target = source[order], target[order]
        self.source, self.target = source, target

    def first(self, rows: Codes) -> Codes:
        """The first target of each row, −1 where it has none."""
        if not len(self.source):
            return np.full(len(rows), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(self.source, rows), len(self.source) - 1)
        return np.where(self.source[place] == rows, self.target[place], -1)

    def last(self, rows: Codes) -> Codes:
        """The last target of each row, −1 where it has none."""
        if not len(self.source):
            return np.full(len(rows), -1, dtype=np.int64)
        place = np.maximum(np.searchsorted(self.source, rows, side="right") - 1, 0)
        return np.where(self.source[place] == rows, self.target[place], -1)

    def counts(self, rows: Codes) -> Codes:
        """How many targets each row has."""
        return np.searchsorted(self.source, rows, side="right") - np.searchsorted(self.source, rows)

    def expand(self, rows: Codes) -> tuple[Codes, Codes]:
        """Every target of every row: the position in ``rows``, and the target."""
        start = np.searchsorted(self.source, rows)
        count = np.searchsorted(self.source, rows, side="right") - start
        position = np.repeat(np.arange(len(rows)), count)
        within = np.arange(len(position)) - np.repeat(np.cumsum(count) - count, count)
        return position, self.target[np.repeat(start, count) + within]

    def of(self, row: int) -> list[int]:
        """The targets of one row."""
        return self._targets.get(row, [])

    @cached_property
    def _targets(self) -> dict[int, list[int]]:
        """For who asks row by row."""
        targets: dict[int, list[int]] = {}
        for source, target in zip(self.source.tolist(), self.target.tolist(), strict=True):
            targets.setdefault(source, []).append(target)
        return targets


def listed(instances: Instances, name: str, attribute: str) -> Edges:
    """What the records of a class and its subtypes list in one attribute."""
    return Edges(*listed_pairs(instances, name, attribute))


def joined(pairs: Iterable[tuple[Codes, Codes]]) -> Edges:
    """The pairs of several relations, one after the other."""
    given = list(pairs)
    return Edges(np.concatenate([source for source, _ in given]), np.concatenate([target for _, target in given]))
