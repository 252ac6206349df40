"""What lies outside the enclosure: balconies, galleries, canopies, stairs, open floors, bays, insulation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hezhu import cli
from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.review.area import BuildingArea, load_profile
from hezhu.engines.review.pack import PackInvalid
from tests.engines.area.battery import shows
from tests.engines.area.houses import House, one_storey, two_storeys
from tests.engines.ifc.drawing import rectangle


def outside(result: BuildingArea, storey: str) -> list[tuple[str, float, tuple[float, ...]]]:
    """(rule, plan area, factors) of the storey's parts beyond its enclosure."""
    return [
        (p.rule.key, round(p.area_m2, 4), p.factors) for p in result.parts if p.storey.name == storey and p.rule.key != "storey"
    ]


def with_balcony(name: str = "阳台", covered: bool = True, **properties: object) -> House:
    """A slab of 3 m × 1.5 m before the south front of the upper storey."""
    house = two_storeys()
    slab = house.slab("2F", rectangle(2, -1.5, 5, 0), 3.0, Name=f"{name}板")
    house.element("IfcSpace", "2F", [house.prism(rectangle(2.1, -1.4, 4.9, 0), 3.0, 2.8)], Name=name, LongName=name)
    if properties:
        house.properties(slab, "Hezhu_Area", **properties)
    if covered:
        house.slab("屋面", rectangle(2, -1.5, 5, 0), 6.0, Name="挑板")
    return house


@shows("balcony_outside", "pass")
def test_a_balcony_before_the_wall_counts_half(tmp_path: Path) -> None:
    result = with_balcony().measure(tmp_path)
    assert outside(result, "2F") == [("balcony_outside", 4.5, (0.5,))]
    assert result.total_m2 == pytest.approx(122.25)


@shows("balcony_outside", "fail")
@shows("none", "fail")
def test_a_hanging_balcony_without_cover_counts_and_a_terrace_does_not(tmp_path: Path) -> None:
    assert outside(with_balcony(covered=False).measure(tmp_path), "2F") == [("balcony_outside", 4.5, (0.5,))]
    assert outside(with_balcony("露台", covered=False).measure(tmp_path), "2F") == [("none", 4.5, (0.0,))]


@shows("balcony_outside", "undecidable")
def test_a_balcony_on_a_roof_without_cover_is_left_to_a_person(tmp_path: Path) -> None:
    house = House()
    house.level("1F", 0.0, 3.0)
    house.storey("2F", 3.0)
    house.slab("2F", rectangle(0, 0, 10, 6), 3.0)
    house.walls("2F", 0, 2, 10, 6, 3.0, 2.88)
    house.room("2F", "阳台", rectangle(0.2, 0.2, 9.8, 2.0), 3.0, 2.8)
    house.roof(6.0, rectangle(0, 2, 10, 6))
    assert outside(house.measure(tmp_path), "2F") == [("balcony_outside", 20.0, (0.0, 0.5))]


@shows("balcony_inside", "fail")
@pytest.mark.parametrize(("inside", "rule", "factor"), [(True, "balcony_inside", 1.0), (False, "balcony_outside", 0.5)])
def test_a_model_may_state_where_the_main_structure_ends(tmp_path: Path, inside: bool, rule: str, factor: float) -> None:
    result = with_balcony(InsideMainStructure=inside).measure(tmp_path)
    assert outside(result, "2F") == [(rule, 4.5, (factor,))]


def test_columns_under_the_outer_edge_leave_the_balcony_to_a_person(tmp_path: Path) -> None:
    house = with_balcony()
    for x in (2.0, 4.7):
        house.element("IfcColumn", "2F", [house.box(x, -1.5, 3.0, x + 0.3, -1.2, 5.88)], Name="柱")
    result = house.measure(tmp_path)
    assert outside(result, "2F") == [("balcony_outside", 4.5, (0.5, 1.0))]
    assert "InsideMainStructure" in result.parts[2].missing[0]


def recessed(load_bearing: bool | None) -> House:
    """A balcony of 4 m × 2 m cut into the south front, between cross walls."""
    house = House()
    house.level("1F", 0.0, 3.0)
    house.storey("2F", 3.0)
    house.slab("2F", rectangle(0, 0, 10, 6), 3.0)
    boxes = (
        (0, 0, 3, 0.2), (7, 0, 10, 0.2), (2.8, 0.2, 3, 2.2), (7, 0.2, 7.2, 2.2), (3, 2, 7, 2.2),
        (0, 5.8, 10, 6), (0, 0.2, 0.2, 5.8), (9.8, 0.2, 10, 5.8),
    )  # fmt: skip
    for box in boxes:
        wall = house.element("IfcWall", "2F", [house.prism(rectangle(*box), 3.0, 2.88)], Name="墙")
        if load_bearing is not None:
            house.properties(wall, "Pset_WallCommon", LoadBearing=load_bearing)
    house.room("2F", "阳台", rectangle(3, 0, 7, 2), 3.0, 2.8)
    house.roof(6.0)
    return house


@shows("balcony_inside", "pass", "undecidable")
def test_a_recess_between_bearing_walls_lies_inside_the_main_structure(tmp_path: Path) -> None:
    assert outside(recessed(True).measure(tmp_path), "2F") == [("balcony_inside", 8.0, (1.0,))]
    assert outside(recessed(None).measure(tmp_path), "2F") == [("balcony_outside", 8.0, (0.5, 1.0))]


@shows("gallery", "pass", "undecidable")
def test_a_gallery_needs_a_guard_to_count(tmp_path: Path) -> None:
    house = with_balcony("外廊")
    assert outside(house.measure(tmp_path), "2F") == [("gallery", 4.5, (0.0, 0.5))]
    house.element("IfcRailing", "2F", [house.box(2, -1.5, 3.0, 5, -1.45, 4.1)], Name="栏杆")
    assert outside(house.measure(tmp_path), "2F") == [("gallery", 4.5, (0.5,))]


@shows("none", "undecidable")
def test_a_covered_floor_without_a_name_is_left_to_a_person(tmp_path: Path) -> None:
    result = with_balcony("挑出").measure(tmp_path)
    assert outside(result, "2F") == [("none", 4.5, (0.0, 0.5, 1.0))]
    stated = with_balcony("挑出", Category="balcony").measure(tmp_path)
    assert [(p.rule.key, p.factors) for p in stated.parts if p.storey.name == "2F"][1:] == [("balcony_outside", (0.5,))]


@shows("canopy", "pass", "fail", "limit")
@pytest.mark.parametrize(
    ("depth", "column", "bottom", "expected"),
    [
        (2.1, False, 2.8, ("canopy", 0.5)),
        (2.099, False, 2.8, ("none", 0.0)),
        (1.2, True, 2.8, ("canopy", 0.5)),
        (2.5, False, 5.9, ("none", 0.0)),
    ],
)
def test_canopies(tmp_path: Path, depth: float, column: bool, bottom: float, expected: tuple[str, float]) -> None:
    """Half from 2.10 m of reach or on columns; without columns none where it hangs as high as two storeys."""
    house = House()
    for number in range(3):
        house.level(f"{number + 1}F", 3.0 * number, 3.0)
    house.roof(9.0)
    house.element("IfcSlab", "1F", [house.box(4, -depth, bottom, 7, 0, bottom + 0.1)], Name="雨篷")
    if column:
        house.element("IfcColumn", "1F", [house.box(4, -depth, 0, 4.2, 0.2 - depth, bottom)], Name="柱")
    (part,) = [part for part in house.measure(tmp_path).parts if "雨篷" in {body.element.name for body in part.elements}]
    assert (part.rule.key, part.factors) == (expected[0], (expected[1],))
    assert part.area_m2 == pytest.approx(3 * depth)


@shows("outdoor_stair", "pass", "fail")
def test_outdoor_stairs_count_half_and_steps_and_ladders_do_not(tmp_path: Path) -> None:
    house = two_storeys()
    house.element("IfcStairFlight", "1F", [house.box(11, 0, 0, 12.2, 4, 3.0)], Name="室外楼梯")
    house.element("IfcStairFlight", "1F", [house.box(2, -1, -0.45, 4, 0, 0)], Name="台阶")
    house.element("IfcStairFlight", "1F", [house.box(-2, 0, 0, -1, 1, 6.0)], Name="检修爬梯")
    found = {
        (p.rule.key, round(p.area_m2, 4), p.factors)
        for p in house.measure(tmp_path).parts
        if p.rule.key in ("outdoor_stair", "none")
    }
    assert found == {("outdoor_stair", 4.8, (0.5,)), ("none", 2.0, (0.0,)), ("none", 1.0, (0.0,)), ("none", 60.0, (0.0,))}


@pytest.mark.parametrize(("height", "factor"), [(3.0, 1.0), (2.199, 0.5)])
def test_an_open_floor_counts_by_the_slab_above(tmp_path: Path, height: float, factor: float) -> None:
    house = House()
    house.storey("架空层", 0.0)
    house.slab("架空层", rectangle(1, 1, 9, 5), 0.0)
    for x in (0.0, 9.6):
        house.element("IfcColumn", "架空层", [house.box(x, 0, 0, x + 0.4, 0.4, height - 0.12)], Name="柱")
    house.level("2F", height, 3.0)
    house.roof(height + 3.0)
    assert outside(house.measure(tmp_path), "架空层") == [("open_floor", 60.0, (factor,))]


@shows("bay", "pass", "fail", "limit")
@pytest.mark.parametrize(("sill", "height", "rule"), [(0.4, 2.1, "bay"), (0.45, 2.1, "none"), (0.4, 2.09, "none")])
def test_bay_windows(tmp_path: Path, sill: float, height: float, rule: str) -> None:
    house = one_storey()
    house.element("IfcWindow", "1F", [house.box(2, -0.6, sill, 4, 0.2, sill + height)], Name="凸窗")
    (part,) = [part for part in house.measure(tmp_path).parts if part.elements[0].element.name == "凸窗"]
    assert (part.rule.key, round(part.area_m2, 4)) == (rule, 1.2)


@shows("insulation", "pass")
def test_outer_insulation_adds_the_plan_of_its_material(tmp_path: Path) -> None:
    house = one_storey()
    house.element("IfcCovering", "1F", [house.box(0, -0.08, 0, 10, 0, 2.9)], Name="外保温", PredefinedType="INSULATION")
    result = house.measure(tmp_path)
    assert outside(result, "1F") == [("insulation", 0.8, (1.0,))]
    assert result.total_m2 == pytest.approx(60.8)


@shows("ramp", "fail", "undecidable")
def test_a_roofed_ramp_is_left_to_a_person_and_an_open_one_does_not_count(tmp_path: Path) -> None:
    house = one_storey()
    house.element("IfcRamp", "1F", [house.box(11, 0, -1, 14, 4, 0)], Name="坡道")
    assert ("none", 12.0, (0.0,)) in outside(house.measure(tmp_path), "1F")
    house.element("IfcSlab", "屋面", [house.box(11, 0, 2.5, 14, 4, 2.7)], Name="顶盖")
    assert ("ramp", 12.0, (0.0, 0.5)) in outside(house.measure(tmp_path), "1F")


def test_the_sample_building_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A storey is 21.8 × 13.4 = 292.12 m², its four balconies 2 × 3.6 × 1.6 + 2 × 2.8 × 1.5 = 19.92 at half: 302.08."""
    model = write_sample(tmp_path / "house.ifc", storeys=2)
    assert cli.main(["area", str(model), "--json", "--out", str(tmp_path / "out")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["total_m2"] == 604.16
    assert [row["counted_m2"] for row in told["storeys"]] == [[302.08, 302.08], [302.08, 302.08], [0.0, 0.0]]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"area.json", "storeys.csv", "parts.csv"}
    assert cli.main(["area", str(model)]) == 0
    assert "合计  604.16" in capsys.readouterr().out


def test_the_provincial_profile_says_that_it_is_not_filled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = write_sample(tmp_path / "house.ifc", storeys=2)
    assert cli.main(["area", str(model), "--profile", "db33t1152-2018"]) == 0
    told = capsys.readouterr().out
    assert "尚未录入" in told
    assert "604.16" in told


def test_what_cannot_be_used_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["area", str(tmp_path / "none.ifc")]) == 2
    assert cli.main(["area", str(write_sample(tmp_path / "a.ifc", storeys=2)), "--profile", "x"]) == 2
    assert "没有名为“x”的建筑面积规则" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("inherits: gbt50353-2013\nlimits: {storey_height: 二点二}\n", "limits.storey_height 应为正数"),
        ("inherits: gbt50353-2013\nrules: {storey: {factor: 0.7}}\n", "factor 应为 1、0.5 或 0"),
        ("inherits: own\n", "绕回了自己"),
        ("title: x\n", "缺少字段"),
        ("- 1\n", "键值表"),
        ("rules: [1]\n", "键值表"),
        (": :\n- x", "读不出来"),
    ],
)
def test_a_wrong_profile_is_refused_with_its_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    shipped = Path(__file__).parents[3] / "rulepacks" / "area" / "gbt50353-2013.yaml"
    (tmp_path / "area").mkdir()
    (tmp_path / "area" / shipped.name).write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "area" / "own.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("HEZHU_RULEPACKS", str(tmp_path))
    with pytest.raises(PackInvalid) as caught:
        load_profile("own")
    assert words in str(caught.value)


@shows("shed", "pass", "fail")
def test_a_shed_counts_half_by_its_roof_and_a_bare_floor_does_not(tmp_path: Path) -> None:
    house = one_storey()
    house.element("IfcSlab", "1F", [house.box(12, 0, 2.5, 16, 5, 2.6)], Name="自行车棚顶")
    result = house.measure(tmp_path)
    assert outside(result, "1F") == [("shed", 20.0, (0.5,))]
    assert result.total_m2 == pytest.approx(70.0)
    bare = one_storey()
    bare.slab("1F", rectangle(12, 0, 16, 5), 0.0, Name="车棚地面")
    assert bare.measure(tmp_path).total_m2 == pytest.approx(60.0)


@shows("insulation", "fail")
def test_insulation_inside_the_wall_adds_nothing(tmp_path: Path) -> None:
    house = one_storey()
    house.element("IfcCovering", "1F", [house.box(0.2, 0.2, 0, 9.8, 0.28, 2.8)], Name="内保温", PredefinedType="INSULATION")
    assert house.measure(tmp_path).total_m2 == pytest.approx(60.0)
