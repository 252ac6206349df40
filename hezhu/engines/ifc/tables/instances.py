"""Attributes of many instances at once, as Polars columns."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from hezhu.engines.ifc.tables.bits import Flags, Offsets, next_set
from hezhu.engines.ifc.tables.class_names import ClassNames
from hezhu.engines.ifc.tables.schema import Schema
from hezhu.engines.ifc.tables.spans import after_blanks, digits, first_bytes, texts, trimmed
from hezhu.engines.ifc.tables.step import StepFile
from hezhu.engines.ifc.tables.strings import decode_string, decode_strings

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]

_TOKEN = re.compile(r"'(?:[^']|'')*'|[(),]|[^(),'\s][^(),']*", re.DOTALL)
_LOGICAL = {".T.": True, ".F.": False}
_ENUMERATION = r"^\.\w*\.$"
_QUOTE, _DOT, _HASH, _NULL, _DERIVED = (ord(mark) for mark in "'.#$*")
_DEEPEST = 200


class Instances:
    """A scanned file seen through its schema. Rows are positions in ``step.ids``.

    What a method needs is parted and decoded for the rows it is asked for; where arguments stand is kept, texts are not.
    """

    def __init__(self, step: StepFile, schema: Schema) -> None:
        self.step = step
        self.schema = schema
        self.class_names = step.class_names
        self.class_code = step.class_code
        self._by_class = np.argsort(step.class_code, kind="stable").astype(np.int32)
        self._class_end = np.cumsum(np.bincount(step.class_code, minlength=len(step.class_names)))

    def rows(self, *ancestors: str) -> Offsets:
        """Rows of the classes and their subtypes, in file order."""
        wanted = {name for ancestor in ancestors for name in self.schema.kinds_of(ancestor)}
        return self.rows_named(wanted)

    def rows_named(self, wanted: set[str]) -> Offsets:
        """Rows of exactly the classes with these upper-case names, in file order."""
        codes = [code for code, name in enumerate(self.class_names) if name in wanted]
        parts = [self._of_class(code) for code in codes]
        if len(parts) == 1:
            return parts[0]
        return np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)

    def _of_class(self, code: int) -> Offsets:
        return self._by_class[self._class_end[code - 1] if code else 0 : self._class_end[code]].astype(np.int64)

    def described_rows(self) -> Offsets:
        """Rows of instances that carry meaning rather than shape."""
        return self.rows_named(set(self.schema.described()))

    def row_of(self, ids: Offsets) -> Offsets:
        """Row of each instance number, −1 where the file has none."""
        return self.step.numbers.of(ids)

    def row_of_one(self, number: int) -> int:
        """The same of a single number."""
        return self.step.numbers.one(number)

    def kept_pairs(self, name: str) -> tuple[Offsets, Offsets] | None:
        """Pairs of rows that were joined before, by their name in ``pairs``; None where they have to be made."""
        return None

    def spans(self, rows: Offsets, position: int) -> tuple[Offsets, Offsets]:
        """Byte offsets of one argument of each row; empty where a record has too few."""
        return self.step.arguments.spans(rows, position)

    def raw(self, rows: Offsets, position: int | None) -> pl.Series:
        """The argument as written; null for ``$``, ``*`` and for an attribute the release does not have."""
        if position is None:
            return _nulls(len(rows), pl.String)
        return self.written(*self.spans(rows, position))

    def text(self, rows: Offsets, position: int | None) -> pl.Series:
        """Strings decoded, enumerations without dots."""
        if position is None:
            return _nulls(len(rows), pl.String)
        return self.plain(*self.spans(rows, position))

    def number(self, rows: Offsets, position: int | None) -> pl.Series:
        """Numbers as float64; null where there is none."""
        return numbers(self.raw(rows, position))

    def typed_spans(self, rows: Offsets, position: int) -> tuple[pl.Series, Offsets, Offsets]:
        """Type name in upper case and the span of the inner value of arguments like ``IFCLABEL('x')``.

        A value without a type has a null name and is its own inner value.
        """
        start, end = self.spans(rows, position)
        first = first_bytes(self.step.data, start, end) | 0x20
        is_typed = np.flatnonzero((first >= ord("a")) & (first <= ord("z")))
        opening = next_set(self.step.marks, start[is_typed], len(self.step.data))
        inner = opening < end[is_typed]
        is_typed, opening = is_typed[inner], opening[inner]
        names = ClassNames(self.step.data)
        _, name_end = trimmed(self.step.data, start[is_typed], opening)
        code = np.full(len(rows), -1, dtype=np.int64)
        code[is_typed] = names.codes(start[is_typed], name_end)
        start[is_typed], end[is_typed] = trimmed(self.step.data, opening + 1, end[is_typed] - 1)
        kinds = pl.Series([None, *names.found], dtype=pl.String)
        return kinds.gather(pl.Series(code + 1)), start, end

    def written(self, start: Offsets, end: Offsets) -> pl.Series:
        """Spans as written; null for empty ones, ``$`` and ``*``."""
        return _without(texts(self.step.data, start, end), self._absent(start, end))

    def plain(self, start: Offsets, end: Offsets) -> pl.Series:
        """Spans as plain text: strings decoded, ``.ENUM.`` without dots, the rest as written; null for empty ones, ``$`` and ``*``."""
        data = self.step.data
        first, last = first_bytes(data, start, end), first_bytes(data, end - 1, end)
        two = end - start >= 2
        quoted = (first == _QUOTE) & two
        dotted = (first == _DOT) & (last == _DOT) & two
        if dotted.any():
            inner = texts(data, start[dotted], end[dotted])
            dotted[np.flatnonzero(dotted)[~inner.str.contains(_ENUMERATION).to_numpy()]] = False
        bare = quoted | dotted
        text = texts(data, start + bare, end - bare)
        if quoted.any():
            text = decode_strings(text, pl.Series(quoted))
        return _without(text, self._absent(start, end))

    def _absent(self, start: Offsets, end: Offsets) -> Flags:
        first = first_bytes(self.step.data, start, end)
        return (start >= end) | (((first == _NULL) | (first == _DERIVED)) & (end - start == 1))

    def reference(self, rows: Offsets, position: int | None) -> pl.Series:
        """Instance number a single reference names; null where there is none."""
        if position is None:
            return _nulls(len(rows), pl.Int64)
        data = self.step.data
        start, end = self.spans(rows, position)
        at = after_blanks(data, np.minimum(start + 1, end), end)
        target, count = digits(data, at)
        sound = (first_bytes(data, start, end) == _HASH) & (count > 0) & (at + count == end)
        return _without(pl.Series(target), ~sound)

    def references(self, rows: Offsets, position: int | None) -> pl.DataFrame:
        """Every reference within one argument of the given rows, in file order: ``id``, ``order`` from 0, ``target``."""
        if position is None or not len(rows):
            return pl.DataFrame(schema={"id": pl.Int64, "order": pl.Int64, "target": pl.Int64})
        if (rows[1:] <= rows[:-1]).any():
            rows = np.unique(rows)
        owner, target = self.step.arguments.references(*self.spans(rows, position))
        count = np.bincount(owner, minlength=len(rows))
        order = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        return pl.DataFrame({"id": self.step.ids[rows[owner]], "order": order, "target": target})

    def all_references(self, rows: Offsets) -> tuple[Offsets, Offsets, Offsets]:
        """Every reference the rows make, in their order: row, position of the attribute, target."""
        owner, position, start, end = self.step.arguments.all_spans(rows)
        argument, target = self.step.arguments.references(start, end)
        return rows[owner[argument]], position[argument], target

    def column(self, name: str, attribute: str, rows: Offsets | None = None) -> pl.Series:
        """Text of one attribute of a class and its subtypes."""
        return self.text(self.rows(name) if rows is None else rows, self.schema.position(name, attribute))

    def links(self, name: str, attribute: str) -> pl.DataFrame:
        """References of one attribute of a class and its subtypes."""
        return self.references(self.rows(name), self.schema.position(name, attribute))

    def record(self, row: int) -> list[Value]:
        """All arguments of one instance as Python values; ``{"ref": n}`` is a reference, ``{"IFCLABEL": v}`` a typed value."""
        if not self.step.arguments.is_parted(row):
            self.step.arguments.part(self._of_class(int(self.class_code[row])))
        written = self.step.arguments.written(row)
        return [parse_value(each.decode("utf-8", "replace")) for each in written]


def numbers(written: pl.Series) -> pl.Series:
    """Written numbers as float64; null for what is none, or not finite."""
    number = written.cast(pl.Float64, strict=False)
    return number if number.is_finite().all() else number.set(~number.is_finite(), None)


def plain_text(raw: pl.Series) -> pl.Series:
    """Written values as plain text: strings decoded, ``.ENUM.`` without dots, the rest as written."""
    quoted = raw.str.starts_with("'").fill_null(False)
    dotted = raw.str.contains(_ENUMERATION).fill_null(False)
    if not (quoted.any() or dotted.any()):
        return raw
    frame = pl.DataFrame({"raw": raw, "quoted": quoted, "dotted": dotted})
    text = frame.select(
        pl.when("quoted")
        .then(pl.col("raw").str.strip_prefix("'").str.strip_suffix("'"))
        .when("dotted")
        .then(pl.col("raw").str.strip_chars("."))
        .otherwise("raw")
    ).to_series()
    return decode_strings(text, quoted)


def typed(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Type name and inner value as written of ``IFCLABEL('x')``; the type is null for a value without one."""
    parts = pl.DataFrame({"raw": raw}).select(
        kind=pl.col("raw").str.extract(r"^([A-Za-z]\w*)\s*\(", 1).str.to_uppercase(),
        inner=pl.col("raw").str.extract(r"(?s)^[A-Za-z]\w*\s*\(\s*(.*?)\s*\)$", 1),
        raw="raw",
    )
    return parts["kind"], parts.select(pl.when(pl.col("kind").is_null()).then("raw").otherwise("inner")).to_series()


def _nulls(count: int, kind: type[pl.DataType]) -> pl.Series:
    return pl.repeat(None, count, dtype=kind, eager=True)


def _without(values: pl.Series, absent: Flags) -> pl.Series:
    return values.set(pl.Series(absent), None) if absent.any() else values


def parse_value(written: str) -> Value:
    """One argument as a Python value: lists nested, typed values as ``{TYPE: value}``, references as ``{"ref": n}``."""
    stack: list[tuple[str | None, list[Value]]] = [(None, [])]
    name: str | None = None
    for mark in _TOKEN.findall(written):
        if mark == "(":
            if len(stack) > _DEEPEST:
                return written
            stack.append((name, []))
            name = None
        elif mark == ")":
            if len(stack) == 1:
                return written
            kind, values = stack.pop()
            stack[-1][1].append(values if kind is None else {kind: values[0] if len(values) == 1 else list(values)})
        elif mark == ",":
            continue
        elif mark[0].isalpha():
            name = mark.strip().upper()
        else:
            stack[-1][1].append(_atom(mark.strip()))
    return stack[0][1][0] if len(stack) == 1 and stack[0][1] else None


def _atom(mark: str) -> Value:
    if mark[0] == "'":
        return decode_string(mark[1:-1])
    if mark[0] == "#":
        return {"ref": int(mark[1:])} if mark[1:].strip().isdigit() else None
    if mark in "$*":
        return None
    if mark[0] == ".":
        return _LOGICAL.get(mark, mark.strip("."))
    try:
        return int(mark) if mark.lstrip("+-").isdigit() else float(mark)
    except ValueError:
        return mark
