"""Spellings that mean the same code: full-width characters, spaces, lower case; and letters typed for digits.

Width, spaces and case carry no meaning in any code here, so a door may mend them without asking (``normalise``). A letter typed for a
digit (O for 0, I for 1) changes the code: that is only ever a suggestion, and only when the check character agrees.
"""

from __future__ import annotations

import polars as pl

from hezhu.engines.codes.problem import Problem

_BLANKS = " \t\r\n\v\f\u0085\u1680\u2028\u2029\u200b\u200c\u200d\ufeff\u00a0\u2002\u2003\u2009\u202f\u3000"
_BLANK_CLASS = "[" + "".join(f"\\x{{{ord(blank):04x}}}" for blank in _BLANKS) + "]"
_FULL_WIDTH = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
_CLEAN = str.maketrans({**_FULL_WIDTH, **dict.fromkeys(_BLANKS, "")})
_DIGIT_FOR_LETTER = {"O": "0", "I": "1"}
_DIGITS_FOR_LETTERS = str.maketrans(_DIGIT_FOR_LETTER)
_DASHES = "‐‑‒–—―−"
_DASHES_TO_HYPHEN = str.maketrans(dict.fromkeys(_DASHES, "-"))


def normalise(text: str) -> str:
    """The text with full-width ASCII made half-width, without blanks, in capitals."""
    return text.translate(_CLEAN).upper()


def normalised(text: pl.Expr) -> pl.Expr:
    """``normalise`` for a column of strings; null stays null."""
    plain = text.str.replace_all(_BLANK_CLASS, "").str.replace_many(list(_FULL_WIDTH), list(_FULL_WIDTH.values()))
    return plain.str.to_uppercase()


def normalise_hyphened(text: str) -> str:
    """``normalise``, with every kind of dash as a hyphen."""
    return normalise(text).translate(_DASHES_TO_HYPHEN)


def normalised_hyphened(text: pl.Expr) -> pl.Expr:
    """``normalise_hyphened`` for a column of strings."""
    return normalised(text).str.replace_all(f"[{_DASHES}]", "-")


def digit_for(letter: str) -> str | None:
    """The digit that a letter is taken for: O → 0, I → 1; None for other letters."""
    return _DIGIT_FOR_LETTER.get(letter)


def letters_as_digits(text: str) -> str:
    """The text with O read as 0 and I as 1."""
    return text.translate(_DIGITS_FOR_LETTERS)


def named(character: str) -> str:
    """A character as a sentence names it: 字母 O, or “-”."""
    return f"字母 {character}" if character.isascii() and character.isalpha() else f"“{character}”"


def spelling_problem(kind: str, clean: str) -> Problem:
    """The text would be the valid code ``clean`` but for width, blanks or case."""
    return Problem(
        rule=f"{kind}.spelling",
        template="含全角字符、空格或小写字母，应写作 {clean}",
        values={"clean": clean},
        suggestion=clean,
        basis="只改写法，代码不变",
    )


def length_problem(kind: str, text: str, length: int, basis: str) -> Problem:
    """The text has the wrong number of characters."""
    return Problem(
        rule=f"{kind}.length",
        template="应为 {length} 位，现为 {actual} 位",
        values={"length": length, "actual": len(text)},
        basis=basis,
    )
