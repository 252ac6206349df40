"""Sheets of enterprises: real rules, invented firms."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hezhu.core.access.models import User
from hezhu.core.intake import actions
from hezhu.core.intake.models import Batch
from hezhu.core.register.declare import Register, registers
from hezhu.engines.codes import credit

CODES = [credit.generate(Random(seed), division="330481") for seed in range(30)]


def sheet(*rows: dict[str, Any], name: str = "企业.xlsx") -> SimpleUploadedFile:
    """An upload with one row for each mapping of title → cell."""
    book = openpyxl.Workbook()
    page = book.active
    titles = list(dict.fromkeys(title for row in rows for title in row))
    page.append(titles)
    for row in rows:
        page.append([row.get(title) for title in titles])
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile(name, out.getvalue())


def firm(number: int, **cells: Any) -> dict[str, Any]:
    return {
        "统一社会信用代码": CODES[number],
        "企业名称": f"测试企业{number}",
        "县（市、区）": "海宁市",
        "企业类别": "施工",
    } | cells


@pytest.fixture
def enterprises() -> Register:
    return registers.get("enterprises")


@pytest.fixture
def bring_in(enterprises: Register, settings: Any, tmp_path: Any) -> Callable[..., Batch]:
    """Receive a sheet of rows and commit it."""

    def bring(*rows: dict[str, Any], by: User) -> Batch:
        return actions.commit(actions.receive(enterprises, sheet(*rows), by=by), by=by)

    return bring


YAML = """\
apiVersion: v3.1.0
kind: DataContract
id: firms
version: 1.0.0
status: active
name: 省企业库
servers:
  - server: here
{server}
schema:
  - name: firms
    logicalType: object
    properties:
      - name: code
        logicalType: string
        required: true
        primaryKey: true
        customProperties: [{{property: field, value: credit_code}}]
      - name: title
        logicalType: string
        required: true
        customProperties: [{{property: field, value: name}}]
      - name: county
        logicalType: string
        required: true
        customProperties: [{{property: field, value: division}}]
      - name: kind
        logicalType: string
        customProperties:
          - {{property: field, value: role}}
          - property: codes
            value: {{"S": "3"}}
          - property: retired
            value: {{"T": {{since: "2025-01-01", now: "S"}}}}
      - name: remark
        logicalType: string
slaProperties:
  - {{property: frequency, value: 1, unit: d, schedule: "0 2 * * *"}}
  - {{property: latency, value: 2, unit: d}}
customProperties:
  - {{property: register, value: enterprises}}
{more}
"""


@pytest.fixture
def declare(settings: Any, tmp_path: Any) -> Callable[..., Any]:
    """Writes the declaration of a source; returns the folder in which its files may lie."""
    settings.SOURCES = tmp_path / "sources"
    settings.SOURCE_FOLDERS = [tmp_path / "drop"]
    settings.SOURCES.mkdir()
    (tmp_path / "drop").mkdir()

    def write(name="firms", server="    type: local\n    path: firms.csv", more="", change=lambda text: text):
        text = YAML.format(server=server, more=more)
        (settings.SOURCES / f"{name}.odcs.yaml").write_text(change(text), encoding="utf-8")
        return tmp_path / "drop"

    return write
