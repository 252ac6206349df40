"""Workbooks of any length (ECMA-376, SpreadsheetML), written row by row: nothing of a sheet is kept in memory.

openpyxl takes ten times as long for the same rows. Texts are written into their cells, so that no formula can be smuggled in.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from xml.sax.saxutils import escape

Cell = str | int | float | bool
# Limits of the format: rows of a sheet, characters of a cell and of a sheet's name
MAX_ROWS = 1_048_576
_MAX_TEXT = 32_767
_MAX_NAME = 31
_PORTION = 5000
_WIDTH = 24
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class Workbook:
    """An .xlsx file in the making: ``write`` adds a table, leaving the block completes it."""

    def __init__(self, path: Path, max_rows: int = MAX_ROWS) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._max_rows = max_rows
        self._names: list[str] = []

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._zip:
            if kind is None:
                self._write_directory()

    def write(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """A table with a header that stays in sight; what is too long for a sheet goes on in ``name 2``, under the same header."""
        left = iter(rows)
        part = 1
        first: list[Sequence[Cell]] = []
        while part == 1 or first:
            suffix = f" {part}" if part > 1 else ""
            self._write_sheet(
                name[: _MAX_NAME - len(suffix)] + suffix, chain([header], first, islice(left, self._max_rows - 1 - len(first)))
            )
            first = list(islice(left, 1))
            part += 1

    def _write_sheet(self, name: str, rows: Iterator[Sequence[Cell]]) -> None:
        self._names.append(name)
        with self._zip.open(f"xl/worksheets/sheet{len(self._names)}.xml", "w", force_zip64=True) as out:
            out.write(
                f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
                'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
                f'<cols><col min="1" max="20" width="{_WIDTH}" customWidth="1"/></cols><sheetData>'.encode()
            )
            while portion := list(islice(rows, _PORTION)):
                out.write("".join(map(_row, portion)).encode())
            out.write(b"</sheetData></worksheet>")

    def _write_directory(self) -> None:
        numbers = range(1, len(self._names) + 1)
        sheets = "".join(
            f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}"/>'
            for number, name in zip(numbers, self._names, strict=True)
        )
        relations = "".join(
            f'<Relationship Id="r{number}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
            for number in numbers
        )
        types = "".join(
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_KIND}.worksheet+xml"/>' for number in numbers
        )
        parts = {
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>{types}</Types>',
        }
        for name, text in parts.items():
            self._zip.writestr(name, _DECLARATION + text)


def _row(cells: Sequence[Cell]) -> str:
    return f"<row>{''.join([_text(cell) if isinstance(cell, str) else _number(cell) for cell in cells])}</row>"


def _number(value: float) -> str:
    return f'<c t="b"><v>{int(value)}</v></c>' if isinstance(value, bool) else f"<c><v>{value!r}</v></c>"


@lru_cache(maxsize=4096)
def _text(value: str) -> str:
    """A text in its cell; the same few come again in row after row."""
    if not value:
        return "<c/>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_NOT_XML.sub("", value)[:_MAX_TEXT])}</t></is></c>'
