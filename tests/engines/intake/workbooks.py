"""Workbooks and contracts that the tests of the intake door share."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl

from hezhu.engines.intake import Contract, Field, Kind

FIRMS = Contract(
    name="enterprises",
    label="企业库",
    key=("credit_code",),
    fields=(
        Field("credit_code", "统一社会信用代码", Kind.CREDIT_CODE, aliases=("信用代码",)),
        Field("name", "企业名称", aliases=("单位名称",), required=True, max_length=20),
        Field("division", "行政区划代码", Kind.DIVISION, aliases=("所属县区",), scope="330400", hint_from="address"),
        Field("address", "住所"),
        Field("role", "企业角色", Kind.CODE_LIST, code_list="corp_role"),
        Field("founded", "成立日期", Kind.DATE, minimum=date(1949, 10, 1)),
        Field("capital_yuan", "注册资本", Kind.DECIMAL, unit="元", minimum=Decimal(0)),
        Field("staff", "职工人数", Kind.INTEGER, minimum=0, maximum=100000),
        Field("local", "本地企业", Kind.BOOLEAN),
        Field("phone", "联系电话", Kind.PHONE),
        Field("head", "法定代表人", required=False),
    ),
)
CODES = ("914403001922038216", "91330100799655058B", "91440300708461136T", "9144030071526726XG")


def firm(number: int = 0, **changes: object) -> dict[str, object]:
    """A good row."""
    row = {"统一社会信用代码": CODES[number], "企业名称": f"演示企业{number}"}
    return row | changes


def workbook(*rows: list[object], title: str = "企业") -> bytes:
    """An xlsx with one worksheet of these rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, change) -> bytes:
    """The same zip with one part rewritten by ``change(bytes) -> bytes``."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change(data) if info.filename == name else data)
    return out.getvalue()


def without_formula_values(content: bytes) -> bytes:
    """openpyxl writes <v/> or <v></v> under a formula; drop it, as some exporters do."""
    return with_part(content, "xl/worksheets/sheet1.xml", lambda xml: re.sub(rb"(</f>)<v\s*/?>(</v>)?", rb"\1", xml))
