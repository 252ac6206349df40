"""Tables as Parquet files: one for each register, named by its slug, with the columns its import knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from hezhu.engines.simulate.drawing import words

ROWS_IN_GROUP = 250_000


@dataclass
class Writer:
    """Writes tables into one folder and counts their rows. Every file says in its metadata that it is 演示数据."""

    folder: Path
    rows: dict[str, int] = field(default_factory=dict)

    def table(self, slug: str, frame: pl.DataFrame) -> None:
        """The whole of one table."""
        self._write(frame, self.folder / f"{slug}.parquet")
        self.rows[slug] = frame.height

    def part(self, slug: str, name: str, frame: pl.DataFrame) -> None:
        """One part of a table too large to hold at once: ``slug/name.parquet``."""
        (self.folder / slug).mkdir(exist_ok=True)
        self._write(frame, self.folder / slug / f"{name}.parquet")
        self.rows[slug] = self.rows.get(slug, 0) + frame.height

    def _write(self, frame: pl.DataFrame, path: Path) -> None:
        frame.write_parquet(path, compression="zstd", row_group_size=ROWS_IN_GROUP, metadata={"hezhu.label": words()["label"]})
