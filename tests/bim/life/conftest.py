"""Versions whose machine part is replaced by the facts a test needs, so that what people do to them is tested quickly."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hezhu.bim.inspection import bucket_of
from hezhu.bim.life import actions, preparing
from hezhu.bim.life.describing import PRINTS, DescribeRequest
from hezhu.bim.life.kinds import Discipline, Stage
from hezhu.bim.life.models import ModelVersion
from hezhu.bim.life.versions import Place
from hezhu.core.jobs.actions import run_here
from tests.bim.conftest import DOOR, MODEL, STAIR, FakeConversion, no_tables

SHAPE = (12.0, 0.6, 0.0, 0.0, 1.5, 1.0, 0.1, 0.7, 0.0, 0.0, 0.0, 2.0, 0.2, 3.0)
PLACE = (1.0, 2.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
CONVERSION = {
    "eastings": 571_700.0,
    "northings": 3_403_200.0,
    "height": 3.2,
    "axis": [1.0, 0.0],
    "scale": 1.0,
    "crs": "EPSG:4549",
}


def row(global_id: str, name: str = "墙", ifc_class: str = "IfcWall", storey: str = "3F", **other: Any) -> list[Any]:
    """A print as stored."""
    place, shape = other.get("place", PLACE), other.get("shape", SHAPE)
    return [global_id, ifc_class, name, "", storey, list(place), list(shape), other.get("properties", "p")]


def facts(**changes: Any) -> dict[str, Any]:
    """A model with units, placement and the extent of a house."""
    return {
        "schema": "IFC4",
        "application": "测试",
        "elements": 2,
        "spaces": 0,
        "storeys": 1,
        "shapes": 2,
        "phase": "",
        "declares_unit": True,
        "unit_m": 1.0,
        "map": CONVERSION,
        "site": None,
        "extent": {"low": [0.0, 0.0, 0.0], "high": [30.0, 15.0, 33.0]},
        "notes": [],
        **changes,
    }


class FakeDescribing:
    """Stands for ``run_engines`` of a description: leaves the facts and prints a test set, or fails as told."""

    def __init__(self) -> None:
        self.facts = facts()
        self.prints = [row(STAIR, "LT-1", "IfcStairFlight"), row(DOOR, "M-1", "IfcDoor")]
        self.error: Exception | None = None

    def __call__(self, request: DescribeRequest, tell: Callable[[float, str], None], *, engines: Any = None) -> None:
        tell(0.5, "读取模型")
        if self.error is not None:
            raise self.error
        out = Path(request.out)
        (out / "facts.json").write_text(json.dumps(self.facts))
        with zipfile.ZipFile(out / "prints.zip", "w") as archive:
            archive.writestr(PRINTS, json.dumps(self.prints))
        buckets: dict[str, dict[str, Any]] = {}
        for one in self.prints:
            panel = {"groups": [{"name": "基本", "rows": [["名称", one[2]]]}]}
            buckets.setdefault(bucket_of(one[0]), {})[one[0]] = panel
        with zipfile.ZipFile(out / "content.zip", "w") as archive:
            ids = [one[0] for one in self.prints]
            archive.writestr(
                "storeys.json", json.dumps({"storeys": [{"id": "s", "name": "3F", "elevation": 0, "elements": ids}]})
            )
            for name, panels in buckets.items():
                archive.writestr(name, json.dumps(panels))


@pytest.fixture
def describing(monkeypatch: pytest.MonkeyPatch) -> FakeDescribing:
    fake = FakeDescribing()
    monkeypatch.setattr(preparing, "run_engines", fake)
    monkeypatch.setattr(preparing, "make_tables", no_tables)
    monkeypatch.setattr(preparing, "Conversion", FakeConversion)
    return fake


@pytest.fixture
def place(project, building) -> Place:
    return Place(project, building, Stage.CONSTRUCTION_DRAWING, Discipline.ARCHITECTURE)


@pytest.fixture
def uploaded(place, describing, firm_user):
    """Uploads a version with a content of its own, and prepares it."""
    count = 0

    def make(by=firm_user, at: Place = place, *, prepare: bool = True, shared: bool = False, **changes: Any) -> ModelVersion:
        nonlocal count
        count += 1
        describing.facts = facts(**changes)
        version = actions.upload_version(at, MODEL + b"\n" * count, by=by, purpose="协同", shared=shared)
        if prepare:
            run_here(version.job)
        return ModelVersion.objects.get(pk=version.pk)

    return make
