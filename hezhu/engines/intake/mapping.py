"""Which column of a sheet is which field: proposed from the titles, confirmed by a person where it is not sure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from hezhu.engines.intake.contract import Contract, Field

_SIMILAR = 0.72
_BRACKETS = re.compile(r"[(\[【{〔](.*?)[)\]】}〕]")
_MARKS = re.compile(r"[\s*＊:：、，,。.·_\-/／\\\"'“”]+")
_UNITS = {
    "元": ("元", 0),
    "人民币元": ("元", 0),
    "千元": ("元", 3),
    "万元": ("元", 4),
    "百万元": ("元", 6),
    "亿元": ("元", 8),
    "m2": ("m2", 0),
    "m²": ("m2", 0),
    "㎡": ("m2", 0),
    "平米": ("m2", 0),
    "平方米": ("m2", 0),
    "公顷": ("m2", 4),
    "万平方米": ("m2", 4),
    "万㎡": ("m2", 4),
    "m": ("m", 0),
    "米": ("m", 0),
    "km": ("m", 3),
    "公里": ("m", 3),
    "m3": ("m3", 0),
    "m³": ("m3", 0),
    "立方米": ("m3", 0),
    "kg": ("kg", 0),
    "千克": ("kg", 0),
    "t": ("kg", 3),
    "吨": ("kg", 3),
}
"""Spelling of a unit → the measure it belongs to and its power of ten there."""


class How(StrEnum):
    """How a column was matched."""

    EXACT = "exact"
    SIMILAR = "similar"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """One column with the field proposed for it. ``note`` tells of a repeated title or a unit that does not fit."""

    column: str
    field: str | None
    how: How
    note: str = ""


@dataclass(frozen=True)
class Mapping:
    """Field name → column title, and field name → places by which the decimal point moves (万元 → 元: 4)."""

    columns: dict[str, str]
    shifts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """The proposed mapping with what a person should look at."""

    matches: tuple[Match, ...]
    mapping: Mapping
    missing: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        """Whether nothing needs a look: every match exact and unremarked, no required field missing."""
        return not self.missing and all(match.how is not How.SIMILAR and not match.note for match in self.matches)

    @property
    def unused(self) -> tuple[str, ...]:
        """Titles of columns that go to no field."""
        return tuple(match.column for match in self.matches if match.field is None)


class UnusableMapping(ValueError):
    """The mapping leaves out a required field or names a column that is not there; the message names them."""


@cache
def plain_title(title: str) -> str:
    """A title without what people add to it: brackets, marks, blanks, 必填."""
    half_width = title.replace("（", "(").replace("）", ")").strip()
    return _MARKS.sub("", _BRACKETS.sub("", half_width)).replace("必填", "").lower() or _MARKS.sub("", half_width).lower()


def unit_in_title(title: str) -> str:
    """万元 of 总投资（万元）, or empty."""
    found = _BRACKETS.search(title.replace("（", "(").replace("）", ")"))
    return found[1].removeprefix("单位").strip(" :：") if found else ""


def titles_of(each: Field) -> frozenset[str]:
    """The plain titles that mean this field."""
    return frozenset(plain_title(title) for title in (each.label, each.name, *each.aliases))


def propose_mapping(header: Sequence[str], contract: Contract) -> Proposal:
    """A field for each column: the same title or alias first, then the most similar; each field and column once."""
    found = _exact(header, contract)
    found |= _similar(
        [title for title in header if title not in found], contract, taken={match.field for match in found.values()}
    )
    matches = tuple(found.get(title) or Match(title, None, How.NONE) for title in header)
    columns = {match.field: match.column for match in matches if match.field}
    shifts = {name: shift for name, column in columns.items() if (shift := unit_shift(contract.by_name[name], column))}
    missing = tuple(each.label for each in contract.fields if contract.is_required(each) and each.name not in columns)
    return Proposal(matches, Mapping(columns, shifts), missing)


def _exact(header: Sequence[str], contract: Contract) -> dict[str, Match]:
    meant = {title: each for each in contract.fields for title in titles_of(each)}
    found: dict[str, Match] = {}
    first: dict[str, str] = {}
    for title in header:
        each = meant.get(plain_title(title))
        if each is None:
            continue
        if each.name in first:
            found[title] = Match(title, None, How.NONE, note=f"与“{first[each.name]}”是同一项，只用前一列")
            continue
        first[each.name] = title
        found[title] = Match(title, each.name, How.EXACT, note=_unit_shift(each, title)[1])
    return found


def _similar(header: Sequence[str], contract: Contract, taken: set[str | None]) -> dict[str, Match]:
    scores = sorted(
        (
            (score, title, each)
            for title in header
            for each in contract.fields
            if each.name not in taken and (score := _likeness(plain_title(title), each)) >= _SIMILAR
        ),
        key=lambda scored: -scored[0],
    )
    found: dict[str, Match] = {}
    used: set[str] = set()
    for _, title, each in scores:
        if title not in found and each.name not in used:
            used.add(each.name)
            found[title] = Match(title, each.name, How.SIMILAR, note=_unit_shift(each, title)[1] or "名称相近，请确认")
    return found


def _likeness(title: str, each: Field) -> float:
    """0 to 1: how alike a plain title and a field's titles are; one inside the other counts as alike."""
    if len(title) < 2:
        return 0.0
    best = 0.0
    for known in titles_of(each):
        inside = min(len(title), len(known)) >= 3 and (title in known or known in title)
        best = max(best, difflib.SequenceMatcher(None, title, known).ratio(), 0.8 if inside else 0.0)
    return best


def unit_shift(each: Field, title: str) -> int:
    """Places to move the decimal point of a column whose title states another unit of the same measure than the one stored."""
    return _unit_shift(each, title)[0]


def _unit_shift(each: Field, title: str) -> tuple[int, str]:
    """Places to move the decimal point for the unit in a title, and a note: of the conversion, or of a unit that does not fit."""
    stated, stored = _UNITS.get(unit_in_title(title)), _UNITS.get(each.unit)
    if stated is None or stored is None or stated == stored:
        return 0, ""
    if stated[0] == stored[0]:
        return stated[1] - stored[1], f"由{unit_in_title(title)}换算为{each.unit}"
    return 0, f"列名中的单位“{unit_in_title(title)}”与登记单位“{each.unit}”不同，请核对"
