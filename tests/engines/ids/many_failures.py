"""A model nobody has, in which a million walls fail: what the reports must bear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hezhu.engines.findings import Subject
from hezhu.engines.review.ids.checked import Checked
from hezhu.engines.review.ids.document import AttributeFacet, Document, Simple, Specification
from hezhu.engines.review.ids.outcome import Failure, Outcome, Reasons

_TAG = AttributeFacet(name=Simple("Tag"))
_NAME = AttributeFacet(name=Simple("Name"), value=Simple("W"))


class Walls:
    """A subject for every record number; all of them stand within ten metres."""

    def subjects(self, numbers: np.ndarray) -> Iterator[Subject]:
        for number in numbers.tolist():
            yield Subject(f"{number:022d}", "IfcWall", f"墙 {number} <a&b>", "1F")

    def box(self, numbers: np.ndarray) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        return (0.0, 0.0, 0.0), (10.0, 10.0, 3.0)


def many_failures(count: int) -> Checked:
    """All fail the first of two requirements, every tenth the second too; a second specification holds."""
    spec = Specification("墙须有编号", "walls", ("IFC4",), "required", (), (_TAG, _NAME), description="说明 <b>")
    fine = Specification("门须有名称", "doors", ("IFC4",), "optional", (), (_NAME,))
    reasons = (
        Reasons(np.zeros(count, dtype=np.int64), [Failure(_TAG, "absent")]),
        Reasons((np.arange(count) % 10 == 9).astype(np.int64), [None, Failure(_NAME, "refused", ("V",))]),
    )
    outcomes = (
        Outcome(spec, count + 5, np.arange(1, count + 1), reasons),
        Outcome(fine, 0, np.zeros(0, dtype=np.int64), (Reasons(np.zeros(0, dtype=np.int64), [None]),)),
    )
    document = Document(Path("many.ids"), {"title": "很多"}, (spec, fine))
    return Checked(document, "many.ifc", outcomes, Walls(), Subject("3" * 22, "IfcProject", "项目"))
