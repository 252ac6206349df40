"""What lies within the enclosure: heights, basements, voids, pitched roofs, roof rooms, and what cannot be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from hezhu.engines.findings import Verdict
from hezhu.engines.review.area import BuildingArea
from tests.engines.area.battery import shows
from tests.engines.area.houses import House, one_storey, two_storeys
from tests.engines.ifc.drawing import rectangle


def kinds(result: BuildingArea, storey: str = "") -> list[tuple[str, float, tuple[float, ...]]]:
    """(rule, plan area, factors) of every part, without the open roof."""
    return [
        (part.rule.key, round(part.area_m2, 4), part.factors)
        for part in result.parts
        if (not storey or part.storey.name == storey) and part.storey.name != "屋面"
    ]


@pytest.mark.parametrize(
    ("height", "factor", "total"), [(3.0, 1.0, 60.0), (2.2, 1.0, 60.0), (2.199, 0.5, 30.0), (1.8, 0.5, 30.0)]
)
def test_a_storey_counts_full_from_2_20_m(tmp_path: Path, height: float, factor: float, total: float) -> None:
    result = one_storey(height).measure(tmp_path)
    assert kinds(result) == [("storey", 60.0, (factor,))]
    assert result.total_m2 == pytest.approx(total, abs=1e-6)
    part = result.parts[0]
    assert part.heights_m == pytest.approx((height, height), abs=1e-4)
    assert {body.element.name for body in part.elements} == {"外墙南", "外墙北", "外墙西", "外墙东", "1F板", "屋面板"}


def test_a_thick_roof_that_alone_reaches_2_20_m_is_left_to_a_person(tmp_path: Path) -> None:
    house = House()
    house.level("1F", 0.0, 2.1)
    house.storey("屋面", 2.3)
    house.element("IfcSlab", "屋面", [house.box(0, 0, 2.0, 10, 6, 2.3)], Name="屋面板", PredefinedType="ROOF")
    (part,) = [part for part in house.measure(tmp_path).parts if part.storey.name == "1F"]
    assert (part.factors, part.is_decided) == ((0.5, 1.0), False)
    assert "屋面结构板的顶面标高" in part.missing[0]


def test_a_basement_is_counted_under_its_own_clause(tmp_path: Path) -> None:
    house = House()
    house.level("地下一层", -3.0, 3.0)
    house.level("1F", 0.0, 3.0)
    house.roof(3.0)
    result = house.measure(tmp_path)
    assert kinds(result, "地下一层") == [("basement", 60.0, (1.0,))]
    assert result.total_m2 == pytest.approx(120.0)


def test_a_roof_room_counts_and_the_open_roof_does_not(tmp_path: Path) -> None:
    house = one_storey()
    house.walls("屋面", 1, 1, 4, 3, 3.0, 2.38)
    house.storey("顶", 5.5)
    house.slab("顶", rectangle(1, 1, 4, 3), 5.5)
    parts = {(p.rule.key, round(p.area_m2, 4), p.factors) for p in house.measure(tmp_path).parts if p.storey.name == "屋面"}
    assert parts == {("roof_room", 6.0, (1.0,)), ("none", 54.0, (0.0,))}


def test_a_parapet_encloses_nothing(tmp_path: Path) -> None:
    house = one_storey()
    house.walls("屋面", 0, 0, 10, 6, 3.0, 1.2)
    assert {part.factors for part in house.measure(tmp_path).parts if part.storey.name == "屋面"} == {(0.0,)}


def with_void(room_below: str = "", stair: bool = False, shaft: str = "") -> House:
    """Two storeys with an opening of 4 m × 3 m in the upper floor, 2 m from the west and south faces."""
    house = House()
    house.level("1F", 0.0, 3.0)
    house.storey("2F", 3.0)
    for plan in (rectangle(0, 0, 10, 2), rectangle(0, 5, 10, 6), rectangle(0, 2, 2, 5), rectangle(6, 2, 10, 5)):
        house.slab("2F", plan, 3.0)
    house.walls("2F", 0, 0, 10, 6, 3.0, 2.88)
    house.room("2F", "办公室", rectangle(6, 0.2, 9.8, 5.8), 3.0, 2.88)
    house.roof(6.0)
    if room_below:
        house.room("1F", room_below, rectangle(2, 2, 6, 5), 0.0, 5.88)
    if stair:
        house.element("IfcStairFlight", "1F", [house.box(2, 2, 0, 6, 4, 3.0)], Name="梯段")
    if shaft:
        house.room("2F", shaft, rectangle(2, 2, 6, 5), 3.0, 2.88)
    return house


@shows("hall", "pass")
def test_a_hall_counts_once(tmp_path: Path) -> None:
    result = with_void(room_below="门厅").measure(tmp_path)
    assert kinds(result, "2F") == [("storey", 48.0, (1.0,)), ("hall", 12.0, (0.0,))]
    assert result.total_m2 == pytest.approx(108.0)


@shows("hall", "fail")
@shows("shaft", "pass")
@pytest.mark.parametrize("house", [with_void(stair=True), with_void(shaft="管井"), with_void(room_below="电梯井")])
def test_stairs_and_shafts_count_on_every_storey(tmp_path: Path, house: House) -> None:
    result = house.measure(tmp_path)
    assert kinds(result, "2F") == [("storey", 60.0, (1.0,))]


@shows("hall", "undecidable")
@shows("shaft", "undecidable")
def test_an_opening_that_nothing_explains_is_left_to_a_person(tmp_path: Path) -> None:
    result = with_void().measure(tmp_path)
    assert kinds(result, "2F") == [("storey", 48.0, (1.0,)), ("hall", 12.0, (0.0, 0.5, 1.0))]
    assert result.total_m2 is None
    assert (result.low_m2, result.high_m2) == pytest.approx((108.0, 120.0))
    (finding,) = [f for f in result.findings if f.verdict is Verdict.MANUAL]
    assert "中庭上空、管道井" in finding.missing[0]
    assert finding.shape is not None
    assert sorted(finding.shape.points) == [(2.0, 2.0, 3.0), (2.0, 5.0, 3.0), (6.0, 2.0, 3.0), (6.0, 5.0, 3.0)]


@shows("none", "pass")
def test_a_courtyard_open_to_the_sky_does_not_count(tmp_path: Path) -> None:
    house = House()
    house.storey("1F", 0.0)
    house.slab("1F", rectangle(0, 0, 10, 6), 0.0)
    house.walls("1F", 0, 0, 10, 6, 0.0, 2.88)
    house.storey("屋面", 3.0)
    for plan in (rectangle(0, 0, 10, 2), rectangle(0, 5, 10, 6), rectangle(0, 2, 2, 5), rectangle(6, 2, 10, 5)):
        house.slab("屋面", plan, 3.0)
    assert kinds(house.measure(tmp_path)) == [("storey", 48.0, (1.0,)), ("none", 12.0, (0.0,))]


@shows("pitched", "pass", "fail", "limit")
def test_a_pitched_roof_is_cut_at_2_10_and_1_20_m_of_clear_height(tmp_path: Path) -> None:
    """Underside z = 3 + 0.5 y to the ridge wall at y = 6. Clear 1.20 m from y = 2.4, 2.10 m from y = 4.2: 24, 18 and 18 m²."""
    house = House()
    house.level("1F", 0.0, 3.0)
    house.storey("阁楼", 3.0)
    house.slab("阁楼", rectangle(0, 0, 10, 6), 3.0)
    house.element("IfcWall", "阁楼", [house.box(0, 5.8, 3.0, 10, 6, 5.95)], Name="脊墙")
    house.element("IfcWall", "阁楼", [house.box(0, 0, 3.0, 0.2, 5.8, 5.9)], Name="西山墙")
    house.element("IfcWall", "阁楼", [house.box(9.8, 0, 3.0, 10, 5.8, 5.9)], Name="东山墙")
    house.element("IfcWall", "阁楼", [house.box(0, 0, 3.0, 10, 0.2, 3.4)], Name="檐墙")
    # profile in the y–z plane, drawn along x: x-z profile of the drawing turned by placing it on the y axis
    slope = house.file.createIfcArbitraryClosedProfileDef(
        "AREA",
        None,
        house.file.createIfcPolyline(
            [house.file.createIfcCartesianPoint(p) for p in ((0.0, 3.0), (6.0, 6.0), (6.0, 6.2), (0.0, 3.2), (0.0, 3.0))]
        ),
    )
    place = house._axes((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    solid = house.file.createIfcExtrudedAreaSolid(slope, place, house.file.createIfcDirection((0.0, 0.0, 1.0)), 10.0)
    house.element("IfcSlab", "阁楼", [solid], Name="坡屋面", PredefinedType="ROOF")
    result = house.measure(tmp_path)
    found = {factors: area for key, area, factors in kinds(result, "阁楼") if key == "pitched"}
    assert found == pytest.approx({(1.0,): 18.0, (0.5,): 18.0, (0.0,): 24.0}, abs=1e-3)


def test_a_service_storey_and_a_mezzanine_say_so(tmp_path: Path) -> None:
    house = House()
    house.level("1F", 0.0, 2.1)
    house.level("设备层", 2.1, 2.1)
    house.level("夹层", 4.2, 3.0)
    house.roof(7.2)
    assert kinds(house.measure(tmp_path)) == [
        ("storey", 60.0, (0.5,)), ("service_storey", 60.0, (0.5,)), ("partial", 60.0, (1.0,)),
    ]  # fmt: skip


def test_a_wing_wall_and_a_protruding_door_do_not_widen_the_outline(tmp_path: Path) -> None:
    house = one_storey()
    house.element("IfcWall", "1F", [house.box(10, 2, 0, 12, 2.2, 2.88)], Name="墙垛")
    house.element("IfcDoor", "1F", [house.box(3, -0.15, 0, 4, 0.2, 2.1)], Name="外门")
    assert kinds(house.measure(tmp_path)) == [("storey", 60.0, (1.0,))]


def test_a_door_closes_the_gap_of_a_wall(tmp_path: Path) -> None:
    house = House()
    house.storey("1F", 0.0)
    house.slab("1F", rectangle(0, 0, 10, 6), 0.0)
    for box in ((0, 0, 4, 0.2), (5, 0, 10, 0.2), (0, 5.8, 10, 6), (0, 0.2, 0.2, 5.8), (9.8, 0.2, 10, 5.8)):
        house.element("IfcWall", "1F", [house.prism(rectangle(*box), 0.0, 2.88)], Name="外墙")
    house.element("IfcDoor", "1F", [house.box(4, 0.05, 0, 5, 0.15, 2.88)], Name="通高门")
    house.roof(3.0)
    assert kinds(house.measure(tmp_path)) == [("storey", 60.0, (1.0,))]


def test_rooms_without_slabs_take_the_storeys_levels(tmp_path: Path) -> None:
    house = House()
    for name, z in (("1F", 0.0), ("2F", 2.1)):
        house.storey(name, z)
        house.walls(name, 0, 0, 10, 6, z, 2.0)
        house.room(name, "办公室", rectangle(0.2, 0.2, 9.8, 5.8), z, 2.0)
    result = house.measure(tmp_path)
    assert kinds(result, "1F") == [("storey", 60.0, (0.5,))]
    assert kinds(result, "2F") == [("storey", 60.0, (0.5, 1.0))]
    assert result.parts[1].missing == ("上方的楼板或屋面（量不出结构层高）",)


def test_a_model_with_nothing_to_measure_says_so(tmp_path: Path) -> None:
    house = House()
    house.storey("1F", 0.0)
    result = house.measure(tmp_path)
    assert (result.total_m2, result.parts) == (None, [])
    assert [finding.verdict for finding in result.findings] == [Verdict.MANUAL]


def test_every_part_lies_on_its_storey_once(tmp_path: Path) -> None:
    result = two_storeys().measure(tmp_path)
    assert result.total_m2 == pytest.approx(120.0)
    assert [row.storey.name for row in result.storeys] == ["1F", "2F", "屋面"]


def test_every_finding_has_a_key_of_its_own(tmp_path: Path) -> None:
    house = with_void()
    house.level("3F", 6.0, 2.0)
    keys = [finding.key for finding in house.measure(tmp_path).findings]
    assert len(keys) == len(set(keys)) > 3


def test_a_curtain_wall_of_low_panels_encloses(tmp_path: Path) -> None:
    """The south front is a curtain wall whose panels are 0.72 m high; the outline runs along its outer face."""
    house = House()
    house.storey("1F", 0.0)
    house.slab("1F", rectangle(0, 0, 10, 6), 0.0)
    for box in ((0, 5.8, 10, 6), (0, 0, 0.2, 5.8), (9.8, 0, 10, 5.8)):
        house.element("IfcWall", "1F", [house.prism(rectangle(*box), 0.0, 2.88)], Name="外墙")
    front = house.element("IfcCurtainWall", "1F", [], Name="幕墙")
    panels = [
        house.element("IfcPlate", "1F", [house.box(x, 0, z, x + 0.96, 0.1, z + 0.72)], Name="板")
        for x in (0.2 + 0.96 * n for n in range(10))
        for z in (0.0, 0.72, 1.44, 2.16)
    ]
    house._relate(front, panels)
    house.roof(3.0)
    result = house.measure(tmp_path)
    assert kinds(result) == [("storey", 60.0, (1.0,))]
    assert "幕墙" in {body.element.name for body in result.parts[0].elements}


@shows("inclined", "pass", "fail", "limit")
def test_a_wall_that_leans_in_is_cut_at_2_10_and_1_20_m(tmp_path: Path) -> None:
    """The south wall leans in by 1 m per metre of height over 2.4 m: its inner face is over y at z = y − 0.2.

    Outline at the floor 10 × 6. Between the side walls (9.6 m): none to y = 0.2 + 1.2, half to 0.2 + 2.1, full beyond; under the
    wall's foot and the side walls the storey counts.
    """
    house = House()
    house.storey("1F", 0.0)
    house.slab("1F", rectangle(0, 0, 10, 6), 0.0)
    for box in ((0, 5.8, 10, 6), (0, 0, 0.2, 5.8), (9.8, 0, 10, 5.8)):
        house.element("IfcWall", "1F", [house.prism(rectangle(*box), 0.0, 2.88)], Name="外墙")
    profile = ((0.0, 0.0), (0.2, 0.0), (2.6, 2.4), (2.4, 2.4), (0.0, 0.0))
    points = [house.file.createIfcCartesianPoint(point) for point in profile]
    area = house.file.createIfcArbitraryClosedProfileDef("AREA", None, house.file.createIfcPolyline(points))
    place = house._axes((0.2, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    leaning = house.file.createIfcExtrudedAreaSolid(area, place, house.file.createIfcDirection((0.0, 0.0, 1.0)), 9.6)
    house.element("IfcWall", "1F", [leaning], Name="斜墙")
    house.roof(3.0)
    sums: dict[tuple[str, float], float] = {}
    for key, area_m2, factors in kinds(house.measure(tmp_path)):
        sums[key, factors[0]] = area_m2
    assert sums == pytest.approx(
        {
            ("storey", 1.0): 60 - 9.6 * 2.4,
            ("inclined", 1.0): 9.6 * 0.3,
            ("inclined", 0.5): 9.6 * 0.9,
            ("inclined", 0.0): 9.6 * 1.2,
        },
        abs=0.02,
    )
