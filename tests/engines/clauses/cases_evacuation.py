"""Cases of ``cn-base/evacuation.yaml``: exits, distances, lobbies, fire doors, fire class, lifts."""

from __future__ import annotations

from functools import partial

from tests.engines.clauses.plans import door_between, floors, grades, one_room, row, stair, strip, table
from tests.engines.clauses.routes import corridor, deep_room, room_at, route
from tests.engines.ifc.drawing import Drawing, rectangle

table(
    "gb55037-7.3.1-single-exit",
    partial(route, exits="one", room="起居室"),
    row("pass", "pass", 10.0, walk=10.0),
    row("fail", "fail", 20.0, walk=20.0),
    row("limit", "pass", 15.0, walk=15.0),
    row("beyond", "fail", 15.002, walk=15.002),
    row("undecidable", "manual", walk=10.0, exits="none"),
    row("大于27m", "fail", 10.002, {"height_m": 30.0}, walk=10.002),
    row("大于54m", "fail", 1, {"height_m": 54.1}, walk=5.0),
    row("两个安全出口", "pass", 2, {"height_m": 60.0}, walk=5.0, exits="between"),
    kind="dwelling",
    height_m=20.0,
)
table(
    "gb55037-7.4.1-exit-count",
    partial(route, walk=10.0),
    row("pass", "pass", 2, exits="between"),
    row("fail", "fail", 1, exits="one", depth=80.0),
    row("limit", "pass", 2, exits="dead_end"),
    row("beyond", "fail", 1, exits="one", depth=70.0),
    row("小楼层一个出口", "manual", 1, exits="one"),
    row("大楼层未划分防火分区", "manual", 2, exits="between", depth=40.0),
    row("undecidable", "manual", exits="none"),
)


def one_exit_and(drawing: Drawing, more: str) -> None:
    """A large storey with one exit, and something beside the corridor that may be another."""
    route(drawing, walk=10.0, exits="one", depth=80.0)
    if more == "flight":
        drawing.flight("1F", (0.15,) * 8, 0.28, 1.2, x=3.0, y=0.5)
    else:
        room_at(drawing, more, 5.0)


table(
    "gb55037-7.4.1-exit-count",
    one_exit_and,
    row("走道旁的储藏室", "fail", 1, more="储藏室"),
    row("走道旁未写明功能的空间", "manual", 1, more="A-01"),
    row("走道内的楼梯", "manual", 1, more="flight"),
)


def compartments_with(drawing: Drawing, exits: int, named: bool = True) -> None:
    """A storey of two compartments, the western one with so many exits, a door between their corridors."""
    drawing.storey("1F", 0.0)
    west = [corridor(drawing, 0, 20), room_at(drawing, "办公室", 3.0, depth=80.0)]
    east = [corridor(drawing, 20.2, 40), room_at(drawing, "办公室", 22.0)]
    for x in (8.0, 14.0)[:exits]:
        room_at(drawing, "楼梯间", x)
    for x in (30.0, 36.0):
        room_at(drawing, "楼梯间", x)
    if named:
        for name, rooms in (("防火分区西", west), ("防火分区东", east)):
            drawing.add("IfcRelAssignsToGroup", RelatedObjects=rooms, RelatingGroup=drawing.add("IfcZone", Name=name))


table(
    "gb55037-7.4.1-exit-count",
    compartments_with,
    row("每个防火分区两个", "pass", 2, exits=2),
    row("防火分区一个", "fail", 1, exits=1),
    row("未划分防火分区", "manual", 2, exits=2, named=False),
)
table(
    "gb50016-5.5.17-travel-distance",
    route,
    row("pass", "pass", 10.0, walk=10.0),
    row("fail", "fail", 30.0, walk=30.0),
    row("limit", "pass", 22.0, walk=22.0),
    row("beyond", "fail", 22.002, walk=22.002),
    row("两个出口之间", "pass", 40.0, walk=40.0, exits="between"),
    row("两个出口之间略超", "fail", 40.002, walk=40.002, exits="between"),
    row("高层", "fail", 20.002, {"height_m": 24.5}, walk=20.002),
    row("三级耐火", "fail", 20.002, walk=20.002, fire_class="三级"),
    row("设自动灭火系统", "pass", 27.5, walk=27.5, sprinklers=True),
    row("undecidable", "manual", 20.0, walk=20.0, fire_class="", sprinklers=None),
    row("一个安全出口", "manual", 30.0, walk=30.0, exits="one"),
    height_m=12.0,
)
table(
    "gb50016-5.5.29-travel-distance",
    partial(route, room="起居室"),
    row("pass", "pass", 10.0, walk=10.0),
    row("fail", "fail", 30.0, walk=30.0),
    row("limit", "pass", 22.0, walk=22.0),
    row("beyond", "fail", 22.002, walk=22.002),
    row("undecidable", "manual", walk=10.0, exits="none"),
    kind="dwelling",
    height_m=20.0,
)
table(
    "gb55037-7.1.3-in-room-distance",
    deep_room,
    row("pass", "pass", 10.0, walk=10.0),
    row("fail", "fail", 30.0, walk=30.0),
    row("limit", "pass", 22.0, walk=22.0),
    row("beyond", "fail", 22.002, walk=22.002),
    row("两樘门", "fail", 22.002, walk=22.002, doors=2),
    row("undecidable", "manual", 20.0, walk=20.0, fire_class="", sprinklers=None),
    row("没有走道", "manual", walk=10.0, corridors=False),
    height_m=12.0,
)


def lobbies(clause: str, function: str, area: float, kind: str) -> None:
    """A lobby 3 or 4 m long of about that use area."""
    length = 4.0 if area > 9 else 3.0
    table(
        clause,
        partial(strip, function=function, length=length),
        row("pass", "pass", area + length, width=area / length + 1.0),
        row("fail", "fail", area / 2, width=area / length / 2),
        row("limit", "pass", area, width=area / length),
        row("beyond", "fail", area - 0.002 * length, width=area / length - 0.002),
        row("undecidable", "manual", body=False),
        kind=kind,
    )


lobbies("gb55037-7.1.8-lobby-area-dwelling", "前室", 4.5, "dwelling")
lobbies("gb55037-7.1.8-lobby-area-public", "前室", 6.0, "public")
lobbies("gb55037-7.1.8-combined-lobby-dwelling", "合用前室", 6.0, "dwelling")
lobbies("gb55037-7.1.8-combined-lobby-public", "合用前室", 10.0, "public")
lobbies("gb55037-2.2.8-fire-lift-lobby-area", "消防电梯前室", 6.0, "public")
table(
    "gb55037-2.2.8-fire-lift-lobby-side",
    partial(strip, function="消防电梯前室", length=4.0),
    row("pass", "pass", 3.0, width=3.0),
    row("fail", "fail", 2.0, width=2.0),
    row("limit", "pass", 2.4, width=2.4),
    row("beyond", "fail", 2.398, width=2.398),
    row("undecidable", "manual", body=False),
)
grades("gb55037-6.4.3-lobby-door-grade", partial(door_between, north="前室", south="走廊"), 2)
grades("gb55037-6.4.4-shaft-door-grade", partial(door_between, north="走廊", south="管井"), 1)
grades("gb55037-7.3.2-flat-door-grade", partial(door_between, north="前室", south="起居室"), 2, "dwelling", height_m=34.0)


def classes(clause: str, worst: int, kind: str, height: float) -> None:
    """A building of that height that says its fire class."""
    said = ["一级", "二级", "三级", "四级"]
    table(
        clause,
        partial(floors, function="办公室", levels=[0.0, 3.0]),
        row("pass", "pass", 1, fire_class="一级"),
        row("fail", "fail", 4, fire_class="四级"),
        row("limit", "pass", worst, fire_class=said[worst - 1]),
        row("beyond", "fail", worst + 1, fire_class=said[worst]),
        row("undecidable", "manual"),
        kind=kind,
        height_m=height,
    )


classes("gb55037-5.3.1-fire-class-public", 1, "public", 50.1)
classes("gb55037-5.3.1-fire-class-dwelling", 1, "dwelling", 54.1)
classes("gb55037-5.3.2-fire-class-public", 2, "public", 50.0)
classes("gb55037-5.3.2-fire-class-dwelling", 2, "dwelling", 54.0)
classes("gb55037-5.3.3-fire-class", 3, "public", 12.0)


def refuge(drawing: Drawing, *levels: float) -> None:
    """A ground floor with an office and refuge floors at these levels."""
    one_room(drawing, "办公室")
    for level in levels:
        drawing.storey(f"{level:g}", level)
        drawing.room(f"{level:g}", "避难层", rectangle(0, 0, 4, 3), z=level)


def first_refuge(drawing: Drawing, level: float | None) -> None:
    """A refuge floor at a level, or none."""
    refuge(drawing, *([] if level is None else [level]))


table(
    "gb55037-7.1.14-refuge-floor",
    first_refuge,
    row("pass", "pass", 45.0, level=45.0),
    row("fail", "fail", 60.0, level=60.0),
    row("limit", "pass", 50.0, level=50.0),
    row("beyond", "fail", 50.002, level=50.002),
    row("undecidable", "manual", level=None),
    height_m=120.0,
)


def lifts(drawing: Drawing, count: int, name: str = "客梯", fire: bool | None = None, size: float = 4.0) -> None:
    """Lifts of a name that say whether they serve fire fighting; one office of that size."""
    one_room(drawing, "办公室", rectangle(0, 0, size, size))
    for number in range(count):
        lift = drawing.element("IfcTransportElement", "1F", [], Name=f"{name}{number + 1}", PredefinedType="ELEVATOR")
        if fire is not None:
            drawing.properties(lift, "Pset_TransportElementElevator", FireFightingLift=fire)


for _clause, _kind, _height in (
    ("gb55037-2.2.6-fire-lift-dwelling", "dwelling", 33.1),
    ("gb55037-2.2.6-fire-lift-public", "public", 32.1),
):
    table(
        _clause,
        lifts,
        row("pass", "pass", 2, count=2, name="消防电梯"),
        row("fail", "fail", 0, count=2, fire=False),
        row("limit", "pass", 1, count=1, fire=True),
        row("beyond", "fail", 0, count=1, fire=False),
        row("大楼层未划分防火分区", "manual", 1, count=1, fire=True, size=40.0),
        row("undecidable", "manual", 0, count=2),
        kind=_kind,
        height_m=_height,
    )
table(
    "gb55031-5.4.2-lift-count",
    lifts,
    row("pass", "pass", 3, count=3),
    row("fail", "fail", 1, count=1),
    row("limit", "pass", 2, count=2),
    row("beyond", "fail", 1, count=1),
    row("undecidable", "manual", 0, count=0),
    height_m=24.1,
)
table(
    "gb55031-5.3.4-handrail-sides",
    stair,
    row("pass", "pass", 2, width=2.0, rails=2),
    row("fail", "fail", 1, width=2.0, rails=1),
    row("limit", "pass", 1, width=1.648, rails=1),
    row("beyond", "fail", 1, width=1.65, rails=1),
    row("undecidable", "manual", 0, width=1.2, rails=0),
)
