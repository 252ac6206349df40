"""From a definition to SQL text for PostgreSQL or DuckDB, with a named placeholder for every value."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir
import sqlglot.expressions as sge
from ibis.backends.sql.compilers import DuckDBCompiler, PostgresCompiler

from hezhu.engines.indicators.compiled import ALL, COUNTED, NOT_COUNTED, Compiled
from hezhu.engines.indicators.definition import Indicator
from hezhu.engines.indicators.expression import Values, express
from hezhu.engines.indicators.tables import Schema


class _Postgres(PostgresCompiler):  # type: ignore[misc]
    def visit_Bound(self, op: Any, *, dtype: Any, key: str) -> Any:
        return self.cast(sge.Placeholder(this=key), dtype)


class _DuckDB(DuckDBCompiler):  # type: ignore[misc]
    def visit_Bound(self, op: Any, *, dtype: Any, key: str) -> Any:
        return self.cast(sge.Placeholder(this=key), dtype)


_COMPILERS: dict[str, Any] = {"postgres": _Postgres, "duckdb": _DuckDB}


def compile_indicator(indicator: Indicator, schema: Schema, dialect: str = "postgres") -> Compiled:
    """The SQL of ``indicator`` in ``dialect`` (postgres: ``%(name)s``; duckdb: ``$name``). Raises KeyError for another dialect."""
    compiler = _COMPILERS[dialect]()
    values = Values()
    found = express(indicator, schema, values)

    def text(expression: ir.Table, *, paged: bool = False) -> str:
        select = compiler.to_sqlglot(expression)
        if paged:
            select = select.limit(sge.Placeholder(this="limit")).offset(sge.Placeholder(this="offset"))
        sql: str = select.sql(dialect=dialect)
        return sql

    return Compiled(
        target=indicator.target,
        digest=indicator.digest,
        dialect=dialect,
        rows=text(found.rows),
        page=text(_page(found.rows, values), paged=True),
        totals=text(found.totals),
        by_division=text(found.by_division),
        constants=dict(values.constants),
    )


def _page(rows: ir.Table, values: Values) -> ir.Table:
    """The chosen rows, the newest first."""
    which: Any = values.of_run("which")
    chosen = rows.filter(
        (which == ALL)
        | ((which == COUNTED) & (rows.source == 0) & (rows.reason == 0))
        | ((which == NOT_COUNTED) & (rows.source == 0) & (rows.reason != 0))
    )
    return chosen.order_by([chosen.happened_on.desc(nulls_first=False), chosen.source, chosen.key.desc()])
