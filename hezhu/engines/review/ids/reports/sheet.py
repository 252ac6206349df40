"""The outcome as a workbook: a summary, then every failed object, over as many sheets as it takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hezhu.engines.findings import Verdict
from hezhu.engines.review.ids.check import failed_objects
from hezhu.engines.review.ids.checked import Checked
from hezhu.engines.review.ids.wording import describe
from hezhu.engines.review.reports.workbook import Cell, Workbook

_SUMMARY = ("规格", "编号", "结论", "适用的对象", "不符合的对象", "要求", "不符合该要求")
_OBJECTS = ("规格", "编号", "GlobalId", "类", "名称", "楼层", "现为", "缺", "不符合的要求")


def write_ids_sheet(checked: Checked, path: Path) -> Path:
    """Writes the workbook and returns its path."""
    with Workbook(path) as book:
        book.write("汇总", _SUMMARY, _summary(checked))
        book.write("不符合", _OBJECTS, _objects(checked))
    return path


def _summary(checked: Checked) -> Iterator[tuple[Cell, ...]]:
    """One row for each requirement; one for a specification without any."""
    for outcome in checked.outcomes:
        spec = outcome.specification
        head = (spec.name, spec.identifier, outcome.verdict.label, outcome.applicable, len(outcome.failed))
        if not spec.requirements:
            yield (*head, "", "")
        for facet, number in zip(spec.requirements, outcome.failed_by_requirement, strict=True):
            yield (*head, describe(facet), number)


def _objects(checked: Checked) -> Iterator[tuple[Cell, ...]]:
    for outcome in checked.outcomes:
        if outcome.verdict is not Verdict.FAIL:
            continue
        spec = outcome.specification
        for subject, why in failed_objects(checked, outcome):
            yield (
                spec.name,
                spec.identifier,
                subject.global_id or "",
                subject.ifc_class,
                subject.name,
                subject.storey,
                why.measured.value if why.measured else "",
                "、".join(why.missing),
                "；".join(why.failed),
            )
