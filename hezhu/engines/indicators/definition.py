"""An indicator's definition as data: which rows, which of them count, what is added up, over which period."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MISSING_AMOUNT = 1
DUPLICATE = 2
FIRST_REASON = 3
OTHERWISE = 999
COUNTED_KEYS = {"target", "table", "where", "period", "numerator", "denominator", "scale", "done_at"}


class DefinitionError(ValueError):
    """A definition that cannot be used; ``problems`` are sentences that name the place and the remedy."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("；".join(problems))


class Grain(StrEnum):
    """How a period is cut: this year up to the day, everything up to the day, or the present state (no date)."""

    YEAR = "year"
    CUMULATIVE = "cumulative"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one column. ``values`` has one value for eq, ge…, several for in, none for null and not_null."""

    column: str
    op: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the conditions holds."""

    conditions: tuple[Condition, ...]


Test = Condition | AnyOf


@dataclass(frozen=True, slots=True)
class Measure:
    """What one row adds: 1 (``count``), 1 for the first row of each value (``count_distinct``), or a column (``sum``)."""

    kind: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """Which date places a row in time. ``undated`` says whether a row without the date counts as before every day."""

    grain: Grain
    column: str = ""
    undated: bool = False


@dataclass(frozen=True, slots=True)
class Population:
    """The rows an indicator looks at: a register, a filter and a period."""

    table: str
    where: tuple[Test, ...]
    period: Period


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row of the population does not count in the numerator: the first whose tests hold is given."""

    where: tuple[Test, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Side:
    """The numerator or the denominator: its name, what each row adds, and (numerator) the further tests a row must pass.

    ``population`` is set only for a denominator that stands on other rows than the numerator.
    """

    label: str
    measure: Measure
    where: tuple[Test, ...] = ()
    population: Population | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One computable indicator. Value = scale · numerator / denominator, or scale · numerator without a denominator."""

    target: str
    title: str
    unit: str
    population: Population
    numerator: Side
    denominator: Side | None = None
    scale: float = 1.0
    decimals: int = 0
    done_at: float = 1.0
    not_counted: tuple[Reason, ...] = ()
    otherwise: str = ""
    columns: tuple[str, ...] = ()
    rule: str = ""
    notes: tuple[str, ...] = ()
    status: str = "to-be-confirmed"
    source: str = ""
    text: str = ""

    @property
    def digest(self) -> str:
        """The same as long as the indicator counts the same: SHA-256 over what is counted and how, 64 hex digits.

        Titles, labels, notes, shown columns and the wording of reasons may change without a new version.
        """
        counted = {key: value for key, value in json.loads(self.text).items() if key in COUNTED_KEYS}
        for side in ("numerator", "denominator"):
            counted[side] = {key: value for key, value in (counted.get(side) or {}).items() if key != "label"}
        return hashlib.sha256(canonical(counted).encode()).hexdigest()

    def reason_text(self, code: int) -> str:
        """Why a row is not counted, in words; empty for a counted row (code 0)."""
        if code == 0:
            return ""
        if code == MISSING_AMOUNT:
            return "缺少要累加的数值"
        if code == DUPLICATE:
            return "重复：同一对象已计入一次"
        if code == OTHERWISE:
            return self.otherwise or "不满足计入条件"
        return self.not_counted[code - FIRST_REASON].text


def canonical(entry: Mapping[str, Any]) -> str:
    """The entry as JSON with sorted keys: what the digest and the history of definitions keep."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, default=str)
