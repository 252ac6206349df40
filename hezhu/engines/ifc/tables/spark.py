"""Model tables on Apache Spark: many files read by all workers at once, the tables asked in SQL or through Ibis.

Needs PySpark, Java 17, PyArrow and pandas, which the product does not install. Spark moves the work; each worker reads its files with
``read_tables``, so the tables are the same as those made on one machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from hezhu.engines.ifc.errors import ModelUnreadable
from hezhu.engines.ifc.tables.command import SAME_NAME
from hezhu.engines.ifc.tables.model_tables import TABLES, read_tables, tables_of
from hezhu.engines.ifc.tables.stored import parquet

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import DataFrame, SparkSession

REFUSED = "refused"
_READ = "model_name string, file string, result string, content binary, code string, reason string"
_EMPTY_MODEL = b"ISO-10303-21;HEADER;FILE_SCHEMA(('IFC4'));ENDSEC;DATA;ENDSEC;END-ISO-10303-21;"
_SPARK_TYPES = {pl.String: "string", pl.Int64: "bigint", pl.UInt32: "bigint", pl.Float64: "double", pl.Boolean: "boolean"}
# Rows handed to Spark at once.
_ROWS = 1 << 16

Row = dict[str, Any]
Batches = Iterator["RecordBatch"]


def extract(
    spark: SparkSession,
    paths: Iterable[Path | str],
    out: Path | str,
    tables: Sequence[str] = TABLES,
    files_per_task: int = 1,
) -> pl.DataFrame:
    """Read model files on the workers into ``out/<table>/`` (Parquet) and return what was refused.

    Every worker must see the paths and ``out``, which may be any address that Spark writes to; folders of these tables that lie there
    are replaced. Each table has one more column, ``model_name`` (the file's name without ending), as in ``query``. A file that cannot
    be read stops nothing: it is a row of the answer, ``model_name, file, code, reason``, kept as ``out/refused/`` too; ``code`` is
    that of ModelUnreadable, or ``same-name``, ``not-accessible``, ``memory``. One task reads about ``files_per_task`` files and
    leaves one Parquet file of each table: more suits many small models. Raises ValueError for a table that does not exist.
    """
    if unknown := set(tables) - set(TABLES):
        raise ValueError(f"没有这样的模型表：{'、'.join(sorted(unknown))}。可选：{'、'.join(TABLES)}")
    read = _read(spark, [Path(path) for path in paths], tuple(tables), files_per_task)
    try:
        refused = read.where("result = 'refused'").select("model_name", "file", "code", "reason")
        refused.write.mode("overwrite").parquet(f"{out}/{REFUSED}")
        for table in tables:
            rows = read.where(f"result = '{table}'").select("model_name", "content").mapInArrow(_unpacked, _columns(table))
            rows.write.mode("overwrite").parquet(f"{out}/{table}")
        found = [tuple(row) for row in refused.orderBy("file").collect()]
    finally:
        read.unpersist()
    return pl.DataFrame(found, schema=dict.fromkeys(("model_name", "file", "code", "reason"), pl.String), orient="row")


def views(spark: SparkSession, folder: Path | str, tables: Sequence[str] = TABLES) -> None:
    """Make what ``extract`` left in a folder temporary views of the session, named as the tables."""
    for table in tables:
        spark.read.schema(_columns(table)).parquet(f"{folder}/{table}").createOrReplaceTempView(table)


def connect(spark: SparkSession) -> Any:
    """The session as an Ibis backend: ``connect(spark).table("entities")``, after ``views``."""
    import ibis

    return ibis.pyspark.connect(spark)


def _read(spark: SparkSession, paths: list[Path], tables: tuple[str, ...], files_per_task: int) -> DataFrame:
    """One row for each file and table, its content packed, kept on the workers' disks so that no file is read twice."""
    from pyspark import StorageLevel

    first: dict[str, int] = {}
    named = [(path.stem, str(path), first.setdefault(path.stem, at) != at) for at, path in enumerate(paths)]
    files = spark.createDataFrame(named, "model_name string, file string, repeated boolean")
    spread = files.repartitionByRange(max(1, ceil(len(paths) / files_per_task)), "file")
    return spread.mapInArrow(_reader(tables), _READ).persist(StorageLevel.DISK_ONLY)


def _reader(tables: tuple[str, ...]) -> Callable[[Batches], Batches]:
    """What a worker does with its files."""

    def read(batches: Batches) -> Batches:
        import pyarrow as pa

        kinds = {"string": pa.string(), "binary": pa.binary()}
        columns = pa.schema([(name, kinds[kind]) for name, kind in (column.split() for column in _READ.split(", "))])
        for batch in batches:
            for file in batch.to_pylist():
                yield pa.RecordBatch.from_pylist(_packed(file, tables), schema=columns)

    return read


def _packed(file: Row, tables: tuple[str, ...]) -> list[Row]:
    """The tables of one file as Parquet, or the one row that says why there are none."""
    own: Row = {"model_name": file["model_name"], "file": file["file"]}
    if file["repeated"]:
        return [own | _refusal("same-name", SAME_NAME)]
    try:
        made = read_tables(Path(file["file"]))
        return [own | {"result": table, "content": parquet(made.table(table))} for table in tables]
    except ModelUnreadable as error:
        return [own | _refusal(error.code, error.message)]
    except OSError as error:
        return [own | _refusal("not-accessible", f"无法读取文件（{error.strerror}），请检查路径和权限。")]
    except MemoryError:
        text = "内存不足。请按单体或专业拆分模型，或调大 spark.executor.pyspark.memory。"
        return [own | _refusal("memory", text)]


def _refusal(code: str, reason: str) -> Row:
    return {"result": REFUSED, "code": code, "reason": reason}


def _unpacked(batches: Batches) -> Batches:
    """The rows of one table, from its packed content."""
    for batch in batches:
        for packed in batch.to_pylist():
            frame = pl.read_parquet(BytesIO(packed["content"])).with_columns(pl.lit(packed["model_name"]).alias("model_name"))
            yield from _for_spark(frame.with_columns(pl.col(pl.UInt32).cast(pl.Int64)))


def _for_spark(frame: pl.DataFrame) -> list[RecordBatch]:
    """Arrow with the narrow strings that Spark reads; Polars makes wide ones."""
    import pyarrow as pa

    table = frame.to_arrow()
    narrow = [field.with_type(pa.string()) if pa.types.is_large_string(field.type) else field for field in table.schema]
    return table.cast(pa.schema(narrow)).to_batches(max_chunksize=_ROWS)


@cache
def _schema(table: str) -> dict[str, pl.DataType]:
    return dict(tables_of(_EMPTY_MODEL, "IFC4").table(table).schema)


def _columns(table: str) -> str:
    """The columns of a table in Spark's words; unsigned counts become ``bigint``."""
    own = ", ".join(f"`{name}` {_SPARK_TYPES[type(dtype)]}" for name, dtype in _schema(table).items())
    return f"{own}, model_name string"
