"""The study on the sample building: its own shadow, a neighbour's, and what may not be concluded."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import ifcopenshell
import numpy as np
import pytest

from hezhu import cli
from hezhu.engines import ifc
from hezhu.engines.findings import Verdict
from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.review import load_pack
from hezhu.engines.review.sunlight.criteria import Calculation, load_sun_pack
from hezhu.engines.review.sunlight.openings import Opening
from hezhu.engines.review.sunlight.solids import Prism, prism_triangles
from hezhu.engines.review.sunlight.study import Place, SunStudy, study, turned, window_sun
from hezhu.engines.review.sunlight.sun import sun_path

ON = dt.date(2026, 11, 23)
PLACE = Place(30.75, 120.75)
RULES = Calculation(0.9, 1.8, 5, 1, ())


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sun") / "house.ifc", storeys=2)


def run(path: Path, neighbours: list[Prism] | None, day: str = "great-cold", place: Place = PLACE) -> SunStudy:
    return study(ifc.read(path), load_sun_pack(), load_pack().recognition, place, day, "new_town", ON, neighbours)


def verdicts(result: SunStudy) -> dict[str, tuple[Verdict, float]]:
    return {finding.subject.name: (finding.verdict, finding.measured.value) for finding in result.findings}


def test_southern_flats_of_a_free_building_have_the_whole_band_and_northern_ones_none(path: Path) -> None:
    result = run(path, [])
    assert result.path.date == dt.date(2026, 1, 20)
    sun, none = (Verdict.PASS, 8.0), (Verdict.FAIL, 0.0)
    assert verdicts(result) == {
        "101": none, "102": sun, "103": sun, "104": none, "201": none, "202": sun, "203": sun, "204": none,
    }  # fmt: skip
    assert not result.unread


def test_unknown_surroundings_allow_no_pass_but_a_fail_stands(path: Path) -> None:
    result = run(path, None)
    assert {finding.verdict for finding in result.findings} == {Verdict.FAIL, Verdict.MANUAL}
    (southern,) = [finding for finding in result.findings if finding.subject.name == "202"]
    assert southern.missing == ("周边建筑（--neighbours；确实没有时给空列表）",)


def test_a_tall_neighbour_close_to_the_south_takes_all_sun(path: Path) -> None:
    slab = Prism("2号楼", ((-400, -30), (400, -30), (400, -20), (-400, -20)), 0, 100)
    assert set(verdicts(run(path, [slab])).values()) == {(Verdict.FAIL, 0.0)}


def test_a_building_turned_round_has_its_sun_on_the_other_side(path: Path) -> None:
    hours = {name: value for name, (_, value) in verdicts(run(path, [], place=Place(30.75, 120.75, 180.0))).items()}
    assert hours["202"] == 0.0
    assert hours["201"] > 3.0


def test_a_day_without_a_criterion_draws_no_verdict(path: Path) -> None:
    result = run(path, [], "winter-solstice")
    assert result.findings == []
    assert result.path.date == dt.date(2026, 12, 22)
    assert max(window.hours for window in result.windows) == 6.0


def without(path: Path, target: Path, ifc_class: str, keep: int = 0) -> Path:
    file = ifcopenshell.open(str(path))
    for entity in file.by_type(ifc_class)[keep:]:
        file.remove(entity)
    file.write(str(target))
    return target


def test_rooms_of_no_dwelling_are_named_and_not_passed_over(path: Path, tmp_path: Path) -> None:
    result = run(without(path, tmp_path / "zones.ifc", "IfcZone", keep=2), [])
    assert [(finding.verdict, finding.subject.name) for finding in result.findings[:2]] == [
        (Verdict.FAIL, "101"),
        (Verdict.PASS, "102"),
    ]
    assert result.findings[2].verdict is Verdict.MANUAL
    assert "103-起居室" in result.findings[2].missing[0]


def test_a_model_without_rooms_cannot_be_judged(path: Path, tmp_path: Path) -> None:
    result = run(without(path, tmp_path / "rooms.ifc", "IfcSpace"), [])
    assert [finding.verdict for finding in result.findings] == [Verdict.MANUAL]
    assert "IfcSpace" in result.findings[0].missing[0]
    assert {reason for _, reason in result.unread} == {"两侧都没有空间（IfcSpace），分不清室内外"}


def window(width: float, spacing: float = 0.3) -> Opening:
    count = round(width / spacing) + 1
    points = np.column_stack([np.linspace(0, width, count), np.zeros(count), np.full(count, 0.9)])
    return Opening(None, None, points, np.array([0.0, -1.0, 0.0]), width)  # type: ignore[arg-type]


def test_hours_of_one_window_before_a_wall_by_hand() -> None:
    """Wall 16.9 m tall, 20 m off and endless: sun while tan(altitude) / cos(azimuth from south) exceeds (16.9 − 0.9) / 20 = 0.8.

    By hand for φ = 30.75°, δ = −20.12°: sin φ sin δ + cos φ cos δ cos H = 0.8 (sin φ cos δ cos H − cos φ sin δ) gives
    cos H = 0.97515, H = 12.80°: 51.2 minutes either side of noon, 102.4 in all; δ moves during the day and steps are whole.
    """
    sun = sun_path(dt.date(2026, 1, 20), 30.75, 120.75, (480, 960))
    wall = prism_triangles([Prism("", ((-9e3, -21), (9e3, -21), (9e3, -20), (-9e3, -20)), 0, 16.9)])
    (found,) = window_sun([window(1.5)], wall, sun, 0, RULES)
    profile = np.tan(np.radians(sun.altitude_deg)) / (-sun.directions[:, 1] / np.cos(np.radians(sun.altitude_deg)))
    assert found.minutes == int((profile > 0.8).sum())
    assert found.intervals == ((670.0, 771.0),)
    assert found.minutes == pytest.approx(102.4, abs=2)


def test_of_a_wide_window_the_best_stretch_counts_and_short_spells_do_not() -> None:
    sun = sun_path(dt.date(2026, 1, 20), 30.75, 120.75, (480, 960))
    fin = prism_triangles([Prism("", ((-0.2, -5), (-0.1, -5), (-0.1, -0.0), (-0.2, -0.0)), 0, 50)])
    (wide,), (narrow,) = (window_sun([window(width)], fin, sun, 0, RULES) for width in (3.6, 1.8))
    assert narrow.minutes < wide.minutes
    # five minutes of a band of four are not counted
    brief = sun_path(dt.date(2026, 1, 20), 30.75, 120.75, (718, 722))
    assert window_sun([window(1.8)], np.zeros((0, 3, 3)), brief, 0, RULES)[0].minutes == 0


def test_true_north_turns_clockwise() -> None:
    assert turned(np.array([[0.0, 1.0, 0.0]]), 90.0)[0].tolist() == pytest.approx([1.0, 0.0, 0.0])


def test_the_command_tells_the_same_and_exits_one(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    none = tmp_path / "none.json"
    none.write_text('{"buildings": []}')
    arguments = ["sunlight", str(path), "--neighbours", str(none), "--date", "2026-11-23", "--json"]
    assert cli.main(arguments) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["exit"], told["counts"]["pass"], told["counts"]["fail"], told["day"]["date"]) == (1, 4, 4, "2026-01-20")
    assert told["place"]["latitude"] == pytest.approx(30.746111, abs=1e-6)
    (southern,) = [row for row in told["windows"] if row["name"] == "202-卧室1-窗1"]
    assert (southern["hours"], southern["intervals"]) == (8.0, [["08:00", "16:00"]])


def test_a_day_without_failures_exits_zero(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sunlight", str(path), "--day", "winter-solstice", "--lat", "30.75", "--lon", "120.75"]) == 0
    assert "冬至日没有适用于本模型的标准" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("extra", "message"),
    [(["--lat", "95"], "纬度 95"), (["--day", "summer"], "summer"), (["--neighbours", "absent.json"], "absent.json")],
)
def test_what_cannot_be_used_exits_two(path: Path, extra: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sunlight", str(path), *extra]) == 2
    assert message in capsys.readouterr().err
