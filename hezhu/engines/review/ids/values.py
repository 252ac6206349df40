"""Whether a value of a model is the value an IDS asks for: text, numbers with tolerance, truth values, restrictions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache

from hezhu.engines.review.ids.document import Restriction, Simple, Value

Plain = str | int | float | bool
Test = Callable[[Plain], bool]
# IDS 1.0 "Tolerance": equality of real numbers; bounds of a restriction are exact
TOLERANCE = Decimal("1e-6")
INTEGER = re.compile(r"[+-]?\d+")
REAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
# Letters and figures of every script, blanks and marks without a meaning of their own, \\d, escaped marks, plain classes
_ATOM = r"""[\w ,:;/"'=!@#%<>~&-]|\\[d.()\[\]{}*+?|\\-]|\[\^?(?:[^\W_]-[^\W_]|[\w .,:;/()+*?])+-?\]|[.)]"""
_PIECE = re.compile(rf"(?:{_ATOM})(?:[*+?]|{{[0-9]+(?:,[0-9]*)?}})?|[(|](?![*+?])")
_ALIKE = re.compile(rf"(?:{_PIECE.pattern})*")
TRUTH = {"true": True, "1": True, "false": False, "0": False}


def near(value: float, asked: str) -> bool:
    """v − |v|ε − ε ≤ x ≤ v + |v|ε + ε with ε = 1e-6 (IDS 1.0, comparison of floating-point numbers).

    The limits themselves are within (buildingSMART's own cases, 0.000001 for 0); counted in decimals, so that they stay exact.
    """
    if not math.isfinite(value):
        return False
    wanted = Decimal(asked)
    return abs(Decimal(repr(float(value))) - wanted) <= (abs(wanted) + 1) * TOLERANCE


@cache
def pattern(text: str) -> re.Pattern[str]:
    """An XSD pattern as a Python one, to be matched in full. Raises ValueError when it is not one."""
    try:
        return re.compile(_plain_pattern(text) or _translated(text))
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(str(error)) from error


def _plain_pattern(text: str) -> str:
    """A pattern of pieces that mean the same in both languages but for the dot; empty where it has any other."""
    if not _ALIKE.fullmatch(text):
        return ""
    return _PIECE.sub(lambda piece: "[^\\n\\r]" + piece[0][1:] if piece[0][0] == "." else piece[0], text)


def _translated(text: str) -> str:
    # Loaded only for patterns that need it: the package takes a fifth of a second.
    from elementpath.regex import RegexError, translate_pattern

    try:
        return translate_pattern(text, back_references=False, lazy_quantifiers=False, anchors=False)
    except RegexError as error:
        raise ValueError(str(error)) from error


def equal(value: Plain, asked: str) -> bool:
    """One value against one written value, by the type of the value in the model."""
    if isinstance(value, bool):
        return TRUTH.get(asked) is value
    if isinstance(value, str):
        return value == asked
    if isinstance(value, int):
        # 42.0 is no way to write an integer
        return bool(INTEGER.fullmatch(asked)) and value == int(asked)
    return bool(REAL.fullmatch(asked)) and near(value, asked)


def compile_value(value: Value) -> Test:
    """A test for one value, remembered for values that come again."""
    test = _simple(value) if isinstance(value, Simple) else _restriction(value)
    known: dict[tuple[type, Plain], bool] = {}

    def remembered(given: Plain) -> bool:
        key = (type(given), given)
        answer = known.get(key)
        if answer is None:
            answer = known[key] = test(given)
        return answer

    return remembered


def _simple(value: Simple) -> Test:
    return lambda given: equal(given, value.text)


def _restriction(restriction: Restriction) -> Test:
    tests = [_TESTS[name](texts) for name, texts in restriction.options]
    return lambda given: all(test(given) for test in tests)


def _enumeration(texts: tuple[str, ...]) -> Test:
    return lambda given: any(equal(given, text) for text in texts)


def _pattern(texts: tuple[str, ...]) -> Test:
    compiled = [pattern(text) for text in texts]
    return lambda given: isinstance(given, str) and any(each.fullmatch(given) for each in compiled)


def _length(holds: Callable[[int, int], bool]) -> Callable[[tuple[str, ...]], Test]:
    def build(texts: tuple[str, ...]) -> Test:
        asked = int(texts[0])
        return lambda given: isinstance(given, str) and holds(len(given), asked)

    return build


def _bound(holds: Callable[[float, float], bool]) -> Callable[[tuple[str, ...]], Test]:
    def build(texts: tuple[str, ...]) -> Test:
        if REAL.fullmatch(texts[0].strip()):
            asked = float(texts[0])
            return lambda given: not isinstance(given, bool | str) and holds(given, asked)
        # dates and times are ordered as ISO 8601 text
        return lambda given: isinstance(given, str) and holds((given > texts[0]) - (given < texts[0]), 0)

    return build


def _digits(count: Callable[[Decimal], int]) -> Callable[[tuple[str, ...]], Test]:
    def build(texts: tuple[str, ...]) -> Test:
        asked = int(texts[0])

        def test(given: Plain) -> bool:
            if isinstance(given, bool | str):
                return False
            try:
                return count(Decimal(repr(given)).normalize()) <= asked
            except InvalidOperation:
                return False

        return test

    return build


def _fraction_digits(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 10**9


def _total_digits(number: Decimal) -> int:
    parts = number.as_tuple()
    return max(len(parts.digits) + max(0, parts.exponent), _fraction_digits(number)) if isinstance(parts.exponent, int) else 10**9


_TESTS: dict[str, Callable[[tuple[str, ...]], Test]] = {
    "enumeration": _enumeration,
    "pattern": _pattern,
    "length": _length(lambda size, asked: size == asked),
    "minLength": _length(lambda size, asked: size >= asked),
    "maxLength": _length(lambda size, asked: size <= asked),
    "minInclusive": _bound(lambda value, asked: value >= asked),
    "maxInclusive": _bound(lambda value, asked: value <= asked),
    "minExclusive": _bound(lambda value, asked: value > asked),
    "maxExclusive": _bound(lambda value, asked: value < asked),
    "totalDigits": _digits(_total_digits),
    "fractionDigits": _digits(_fraction_digits),
}
