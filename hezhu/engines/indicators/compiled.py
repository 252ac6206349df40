"""A compiled indicator: SQL texts and the values they name. Runs without Ibis; kept as JSON between runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Run:
    """What one run asks for: the day, the divisions whose rows count, and which world (演示数据 or real)."""

    as_of: dt.date
    divisions: tuple[str, ...]
    demo: bool

    @property
    def values(self) -> dict[str, Any]:
        """The named values of the run; the year of ``as_of`` gives the first day."""
        return {
            "first": dt.date(self.as_of.year, 1, 1),
            "last": self.as_of,
            "divisions": list(self.divisions),
            "demo": self.demo,
        }


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL of one definition in one dialect. All four texts come from one relation of rows, so they cannot disagree.

    ``page`` lists rows: it also takes ``which`` (ALL, COUNTED or NOT_COUNTED), ``limit`` and ``offset``.
    """

    target: str
    digest: str
    dialect: str
    rows: str
    page: str
    totals: str
    by_division: str
    constants: Mapping[str, Any]

    def values(self, run: Run, **more: Any) -> dict[str, Any]:
        """Everything the SQL names: give it to the driver together with the text."""
        return {**self.constants, **run.values, **more}

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data; dates become ISO text, which both engines cast back."""
        constants = {key: str(value) if isinstance(value, dt.date | Decimal) else value for key, value in self.constants.items()}
        return {
            "format": FORMAT,
            "target": self.target,
            "digest": self.digest,
            "dialect": self.dialect,
            "rows": self.rows,
            "page": self.page,
            "totals": self.totals,
            "by_division": self.by_division,
            "constants": constants,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Compiled:
        """The inverse of ``as_dict``. Raises ValueError for data of another format."""
        if data.get("format") != FORMAT:
            raise ValueError(f"compiled indicator of format {data.get('format')!r}, expected {FORMAT}: compile it again")
        return cls(**{key: value for key, value in data.items() if key != "format"})


ALL, COUNTED, NOT_COUNTED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Figure:
    """What a run gives: the sums above and below, how many rows counted of how many looked at, and the value.

    ``value`` is None when there is a denominator and it is 0 or empty: unknown is not zero.
    """

    numerator: Decimal
    denominator: Decimal | None
    counted: int
    looked_at: int
    value: Decimal | None

    @classmethod
    def of(cls, row: tuple[Any, Any, Any, Any], *, scale: float, has_denominator: bool) -> Figure:
        """From a row of ``totals`` or ``by_division`` (without its division): numerator, denominator, counted, looked at."""
        above, below = Decimal(row[0] or 0), Decimal(row[1] or 0)
        factor = Decimal(str(scale))
        value = None
        if not has_denominator:
            value = above * factor
        elif below:
            value = above * factor / below
        return cls(above, below if has_denominator else None, int(row[2] or 0), int(row[3] or 0), value)
