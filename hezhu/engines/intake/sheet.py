"""A sheet as read: every cell a text, every row with its line, and what the file could not say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

LINE = "__line"


class UnreadableSheet(ValueError):
    """The file as a whole cannot be taken in. ``code`` is stable; the message says why and what to do."""

    def __init__(self, code: str, template: str, **values: object) -> None:
        super().__init__(template.format_map(values))
        self.code = code
        self.template = template
        self.values = values


class FlawKind(StrEnum):
    """Why a cell's value was lost before the file came here."""

    FORMULA_WITHOUT_VALUE = "cell.formula"
    ERROR_VALUE = "cell.error"
    LONG_NUMBER = "cell.long-number"
    EXTRA_CELLS = "row.extra-cells"


@dataclass(frozen=True, slots=True)
class Flaw:
    """A cell that cannot be trusted: ``column`` is the column's title ("" for the whole row), ``shown`` what the file shows there."""

    line: int
    column: str
    kind: FlawKind
    shown: str = ""


@dataclass(frozen=True)
class Limits:
    """How much a sheet may bring. ``unpacked_bytes`` bounds an xlsx once unzipped, ``cells`` its rows × columns.

    For ``open_stream``: a file up to ``whole_bytes`` is read at once; of a larger one ``block_bytes`` of text or ``block_rows`` are.
    ``bytes`` and ``rows`` bound what is read at once only, and workbooks.
    """

    bytes: int = 300_000_000
    unpacked_bytes: int = 2_000_000_000
    ratio: int = 300
    rows: int = 2_000_000
    columns: int = 300
    cells: int = 60_000_000
    cell_characters: int = 32_767
    whole_bytes: int = 8_000_000
    block_bytes: int = 4_000_000
    block_rows: int = 50_000
    long_sheet_bytes: int = 60_000_000


@dataclass(frozen=True)
class Sheet:
    """Rows of texts with unique column titles.

    ``frame`` has the column ``__line`` (Int64, the line as a spreadsheet program shows it) and one String column per title; empty cells
    are null. ``blank_rows`` were left out. ``repeated`` lists titles that stand over more than one column.
    """

    frame: pl.DataFrame
    header_line: int = 0
    blank_rows: int = 0
    flaws: tuple[Flaw, ...] = ()
    repeated: tuple[str, ...] = ()
    title: str = ""
    format: str = "records"
    encoding: str = ""
    other_sheets: tuple[str, ...] = field(default=())

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in self.frame.columns if name != LINE)

    @property
    def height(self) -> int:
        return self.frame.height

    @classmethod
    def from_records(cls, records: Iterable[Mapping[str, object]], *, lines: Iterable[int] | None = None) -> Sheet:
        """A sheet of rows that are already named, as a form, an API batch or corrected rows bring them.

        ``lines`` gives each record its line; without it they count from 1. Values become texts; None is empty.
        """
        rows = [
            {name: None if value is None else str(value).replace("\0", "") for name, value in record.items()}
            for record in records
        ]
        names = list(dict.fromkeys(name for row in rows for name in row))
        data: dict[str, list[object]] = {LINE: list(lines) if lines is not None else list(range(1, len(rows) + 1))}
        data |= {name: [row.get(name) for row in rows] for name in names}
        return cls(pl.DataFrame(data, schema={LINE: pl.Int64, **dict.fromkeys(names, pl.String)}))
