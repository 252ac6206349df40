"""The same tables and the same answers on Spark as on one machine: two workers, three models, two files that are none."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl
import pytest

from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.ifc.tables import TABLES, ModelTables, read_tables

pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed: see docs/developers/model-tables.md")
if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
    pytest.skip("Spark needs Java 17: see docs/developers/model-tables.md", allow_module_level=True)
ibis = pytest.importorskip("ibis")

from hezhu.engines.ifc.tables import spark as on_spark  # noqa: E402

ROOT = Path(__file__).resolve().parents[3]
MODELS = {"甲楼": ("narrow-door",), "乙 楼": ("missing-fire-rating", "low-storey"), "c+1": ()}


class Extraction(NamedTuple):
    """What one run left: tables made here and by Spark, what Spark refused, and both as Ibis backends."""

    local: Path
    shared: Path
    refused: pl.DataFrame
    duckdb: Any
    spark: Any


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", str(ROOT))
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        settings = {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.memory": "1g",
            "spark.sql.shuffle.partitions": "2",
            # Small jobs end before code made for long ones pays.
            "spark.sql.codegen.wholeStage": "false",
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        }
        for name, value in settings.items():
            builder = builder.config(name, value)
        spark = builder.getOrCreate()
        yield spark
        spark.stop()


@pytest.fixture(scope="module")
def extraction(session: Any, tmp_path_factory: pytest.TempPathFactory) -> Extraction:
    folder = tmp_path_factory.mktemp("spark")
    paths = [write_sample(folder / f"{name}.ifc", faults, storeys=4) for name, faults in MODELS.items()]
    for path in paths:
        read_tables(path).write(folder / "local" / path.stem)
    (folder / "broken.ifc").write_bytes(paths[0].read_bytes()[:2000])
    (folder / "again").mkdir()
    again = Path(shutil.copy(paths[0], folder / "again"))
    shared = folder / "out"
    # Two tasks of three files: what one file is must not touch the others of its task.
    files = [*paths, folder / "broken.ifc", folder / "absent.ifc", again]
    refused = on_spark.extract(session, files, shared, files_per_task=3)
    on_spark.views(session, shared)
    return Extraction(folder / "local", shared, refused, duckdb_over(folder / "local"), on_spark.connect(session))


def duckdb_over(folder: Path) -> Any:
    """The tables of one machine as an Ibis backend, with the model's name in each."""
    database = duckdb.connect(":memory:")
    for table in TABLES:
        files = f"read_parquet('{folder}/*/{table}.parquet', filename = true)"
        database.execute(
            f"CREATE VIEW {table} AS SELECT * EXCLUDE (filename), parse_path(filename)[-2] AS model_name FROM {files}"
        )
    return ibis.duckdb.from_connection(database)


@pytest.mark.parametrize("table", TABLES)
def test_each_table_is_the_one_made_on_one_machine(extraction: Extraction, table: str) -> None:
    models = [ModelTables.load(extraction.local / name).table(table).with_columns(model_name=pl.lit(name)) for name in MODELS]
    expected = pl.concat(models)
    found = pl.read_parquet(extraction.shared / table / "*.parquet")
    assert found.columns == expected.columns
    for name in MODELS:
        one = found.filter(pl.col("model_name") == name).cast(expected.schema)
        assert one.equals(expected.filter(pl.col("model_name") == name)), name
    assert len(found) == len(expected)


def test_what_cannot_be_read_is_named_and_the_others_survive(extraction: Extraction) -> None:
    refused = {Path(file).relative_to(extraction.local.parent).as_posix(): code for _, file, code, _ in extraction.refused.rows()}
    assert refused == {"broken.ifc": "truncated", "absent.ifc": "missing", "again/甲楼.ifc": "same-name"}
    assert all("请" in reason for reason in extraction.refused["reason"])
    kept = pl.read_parquet(extraction.shared / "refused" / "*.parquet")
    assert kept.sort("file").equals(extraction.refused)


def count_by_class(model: Any) -> Any:
    entities = model.table("entities")
    elements = entities.filter(entities["category"] == "element")
    return elements.group_by("model_name", "class").agg(number=elements.count()).order_by("model_name", "class")


def fire_doors_by_grade(model: Any) -> Any:
    entities, properties = model.table("entities"), model.table("properties")
    doors = entities.filter(entities["class"] == "IfcDoor").select("model_name", "id")
    ratings = properties.filter(properties["name"] == "FireRating").select("model_name", "id", grade="value")
    rated = doors.join(ratings, ["model_name", "id"])
    return rated.group_by("model_name", "grade").agg(doors=rated.count()).order_by("model_name", "grade")


def storeys_with_areas(model: Any) -> Any:
    entities, quantities = model.table("entities"), model.table("quantities")
    storeys = entities.filter(entities["class"] == "IfcBuildingStorey").select("model_name", "id", storey="name")
    areas = quantities.filter(quantities["name"] == "GrossFloorArea").select("model_name", "id", area_m2="number_si")
    return (
        storeys.left_join(areas, ["model_name", "id"]).select("model_name", "storey", "area_m2").order_by("model_name", "storey")
    )


@pytest.mark.parametrize(
    ("question", "rows"),
    [(count_by_class, None), (fire_doors_by_grade, 6), (storeys_with_areas, 15)],
    ids=lambda value: str(value),
)
def test_one_expression_has_one_answer(extraction: Extraction, question: Callable[[Any], Any], rows: int | None) -> None:
    expression = question(extraction.duckdb).unbind()
    here = pl.from_pandas(extraction.duckdb.execute(expression))
    there = pl.from_pandas(extraction.spark.execute(expression))
    assert there.equals(here)
    assert set(here["model_name"]) == set(MODELS)
    assert rows in (None, len(here))


def test_a_table_that_does_not_exist_is_refused(session: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="没有这样的模型表：doors"):
        on_spark.extract(session, [], tmp_path, tables=("doors",))
