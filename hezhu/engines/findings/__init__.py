"""The one type for "what is wrong": rule, subject, verdict, measured and required value, and what is missing.

An engine returns findings as data. Reporters (HTML, BCF, pages) write the sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What a rule, or a person, says of one subject. The values are stable: they are stored and exported."""

    FAIL = "fail"
    MANUAL = "manual"
    PASS = "pass"  # noqa: S105 - a verdict, no password
    NOT_APPLICABLE = "na"

    @property
    def label(self) -> str:
        """The word an official reads."""
        return _VERDICT_LABELS[self]


_VERDICT_LABELS = {
    Verdict.FAIL: "不符合",
    Verdict.MANUAL: "需人工",
    Verdict.PASS: "符合",
    Verdict.NOT_APPLICABLE: "不适用",
}


class Severity(StrEnum):
    """How much a failed rule weighs: a mandatory clause, a general clause, or advice on the model itself."""

    MANDATORY = "mandatory"
    GENERAL = "general"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: one element of a model, or the whole model when ``global_id`` is None."""

    global_id: str | None
    ifc_class: str = ""
    name: str = ""
    storey: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in SI units: m, m2, m3, count, ratio (0..1), or text when ``unit`` is empty."""

    value: float | int | str | bool
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a rule asks for. ``op`` is one of >=, <=, ==, between, in, present, absent, matches.

    ``note`` says what the number is where the clause does not give it, such as the precision of measuring.
    """

    op: str
    value: Any = None
    upper: Any = None
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from. ``confirmed`` is False until the clause was checked against the printed standard (待核)."""

    standard: str
    clause: str = ""
    text: str = ""
    confirmed: bool = False

    @property
    def mark(self) -> str:
        """What follows the clause wherever it is shown: （待核） until it was checked."""
        return "" if self.confirmed else "（待核）"


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawable proof of a measurement, in metres in the model's own axes (Z up).

    ``kind`` is point, line, polyline, polygon or box (box: two opposite corners).
    """

    kind: str
    points: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict of one rule on one subject.

    ``rule`` names the rule in its pack, ``title`` the subject of the check in the reader's language, ``method`` how the value
    was measured. ``missing`` says what the model would have to carry; it is never empty when the verdict is MANUAL.
    """

    rule: str
    title: str
    verdict: Verdict
    subject: Subject
    source: Source
    measured: Quantity | None = None
    required: Requirement | None = None
    method: str = ""
    missing: tuple[str, ...] = ()
    severity: Severity = Severity.GENERAL
    shape: Shape | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.verdict is Verdict.MANUAL and not self.missing:
            raise ValueError(f"{self.rule}: a 需人工 finding must name what is missing")

    @property
    def key(self) -> str:
        """The same for the same rule and subject in every run: rule + GlobalId (or name), so that decisions carry over."""
        return f"{self.rule}|{self.subject.global_id or self.subject.name or 'model'}"

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data, with the key."""
        return {"key": self.key, **asdict(self)}


def count_verdicts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings carry each verdict; every verdict is present, 0 where there is none."""
    counts = Counter(finding.verdict for finding in findings)
    return {verdict.value: counts.get(verdict, 0) for verdict in Verdict}
