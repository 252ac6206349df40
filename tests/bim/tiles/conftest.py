"""A version of a small model, and the same with its tiles made by the engines in their own process."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hezhu.bim.life.kinds import Discipline, Stage, Status
from hezhu.bim.life.models import ModelVersion
from hezhu.bim.life.versions import Place, add_version
from hezhu.bim.tiles import actions, making
from hezhu.bim.tiles.inspection import TilesRequest, inspect
from hezhu.core.access.models import User
from hezhu.core.files.actions import keep
from hezhu.core.jobs.actions import run_here
from tests.engines.ifc.drawing import Drawing, rectangle

HERE = {"crs": "EPSG:4549", "easting": 571_700.0, "northing": 3_401_200.0, "height": 4.2, "rotation": 0.0, "source": "survey"}


@pytest.fixture(scope="session")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A storey with a slab of 12 × 8 m and a wall; it states no placement."""
    drawing = Drawing()
    drawing.storey("1F", 0)
    drawing.slab("1F", rectangle(0, 0, 12, 8), 0, Name="楼板")
    drawing.element("IfcWall", "1F", [drawing.box(0, 0, 0, 12, 0.2, 3)], Name="外墙")
    return drawing.save(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def engines_output(model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the engines leave of that model, made once."""
    out = tmp_path_factory.mktemp("tiles")
    inspect(TilesRequest(str(model_file), str(out), "architecture"), lambda share, words: None)
    return out


@pytest.fixture
def made_before(engines_output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands for ``run_engines``: the same results without a process of their own."""

    def run(request: TilesRequest, tell: Callable[[float, str], None], **options: object) -> None:
        tell(0.5, "生成切片")
        for name in ("tiles.zip", "result.json"):
            shutil.copyfile(engines_output / name, Path(request.out) / name)

    monkeypatch.setattr(making, "run_engines", run)


def version_of(project, building, model: Path, by: User, status: str = Status.PUBLISHED) -> ModelVersion:
    kept = keep(model, by=by, purpose="model", division=project.division)
    place = Place(project, building, Stage.CONSTRUCTION_DRAWING, Discipline.ARCHITECTURE)
    return add_version(place, kept, by=by, purpose="", status=status)


@pytest.fixture
def version(project, building, model_file: Path, firm_user: User) -> ModelVersion:
    return version_of(project, building, model_file, firm_user)


@pytest.fixture
def tiled(version: ModelVersion, firm_user: User, made_before: None) -> ModelVersion:
    """The version with its tiles."""
    tiles = actions.make_tiles(version, by=firm_user)
    run_here(tiles.job)
    version.refresh_from_db()
    return version


@pytest.fixture
def placed(tiled: ModelVersion, firm_user: User) -> ModelVersion:
    actions.place(tiled.project, None, HERE, by=firm_user)
    return tiled
