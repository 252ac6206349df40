"""Sunlight on a site model: neighbours in the model, in another model, what stands already, care homes, and the files written."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import ifcopenshell
import ifcopenshell.util.element
import pytest

from hezhu import cli
from hezhu.engines import ifc
from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.review import load_pack
from hezhu.engines.review.planning.sample import Block, SiteSpec, rectangle, write_site
from hezhu.engines.review.sunlight.criteria import load_sun_pack
from hezhu.engines.review.sunlight.study import Place, SunStudy, study
from hezhu.engines.review.sunlight.surroundings import existing_buildings, neighbours_of_site

ON = dt.date(2026, 11, 23)
# one room and window on each of two storeys; its facade looks south
HOMES = Block("现状住宅", 0, 100, 6, 12, 2, 3.0, flats=1, facts={"Existing": True})
# a wall of buildings that takes all sun of the day: too long to look round
WALL = Block("新建楼", -300, 60, 600, 12, 20, 3.0)
LOW = Block("新建矮楼", -300, 60, 600, 12, 1, 3.0)


def run(folder: Path, *blocks: Block, day: str = "great-cold", zone: str = "new_town") -> SunStudy:
    model = ifc.read(write_site(folder / "site.ifc", SiteSpec(blocks)))
    existing = existing_buildings(model)
    return study(model, load_sun_pack(), load_pack().recognition, Place(30.75, 120.75), day, zone, ON, (), existing)


def told(findings: list[Finding]) -> dict[str, tuple[str, float, float]]:
    return {f.subject.name: (f.verdict.value, f.measured.value, f.required.value) for f in findings}


def test_a_new_building_that_takes_the_sun_of_existing_homes_fails(tmp_path: Path) -> None:
    result = run(tmp_path, HOMES, WALL)
    assert told(result.findings) == {"现状住宅-101": ("fail", 0.0, 3.0), "现状住宅-201": ("fail", 0.0, 3.0)}
    assert {finding.detail["hours_without_project"] for finding in result.findings} == {8.0}


def test_a_low_building_leaves_them_enough(tmp_path: Path) -> None:
    assert {verdict for verdict, _, _ in told(run(tmp_path, HOMES, LOW).findings).values()} == {"pass"}


def test_homes_that_fell_short_before_must_not_lose_any_more(tmp_path: Path) -> None:
    old_wall = Block("现状楼", -300, 70, 600, 12, 11, 3.0, facts={"Existing": True})
    spared = run(tmp_path, HOMES, old_wall, LOW)
    before = {name: hours for name, (_, hours, _) in told(spared.findings).items()}
    assert all(0 <= hours < 3 for hours in before.values())
    assert {finding.verdict for finding in spared.findings} == {Verdict.PASS}
    assert all(finding.required.value == finding.measured.value for finding in spared.findings)
    assert "不得加剧" in spared.findings[0].method


def test_homes_that_fell_short_and_lose_more_fail(tmp_path: Path) -> None:
    # the old wall ends in the east, the new one takes the sun that comes past its end
    old_wall = Block("现状楼", -300, 70, 320, 12, 20, 3.0, facts={"Existing": True})
    more = Block("新建楼", 22, 70, 60, 12, 20, 3.0)
    without = told(run(tmp_path, HOMES, old_wall).findings)
    result = run(tmp_path, HOMES, old_wall, more)
    assert 0 < without["现状住宅-101"][1] < 3
    assert told(result.findings)["现状住宅-101"][0] == "fail"
    assert told(result.findings)["现状住宅-101"][2] == without["现状住宅-101"][1]


def test_in_the_old_town_two_hours_are_for_the_project_and_three_for_its_neighbours(tmp_path: Path) -> None:
    ours = Block("1号楼", 100, 100, 6, 12, 1, 3.0, flats=1)
    found = told(run(tmp_path, HOMES, ours, zone="old_town").findings)
    assert (found["1号楼-101"][2], found["现状住宅-101"][2]) == (2.0, 3.0)


def test_bedrooms_of_a_care_home_are_asked_on_the_shortest_day_and_are_no_dwellings(tmp_path: Path) -> None:
    care = Block("1号楼", 0, 0, 6, 12, 1, 3.0, flats=1, use="养老院")
    assert run(tmp_path, care).findings == []
    (finding,) = run(tmp_path, care, day="winter-solstice").findings
    assert (finding.rule, finding.verdict, finding.measured.value) == ("sun-jiaxing-care-rooms-new", Verdict.PASS, 6.0)
    home = Block("1号楼", 0, 0, 6, 12, 1, 3.0, flats=1)
    assert run(tmp_path, home, day="winter-solstice").findings == []


def test_neighbours_of_a_site_model_stand_where_the_site_says(tmp_path: Path) -> None:
    model = ifc.read(write_site(tmp_path / "one.ifc", SiteSpec([Block("1号楼", 0, 100, 6, 12, 2)])))
    tower = Block("2号楼", -300, 60, 600, 12, 20, 3.0, podium=(3, 5, 0, 5, 0))
    site = write_site(tmp_path / "site.ifc", SiteSpec([Block("1号楼", 0, 100, 6, 12, 2), tower], boundary=rectangle(0, 0, 9, 9)))
    prisms = neighbours_of_site(site, model)
    assert [(prism.name, prism.base_m, prism.top_m) for prism in prisms] == [("2号楼 1F", 0.0, 9.0), ("2号楼 4F", 9.0, 60.0)]
    assert min(x for x, _ in prisms[0].outline) == pytest.approx(-305)
    assert min(x for x, _ in prisms[1].outline) == pytest.approx(-300)


def test_the_command_writes_tables_overlay_and_a_model_that_carries_the_hours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_site(tmp_path / "site.ifc", SiteSpec([HOMES, WALL], facts={"Zone": "old_town"}))
    out = tmp_path / "out"
    assert cli.main(["sunlight", str(path), "--site", "--date", "2026-11-23", "--out", str(out), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["zone"] == "old_town"
    assert set(answer["files"]) == {"windows", "dwellings", "overlay", "model"}
    with (out / "dwellings.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["套或房间"], row["有效日照（h）"], row["结论"], row["没有项目时（h）"]) for row in rows] == [
        ("现状住宅-101", "0.0", "不符合", "8.0"),
        ("现状住宅-201", "0.0", "不符合", "8.0"),
    ]
    overlay = json.loads((out / "sun.json").read_text(encoding="utf-8"))
    assert len(overlay["windows"]) == 2
    assert overlay["hours"][overlay["windows"][0]["global_id"]] == 0.0
    copy = ifcopenshell.open(str(out / "sun.ifc"))
    (window, _) = copy.by_type("IfcWindow")
    carried = ifcopenshell.util.element.get_pset(window, "Hezhu_Sunlight")
    assert (carried["EffectiveHours"], carried["StandardDay"]) == (0.0, "大寒日")
    assert ifcopenshell.util.element.get_pset(copy.by_type("IfcZone")[0], "Hezhu_Sunlight")["Verdict"] == "不符合"


def test_a_site_model_as_surroundings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = Block("1号楼", 0, 100, 6, 12, 1, flats=1)
    model = write_site(tmp_path / "one.ifc", SiteSpec([home]))
    site = write_site(tmp_path / "site.ifc", SiteSpec([home, WALL]))
    assert cli.main(["sunlight", str(model), "--neighbours", str(site), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["neighbours"] == 1
    conditions = tmp_path / "conditions.yaml"
    conditions.write_text("zone: old_town\n")
    assert cli.main(["sunlight", str(model), "--site", "--conditions", str(conditions), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["zone"] == "old_town"


def test_results_that_cannot_be_written_exit_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = write_site(tmp_path / "one.ifc", SiteSpec([Block("1号楼", 0, 100, 6, 12, 1, flats=1)]))
    (tmp_path / "taken").write_text("")
    assert cli.main(["sunlight", str(model), "--site", "--out", str(tmp_path / "taken")]) == 2
    assert "换一个目录" in capsys.readouterr().err
