"""The smallest simulated city, generated and taken in through the door as any source's files are."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

import polars as pl

from hezhu.core.access.models import User
from hezhu.core.history import reason_of_change
from hezhu.core.intake.folder import looked_into, take_folder
from hezhu.core.intake.models import Batch
from hezhu.engines.simulate import simulate
from hezhu.registers.projects.actions import AssemblyResult, note_bim, set_assembly_rate
from hezhu.registers.projects.models import Project, UnitBuilding

SCALE, SEED = "demo", 1
SOURCE = "演示城市"
ASSESSED_BY = "演示数据：预评价表"


def load(*, by: User) -> list[Batch]:
    """Write the city's files, send them through the door, and note what the platform would have worked out of its models."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "city"
        simulate(SCALE, SEED, folder)
        batches = list(take_folder(looked_into(folder).parts, by=by, source=SOURCE))
        with reason_of_change(by, "装入演示城市", SOURCE):
            _assess(pl.read_parquet(folder / "assembly-assessments.parquet"), by)
            _publish(pl.read_parquet(folder / "model-publications.parquet"), by)
    return batches


def _assess(told: pl.DataFrame, by: User) -> None:
    buildings = {
        (row.project.number, row.code): row for row in UnitBuilding.objects.filter(is_demo=True).select_related("project")
    }
    for row in told.iter_rows(named=True):
        percent = Decimal(str(row["rate"]))
        result = AssemblyResult(percent, "", row["is_prefab"], row["reason"], ASSESSED_BY)
        set_assembly_rate(buildings[row["project"], row["code"]], result, by=by, reason="预评价", origin=SOURCE)


def _publish(told: pl.DataFrame, by: User) -> None:
    projects = {row.number: row for row in Project.objects.filter(is_demo=True)}
    for number, published_on in told.iter_rows():
        note_bim(projects[number], published_on, by=by, reason="模型出版")
