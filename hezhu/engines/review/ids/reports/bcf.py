"""The outcome as BCF 3.0: one topic for each requirement that fails, with the objects that fail it selected.

Topic GUIDs are made from the rule and the place of the requirement, so that the same requirement is the same topic in every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from hezhu.engines.findings import Severity, Subject, Verdict
from hezhu.engines.review.ids.check import NOTHING_FOUND, rule_of
from hezhu.engines.review.ids.checked import Checked
from hezhu.engines.review.ids.outcome import Numbers, Outcome
from hezhu.engines.review.ids.wording import describe
from hezhu.engines.review.reports import words
from hezhu.engines.review.reports.bcf import Topic, report_file, stamp_of, write_topic
from hezhu.engines.review.reports.camera import view_of_box

COMPONENTS = 500
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class _Model:
    path: Path
    project_name: str
    project_global_id: str


def write_ids_bcf(checked: Checked, path: Path, sheet: str = "", limit: int = COMPONENTS, at: datetime | None = None) -> Path:
    """Writes the BCF file and returns its path. A topic selects at most ``limit`` objects and says how many there are.

    ``at`` is the creation date of the topics (now).
    """
    model = _Model(Path(checked.model), checked.project.name, checked.project.global_id or "")
    stamp = stamp_of(at)
    with report_file(path, model, [checked.title]) as out:
        for number, topic in enumerate(_topics(checked, sheet, limit), start=1):
            write_topic(out, model, topic, number, stamp)
    return path


def _topics(checked: Checked, sheet: str, limit: int) -> Iterator[Topic]:
    for outcome in checked.outcomes:
        if outcome.verdict is not Verdict.FAIL:
            continue
        if not outcome.reasons or outcome.is_missing:
            asked = NOTHING_FOUND if outcome.is_missing else "不得出现"
            yield _topic(checked, outcome, "", asked, np.arange(len(outcome.failed)), sheet, limit)
            continue
        for place, (facet, reasons) in enumerate(zip(outcome.specification.requirements, outcome.reasons, strict=True), start=1):
            positions = reasons.positions()
            if len(positions):
                yield _topic(checked, outcome, f"|{place}", describe(facet), positions, sheet, limit)


def _topic(checked: Checked, outcome: Outcome, place: str, asked: str, positions: Numbers, sheet: str, limit: int) -> Topic:
    spec = outcome.specification
    numbers = outcome.failed[positions[:limit]]
    subjects = list(checked.subjects.subjects(numbers))
    box = checked.subjects.box(numbers)
    return Topic(
        name=f"{rule_of(checked.document, spec)}{place}",
        kind=Verdict.FAIL.label,
        title=f"{spec.name}：{asked}",
        priority=words.SEVERITIES[Severity.ADVICE],
        label=checked.title,
        description=_description(checked, outcome, asked, subjects, len(positions), sheet),
        selected=[subject.global_id for subject in subjects if subject.global_id],
        view=None if box is None else view_of_box(box),
        shows_spaces=any(subject.ifc_class == "IfcSpace" for subject in subjects),
    )


def _description(checked: Checked, outcome: Outcome, asked: str, subjects: list[Subject], total: int, sheet: str) -> str:
    spec = outcome.specification
    lines = [asked, spec.description or spec.instructions, f"依据：{checked.title} {spec.name}"]
    if total:
        lines.append(f"适用 {outcome.applicable:,} 个对象，{total:,} 个不符合。")
    for subject in subjects[:_SHOWN]:
        lines.append(" ".join(filter(None, (subject.ifc_class, subject.name, subject.global_id or "", subject.storey))))
    if total > len(subjects):
        lines.append(f"视点只选中前 {len(subjects):,} 个；全部见{'同时生成的 ' + sheet if sheet else '检查报告'}。")
    return "\n".join(line for line in lines if line)
