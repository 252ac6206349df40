"""The sample building: clean it fails nothing, and each deliberate fault gives exactly its finding."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from hezhu.engines import ifc, review
from hezhu.engines.findings import Verdict
from hezhu.engines.ifc.sample import FAULTS, write_sample
from hezhu.engines.ifc.sample_faults import fault_storey

TODAY = dt.date(2026, 11, 23)
STOREYS = 3  # enough for every fault, quick to measure

# rule and measured value
EXPECTED = {
    "narrow-door": [("gb55038-4.1.14-door-width", 0.655)],
    "low-railing": [("gb55038-4.1.15-balcony-railing", 1.0)],
    "narrow-stair": [("gb55038-4.2.2-stair-width", 1.025)],
    "narrow-corridor": [("gb55038-4.2.1-corridor-width", 1.15)],
    "low-storey": [("gb55038-4.1.2-storey-height", 2.9)],
    "small-bedroom": [("gb55038-4.1.1-bedroom-area", 4.9025)],
    "low-headroom": [("gb55038-4.2.1-corridor-height", 2.15)],
    "short-landing": [("gb55031-5.3.5-landing", 1.0)],
    "uneven-risers": [("gb55031-5.3.10-evenness", 0.016)],
    "missing-room-function": [("model-space-function", None)],
    "missing-fire-rating": [],  # a data requirement: found by the IDS, not by a clause
}


def reviewed(path: Path) -> review.Review:
    context = review.ReviewContext("unknown", TODAY, top_entrance_m=30.0)
    return review.run(ifc.read(path), review.load_pack(), context)


def found(outcome: review.Review) -> list[tuple[str, str, float | None]]:
    return [
        (row.rule, row.subject.name, row.measured.value if row.measured else None)
        for row in outcome.findings
        if row.verdict in (Verdict.FAIL, Verdict.MANUAL)
    ]


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_each_fault_gives_exactly_its_finding(tmp_path: Path, fault: str) -> None:
    outcome = reviewed(write_sample(tmp_path / "sample.ifc", {fault}, STOREYS))
    storey = fault_storey(fault, STOREYS)
    name = str(storey) + FAULTS[fault].element.lstrip("0123456789")
    if FAULTS[fault].element[0:3].isdigit():
        name = str(storey) + FAULTS[fault].element[1:]
    assert sorted(found(outcome)) == sorted((rule, name, value) for rule, value in EXPECTED[fault])


def test_the_whole_clean_building_has_nothing_to_complain_of(tmp_path: Path) -> None:
    model = ifc.read(write_sample(tmp_path / "sample.ifc"))
    outcome = review.run(model, review.load_pack(), review.ReviewContext("unknown", TODAY))
    summary = outcome.summary()
    assert found(outcome) == []
    assert summary["context"]["building_kind"] == "dwelling"
    assert summary["counts"] == {"fail": 0, "manual": 0, "pass": 3654, "na": 122}
    judged = {row["rule"]: row["pass"] for row in summary["by_rule"]}
    assert judged["gb55038-4.1.14-door-width"] == 198
    assert judged["gb55038-4.2.2-stair-width"] == 20
    assert judged["gb55038-4.1.15-balcony-railing"] == 44
