"""建筑信息模型分类编码, GB/T 51269-2017: ``TT-BB.MM.SS[.XX]``, table, 大类, 中类, 小类 and, where needed, 细类, two digits each."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from hezhu.engines.codes.lists import code_list
from hezhu.engines.codes.problem import InvalidCode, Problem
from hezhu.engines.codes.spelling import normalise_hyphened, spelling_problem

KIND = "class-code"
TABLES = "bim_class_table"
_SHAPE = re.compile(r"([0-9]{2})-([0-9]{2})\.([0-9]{2})\.([0-9]{2})(?:\.([0-9]{2}))?")
_BASIS = "无建议，请对照 GB/T 51269 附录 A"


@dataclass(frozen=True, slots=True)
class ClassCode:
    """The parts of a class code; ``level`` is 大类, 中类, 小类 or 细类 by the last part that is not 00."""

    text: str
    table: str
    table_label: str
    major: str
    middle: str
    minor: str
    detail: str | None

    @property
    def level(self) -> str:
        if self.detail:
            return "细类"
        return "小类" if self.minor != "00" else "中类" if self.middle != "00" else "大类"


def valid(text: pl.Expr) -> pl.Expr:
    """Whether each text is a class code of a known table; null is not."""
    tables = "|".join(sorted(code_list(TABLES).codes))
    return text.str.contains(rf"^({tables})-[0-9]{{2}}\.[0-9]{{2}}\.[0-9]{{2}}(\.[0-9]{{2}})?$").fill_null(False)


def explain(text: str) -> Problem | None:
    """What is wrong with the text as written, or None."""
    clean = normalise_hyphened(text)
    match = _SHAPE.fullmatch(clean)
    if match is None:
        return Problem(
            rule=f"{KIND}.shape",
            template="应写作 30-01.02.03 或 30-01.02.03.04，现为“{text}”",
            values={"text": text},
            basis=_BASIS,
        )
    if match[1] not in code_list(TABLES).codes:
        return Problem(
            rule=f"{KIND}.table",
            template="第 1–2 位应为分类表号（{tables}），现为 {actual}",
            values={"tables": "、".join(sorted(code_list(TABLES).codes)), "actual": match[1]},
            position=1,
            basis=_BASIS,
        )
    return None if clean == text else spelling_problem(KIND, clean)


def parse(text: str) -> ClassCode:
    """The parts of a class code; raises InvalidCode."""
    if problem := explain(text):
        raise InvalidCode(problem)
    match = _SHAPE.fullmatch(text)
    assert match is not None
    table, major, middle, minor, detail = match.groups()
    return ClassCode(text, table, code_list(TABLES).label(table), major, middle, minor, detail)
