"""Walks keep to the walls, however thin; where a door lies between exits; what open-plan rooms leave open."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from shapely import Point, Polygon

from hezhu.engines import review
from hezhu.engines.ifc.geometry import Ways
from hezhu.engines.review import ReviewContext
from hezhu.engines.review.methods.ways import exits_of_storey, open_edges, storey_ways, ways_out
from hezhu.engines.review.site import Site
from tests.engines.clauses.routes import corridor, room_at, route
from tests.engines.ifc.drawing import Drawing, rectangle
from tests.engines.review.test_judging import judged


def site_of(drawing: Drawing, folder: Path) -> Site:
    return Site(drawing.read(folder), review.load_pack(), ReviewContext("public", dt.date(2026, 11, 23)))


def two_corridors(wall: float, door: bool) -> Drawing:
    """A corridor with an office in the west, one north of it with the exit in the west, and a wall between them along 40 m.

    They join, if at all, through a door in the far east.
    """
    d = Drawing()
    d.storey("1F", 0.0)
    room = d.room("1F", "走廊", rectangle(0, 0.1, 40, 2.1))
    d.properties(room, "Pset_SpaceCommon", IsExternal=False)
    d.room("1F", "走道", rectangle(0, 2.1 + wall, 40, 4.0))
    d.room("1F", "办公室", rectangle(0, -4, 3, 0))
    d.door("1F", 1.0, 0.0, 1.0)
    d.room("1F", "楼梯间", rectangle(0, 4.1, 3, 8))
    d.door("1F", 1.0, 4.0, 1.0)
    if door:
        d.door("1F", 38.0, 2.1, 1.0)
    return d


@pytest.mark.parametrize("wall", [0.05, 0.2])
def test_a_walk_does_not_leak_through_a_thin_wall(tmp_path: Path, wall: float) -> None:
    (way,) = ways_out(site_of(two_corridors(wall, door=True), tmp_path)).values()
    assert way.walk is not None
    assert 73.0 < way.walk.length_m < 76.0  # 36.5 m there and back; through the wall it would be 4 m
    (none,) = ways_out(site_of(two_corridors(wall, door=False), tmp_path)).values()
    assert (none.walk, none.exits) == (None, 0)


def test_a_walk_goes_round_a_column_and_no_farther() -> None:
    floor = Polygon(rectangle(0, 0, 10, 3), [rectangle(4, 1, 5, 2)])
    (walk, _) = Ways(floor, [Point(0, 1.5), Point(10, 1.5)]).walks_to([1])
    assert walk is not None
    assert walk.length_m == pytest.approx((4**2 + 0.25) ** 0.5 + 1 + (5**2 + 0.25) ** 0.5, abs=1e-6)


@pytest.mark.parametrize(("x", "aside"), [(10.0, 0.05), (40.0, 10.0), (-9.0, 9.0)])
def test_how_far_a_door_lies_off_the_way_between_two_exits(tmp_path: Path, x: float, aside: float) -> None:
    """The stairs stand at 0 and 30; a door at 40 lies ten metres deep in a pocket."""
    d = Drawing()
    d.storey("1F", 0.0)
    corridor(d, -12, 45)
    room_at(d, "办公室", x)
    for place in (0.0, 30.0):
        room_at(d, "楼梯间", place)
    (way,) = ways_out(site_of(d, tmp_path)).values()
    assert way.aside_m == pytest.approx(aside, abs=0.06)
    assert (way.exits, way.has_ring, way.is_bounded) == (2, False, True)


def test_in_a_corridor_round_a_core_no_door_surely_lies_in_a_pocket(tmp_path: Path) -> None:
    """Both stairs stand in the south; from the office in the north a way leads to each on its own side of the core."""
    d = Drawing()
    d.storey("1F", 0.0)
    for name, outline in (
        ("走廊南", rectangle(0, 0.1, 30, 2.1)),
        ("走廊东", rectangle(28, 2.1, 30, 18)),
        ("走廊北", rectangle(0, 18, 30, 20)),
        ("走廊西", rectangle(0, 2.1, 2, 18)),
    ):
        d.room("1F", name, outline)
    for x in (13.0, 17.0):
        room_at(d, "楼梯间", x)
    d.room("1F", "办公室", rectangle(13, 20.1, 17, 24))
    d.door("1F", 14.5, 20.0, 1.0)
    (way,) = ways_out(site_of(d, tmp_path)).values()
    assert way.aside_m is not None
    assert way.aside_m > 20.0
    assert way.has_ring


def open_plan(beyond: str = "楼梯间") -> Drawing:
    """An office of 300 m² that meets the corridor without a wall, with a second stairwell at its other end."""
    d = Drawing()
    d.storey("1F", 0.0)
    corridor(d, 0, 30)
    d.room("1F", "办公区", rectangle(0, 2.1, 30, 12))
    room_at(d, "会议室", 5.0)
    room_at(d, "楼梯间", 12.0)
    d.door("1F", 20.0, 12.0, 1.0)
    d.room("1F", beyond, rectangle(18, 12.1, 24, 16))
    return d


def test_a_stair_behind_an_open_plan_office_keeps_one_exit_from_failing(tmp_path: Path) -> None:
    site = site_of(open_plan(), tmp_path)
    way = next(iter(ways_out(site).values()))
    assert (way.exits, way.is_bounded) == (1, False)
    assert len(exits_of_storey(site, way.storey)) == 2
    (found,) = judged(open_plan(), tmp_path, "gb55037-7.4.1-exit-count", "public")
    assert (found.verdict.value, found.missing) == ("manual", ("走道与本层其他安全出口之间的通路（经敞开的房间或未建模的门）",))
    (alone,) = judged(open_plan("储藏室"), tmp_path, "gb55037-7.4.1-exit-count", "public")
    assert (alone.verdict.value, alone.measured.value) == ("fail", 1)


def test_only_a_shared_edge_as_wide_as_a_passage_is_open(tmp_path: Path) -> None:
    d = Drawing()
    d.storey("1F", 0.0)
    d.room("1F", "办公室", rectangle(0, 0, 5, 5))
    for x0, x1 in ((0.0, 0.7), (2.0, 3.0)):
        d.room("1F", "走廊", rectangle(x0, 5, x1, 8))
    d.room("1F", "会议室", rectangle(5.1, 0, 9, 5))
    site = site_of(d, tmp_path)
    office, _, wide, _ = site.model.spaces
    assert open_edges(site, office.step_id) == {wide.step_id}


@pytest.mark.parametrize(("depth", "hull_m2", "verdict"), [(37.2, 599.9, "pass"), (37.22, 600.2, "manual")])
def test_two_exits_do_not_settle_a_storey_of_more_than_600_m2_without_compartments(
    tmp_path: Path, depth: float, hull_m2: float, verdict: str
) -> None:
    """GB 55037-2022 7.4.1 counts exits in each compartment, and 600 m² is the smallest that 4.3.16 allows: beyond it a person decides."""
    drawing = Drawing()
    route(drawing, walk=10.0, exits="between", depth=depth)
    site = site_of(drawing, tmp_path)
    (ways,) = storey_ways(site).values()
    assert ways.hull_m2 == pytest.approx(hull_m2, abs=0.1)
    (found,) = judged(drawing, tmp_path, "gb55037-7.4.1-exit-count", "public")
    assert found.verdict.value == verdict
    assert found.measured is not None
    assert found.measured.value == 2
    assert found.missing == (("防火分区的范围",) if verdict == "manual" else ())
