"""Two review cases on our own sample building, one with deliberate faults: the worker reviews them like any other."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from django.core.files import File

from hezhu.bim.actions import Submission, submit_model
from hezhu.bim.life.actions import upload_version
from hezhu.bim.life.kinds import Discipline, Stage
from hezhu.bim.life.versions import Place
from hezhu.bim.models import ReviewCase
from hezhu.bim.tiles.actions import place
from hezhu.bim.tiles.models import ProjectPlacement
from hezhu.core.access.models import Unit, User
from hezhu.engines.ifc.sample import FAULTS, write_sample
from hezhu.portal.demo.story import DemoRows

JUDGED_ON = date(2026, 9, 15)
# An invented plot, EPSG:4549: the first building stands where its own file says, and both where the sample site has its 1号楼 and 2号楼
# (metres from the plot's corner).
PLOT_EAST_M, PLOT_NORTH_M, PLOT_HEIGHT_M = 571_680.0, 3_403_182.0, 3.2
FIRST_M, SECOND_M = (20.0, 18.0), (80.0, 18.0)


def load(accounts: dict[str, User], rows: DemoRows) -> None:
    """Submit the clean sample for the first building and the faulty one for the second."""
    submission = Submission(
        stage=ReviewCase.Stage.DRAWINGS,
        building_kind=ReviewCase.BuildingKind.DWELLING,
        judged_on=JUDGED_ON,
        pack="cn-base",
        profile="gbt51129-2017",
        review_body=Unit.objects.get(kind=Unit.Kind.REVIEW_BODY, is_demo=True),
        note="演示数据",
    )
    with tempfile.TemporaryDirectory() as folder:
        for building, name, faults in (
            (rows.sample, "保障房1号楼-演示数据.ifc", frozenset()),
            (rows.faulty, "保障房2号楼-演示数据.ifc", frozenset(FAULTS)),
        ):
            path = Path(folder) / name
            write_sample(path, faults=faults)
            with path.open("rb") as stream:
                submit_model(building.project, building, File(stream, name=name), by=accounts["designer"], submission=submission)
        _versions(Path(folder), accounts, rows)
    project = rows.sample.project
    for building, (east, north) in ((None, (0.0, 0.0)), (rows.sample, FIRST_M), (rows.faulty, SECOND_M)):
        values = {
            "easting": PLOT_EAST_M + east,
            "northing": PLOT_NORTH_M + north,
            "height": PLOT_HEIGHT_M,
            "source": ProjectPlacement.Source.PLAN,
        }
        place(project, building, values, by=accounts["designer"], reason="演示数据")


def _versions(folder: Path, accounts: dict[str, User], rows: DemoRows) -> None:
    """Earlier stages of the first building, so that stages, differences and information needs have something to show."""
    project = rows.sample.project
    for stage, storeys, purpose in ((Stage.SCHEME, 9, "方案报批"), (Stage.PRELIMINARY, 10, "初设评审")):
        name = f"保障房1号楼-{Stage(stage).label}-演示数据.ifc"
        path = write_sample(folder / name, storeys=storeys)
        place = Place(project, rows.sample, stage, Discipline.ARCHITECTURE)
        with path.open("rb") as stream:
            upload_version(place, File(stream, name=name), by=accounts["designer"], purpose=purpose, shared=True)
