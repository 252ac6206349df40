"""Cases of ``cn-base/services.yaml``."""

from __future__ import annotations

from tests.engines.clauses.battery import Draw, case
from tests.engines.clauses.cases_accessibility import lift, lift_door
from tests.engines.clauses.rooms import Sized, of_height, of_width, plain, series, sized, without_body, without_slab
from tests.engines.ifc.drawing import Drawing, rectangle


def beside(*others: str, wall: float = 0.2) -> Draw:
    """A bedroom with these rooms along its east side, a wall between."""

    def draw(drawing: Drawing) -> None:
        drawing.room("1F", "卧室", rectangle(0, 0, 4, 4))
        for number, name in enumerate(others):
            drawing.room("1F", name, rectangle(4 + wall, number * 2, 6 + wall, number * 2 + 1.9))

    return plain(draw)


for _name, _verdict, _count, _draw in (
    ("pass", "pass", 0, beside("楼梯间", "过道")),
    ("fail", "fail", 2, beside("电梯井1", "电梯井2")),
    ("limit", "pass", 0, beside("电梯井", wall=0.5)),
    ("beyond", "fail", 1, beside("过道", "电梯井")),
    ("undecidable", "manual", None, beside("水泵房")),
    ("相邻空间功能未知", "manual", None, beside("A-01")),
):
    case("gb55038-4.2.3-noise", _name, _verdict, _count, kind="dwelling")(_draw)


@case("gb55038-4.2.3-noise", "机房在卧室上层", "manual", kind="dwelling")
def _above(drawing: Drawing) -> None:
    drawing.storey("1F", 0.0)
    drawing.storey("2F", 3.0)
    drawing.room("1F", "卧室", rectangle(0, 0, 4, 4))
    drawing.room("2F", "电梯机房", rectangle(0, 0, 4, 4), z=3.0)


for _name, _verdict, _width, _depth, _value in (
    ("pass", "pass", 1.8, 1.6, 1.6),
    ("fail", "fail", 1.4, 1.1, 1.4),
    ("limit", "pass", 1.6, 1.5, 1.5),
    ("beyond", "fail", 1.6, 1.498, 1.498),
    ("undecidable", "manual", None, None, None),
    ("宽轿厢横放", "pass", 1.5, 1.6, 1.6),
    ("深轿厢", "pass", 1.1, 2.1, 2.1),
    ("深轿厢略浅", "fail", 1.1, 2.098, 1.1),
):
    case("gb55038-4.2.4-lift-car", _name, _verdict, _value, kind="dwelling")(lift(_width, _depth))
series("gb55038-4.2.4-lift-door", lift_door(), (1.0, 0.8, 0.9, 0.898), sized(lift_door(shaft=False), 1.0))


def pipe(drawing: Drawing, name: str, x0: float, z0: float, x1: float, z1: float, body: bool = True) -> None:
    """A pipe 0.1 m wide at y = 2."""
    solids = [drawing.box(x0, 2.0, z0, x1, 2.1, z1)] if body else []
    drawing.element("IfcPipeSegment", "1F", solids, Name=name)


def piped(room: str, name: str, *places: float, body: bool = True) -> Draw:
    """A room from x = 0 to 4 with vertical pipes at these places."""

    def draw(drawing: Drawing) -> None:
        drawing.room("1F", room, rectangle(0, 0, 4, 4))
        for x in places:
            pipe(drawing, name, x, 0.0, x + 0.1, 2.8, body)

    return plain(draw)


for _clause, _room, _pipe in (
    ("gb55038-7.1.6-no-drain-in-bedroom", "卧室", "排水管"),
    ("gb55038-7.3.1-no-gas-in-bedroom", "电梯井", "燃气管"),
):
    for _name, _verdict, _count, _draw in (
        ("pass", "pass", 0, piped(_room, _pipe, 6.0)),
        ("fail", "fail", 2, piped(_room, _pipe, 1.0, 3.0)),
        ("limit", "pass", 0, piped(_room, _pipe, 4.0)),
        ("beyond", "fail", 1, piped(_room, _pipe, 1.0)),
        ("undecidable", "manual", None, piped(_room, _pipe, 1.0, body=False)),
        ("没有这类管道", "na", None, piped(_room, "给水管", 1.0)),
    ):
        case(_clause, _name, _verdict, _count, kind="dwelling")(_draw)


def drain(body: bool = True) -> Sized:
    """A level drain so high above a bathroom's floor."""

    def draw(drawing: Drawing, height: float) -> None:
        drawing.room("1F", "卫生间", rectangle(0, 0, 4, 4))
        pipe(drawing, "排水横管", 0.5, height, 3.5, height + 0.1, body)

    return draw


series("gb50096-5.5.5-drain-clearance", drain(), (2.2, 1.8, 1.9, 1.898), sized(drain(body=False), 2.2))


def board(body: bool = True) -> Sized:
    """A distribution board on a wall, its underside so high."""

    def draw(drawing: Drawing, height: float) -> None:
        drawing.room("1F", "起居室", rectangle(0, 0, 4, 4))
        solids = [drawing.box(1, -0.1, height, 1.4, 0.0, height + 0.4)] if body else []
        drawing.element("IfcElectricDistributionBoard", "1F", solids, Name="家居配电箱")

    return draw


series("gb55038-7.4.3-board-height", board(), (1.9, 1.4, 1.8, 1.598), sized(board(), 1.7))
case("gb55038-7.4.3-board-height", "双排的下限", "manual", 1.6, kind="dwelling")(sized(board(), 1.6))
case("gb55038-7.4.3-board-height", "没有形体", "manual", kind="dwelling")(sized(board(body=False), 1.8))

series("gb50096-6.9.3-bicycle-height", of_height("自行车库"), (2.4, 1.9, 2.0, 1.998), without_slab("非机动车库"))
series("jgj100-4.2.5-garage-height", of_height("车库"), (2.6, 2.0, 2.2, 2.198), without_slab("车库"), kind="public")
case("jgj100-4.2.5-garage-height", "住宅车库按 GB 50096", "na", kind="dwelling")(sized(of_height("车库"), 2.0))
series("jgj100-4.3.4-bay-width", of_width("停车位", 5.3), (2.5, 2.2, 2.4, 2.398), without_body("停车位"), kind="public")
