"""Charts are numbers before they are drawings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hezhu.portal.cards import Point
from hezhu.portal.charts import FIELDS, nice_steps, seven_fields, shade_steps, sparkline, trend

NAMES = {"330402": "南湖区", "330411": "秀洲区", "330424": "海盐县"}


def points(*values: float | None) -> list[Point]:
    days = [date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28)]
    return [Point(day, None if value is None else Decimal(str(value))) for day, value in zip(days, values, strict=False)]


def test_axis_steps_are_round_and_cover_the_values():
    assert nice_steps(35.9, 38.2) == [35, 36, 37, 38, 39]
    assert nice_steps(0, 20000) == [0, 5000, 10000, 15000, 20000]
    assert nice_steps(7, 7) == [6, 7, 8]
    assert nice_steps(0, 0) == [0, 1]


def test_one_value_makes_no_line():
    assert sparkline(points(38.2), None) is None
    assert trend(points(38.2, None), None, restarts=False) is None


def test_sparkline_runs_from_bottom_left_to_top_right_with_the_goal_between():
    line = sparkline(points(10, 20), Decimal(15))
    assert line is not None
    assert (line.points, line.end_x, line.end_y, line.goal_y) == ("2.0,24.0 80.0,4.0", 80.0, 4.0, 14.0)


def test_a_yearly_count_breaks_at_new_year_and_a_cumulative_one_does_not():
    yearly = trend(points(30, 40, 10, 20), Decimal(35), restarts=True)
    assert yearly is not None
    assert [run.count(",") for run in yearly.runs] == [2, 2]
    assert [tick.text for tick in yearly.breaks] == ["2026"]
    whole = trend(points(30, 40, 10, 20), None, restarts=False)
    assert whole is not None
    assert [run.count(",") for run in whole.runs] == [4]
    assert (whole.breaks, whole.goal_y, whole.last.value) == ([], None, 20)


def test_unknown_values_are_left_out_of_the_line():
    drawn = trend(points(30, None, 10, 20), None, restarts=False)
    assert drawn is not None
    assert [mark.value for mark in drawn.marks] == [30, 10, 20]


def test_counties_below_the_goal_are_hatched_and_unknown_ones_empty():
    drawing = seven_fields(NAMES, {"330402": Decimal("42.2"), "330411": Decimal("31.4"), "330424": None}, Decimal(35))
    assert [(hexagon.name, hexagon.kind, hexagon.below) for hexagon in drawing.hexagons] == [
        ("南湖区", "value", ""),
        ("秀洲区", "below", "3.6"),
        ("海盐县", "none", ""),
    ]
    assert [(key.kind, key.low, key.high) for key in drawing.keys][:2] == [("below", None, 35.0), ("value", 35.0, 37.0)]


def test_shades_are_at_most_four():
    assert shade_steps(35, 42.2) == [35, 37, 39, 41, 43]
    assert shade_steps(1, 3, whole=True) == [1, 2, 3]


def test_counts_are_shaded_from_one_and_zero_stays_white():
    drawing = seven_fields(NAMES, {"330402": Decimal(2), "330411": Decimal(1), "330424": Decimal(0)}, None)
    assert [hexagon.shade for hexagon in drawing.hexagons] == ["#cfe0ad", "#ebf3dd", "#ffffff"]
    assert [(key.low, key.high) for key in drawing.keys] == [(1, 1), (2, 2)]


def test_the_seven_fields_stand_as_the_mark_draws_them():
    """南湖 in the middle, clockwise from upper left 秀洲, 嘉善, 平湖, 海盐, 海宁, 桐乡."""
    x = {code: place[0] for code, place in FIELDS.items()}
    y = {code: place[1] for code, place in FIELDS.items()}
    assert y["330411"] == y["330421"] < y["330402"] == y["330482"] == y["330483"] < y["330424"] == y["330481"]
    assert x["330483"] < x["330411"] == x["330481"] < x["330402"] < x["330421"] == x["330424"] < x["330482"]
