"""统一社会信用代码, GB 32100-2015: 18 characters from an alphabet of 31.

Position 1 is the registering department, 2 the kind of organisation, 3–8 the division of registration, 9–17 the organisation's body code
(GB 11714, itself with a check character at 17), 18 the check character: (31 − Σ valueᵢ·3^(i−1) mod 31) mod 31.

The first character is any of the alphabet: social organisations, village collectives (N) and others are registered too.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import polars as pl

from hezhu.engines.codes.characters import value_table, weighted_sum
from hezhu.engines.codes.lists import code_list
from hezhu.engines.codes.problem import InvalidCode, Problem
from hezhu.engines.codes.spelling import digit_for, length_problem, letters_as_digits, named, normalise, spelling_problem

KIND = "credit-code"
LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, position, 31) for position in range(LENGTH - 1))
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_SHAPE = r"^[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}$"
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_NO_SUGGESTION = "无建议，请对照营业执照或登记证书"
_FIRST_DIVISION, _LAST_DIVISION = 3, 8


@dataclass(frozen=True, slots=True)
class CreditCode:
    """The parts of a valid code. ``body_check_agrees`` tells of the inner check character, which is reported but never refused."""

    text: str
    department: str
    department_label: str
    organisation_kind: str
    division: str
    body: str
    check: str
    body_check_agrees: bool


def check_character(first_17: str) -> str:
    """The 18th character for 17 characters of the alphabet."""
    total = sum(_VALUE[character] * weight for character, weight in zip(first_17, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def body_check_character(first_8: str) -> str:
    """The 9th character of an organisation code, GB 11714: 11 − Σ mod 11, where 10 is X and 11 is 0."""
    total = sum(int(character, 36) * weight for character, weight in zip(first_8, _BODY_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def valid(text: pl.Expr) -> pl.Expr:
    """Whether each text is a well-written valid code; null is not. The same answer as ``explain(text) is None``."""
    well_shaped = text.str.contains(_SHAPE).fill_null(False)
    checked = pl.when(well_shaped).then(text).otherwise(pl.lit("0" * LENGTH))
    return well_shaped & (weighted_sum(checked, value_table(_VALUE), (*WEIGHTS, 1)) % 31 == 0)


def explain(text: str) -> Problem | None:
    """What is wrong with the text as written, or None. The first problem from the left decides."""
    clean = normalise(text)
    problem = _first_problem(clean)
    if problem is None:
        return None if clean == text else spelling_problem(KIND, clean)
    return problem


def _first_problem(text: str) -> Problem | None:
    if len(text) == 15 and text.isascii() and text.isdigit():
        return Problem(
            rule=f"{KIND}.length",
            template="现为 15 位，像是旧工商注册号，应填 18 位统一社会信用代码",
            basis=_NO_SUGGESTION,
        )
    if len(text) != LENGTH:
        return length_problem(KIND, text, LENGTH, _NO_SUGGESTION)
    for position, character in enumerate(text, start=1):
        in_division = _FIRST_DIVISION <= position <= _LAST_DIVISION
        if character not in (ALPHABET[:10] if in_division else ALPHABET):
            return _character_problem(text, position, character, in_division=in_division)
    expected = check_character(text[:-1])
    if text[-1] != expected:
        return Problem(
            rule=f"{KIND}.check",
            template="第 18 位校验位应为 {expected}，现为 {actual}",
            values={"expected": expected, "actual": text[-1]},
            position=LENGTH,
            basis=_NO_SUGGESTION,
        )
    return None


def _character_problem(text: str, position: int, character: str, *, in_division: bool) -> Problem:
    candidate = letters_as_digits(text)
    proved = candidate != text and _first_problem(candidate) is None
    digit = digit_for(character)
    if in_division:
        template = "第 {position} 位应为数字，现为{actual}"
    elif digit:
        template = "第 {position} 位不用{actual}，应为数字 {digit}"
    else:
        template = "第 {position} 位不能是{actual}，代码只用数字和除 I、O、S、V、Z 外的大写字母"
    return Problem(
        rule=f"{KIND}.character",
        template=template,
        values={"position": position, "actual": named(character), "digit": digit},
        position=position,
        suggestion=candidate if proved else None,
        basis=f"改为数字 {digit or '0 或 1'}，校验相符" if proved else _NO_SUGGESTION,
    )


def parse(text: str) -> CreditCode:
    """The parts of a code; raises InvalidCode with the problem."""
    if problem := explain(text):
        raise InvalidCode(problem)
    body = text[8:17]
    return CreditCode(
        text=text,
        department=text[0],
        department_label=code_list("credit_department").find_label(text[0]) or "未列入的登记部门",
        organisation_kind=text[1],
        division=text[2:8],
        body=body,
        check=text[17],
        body_check_agrees=body_check_character(body[:8]) == body[8],
    )


def generate(random: Random, *, division: str = "330402", department: str = "9", organisation_kind: str = "1") -> str:
    """A valid code for demo data (演示数据): the body starts MA like real ones, both check characters agree."""
    first_8 = "MA" + "".join(random.choices(ALPHABET, k=6))
    first_17 = department + organisation_kind + division + first_8 + body_check_character(first_8)
    return first_17 + check_character(first_17)
