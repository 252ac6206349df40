"""Data requirements (buildingSMART IDS 1.0) checked on a model.

One finding for each specification and failed element, one PASS for each specification that holds, one NOT_APPLICABLE where
nothing in the model is concerned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ifcopenshell

from hezhu.engines.findings import Finding, Quantity, Requirement, Severity, Source, Subject, Verdict
from hezhu.engines.ifc import Model
from hezhu.engines.review.ids.document import Document, Restriction, Simple, Specification, Value
from hezhu.engines.review.ids.evaluate import Failure, Outcome, evaluate
from hezhu.engines.review.ids.facts import Facts, Instance
from hezhu.engines.review.ids.model_facts import ModelFacts
from hezhu.engines.review.ids.parse import parse
from hezhu.engines.review.ids.validate import validate
from hezhu.engines.review.ids.values import Plain
from hezhu.engines.review.ids.wording import asked_value, describe, subject_of

METHOD = "IDS 1.0 数据要求"
SubjectOf = Callable[[Any], Subject]
# xs:restriction facets as operators of a Requirement
_OPERATORS = {"enumeration": "in", "pattern": "matches", "minInclusive": ">=", "maxInclusive": "<="}


def load(path: Path | str) -> Document:
    """Reads an IDS file and checks its structure and its meaning. Raises ``IdsInvalid`` with the first place that is wrong."""
    document = parse(Path(path))
    validate(document)
    return document


def check(model: Model, ids_path: Path | str) -> list[Finding]:
    """Findings of every specification, in the order of the file. Raises ``IdsInvalid``."""
    return check_file(model.file, ids_path, lambda entity: _subject(model, entity))


def check_file(file: ifcopenshell.file, ids_path: Path | str, subject: SubjectOf) -> list[Finding]:
    """The same on an open file, for models that are less than a building; ``subject`` names an entity in a finding."""
    document = load(ids_path)
    return check_facts(ModelFacts(file), document, subject)


def check_facts(facts: Facts, document: Document, subject: SubjectOf) -> list[Finding]:
    """The same on any store of model facts, with a document that was loaded before."""
    findings: list[Finding] = []
    for specification in document.specifications:
        outcome = evaluate(specification, facts)
        findings += _findings(document, specification, outcome, subject)
    return findings


def _findings(document: Document, spec: Specification, outcome: Outcome, subject_of_entity: SubjectOf) -> Iterator[Finding]:
    title = document.info.get("title", "")
    source = Source(standard=title, clause=spec.name, text=spec.description or spec.instructions, confirmed=True)
    detail = {"requirements": [describe(facet) for facet in spec.requirements], "applicable": len(outcome.applicable)}

    def finding(verdict: Verdict, subject: Subject, **more: Any) -> Finding:
        extra = more.pop("detail", {})
        return Finding(
            rule=f"ids:{document.path.stem}:{spec.identifier}",
            title=spec.name,
            verdict=verdict,
            subject=subject,
            source=source,
            method=METHOD,
            severity=Severity.ADVICE,
            detail={**detail, **extra},
            **more,
        )

    if spec.occurs == "prohibited":
        for entity in outcome.applicable:
            yield finding(Verdict.FAIL, subject_of_entity(entity), required=Requirement("absent"))
        if not outcome.applicable:
            yield finding(Verdict.PASS, Subject(None))
    elif not outcome.applicable and spec.occurs == "optional":
        yield finding(Verdict.NOT_APPLICABLE, Subject(None))
    elif not outcome.applicable:
        yield finding(Verdict.FAIL, Subject(None), required=Requirement("present"), missing=("模型中没有所要求的对象",))
    else:
        for entity, failures in sorted(outcome.failed, key=_record_number):
            yield finding(Verdict.FAIL, subject_of_entity(entity), **_why(failures))
        if not outcome.failed:
            yield finding(Verdict.PASS, Subject(None), measured=Quantity(len(outcome.applicable), "count"))


def _record_number(failed: tuple[Instance, list[Failure]]) -> int:
    number = getattr(failed[0], "id", None)
    return int(number()) if callable(number) else 0


def _why(failures: list[Failure]) -> dict[str, Any]:
    """Which requirements one element fails: what is missing, what value it has, what was asked for."""
    refused = [failure for failure in failures if failure.kind == "refused"]
    return {
        "measured": Quantity(_plain(refused[0].actual)) if refused else None,
        "required": _requirement(failures[0]),
        "missing": tuple(subject_of(failure.facet) for failure in failures if failure.kind == "absent"),
        "detail": {"failed_requirements": [describe(failure.facet) for failure in failures]},
    }


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


def _subject(model: Model, entity: Any) -> Subject:
    known = getattr(entity, "GlobalId", None)
    element = model.element(known) if known else None
    storey = element.storey.name if element and element.storey else ""
    name = getattr(entity, "Name", None) or ""
    return Subject(known, entity.is_a(), str(name) or (f"#{entity.id()}" if not known else ""), storey)
