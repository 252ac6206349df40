"""Real models: none crashes, every record is counted, and what is measured and found is pinned.

The numbers change only when measuring or the pack changes; then look at every difference before changing them.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from hezhu.engines import ifc, review


@dataclass(frozen=True)
class Case:
    """A model: ``measured`` are spaces, doors, flights, railings; ``found`` are fail, manual, pass, na."""

    file: str
    kind: str
    schema: str
    records: int
    elements: int
    spaces: int
    storeys: int
    measured: tuple[int, int, int, int]
    found: tuple[int, int, int, int]


CASES = [
    Case("duplex.ifc", "dwelling", "IFC2X3", 38898, 218, 21, 4, (21, 14, 2, 4), (17, 42, 144, 143)),
    Case("office_a.ifc", "public", "IFC2X3", 62930, 805, 99, 3, (99, 102, 4, 10), (11, 124, 371, 155)),
    Case("fzk_haus_ifc4.ifc", "dwelling", "IFC4", 58069, 82, 4, 2, (4, 5, 1, 2), (4, 19, 11, 169)),
    Case("tall_building.ifc", "public", "IFC2X3", 9925, 56, 3, 5, (3, 5, 0, 0), (0, 12, 10, 177)),
    Case("large_building.ifc", "public", "IFC2X3", 20735, 115, 8, 2, (8, 18, 0, 0), (0, 40, 11, 177)),
    Case("smiley_west_apartments_2x_final.ifc", "dwelling", "IFC2X3", 73662, 436, 70, 5, (70, 85, 30, 60), (106, 184, 381, 140)),
    Case("janesville_restaurant.ifczip", "public", "IFC2X3", 453586, 1532, 20, 4, (20, 32, 4, 2), (6, 47, 68, 147)),
]


def records_of(path: Path) -> int:
    """Records counted from the text by a scan of its own: what lies outside quotes, without comments."""
    if path.suffix == ".ifczip":
        with zipfile.ZipFile(path) as archive:
            content = archive.read(archive.namelist()[0])
    else:
        content = path.read_bytes()
    outside = b"''".join(re.sub(rb"/\*.*?\*/", b"", content, flags=re.DOTALL).split(b"'")[::2])
    return len(re.findall(rb"#\d+\s*=", outside))


@pytest.mark.outside
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_a_real_model(case: Case, outside_data: Path) -> None:
    path = outside_data / "ifc" / case.file
    model = ifc.read(path)
    assert (model.schema, model.entity_count) == (case.schema, case.records)
    assert records_of(path) == case.records
    assert sum(model.class_counts.values()) == case.records
    assert (len(model.elements), len(model.spaces), len(model.storeys)) == (case.elements, case.spaces, case.storeys)
    outcome = review.run(model, review.load_pack(), review.ReviewContext(case.kind, dt.date(2026, 11, 23)))
    shapes = model.geometry
    flights = sum(len(runs) for runs in shapes.flights.values())
    assert (len(shapes.spaces), len(shapes.doors), flights, len(shapes.railings)) == case.measured
    counts = outcome.summary()["counts"]
    assert (counts["fail"], counts["manual"], counts["pass"], counts["na"]) == case.found


@pytest.mark.outside
def test_what_was_measured_by_hand_in_the_office(outside_data: Path) -> None:
    """Values read from the drawing: stair widths, landing, riser, doors, guard rails by their type names."""
    model = ifc.read(outside_data / "ifc" / "office_a.ifc")
    shapes = model.geometry
    flights = [flight for runs in shapes.flights.values() for flight in runs]
    assert {flight.width_m for flight in flights} == {1.0}
    assert {len(flight.risers_m) for flight in flights} == {12}
    assert {round(riser, 4) for flight in flights for riser in flight.risers_m} == {0.1778}
    assert {landing.depth_m for landing in shapes.landings} == {1.0}
    doors = {model.of_class("IfcDoor")[0].type_name: next(iter(shapes.doors.values())).clear_width_m}
    assert doors == {"0915 x 2134mm": 0.864}
    guards = [
        shapes.railings[railing.step_id].guard.height_m
        for railing in model.of_class("IfcRailing")
        if "1100mm Guard Rail" in railing.name and railing.storey.name == "Level 2"
    ]
    assert guards == pytest.approx([1.1, 1.1], abs=0.001)
