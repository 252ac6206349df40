"""Sheets the door hands out: a template to fill, and the rows of a batch that were refused."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from hezhu.core.intake.commit import register_of
from hezhu.core.intake.contracts import contract_of
from hezhu.core.intake.models import Batch
from hezhu.core.register.declare import Register
from hezhu.core.register.export import FORMULA_STARTS
from hezhu.engines.intake import Field, Kind

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEXT_ROWS = 500


def template_sheet(register: Register) -> HttpResponse:
    """An empty sheet with this register's titles, and a second one that says what each column takes."""
    contract = contract_of(register)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = register.label[:31]
    notes = book.create_sheet(gettext("填写说明"))
    notes.append([gettext("列名"), gettext("必填"), gettext("填什么"), gettext("可填的代码和名称")])
    for number, each in enumerate(contract.fields, start=1):
        cell = sheet.cell(1, number, each.label)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = max(12, len(each.label) * 2 + 2)
        if each.kind not in (Kind.INTEGER, Kind.DECIMAL, Kind.DATE):
            for row in range(2, _TEXT_ROWS):
                sheet.cell(row, number).number_format = "@"
        codes = "，".join(f"{code} {label}" for code, label in each.codes.choices()) if each.kind is Kind.CODE_LIST else ""
        notes.append([each.label, gettext("是") if contract.is_required(each) else "", what_to_fill(each), codes[:30_000]])
    sheet.freeze_panes = "A2"
    return _download(book, gettext("%(label)s导入模板.xlsx") % {"label": register.label})


def what_to_fill(each: Field) -> str:
    """A field's kind in words."""
    words = {
        Kind.TEXT: gettext("文字"),
        Kind.INTEGER: gettext("整数"),
        Kind.DECIMAL: gettext("数字"),
        Kind.DATE: gettext("日期，如 2025-06-18"),
        Kind.MOMENT: gettext("日期和时间，如 2025-06-18 07:30"),
        Kind.BOOLEAN: gettext("是或否"),
        Kind.CODE_LIST: gettext("代码或名称"),
        Kind.REFERENCE: gettext("已登记的名称或编号"),
        Kind.CREDIT_CODE: gettext("18 位统一社会信用代码"),
        Kind.ID_NUMBER: gettext("18 位公民身份号码"),
        Kind.PROJECT_NUMBER: gettext("16 位工程项目编号"),
        Kind.PERMIT_NUMBER: gettext("施工许可证编号"),
        Kind.INVESTMENT_CODE: gettext("24 位投资项目代码"),
        Kind.CLASS_CODE: gettext("GB/T 51269 分类编码"),
        Kind.DIVISION: gettext("6 位行政区划代码或名称"),
        Kind.PHONE: gettext("手机号或带区号的固定电话"),
    }
    several = gettext("，可填几个，用顿号隔开") if each.multiple else ""
    return words[each.kind] + several


def refused_sheet(batch: Batch, rows: Any) -> HttpResponse:
    """The refused rows as they came, with line, reasons and suggestions; it can be corrected and imported again."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(gettext("问题行"))
    titles = batch.mapping["titles"]
    sheet.append([*titles, gettext("原行号"), gettext("为什么被隔离"), gettext("建议"), gettext("状态")])
    for row in rows:
        problems = row.present_problems
        reasons = "；".join(
            f"{problem['label']}：{problem['reason']}" if problem["label"] else problem["reason"] for problem in problems
        )
        suggestions = "；".join(f"{problem['label']} {problem['suggestion']}" for problem in problems if problem["suggestion"])
        cells = [row.raw.get(title) for title in titles]
        sheet.append([_safe(cell) for cell in (*cells, row.line, reasons, suggestions, row.get_state_display())])
    label = register_of(batch).label
    return _download(book, gettext("%(label)s-%(number)s-问题行.xlsx") % {"label": label, "number": batch.number})


def _safe(value: Any) -> Any:
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _download(book: Workbook, name: str) -> HttpResponse:
    out = BytesIO()
    book.save(out)
    response = HttpResponse(out.getvalue(), content_type=_XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
