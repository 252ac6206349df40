"""Export of what is seen: the chosen columns and rows as xlsx or csv, streamed, personal data masked."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.db import models
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from hezhu.core.errors import Refusal
from hezhu.core.register.declare import Register
from hezhu.core.register.values import plain

XLSX_ROWS = 200_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class TooManyRows(Refusal):
    code = "too-many-rows"
    title = _("行数太多")
    message = _("一张表最多导出 %(limit)s 行。请先筛选，或改用 CSV。")


def _safe(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe (CSV injection)."""
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _lines(register: Register, rows: models.QuerySet, columns: list[str]) -> Iterator[list[Any]]:
    fields = [f for f in register.fields() if f.name in columns]
    fields.sort(key=lambda f: columns.index(f.name))
    yield [str(f.verbose_name) for f in fields]
    for row in rows.iterator(chunk_size=2000):
        yield [_safe(plain(row, f)) for f in fields]


def _named(response: HttpResponseBase, register: Register, ending: str, demo: bool) -> HttpResponseBase:
    mark = "演示数据-" if demo else ""
    name = f"{mark}{register.label}-{timezone.localdate():%Y%m%d}.{ending}"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def as_csv(register: Register, rows: models.QuerySet, columns: list[str], *, demo: bool) -> HttpResponseBase:
    """Any number of rows; UTF-8 with the mark that spreadsheets need to read Chinese."""

    def text() -> Iterator[bytes]:
        yield "\ufeff".encode()
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        for number, line in enumerate(_lines(register, rows, columns)):
            writer.writerow(["" if value is None else value for value in line])
            if number % 500 == 0:
                yield buffer.getvalue().encode()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue().encode()

    return _named(StreamingHttpResponse(text(), content_type="text/csv; charset=utf-8"), register, "csv", demo)


def as_xlsx(register: Register, rows: models.QuerySet, columns: list[str], *, demo: bool) -> HttpResponseBase:
    """A workbook with one sheet; refused above XLSX_ROWS rows. Raises TooManyRows."""
    if rows.order_by()[: XLSX_ROWS + 1].count() > XLSX_ROWS:
        raise TooManyRows(limit=f"{XLSX_ROWS:,}")
    book = Workbook(write_only=True)
    sheet = book.create_sheet(register.label[:31])
    sheet.freeze_panes = "A2"
    for number, line in enumerate(_lines(register, rows, columns)):
        if number == 0:
            head = []
            for title in line:
                cell = WriteOnlyCell(sheet, value=title)
                cell.font = Font(bold=True)
                head.append(cell)
            sheet.append(head)
        else:
            sheet.append(line)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    book.save(file)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _named(FileResponse(file, content_type=kind), register, "xlsx", demo)
