"""Cases of ``cn-base/accessibility.yaml``."""

from __future__ import annotations

import datetime as dt

from tests.engines.clauses.battery import Draw, case
from tests.engines.clauses.cases_flats import lift_lobby
from tests.engines.clauses.rooms import (
    BASIN,
    SHOWER,
    TOILET,
    Sized,
    bathroom,
    door_between,
    of_area,
    of_width,
    plain,
    series,
    sized,
    without_body,
)
from tests.engines.ifc.drawing import Drawing, rectangle
from tests.engines.ifc.fittings import fixture, flat, lift_car

# Where GB 55031-2022 is in force its wider corridor takes over.
_BEFORE = dt.date(2022, 6, 1)
_SIDES = (1.5, 1.1, 1.2, 1.198)
series("gb55019-2.2.2-passage-width", of_width("走廊"), _SIDES, without_body("走廊"), kind="public", on=_BEFORE)
case("gb55019-2.2.2-passage-width", "已按 GB 55031 判定", "na")(sized(of_width("走廊"), 1.1))

series("gb55019-2.6.1-lift-turning", of_width("电梯厅"), (2.0, 1.2, 1.5, 1.498), without_body("电梯厅"), kind="public")
_DEPTHS = (2.2, 1.5, 1.8, 1.798)
series("gb55019-2.6.1-lift-lobby-depth", lift_lobby(), _DEPTHS, sized(lift_lobby(shaft=False), 2.0), kind="public")
series("gb55019-3.2.3-toilet-area", of_area("无障碍厕所"), (4.5, 3.5, 4.0, 3.994), without_body("无障碍厕所"), kind="public")


def toilet(bodies: bool = True) -> Sized:
    """An accessible toilet, 2.5 m long, so wide before a toilet pan 0.7 m deep along its north wall."""

    def draw(drawing: Drawing, free: float) -> None:
        room = drawing.room("1F", "无障碍厕所", rectangle(0, 0, 2.5, free + 0.7))
        if bodies:
            pan = [drawing.box(0, free, 0, 2.5, free + 0.7, 0.45)]
            drawing.element("IfcSanitaryTerminal", "1F", pan, Name="坐便器", PredefinedType="TOILETPAN")
        else:
            fixture(drawing, room, *TOILET)

    return draw


# The pan leaves too little: whether one turns under it is for a person. Only a room too small without it fails.
series(
    "gb55019-3.2.3-toilet-turning",
    toilet(),
    (2.0, (0.7, "fail", 1.4), 1.5, (1.498, "manual", 1.498)),
    sized(toilet(bodies=False), 2.0),
    kind="public",
)


def ramp(slope: float, rise: float, width: float = 1.2, accessible: bool | None = True, rails: int = 0) -> Draw:
    """A ramp along x from the origin, with so many handrails 0.05 m thick just outside its edges."""

    def draw(drawing: Drawing) -> None:
        run = rise / slope
        name = {"Name": "无障碍坡道"} if accessible else {"Name": "坡道"}
        made = drawing.element("IfcRamp", "1F", [drawing.sloping(((0, 0), (run, 0), (run, rise)), 0.0, width)], **name)
        if accessible is False:
            drawing.properties(made, "Pset_RampCommon", HandicapAccessible=False)
        for y in (-0.05, width)[:rails]:
            drawing.element("IfcRailing", "1F", [drawing.box(0, y, 0, run, y + 0.05, rise + 0.9)])

    return plain(draw)


def _folded(drawing: Drawing) -> None:
    """Two slopes that rise in opposite directions."""
    there, back = ((0, 0), (6, 0), (6, 0.5)), ((0, 0), (6, 0), (6, 0.5), (0, 1.0))
    drawing.element("IfcRamp", "1F", [drawing.sloping(there, 0.0, 1.2), drawing.sloping(back, 1.3, 2.5)], Name="无障碍坡道")


for _clause, _limit in (("gb55019-2.3.1-ramp-slope", 1 / 12), ("gb50352-6.7.2-ramp-slope", 1 / 8)):
    _wrong = "manual" if "50352" in _clause else "fail"
    for _name, _verdict, _slope in (
        ("pass", "pass", _limit / 2),
        ("fail", _wrong, _limit * 1.5),
        ("limit", "pass", _limit),
        ("beyond", _wrong, _limit + 0.0006),
    ):
        case(_clause, _name, _verdict, _slope)(ramp(_slope, 0.5))
case("gb50352-6.7.2-ramp-slope", "undecidable", "manual")(ramp(0.2, 0.5, accessible=None))
case("gb55019-2.3.1-ramp-slope", "undecidable", "manual", 0.1)(ramp(0.1, 0.5, accessible=None))
case("gb55019-2.3.1-ramp-slope", "不供轮椅通行", "na")(ramp(0.15, 0.5, accessible=False))
case("gb55019-2.3.1-ramp-slope", "折返坡道", "manual")(plain(_folded))

for _name, _verdict, _rise in (("pass", "pass", 0.5), ("fail", "fail", 1.0), ("limit", "pass", 0.75), ("beyond", "fail", 0.752)):
    case("gb55019-2.3.1-ramp-rise", _name, _verdict, _rise)(ramp(1 / 12, _rise))
case("gb55019-2.3.1-ramp-rise", "undecidable", "manual", 1.0)(ramp(1 / 12, 1.0, accessible=None))


@case("gb55019-2.3.1-ramp-rise", "两段之间有平台", "pass", 0.6)
def _two_slopes(drawing: Drawing) -> None:
    drawing.storey("1F", 0.0)
    profile = ((0, 0), (16.4, 0), (16.4, 1.2), (9.2, 0.6), (7.2, 0.6))
    drawing.element("IfcRamp", "1F", [drawing.sloping(profile, 0.0, 1.2)], Name="无障碍坡道")


for _name, _verdict, _width in (("pass", "pass", 1.5), ("fail", "fail", 1.0), ("limit", "pass", 1.2), ("beyond", "fail", 1.198)):
    case("gb55019-2.3.2-ramp-width", _name, _verdict, _width)(ramp(1 / 12, 0.5, _width, rails=2))
case("gb55019-2.3.2-ramp-width", "undecidable", "manual", 1.5)(ramp(1 / 12, 0.5, 1.5, rails=1))
case("gb55019-2.3.2-ramp-width", "未建扶手，坡面过窄", "fail", 1.0)(ramp(1 / 12, 0.5, 1.0))

for _name, _verdict, _rise, _rails in (
    ("pass", "pass", 0.7, 2),
    ("fail", "fail", 0.7, 1),
    ("limit", "pass", 0.31, 2),
    ("beyond", "fail", 0.31, 1),
    ("undecidable", "manual", 0.7, 0),
    ("高度不大于 0.30m", "na", 0.3, 0),
):
    case("gb55019-2.3.4-ramp-handrails", _name, _verdict, None if _verdict == "na" else _rails)(ramp(1 / 12, _rise, rails=_rails))


def ramp_with_landings(accessible: bool | None = True) -> Sized:
    """A ramp between a landing so long at its foot and one of 2 m at its head."""

    def draw(drawing: Drawing, length: float) -> None:
        ramp(1 / 12, 0.5, accessible=accessible)(drawing)
        drawing.slab("1F", rectangle(-length, 0, 0, 1.2), top=0.0)
        drawing.slab("1F", rectangle(6, 0, 8, 1.2), top=0.5)

    return draw


series("gb55019-2.3.3-ramp-landing", ramp_with_landings(), (1.8, 1.2, 1.5, 1.498), ramp(1 / 12, 0.5), kind="public")
case("gb55019-2.3.3-ramp-landing", "是否供轮椅未知", "manual", 1.2)(sized(ramp_with_landings(accessible=None), 1.2))


def step(first: str, second: str, slabs: bool = True, **door: object) -> Sized:
    """A door between two rooms whose floors, and the slabs under them, differ by so much."""

    def draw(drawing: Drawing, difference: float) -> None:
        drawing.room("1F", first, rectangle(0, 0.1, 4, 4))
        drawing.room("1F", second, rectangle(0, -4, 4, 0), z=-difference)
        drawing.door("1F", 1.0, 0.0, 1.1, **door)
        if slabs:
            drawing.slab("1F", rectangle(0, 0.05, 4, 4), top=0.0)
            drawing.slab("1F", rectangle(0, -4, 4, 0.05), top=-difference)

    return draw


series(
    "gb55019-2.5.3-threshold",
    step("走廊", "无障碍卫生间"),
    (0.0, 0.05, 0.015, 0.017),
    sized(step("走廊", "无障碍卫生间", slabs=False), 0.0),
    kind="public",
)
case("gb55019-2.5.3-threshold", "标注为无障碍的门", "fail", 0.03)(sized(step("走廊", "办公室", Name="无障碍门"), 0.03))
case("gb55019-2.5.3-threshold", "未标注的门", "na")(sized(step("走廊", "办公室"), 0.03))

series(
    "gb55019-2.5.3-route-level",
    step("走廊", "门厅"),
    (0.0, (0.05, "manual", 0.05), 0.015, (0.017, "manual", 0.017)),
    sized(step("走廊", "门厅", slabs=False), 0.0),
    kind="public",
)
case("gb55019-2.5.3-route-level", "标注为无障碍的门另行判定", "na")(sized(step("走廊", "门厅", Name="无障碍门"), 0.03))

_SLIDING = {"leaves": 2, "OperationType": "DOUBLE_DOOR_SLIDING"}
for _clause, _limit, _new in (("gb55019-2.5.4-door-width", 0.9, True), ("gb55019-2.5.4-door-width-existing", 0.8, False)):
    _toilet_door = door_between("无障碍卫生间", "走廊")
    series(
        _clause,
        _toilet_door,
        (_limit + 0.1, _limit - 0.1, _limit, _limit - 0.002),
        sized(door_between("无障碍卫生间", "走廊", OperationType="SLIDING_TO_LEFT"), 1.2),
        kind="public",
        new_build=_new,
    )
    case(_clause, "新建、改造不符", "na", new_build=not _new)(sized(_toilet_door, _limit))
series(
    "gb55019-2.5.5-automatic-door",
    door_between("门厅", "走廊", Name="自动门"),
    (1.2, 0.9, 1.0, 0.998),
    sized(door_between("门厅", "走廊", Name="自动门", **_SLIDING), 1.2),
    kind="public",
)


def lift(width: float | None, depth: float | None) -> Draw:
    """A building with one lift."""
    return plain(lambda drawing: lift_car(drawing, "1F", width=width, depth=depth) and None)


for _name, _verdict, _width, _depth, _value in (
    ("pass", "pass", 1.6, 1.5, 1.5),
    ("fail", "fail", 1.4, 1.1, 1.1),
    ("limit", "pass", 1.1, 1.4, 1.4),
    ("beyond", "fail", 1.1, 1.398, 1.398),
    ("undecidable", "manual", None, None, None),
    ("宽度略小", "fail", 1.098, 1.4, 1.098),
):
    case("gb55019-2.6.2-lift-car", _name, _verdict, _value)(lift(_width, _depth))


def lift_door(shaft: bool = True) -> Sized:
    """A landing door of two sliding panels, so wide between its jambs."""

    def draw(drawing: Drawing, width: float) -> None:
        drawing.room("1F", "电梯厅", rectangle(0, 0.1, 4, 3))
        if shaft:
            drawing.room("1F", "电梯井", rectangle(0, -2, 4, 0))
        drawing.door("1F", 1.0, 0.0, width + 0.1, **_SLIDING)
        lift_car(drawing, "1F")

    return draw


for _clause, _limit, _new in (("gb55019-2.6.3-lift-door", 0.9, True), ("gb55019-2.6.3-lift-door-existing", 0.8, False)):
    _widths = (_limit + 0.1, _limit - 0.1, _limit, _limit - 0.002)
    series(_clause, lift_door(), _widths, sized(lift_door(shaft=False), 1.0), kind="public", new_build=_new)


def bays(total: int, accessible: int) -> Draw:
    """So many parking bays, of which so many are accessible."""

    def draw(drawing: Drawing) -> None:
        for number in range(total):
            name = "无障碍停车位" if number < accessible else "停车位"
            drawing.room("1F", f"{name}{number + 1}", rectangle(number * 3, 0, number * 3 + 2.5, 5.5))

    return plain(draw)


for _name, _verdict, _total, _count in (
    ("pass", "pass", 20, 2),
    ("fail", "fail", 250, 1),
    ("limit", "pass", 200, 2),
    ("beyond", "fail", 201, 2),
    ("undecidable", "manual", 20, 0),
    ("不足一百个", "pass", 99, 1),
):
    case("gb55019-2.9.5-accessible-bays", _name, _verdict, _count)(bays(_total, _count))


def toilets(*storeys: tuple[str, ...], said: bool | None = None) -> Draw:
    """Storeys with these toilets; ``said`` is what every one of them declares of wheelchairs."""

    def draw(drawing: Drawing) -> None:
        for level, names in enumerate(storeys):
            drawing.storey(f"{level + 1}F", level * 3.0)
            for number, name in enumerate(names):
                room = drawing.room(f"{level + 1}F", name, rectangle(number * 4, 0, number * 4 + 3, 3), z=level * 3.0)
                if said is not None:
                    drawing.properties(room, "Pset_SpaceCommon", HandicapAccessible=said)

    return draw


for _name, _verdict, _value, _draw in (
    ("pass", "pass", 2, toilets(("男卫生间", "女卫生间"), said=True)),
    ("fail", "fail", 0, toilets(("男卫生间", "女卫生间"), said=False)),
    ("limit", "pass", 1, toilets(("男卫生间", "女卫生间", "无障碍卫生间"))),
    ("beyond", "fail", 0, toilets(("男卫生间", "无障碍卫生间"), ("男卫生间",))),
    ("undecidable", "manual", 0, toilets(("男卫生间", "女卫生间"))),
):
    case("gb55019-3.2.4-toilet-per-storey", _name, _verdict, _value)(_draw)


def desk(body: bool = True) -> Sized:
    """A low desk so high in an entrance hall."""

    def draw(drawing: Drawing, height: float) -> None:
        drawing.room("1F", "门厅", rectangle(0, 0, 6, 6))
        solids = [drawing.box(2, 2, 0, 4, 3, height)] if body else []
        drawing.element("IfcFurniture", "1F", solids, Name="低位服务台")

    return draw


series("gb55019-3.6.4-low-desk", desk(), (0.8, 1.0, 0.85, 0.852), sized(desk(body=False), 0.8), kind="public")
case("gb55019-3.6.4-low-desk", "高度下限", "pass", 0.7)(sized(desk(), 0.7))
case("gb55019-3.6.4-low-desk", "略低于下限", "fail", 0.698)(sized(desk(), 0.698))


def in_accessible_flat(draw: Sized, name: str = "无障碍套型 101") -> Sized:
    """The same room, in a flat of that name."""

    def drawn(drawing: Drawing, size: float) -> None:
        draw(drawing, size)
        flat(drawing, name, *drawing.file.by_type("IfcSpace"))

    return drawn


for _clause, _room, _limit in (
    ("gb50763-3.12.4-bedroom-living-area", "兼起居室的卧室", 16.0),
    ("gb50763-3.12.4-living-area", "起居室", 14.0),
    ("gb50763-3.12.4-kitchen-area", "厨房", 6.0),
):
    _areas = (_limit + 1, _limit - 1, _limit, _limit - 0.006)
    series(_clause, in_accessible_flat(of_area(_room)), _areas, None)
_bedroom = in_accessible_flat(of_area("卧室"))
series("gb50763-3.12.4-bedroom-area", _bedroom, (11.0, 6.0, 10.5, 6.994), sized(_bedroom, 8.0))
case("gb50763-3.12.4-bedroom-area", "普通套型", "na", kind="dwelling")(sized(in_accessible_flat(of_area("卧室"), "101"), 6.0))
_three = in_accessible_flat(bathroom(TOILET, BASIN, SHOWER))
series("gb50763-3.12.4-bathroom-area", _three, (4.5, 3.5, 4.0, 3.994), sized(in_accessible_flat(bathroom()), 3.0))
for _name, _set, _limit in (
    ("便器、洗浴器", (TOILET, SHOWER), 3.0),
    ("便器、洗面器", (TOILET, BASIN), 2.5),
    ("单设便器", (TOILET,), 2.0),
):
    for _suffix, _verdict, _area in (("", "pass", _limit), ("，略小", "fail", _limit - 0.006)):
        case("gb50763-3.12.4-bathroom-area", f"{_name}{_suffix}", _verdict, _area, kind="dwelling")(
            sized(in_accessible_flat(bathroom(*_set)), _area)
        )


def named_lifts(*names: str) -> Draw:
    """A building with lifts so named."""
    return plain(lambda drawing: [lift_car(drawing, "1F", name) for name in names] and None)


# A lift that is not called accessible may be: it never fails.
for _name, _verdict, _value, _lifts in (
    ("pass", "pass", 2, ("无障碍电梯1", "无障碍电梯2")),
    ("fail", "manual", 0, ("客梯1", "客梯2")),
    ("limit", "pass", 1, ("无障碍电梯", "客梯")),
    ("beyond", "manual", 0, ("客梯",)),
    ("undecidable", "manual", 0, ("",)),
    ("没有电梯", "na", None, ()),
):
    case("gb55019-2.6.4-accessible-lift", _name, _verdict, _value)(named_lifts(*_lifts))
