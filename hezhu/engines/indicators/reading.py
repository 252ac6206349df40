"""Reading definitions: a YAML entry becomes an Indicator, or a DefinitionError that lists every problem at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hezhu.engines.indicators.definition import (
    AnyOf,
    Condition,
    DefinitionError,
    Grain,
    Indicator,
    Measure,
    Period,
    Population,
    Reason,
    Side,
    Test,
    canonical,
)
from hezhu.engines.indicators.tables import Column, Schema, Table, find_column, known_paths

OPS: dict[str, tuple[str, ...]] = {
    "eq": ("int64", "decimal", "string", "date", "boolean"),
    "ne": ("int64", "decimal", "string", "date", "boolean"),
    "in": ("int64", "decimal", "string", "date"),
    "not_in": ("int64", "decimal", "string", "date"),
    "ge": ("int64", "decimal", "date"),
    "gt": ("int64", "decimal", "date"),
    "le": ("int64", "decimal", "date"),
    "lt": ("int64", "decimal", "date"),
    "contains": ("string",),
    "has": ("array<string>",),
    "has_any": ("array<string>",),
    "null": ("int64", "decimal", "string", "date", "boolean", "array<string>"),
    "not_null": ("int64", "decimal", "string", "date", "boolean", "array<string>"),
}
VALUE_TYPES: dict[str, tuple[type, ...]] = {
    "int64": (int,),
    "decimal": (int, float, Decimal),
    "string": (str,),
    "date": (dt.date,),
    "boolean": (bool,),
    "array<string>": (str,),
}
ENTRY_KEYS = {
    "target", "title", "unit", "table", "where", "period", "numerator", "denominator", "scale", "decimals", "done_at",
    "not_counted", "otherwise", "columns", "rule", "notes", "status", "source",
}  # fmt: skip


def read_indicators(entries: Sequence[Mapping[str, Any]], schema: Schema) -> list[Indicator]:
    """All definitions of a pack. Raises DefinitionError with the problems of every entry, and for a target defined twice."""
    found: dict[str, Indicator] = {}
    problems: list[str] = []
    for entry in entries:
        try:
            indicator = read_indicator(entry, schema)
        except DefinitionError as error:
            problems += error.problems
            continue
        if indicator.target in found:
            problems.append(f"{indicator.target}：定义了两次，请只留一条。")
        found[indicator.target] = indicator
    if problems:
        raise DefinitionError(problems)
    return list(found.values())


def read_indicator(entry: Mapping[str, Any], schema: Schema) -> Indicator:
    """One definition, checked against the registers it names. Raises DefinitionError."""
    return _Reader(entry, schema).read()


class _Reader:
    """Collects problems while it reads, so that an author sees all of them in one go."""

    def __init__(self, entry: Mapping[str, Any], schema: Schema) -> None:
        self.entry = entry
        self.schema = schema
        self.target = str(entry.get("target") or "（无编号）")
        self.problems: list[str] = []

    def say(self, place: str, text: str) -> None:
        self.problems.append(f"{self.target} {place}：{text}")

    def read(self) -> Indicator:
        entry = self.entry
        for key in ("target", "title", "unit", "table", "period", "numerator"):
            if entry.get(key) in (None, ""):
                self.say(key, "没有填写。")
        for key in sorted(set(entry) - ENTRY_KEYS):
            self.say(key, f"没有这一项；可用：{'、'.join(sorted(ENTRY_KEYS))}。")
        table = self.table("table", entry.get("table"))
        if table is None or self.problems:
            raise DefinitionError(self.problems)
        population = self.population("", entry, table)
        numerator = self.numerator(entry["numerator"], table)
        denominator = self.denominator(entry.get("denominator"), table)
        indicator = Indicator(
            target=self.target,
            title=str(entry["title"]),
            unit=str(entry["unit"]),
            population=population,
            numerator=numerator,
            denominator=denominator,
            scale=float(entry.get("scale", 1)),
            decimals=int(entry.get("decimals", 0)),
            done_at=float(entry.get("done_at", 1)),
            not_counted=self.reasons(entry.get("not_counted") or (), table),
            otherwise=str(entry.get("otherwise", "")),
            columns=self.columns(entry.get("columns") or (), table),
            rule=str(entry.get("rule", "")),
            notes=tuple(str(note) for note in entry.get("notes") or ()),
            status=str(entry.get("status", "to-be-confirmed")),
            source=str(entry.get("source", "")),
            text=canonical(entry),
        )
        self.check_units(indicator, table)
        if self.problems:
            raise DefinitionError(self.problems)
        return indicator

    def table(self, place: str, name: object) -> Table | None:
        if name in (None, ""):
            return None
        table = self.schema.get(str(name))
        if table is None:
            self.say(place, f"没有登记库“{name}”；可用：{'、'.join(self.schema)}。")
        return table

    def column(self, place: str, path: object, table: Table) -> Column | None:
        column = find_column(self.schema, table, str(path))
        if column is None:
            self.say(place, f"登记库 {table.name} 没有列“{path}”；可用：{'、'.join(known_paths(self.schema, table))}。")
        return column

    def population(self, place: str, data: Mapping[str, Any], table: Table) -> Population:
        return Population(
            table=table.name,
            where=self.tests(f"{place}where", data.get("where") or (), table),
            period=self.period(f"{place}period", data.get("period") or {}, table),
        )

    def period(self, place: str, data: Mapping[str, Any], table: Table) -> Period:
        try:
            grain = Grain(str(data.get("grain")))
        except ValueError:
            self.say(place, f"grain“{data.get('grain')}”不认识；可用：{'、'.join(Grain)}。")
            return Period(Grain.CURRENT)
        path = str(data.get("column") or "")
        if grain is Grain.CURRENT:
            if path:
                self.say(place, "grain: current 不看日期，请删去 column。")
            return Period(grain)
        column = self.column(place, path, table)
        if column is not None and column.type not in ("date", "int64"):
            self.say(place, f"列“{path}”是 {column.type}，须是日期，或存年份的整数。")
        undated = data.get("undated", False)
        return Period(grain, path, bool(undated))

    def numerator(self, data: Mapping[str, Any], table: Table) -> Side:
        return Side(
            label=str(data.get("label", "")),
            measure=self.measure("numerator.measure", data.get("measure"), table),
            where=self.tests("numerator.where", data.get("where") or (), table),
        )

    def denominator(self, data: Mapping[str, Any] | None, table: Table) -> Side | None:
        if not data:
            return None
        population = None
        if "table" in data:
            other = self.table("denominator.table", data["table"])
            if other is None:
                return None
            table = other
            population = self.population("denominator.", data, table)
        elif "where" in data or "period" in data:
            self.say("denominator", "分母与分子同表时，筛选条件写在最外层的 where 与 period；分母另有来源时写 table。")
        measure = self.measure("denominator.measure", data.get("measure"), table)
        if measure.kind == "count_distinct":
            self.say("denominator.measure", "分母只能用 count 或 sum。")
        return Side(label=str(data.get("label", "")), measure=measure, population=population)

    def measure(self, place: str, data: object, table: Table) -> Measure:
        if data == "count":
            return Measure("count")
        if isinstance(data, Mapping) and len(data) == 1:
            kind, path = next(iter(data.items()))
            if kind in ("sum", "count_distinct"):
                column = self.column(place, path, table)
                if kind == "sum" and column is not None and column.type not in ("int64", "decimal"):
                    self.say(place, f"列“{path}”是 {column.type}，不能累加。")
                return Measure(str(kind), str(path))
        self.say(place, "须是 count，或 {sum: 列}，或 {count_distinct: 列}。")
        return Measure("count")

    def tests(self, place: str, data: object, table: Table) -> tuple[Test, ...]:
        if not isinstance(data, Sequence) or isinstance(data, str):
            self.say(place, "须是条件的列表。")
            return ()
        tests: list[Test] = []
        for number, item in enumerate(data, 1):
            spot = f"{place} 第 {number} 条"
            if isinstance(item, Mapping) and set(item) == {"any"}:
                inner = self.tests(spot, item["any"], table)
                if not inner:
                    self.say(spot, "any 里没有条件。")
                tests.append(AnyOf(tuple(test for test in inner if isinstance(test, Condition))))
            elif isinstance(item, Mapping):
                tests.append(self.condition(spot, item, table))
            else:
                self.say(spot, "须写成 {column, op, value}。")
        return tuple(tests)

    def condition(self, place: str, item: Mapping[str, Any], table: Table) -> Condition:
        path, op = str(item.get("column", "")), str(item.get("op", ""))
        column = self.column(place, path, table)
        if op not in OPS:
            self.say(place, f"op“{op}”不认识；可用：{'、'.join(OPS)}。")
            return Condition(path, op)
        if column is not None and column.type not in OPS[op]:
            self.say(place, f"op“{op}”不能用于 {column.type} 列“{path}”。")
            column = None
        value = item.get("value")
        if op in ("null", "not_null"):
            if "value" in item:
                self.say(place, f"op“{op}”不带 value。")
            return Condition(path, op)
        values = tuple(value) if isinstance(value, list | tuple) else (value,)
        if op not in ("in", "not_in", "has_any") and len(values) != 1:
            self.say(place, f"op“{op}”只要一个 value。")
        if column is not None:
            values = tuple(_as_date(value) for value in values) if column.type == "date" else values
            self.check_values(place, path, column, values)
        return Condition(path, op, values)

    def check_values(self, place: str, path: str, column: Column, values: tuple[Any, ...]) -> None:
        if not values:
            self.say(place, "value 是空的。")
        for value in values:
            wrong_bool = isinstance(value, bool) and column.type != "boolean"
            if wrong_bool or not isinstance(value, VALUE_TYPES[column.type]):
                self.say(place, f"列“{path}”是 {column.type}，value“{value}”不是。")

    def reasons(self, data: Sequence[Mapping[str, Any]], table: Table) -> tuple[Reason, ...]:
        reasons = []
        for number, item in enumerate(data, 1):
            place = f"not_counted 第 {number} 条"
            if not item.get("reason"):
                self.say(place, "没有写 reason。")
            reasons.append(Reason(self.tests(place, item.get("where") or (), table), str(item.get("reason", ""))))
        return tuple(reasons)

    def columns(self, data: Sequence[str], table: Table) -> tuple[str, ...]:
        for path in data:
            self.column("columns", path, table)
        return tuple(str(path) for path in data)

    def check_units(self, indicator: Indicator, table: Table) -> None:
        """A share needs the same unit above and below; a percentage needs the scale 100 unless its numerator is in per cent."""
        above = self.unit_of(indicator.numerator.measure, table)
        if indicator.denominator is None:
            return
        other = indicator.denominator.population
        below = self.unit_of(indicator.denominator.measure, self.schema[other.table] if other else table)
        is_mean = indicator.denominator.measure.kind == "count"
        if not is_mean and above != below:
            self.say("denominator", f"分子单位是“{above or '行'}”，分母单位是“{below or '行'}”，不能相比。")
        if indicator.unit == "%" and above != "%" and indicator.scale != 100:
            self.say("scale", "单位是 % 的比例，scale 须为 100。")

    def unit_of(self, measure: Measure, table: Table) -> str:
        if measure.kind != "sum":
            return ""
        column = find_column(self.schema, table, measure.column)
        return column.unit if column else ""


def _as_date(value: Any) -> Any:
    """A day written as text (definitions that were kept as JSON), as a day; anything else as it is."""
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value
