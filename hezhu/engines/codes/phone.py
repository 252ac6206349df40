"""Telephone numbers of mainland China: mobile (11 digits) and fixed lines with area code."""

from __future__ import annotations

import re

import polars as pl

from hezhu.engines.codes.problem import Problem
from hezhu.engines.codes.spelling import letters_as_digits, normalise_hyphened, normalised_hyphened, spelling_problem

KIND = "phone"
_MOBILE = r"1[3-9][0-9]{9}"
_FIXED = r"0[0-9]{2,3}-?[1-9][0-9]{6,7}(?:-[0-9]{1,6})?"
_SHAPE = rf"(?:{_MOBILE}|{_FIXED})"
_PREFIX = r"^(?:\+?86-?)(1[3-9])"


def normalise(text: str) -> str:
    """Half-width, without blanks, with plain hyphens and without +86."""
    return re.sub(_PREFIX, r"\1", normalise_hyphened(text).replace("(", "").replace(")", "-"))


def normalised(text: pl.Expr) -> pl.Expr:
    """``normalise`` for a column."""
    plain = normalised_hyphened(text).str.replace_all("(", "", literal=True).str.replace_all(")", "-", literal=True)
    return plain.str.replace(_PREFIX, "$1")


def valid(text: pl.Expr) -> pl.Expr:
    """Whether each text is a mobile or fixed-line number; null is not."""
    return text.str.contains(f"^{_SHAPE}$").fill_null(False)


def explain(text: str) -> Problem | None:
    """What is wrong with the text as written, or None."""
    clean = normalise(text)
    if re.fullmatch(_SHAPE, clean):
        return None if clean == text else spelling_problem(KIND, clean)
    if clean.isascii() and clean.isdigit() and clean.startswith("1") and len(clean) != 11:
        return Problem(
            rule=f"{KIND}.length",
            template="手机号应为 11 位，现为 {actual} 位",
            values={"actual": len(clean)},
            basis="无建议，请向本人核对",
        )
    candidate = letters_as_digits(clean)
    safe = bool(re.fullmatch(_SHAPE, candidate))
    return Problem(
        rule=f"{KIND}.shape",
        template="应为 11 位手机号，或带区号的固定电话如 0573-82051234",
        suggestion=candidate if safe else None,
        basis="字母改为数字，请核对" if safe else "无建议，请向本人核对",
    )
