"""Columns as codes: many objects, few different answers. What is asked is asked once of each different one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from hezhu.engines.review.ids.values import Plain

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Miss:
    """A facet that is not met. ``absent`` means that there is nothing to compare, so that an optional facet is content."""

    absent: bool
    actual: tuple[Plain, ...] = ()


ABSENT = Miss(True)


@dataclass(frozen=True, slots=True)
class Judged:
    """How a facet holds of many objects: ``misses[codes[n]]`` is what object ``n`` misses, None where it is met."""

    codes: Codes
    misses: Sequence[Miss | None]

    def met(self) -> Flags:
        """Which objects meet the facet."""
        return np.array([miss is None for miss in self.misses], dtype=np.bool_)[self.codes]


def coded(column: pl.Series) -> tuple[Codes, list[str | None]]:
    """A text column as codes and what each stands for; null is one of them where it occurs."""
    kinds = column.drop_nulls().unique(maintain_order=True)
    codes = column.cast(pl.Enum(kinds)).to_physical().cast(pl.Int64)
    values: list[str | None] = kinds.to_list()
    if codes.null_count():
        codes = codes.fill_null(len(values))
        values.append(None)
    return codes.to_numpy(), values


def distinct(*columns: Codes) -> tuple[Codes, list[tuple[int, ...]]]:
    """Several columns of codes (none negative) as one, and the codes that each stands for."""
    key = columns[0]
    for column in columns[1:]:
        key = np.unique(key, return_inverse=True)[1] * (int(column.max(initial=0)) + 1) + column
    _, first, codes = np.unique(key, return_index=True, return_inverse=True)
    return codes, list(zip(*(column[first].tolist() for column in columns), strict=True))


class Gathered:
    """Answers of parts of the objects put together as one ``Judged``; equal answers share a code."""

    def __init__(self, size: int) -> None:
        self.codes = np.zeros(size, dtype=np.int64)
        self.misses: list[Miss | None] = []
        self._code: dict[tuple[Miss | None, tuple[type, ...]], int] = {}

    def code(self, miss: Miss | None) -> int:
        """The code of an answer."""
        # True, 1 and 1.0 are equal in Python, and three answers here.
        key = (miss, tuple(map(type, miss.actual)) if miss else ())
        known = self._code.get(key)
        if known is None:
            known = self._code[key] = len(self.misses)
            self.misses.append(miss)
        return known

    def put(self, where: Codes | Flags, codes: Codes, misses: Sequence[Miss | None]) -> None:
        """Answers for some of the objects, as codes of their own."""
        if len(codes):
            self.codes[where] = np.array([self.code(miss) for miss in misses], dtype=np.int64)[codes]

    def judged(self) -> Judged:
        """All of them."""
        return Judged(self.codes, self.misses)
