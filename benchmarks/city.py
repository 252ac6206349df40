"""One question over 500 stored model versions. ``make bench-city``.

The sample building is stored 500 times under versions of their own in the seven counties; the question joins three tables: every fire
door below 甲级 in 海宁. The other side asks the same of the same files with Polars' scans, the way one would without a database engine.
The best of RUNS is printed in seconds.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.ifc.tables import store
from hezhu.engines.ifc.tables.query import query_versions

MODELS = 500
RUNS = 3
LIMIT_SECONDS = 2.0
COUNTIES = {
    "330402": "南湖区", "330411": "秀洲区", "330421": "嘉善县", "330424": "海盐县", "330481": "海宁市", "330482": "平湖市", "330483": "桐乡市",
}  # fmt: skip
QUESTION = """
SELECT e.project, e.building, e.version, s.storey, e.name, p.value
FROM entities e JOIN properties p USING (model_name, id) JOIN spatial s USING (model_name, id)
WHERE e.county = '海宁市' AND e.class = 'IfcDoor' AND p.name = 'FireRating' AND p.value <> '甲级'
"""


def versions() -> pl.DataFrame:
    """500 versions of their own, dealt out to the counties."""
    codes = [list(COUNTIES)[number % len(COUNTIES)] for number in range(MODELS)]
    numbers = range(MODELS)
    return pl.DataFrame(
        {
            "tables": [f"{number:064x}" for number in numbers],
            "model_name": [f"BS-2026-{number:04d}" for number in numbers],
            "project": [f"项目 {number // 4}" for number in numbers],
            "building": [f"{number % 4 + 1}#" for number in numbers],
            "version": [1] * MODELS,
            "division": codes,
            "county": [COUNTIES[code] for code in codes],
        }
    )


def by_scans(root: Path, known: pl.DataFrame) -> pl.DataFrame:
    """The same answer from lazy scans, one per table over all versions."""

    def table(name: str) -> pl.LazyFrame:
        return pl.scan_parquet(root / "*" / f"{name}.parquet", hive_partitioning=True, hive_schema={"tables": pl.String})

    doors = table("entities").filter(pl.col("class") == "IfcDoor").select("tables", "id", "name")
    ratings = (
        table("properties").filter(pl.col("name") == "FireRating", pl.col("value") != "甲级").select("tables", "id", "value")
    )
    homes = table("spatial").select("tables", "id", "storey")
    here = known.lazy().filter(pl.col("county") == "海宁市")
    joined = here.join(doors, on="tables").join(ratings, on=["tables", "id"]).join(homes, on=["tables", "id"])
    return joined.select("project", "building", "version", "storey", "name", "value").collect()


def best(ask: Callable[[], pl.DataFrame]) -> tuple[float, int]:
    """Seconds of the fastest of RUNS, and how many rows it gave."""
    seconds, rows = [], 0
    for _ in range(RUNS):
        started = time.perf_counter()
        rows = len(ask())
        seconds.append(time.perf_counter() - started)
    return min(seconds), rows


def main() -> int:
    """Prints both sides, the ceiling and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        root, archive = Path(folder), Path(folder) / "sample.zip"
        write_sample(root / "sample.ifc")
        store.pack(root / "sample.ifc", archive)
        known = versions()
        for key in known["tables"]:
            store.unpack(archive, root / f"tables={key}")
        peer, peer_rows = best(lambda: by_scans(root, known))
        mine, rows = best(lambda: query_versions(root, known, QUESTION))
    print(f"{MODELS} stored models, 海宁 fire doors below 甲级: {rows} rows")
    print(f"Polars scans  {peer:6.2f} s   {peer_rows} rows")
    print(f"model-store   {mine:6.2f} s   {rows} rows   (ceiling {LIMIT_SECONDS:.0f} s)")
    print(f"ratio={peer / mine:.2f}")
    return 0 if rows == peer_rows else 1


if __name__ == "__main__":
    sys.exit(main())
