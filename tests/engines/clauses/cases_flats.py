"""Cases of ``cn-base/flats.yaml``."""

from __future__ import annotations

from math import cos, radians, sin
from typing import Any

from tests.engines.clauses.battery import Draw, case
from tests.engines.clauses.rooms import (
    BASIN,
    SHOWER,
    TOILET,
    Sized,
    bathroom,
    of_height,
    plain,
    series,
    sized,
    without_body,
    without_slab,
)
from tests.engines.ifc.drawing import Drawing, rectangle
from tests.engines.ifc.fittings import fixture, flat, ground, lift_car, window


def windows(count: int) -> Draw:
    """A bedroom 4 × 3.15 m with so many windows 1.2 × 1.5 m in its south wall."""

    def draw(drawing: Drawing) -> None:
        drawing.room("1F", "卧室", rectangle(0, 0.1, 4, 3.25))
        for number in range(count):
            window(drawing, "1F", 0.2 + number * 1.5, 0.0, 1.2, 0.9, 1.5)

    return plain(draw)


def enclosed(inner_window: bool) -> Draw:
    """A bedroom between four rooms and below one, 0.1 m of wall around it."""

    def draw(drawing: Drawing) -> None:
        drawing.room("1F", "卧室", rectangle(0, 0, 4, 3))
        for number, side in enumerate(((-3, -3, 7, -0.1), (-3, 3.1, 7, 6), (-3, 0, -0.1, 3), (4.1, 0, 7, 3))):
            drawing.room("1F", f"书房{number}", rectangle(*side))
        drawing.storey("2F", 3.0)
        drawing.room("2F", "起居室", rectangle(-1, -1, 5, 4), z=3.0)
        if inner_window:
            window(drawing, "1F", 1.0, -0.1, 1.0, 0.9, 1.5)

    return plain(draw)


for _name, _verdict, _count, _draw in (
    ("pass", "pass", 2, windows(2)),
    ("fail", "fail", 0, enclosed(inner_window=True)),
    ("limit", "pass", 1, windows(1)),
    ("beyond", "fail", 0, enclosed(inner_window=False)),
    ("undecidable", "manual", 0, windows(0)),
):
    case("gb55038-6.2.2-direct-daylight", _name, _verdict, _count, kind="dwelling")(_draw)


def lit(room: str, area: float) -> Sized:
    """A room 4 m wide of that area whose only window, 1.5 m high, makes the ratio."""

    def draw(drawing: Drawing, ratio: float) -> None:
        drawing.room("1F", room, rectangle(0, 0.1, 4, 0.1 + area / 4))
        window(drawing, "1F", 0.5, 0.0, ratio * area / 1.5, 0.9, 1.5)

    return draw


for _clause, _room, _part in (
    ("gb55015-3.1.18-window-floor-ratio", "卧室", 7),
    ("gb50096-7.1.5-kitchen-window-ratio", "厨房", 7),
    ("gb50096-7.1.6-stair-window-ratio", "楼梯间", 12),
):
    # 1 mm less of a window 1.5 m high takes 0.00012 from the ratio of a room of 12.6 m².
    _ratios = (1.5 / _part, 0.5 / _part, 1 / _part, 1 / _part - 0.0001)
    series(_clause, lit(_room, 12.6), _ratios, windows(0) if _room == "卧室" else without_body(_room))


def _beside(what: str) -> Draw:
    def draw(drawing: Drawing) -> None:
        lit("卧室", 12.6)(drawing, 0.05)
        if what == "curtain":
            drawing.element("IfcCurtainWall", "1F", [drawing.box(0, 3.25, 0, 4, 3.3, 2.8)])
        elif what == "roof window":
            drawing.element("IfcWindow", "1F", [drawing.box(1, 1, 2.8, 2, 2, 2.85)], Name="天窗")
        else:
            drawing.door("1F", 2.5, 0.0, 1.0)

    return plain(draw)


for _name, _what in (("另有幕墙", "curtain"), ("另有天窗", "roof window"), ("另有未写玻璃比例的外门", "door")):
    case("gb55015-3.1.18-window-floor-ratio", _name, "manual", 0.05, kind="dwelling")(_beside(_what))
case("gb55015-3.1.18-window-floor-ratio", "无窗", "manual", kind="dwelling")(windows(0))
case("gb50096-7.1.6-stair-window-ratio", "未设采光窗", "na", kind="dwelling")(
    plain(lambda drawing: drawing.room("1F", "楼梯间", rectangle(0, 0, 3, 5)) and None)
)


def sill(room: str, guard: float | None = None) -> Sized:
    """A room with a window whose lower edge lies so high; a railing of height ``guard`` before it."""

    def draw(drawing: Drawing, height: float) -> None:
        drawing.room("1F", room, rectangle(0, 0.1, 4, 4))
        window(drawing, "1F", 1.0, 0.0, 1.2, height, 1.5)
        if guard is not None:
            drawing.element("IfcRailing", "1F", [drawing.box(1.0, 0.15, 0, 2.2, 0.2, guard)])

    return draw


# A low window may have a guard that no model shows, so that it never fails.
for _clause in ("gb55038-4.1.16-window-sill", "gb50096-5.8.1-window-sill"):
    _sizes = (1.0, (0.5, "manual", 0.5), 0.9, (0.898, "manual", 0.898))
    series(_clause, sill("卧室"), _sizes, sized(sill("卧室", guard=0.8), 0.5))
case("gb55038-4.1.16-window-sill", "低窗前有 0.90m 高的栏杆", "pass", 0.9, kind="dwelling")(sized(sill("卧室", guard=0.9), 0.5))


def above(below: str, zones: bool = True) -> Sized:
    """A bathroom over its own kind in the flat below, but for a strip of that area over another room of that flat."""

    def draw(drawing: Drawing, overlap: float) -> None:
        drawing.storey("2F", 3.0)
        low = [drawing.room("1F", below, rectangle(0, 0, 2 + overlap / 2, 2))]
        high = [drawing.room("2F", "卫生间", rectangle(2, 0, 4, 2), z=3.0)]
        low.append(drawing.room("1F", "卫生间", rectangle(2 + overlap / 2, 0, 4, 2)))
        if zones:
            flat(drawing, "101", *low)
            flat(drawing, "201", *high)

    return draw


# Outlines above each other that differ by less than 0.01 m² are drafting.
for _clause in ("gb55038-4.1.7-bathroom-stacking", "gb50096-5.4.4-bathroom-stacking"):
    series(_clause, above("卧室"), (0.0, 1.0, (0.008, "pass", 0.0), 0.012), sized(above("卧室", zones=False), 1.0))
case("gb55038-4.1.7-bathroom-stacking", "压在储藏室上", "pass", 0.0, kind="dwelling")(sized(above("储藏室"), 1.0))


@case("gb55038-4.1.7-bathroom-stacking", "只有防火分区", "manual", kind="dwelling")
def _compartments(drawing: Drawing) -> None:
    """Zones that hold a corridor too are no flats."""
    drawing.storey("1F", 0.0)
    drawing.storey("2F", 3.0)
    for storey, name, z in (("1F", "卧室", 0.0), ("2F", "卫生间", 3.0)):
        rooms = [drawing.room(storey, name, rectangle(0, 0, 3, 3), z=z), drawing.room(storey, "走廊", rectangle(4, 0, 9, 2), z=z)]
        flat(drawing, f"{storey}防火分区", *rooms)


def bathroom_into(*beyond: str, fixtures: tuple[tuple[str, str], ...] = (TOILET,)) -> Draw:
    """A bathroom with a door to each of these rooms."""

    def draw(drawing: Drawing) -> None:
        room = drawing.room("1F", "卫生间", rectangle(0, 0.1, 2.0 * len(beyond) or 2.0, 3))
        for number, name in enumerate(beyond):
            drawing.room("1F", name, rectangle(number * 2.0, -3, number * 2.0 + 1.9, 0))
            drawing.door("1F", number * 2.0 + 0.4, 0.0, 0.9)
        for name, kind in fixtures:
            fixture(drawing, room, name, kind)

    return plain(draw)


def _single_doors(clause: str, forbidden: str) -> None:
    for name, verdict, value, draw in (
        ("pass", "pass", 0, bathroom_into("过道", "储藏室")),
        ("fail", "fail", 2, bathroom_into(forbidden, forbidden)),
        ("limit", "pass", 0, bathroom_into("过道")),
        ("beyond", "fail", 1, bathroom_into(forbidden)),
        ("undecidable", "manual", None, bathroom_into()),
    ):
        case(clause, name, verdict, value, kind="dwelling")(draw)


_single_doors("gb55038-4.1.6-bathroom-door-kitchen", "厨房")
_single_doors("gb50096-5.4.3-bathroom-door-living", "起居室")
for _name, _verdict, _fixtures in (
    ("未布置便器", "na", (BASIN,)),
    ("未建洁具", "manual", ()),
    ("洁具未识别", "manual", (("设备", ""),)),
):
    _draw = bathroom_into("厨房", fixtures=tuple((name, kind or None) for name, kind in _fixtures))  # type: ignore[misc]
    case("gb55038-4.1.6-bathroom-door-kitchen", _name, _verdict, kind="dwelling")(_draw)


def sunken(known: bool = True) -> Sized:
    """A bedroom 2.4 m high whose floor lies below the ground outside by that share of its height."""

    def draw(drawing: Drawing, share: float) -> None:
        drawing.storey("-1F", -2.4)
        drawing.room("1F", "储藏室", rectangle(0, 0, 4, 4))
        drawing.room("-1F", "卧室", rectangle(0, 0, 4, 4), z=-2.4, height=2.4)
        if known:
            ground(drawing, 2.4 - share * 2.4)

    return draw


for _clause in ("gb55038-4.1.3-below-ground", "gb50096-6.9.1-below-ground"):
    _shares = (0.2, 0.8, (1 / 3, "pass", 0.3333), (0.3341, "manual", 0.3341))
    series(_clause, sunken(), _shares, sized(sunken(known=False), 0.0))
case("gb55038-4.1.3-below-ground", "半地下室的上限", "manual", 0.5, kind="dwelling")(sized(sunken(), 0.5))
case("gb55038-4.1.3-below-ground", "地下室", "fail", 0.5008, kind="dwelling")(sized(sunken(), 0.5008))


def inner_stair(width: float = 1.0, riser: float = 0.18, going: float = 0.25) -> Draw:
    """A flight inside a living room."""

    def draw(drawing: Drawing) -> None:
        drawing.room("1F", "起居室", rectangle(-2, -2, 8, 4))
        drawing.flight("1F", (riser,) * 10, going, width)

    return plain(draw)


def _spiral(drawing: Drawing) -> None:
    """Winders of 20° round a corner, 1 m wide: no straight flight."""
    drawing.room("1F", "起居室", rectangle(-4, -4, 6, 6))
    solids = []
    for number in range(6):
        start, end = (radians(20 * step) for step in (number, number + 1))
        fan = [
            (radius * cos(angle), radius * sin(angle)) for radius, angle in ((0.6, start), (1.6, start), (1.6, end), (0.6, end))
        ]
        solids.append(drawing.prism(fan, 0.0, 0.18 * (number + 1)))
    drawing.element("IfcStairFlight", "1F", solids, Name="梯段")


for _name, _verdict, _width in (("pass", "pass", 1.0), ("fail", "fail", 0.7), ("limit", "pass", 0.9), ("beyond", "fail", 0.748)):
    case("gb50096-5.7.3-in-flat-flight-width", _name, _verdict, _width, kind="dwelling")(inner_stair(_width))
case("gb50096-5.7.3-in-flat-flight-width", "undecidable", "manual", 0.898, kind="dwelling")(inner_stair(0.898))
case("gb50096-5.7.3-in-flat-flight-width", "一边临空的下限", "manual", 0.75, kind="dwelling")(inner_stair(0.75))
for _name, _verdict, _riser in (
    ("pass", "pass", 0.18),
    ("fail", "fail", 0.22),
    ("limit", "pass", 0.2),
    ("beyond", "fail", 0.2015),
):
    case("gb50096-5.7.4-in-flat-step-size", _name, _verdict, _riser, kind="dwelling")(inner_stair(riser=_riser))
case("gb50096-5.7.4-in-flat-step-size", "undecidable", "manual", kind="dwelling")(plain(_spiral))
case("gb50096-5.7.4-in-flat-step-size", "踏步宽 0.22m", "pass", kind="dwelling")(inner_stair(going=0.22))
case("gb50096-5.7.4-in-flat-step-size", "踏步宽略小", "fail", 0.2185, kind="dwelling")(inner_stair(going=0.2185))


def lift_lobby(car: float | None = 1.4, shaft: bool = True) -> Sized:
    """A lift lobby so deep in front of a lift door."""

    def draw(drawing: Drawing, depth: float) -> None:
        drawing.room("1F", "电梯厅", rectangle(0, 0.1, 4, 0.1 + depth))
        if shaft:
            drawing.room("1F", "电梯井", rectangle(1, -2, 3, 0))
        drawing.door("1F", 1.4, 0.0, 1.1, leaves=2, OperationType="DOUBLE_DOOR_SLIDING")
        lift_car(drawing, "1F", width=1.1, depth=car)

    return draw


series("gb50096-6.4.6-lift-lobby-depth", lift_lobby(), (2.0, 1.2, 1.5, 1.498), sized(lift_lobby(car=None), 2.0))
case("gb50096-6.4.6-lift-lobby-depth", "小于轿厢深度", "fail", 2.098, kind="dwelling")(sized(lift_lobby(car=2.1), 2.098))
case("gb50096-6.4.6-lift-lobby-depth", "等于轿厢深度", "pass", 2.1, kind="dwelling")(sized(lift_lobby(car=2.1), 2.1))
case("gb50096-6.4.6-lift-lobby-depth", "无电梯井空间", "manual", kind="dwelling")(sized(lift_lobby(shaft=False), 2.0))

series(
    "gb50096-5.4.1-bathroom-least-area",
    bathroom(TOILET, BASIN, SHOWER),
    (3.0, 2.0, 2.5, 2.494),
    sized(bathroom(), 2.0),
)
_pairs: tuple[tuple[str, tuple[Any, ...], float], ...] = (
    ("便器、洗面器", (TOILET, BASIN), 1.8),
    ("便器、洗浴器", (TOILET, SHOWER), 2.0),
    ("洗面器、洗浴器", (BASIN, SHOWER), 2.0),
    ("单设便器", (TOILET,), 1.1),
)
for _name, _set, _limit in _pairs:
    case("gb50096-5.4.1-bathroom-least-area", _name, "pass", _limit, kind="dwelling")(sized(bathroom(*_set), _limit))
    case("gb50096-5.4.1-bathroom-least-area", f"{_name}，略小", "fail", _limit - 0.006, kind="dwelling")(
        sized(bathroom(*_set), _limit - 0.006)
    )
case("gb50096-5.4.1-bathroom-least-area", "洁具未知，小于单设便器", "fail", 1.0, kind="dwelling")(sized(bathroom(), 1.0))

series("gb50096-6.9.4-garage-height", of_height("车库"), (2.6, 2.0, 2.2, 2.198), without_slab("车库"))
