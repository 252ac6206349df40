"""SQL over stored model tables: DuckDB, reading only the Parquet files of the given folder."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from hezhu.engines.ifc.errors import ModelUnreadable
from hezhu.engines.ifc.tables.model_tables import TABLES
from hezhu.engines.ifc.tables.store import STORED_TABLES

if TYPE_CHECKING:
    import duckdb


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
    import duckdb  # loaded with the first question: checks on one file need it not

    homes = sorted(found.parent for found in folder.rglob("entities.parquet"))
    if not homes:
        raise ModelUnreadable("missing", f"文件夹“{folder.name}”中没有模型表，请先用 hezhu models extract 生成。")
    database = duckdb.connect(":memory:")
    try:
        for table in TABLES:
            database.execute(f"CREATE VIEW {table} AS {_union(homes, table)}")
        _lock(database, homes)
        return _answer(database, sql)
    except duckdb.Error as error:
        raise QueryRefused(f"无法回答：{error}") from error
    finally:
        database.close()


def query_versions(root: Path, versions: pl.DataFrame, sql: str) -> pl.DataFrame:
    """The answer to one SELECT over many stored model versions.

    ``versions`` has one row for each: ``tables``, the folder ``root/tables=<value>`` that holds its Parquet files, ``model_name``,
    and whatever else tells versions apart. These columns stand in the view ``versions`` and, but for ``tables``, in each table; an
    own column of the same name gets ``_in_model`` behind it. Only these folders can be read. Raises QueryRefused.
    """
    import duckdb

    folders = sorted(set(versions["tables"].to_list()))
    if not folders:
        raise QueryRefused("还没有可供查询的模型版本：机审完成后会自动生成模型表，旧版本可用 hezhu model-store fill 补齐。")
    database = duckdb.connect(":memory:")
    try:
        _load_versions(database, versions)
        homes = [root / f"tables={folder}" for folder in folders]
        for table in STORED_TABLES:
            database.execute(f"CREATE VIEW {table} AS {_labelled(homes, table, versions.columns)}")
        _lock(database, homes)
        return _answer(database, sql)
    except duckdb.Error as error:
        raise QueryRefused(f"无法回答：{error}") from error
    finally:
        database.close()


def _load_versions(database: duckdb.DuckDBPyConnection, versions: pl.DataFrame) -> None:
    with tempfile.TemporaryDirectory(prefix="hezhu-versions-") as folder:
        path = Path(folder) / "versions.parquet"
        versions.write_parquet(path)
        database.execute(f"CREATE TABLE versions AS SELECT * FROM read_parquet({_quoted(str(path))})")  # noqa: S608


def _labelled(homes: list[Path], table: str, labels: list[str]) -> str:
    """The rows of a table of every version with what is known of the version."""
    files = [home / f"{table}.parquet" for home in homes]
    clash = [name for name in pl.read_parquet_schema(files[0]) if name in labels]
    own = (
        f"t.* EXCLUDE (tables) RENAME ({', '.join(f'{name} AS {name}_in_model' for name in clash)})"
        if clash
        else "t.* EXCLUDE (tables)"
    )
    source = f"read_parquet([{', '.join(_quoted(str(file)) for file in files)}], hive_partitioning = true, hive_types = {{tables: VARCHAR}})"
    return f"SELECT {own}, v.* EXCLUDE (tables) FROM {source} t JOIN versions v USING (tables)"  # noqa: S608


def _lock(database: duckdb.DuckDBPyConnection, homes: list[Path]) -> None:
    """From here on nothing but these folders can be read, and no setting changed."""
    places = [str(home.resolve()) for home in homes]
    database.execute(f"SET allowed_directories = [{', '.join(map(_quoted, places))}]")
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")


def _answer(database: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    import duckdb

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
