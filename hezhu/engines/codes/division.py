"""行政区划代码: 6 digits for city and county (GB/T 2260), 9 for towns and streets (GB/T 10114), 12 for communities.

Only Jiaxing's divisions are known by name. Outside it the shape alone can be judged, which is what an enterprise's place of registration needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

from hezhu.engines.codes.lists import read_rulepack
from hezhu.engines.codes.problem import Problem
from hezhu.engines.codes.spelling import normalise, normalised, spelling_problem

KIND = "division"
_SHAPE = r"^[1-9][0-9]{5}([0-9]{3}([0-9]{3})?)?$"
_LENGTHS = (6, 9, 12)
_BASIS = "无建议，请对照行政区划代码"
_SUFFIXES = ("街道", "区", "县", "市", "镇")


@dataclass(frozen=True, slots=True)
class Division:
    """One division; ``parent`` is the code above it, empty for the city."""

    code: str
    name: str
    parent: str


@cache
def divisions() -> dict[str, Division]:
    """Every known division by code."""
    rows = read_rulepack("divisions.yaml")["divisions"]
    return {row["code"]: Division(row["code"], row["name"], row["parent"]) for row in rows}


@cache
def divisions_within(scope: str) -> frozenset[str]:
    """The codes of a known division and all below it."""
    known = divisions()
    if scope not in known:
        raise KeyError(f"没有行政区划 {scope}")
    below = {scope}
    while more := {code for code, division in known.items() if division.parent in below} - below:
        below |= more
    return frozenset(below)


def name_of(code: str, *, full: bool = False) -> str | None:
    """The name of a known division; ``full`` gives 嘉兴市海宁市许村镇."""
    division = divisions().get(code)
    if division is None:
        return None
    above = name_of(division.parent, full=True) if full and division.parent else None
    return (above or "") + division.name


@cache
def spellings(scope: str, length: int | None = None) -> dict[str, str]:
    """Accepted spelling → code for the divisions within ``scope``: code, name, name without its suffix, name with those above it.

    A spelling of two divisions (南湖区 and 南湖街道 are both 南湖) stands for the higher one.
    """
    accepted: dict[str, str] = {}
    for code in sorted(divisions_within(scope), key=lambda code: (len(code), code)):
        if length is not None and len(code) != length:
            continue
        full = name_of(code, full=True) or ""
        for spelling in (code, divisions()[code].name, _bare(divisions()[code].name), full, f"浙江省{full}"):
            accepted.setdefault(spelling, code)
    return accepted


def _bare(name: str) -> str:
    suffix = next((suffix for suffix in _SUFFIXES if name.endswith(suffix)), "")
    bare = name.removesuffix(suffix)
    return bare if len(bare) > 1 else name


def find_code(text: str, scope: str = "330400", length: int | None = None) -> str | None:
    """The code for a code or name within ``scope``, or None."""
    return spellings(scope, length).get(normalise(text))


def code_column(text: pl.Expr, scope: str = "330400", length: int | None = None) -> pl.Expr:
    """``find_code`` for a column."""
    accepted = spellings(scope, length)
    return normalised(text).replace_strict(list(accepted), list(accepted.values()), default=None, return_dtype=pl.String)


def named_in(address: str, scope: str = "330400", length: int | None = 6) -> str | None:
    """The code of the one division whose full name stands in an address, or None when there is none or more than one."""
    found = {
        code for code in divisions_within(scope) if len(code) == length and code != scope and divisions()[code].name in address
    }
    return found.pop() if len(found) == 1 else None


def valid(text: pl.Expr, *, scope: str | None = None) -> pl.Expr:
    """Whether each text is a division code, within ``scope`` if given; null is not."""
    if scope is not None:
        return text.is_in(list(divisions_within(scope))).fill_null(False)
    return text.str.contains(_SHAPE).fill_null(False)


def explain(text: str, *, scope: str | None = None) -> Problem | None:
    """What is wrong with the text as written, or None."""
    clean = normalise(text)
    if (problem := _first_problem(clean, scope)) is not None:
        return problem
    return None if clean == text else spelling_problem(KIND, clean)


def _first_problem(text: str, scope: str | None) -> Problem | None:
    if not (text.isascii() and text.isdigit()):
        return Problem(rule=f"{KIND}.shape", template="应为数字代码，现为“{text}”", values={"text": text}, basis=_BASIS)
    if len(text) not in _LENGTHS:
        return Problem(
            rule=f"{KIND}.length",
            template="应为 6、9 或 12 位，现为 {actual} 位",
            values={"actual": len(text)},
            basis=_BASIS,
        )
    if text.startswith("0"):
        return Problem(rule=f"{KIND}.shape", template="第 1 位不能是 0", position=1, basis=_BASIS)
    if scope is not None and text not in divisions_within(scope):
        template = "不在嘉兴七县（市、区）代码内" if scope == "330400" and len(text) == 6 else "不在{scope}的代码内"
        return Problem(
            rule=f"{KIND}.outside",
            template=template,
            values={"scope": name_of(scope, full=True)},
            basis=_BASIS,
        )
    return None
