"""Indicators (指标): one definition → one Ibis expression → SQL on any engine, with the rows behind every figure.

Importing this package does not import Ibis; ``compile_indicator`` does, on its first call.
"""

from __future__ import annotations

from hezhu.engines.indicators.compiled import ALL, COUNTED, NOT_COUNTED, Compiled, Figure, Run
from hezhu.engines.indicators.definition import DefinitionError, Grain, Indicator
from hezhu.engines.indicators.evaluation import Basis, Goal, Judgement, Mode, Pace, Reading, State, Why, judge
from hezhu.engines.indicators.reading import read_indicator, read_indicators
from hezhu.engines.indicators.tables import Column, Link, Schema, Table

__all__ = [
    "ALL", "COUNTED", "NOT_COUNTED", "Basis", "Column", "Compiled", "DefinitionError", "Figure", "Goal", "Grain", "Indicator",
    "Judgement", "Link", "Mode", "Pace", "Reading", "Run", "Schema", "State", "Table", "Why", "compile_indicator", "judge", "read_indicator",
    "read_indicators",
]  # fmt: skip


def compile_indicator(indicator: Indicator, schema: Schema, dialect: str = "postgres") -> Compiled:
    """The SQL of ``indicator`` in ``dialect`` (postgres or duckdb). The first call in a process loads Ibis (0.7 s, 53 MB)."""
    from hezhu.engines.indicators.compiling import compile_indicator as compile_now

    return compile_now(indicator, schema, dialect)
