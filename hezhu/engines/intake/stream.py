"""A file of any size as sheets of some ten thousand rows, one after the other; small files come as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from hezhu.engines.intake.blocks import encoding_of, record_blocks
from hezhu.engines.intake.contract import Contract
from hezhu.engines.intake.delimited import read_records, separator_of, width_of
from hezhu.engines.intake.header import Header, unique_titles
from hezhu.engines.intake.long_workbook import long_sheet, stream_workbook
from hezhu.engines.intake.objects import names_in, object_sheets
from hezhu.engines.intake.reading import (
    first_rows,
    header_or_refuse,
    read_sheet,
    refuse_cut_off,
    refuse_other_types,
    rows_below,
)
from hezhu.engines.intake.sheet import Limits, Sheet, UnreadableSheet
from hezhu.engines.intake.structured import PARQUET, is_structured, parquet_sheets, parquet_titles

_HEAD = 1 << 16


@dataclass(frozen=True)
class Stream:
    """A file to be read sheet by sheet, as often as asked: every sheet has the same ``columns``, and lines count through the file."""

    columns: tuple[str, ...]
    read: Callable[[], Iterator[Sheet]]
    format: str = "records"
    encoding: str = ""
    title: str = ""
    header_line: int = 0
    repeated: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, sheet: Sheet) -> Stream:
        """A sheet already read."""
        return cls(
            sheet.columns,
            lambda: iter((sheet,)),
            sheet.format,
            sheet.encoding,
            sheet.title,
            sheet.header_line,
            sheet.repeated,
            sheet.other_sheets,
        )

    def head(self) -> Sheet:
        """The first sheet."""
        return next(self.read(), Sheet.from_records([]))


def open_stream(
    path: Path,
    contract: Contract | None = None,
    *,
    sheet: str | None = None,
    limits: Limits | None = None,
) -> Stream:
    """Any file that ``read_sheet`` reads, without a bound on its rows and with some hundred megabytes of memory.

    Raises UnreadableSheet, here or while it is read: a fault far down in a file shows when that place is reached.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK") and size and long_sheet(path, limits.long_sheet_bytes):
        return _workbook(path, contract, sheet, limits)
    if size <= limits.whole_bytes or head.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return Stream.of(read_sheet(path, contract, sheet=sheet, limits=limits))
    unbounded = replace(limits, rows=1 << 62, bytes=1 << 62)
    if head.startswith(PARQUET):
        titles = parquet_titles(path, unbounded)
        return Stream(titles, lambda: parquet_sheets(path, limits.block_rows), "parquet")
    if is_structured(head):
        names = names_in(path, unbounded)
        return Stream(names, lambda: object_sheets(path, names, limits.block_rows), "json")
    refuse_other_types(head)
    return _delimited(path, contract, unbounded)


def _workbook(path: Path, contract: Contract | None, sheet: str | None, limits: Limits) -> Stream:
    found = stream_workbook(path, contract, sheet, limits)
    return Stream(
        found.columns,
        found.read,
        "xlsx",
        title=found.title,
        header_line=found.header.last + 1,
        repeated=found.repeated,
        other_sheets=found.other_sheets,
    )


def _delimited(path: Path, contract: Contract | None, limits: Limits) -> Stream:
    encoding = encoding_of(path)
    first = next(record_blocks(path, encoding, ",", limits.block_bytes), b"")
    sample = first.decode("utf-8", "replace")
    separator = separator_of(sample)
    width = width_of(sample, separator)
    head = read_records(first, separator, width, limits)
    header = header_or_refuse(head, contract, where="文件")
    titles, repeated = unique_titles(header.titles)
    columns = tuple(title for title, stated in zip(titles, header.titles, strict=True) if stated)
    if not first_rows(head):
        raise UnreadableSheet("empty", "文件里没有内容。请检查是否选对了文件")

    def read() -> Iterator[Sheet]:
        above, last = 0, b""
        frame = pl.DataFrame()
        for block in record_blocks(path, encoding, separator, limits.block_bytes):
            frame, last = read_records(block, separator, width, limits, above=above), block
            yield _sheet(frame, header, columns, limits, above)
            above += frame.height
        refuse_cut_off(last[-8:], frame)

    return Stream(columns, read, "csv", encoding.removesuffix("-sig"), header_line=header.last + 1, repeated=repeated)


def _sheet(frame: pl.DataFrame, header: Header, columns: tuple[str, ...], limits: Limits, above: int) -> Sheet:
    """One block under the header of the file, with exactly its columns; cells beyond them make their row's flaw."""
    wanted = len(header.titles)
    missing = [pl.lit(None, pl.String).alias(f"c{number}") for number in range(frame.width, wanted)]
    padded = frame.with_columns(missing) if missing else frame
    wider = replace(header, titles=(*header.titles, *[""] * (padded.width - wanted)))
    sheet = rows_below(padded, wider, limits, refuse_extra=True, above=above)
    return replace(sheet, frame=sheet.frame.select(sheet.frame.columns[0], *columns), format="csv")
