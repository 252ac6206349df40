"""What validation says of a sheet: the good rows as a typed table, the refused ones with every reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why one cell is refused. ``field`` and ``label`` are empty when the whole row is meant; ``value`` is the raw text."""

    field: str
    label: str
    value: str
    rule: str
    reason: str
    suggestion: str | None = None
    basis: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row kept as it came: its line, every column of the sheet, and the problems found, at least one."""

    line: int
    raw: Mapping[str, str | None]
    problems: tuple[CellProblem, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {"line": self.line, "raw": dict(self.raw), "problems": [problem.as_dict() for problem in self.problems]}


@dataclass(frozen=True)
class Stats:
    """Where the rows went. ``total`` = ``good`` + ``refused``; blank rows are beside them.

    ``mended`` counts, by field, good values whose width, blanks or case were set right, or whose label became a code.
    """

    total: int
    good: int
    refused: int
    blank: int
    seconds: float
    mended: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows_per_second(self) -> float:
        return self.total / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class Validated:
    """``good`` has the column ``__line`` and one typed column per field of the contract (null where the sheet has no such column)."""

    good: pl.DataFrame
    refused: list[RefusedRow]
    stats: Stats

    def reasons(self) -> list[tuple[str, str, int]]:
        """(label, rule, rows) by how many rows each refuses, most first; a row with two problems counts under both."""
        counts = Counter((problem.label, problem.rule) for row in self.refused for problem in row.problems)
        return [(label, rule, rows) for (label, rule), rows in counts.most_common()]
