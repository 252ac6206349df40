"""What a method says of one subject. Only the reporters write sentences about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hezhu.engines.findings import Quantity, Requirement, Shape, Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the measured and required value, how it was measured, and a drawable proof.

    ``missing`` names in Chinese what the model would have to carry; never empty when the verdict is MANUAL.
    """

    verdict: Verdict
    measured: Quantity | None = None
    required: Requirement | None = None
    missing: tuple[str, ...] = ()
    how: str = ""
    shape: Shape | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limit:
    """One number of a clause: ``op`` is >= or <=, ``value`` in ``unit`` (m, m2, ratio, count). ``note`` says what a number is that the
    clause itself does not give."""

    op: str
    value: float
    unit: str
    note: str = ""

    def met_by(self, value: float, tolerance: float) -> bool:
        """Whether a measured value keeps the limit; ``tolerance`` is the precision of models and measuring, not of the clause."""
        return value >= self.value - tolerance if self.op == ">=" else value <= self.value + tolerance

    @property
    def requirement(self) -> Requirement:
        """The limit as a finding states it."""
        return Requirement(self.op, self.value, unit=self.unit, note=self.note)


def judge(value: float, limit: Limit, tolerance: float, how: str = "", shape: Shape | None = None, **detail: Any) -> Judgement:
    """Pass or fail of a measured value."""
    verdict = Verdict.PASS if limit.met_by(value, tolerance) else Verdict.FAIL
    return Judgement(verdict, Quantity(round(value, 4), limit.unit), limit.requirement, how=how, shape=shape, detail=detail)


def cannot_judge(
    *missing: str,
    limit: Limit | None = None,
    measured: float | None = None,
    how: str = "",
    shape: Shape | None = None,
    **detail: Any,
) -> Judgement:
    """需人工: what the model lacks, with whatever is known."""
    quantity = Quantity(round(measured, 4), limit.unit) if measured is not None and limit is not None else None
    required = limit.requirement if limit is not None else None
    return Judgement(Verdict.MANUAL, quantity, required, tuple(missing), how=how, shape=shape, detail=detail)


def worst(judgements: list[Judgement]) -> Judgement:
    """Of several checks of one clause on one subject: a failure before a doubt before a pass."""
    order = {Verdict.FAIL: 0, Verdict.MANUAL: 1, Verdict.PASS: 2, Verdict.NOT_APPLICABLE: 3}
    return min(judgements, key=lambda judgement: order[judgement.verdict])
