"""The record of a case: one line for everything that happens to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hezhu.core.access.models import Unit, User
from hezhu.core.cases.models import Case, CaseStep
from hezhu.core.files.actions import keep

FILE_PURPOSE = "evidence"


def record(
    case: Case,
    kind: CaseStep.Kind,
    by: User | None,
    *,
    label: Any,
    text: str = "",
    files: Sequence[Any] = (),
    move: str = "",
    source: str = "",
    target: str = "",
    unit: Unit | None = None,
    detail: dict[str, Any] | None = None,
) -> CaseStep:
    """Writes one line of the record."""
    step = CaseStep.objects.create(
        case=case,
        kind=kind,
        by=by,
        unit=by.unit if by else unit,
        label=str(label)[:80],
        text=text.strip(),
        move=move,
        source=source,
        target=target,
        detail=detail or {},
    )
    if files and by is not None:
        step.files.set([keep(file, by=by, purpose=FILE_PURPOSE, division=case.division) for file in files])
    return step
