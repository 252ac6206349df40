"""Data requirements (buildingSMART IDS 1.0) checked on a model.

One finding for each specification and failed element, one PASS for each specification that holds, one NOT_APPLICABLE where
nothing in the model is concerned.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from hezhu.engines.findings import Finding, Quantity, Requirement, Severity, Source, Subject, Verdict
from hezhu.engines.ifc.model import Model
from hezhu.engines.review.ids.checked import Checked
from hezhu.engines.review.ids.columns import Columns, ColumnSubjects, read_columns
from hezhu.engines.review.ids.document import Document, Restriction, Simple, Specification, Value
from hezhu.engines.review.ids.evaluate import evaluate
from hezhu.engines.review.ids.outcome import Failure, Numbers, Outcome
from hezhu.engines.review.ids.parse import parse
from hezhu.engines.review.ids.validate import validate
from hezhu.engines.review.ids.values import Plain
from hezhu.engines.review.ids.wording import asked_value, describe, subject_of

METHOD = "IDS 1.0 数据要求"
NOTHING_FOUND = "模型中没有所要求的对象"
# Different reasons kept in words at one time; objects that fail alike come in runs
_REMEMBERED = 1024
# xs:restriction facets as operators of a Requirement
_OPERATORS = {"enumeration": "in", "pattern": "matches", "minInclusive": ">=", "maxInclusive": "<="}


def load(path: Path | str) -> Document:
    """Reads an IDS file and checks its structure and its meaning. Raises ``IdsInvalid`` with the first place that is wrong."""
    document = parse(Path(path))
    validate(document)
    return document


def check(model: Model, ids_path: Path | str) -> list[Finding]:
    """Findings of every specification, in the order of the file. Raises ``IdsInvalid`` and ``ModelUnreadable``."""
    document = load(ids_path)
    return check_columns(read_columns(model.path), document)


def check_columns(columns: Columns, document: Document) -> list[Finding]:
    """The same on a model that was scanned before, with a document that was loaded before."""
    checked = check_document(columns, document)
    return [finding for outcome in checked.outcomes for finding in findings(checked, outcome)]


def check_document(columns: Columns, document: Document, model: str = "") -> Checked:
    """The outcome of every specification, for reports; ``model`` is the name of the file."""
    outcomes = tuple(evaluate(specification, columns) for specification in document.specifications)
    return Checked(document, model, outcomes, ColumnSubjects(columns), columns.project)


def findings(checked: Checked, outcome: Outcome) -> Iterator[Finding]:
    """The findings of one specification, its failed objects in the order of their record numbers."""
    document, spec = checked.document, outcome.specification
    source = Source(
        standard=document.info.get("title", ""), clause=spec.name, text=spec.description or spec.instructions, confirmed=True
    )
    detail = {"requirements": [describe(facet) for facet in spec.requirements], "applicable": outcome.applicable}
    rule = rule_of(document, spec)

    def finding(verdict: Verdict, subject: Subject, **more: Any) -> Finding:
        return Finding(
            rule=rule,
            title=spec.name,
            verdict=verdict,
            subject=subject,
            source=source,
            method=METHOD,
            severity=Severity.ADVICE,
            **{"detail": detail, **more},
        )

    if outcome.is_missing:
        yield finding(Verdict.FAIL, Subject(None), required=Requirement("present"), missing=(NOTHING_FOUND,))
    elif outcome.verdict is Verdict.FAIL:
        for subject, why in failed_objects(checked, outcome):
            failed = detail | {"failed_requirements": list(why.failed)} if why.failed else detail
            measured, required = why.measured, why.required
            yield finding(Verdict.FAIL, subject, measured=measured, required=required, missing=why.missing, detail=failed)
    elif outcome.verdict is Verdict.PASS and spec.occurs != "prohibited":
        yield finding(Verdict.PASS, Subject(None), measured=Quantity(outcome.applicable, "count"))
    else:
        yield finding(outcome.verdict, Subject(None))


def rule_of(document: Document, specification: Specification) -> str:
    """The stable name of a specification in findings and reports."""
    return f"ids:{document.path.stem}:{specification.identifier}"


class Why(NamedTuple):
    """Why one object fails: the value it has, what was asked for, what it lacks, and the failed requirements in words."""

    measured: Quantity | None
    required: Requirement
    missing: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def failed_objects(checked: Checked, outcome: Outcome, positions: Numbers | None = None) -> Iterator[tuple[Subject, Why]]:
    """The failed objects of a specification, or those at some positions. Nothing is kept, so that a million may pass by."""
    chosen = np.arange(len(outcome.failed)) if positions is None else positions
    known = lru_cache(maxsize=_REMEMBERED)(lambda codes: _why(outcome.failures_of(codes)))
    for codes, subject in zip(outcome.codes(chosen), checked.subjects.subjects(outcome.failed[chosen]), strict=True):
        yield subject, known(codes)


def _why(failures: list[Failure]) -> Why:
    if not failures:
        return Why(None, Requirement("absent"))
    refused = [failure for failure in failures if failure.kind == "refused"]
    return Why(
        measured=Quantity(_plain(refused[0].actual)) if refused else None,
        required=_requirement(failures[0]),
        missing=tuple(subject_of(failure.facet) for failure in failures if failure.kind == "absent"),
        failed=tuple(describe(failure.facet) for failure in failures),
    )


def _plain(values: tuple[Plain, ...]) -> Plain:
    return values[0] if len(values) == 1 else "、".join(map(str, values))


def _requirement(failure: Failure) -> Requirement:
    if failure.kind == "prohibited":
        return Requirement("absent", subject_of(failure.facet))
    value: Value | None = asked_value(failure.facet)
    if isinstance(value, Simple):
        return Requirement("==", value.text)
    if isinstance(value, Restriction):
        for name, texts in value.options:
            if name in _OPERATORS:
                return Requirement(_OPERATORS[name], list(texts) if name == "enumeration" or len(texts) > 1 else texts[0])
    return Requirement("present", subject_of(failure.facet))
