"""Numbers of a construction project: 工程项目编号, the documents numbered under it, and 投资项目代码.

The lengths are known from public systems; the parts inside are to be confirmed. So a number is judged by its shape, and its parts are
offered where they read as what they should be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import polars as pl

from hezhu.engines.codes.lists import code_list
from hezhu.engines.codes.problem import InvalidCode, Problem
from hezhu.engines.codes.spelling import (
    length_problem,
    letters_as_digits,
    named,
    normalise,
    normalise_hyphened,
    spelling_problem,
)

PROJECT = "project-number"
PERMIT = "permit-number"
INVESTMENT = "investment-code"
PROJECT_LENGTH = 16
_PROJECT_SHAPE = r"^[0-9]{16}$"
_INVESTMENT_SHAPE = r"^[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{5}[0-9A-Z]$"
_INVESTMENT_GROUPS = (4, 6, 2, 2, 6)
CHECK_UNKNOWN = "校验位算法未公开，只核对了写法"


@dataclass(frozen=True, slots=True)
class ProjectNumber:
    """6 division + 6 YYMMDD + 2 category + 2 serial. ``registered`` and ``category_label`` are None where the digits do not read so."""

    text: str
    division: str
    registered: date | None
    category: str
    category_label: str | None
    serial: str


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number under a project: ``<16 digits>-SX-NNN``; ``kind`` is a code of the list project_document."""

    text: str
    project: str
    kind: str
    kind_label: str
    serial: str


@dataclass(frozen=True, slots=True)
class InvestmentCode:
    """``YYMM-RRRRRR-DD-TT-NNNNNC``, GB/T 40058: month, division, industry, approval kind, serial and check. ``check_status`` is never 相符."""

    text: str
    period: str
    division: str
    industry: str
    approval: str
    serial: str
    check: str
    check_status: str = CHECK_UNKNOWN


def valid_project(text: pl.Expr) -> pl.Expr:
    """Whether each text is 16 digits; null is not."""
    return text.str.contains(_PROJECT_SHAPE).fill_null(False)


def explain_project(text: str) -> Problem | None:
    """What is wrong with a 工程项目编号 as written, or None."""
    clean = normalise(text)
    if (problem := _digits_problem(PROJECT, clean, PROJECT_LENGTH, "无建议，请对照项目信息登记")) is not None:
        return problem
    return None if clean == text else spelling_problem(PROJECT, clean)


def _digits_problem(kind: str, text: str, length: int, basis: str) -> Problem | None:
    if len(text) != length:
        return length_problem(kind, text, length, basis)
    for position, character in enumerate(text, start=1):
        if character not in "0123456789":
            candidate = letters_as_digits(text)
            safe = candidate.isascii() and candidate.isdigit()
            return Problem(
                rule=f"{kind}.character",
                template="第 {position} 位应为数字，现为{actual}",
                values={"position": position, "actual": named(character)},
                position=position,
                suggestion=candidate if safe else None,
                basis="字母改为数字；此编号无校验位，请核对" if safe else basis,
            )
    return None


def parse_project(text: str) -> ProjectNumber:
    """The parts of a 工程项目编号; raises InvalidCode."""
    if problem := explain_project(text):
        raise InvalidCode(problem)
    category = text[12:14]
    return ProjectNumber(
        text=text,
        division=text[:6],
        registered=_short_day(text[6:12]),
        category=category,
        category_label=code_list("project_type").find_label(category),
        serial=text[14:],
    )


def _short_day(digits: str) -> date | None:
    try:
        return date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None


def build_project(division: str, registered: date, category: str, serial: int) -> str:
    """A 工程项目编号 from its parts; raises InvalidCode when they do not fit."""
    text = f"{division}{registered:%y%m%d}{category}{serial:02d}"
    parse_project(text)
    return text


def _document_shape(kind: str | None) -> str:
    return rf"^[0-9]{{16}}-({kind or '|'.join(sorted(code_list('project_document').codes))})-[0-9]{{3}}$"


def valid_permit(text: pl.Expr, *, kind: str | None = "SX") -> pl.Expr:
    """Whether each text is a number of this kind (None: of any kind) under a project; null is not."""
    return text.str.contains(_document_shape(kind)).fill_null(False)


def explain_permit(text: str, *, kind: str | None = "SX") -> Problem | None:
    """What is wrong with a 施工许可证编号 (or another document number) as written, or None."""
    clean = normalise_hyphened(text)
    if (problem := _permit_problem(clean, kind)) is not None:
        return problem
    return None if clean == text else spelling_problem(PERMIT, clean)


def _permit_problem(text: str, kind: str | None) -> Problem | None:
    basis = "无建议，请对照证书"
    parts = text.split("-")
    if len(parts) != 3:
        return Problem(
            rule=f"{PERMIT}.shape",
            template="应写作“16 位项目编号-{kind}-3 位序号”，现有 {actual} 段",
            values={"kind": kind or "类别", "actual": len(parts)},
            basis=basis,
        )
    project, actual, serial = parts
    if problem := _digits_problem(PERMIT, project, PROJECT_LENGTH, basis):
        return Problem(problem.rule, "项目编号部分" + problem.template, problem.values, problem.position, basis=basis)
    if actual not in ((kind,) if kind else code_list("project_document").codes):
        return Problem(
            rule=f"{PERMIT}.kind",
            template="第二段应为 {expected}，现为“{actual}”",
            values={"expected": kind or "、".join(sorted(code_list("project_document").codes)), "actual": actual},
            position=18,
            basis=basis,
        )
    if not re.fullmatch("[0-9]{3}", serial):
        return Problem(
            rule=f"{PERMIT}.serial",
            template="末段应为 3 位数字，现为“{actual}”",
            values={"actual": serial},
            position=21,
            basis=basis,
        )
    return None


def parse_document(text: str) -> DocumentNumber:
    """The parts of any document number under a project; raises InvalidCode."""
    if problem := explain_permit(text, kind=None):
        raise InvalidCode(problem)
    project, kind, serial = text.split("-")
    return DocumentNumber(text, project, kind, code_list("project_document").label(kind), serial)


def build_document(project: str, kind: str, serial: int) -> str:
    """A document number from its parts; raises InvalidCode when they do not fit."""
    return parse_document(f"{project}-{kind}-{serial:03d}").text


def valid_investment(text: pl.Expr) -> pl.Expr:
    """Whether each text has the shape of a 投资项目代码; null is not."""
    return text.str.contains(_INVESTMENT_SHAPE).fill_null(False)


def explain_investment(text: str) -> Problem | None:
    """What is wrong with the shape of a 投资项目代码 as written, or None. The check character cannot be judged."""
    clean = normalise_hyphened(text)
    if (problem := _investment_problem(clean)) is not None:
        return problem
    return None if clean == text else spelling_problem(INVESTMENT, clean)


def _investment_problem(text: str) -> Problem | None:
    basis = "无建议，请对照投资项目在线审批监管平台赋码通知"
    groups = text.split("-")
    if tuple(map(len, groups)) != _INVESTMENT_GROUPS:
        return Problem(
            rule=f"{INVESTMENT}.shape",
            template="应为 24 位，分段 4-6-2-2-6，现为 {actual}",
            values={"actual": "-".join(str(len(group)) for group in groups)},
            basis=basis,
        )
    for position, character in enumerate(text, start=1):
        last = position == len(text)
        allowed = "0123456789-" + ("ABCDEFGHIJKLMNOPQRSTUVWXYZ" if last else "")
        if character not in allowed:
            return Problem(
                rule=f"{INVESTMENT}.character",
                template="第 {position} 位应为数字，现为{actual}",
                values={"position": position, "actual": named(character)},
                position=position,
                basis=basis,
            )
    return None


def parse_investment(text: str) -> InvestmentCode:
    """The parts of a 投资项目代码; raises InvalidCode."""
    if problem := explain_investment(text):
        raise InvalidCode(problem)
    period, division, industry, approval, tail = text.split("-")
    return InvestmentCode(text, period, division, industry, approval, tail[:5], tail[5])
