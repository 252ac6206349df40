"""The light (亮灯) of a task: computed from facts by a published rule, never set by hand.

Pure: no database, no request, no clock. The rule is data (``rulepacks/lights.yaml``); the answers come back as data too, so
that the page can show every question that was asked and the one that decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml


class Light(StrEnum):
    """办结, 正常 (绿), 预警 (黄), 逾期 (红), 待定: the value is also the lamp's class (``is-ok``)."""

    LATE = "late"
    WATCH = "watch"
    OK = "ok"
    DONE = "done"
    OPEN = "open"


class Question(StrEnum):
    """What the rule asks, in the order of asking."""

    CLOSED = "closed"
    NOT_YET_OPEN = "not_yet_open"
    PAST_DUE = "past_due"
    SILENT = "silent"
    NO_BASIS = "no_basis"
    UNKNOWN = "unknown"
    MONTH_MISSED = "month_missed"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of the rule. ``tolerance_points``: how far completion may lag behind the elapsed share of time."""

    version: int
    effective_from: date
    status: str
    source: str
    late_after_unreported_months: int
    watch_after_unreported_months: int
    tolerance_points: float
    report_due_day: int

    @property
    def is_confirmed(self) -> bool:
        return self.status == "confirmed"


@dataclass(frozen=True, slots=True)
class MonthDue:
    """One month a report is owed for: its first day, the day the report is due, and whether it came."""

    month: date
    due_on: date
    reported: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rule looks at. ``completion`` is per cent and None when nobody has said; ``completion_source`` names who did.

    ``months`` are the months owed so far, oldest first; one whose ``due_on`` has not passed yet does not count as missed.
    """

    opens_on: date
    due_on: date
    closed_on: date | None = None
    months: tuple[MonthDue, ...] = ()
    targets_without_basis: tuple[str, ...] = ()
    completion: float | None = None
    completion_source: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One question with its answer, the data to word it, and whether it decided the light."""

    question: Question
    yes: bool
    data: dict[str, Any] = field(default_factory=dict)
    decisive: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """The light and how it came about. ``elapsed`` is the share of time gone by, per cent, 0 to 100."""

    light: Light
    answers: tuple[Answer, ...]
    rule: Rule
    elapsed: float
    elapsed_days: int
    total_days: int
    completion: float | None

    @property
    def gap(self) -> float | None:
        """Completion minus elapsed time, in percentage points."""
        return None if self.completion is None else round(self.completion - self.elapsed, 1)


def load_rules(path: Path) -> tuple[Rule, ...]:
    """The rule versions of a file, oldest first. Raises ValueError naming the file when a key is missing or unknown."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
    try:
        rules = sorted((Rule(**row) for row in rows), key=lambda rule: rule.effective_from)
    except TypeError as error:
        raise ValueError(f"{path.name}: {error}") from error
    return tuple(rules)


def rule_on(rules: Sequence[Rule], day: date) -> Rule:
    """The version in force on ``day``. Raises LookupError when none is."""
    in_force = [rule for rule in rules if rule.effective_from <= day]
    if not in_force:
        raise LookupError(f"no light rule in force on {day}")
    return in_force[-1]


def elapsed_time(opens_on: date, due_on: date, today: date) -> tuple[int, int]:
    """Days gone by and days altogether, between opening and deadline; the first never exceeds the second."""
    total = max((due_on - opens_on).days, 1)
    return min(max((today - opens_on).days, 0), total), total


def missed_in_a_row(months: Sequence[MonthDue], today: date) -> tuple[MonthDue, ...]:
    """The latest unbroken run of months whose report is past due and did not come, oldest first."""
    run: list[MonthDue] = []
    for month in reversed([month for month in months if month.due_on < today or month.reported]):
        if month.reported:
            break
        run.append(month)
    return tuple(reversed(run))


def judge(facts: Facts, rule: Rule, today: date) -> Judgement:
    """The light of one task on ``today``: the first question answered with yes decides."""
    gone, total = elapsed_time(facts.opens_on, facts.due_on, today)
    elapsed = round(gone / total * 100, 1)
    answers: list[Answer] = []
    light = Light.OK
    for question, outcome, yes, data in _questions(facts, rule, today, elapsed):
        decisive = yes and not any(answer.decisive for answer in answers)
        answers.append(Answer(question, yes, data, decisive))
        if decisive:
            light = outcome
            break
    return Judgement(light, tuple(answers), rule, elapsed, gone, total, facts.completion)


def _questions(facts: Facts, rule: Rule, today: date, elapsed: float) -> Sequence[tuple[Question, Light, bool, dict[str, Any]]]:
    missed = missed_in_a_row(facts.months, today)
    silence = {"months": [month.month for month in missed], "limit": rule.late_after_unreported_months}
    last = next((month.month for month in reversed(facts.months) if month.reported), None)
    completion = facts.completion
    behind = completion is not None and completion < elapsed - rule.tolerance_points
    return (
        (Question.CLOSED, Light.DONE, facts.closed_on is not None, {"closed_on": facts.closed_on}),
        (Question.NOT_YET_OPEN, Light.OPEN, today < facts.opens_on, {"opens_on": facts.opens_on}),
        (
            Question.PAST_DUE,
            Light.LATE,
            today > facts.due_on,
            {"due_on": facts.due_on, "days": abs((today - facts.due_on) // timedelta(days=1))},
        ),
        (Question.SILENT, Light.LATE, len(missed) >= rule.late_after_unreported_months, {**silence, "last": last}),
        (Question.NO_BASIS, Light.OPEN, bool(facts.targets_without_basis), {"targets": list(facts.targets_without_basis)}),
        (Question.UNKNOWN, Light.OPEN, completion is None, {"source": facts.completion_source}),
        (
            Question.MONTH_MISSED,
            Light.WATCH,
            len(missed) >= rule.watch_after_unreported_months,
            {**silence, "limit": rule.watch_after_unreported_months, "last": last},
        ),
        (
            Question.BEHIND,
            Light.WATCH,
            behind,
            {"completion": completion, "elapsed": elapsed, "source": facts.completion_source, "tolerance": rule.tolerance_points},
        ),
    )
