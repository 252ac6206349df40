"""Whether a written value can be a value of its kind at all: number formats, restriction bases, patterns, bounds that meet."""

from __future__ import annotations

from collections.abc import Collection

from hezhu.engines.review.ids.document import Restriction, Simple, Value
from hezhu.engines.review.ids.schema import Kind
from hezhu.engines.review.ids.values import INTEGER, REAL, TRUTH, pattern

_NUMBER_BASES = {"double", "float", "decimal"}
_INTEGER_BASES = {"integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger"}
_TEXT_BASES = {"string", "normalizedString", "token", "date", "time", "dateTime", "duration", "anyURI"}
_BASES = _NUMBER_BASES | _INTEGER_BASES | _TEXT_BASES | {"boolean"}
_ALLOWED: dict[Kind, set[str]] = {
    "text": _TEXT_BASES,
    "enumeration": _TEXT_BASES,
    "binary": _TEXT_BASES,
    "integer": _INTEGER_BASES | _NUMBER_BASES,
    "real": _NUMBER_BASES | _INTEGER_BASES,
    "boolean": {"boolean", "string"},
    "logical": {"boolean", "string"},
}
_LENGTHS = ("length", "minLength", "maxLength")
_BOUNDS = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")
_COUNTS = (*_LENGTHS, "totalDigits", "fractionDigits")


def check_value(value: Value, kinds: Collection[Kind] | None) -> str:
    """Why no value of these kinds can ever be this one, in Chinese; empty where one can."""
    if isinstance(value, Simple):
        if kinds is None or any(_reads(value.text, kind) for kind in kinds):
            return ""
        return _unreadable(value.text, kinds)
    return _restriction(value, kinds)


def _reads(text: str, kind: Kind) -> bool:
    if kind == "integer":
        return bool(INTEGER.fullmatch(text))
    if kind == "real":
        return bool(REAL.fullmatch(text))
    if kind == "boolean":
        return text in TRUTH
    if kind == "logical":
        return text in TRUTH or text.lower() == "unknown"
    return kind not in ("entity", "list")


def _unreadable(text: str, kinds: Collection[Kind]) -> str:
    wanted = {
        "integer": "整数，如 42，不能带小数点",
        "real": "数，如 42.5 或 1e3",
        "boolean": "小写的 true 或 false",
        "logical": "小写的 true 或 false",
    }
    return f"“{text}”不能是所要求的值，应为{'，或'.join(sorted({wanted.get(kind, '文字') for kind in kinds}))}"


def _restriction(value: Restriction, kinds: Collection[Kind] | None) -> str:
    options = dict(value.options)
    if value.base not in _BASES:
        return f"xs:restriction 的 base “xs:{value.base}”不认识"
    if kinds is not None and not any(value.base in _ALLOWED.get(kind, _BASES) for kind in kinds):
        return f"xs:restriction 的 base “xs:{value.base}”与数据类型不符"
    return _numbers_written(value, options) or _patterns(value, options) or _bounds_meet(options) or _enumeration(options, kinds)


def _numbers_written(value: Restriction, options: dict[str, tuple[str, ...]]) -> str:
    for name in _COUNTS:
        if name in options and not INTEGER.fullmatch(options[name][0].strip()):
            return f"xs:{name}=“{options[name][0]}”应为整数"
    if value.base in _NUMBER_BASES | _INTEGER_BASES:
        written = [text for name in (*_BOUNDS, "enumeration") for text in options.get(name, ())]
        wrong = next((text for text in written if not REAL.fullmatch(text.strip())), None)
        if wrong is not None:
            return f"“{wrong}”不是数"
        if any(name in options for name in _LENGTHS):
            return "数没有长度：xs:length 等只能用于文字"
    return ""


def _patterns(value: Restriction, options: dict[str, tuple[str, ...]]) -> str:
    for text in options.get("pattern", ()):
        if value.base not in _TEXT_BASES:
            return "xs:pattern 只能用于文字"
        try:
            pattern(text)
        except ValueError as error:
            return f"xs:pattern “{text}”写错了：{error}"
    return ""


def _bounds_meet(options: dict[str, tuple[str, ...]]) -> str:
    """Contradictions that no value escapes."""
    sizes = {name: int(options[name][0]) for name in _LENGTHS if name in options}
    least, most = sizes.get("minLength", 0), sizes.get("maxLength", sizes.get("length", 10**9))
    if least > most or ("length" in sizes and not least <= sizes["length"] <= most):
        return f"永远不能满足：长度不小于 {least} 又不大于 {most}"
    bounds = {name: float(options[name][0]) for name in _BOUNDS if name in options and REAL.fullmatch(options[name][0].strip())}
    if "minInclusive" in bounds and "minExclusive" in bounds:
        return "xs:minInclusive 和 xs:minExclusive 只能写一个"
    if "maxInclusive" in bounds and "maxExclusive" in bounds:
        return "xs:maxInclusive 和 xs:maxExclusive 只能写一个"
    low = bounds.get("minInclusive", bounds.get("minExclusive", float("-inf")))
    high = bounds.get("maxInclusive", bounds.get("maxExclusive", float("inf")))
    is_open = "minExclusive" in bounds or "maxExclusive" in bounds
    if low > high or (low == high and is_open):
        return f"永远不能满足：下限 {low:g}，上限 {high:g}"
    return ""


def _enumeration(options: dict[str, tuple[str, ...]], kinds: Collection[Kind] | None) -> str:
    listed = options.get("enumeration", ())
    if kinds and listed and not any(_reads(text, kind) for text in listed for kind in kinds):
        return _unreadable("、".join(listed), kinds)
    return ""
