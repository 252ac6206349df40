"""The outcome as JSON, specification by specification; of the failed objects at most so many per requirement, or all."""

from __future__ import annotations

from typing import Any, TextIO

from hezhu.engines.findings import Requirement, Subject
from hezhu.engines.review.ids.check import NOTHING_FOUND, Why, failed_objects, rule_of
from hezhu.engines.review.ids.checked import Checked
from hezhu.engines.review.ids.outcome import Outcome
from hezhu.engines.review.ids.wording import describe
from hezhu.engines.review.reports.json import dumps

FORMAT = "hezhu-ids/1"
LISTED = 1000


def write_ids_json(checked: Checked, out: TextIO, status: int, limit: int | None = LISTED) -> None:
    """Writes ``format, model, ids, title, exit, counts, specifications``, one failed object a line.

    Of a specification: ``rule, name, verdict, applicable, requirements`` (in words), ``failed_count`` (all), ``failed_by_requirement``
    (all, in the order of ``requirements``), ``listed``, and ``failed``, the objects listed: of each requirement the first ``limit``.
    """
    head = {
        "format": FORMAT,
        "model": checked.model,
        "ids": checked.document.path.name,
        "title": checked.document.info.get("title", ""),
        "exit": status,
        "counts": checked.counts(),
    }
    out.write(dumps(head)[:-1] + ',"specifications":[')
    for number, outcome in enumerate(checked.outcomes):
        out.write(",\n" if number else "\n")
        _write_specification(checked, outcome, out, limit)
    out.write("\n]}\n")


def _write_specification(checked: Checked, outcome: Outcome, out: TextIO, limit: int | None) -> None:
    positions = outcome.first(limit)
    listed = 1 if outcome.is_missing else len(positions)
    head = {
        "rule": rule_of(checked.document, outcome.specification),
        "name": outcome.specification.name,
        "verdict": outcome.verdict.value,
        "applicable": outcome.applicable,
        "requirements": [describe(facet) for facet in outcome.specification.requirements],
        "failed_count": 1 if outcome.is_missing else len(outcome.failed),
        "failed_by_requirement": outcome.failed_by_requirement,
        "listed": listed,
    }
    out.write(dumps(head)[:-1] + ',"failed":[')
    if outcome.is_missing:
        out.write(dumps(_element(Subject(None), Why(None, Requirement("present"), (NOTHING_FOUND,)))))
    for number, (subject, why) in enumerate(failed_objects(checked, outcome, positions)):
        out.write(",\n" if number else "\n")
        out.write(dumps(_element(subject, why)))
    out.write("]}")


def _element(subject: Subject, why: Why) -> dict[str, Any]:
    return {
        "global_id": subject.global_id,
        "class": subject.ifc_class,
        "name": subject.name,
        "storey": subject.storey,
        "measured": why.measured.value if why.measured else None,
        "missing": why.missing,
        "failed_requirements": why.failed,
    }
