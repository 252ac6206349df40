"""Running compiled indicators on DuckDB and on PostgreSQL over the same rows."""

from __future__ import annotations

from typing import Any

import duckdb
import psycopg

from hezhu.engines.indicators import Compiled, Run

TABLES = {
    "ind_projects": "id bigint, division text, is_demo boolean, name text, is_pilot boolean, demonstration_year integer",
    "ind_buildings": (
        "id bigint, project_id bigint, division text, is_demo boolean, name text, area_m2 numeric(12,2),"
        " cost_wan_yuan numeric(14,2), is_new boolean, is_prefab boolean, permit_issued_on date"
    ),
    "ind_enterprises": "id bigint, division text, is_demo boolean, credit_code text, titles text[], titled_on date",
}


def make_tables(connection: Any) -> None:
    for name, columns in TABLES.items():
        connection.execute(f"DROP TABLE IF EXISTS {name}")
        connection.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")


def fill(connection: Any, table: str, rows: list[dict[str, Any]]) -> None:
    mark = "?" if isinstance(connection, duckdb.DuckDBPyConnection) else "%s"
    connection.execute(f"DELETE FROM {table}")
    for row in rows:
        places = ", ".join([mark] * len(row))
        connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", list(row.values()))


def rows_of(connection: Any, compiled: Compiled, run: Run, text: str, **more: Any) -> list[tuple]:
    """What ``text`` (one of the SQL texts of ``compiled``) gives for ``run``; DuckDB takes only the values the text names."""
    values = compiled.values(run, **more)
    if isinstance(connection, psycopg.Connection):
        return connection.execute(text, values).fetchall()
    named = {key: value for key, value in values.items() if f"${key}" in text}
    return connection.execute(text, named).fetchall()
