"""Delimited text as rows: encoding and separator told from the content."""

from __future__ import annotations

import csv
import io
from itertools import islice

import polars as pl

from hezhu.engines.intake.sheet import Limits, UnreadableSheet

_SEPARATORS = (",", "\t", ";", "|")
_SAMPLED_ROWS = 200
_ROWS_ABOVE = 100


def decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: UTF-8, UTF-16 with its mark, or GB 18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), "utf-16"
        except UnicodeDecodeError as error:
            raise _not_text() from error
    if b"\x00" in content:
        raise _not_text()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise UnreadableSheet("encoding", "文字编码无法识别，既不是 UTF-8 也不是 GB 18030。请用表格软件另存为 .xlsx 或 UTF-8 的 .csv")


def _not_text() -> UnreadableSheet:
    return UnreadableSheet("not-a-sheet", "文件不是表格：内容不是文字。请上传 .xlsx 或 .csv")


def read_delimited(content: bytes, limits: Limits) -> tuple[pl.DataFrame, str]:
    """Every record as a row of texts (columns c0, c1, …), null where a record is shorter or a cell is empty; and the encoding.

    Blank lines are rows of nulls, so that row n is record n.
    """
    text, encoding = decode(content)
    separator = separator_of(text)
    width = width_of(text, separator)
    return read_records(text.encode(), separator, width, limits), encoding


def width_of(text: str, separator: str) -> int:
    """How many cells the longest of the first records has. Raises UnreadableSheet when there is none."""
    width = max((len(record) for record in _records(text, separator, _SAMPLED_ROWS)), default=0)
    if width == 0:
        raise UnreadableSheet("empty", "文件里没有内容。请检查是否选对了文件")
    return width


def read_records(text: bytes, separator: str, width: int, limits: Limits, *, above: int = 0) -> pl.DataFrame:
    """Whole records in UTF-8 as rows of texts, null where a record is shorter; ``above`` records stand before these in the file."""
    frame = _read(text, separator, width, limits)
    if frame is None or (b'"' in text and frame.height != _count(text, separator)):
        # A later record is longer than the sampled ones, or quoted loosely: measure them all with the tolerant reader.
        frame = _read_tolerantly(text.decode("utf-8", "replace"), separator, limits)
    _check_lengths(frame, limits, above)
    return frame


def separator_of(text: str) -> str:
    """The separator that cuts most of the first lines into the same number of cells, and more than one."""
    lines = [line for line in islice(io.StringIO(text), 50) if line.strip()]
    return max(_SEPARATORS, key=lambda separator: sum(line.count(separator) for line in lines))


def _records(text: str, separator: str, most: int | None = None) -> list[list[str]]:
    csv.field_size_limit(1 << 30)
    try:
        return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), most))
    except csv.Error as error:
        raise UnreadableSheet("not-a-sheet", "文件不能按表格读取（{reason}）。请另存为 .xlsx 再上传", reason=error) from error


def _count(text: bytes, separator: str) -> int:
    """How many records the csv module finds: the fast reader drops some, without a word, where quotes do not pair."""
    csv.field_size_limit(1 << 30)
    try:
        return sum(1 for _record in csv.reader(io.StringIO(text.decode("utf-8", "replace"), newline=""), delimiter=separator))
    except csv.Error:
        return -1


def _read(text: bytes, separator: str, width: int, limits: Limits) -> pl.DataFrame | None:
    """The records by the fast reader, or None where it cannot."""
    if width > limits.columns:
        raise _too_wide(width, limits)
    try:
        return pl.read_csv(
            text,
            separator=separator,
            has_header=False,
            schema={f"c{number}": pl.String for number in range(width)},
            n_rows=limits.rows + _ROWS_ABOVE,
        )
    except pl.exceptions.PolarsError:
        return None


def _read_tolerantly(text: str, separator: str, limits: Limits) -> pl.DataFrame:
    records = _records(text, separator)
    _check_last_quote(text, records)
    width = max(map(len, records))
    if width > limits.columns:
        raise _too_wide(width, limits)
    columns = {
        f"c{number}": [record[number] or None if number < len(record) else None for record in records] for number in range(width)
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _check_last_quote(text: str, records: list[list[str]]) -> None:
    """A quote that is never closed takes all following lines into one cell: say so instead of losing rows."""
    if text.count('"') % 2 and any("\n" in cell.rstrip() or "\r" in cell.rstrip() for cell in records[-1]):
        raise UnreadableSheet(
            "open-quote", "第 {row} 行的引号没有配对，后面的行都被并进了一格。请补上或删去这个引号", row=len(records)
        )


def _too_wide(width: int, limits: Limits) -> UnreadableSheet:
    return UnreadableSheet(
        "too-wide", "表格有 {width} 列，超过上限 {limit} 列。请检查分隔符或删去多余的列", width=width, limit=limits.columns
    )


def _check_lengths(frame: pl.DataFrame, limits: Limits, above: int) -> None:
    """No cell holds more than a spreadsheet can: a longer one is lines run together by quotes that do not pair."""
    longest = frame.select(pl.all().str.len_chars().max()).row(0)
    if max((length or 0 for length in longest), default=0) <= limits.cell_characters:
        return
    overlong = frame.select(pl.any_horizontal(pl.all().str.len_chars() > limits.cell_characters).fill_null(False)).to_series()
    row = above + (overlong.arg_max() or 0) + 1
    raise UnreadableSheet(
        "long-cell",
        "第 {row} 行有单元格超过 {limit:,} 字，多半是引号没有配对。请检查这一行",
        row=row,
        limit=limits.cell_characters,
    )
