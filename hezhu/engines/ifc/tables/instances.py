"""Attributes of many instances at once, as Polars columns."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from hezhu.engines.ifc.tables.schema import Schema
from hezhu.engines.ifc.tables.spans import Offsets, first_bytes, texts, trimmed, whole_numbers
from hezhu.engines.ifc.tables.step import StepFile
from hezhu.engines.ifc.tables.strings import decode_string, decode_strings

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]

_TOKEN = re.compile(r"'(?:[^']|'')*'|[(),]|[^(),'\s][^(),']*", re.DOTALL)
_LOGICAL = {".T.": True, ".F.": False}
_DEEPEST = 200


class Instances:
    """A scanned file seen through its schema. Rows are positions in ``step.ids``."""

    def __init__(self, step: StepFile, schema: Schema) -> None:
        self.step = step
        self.schema = schema
        names = step.classes.unique().sort()
        self.class_names = names.to_list()
        self.class_code = step.classes.cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64)
        self._order = np.argsort(step.ids)

    def rows(self, *ancestors: str) -> Offsets:
        """Rows of the classes and their subtypes, in file order."""
        wanted = {name for ancestor in ancestors for name in self.schema.kinds_of(ancestor)}
        return self._of_names(wanted)

    def _of_names(self, wanted: set[str]) -> Offsets:
        chosen = np.array([name in wanted for name in self.class_names], dtype=np.bool_)
        return np.flatnonzero(chosen[self.class_code]) if len(chosen) else np.zeros(0, dtype=np.int64)

    def described_rows(self) -> Offsets:
        """Rows of instances that carry meaning rather than shape."""
        return self._of_names(set(self.schema.described()))

    def row_of(self, ids: Offsets) -> Offsets:
        """Row of each instance number, −1 where the file has none."""
        if not len(self._order):
            return np.full(len(ids), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(self.step.ids, ids, sorter=self._order), len(self._order) - 1)
        row = self._order[place]
        return np.where(self.step.ids[row] == ids, row, -1)

    def spans(self, rows: Offsets, position: int) -> tuple[Offsets, Offsets]:
        """Byte offsets of one argument of each row; empty where a record has too few."""
        first, stop = self.step.first_argument[rows] + position, self.step.first_argument[rows + 1]
        there = first < stop
        start, end = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
        start[there] = self.step.argument_start[first[there]]
        end[there] = self.step.argument_end[first[there]]
        return start, end

    def raw(self, rows: Offsets, position: int | None) -> pl.Series:
        """The argument as written; null for ``$``, ``*`` and for an attribute the release does not have."""
        if position is None:
            return pl.repeat(None, len(rows), dtype=pl.String, eager=True)
        written = texts(self.step.data, *self.spans(rows, position))
        return written.set(written.is_in(["", "$", "*"]), None)

    def text(self, rows: Offsets, position: int | None) -> pl.Series:
        """Strings decoded, enumerations without dots."""
        return plain_text(self.raw(rows, position))

    def number(self, rows: Offsets, position: int | None) -> pl.Series:
        """Numbers as float64; null where there is none."""
        return self.raw(rows, position).cast(pl.Float64, strict=False)

    def reference(self, rows: Offsets, position: int | None) -> pl.Series:
        """Instance number a single reference names; null where there is none."""
        if position is None:
            return pl.repeat(None, len(rows), dtype=pl.Int64, eager=True)
        start, end = self.spans(rows, position)
        is_reference = first_bytes(self.step.data, start, end) == ord("#")
        value, sound = whole_numbers(self.step.data, *trimmed(self.step.data, start + 1, np.maximum(end, start + 1)))
        series = pl.Series(value)
        return series.set(pl.Series(~(is_reference & sound)), None)

    def references(self, rows: Offsets, position: int | None) -> pl.DataFrame:
        """Every reference within one argument of the given rows: ``id``, ``order`` from 0, ``target``."""
        chosen = np.zeros(len(self.step.ids), dtype=np.bool_)
        chosen[rows] = True
        hit = chosen[self.step.reference_row] & (self.step.reference_argument == (-1 if position is None else position))
        frame = pl.DataFrame({"id": self.step.ids[self.step.reference_row[hit]], "target": self.step.reference_target[hit]})
        return frame.select("id", pl.int_range(pl.len()).over("id").alias("order"), "target")

    def column(self, name: str, attribute: str, rows: Offsets | None = None) -> pl.Series:
        """Text of one attribute of a class and its subtypes."""
        return self.text(self.rows(name) if rows is None else rows, self.schema.position(name, attribute))

    def links(self, name: str, attribute: str) -> pl.DataFrame:
        """References of one attribute of a class and its subtypes."""
        return self.references(self.rows(name), self.schema.position(name, attribute))

    def record(self, row: int) -> list[Value]:
        """All arguments of one instance as Python values; ``{"ref": n}`` is a reference, ``{"IFCLABEL": v}`` a typed value."""
        first, stop = int(self.step.first_argument[row]), int(self.step.first_argument[row + 1])
        spans = zip(self.step.argument_start[first:stop].tolist(), self.step.argument_end[first:stop].tolist(), strict=True)
        return [parse_value(self.step.data[start:end].tobytes().decode("utf-8", "replace")) for start, end in spans]


def plain_text(raw: pl.Series) -> pl.Series:
    """Written values as plain text: strings decoded, ``.ENUM.`` without dots, the rest as written."""
    is_string = raw.str.starts_with("'").fill_null(False)
    inner = decode_strings(raw.filter(is_string).str.slice(1).str.head(-1))
    bare = raw.str.strip_chars(".").filter(raw.str.contains(r"^\.\w*\.$").fill_null(False))
    frame = pl.DataFrame({"raw": raw}).with_row_index("n")
    changed = pl.concat(
        [
            frame.filter(is_string).select("n").with_columns(text=inner),
            frame.filter(raw.str.contains(r"^\.\w*\.$").fill_null(False)).select("n").with_columns(text=bare),
        ]
    )
    joined = frame.join(changed, on="n", how="left", maintain_order="left")
    return joined.select(pl.coalesce("text", "raw")).to_series()


def typed(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Type name and inner value as written of ``IFCLABEL('x')``; the type is null for a value without one."""
    parts = pl.DataFrame({"raw": raw}).select(
        kind=pl.col("raw").str.extract(r"^([A-Za-z]\w*)\s*\(", 1).str.to_uppercase(),
        inner=pl.col("raw").str.extract(r"(?s)^[A-Za-z]\w*\s*\(\s*(.*?)\s*\)$", 1),
        raw="raw",
    )
    return parts["kind"], parts.select(pl.when(pl.col("kind").is_null()).then("raw").otherwise("inner")).to_series()


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
