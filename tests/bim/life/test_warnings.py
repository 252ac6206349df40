"""What is odd about a version is told: units, placement, distance to the other disciplines, stage."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hezhu.bim.life import actions
from hezhu.bim.life.kinds import Discipline, Status
from hezhu.bim.life.shown import sentences
from hezhu.bim.life.warnings import distance_m, on_the_map, phase_of
from tests.bim.life.conftest import CONVERSION, facts


def codes(version) -> list[str]:
    version.refresh_from_db()
    return [warning["code"] for warning in version.warnings]


def test_a_model_without_units_and_placement_is_taken_and_told(uploaded) -> None:
    version = uploaded(declares_unit=False, map=None)
    assert codes(version) == ["no-units", "no-placement"]
    assert "一千倍" in sentences(version)[0]


def test_a_model_without_geometry_is_told(uploaded) -> None:
    assert codes(uploaded(extent=None)) == ["no-geometry"]


def test_a_site_with_latitude_is_placed(uploaded) -> None:
    assert codes(uploaded(map=None, site=[[30, 44, 46, 0], [120, 45, 0, 0]])) == []


def test_a_discipline_20_km_away_is_told_on_both(uploaded, place) -> None:
    architecture = uploaded()
    structure = replace(place, discipline=Discipline.STRUCTURE)
    far = uploaded(at=structure, map={**CONVERSION, "eastings": CONVERSION["eastings"] + 20_030.0})
    assert codes(far) == codes(architecture) == ["far-away"]
    assert far.warnings[0]["distance_m"] == 20_000
    assert sentences(far) == ["与 1# 施工图 建筑 V1 相距 20.0 km，多半是基点不同。请用同一个基点导出后再传。"]
    mended = uploaded(at=structure)
    assert codes(mended) == codes(architecture) == []


def test_far_away_without_map_conversions_is_measured_in_the_models_axes(uploaded, place) -> None:
    uploaded(map=None, site=[[30], [120]])
    box = {"low": [20_000.0, 0.0, 0.0], "high": [20_030.0, 15.0, 33.0]}
    far = uploaded(at=replace(place, discipline=Discipline.HVAC), map=None, site=[[30], [120]], extent=box)
    assert far.warnings[0] == {"code": "far-away", "other": far.pk - 1, "label": "1# 施工图 建筑 V1", "distance_m": 19_970}


def test_only_one_of_two_on_the_map_is_told(uploaded, place) -> None:
    uploaded()
    assert codes(uploaded(at=replace(place, discipline=Discipline.HVAC), map=None, site=[[30], [120]])) == ["map-differs"]


def test_another_units_work_in_progress_is_not_told_of(uploaded, place, firm_user, city_officer) -> None:
    own = uploaded()
    far = {**CONVERSION, "eastings": 0.0}
    other = uploaded(by=city_officer, at=replace(place, discipline=Discipline.STRUCTURE), map=far)
    assert codes(own) == codes(other) == []
    actions.move(other, Status.SHARED, by=city_officer)
    assert codes(own) == ["far-away"]
    assert codes(other) == []
    actions.move(own, Status.SHARED, by=firm_user)
    assert codes(other) == ["far-away"]


def test_the_phase_a_model_names_is_compared_with_its_stage(uploaded) -> None:
    version = uploaded(phase="扩初设计")
    assert codes(version) == ["wrong-stage"]
    assert "扩初设计" in sentences(version)[0]
    assert codes(uploaded(phase="施工图设计")) == []


@pytest.mark.parametrize(
    ("text", "stage"),
    [("", None), ("As-Built", "completion"), ("施工图", "construction_drawing"), ("方案设计", "scheme"), ("Phase 2", None)],
)
def test_phases_are_known_by_their_words(text, stage) -> None:
    assert phase_of(text) == stage


def test_a_rotated_map_conversion() -> None:
    """A quarter turn: the model's x runs north. (10, 0) lies 10 m north of the origin."""
    turned = {**CONVERSION, "axis": [0.0, 2.0]}
    east, north = on_the_map(turned, 10.0, 0.0)
    assert (round(east, 6), round(north, 6)) == (571_700.0, 3_403_210.0)


def test_the_gap_is_measured_between_boxes() -> None:
    east = {**CONVERSION, "eastings": CONVERSION["eastings"] + 33.0, "northings": CONVERSION["northings"] + 19.0}
    assert distance_m(facts(), facts(map=east)) == 5.0  # 3 m east of 30, 4 m north of 15
    assert distance_m(facts(), facts()) == 0.0
    assert distance_m(facts(), facts(extent=None)) is None
