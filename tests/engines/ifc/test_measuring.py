"""Measured shapes of drawings whose dimensions are known."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapely import Point, Polygon

from hezhu.engines.ifc.geometry import passage_width
from tests.engines.ifc.drawing import Drawing, rectangle


@pytest.fixture
def drawing() -> Drawing:
    d = Drawing()
    d.storey("1F", 0.0)
    return d


def only(found: dict) -> object:
    assert len(found) == 1
    return next(iter(found.values()))


def test_a_room_is_measured_to_what_is_above_it(drawing: Drawing, tmp_path: Path) -> None:
    drawing.room("1F", "卧室", rectangle(0, 0, 3, 4), height=2.8)
    drawing.slab("1F", rectangle(-1, -1, 4, 5), top=2.92)
    drawing.element("IfcBeam", "1F", [drawing.box(-1, 1.0, 2.4, 4, 1.3, 2.8)])
    shape = only(drawing.read(tmp_path).geometry.spaces)
    assert shape.area_m2 == pytest.approx(12.0)
    assert shape.body_height_m == pytest.approx(2.8)
    assert shape.ceiling_height_m == pytest.approx(2.4)
    assert shape.is_covered
    assert shape.short_side_m == pytest.approx(3.0)
    assert shape.share_below(2.6) == pytest.approx(0.3 / 3.96, abs=1e-3)


def test_an_l_shaped_room_has_the_area_of_its_outline(drawing: Drawing, tmp_path: Path) -> None:
    drawing.room("1F", "起居室", ((0, 0), (5, 0), (5, 2), (2, 2), (2, 4), (0, 4)))
    shape = only(drawing.read(tmp_path).geometry.spaces)
    assert shape.area_m2 == pytest.approx(14.0)
    assert shape.ceiling_height_m is None
    assert shape.covered_share == 0.0


def test_a_partly_covered_room_is_not_covered(drawing: Drawing, tmp_path: Path) -> None:
    drawing.room("1F", "门厅", rectangle(0, 0, 4, 4))
    drawing.slab("1F", rectangle(0, 0, 2, 4), top=3.0)
    shape = only(drawing.read(tmp_path).geometry.spaces)
    assert shape.covered_share == pytest.approx(0.5, abs=0.001)
    assert not shape.is_covered


def test_a_corridor_is_as_wide_as_its_narrowest_needed_place() -> None:
    narrowing = Polygon([(0, 0), (5, 0), (5, 0.5), (10, 0.5), (10, 1.5), (5, 1.5), (5, 2), (0, 2)])
    assert passage_width(narrowing, [Point(0, 1), Point(10, 1)]) == pytest.approx(1.0, abs=0.001)
    assert passage_width(narrowing, [Point(0, 1), Point(3, 2)]) == pytest.approx(2.0, abs=0.001)


def test_a_niche_without_a_door_does_not_narrow_a_corridor() -> None:
    niche = Polygon([(0, 0), (10, 0), (10, 1.5), (6, 1.5), (6, 1.9), (5.4, 1.9), (5.4, 1.5), (0, 1.5)])
    assert passage_width(niche, [Point(0, 0.7), Point(10, 0.7)]) == pytest.approx(1.5, abs=0.001)
    assert passage_width(niche, []) == pytest.approx(1.5, abs=0.001)


def test_a_dead_end_that_leads_to_a_door_counts() -> None:
    branch = Polygon([(0, 0), (10, 0), (10, 2), (6, 2), (6, 5), (5.2, 5), (5.2, 2), (0, 2)])
    assert passage_width(branch, [Point(0, 1), Point(10, 1)]) == pytest.approx(2.0, abs=0.001)
    assert passage_width(branch, [Point(0, 1), Point(5.6, 5)]) == pytest.approx(0.8, abs=0.001)


def test_a_column_narrows_the_walkable_floor(drawing: Drawing, tmp_path: Path) -> None:
    drawing.room("1F", "走廊", rectangle(0, 0, 10, 2))
    drawing.element("IfcColumn", "1F", [drawing.box(5, 0, 0, 5.4, 0.5, 3)])
    geometry = drawing.read(tmp_path).geometry
    floor = geometry.walkable(next(iter(geometry.spaces)))
    assert floor.area == pytest.approx(19.8)
    assert passage_width(floor, [Point(0, 1), Point(10, 1)]) == pytest.approx(1.5, abs=0.001)


@pytest.mark.parametrize(
    ("width", "leaves", "clear"),
    [(1.0, 1, 0.86), (0.8, 1, 0.66), (1.5, 2, 1.32)],
)
def test_a_door_is_as_wide_as_between_its_jambs_less_its_open_leaves(
    drawing: Drawing, tmp_path: Path, width: float, leaves: int, clear: float
) -> None:
    drawing.door("1F", 2.0, 3.0, width, jamb=0.05, leaf=0.04, leaves=leaves)
    shape = only(drawing.read(tmp_path).geometry.doors)
    assert shape.leaves == leaves
    assert shape.clear_width_m == pytest.approx(clear, abs=1e-4)
    assert shape.widest_m == pytest.approx(width - 0.1, abs=1e-4)
    assert shape.clear_height_m == pytest.approx(2.04, abs=0.006)
    assert shape.middle == pytest.approx((2.0 + width / 2, 3.05))


def test_a_sliding_door_or_a_plain_block_has_no_clear_width(drawing: Drawing, tmp_path: Path) -> None:
    drawing.door("1F", 0, 0, 1.5, leaves=2, OperationType="DOUBLE_DOOR_SLIDING")
    drawing.element("IfcDoor", "1F", [drawing.box(5, 0, 0, 5.9, 0.2, 2.1)])
    first, second = drawing.read(tmp_path).geometry.doors.values()
    assert (first.clear_width_m, second.clear_width_m) == (None, None)
    assert second.widest_m == pytest.approx(0.9)


def test_a_door_knows_the_rooms_on_its_sides(drawing: Drawing, tmp_path: Path) -> None:
    inside = drawing.room("1F", "卧室", rectangle(0, 0.1, 4, 4))
    outside = drawing.room("1F", "过道", rectangle(0, -2, 4, 0))
    door = drawing.door("1F", 1.0, 0.0, 0.9)
    model = drawing.read(tmp_path)
    sides = model.geometry.door_sides[model.element(door.GlobalId).step_id]
    assert set(sides) == {model.element(inside.GlobalId).step_id, model.element(outside.GlobalId).step_id}


def two_flights(drawing: Drawing) -> None:
    """Two flights of ten risers of 0.15 m meeting at a landing 1.4 m deep, between floors at 0 and 3 m, going 0.28 m."""
    stair = drawing.element("IfcStair", "1F", [])
    run = 9 * 0.28
    drawing.slab("1F", rectangle(-3, 0, 0, 2.5), top=0.0)
    drawing.slab("1F", rectangle(-3, 0, 0, 2.5), top=3.0)
    drawing.element("IfcSlab", "1F", [drawing.box(run, 0, 1.38, run + 1.4, 2.5, 1.5)], stair, PredefinedType="LANDING")
    drawing.flight("1F", [0.15] * 10, 0.28, 1.2, whole=stair)
    level, solids = 1.5, []
    for number in range(9):
        level += 0.15
        x = run - (number + 1) * 0.28
        solids.append(drawing.box(x, 1.3, level - 0.3, x + 0.28, 2.5, level))
    drawing.element("IfcStairFlight", "1F", solids, stair)


def test_flights_are_measured_from_their_treads(drawing: Drawing, tmp_path: Path) -> None:
    two_flights(drawing)
    first, second = (runs[0] for runs in drawing.read(tmp_path).geometry.flights.values())
    assert len(first.treads) == 9
    assert first.is_straight
    assert first.risers_m == pytest.approx([0.15] * 10)
    assert first.goings_m == pytest.approx([0.28] * 8)
    assert first.width_m == pytest.approx(1.2)
    assert (first.base_z_m, first.arrival_z_m) == pytest.approx((0.0, 1.5))
    assert (second.base_z_m, second.arrival_z_m) == pytest.approx((1.5, 3.0))
    assert second.along == pytest.approx((-1.0, 0.0))


def test_a_landing_is_measured_in_the_direction_of_its_flights(drawing: Drawing, tmp_path: Path) -> None:
    two_flights(drawing)
    (landing,) = drawing.read(tmp_path).geometry.landings
    assert landing.depth_m == pytest.approx(1.4)
    assert landing.turns is True
    assert landing.z_m == pytest.approx(1.5)


def test_headroom_is_the_least_height_above_a_tread(drawing: Drawing, tmp_path: Path) -> None:
    drawing.flight("1F", [0.15] * 6, 0.3, 1.2)
    drawing.slab("1F", rectangle(0.95, 0, 3, 1.2), top=2.7, thickness=0.2)
    (flight,) = next(iter(drawing.read(tmp_path).geometry.flights.values()))
    assert flight.headroom_m == pytest.approx(2.5 - 0.75)


def test_a_handrail_takes_its_axis_from_the_clear_width(drawing: Drawing, tmp_path: Path) -> None:
    drawing.flight("1F", [0.15] * 10, 0.3, 1.2)
    slope = 0.15 / 0.3
    rail = ((0, 1.0), (2.7, 1.0 + 2.7 * slope), (2.7, 1.05 + 2.7 * slope), (0, 1.05))
    drawing.element("IfcRailing", "1F", [drawing.sloping(rail, 0.0, 0.06)])
    geometry = drawing.read(tmp_path).geometry
    (flight,) = next(iter(geometry.flights.values()))
    assert flight.handrails == pytest.approx((1.17,))
    assert flight.clear_width_m == pytest.approx(1.17)
    railing = only(geometry.railings)
    assert railing.handrail.height_m == pytest.approx(0.9, abs=0.002)
    assert railing.guard is None


def test_a_guard_is_measured_above_the_floor_beside_it(drawing: Drawing, tmp_path: Path) -> None:
    drawing.slab("1F", rectangle(0, 0, 4, 2), top=3.0)
    posts = [drawing.box(x, 0.05, 3.0, x + 0.02, 0.07, 4.05) for x in (0.5, 1.5, 2.5, 3.5)]
    drawing.element("IfcRailing", "1F", [drawing.box(0, 0.03, 4.05, 4, 0.09, 4.10), *posts])
    railing = only(drawing.read(tmp_path).geometry.railings)
    assert railing.guard.height_m == pytest.approx(1.10)
    assert railing.level_length_m == pytest.approx(4.0, abs=0.11)
    assert railing.open_side is True


def test_a_kerb_one_can_step_on_raises_the_datum(drawing: Drawing, tmp_path: Path) -> None:
    drawing.slab("1F", rectangle(0, 0, 4, 2), top=3.0)
    drawing.slab("1F", rectangle(0, 0, 4, 0.3), top=3.3, thickness=0.3)
    drawing.element("IfcRailing", "1F", [drawing.box(0, 0.1, 4.15, 4, 0.16, 4.20)])
    assert only(drawing.read(tmp_path).geometry.railings).guard.height_m == pytest.approx(0.90)


def test_what_stands_on_nothing_has_no_height(drawing: Drawing, tmp_path: Path) -> None:
    drawing.element("IfcRailing", "1F", [drawing.box(0, 0, 9, 4, 0.06, 9.05)])
    assert drawing.read(tmp_path).geometry.railings == {}
