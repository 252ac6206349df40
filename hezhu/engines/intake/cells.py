"""How a cell's text becomes a value, by kind: as a column expression for many rows, and as a sentence where it cannot.

For every reader ``column`` gives null exactly where ``explain`` gives a problem; texts come stripped and never empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

import polars as pl

from hezhu.engines import codes
from hezhu.engines.codes import CodeKind, Problem
from hezhu.engines.intake.contract import Field, Kind
from hezhu.engines.intake.economy import mended_where_odd, once_per_text
from hezhu.engines.intake.moments import MomentReader

BLANKS = " \t\r\n\v\f\u00a0\u3000\u200b\ufeff"
_EXCEL_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 99_999
"""Excel serial days taken as dates: five digits, 1927-05-18 to 2173-10-13."""


class Reader(Protocol):
    """One kind of cell."""

    def column(self, text: pl.Expr) -> pl.Expr:
        """The values of a column of texts; null where a text is not one."""

    def explain(self, text: str) -> Problem | None:
        """Why the text is not a value of this kind, or None."""


@dataclass(frozen=True)
class TextReader:
    """Any text is a value."""

    def column(self, text: pl.Expr) -> pl.Expr:
        return text

    def explain(self, text: str) -> Problem | None:
        return None


_MOST_DIGITS = 14
_NUMBER = rf"^[+-]?[0-9]{{1,{_MOST_DIGITS}}}(\.[0-9]+)?$"
_INTEGER = rf"^[+-]?[0-9]{{1,{_MOST_DIGITS}}}(\.0+)?$"
_LONG = re.compile(r"[+-]?([0-9]+)(\.[0-9]+)?")
_SCIENTIFIC = re.compile(r"[+-]?[0-9.]+[Ee][+-]?[0-9]+")


@dataclass(frozen=True)
class NumberReader:
    """A number with thousands commas, currency sign or its own unit: 1,234.5, ￥1200, 1200 元.

    ``places`` decimal places are kept (0 for an integer, which must have none). ``shift`` moves the decimal point of a column in another
    unit than the one stored: 4 for 万元 where 元 is stored, −4 the other way round.
    """

    places: int
    integer: bool = False
    unit: str = ""
    shift: int = 0

    def column(self, text: pl.Expr) -> pl.Expr:
        plain = text.str.replace_many(list(_NUMBER_SPELLINGS), list(_NUMBER_SPELLINGS.values()))
        if self.unit:
            plain = plain.str.strip_suffix(self.unit)
        shaped = pl.when(plain.str.contains(_INTEGER if self.integer and not self.shift else _NUMBER)).then(plain)
        if self.integer and not self.shift:
            return shaped.str.split(".").list.first().str.strip_prefix("+").cast(pl.Int64, strict=False)
        number = shaped.str.strip_prefix("+").str.to_decimal(scale=self.places + abs(self.shift))
        moved = number * pl.lit(Decimal(1).scaleb(self.shift)) if self.shift else number
        return moved.round(self.places).cast(pl.Int64 if self.integer else pl.Decimal(38, self.places), strict=False)

    def explain(self, text: str) -> Problem | None:
        plain = text.translate(_NUMBER_TABLE)
        plain = plain.removesuffix(self.unit) if self.unit else plain
        if re.fullmatch((_INTEGER if self.integer and not self.shift else _NUMBER)[1:-1], plain):
            return None
        if _SCIENTIFIC.fullmatch(plain):
            return Problem(
                "number.scientific",
                "“{text}”是科学计数法，末几位可能已丢",
                {"text": text},
                basis="请在表格中把该列设为数值，显示全部数字",
            )
        if self.integer and re.fullmatch(_NUMBER[1:-1], plain):
            return Problem("number.integer", "应为整数，现为 {text}", {"text": text}, basis="无建议，请核对")
        if (long := _LONG.fullmatch(plain)) and len(long[1]) > _MOST_DIGITS:
            values = {"limit": _MOST_DIGITS, "actual": len(long[1])}
            return Problem("number.length", "整数部分最多 {limit} 位，现为 {actual} 位", values, basis="无建议，请核对")
        return Problem("number.shape", "应为数字，现为“{text}”", {"text": text}, basis="只填数字，说明写进备注")


_NUMBER_SPELLINGS = {
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    **{"，": "", ",": "", " ": "", "\u3000": "", "¥": "", "￥": "", "．": ".", "－": "-", "−": "-", "＋": "+"},
}
_NUMBER_TABLE = str.maketrans(_NUMBER_SPELLINGS)

_DATE_SPELLINGS = {
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    **{"年": "-", "月": "-", "日": "", "/": "-", ".": "-", "／": "-", "．": "-", "－": "-"},
}
_DATE_TABLE = str.maketrans(_DATE_SPELLINGS)
_CLOCK = r"(?:[ T]*[0-9]{1,2}:[0-9]{1,2}(?::[0-9]{1,2}(?:-[0-9]+)?)?)?"
_DAY = rf"^([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}}){_CLOCK}$"
_COMPACT_DAY = r"^((?:18|19|20|21)[0-9]{2})([0-9]{2})([0-9]{2})$"
_SERIAL = r"^[1-9][0-9]{4}(?:-[0-9]+)?$"


@dataclass(frozen=True)
class DateReader:
    """A day: 2025-06-18, 2025/6/18, 2025.6.18, 2025年6月18日, 20250618, with or without a clock time, or an Excel serial day (45826)."""

    def column(self, text: pl.Expr) -> pl.Expr:
        return once_per_text(text, self._days, pl.Date())

    def _days(self, text: pl.Expr) -> pl.Expr:
        plain = text.str.replace_many(list(_DATE_SPELLINGS), list(_DATE_SPELLINGS.values()))
        iso = plain.str.replace(_DAY, "$1-$2-$3").str.replace(_COMPACT_DAY, "$1-$2-$3")
        shaped = pl.when(iso.str.contains(r"^[1-9][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}$")).then(iso)
        serial = pl.when(plain.str.contains(_SERIAL)).then(plain.str.head(5)).cast(pl.Int32, strict=False)
        from_serial = pl.lit(_EXCEL_EPOCH) + pl.duration(days=serial)
        return shaped.str.to_date("%Y-%m-%d", strict=False).fill_null(from_serial)

    def explain(self, text: str) -> Problem | None:
        plain = text.translate(_DATE_TABLE)
        if re.fullmatch(_SERIAL[1:-1], plain):
            return None
        match = re.fullmatch(_DAY[1:-1], plain) or re.fullmatch(_COMPACT_DAY[1:-1], plain)
        if match and not plain.startswith("0"):
            return _calendar_problem(int(match[1]), int(match[2]), int(match[3]))
        if re.fullmatch(r"[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}", plain):
            return Problem("date.short-year", "年份应为 4 位，现为“{text}”", {"text": text}, basis="无建议，请补全年份")
        if re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-?", plain):
            return Problem("date.no-day", "“{text}”缺日", {"text": text}, basis="无建议，请补全到日")
        return Problem("date.shape", "应为日期如 2025-06-18，现为“{text}”", {"text": text}, basis="无建议，请对照原件")


def _calendar_problem(year: int, month: int, day: int) -> Problem | None:
    """Why the three numbers are no day of the calendar."""
    basis = "无建议，请对照原件"
    if not 1 <= month <= 12:
        return Problem("date.month", "月份 {month} 不存在", {"month": month}, basis=basis)
    following = date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else date.max
    last = (following - timedelta(days=1)).day if following is not date.max else 31
    if not 1 <= day <= last:
        return Problem("date.day", "{year} 年 {month} 月没有 {day} 日", {"year": year, "month": month, "day": day}, basis=basis)
    return None


_YES = ("是", "有", "√", "✓", "对", "Y", "y", "YES", "Yes", "yes", "TRUE", "True", "true", "1")
_NO = ("否", "无", "×", "✗", "不是", "没有", "N", "n", "NO", "No", "no", "FALSE", "False", "false", "0")
_BOOLEANS = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}


@dataclass(frozen=True)
class BooleanReader:
    """是 or 否, 有 or 无, √ or ×, 1 or 0."""

    def column(self, text: pl.Expr) -> pl.Expr:
        return text.replace_strict(list(_BOOLEANS), list(_BOOLEANS.values()), default=None, return_dtype=pl.Boolean)

    def explain(self, text: str) -> Problem | None:
        if text in _BOOLEANS:
            return None
        return Problem("boolean.shape", "应为是或否，现为“{text}”", {"text": text}, basis="填“是”或“否”")


@dataclass(frozen=True)
class CodeListReader:
    """A code, or the label that stands for it."""

    codes: codes.CodeList

    def column(self, text: pl.Expr) -> pl.Expr:
        return once_per_text(text, self.codes.code_column, pl.String())

    def explain(self, text: str) -> Problem | None:
        return self.codes.explain(text)


@dataclass(frozen=True)
class CodeSetReader:
    """Several codes or labels of one list in a cell, set apart by 、 ， , ； ; or a new line; the value is a list of codes."""

    codes: codes.CodeList

    def column(self, text: pl.Expr) -> pl.Expr:
        parts = text.str.replace_all(_BETWEEN, "、").str.strip_chars("、").str.split("、")
        found = parts.list.eval(self.codes.code_column(pl.element().str.strip_chars(BLANKS)))
        return pl.when(found.list.len() > 0, ~found.list.contains(None).fill_null(True)).then(found)

    def explain(self, text: str) -> Problem | None:
        parts = re.sub(_BETWEEN, "、", text).strip("、").split("、")
        return next((problem for part in parts if (problem := self.codes.explain(part.strip(BLANKS)))), None)


_BETWEEN = r"[,，;；\n、]+"


_CLEAN_CODE = r"^[0-9A-Z.-]+$"
_CLEAN_PHONE = r"^[01][0-9-]+$"


@dataclass(frozen=True)
class CodeReader:
    """An identifier of ``engines.codes``; width, blanks and case are mended."""

    kind: CodeKind

    def column(self, text: pl.Expr) -> pl.Expr:
        clean = mended_where_odd(text, _CLEAN_PHONE if self.kind.name == Kind.PHONE else _CLEAN_CODE, self.kind.normalised)
        return pl.when(self.kind.valid(clean)).then(clean)

    def explain(self, text: str) -> Problem | None:
        return self.kind.explain(self.kind.normalise(text))


@dataclass(frozen=True)
class DivisionReader:
    """A division code, or the name of a division of Jiaxing."""

    scope: str | None
    digits: int | None

    def column(self, text: pl.Expr) -> pl.Expr:
        return once_per_text(text, self._codes, pl.String())

    def _codes(self, text: pl.Expr) -> pl.Expr:
        clean = codes.spelling.normalised(text)
        code = codes.division.code_column(text, self.scope or "330400", self.digits).fill_null(clean)
        fits = codes.division.valid(code, scope=self.scope)
        return pl.when(fits & (code.str.len_chars() == self.digits) if self.digits else fits).then(code)

    def explain(self, text: str) -> Problem | None:
        clean = codes.spelling.normalise(text)
        code = codes.division.find_code(text, self.scope or "330400", self.digits) or clean
        problem = codes.division.explain(code, scope=self.scope)
        if problem is None and self.digits and len(code) != self.digits:
            return Problem(
                "division.length",
                "应为 {digits} 位，现为 {actual} 位",
                {"digits": self.digits, "actual": len(code)},
                basis="无建议，请对照行政区划代码",
            )
        return problem


@dataclass(frozen=True)
class ReferenceReader:
    """The key of a record in another register; ``known`` are its keys, None when the register is asked later."""

    label: str
    known: pl.Series | None

    def column(self, text: pl.Expr) -> pl.Expr:
        return text if self.known is None else pl.when(text.is_in(self.known.implode())).then(text)

    def explain(self, text: str) -> Problem | None:
        if self.known is None or (self.known == text).any():
            return None
        return Problem(
            "reference.unknown", "{label}“{text}”没有登记", {"label": self.label, "text": text}, basis="先登记，再重放这一行"
        )


@dataclass(frozen=True)
class TranslatingReader:
    """A source's own codes first become ours; codes that were retired are no values."""

    inner: Reader
    translations: Mapping[str, str]
    retired: Mapping[str, tuple[str, str]]

    def column(self, text: pl.Expr) -> pl.Expr:
        known = text.replace(list(self.translations), list(self.translations.values())) if self.translations else text
        return self.inner.column(pl.when(~text.is_in(list(self.retired))).then(known) if self.retired else known)

    def explain(self, text: str) -> Problem | None:
        if text in self.retired:
            since, now = self.retired[text]
            values: dict[str, object] = {"text": text, "since": since}
            return Problem("code.retired", "“{text}”自 {since} 起停用", values, suggestion=now or None, basis="来源的停用代码表")
        return self.inner.explain(self.translations.get(text, text))


def reader_of(field: Field, *, shift: int = 0, known: pl.Series | None = None) -> Reader:
    """The reader of a field; ``shift`` from the unit in the column's title, ``known`` for a reference."""
    reader = _plain_reader(field, shift, known)
    return TranslatingReader(reader, field.translations, field.retired) if field.translations or field.retired else reader


def _plain_reader(field: Field, shift: int, known: pl.Series | None) -> Reader:
    match field.kind:
        case Kind.TEXT:
            return TextReader()
        case Kind.INTEGER:
            return NumberReader(0, integer=True, unit=field.unit, shift=shift)
        case Kind.DECIMAL:
            return NumberReader(field.scale, unit=field.unit, shift=shift)
        case Kind.DATE:
            return DateReader()
        case Kind.MOMENT:
            return MomentReader()
        case Kind.BOOLEAN:
            return BooleanReader()
        case Kind.CODE_LIST:
            return CodeSetReader(field.codes) if field.multiple else CodeListReader(field.codes)
        case Kind.REFERENCE:
            return ReferenceReader(field.label, known)
        case Kind.DIVISION:
            return DivisionReader(field.scope, field.division_digits)
        case _:
            return CodeReader(codes.kind(field.kind.value))
