"""SQL over stored model tables: DuckDB, reading only the Parquet files of the given folder."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from hezhu.engines.ifc.errors import ModelUnreadable
from hezhu.engines.ifc.tables.model_tables import TABLES


class QueryRefused(Exception):
    """A question that cannot be answered; ``message`` is Chinese and says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def query(folder: Path, sql: str) -> pl.DataFrame:
    """The answer to one SELECT over the models in a folder.

    Each table of ModelTables is a view with one more column, ``model_name`` (the subfolder), and covers every model below the
    folder; a folder that holds one model's tables itself is asked alone. Nothing but these files can be read, nothing
    written. Raises ModelUnreadable when the folder holds no tables, QueryRefused when the question is not a valid SELECT.
    """
    homes = sorted(found.parent for found in folder.rglob("entities.parquet"))
    if not homes:
        raise ModelUnreadable("missing", f"文件夹“{folder.name}”中没有模型表，请先用 hezhu models extract 生成。")
    database = duckdb.connect(":memory:")
    try:
        for table in TABLES:
            database.execute(f"CREATE VIEW {table} AS {_union(homes, table)}")
        places = [str(home.resolve()) for home in homes]
        database.execute(f"SET allowed_directories = [{', '.join(map(_quoted, places))}]")
        database.execute("SET enable_external_access = false")
        database.execute("SET lock_configuration = true")
        return _answer(database, sql)
    except duckdb.Error as error:
        raise QueryRefused(f"无法回答：{error}") from error
    finally:
        database.close()


def _answer(database: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    statements = database.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise QueryRefused("只接受一条 SELECT 查询，请改写后重试。")
    result = database.execute(statements[0])
    names = [column[0] for column in result.description or []]
    return pl.DataFrame(result.fetchall(), schema=names, orient="row", infer_schema_length=None)


def _union(homes: list[Path], table: str) -> str:
    files = ", ".join(_quoted(str((home / f"{table}.parquet").resolve())) for home in homes)
    # The paths are quoted literals; DuckDB takes no parameters in a view.
    source = f"read_parquet([{files}], filename = true)"
    return f"SELECT * EXCLUDE (filename), parse_path(filename)[-2] AS model_name FROM {source}"  # noqa: S608


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
