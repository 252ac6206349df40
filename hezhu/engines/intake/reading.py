"""Any file as a sheet: told by its content, not by its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import fastexcel
import polars as pl

from hezhu.engines.intake.contract import Contract
from hezhu.engines.intake.delimited import read_delimited
from hezhu.engines.intake.header import ROWS_SEARCHED, Header, find_header, unique_titles
from hezhu.engines.intake.package import Merged, SheetSurvey, check_package, survey_sheet
from hezhu.engines.intake.sheet import LINE, Flaw, FlawKind, Limits, Sheet, UnreadableSheet
from hezhu.engines.intake.structured import is_structured, read_structured

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_SHEETS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"ISO-10303-21", "IFC 模型"),
    (b"{\\rtf", "RTF 文档"),
)


def read_sheet(
    source: Path | bytes,
    contract: Contract | None = None,
    *,
    sheet: str | None = None,
    limits: Limits | None = None,
) -> Sheet:
    """Read an .xlsx, .xls, .csv or .tsv (UTF-8, UTF-16 or GB 18030), Parquet or JSON into a Sheet; every cell a text.

    With a contract the header is looked for below title rows and across two levels. ``sheet`` names a worksheet; otherwise the first
    with a header of the contract is taken. Raises UnreadableSheet for an empty, truncated, encrypted, oversized or hostile file, a file
    of another type, and a sheet without a header.
    """
    limits = limits or Limits()
    content = _content(source, limits)
    if content.startswith(b"PK"):
        check_package(content, limits)
        return _read_workbook(content, contract, sheet, limits, packaged=True)
    if content.startswith(_OLE):
        return _read_workbook(content, contract, sheet, limits, packaged=False)
    if is_structured(content):
        return read_structured(content, limits)
    refuse_other_types(content)
    frame, encoding = read_delimited(content, limits)
    refuse_cut_off(content, frame)
    header = header_or_refuse(frame, contract, where="文件")
    return replace(rows_below(frame, header, limits, refuse_extra=True), format="csv", encoding=encoding)


def refuse_cut_off(content: bytes, frame: pl.DataFrame) -> None:
    """A last record shorter than the others and without an end of line was cut off. Raises UnreadableSheet.

    ``content`` are the last bytes of the file as text in any encoding, ``frame`` its last records.
    """
    if frame.height < 2 or frame.width < 2 or content.rstrip(b"\0").endswith((b"\n", b"\r")):
        return
    last, widest = _cells(frame.row(-1)), max(_cells(row) for row in frame.slice(0, frame.height - 1).tail(200).iter_rows())
    least = min((cells for row in frame.slice(0, frame.height - 1).tail(200).iter_rows() if (cells := _cells(row))), default=0)
    if 0 < last < least and last < widest:
        raise UnreadableSheet(
            "truncated",
            "最后一行只有 {cells} 格，少于其余各行，也没有换行：文件像是没有传完。请重新导出；确是完整的，在末尾补一个换行",
            cells=last,
        )


def _cells(row: Sequence[str | None]) -> int:
    """How far the filled cells of a row reach."""
    return max((number for number, cell in enumerate(row, start=1) if cell), default=0)


def _content(source: Path | bytes, limits: Limits) -> bytes:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size == 0:
        raise UnreadableSheet("empty", "文件是空的（0 字节）。请检查是否选对了文件")
    if size > limits.bytes:
        raise UnreadableSheet(
            "too-large", "文件有 {size:,} 字节，超过上限 {limit:,} 字节。请拆成几个文件再上传", size=size, limit=limits.bytes
        )
    return source if isinstance(source, bytes) else source.read_bytes()


def refuse_other_types(content: bytes) -> None:
    start = content[:2000].lstrip(b"\xef\xbb\xbf \r\n\t")
    for magic, name in _NOT_SHEETS:
        if start.startswith(magic):
            raise UnreadableSheet("not-a-sheet", "文件是{type}，不是表格。请上传 .xlsx 或 .csv", type=name)
    lower = start.lower()
    if lower.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta")):
        raise UnreadableSheet(
            "web-page",
            "文件内容是网页或 XML，只是扩展名像表格。请用表格软件打开，另存为 .xlsx 再上传",
        )


def _read_workbook(content: bytes, contract: Contract | None, sheet: str | None, limits: Limits, *, packaged: bool) -> Sheet:
    try:
        workbook = fastexcel.read_excel(content)
    except Exception as error:
        raise UnreadableSheet("truncated", "工作簿打不开：设有密码，或文件已损坏。请取消密码、另存为 .xlsx 后再上传") from error
    if sheet is not None and sheet not in workbook.sheet_names:
        raise UnreadableSheet("no-such-sheet", "工作簿里没有名为“{sheet}”的工作表", sheet=sheet)
    names = [sheet] if sheet is not None else workbook.sheet_names
    for name in names:
        survey = survey_sheet(content, name, limits) if packaged else SheetSurvey((), ())
        frame, first_column = _worksheet(workbook, name)
        header = find_header(first_rows(frame), contract)
        if header is not None:
            found = rows_below(fill_merged(frame, survey.merged, header, first_column), header, limits, refuse_extra=False)
            flaws = titled_flaws(survey, header, first_column)
            others = tuple(other for other in workbook.sheet_names if other != name)
            return replace(found, flaws=flaws, title=name, format="xlsx" if packaged else "xls", other_sheets=others)
    raise no_header("工作表“{}”".format("”“".join(names)), contract)


def _worksheet(workbook: fastexcel.ExcelReader, name: str) -> tuple[pl.DataFrame, int]:
    """All rows of a worksheet from its first line, as texts, and the number of the leftmost column."""
    try:
        worksheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        frame: pl.DataFrame = worksheet.to_polars()
    except Exception as error:
        raise UnreadableSheet(
            "truncated", "工作表“{sheet}”读不出来，文件可能已损坏。请用表格软件打开后另存再上传", sheet=name
        ) from error
    first_column = min((column.absolute_index for column in worksheet.available_columns()), default=0) + 1
    return frame.rename({old: f"c{number}" for number, old in enumerate(frame.columns)}), first_column


def first_rows(frame: pl.DataFrame) -> list[tuple[str | None, ...]]:
    return frame.head(ROWS_SEARCHED + 1).rows()


def header_or_refuse(frame: pl.DataFrame, contract: Contract | None, where: str) -> Header:
    header = find_header(first_rows(frame), contract)
    if header is None:
        raise no_header(where, contract)
    return header


def no_header(where: str, contract: Contract | None) -> UnreadableSheet:
    wanted = "、".join(each.label for each in contract.fields if contract.is_required(each)) if contract else ""
    return UnreadableSheet(
        "no-header",
        "{where}前 {rows} 行里没有找到表头。表头至少要有：{wanted}。请下载模板对照",
        where=where,
        rows=ROWS_SEARCHED,
        wanted=wanted or "列名",
    )


def rows_below(frame: pl.DataFrame, header: Header, limits: Limits, *, refuse_extra: bool, above: int = 0) -> Sheet:
    """The rows under the header, titled and numbered; blank rows are counted and left out. ``above`` rows stand before these."""
    if frame.height - header.last - 1 > limits.rows:
        raise UnreadableSheet("too-long", "表格超过 {limit:,} 行。请拆成几个文件再上传", limit=limits.rows)
    columns, repeated = unique_titles(header.titles)
    filled = pl.any_horizontal(pl.col(columns).str.contains(r"\S").fill_null(False))
    numbered = (
        frame.rename(dict(zip(frame.columns, columns, strict=True)))
        .with_row_index(LINE, offset=1 + above)
        .with_columns(pl.col(LINE).cast(pl.Int64))
        .slice(max(0, header.last + 1 - above))
    )
    rows = numbered.filter(filled)
    untitled = [column for column, title in zip(columns, header.titles, strict=True) if not title]
    flaws = _extra_cells(rows, untitled) if refuse_extra else ()
    empty = [column for column in untitled if rows[column].null_count() == rows.height] if rows.height else untitled
    return Sheet(
        rows.drop(empty),
        header_line=header.last + 1,
        blank_rows=numbered.height - rows.height,
        repeated=repeated,
        flaws=flaws,
    )


def _extra_cells(rows: pl.DataFrame, untitled: Sequence[str]) -> tuple[Flaw, ...]:
    """Rows with more cells than the header: an unquoted comma has shifted them, so none of their cells can be trusted."""
    if not untitled:
        return ()
    longer = rows.filter(pl.any_horizontal(pl.col(untitled).str.contains(r"\S").fill_null(False)))
    return tuple(
        Flaw(line, "", FlawKind.EXTRA_CELLS, "、".join(cell for cell in cells if cell))
        for line, *cells in longer.select(LINE, *untitled).iter_rows()
    )


def fill_merged(frame: pl.DataFrame, merged: Sequence[Merged], header: Header, first_column: int) -> pl.DataFrame:
    """Give every row of a vertically merged range below the header the value that stands in its first row."""
    below = [area for area in merged if area.first_row > header.last + 1 and area.last_row > area.first_row]
    by_column: dict[int, list[Merged]] = {}
    for area in below:
        by_column.setdefault(area.first_column - first_column, []).append(area)
    filled = []
    for number, areas in by_column.items():
        if not 0 <= number < frame.width:
            continue
        cells = frame.to_series(number).to_list()
        for area in areas:
            for row in range(area.first_row, min(area.last_row, len(cells))):
                cells[row] = cells[area.first_row - 1] if cells[row] is None else cells[row]
        filled.append(pl.Series(frame.columns[number], cells, dtype=pl.String))
    return frame.with_columns(filled) if filled else frame


def titled_flaws(
    survey: SheetSurvey, header: Header, first_column: int, first_row: int = 1, last_row: int = 1 << 62
) -> tuple[Flaw, ...]:
    """The flaws below the header, by line and title; of the rows from ``first_row`` to ``last_row``."""
    titles = unique_titles(header.titles)[0]
    return tuple(
        Flaw(flaw.row, titles[flaw.column - first_column], flaw.kind, flaw.shown)
        for flaw in survey.flaws
        if max(header.last + 2, first_row) <= flaw.row <= last_row and 0 <= flaw.column - first_column < len(titles)
    )
