"""公民身份号码, GB 11643-1999: 6 division of first registration, 8 date of birth, 3 serial (odd for men), 1 check character."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from random import Random

import polars as pl

from hezhu.engines.codes.characters import value_table, weighted_sum
from hezhu.engines.codes.problem import InvalidCode, Problem
from hezhu.engines.codes.spelling import length_problem, letters_as_digits, named, normalise, spelling_problem

KIND = "id-number"
LENGTH = 18
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
_VALUE = {character: value for value, character in enumerate("0123456789X")}
_SHAPE = r"^[1-9][0-9]{5}(?:18|19|20)[0-9]{6}[0-9]{3}[0-9X]$"
_NO_SUGGESTION = "无建议，请对照身份证件"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """The parts of a valid number. ``sex`` is 男 or 女."""

    text: str
    division: str
    born: date
    serial: str
    sex: str
    check: str


def check_character(first_17: str) -> str:
    """The 18th character for 17 digits."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True)) % 11]


def valid(text: pl.Expr, *, on: date | None = None) -> pl.Expr:
    """Whether each text is a valid number of someone born by the day ``on`` (today); null is not."""
    well_shaped = text.str.contains(_SHAPE).fill_null(False)
    checked = pl.when(well_shaped).then(text).otherwise(pl.lit("0" * LENGTH))
    born = checked.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    # The check value of remainder r is (12 − r) mod 11, where 10 is written X.
    agrees = weighted_sum(checked, value_table(_VALUE), (*WEIGHTS, 1)) % 11 == 1
    return well_shaped & agrees & (born <= (on or date.today())).fill_null(False)


def explain(text: str, *, on: date | None = None) -> Problem | None:
    """What is wrong with the text as written, or None."""
    clean = normalise(text)
    problem = _first_problem(clean, on or date.today())
    if problem is None:
        return None if clean == text else spelling_problem(KIND, clean)
    return problem


def _first_problem(text: str, on: date) -> Problem | None:
    if len(text) == 15 and text.isascii() and text.isdigit():
        return Problem(rule=f"{KIND}.length", template="现为 15 位，是已停用的旧号码，应填 18 位", basis=_NO_SUGGESTION)
    if len(text) != LENGTH:
        return length_problem(KIND, text, LENGTH, _NO_SUGGESTION)
    for position, character in enumerate(text, start=1):
        allowed = "123456789" if position == 1 else "0123456789X" if position == LENGTH else "0123456789"
        if character not in allowed:
            return _character_problem(text, position, character, on)
    if (problem := _birth_problem(text[6:14], on)) is not None:
        return problem
    expected = check_character(text[:-1])
    if text[-1] == expected:
        return None
    return Problem(
        rule=f"{KIND}.check",
        template="第 18 位校验位应为 {expected}，现为 {actual}",
        values={"expected": expected, "actual": text[-1]},
        position=LENGTH,
        basis="号码像被 Excel 存成数值而丢了末几位，请把该列设为文本后重填" if text.endswith("000") else _NO_SUGGESTION,
    )


def _character_problem(text: str, position: int, character: str, on: date) -> Problem:
    candidate = letters_as_digits(text)
    proved = candidate != text and _first_problem(candidate, on) is None
    return Problem(
        rule=f"{KIND}.character",
        template="第 {position} 位应为数字或 X，现为{actual}" if position == LENGTH else "第 {position} 位应为数字，现为{actual}",
        values={"position": position, "actual": named(character)},
        position=position,
        suggestion=candidate if proved else None,
        basis="改为数字，校验相符" if proved else _NO_SUGGESTION,
    )


def _birth_problem(born: str, on: date) -> Problem | None:
    """The eight digits of positions 7–14 must be a day from 1800 to ``on``."""
    day = _day(born)
    if day is None or day > on:
        template = "第 7–14 位出生日期 {born} 晚于今日" if day else "第 7–14 位 {born} 不是出生日期"
        return Problem(rule=f"{KIND}.birth", template=template, values={"born": born}, position=7, basis=_NO_SUGGESTION)
    return None


def _day(digits: str) -> date | None:
    if not re.match("18|19|20", digits):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def parse(text: str, *, on: date | None = None) -> IdNumber:
    """The parts of a number; raises InvalidCode with the problem."""
    if problem := explain(text, on=on):
        raise InvalidCode(problem)
    born = _day(text[6:14])
    assert born is not None
    return IdNumber(text, text[:6], born, text[14:17], "男" if int(text[16]) % 2 else "女", text[17])


def generate(random: Random, *, division: str = "330402", born: date | None = None) -> str:
    """A valid number for demo data (演示数据); it belongs to no one known, so it must be labelled wherever it is shown."""
    day = born or date.fromordinal(random.randint(date(1960, 1, 1).toordinal(), date(2004, 12, 31).toordinal()))
    first_17 = f"{division}{day:%Y%m%d}{random.randint(0, 999):03d}"
    return first_17 + check_character(first_17)
