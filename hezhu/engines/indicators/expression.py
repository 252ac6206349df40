"""A definition as Ibis expressions. One relation of rows carries everything; totals and lists are drawn from it alone.

Columns of the relation of rows:
``source`` 0 for the definition's own rows, 1 for rows of a separate denominator; ``key`` primary key; ``division`` code;
``happened_on`` the date (or 1 January of the year) that places the row in time; ``numerator`` and ``denominator`` what the row
adds to each; ``reason`` 0 for a row that counts in the numerator, else the code of why not (``Indicator.reason_text``).

Ibis is imported here and in ``compiling`` only: it costs 0.7 s and 53 MB, and a web process runs compiled SQL without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis
import ibis.expr.datashape as ds
import ibis.expr.datatypes as dtypes
import ibis.expr.operations as ops
import ibis.expr.types as ir

from hezhu.engines.indicators.definition import (
    DUPLICATE,
    FIRST_REASON,
    MISSING_AMOUNT,
    OTHERWISE,
    AnyOf,
    Condition,
    Grain,
    Indicator,
    Measure,
    Period,
    Population,
    Test,
)
from hezhu.engines.indicators.tables import Schema, Table, find_column

AMOUNT = "decimal(24, 4)"
PARAMETERS = {"first": "date", "last": "date", "divisions": "array<string>", "demo": "boolean"}


class Bound(ops.Scalar):  # type: ignore[misc]
    """A named value given when the SQL runs. No value of a definition or a request is ever part of the SQL text."""

    dtype: dtypes.DataType
    key: str
    shape = ds.scalar

    @property
    def name(self) -> str:
        return self.key


@dataclass
class Values:
    """The named values of one expression: those of the definition are gathered here, those of a run are PARAMETERS.

    With ``given``, values are written into the expression instead: for engines that have no named placeholders.
    """

    given: Mapping[str, Any] | None = None
    constants: dict[str, Any] = field(default_factory=dict)

    def of_run(self, name: str) -> ir.Scalar:
        return self._scalar(name, PARAMETERS.get(name, "int64"), None if self.given is None else self.given[name])

    def constant(self, value: Any, type_: str) -> ir.Scalar:
        name = f"v{len(self.constants)}"
        self.constants[name] = value
        return self._scalar(name, type_, value)

    def _scalar(self, name: str, type_: str, value: Any) -> ir.Scalar:
        if self.given is not None:
            return ibis.literal(value, type_)
        return Bound(dtype=dtypes.dtype(type_), key=name).to_expr()


@dataclass(frozen=True, slots=True)
class Expressions:
    """What one definition gives: all rows, the totals, and the totals by division; all from the same rows."""

    rows: ir.Table
    totals: ir.Table
    by_division: ir.Table


def express(indicator: Indicator, schema: Schema, values: Values) -> Expressions:
    """The expressions of ``indicator``; run them on any Ibis backend whose tables are named as in ``schema``."""
    rows = _rows(indicator, schema, values)
    sums: dict[str, Any] = {
        "numerator": rows.numerator.sum(),
        "denominator": rows.denominator.sum(),
        "counted": ibis.cases((rows.reason == 0, 1), else_=0).sum(),
        "looked_at": ibis.cases((rows.source == 0, 1), else_=0).sum(),
    }
    return Expressions(rows=rows, totals=rows.aggregate(**sums), by_division=rows.group_by("division").aggregate(**sums))


def _rows(indicator: Indicator, schema: Schema, values: Values) -> ir.Table:
    own = _own_rows(indicator, schema, values)
    denominator = indicator.denominator
    if denominator is None or denominator.population is None:
        return own
    return own.union(_separate_denominator(denominator.population, denominator.measure, schema, values))


def _own_rows(indicator: Indicator, schema: Schema, values: Values) -> ir.Table:
    """The rows of the population, each with what it adds and why it does not."""
    table = schema[indicator.population.table]
    tests = (*indicator.numerator.where, *(test for reason in indicator.not_counted for test in reason.where))
    used = _paths(*tests) | {indicator.numerator.measure.column}
    if indicator.denominator and indicator.denominator.population is None:
        used.add(indicator.denominator.measure.column)
    base = _population(indicator.population, schema, values, used)
    reader = _Tests(schema, table, values)
    meets = reader.all_of(base, indicator.numerator.where)
    measure = indicator.numerator.measure
    base = base.mutate(meets_=meets.fill_null(False))
    amount = _amount(base, measure)
    branches: list[tuple[Any, Any]] = []
    if measure.kind == "count_distinct":
        first = ibis.row_number().over(group_by=[base["meets_"], base[measure.column]], order_by=base[table.key]) == 0
        base = base.mutate(first_=first)
        branches.append((base["meets_"] & ~base["first_"], DUPLICATE))
    if amount is not None:
        branches.append((base["meets_"] & amount.isnull(), MISSING_AMOUNT))
    branches.append((base["meets_"], 0))
    for number, reason in enumerate(indicator.not_counted):
        branches.append((reader.all_of(base, reason.where).fill_null(False), FIRST_REASON + number))
    reason_code = ibis.cases(*branches, else_=OTHERWISE).cast("int16")
    base = base.mutate(reason_=reason_code)
    shared = indicator.denominator if indicator.denominator and indicator.denominator.population is None else None
    return _shape(base, table, indicator.population.period, schema, 0, measure, shared.measure if shared else None)


def _separate_denominator(population: Population, measure: Measure, schema: Schema, values: Values) -> ir.Table:
    table = schema[population.table]
    base = _population(population, schema, values, {measure.column}).mutate(reason_=ibis.literal(OTHERWISE).cast("int16"))
    return _shape(base, table, population.period, schema, 1, None, measure)


def _shape(
    base: ir.Table, table: Table, period: Period, schema: Schema, source: int, above: Measure | None, below: Measure | None
) -> ir.Table:
    """The columns every relation of rows has."""

    def adds(measure: Measure | None, when: ir.BooleanValue | None) -> ir.Value:
        if measure is None:
            return ibis.literal(0).cast(AMOUNT)
        value = _amount(base, measure)
        amount = ibis.literal(1) if value is None else value
        counted = amount if when is None else ibis.cases((when, amount), else_=ibis.literal(0))
        return counted.cast(AMOUNT).fill_null(ibis.literal(0).cast(AMOUNT))

    return base.select(
        source=ibis.literal(source).cast("int16"),
        key=base[table.key].cast("int64"),
        division=base[table.division],
        happened_on=_happened_on(base, table, period, schema),
        numerator=adds(above, base["reason_"] == 0),
        denominator=adds(below, None),
        reason=base["reason_"],
    )


def _amount(base: ir.Table, measure: Measure) -> ir.Value | None:
    """The column a row adds, or None where each row adds 1."""
    return base[measure.column] if measure.kind == "sum" else None


def _happened_on(base: ir.Table, table: Table, period: Period, schema: Schema) -> ir.Value:
    if not period.column:
        return ibis.null("date")
    column = find_column(schema, table, period.column)
    if column is not None and column.type == "int64":
        return ibis.date(base[period.column].cast("int32"), 1, 1)
    return base[period.column]


def _population(population: Population, schema: Schema, values: Values, used: set[str]) -> ir.Table:
    """The rows of a register within the run's divisions, world and period that pass the population's tests."""
    table = schema[population.table]
    base = _joined(table, schema, used | _paths(*population.where) | {population.period.column})
    tests = [
        values.of_run("divisions").contains(base[table.division]),
        base[table.is_demo] == values.of_run("demo"),
        *_period_tests(base, population.period, schema, table, values),
        *(_Tests(schema, table, values).one(base, test) for test in population.where),
    ]
    return base.filter(*tests)


def _period_tests(base: ir.Table, period: Period, schema: Schema, table: Table, values: Values) -> list[ir.BooleanValue]:
    if period.grain is Grain.CURRENT:
        return []
    happened = base[period.column]
    column = find_column(schema, table, period.column)
    first: Any = values.of_run("first")
    last: Any = values.of_run("last")
    if column is not None and column.type == "int64":
        first, last = first.year(), last.year()
    inside = happened <= last
    if period.grain is Grain.YEAR:
        inside = inside & (happened >= first)
    return [inside.fill_null(True) if period.undated else inside]


def _joined(table: Table, schema: Schema, paths: set[str]) -> ir.Table:
    """The register with the columns of its links that ``paths`` name (``link.column``) beside it."""
    base = _plain(table)
    for name, link in table.links.items():
        wanted = [path.partition(".")[2] for path in sorted(paths) if path.startswith(f"{name}.")]
        if not wanted:
            continue
        other = schema[link.table]
        side = _plain(other)
        side = side.select({f"{name}.{column}": side[column] for column in dict.fromkeys((other.key, *wanted))})
        base = base.left_join(side, base[link.column] == side[f"{name}.{other.key}"])
    return base


def _paths(*tests: Test) -> set[str]:
    found: set[str] = set()
    for test in tests:
        found |= {inner.column for inner in test.conditions} if isinstance(test, AnyOf) else {test.column}
    return found


def _plain(table: Table) -> ir.Table:
    columns = {name: AMOUNT if column.type == "decimal" else column.type for name, column in table.columns.items()}
    keys = {table.key: "int64", **{link.column: "int64" for link in table.links.values()}}
    return ibis.table({**keys, table.division: "string", table.is_demo: "boolean", **columns}, name=table.relation)


@dataclass(frozen=True, slots=True)
class _Tests:
    """Turns the tests of a definition into boolean expressions over ``base``."""

    schema: Schema
    table: Table
    values: Values

    def all_of(self, base: ir.Table, tests: tuple[Test, ...]) -> ir.BooleanValue:
        if not tests:
            return ibis.literal(True)
        return reduce(and_, (self.one(base, test) for test in tests))

    def one(self, base: ir.Table, test: Test) -> ir.BooleanValue:
        if isinstance(test, AnyOf):
            return reduce(or_, (self.condition(base, condition) for condition in test.conditions))
        return self.condition(base, test)

    def condition(self, base: ir.Table, condition: Condition) -> ir.BooleanValue:
        column: Any = base[condition.column]
        known = find_column(self.schema, self.table, condition.column)
        kind = "string" if known is None or known.type == "array<string>" else known.type
        kind = AMOUNT if kind == "decimal" else kind
        bound: list[Any] = [self.values.constant(value, kind) for value in condition.values]
        match condition.op:
            case "eq":
                return column == bound[0]
            case "ne":
                return column != bound[0]
            case "ge":
                return column >= bound[0]
            case "gt":
                return column > bound[0]
            case "le":
                return column <= bound[0]
            case "lt":
                return column < bound[0]
            case "in":
                return column.isin(bound)
            case "not_in":
                return column.notin(bound)
            case "contains" | "has":
                return column.contains(bound[0])
            case "has_any":
                return reduce(or_, (column.contains(value) for value in bound))
            case "null":
                return column.isnull()
            case "not_null":
                return column.notnull()
        raise AssertionError(condition.op)
