"""A case with the engines replaced by what they would leave behind, so that the tests of actions are quick and exact."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hezhu.bim import actions, reviewing
from hezhu.bim.actions import Submission
from hezhu.bim.inspection import Request, bucket_of, quantities_member
from hezhu.bim.models import ReviewCase
from hezhu.bim.quantities import assembled
from hezhu.core.jobs.actions import run_here
from hezhu.engines.findings import Finding, Quantity, Requirement, Shape, Source, Subject, Verdict
from hezhu.engines.prefab import ItemInput, opened

MODEL = b"ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n"
STAIR = "2O2Fr$t4X7Zf8NOew3FLOH"
DOOR = "1hOSvn6df7F8_7GcBWlRrM"
CLAUSE = Source("GB 55037-2022", "7.1.4", "疏散楼梯净宽不小于 1.10 m", confirmed=False)


def finding(rule: str, verdict: Verdict, global_id: str | None = STAIR, **values: Any) -> Finding:
    values.setdefault("missing", ("房间功能",) if verdict is Verdict.MANUAL else ())
    return Finding(rule, "楼梯梯段净宽", verdict, Subject(global_id, "IfcStairFlight", "LT-1", "3F"), CLAUSE, **values)


def four_findings() -> list[Finding]:
    """One of each verdict; the failed one is measured and drawn."""
    return [
        finding("corridor", Verdict.PASS, DOOR, measured=Quantity(1.35, "m"), required=Requirement(">=", 1.2, unit="m")),
        finding(
            "stair-width",
            Verdict.FAIL,
            measured=Quantity(1.06, "m"),
            required=Requirement(">=", 1.1, unit="m"),
            method="墙面至扶手内缘",
            shape=Shape("line", ((0.0, 0.0, 0.0), (1.06, 0.0, 0.0))),
        ),
        finding("storey-height", Verdict.NOT_APPLICABLE, None),
        finding("room-function", Verdict.MANUAL, DOOR),
    ]


class FakeEngines:
    """Stands for ``run_engines``: leaves results in the request's folder, or fails as told."""

    def __init__(self) -> None:
        self.findings = four_findings()
        self.quantities: dict[str, ItemInput] = {}
        self.error: Exception | None = None
        self.requests: list[Request] = []

    def __call__(self, request: Request, tell: Callable[[float, str], None]) -> None:
        self.requests.append(request)
        tell(0.5, "读取模型")
        if self.error is not None:
            raise self.error
        out = Path(request.out)
        (out / "findings.json").write_text(json.dumps([item.as_dict() for item in self.findings]))
        summary = {
            "model": {"schema": "IFC4", "elements": 2, "storeys": [{"name": "3F"}]},
            "seconds": {"geometry": 1.5},
            "pack": {"version": "1"},
        }
        (out / "summary.json").write_text(json.dumps(summary))
        sheet = Path(request.sheet) if request.sheet else None
        assembly, _rate = assembled(self.quantities, sheet, request.profile, request.building_kind)
        (out / "assembly.json").write_text(json.dumps(assembly))
        with zipfile.ZipFile(out / "content.zip", "w") as archive:
            tree = {"storeys": [{"id": "s3", "name": "3F", "elevation": 7.8, "elements": [STAIR, DOOR]}]}
            archive.writestr("storeys.json", json.dumps(tree))
            panel = {"groups": [{"name": "基本", "rows": [["名称", "LT-1"]]}]}
            archive.writestr(bucket_of(STAIR), json.dumps({STAIR: panel}))
            for item, given in self.quantities.items():
                archive.writestr(quantities_member(item), json.dumps(opened(given)))
        (out / "review.json").write_text("{}")
        (out / "review.html").write_text("<!doctype html><html></html>")
        with zipfile.ZipFile(out / "review.bcf", "w") as archive:
            archive.writestr("bcf.version", "<Version/>")


class FakeConversion:
    """Stands for the converter process: gives a viewer file, or none."""

    content: bytes | None = b"x\x9c\x03\x00\x00\x00\x00\x01"

    def __init__(self, model: Path, out: Path) -> None:
        self.out = out

    def wait(self, waiting: Callable[[], None]) -> Path | None:
        waiting()
        if self.content is None:
            return None
        self.out.write_bytes(self.content)
        return self.out

    def end(self) -> None:
        return None


def no_tables(model: Path, archive: Path, waiting: Callable[[], None]) -> Path | None:
    """Stands for ``make_tables`` of a model that gives none."""
    waiting()
    return None


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> FakeEngines:
    fake = FakeEngines()
    monkeypatch.setattr(reviewing, "make_tables", no_tables)
    monkeypatch.setattr(reviewing, "run_engines", fake)
    monkeypatch.setattr(reviewing, "Conversion", FakeConversion)
    monkeypatch.setattr(reviewing, "describe_reviewed", lambda *_: None)
    return fake


@pytest.fixture(autouse=True)
def kept_in(settings, tmp_path: Path) -> None:
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": local}
    settings.VAR = tmp_path


@pytest.fixture
def submission(monkeypatch: pytest.MonkeyPatch) -> Submission:
    monkeypatch.setattr(actions, "require_pack", lambda name: None)
    return Submission("drawings", "dwelling", date(2026, 3, 1), "cn-base", "gbt51129-2017")


@pytest.fixture
def queued(project, building, submission, city_officer) -> ReviewCase:
    """A submitted case; its job waits."""
    return actions.submit_model(project, building, MODEL, by=city_officer, submission=submission)


@pytest.fixture
def case(queued: ReviewCase, engines: FakeEngines) -> ReviewCase:
    """A reviewed case with one finding of each verdict."""
    run_here(queued.job)
    queued.refresh_from_db()
    return queued
