"""An evaluation on paper: every element with what it gives to an item, as JSON, CSV and XLSX."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from hezhu.engines.prefab.compare import Comparison
from hezhu.engines.prefab.evaluation import Evaluation
from hezhu.engines.prefab.inputs import Contribution
from hezhu.engines.prefab.rate import ItemScore
from hezhu.engines.prefab.words import UNITS

ELEMENT_COLUMNS = (
    "编号", "评价项", "楼层", "构件", "类", "GlobalId", "计入情况", "分子", "构件量", "单位", "依据", "量法", "模型申报", "待补属性",
)  # fmt: skip
ITEM_COLUMNS = ("编号", "评价项", "条文", "分子", "分母", "单位", "比例", "得分", "满分", "来源", "说明", "核对")
STOREY_COLUMNS = ("编号", "评价项", "楼层", "分子", "分母", "单位")
CHANGE_COLUMNS = ("编号", "评价项", "楼层", "构件", "GlobalId", "变化", "原分子", "现分子", "原构件量", "现构件量", "单位")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def write_evaluation(evaluation: Evaluation, folder: Path, comparison: Comparison | None = None) -> dict[str, str]:
    """Writes assembly.json, assembly.csv (one line an element) and assembly.xlsx, and returns their paths by ending."""
    folder.mkdir(parents=True, exist_ok=True)
    data = evaluation.as_dict() | ({"comparison": comparison.as_dict()} if comparison else {})
    paths = {ending: folder / f"assembly.{ending}" for ending in ("json", "csv", "xlsx")}
    paths["json"].write_text(json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")), encoding="utf-8")
    with paths["csv"].open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(ELEMENT_COLUMNS)
        writer.writerows([as_text(cell) for cell in row] for row in element_rows(evaluation))
    _write_book(evaluation, comparison, paths["xlsx"])
    return {ending: str(path) for ending, path in paths.items()}


def element_rows(evaluation: Evaluation) -> Iterator[Sequence[Any]]:
    """One row an element and item."""
    for item in evaluation.rate.items:
        for row in evaluation.elements(item.id):
            yield element_cells(item.id, item.title, item.unit, row)


def element_cells(item_id: str, title: str, unit: str, row: Contribution) -> Sequence[Any]:
    """The cells of one element, in the order of ``ELEMENT_COLUMNS``."""
    return (
        item_id,
        title,
        row.storey,
        row.name,
        row.ifc_class,
        row.global_id,
        row.part.label,
        round(row.numerator, 4),
        round(row.denominator, 4),
        UNITS.get(unit, unit),
        row.basis,
        row.measured,
        _blank(row.declared),
        row.lacking,
    )


def item_rows(evaluation: Evaluation) -> Iterable[Sequence[Any]]:
    """One row an item."""
    for item in evaluation.rate.items:
        given = item.input
        yield (
            item.id,
            item.title,
            item.clause,
            _blank(given.numerator if given else None),
            _blank(given.denominator if given else None),
            UNITS.get(item.unit, item.unit),
            _blank(given.share if given else None),
            "不计（Q4）" if item.absent else _blank(item.score),
            item.score_max,
            given.provenance.label if given else "",
            _reason(item),
            "" if item.confirmed else "待核",
        )


def _reason(item: ItemScore) -> str:
    notes = item.input.notes if item.input else ()
    return "；".join((item.reason, *notes))


def storey_rows(evaluation: Evaluation) -> Iterable[Sequence[Any]]:
    """One row an item and storey."""
    for item in evaluation.rate.items:
        for row in item.input.storeys if item.input else ():
            yield (
                item.id,
                item.title,
                row.storey,
                round(row.numerator, 4),
                round(row.denominator, 4),
                UNITS.get(item.unit, item.unit),
            )


def change_rows(comparison: Comparison) -> Iterable[Sequence[Any]]:
    """One row an element that changed."""
    for item in comparison.items:
        for change in item.changes:
            yield (
                item.id,
                item.title,
                change.storey,
                change.name,
                change.global_id,
                change.kind.label,
                _blank(change.numerator_before),
                _blank(change.numerator_after),
                _blank(change.denominator_before),
                _blank(change.denominator_after),
                UNITS.get(item.unit, item.unit),
            )


def _write_book(evaluation: Evaluation, comparison: Comparison | None, path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    _sheet(book, "评价项", ITEM_COLUMNS, item_rows(evaluation))
    _sheet(book, "楼层", STOREY_COLUMNS, storey_rows(evaluation))
    _sheet(book, "构件", ELEMENT_COLUMNS, element_rows(evaluation))
    if comparison is not None:
        _sheet(book, "变化", CHANGE_COLUMNS, change_rows(comparison))
    book.save(path)


def _sheet(book: Any, title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    heads = [WriteOnlyCell(sheet, value=name) for name in columns]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append([as_text(cell) for cell in row])


def _blank(value: float | None) -> float | str:
    return "" if value is None else round(value, 4)


def as_text(cell: Any) -> Any:
    """Text that a spreadsheet would take for a formula is marked as text; models come from strangers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else cell
