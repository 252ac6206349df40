"""Ways out, daylight, flats, accessibility and fire on drawings whose dimensions are known."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import pytest
from shapely import Point, Polygon

from hezhu.engines.ifc.geometry import shortest_walks
from tests.engines.ifc.drawing import Drawing, rectangle
from tests.engines.review.test_judging import judged, values


@pytest.fixture
def drawing() -> Drawing:
    d = Drawing()
    d.storey("1F", 0.0)
    return d


def test_a_walk_bends_only_at_the_inner_corner() -> None:
    floor = Polygon([(0, 0), (10, 0), (10, 2), (2, 2), (2, 10), (0, 10)])
    (walk,), (reached,) = shortest_walks(floor, [Point(10, 1)], [Point(1, 10)])
    assert walk is not None
    assert walk.length_m == pytest.approx(2 * sqrt(8**2 + 1**2), abs=1e-6)
    assert walk.points[1:-1].count((2.0, 2.0)) == 1
    assert reached == (0,)


def test_a_walk_goes_round_a_hole_and_none_leads_to_another_floor() -> None:
    ring = Polygon([(0, 0), (10, 0), (10, 6), (0, 6)], [[(2, 1), (8, 1), (8, 5), (2, 5)]])
    (walk,), _ = shortest_walks(ring, [Point(0, 3)], [Point(10, 3)])
    assert walk is not None
    assert walk.length_m == pytest.approx(2 * sqrt(8) + 6, abs=1e-6)
    (none,), (reached,) = shortest_walks(ring, [Point(0, 3)], [Point(30, 3)])
    assert (none, reached) == (None, ())


def corridor(drawing: Drawing, length: float, room: str = "办公室", stair: bool = True) -> None:
    """A room whose door stands at x = 1.5, a stairwell whose door stands at x = length + 1.5, a corridor north of both."""
    drawing.room("1F", "走廊", rectangle(0, 0.1, length + 3, 2.1))
    drawing.room("1F", room, rectangle(0, -4, 3, 0))
    drawing.door("1F", 1.0, 0.0, 1.0)
    if stair:
        drawing.room("1F", "楼梯间", rectangle(length, -4, length + 3, 0))
        drawing.door("1F", length + 1.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("length", "verdict"),
    [(14.9, "pass"), (14.905, "manual"), (54.9, "manual"), (54.905, "fail")],
)
def test_the_way_from_a_room_to_the_stair(drawing: Drawing, tmp_path: Path, length: float, verdict: str) -> None:
    corridor(drawing, length)
    (found,) = judged(drawing, tmp_path, "gb50016-5.5.17-travel-distance", "public")
    assert found.verdict.value == verdict
    assert found.measured.value == pytest.approx(length + 0.1, abs=0.002)  # 0.05 m in each door's wall


def test_a_declared_fire_class_allows_twenty_metres(drawing: Drawing, tmp_path: Path) -> None:
    corridor(drawing, 18.0)
    drawing.properties(drawing.building, "Pset_BuildingCommon", FireProtectionClass="二级")
    (found,) = judged(drawing, tmp_path, "gb50016-5.5.17-travel-distance", "public")
    assert found.verdict.value == "pass"


def test_without_a_stair_no_distance_is_judged(drawing: Drawing, tmp_path: Path) -> None:
    corridor(drawing, 10.0, stair=False)
    (found,) = judged(drawing, tmp_path, "gb50016-5.5.17-travel-distance", "public")
    assert (found.verdict.value, found.measured) == ("manual", None)
    assert "安全出口" in found.missing[0]


def test_two_doors_to_one_stairwell_are_one_exit(drawing: Drawing, tmp_path: Path) -> None:
    corridor(drawing, 10.0)
    drawing.door("1F", 11.5 + 0.6, 0.0, 0.8)
    assert values(judged(drawing, tmp_path, "gb55037-7.4.1-exit-count", "public")) == [("manual", 1)]
    drawing.room("1F", "楼梯间", rectangle(5, -4, 8, 0))
    drawing.door("1F", 6.0, 0.0, 1.0)
    assert values(judged(drawing, tmp_path, "gb55037-7.4.1-exit-count", "public")) == [("pass", 2)]


def window(drawing: Drawing, width: float, height: float, sill: float) -> None:
    drawing.element(
        "IfcWindow",
        "1F",
        [drawing.box(1, -0.15, sill, 1 + width, -0.05, sill + height)],
        OverallWidth=width,
        OverallHeight=height,
    )


@pytest.mark.parametrize(("width", "verdict"), [(2.001, "pass"), (1.999, "fail")])
def test_a_seventh_of_the_floor_is_window(drawing: Drawing, tmp_path: Path, width: float, verdict: str) -> None:
    drawing.room("1F", "卧室", rectangle(0, 0, 3.5, 4))
    window(drawing, width, 1.0, 0.9)
    (found,) = judged(drawing, tmp_path, "gb55015-3.1.18-window-floor-ratio")
    assert (found.verdict.value, found.measured.value) == (verdict, round(width / 14, 4))


def test_a_room_without_a_window_is_for_a_person(drawing: Drawing, tmp_path: Path) -> None:
    drawing.room("1F", "卧室", rectangle(0, 0, 3.5, 4))
    assert values(judged(drawing, tmp_path, "gb55038-6.2.2-direct-daylight")) == [("manual", 0)]
    window(drawing, 1.5, 1.5, 0.9)
    assert values(judged(drawing, tmp_path, "gb55038-6.2.2-direct-daylight")) == [("pass", 1)]


@pytest.mark.parametrize(("sill", "verdict"), [(0.9, "pass"), (0.898, "manual")])
def test_a_low_sill_asks_for_a_guard(drawing: Drawing, tmp_path: Path, sill: float, verdict: str) -> None:
    drawing.room("1F", "卧室", rectangle(0, 0, 3.5, 4))
    window(drawing, 1.5, 1.5, sill)
    assert values(judged(drawing, tmp_path, "gb55038-4.1.16-window-sill")) == [(verdict, sill)]


@pytest.mark.parametrize(("own", "verdict", "value"), [(None, "manual", 3.0), (False, "fail", 3.0), (True, "pass", 0.0)])
def test_a_bathroom_above_a_bedroom(tmp_path: Path, own: bool | None, verdict: str, value: float) -> None:
    d = Drawing()
    d.storey("1F", 0.0)
    d.storey("2F", 3.0)
    below = d.room("1F", "卧室", rectangle(0, 0, 3, 3))
    above = d.room("2F", "卫生间", rectangle(1, 1, 2.5, 4), z=3.0)
    if own is not None:
        groups = [[below, above]] if own else [[below], [above]]
        for rooms in groups:
            d.add("IfcRelAssignsToGroup", RelatedObjects=rooms, RelatingGroup=d.add("IfcZone", Name="户"))
    assert values(judged(d, tmp_path, "gb55038-4.1.7-bathroom-stacking")) == [(verdict, value)]


@pytest.mark.parametrize(("side", "verdict"), [(1.5, "pass"), (1.498, "fail")])
def test_a_wheelchair_turns_before_a_lift(drawing: Drawing, tmp_path: Path, side: float, verdict: str) -> None:
    drawing.room("1F", "电梯厅", rectangle(0, 0, 3, side))
    assert values(judged(drawing, tmp_path, "gb55019-2.6.1-lift-turning")) == [(verdict, side)]


@pytest.mark.parametrize(("run", "verdict"), [(6.0, "pass"), (5.9, "manual")])
def test_a_ramp(drawing: Drawing, tmp_path: Path, run: float, verdict: str) -> None:
    drawing.element("IfcRamp", "1F", [drawing.sloping(((0, 0), (run, 0), (run, 0.5)), 0.0, 1.2)])
    assert values(judged(drawing, tmp_path, "gb55019-2.3.1-ramp-slope")) == [(verdict, round(0.5 / run, 4))]
    assert values(judged(drawing, tmp_path, "gb55019-2.3.1-ramp-rise")) == [("pass", 0.5)]
    assert values(judged(drawing, tmp_path, "gb55019-2.3.2-ramp-width")) == [("manual", 1.2)]


@pytest.mark.parametrize(("said", "verdict", "value"), [("丙级", "pass", 1), ("甲级", "pass", 3), ("", "manual", None)])
def test_the_grade_of_a_shaft_door(drawing: Drawing, tmp_path: Path, said: str, verdict: str, value: int | None) -> None:
    drawing.room("1F", "走廊", rectangle(0, 0.1, 4, 2))
    drawing.room("1F", "管井", rectangle(0, -2, 4, 0))
    door = drawing.door("1F", 1.0, 0.0, 0.9)
    if said:
        drawing.properties(door, "Pset_DoorCommon", FireRating=said)
    assert values(judged(drawing, tmp_path, "gb55037-6.4.4-shaft-door-grade")) == [(verdict, value)]


def test_a_lobby_door_of_too_low_a_grade_fails(drawing: Drawing, tmp_path: Path) -> None:
    drawing.room("1F", "前室", rectangle(0, 0.1, 4, 2))
    drawing.room("1F", "走廊", rectangle(0, -2, 4, 0))
    drawing.properties(drawing.door("1F", 1.0, 0.0, 0.9), "Pset_DoorCommon", FireRating="丙级")
    assert values(judged(drawing, tmp_path, "gb55037-6.4.3-lobby-door-grade")) == [("fail", 1)]


@pytest.mark.parametrize(
    ("said", "height", "verdict"),
    [("二级", 54.0, "pass"), ("三级", 54.0, "fail"), ("二级", 27.0, "na"), ("", 30.0, "manual"), ("一级", 60.0, "na")],
)
def test_the_fire_class_of_a_high_dwelling(drawing: Drawing, tmp_path: Path, said: str, height: float, verdict: str) -> None:
    drawing.room("1F", "卧室", rectangle(0, 0, 3, 3))
    if said:
        drawing.properties(drawing.building, "Pset_BuildingCommon", FireProtectionClass=said)
    (found,) = judged(drawing, tmp_path, "gb55037-5.3.2-fire-class-dwelling", height_m=height)
    assert found.verdict.value == verdict


@pytest.mark.parametrize(("height", "verdict"), [(100.0, "na"), (100.5, "manual")])
def test_a_refuge_floor_is_asked_for_above_a_hundred_metres(
    drawing: Drawing, tmp_path: Path, height: float, verdict: str
) -> None:
    drawing.room("1F", "卧室", rectangle(0, 0, 3, 3))
    (found,) = judged(drawing, tmp_path, "gb55037-7.1.14-refuge-floor", height_m=height)
    assert found.verdict.value == verdict


def test_a_bedroom_below_the_ground_floor_is_for_a_person(tmp_path: Path) -> None:
    d = Drawing()
    d.storey("B1", -3.0)
    d.storey("1F", 0.0)
    d.room("B1", "卧室", rectangle(0, 0, 3, 3), z=-3.0)
    d.room("1F", "卧室", rectangle(0, 0, 3, 3))
    assert [value[0] for value in values(judged(d, tmp_path, "gb55038-4.1.3-below-ground"))] == ["manual", "pass"]


def test_storeys_of_one_name_are_reported(tmp_path: Path) -> None:
    d = Drawing()
    d.storey("1F", 0.0)
    d.storey("2F", 3.0)
    d.storey("2F", 6.0)
    assert [value[0] for value in values(judged(d, tmp_path, "model-storey-named"))] == ["pass", "manual", "manual"]
