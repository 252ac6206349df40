"""Small tables as CSV or xlsx files. Cells a spreadsheet would run as a formula are written as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A titled table: column heads and lines."""

    title: str
    head: list[str]
    lines: Iterable[list[Any]]


def _safe(value: Any) -> Any:
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _attached(content: bytes, kind: str, sheet: Sheet, ending: str, *, demo: bool) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    name = f"{'演示数据-' if demo else ''}{sheet.title}-{timezone.localdate():%Y%m%d}.{ending}"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def as_csv(sheet: Sheet, *, demo: bool) -> HttpResponse:
    """UTF-8 with the mark spreadsheets need to read Chinese."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(sheet.head)
    for line in sheet.lines:
        writer.writerow(["" if value is None else _safe(value) for value in line])
    return _attached(("\ufeff" + buffer.getvalue()).encode(), "text/csv; charset=utf-8", sheet, "csv", demo=demo)


def as_xlsx(sheet: Sheet, *, demo: bool) -> HttpResponse:
    """A workbook with one sheet and a frozen head."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.title[:31])
    page.freeze_panes = "A2"
    head = []
    for title in sheet.head:
        cell = WriteOnlyCell(page, value=title)
        cell.font = Font(bold=True)
        head.append(cell)
    page.append(head)
    for line in sheet.lines:
        page.append([_safe(value) for value in line])
    buffer = io.BytesIO()
    book.save(buffer)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _attached(buffer.getvalue(), kind, sheet, "xlsx", demo=demo)
