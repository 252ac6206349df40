"""Cases of the later part of ``cn-base/evacuation.yaml``: distances by use, doors of rooms, doors on the way out, outdoor stairs."""

from __future__ import annotations

from functools import partial
from math import sqrt

from tests.engines.clauses.battery import WITHOUT_LIMIT
from tests.engines.clauses.cases_evacuation import refuge
from tests.engines.clauses.plans import declare, door_between, floors, grades, outer_door, row, stair, strip, table
from tests.engines.clauses.routes import corridor, deep_room, room_at, route
from tests.engines.ifc.drawing import Drawing, rectangle

WITHOUT_LIMIT |= {
    "gb55037-7.1.6-door-swings": "a door swings or it does not",
    "gb55037-7.1.6-door-direction": "a door opens one way or the other",
}

for _key, _room, _limit in (("teaching", "教室", 22.0), ("ward", "病房", 20.0), ("children", "儿童活动室", 20.0)):
    table(
        f"gb50016-5.5.17-{_key}-distance",
        partial(route, room=_room),
        row("pass", "pass", 9.0, walk=9.0),
        row("fail", "fail", 40.0, walk=40.0),
        row("limit", "pass", _limit, walk=_limit),
        row("beyond", "fail", _limit + 0.002, walk=_limit + 0.002),
        row("undecidable", "manual", 12.0, walk=12.0, fire_class="", sprinklers=None),
        height_m=12.0,
    )
    table(
        f"gb55037-7.1.3-{_key}-room-distance",
        partial(deep_room, room=_room),
        row("pass", "pass", 9.0, walk=9.0),
        row("fail", "fail", 40.0, walk=40.0),
        row("limit", "pass", _limit, walk=_limit),
        row("beyond", "fail", _limit + 0.002, walk=_limit + 0.002),
        row("undecidable", "manual", 12.0, walk=12.0, fire_class="", sprinklers=None),
        height_m=12.0,
    )


def hall(drawing: Drawing, walk: float, second: bool = True) -> None:
    """A hall whose far corners are ``walk`` from its door; a second door, in a niche, is farther from them."""
    drawing.storey("1F", 0.0)
    depth = sqrt((walk - 0.05) ** 2 - 1.5**2)
    niche = ((3, 2), (2.25, 2), (2.25, 0))
    drawing.room("1F", "多功能厅", [(0, -depth), (3, -depth), *niche, (0, 0)])
    drawing.door("1F", 1.05, 0.0, 0.9)
    corridor(drawing, -9, 2.1)
    room_at(drawing, "楼梯间", -7.0)
    if second:
        drawing.properties(drawing.door("1F", 2.3, 2.0, 0.65), "Pset_DoorCommon", IsExternal=True)
    declare(drawing, "二级", False)


table(
    "gb50016-5.5.17-large-room-distance",
    hall,
    row("pass", "pass", 20.0, walk=20.0),
    row("fail", "fail", 40.0, walk=40.0),
    row("limit", "pass", 30.0, walk=30.0),
    row("beyond", "fail", 30.002, walk=30.002),
    row("一樘门", "na", walk=20.0, second=False),
)
table(
    "gb50016-5.5.17-large-room-distance",
    partial(deep_room, room="多功能厅", doors=2),
    row("undecidable", "manual", walk=30.0),
)


def ground_floor(drawing: Drawing, function: str, walk: float | None, storeys: int = 1) -> None:
    """A stairwell or lobby on the ground floor whose door is ``walk`` from an outer door of the corridor; None: there is none."""
    floors(drawing, "办公室", [3.0 * number for number in range(storeys)])
    corridor(drawing, 8.5, 12.0 + (walk or 5.0))
    room_at(drawing, function, 10.0)
    if walk is not None:
        middle = 10.0 + walk - 0.1
        drawing.properties(drawing.door("1F", middle - 0.6, 0.0, 1.2), "Pset_DoorCommon", IsExternal=True)


for _clause, _function, _limit in (
    ("gb50016-5.5.17-stair-to-outside", "楼梯间", 15.0),
    ("gb50016-7.3.5-fire-lift-to-outside", "消防电梯前室", 30.0),
):
    table(
        _clause,
        partial(ground_floor, function=_function),
        row("pass", "pass", 10.0, walk=10.0),
        row("fail", "fail", 40.0, walk=40.0),
        row("limit", "pass", _limit, walk=_limit),
        row("beyond", "fail", _limit + 0.002, walk=_limit + 0.002),
        row("undecidable", "manual", walk=None),
    )
table(
    "gb50016-5.5.17-stair-to-outside",
    partial(ground_floor, function="楼梯间", walk=10.0),
    row("四层", "pass", 10.0, storeys=4),
    row("五层", "manual", storeys=5),
)


def two_stairs(drawing: Drawing, apart: float | None) -> None:
    """An office and two stairwells, the openings of their doors ``apart``; None leaves the stairwells away."""
    drawing.storey("1F", 0.0)
    corridor(drawing, -5, 20)
    room_at(drawing, "办公室", -3.0)
    for x in [] if apart is None else [3.0, 3.0 + apart + 0.9]:
        room_at(drawing, "楼梯间", x)


table(
    "gb50016-5.5.2-exit-spacing",
    two_stairs,
    row("pass", "pass", 8.0, apart=8.0),
    row("fail", "fail", 3.0, apart=3.0),
    row("limit", "pass", 5.0, apart=5.0),
    row("beyond", "fail", 4.998, apart=4.998),
    row("undecidable", "manual", apart=None),
)

for _suffix, _room, _most in (("", "办公室", 120.0), ("-teaching", "教室", 75.0), ("-children", "儿童活动室", 50.0)):
    table(
        f"gb55037-7.4.2-room-doors{_suffix}",
        partial(route, walk=10.0, exits="between", room=_room),
        row("pass", "pass", 30.0, depth=10.0),
        row("fail", "fail", 240.0, depth=80.0),
        row("limit", "pass", _most, depth=_most / 3),
        row("beyond", "fail", _most + 0.006, depth=_most / 3 + 0.002),
        row("undecidable", "manual", _most - 15.0, exits="one", depth=_most / 3 - 5.0),
    )
table(
    "gb55037-7.4.2-room-doors",
    deep_room,
    row("两樘门", "pass", 2, walk=60.0, doors=2),
    row("走道尽端的小房间", "pass", walk=16.0),
)


def crowd(drawing: Drawing, clear: float, people: str = "100", fire_class: str = "二级", storeys: int = 1) -> None:
    """A storey with an office for that many people and one stairwell with a door of that clear width."""
    floors(drawing, "门厅", [3.0 * number for number in range(storeys)], fire_class)
    corridor(drawing, 8.5, 20)
    office = room_at(drawing, "办公室", 10.0)
    if people:
        drawing.properties(office, "Pset_SpaceOccupancyRequirements", OccupancyNumber=people)
    room_at(drawing, "楼梯间", 15.0, clear=clear)


table(
    "gb55037-7.4.7-exit-width",
    crowd,
    row("pass", "pass", 0.9, clear=0.9),
    row("fail", "fail", 0.45, clear=0.9, people="200"),
    row("limit", "pass", 0.65, clear=0.65),
    row("beyond", "fail", 0.648, clear=0.648),
    row("三级耐火", "fail", 0.7, clear=0.7, fire_class="三级"),
    row("未写明耐火等级", "manual", 0.7, clear=0.7, fire_class=""),
    row("undecidable", "manual", clear=0.9, people=""),
)
table(
    "gb55037-7.1.6-door-swings",
    partial(door_between, north="走廊", south="楼梯间"),
    row("pass", "pass", "SINGLE_SWING_LEFT", operation="SINGLE_SWING_LEFT"),
    row("fail", "fail", "ROLLINGUP", operation="ROLLINGUP"),
    row("推拉门", "manual", "SLIDING_TO_LEFT", operation="SLIDING_TO_LEFT"),
    row("undecidable", "manual"),
)


def stair_door(drawing: Drawing, turned: bool = False, operation: str = "SINGLE_SWING_LEFT") -> None:
    """On the second floor a door from a corridor north into a stairwell; a turned one opens into the corridor."""
    drawing.storey("1F", 0.0)
    drawing.room("1F", "办公室", rectangle(0, 0, 4, 3))
    drawing.storey("2F", 3.0)
    drawing.room("2F", "楼梯间", rectangle(0, 0.1, 4, 4), z=3.0)
    drawing.room("2F", "走廊", rectangle(0, -3, 4, 0), z=3.0)
    kinds = {"OperationType": operation} if operation else {}
    drawing.door("2F", 1.0, 0.0, 1.0, z=3.0, turned=turned, **kinds)


table(
    "gb55037-7.1.6-door-direction",
    stair_door,
    row("pass", "pass", "向疏散方向"),
    row("fail", "fail", "逆疏散方向", turned=True),
    row("双向弹簧门", "pass", "双向", turned=True, operation="DOUBLE_SWING_LEFT"),
    row("undecidable", "manual", operation=""),
)


def tall_door(drawing: Drawing, height: float, leaf: float = 0.04) -> None:
    """A door to a stairwell whose leaf is ``height`` high."""
    drawing.storey("1F", 0.0)
    drawing.room("1F", "走廊", rectangle(0, 0.3, 4, 4))
    drawing.room("1F", "楼梯间", rectangle(0, -3, 4, 0))
    drawing.door("1F", 1.0, 0.0, 1.0, height=height + 0.06, leaf=leaf)


table(
    "gb55037-7.1.5-door-height",
    tall_door,
    row("pass", "pass", 2.2, height=2.2),
    row("fail", "fail", 2.0, height=2.0),
    row("limit", "pass", 2.1, height=2.1),
    row("beyond", "fail", 2.098, height=2.098),
    row("undecidable", "manual", height=2.2, leaf=0.2),
)
table(
    "gb55037-7.1.4-outdoor-stair-width",
    partial(stair, external=True),
    row("pass", "pass", 1.2, width=1.23),
    row("fail", "fail", 0.7, width=0.73),
    row("limit", "pass", 0.8, width=0.83),
    row("beyond", "fail", 0.798, width=0.828),
    row("undecidable", "manual", 1.5, width=1.5, rails=0),
)


def unreadable_stair(drawing: Drawing) -> None:
    """An outdoor stair that is one sloping block."""
    drawing.storey("1F", 0.0)
    body = drawing.sloping(((0, 0), (3, 0), (3, 3)), 0.0, 1.2)
    drawing.properties(drawing.element("IfcStair", "1F", [body], Name="室外楼梯"), "Pset_StairCommon", IsExternal=True)


table(
    "gb55037-7.1.11-outdoor-stair-slope",
    partial(stair, external=True, count=6),
    row("pass", "pass", 0.5357, riser=0.15),
    row("fail", "fail", 1.25, riser=0.25, going=0.20),
    row("limit", "pass", 1.0, riser=0.25, going=0.25),
    row("beyond", "fail", 1.0081, riser=0.25, going=0.248),
)
table("gb55037-7.1.11-outdoor-stair-slope", unreadable_stair, row("undecidable", "manual"))


def outdoor_rail(drawing: Drawing, rail: float | None) -> None:
    """An outdoor flight with a handrail, or a railing of an outdoor stair below which nothing is modelled."""
    if rail is not None:
        stair(drawing, rail=rail, external=True)
        return
    drawing.storey("1F", 0.0)
    whole = drawing.element("IfcStair", "1F", [], Name="室外楼梯")
    drawing.properties(whole, "Pset_StairCommon", IsExternal=True)
    drawing.element("IfcRailing", "1F", [drawing.box(0, 0, 0.9, 3, 0.06, 1.0)], whole)


table(
    "gb55037-7.1.11-outdoor-stair-railing",
    outdoor_rail,
    row("pass", "pass", 1.2, rail=1.2),
    row("fail", "fail", 0.9, rail=0.9),
    row("limit", "pass", 1.1, rail=1.1),
    row("beyond", "fail", 1.098, rail=1.098),
    row("undecidable", "manual", rail=None),
)


def refuges(drawing: Drawing, apart: float | None) -> None:
    """Refuge floors at 45 m and so much higher; None: none at all."""
    refuge(drawing, *([] if apart is None else [45.0, 45.0 + apart]))


table(
    "gb50016-5.5.23-refuge-spacing",
    refuges,
    row("pass", "pass", 45.0, apart=45.0),
    row("fail", "fail", 60.0, apart=60.0),
    row("limit", "pass", 50.0, apart=50.0),
    row("beyond", "fail", 50.002, apart=50.002),
    row("undecidable", "manual", apart=None),
    height_m=150.0,
)
table(
    "gb50016-5.5.18-high-stair-width",
    stair,
    row("pass", "pass", 1.5, width=1.53),
    row("fail", "fail", 1.0, width=1.03),
    row("limit", "pass", 1.2, width=1.23),
    row("beyond", "fail", 1.198, width=1.228),
    row("undecidable", "manual", 1.5, width=1.5, rails=0),
    row("非高层", "na", None, {"height_m": 24.0}, width=1.03),
    height_m=24.1,
)
table(
    "gb50016-5.5.18-high-corridor-width",
    partial(strip, function="走廊"),
    row("pass", "pass", 1.6, width=1.6),
    row("fail", "fail", 1.1, width=1.1),
    row("limit", "pass", 1.4, width=1.4),
    row("beyond", "fail", 1.298, width=1.298),
    row("undecidable", "manual", 1.35, width=1.35),
    height_m=24.1,
)
table(
    "gb50016-5.5.19-crowded-door-width",
    partial(door_between, north="走廊", south="报告厅"),
    row("pass", "pass", 1.5, clear=1.5),
    row("fail", "fail", 1.0, clear=1.0),
    row("limit", "pass", 1.4, clear=1.4),
    row("beyond", "fail", 1.398, clear=1.398),
    row("undecidable", "manual", clear=1.5, operation="SLIDING_TO_LEFT"),
)
table(
    "gb50016-5.5.19-crowded-door-width",
    partial(outer_door, room="报告厅"),
    row("直通室外的门", "fail", 1.0, clear=1.0),
)


def garage(drawing: Drawing, walk: float, level: float = 0.0, sprinklers: bool | None = False, before: str = "楼梯间") -> None:
    """A garage 3 m wide from whose far corners it is ``walk`` to the door of a stairwell."""
    drawing.storey("1F", 0.0)
    drawing.room("1F", "门厅", rectangle(20, 0, 24, 4))
    if level:
        drawing.storey("B1", level)
    storey = "B1" if level else "1F"
    drawing.room(storey, "车库", rectangle(0, -sqrt((walk - 0.05) ** 2 - 1.5**2), 3, 0), z=level)
    drawing.room(storey, before, rectangle(0, 0.1, 3, 4), z=level)
    drawing.door(storey, 1.0, 0.0, 1.0, z=level)
    declare(drawing, "一级", sprinklers)


table(
    "gb55037-7.1.18-garage-ground-distance",
    garage,
    row("pass", "pass", 40.0, walk=40.0),
    row("fail", "fail", 80.0, walk=80.0),
    row("limit", "pass", 60.0, walk=60.0),
    row("beyond", "fail", 60.002, walk=60.002),
    row("undecidable", "manual", walk=40.0, before="A-01"),
)
table(
    "gb55037-7.1.18-garage-distance",
    partial(garage, level=-4.0),
    row("pass", "pass", 40.0, walk=40.0),
    row("fail", "fail", 80.0, walk=80.0),
    row("limit", "pass", 45.0, walk=45.0),
    row("beyond", "fail", 45.002, walk=45.002),
    row("设自动灭火系统", "pass", 60.0, walk=60.0, sprinklers=True),
    row("通向前室", "pass", 45.0, walk=45.0, before="前室"),
    row("undecidable", "manual", 50.0, walk=50.0, sprinklers=None),
)


def flat_door(drawing: Drawing, rating: str, exits: str = "one") -> None:
    """A flat whose door has a fire rating, on a corridor with one stair or two."""
    route(drawing, walk=8.0, exits=exits, room="起居室")
    if rating:
        drawing.properties(drawing.file.by_type("IfcDoor")[0], "Pset_DoorCommon", FireRating=rating)


grades("gb55037-7.3.2-single-stair-flat-door", flat_door, 2, "dwelling", height_m=30.0)
table(
    "gb55037-7.3.2-single-stair-flat-door",
    flat_door,
    row("两部楼梯", "na", rating="无", exits="between"),
    kind="dwelling",
    height_m=30.0,
)


def flats_on_a_lobby(drawing: Drawing, flats: int, known: bool = True) -> None:
    """A lobby with so many flats beside it; one of them may not say its use."""
    drawing.storey("1F", 0.0)
    drawing.room("1F", "前室", rectangle(0, 0.1, 20, 3))
    for number in range(flats):
        room_at(drawing, "起居室" if known or number else "A-01", 2.0 + 4.0 * number)


table(
    "gb50016-5.5.27-lobby-doors",
    flats_on_a_lobby,
    row("pass", "pass", 2, flats=2),
    row("fail", "fail", 5, flats=5),
    row("limit", "pass", 3, flats=3),
    row("beyond", "fail", 4, flats=4),
    row("undecidable", "manual", 2, flats=3, known=False),
    kind="dwelling",
    height_m=33.1,
)
