"""A long xlsx, row by row: the fast reader holds a whole sheet in memory, this one a part of it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl

from hezhu.engines.intake.contract import Contract
from hezhu.engines.intake.header import ROWS_SEARCHED, Header, find_header, unique_titles
from hezhu.engines.intake.package import SheetSurvey, check_package, survey_sheet
from hezhu.engines.intake.reading import no_header, rows_below, titled_flaws
from hezhu.engines.intake.sheet import LINE, Limits, Sheet, UnreadableSheet


def long_sheet(path: Path, longer_than: int) -> bool:
    """Whether any worksheet is longer than the fast reader should hold; the sizes are the zip's own word, checked again later."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(info.file_size > longer_than for info in archive.infolist() if info.filename.startswith("xl/worksheets/"))
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


@dataclass(frozen=True)
class LongSheet:
    """A worksheet with its header found, to be read as often as asked."""

    columns: tuple[str, ...]
    title: str
    header: Header
    repeated: tuple[str, ...]
    other_sheets: tuple[str, ...]
    read: Callable[[], Iterator[Sheet]]


def stream_workbook(path: Path, contract: Contract | None, sheet: str | None, limits: Limits) -> LongSheet:
    """The worksheet named, else the first with a header of the contract. Raises UnreadableSheet."""
    if (size := path.stat().st_size) > limits.bytes:
        raise UnreadableSheet(
            "too-large", "文件有 {size:,} 字节，超过上限 {limit:,} 字节。请拆成几个文件再上传", size=size, limit=limits.bytes
        )
    content = path.read_bytes()
    check_package(content, limits)
    try:
        names = openpyxl.load_workbook(path, read_only=True, data_only=True).sheetnames
    except Exception as error:
        raise UnreadableSheet("truncated", "工作簿打不开：设有密码，或文件已损坏。请取消密码、另存为 .xlsx 后再上传") from error
    if sheet is not None and sheet not in names:
        raise UnreadableSheet("no-such-sheet", "工作簿里没有名为“{sheet}”的工作表", sheet=sheet)
    for name in [sheet] if sheet is not None else names:
        survey = survey_sheet(content, name, limits)
        top = list(islice(_rows(path, name), ROWS_SEARCHED + 1))
        width = max(map(len, top), default=0)
        header = find_header([[*row, *[None] * (width - len(row))] for row in top], contract)
        if header is not None:
            titles, repeated = unique_titles(header.titles)
            columns = tuple(title for title, stated in zip(titles, header.titles, strict=True) if stated)
            others = tuple(other for other in names if other != name)
            return LongSheet(columns, name, header, repeated, others, _reader(path, name, header, columns, survey, limits))
    raise no_header("工作表“{}”".format("”“".join(names)), contract)


def _reader(
    path: Path, name: str, header: Header, columns: tuple[str, ...], survey: SheetSurvey, limits: Limits
) -> Callable[[], Iterator[Sheet]]:
    unbounded = replace(limits, rows=1 << 62)
    width = len(header.titles)
    holders = {
        (row, area.first_column - 1): area.first_row
        for area in survey.merged
        if area.first_row > header.last + 1
        for row in range(area.first_row + 1, area.last_row + 1)
    }

    def read() -> Iterator[Sheet]:
        rows, above, firsts = _rows(path, name), 0, {}
        while part := list(islice(rows, limits.block_rows)):
            cells = [[*row[:width], *[None] * (width - len(row))] for row in part]
            for number, row in enumerate(cells, start=above + 1):
                for at in range(width) if holders else ():
                    first = holders.get((number, at))
                    if first is None:
                        firsts[at] = (number, row[at])
                    elif row[at] is None and firsts[at][0] == first:
                        row[at] = firsts[at][1]
            schema = {f"c{at}": pl.String for at in range(width)}
            frame = pl.DataFrame(cells, schema=schema, orient="row")
            sheet = rows_below(frame, header, unbounded, refuse_extra=False, above=above)
            flaws = titled_flaws(survey, header, 1, above + 1, above + len(part))
            yield replace(sheet, frame=sheet.frame.select(LINE, *columns), flaws=flaws, title=name, format="xlsx")
            above += len(part)

    return read


def _rows(path: Path, name: str) -> Iterator[list[str | None]]:
    """Every row from the first line, as the fast reader writes its cells."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        for row in book[name].iter_rows(values_only=True):
            yield [_text(cell) for cell in row]
    except UnreadableSheet:
        raise
    except Exception as error:
        raise UnreadableSheet(
            "truncated", "工作表“{sheet}”读不出来，文件可能已损坏。请用表格软件打开后另存再上传", sheet=name
        ) from error
    finally:
        book.close()


def _text(cell: Any) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d") if cell.time() == time() else cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    return str(cell)
