"""Cases of ``cn-base/dwelling.yaml``."""

from __future__ import annotations

from tests.engines.clauses.battery import case
from tests.engines.clauses.rooms import (
    BASIN,
    SHOWER,
    TOILET,
    bathroom,
    door_between,
    guard,
    lonely_door,
    of_area,
    of_height,
    of_width,
    plain,
    series,
    sized,
    stair,
    without_body,
    without_slab,
)
from tests.engines.ifc.drawing import Drawing, rectangle

for _clause, _name, _limit in (
    ("gb55038-4.1.1-bedroom-area", "卧室", 5.0),
    ("gb55038-4.1.1-bedroom-living-area", "兼起居的卧室", 9.0),
    ("gb55038-4.1.4-kitchen-area", "厨房", 3.5),
    ("gb50096-5.2.2-living-area", "起居室", 10.0),
):
    series(_clause, of_area(_name), (_limit + 1, _limit - 1, _limit, _limit - 0.006), without_body(_name))

# Between the two areas of a clause a person decides; below the smaller one a room fails.
for _clause, _name, _limit, _least in (
    ("gb50096-5.2.1-bedroom-area", "卧室", 9.0, 5.0),
    ("gb50096-5.3.1-kitchen-area", "厨房", 4.0, 3.5),
):
    series(
        _clause, of_area(_name), (_limit + 1, _least - 1, _limit, _least - 0.006), sized(of_area(_name), (_limit + _least) / 2)
    )
    case(_clause, "两档之间的下限", "manual", _least, kind="dwelling")(sized(of_area(_name), _least))

series("gb55038-4.1.1-bedroom-short-side", of_width("卧室"), (2.4, 1.6, 1.8, 1.798), without_body("卧室"))


@case("gb55038-4.1.1-bedroom-short-side", "L 形房间", "manual", 4.0, kind="dwelling")
def _odd(drawing: Drawing) -> None:
    drawing.storey("1F", 0.0)
    drawing.room("1F", "卧室", ((0, 0), (4, 0), (4, 2), (2, 2), (2, 4), (0, 4)))


def _storeys(drawing: Drawing, height: float) -> None:
    drawing.storey("2F", height)
    drawing.room("1F", "卧室", rectangle(0, 0, 3, 3))


series(
    "gb55038-4.1.2-storey-height",
    _storeys,
    (3.1, 2.8, 3.0, 2.998),
    plain(lambda drawing: drawing.room("1F", "卧室", rectangle(0, 0, 3, 3)) and None),
)
case("gb55038-4.1.2-storey-height", "既有住宅", "na", kind="dwelling", new_build=False)(sized(_storeys, 2.8))

# Of a room that is too low as a whole the share of the lower part is what fails.
for _clause, _full, _local in (
    ("gb55038-4.1.2-clear-height-living", 2.6, 2.2),
    ("gb50096-5.5.2-clear-height-living", 2.4, 2.1),
):
    _sizes = (_full + 0.2, _local - 0.1, _full, (_full - 0.002, "fail", 1.0))
    series(_clause, of_height("卧室"), _sizes, without_slab("卧室"))


def _beam(drawing: Drawing, width: float) -> None:
    of_height("起居室")(drawing, 2.8)
    drawing.element("IfcBeam", "1F", [drawing.box(0, 0, 2.3, 3, width, 2.8)])


# A beam at 2.30 m over the room's 3 × 4 m, of which 2 cm along the edge do not count.
case("gb55038-4.1.2-clear-height-living", "局部低于 2.60m", "pass", 2.3, kind="dwelling")(sized(_beam, 1.3))
case("gb55038-4.1.2-clear-height-living", "局部过大", "fail", 1.38 / 3.96, kind="dwelling")(sized(_beam, 1.4))

series("gb55038-4.1.2-clear-height-wet", of_height("厨房"), (2.4, 2.1, 2.2, 2.198), without_slab("卫生间"))
series("gb55038-4.2.1-corridor-height", of_height("走廊"), (2.4, 2.1, 2.2, 2.198), without_slab("走廊"))
series("gb55038-4.2.1-corridor-width", of_width("走廊"), (1.5, 1.1, 1.2, 1.198), without_body("走廊"))
series(
    "gb55038-4.1.6-bathroom-area",
    bathroom(TOILET, BASIN, SHOWER),
    (3.0, 2.0, 2.5, 2.494),
    sized(bathroom(), 2.4),
)
case("gb55038-4.1.6-bathroom-area", "两件洁具", "manual", 2.4, kind="dwelling")(sized(bathroom(TOILET, BASIN), 2.4))

series("gb55038-4.1.13-passage-width", of_width("玄关"), (1.3, 1.0, 1.1, 1.098), without_body("过道"))


def _passage_to(room: str) -> object:
    def draw(drawing: Drawing, width: float) -> None:
        drawing.room("1F", "过道", rectangle(0, 0.1, 4, 0.1 + width))
        for x in (0.0, 2.0):
            drawing.room("1F", room, rectangle(x, -2, x + 1.9, 0))
            drawing.door("1F", x + 0.4, 0.0, 0.94)

    return draw


for _name, _limit in (("卧室", 1.0), ("厨房", 0.9)):
    case("gb55038-4.1.13-passage-width", f"通往{_name}", "pass", _limit, kind="dwelling")(sized(_passage_to(_name), _limit))
    case("gb55038-4.1.13-passage-width", f"通往{_name}，略窄", "fail", _limit - 0.002, kind="dwelling")(
        sized(_passage_to(_name), _limit - 0.002)
    )

series("gb55038-4.1.14-door-width", door_between("卧室", "过道"), (0.85, 0.75, 0.8, 0.798), plain(lonely_door))
for _north, _south, _limit in (("起居室", "走廊", 0.9), ("厨房", "过道", 0.7), ("卫生间", "过道", 0.7)):
    for _name, _verdict, _width in (("门", "pass", _limit), ("门略窄", "fail", _limit - 0.002)):
        case("gb55038-4.1.14-door-width", f"{_north}至{_south}的{_name}", _verdict, _width, kind="dwelling")(
            sized(door_between(_north, _south), _width)
        )

series("gb55038-4.1.15-balcony-railing", guard("阳台"), (1.3, 1.05, 1.2, 1.198), None)


def _inner(drawing: Drawing) -> None:
    drawing.slab("1F", rectangle(0, 0, 8, 8), top=0.0)
    drawing.element("IfcRailing", "1F", [drawing.box(2, 4, 0.95, 6, 4.06, 1.0)])


series("gb55038-4.2.8-edge-railing", guard(None), (1.3, 1.05, 1.2, 1.198), plain(_inner))

# The clear width reaches to the handrail's middle, 0.03 m from the edge of the flight.
series(
    "gb55038-4.2.2-stair-width",
    lambda drawing, width: stair(drawing, width + 0.03),
    (1.2, 1.0, 1.1, 1.098),
    plain(lambda drawing: stair(drawing, 1.5, rail=None)),
    top_entrance_m=30.0,
)
for _name, _verdict, _width in (("最高入户层 15m", "pass", 1.0), ("最高入户层 15m，略窄", "fail", 0.998)):
    case("gb55038-4.2.2-stair-width", _name, _verdict, _width, kind="dwelling", top_entrance_m=15.0)(
        sized(lambda drawing, width: stair(drawing, width + 0.03), _width)
    )


def _no_steps(drawing: Drawing) -> None:
    drawing.element("IfcStair", "1F", [drawing.box(0, 0, 0, 3, 1.2, 1.5)], Name="楼梯")


series(
    "gb55038-4.2.2-step-size",
    lambda drawing, riser: stair(drawing, riser=riser),
    ((0.15, "pass", None), 0.2, (0.175, "pass", None), 0.1765),
    plain(_no_steps),
)
for _name, _verdict, _going in (("踏步宽 0.26m", "pass", None), ("踏步宽略小", "fail", 0.2585)):
    case("gb55038-4.2.2-step-size", _name, _verdict, _going, kind="dwelling")(
        sized(lambda drawing, going: stair(drawing, going=going), _going or 0.26)
    )


def _handrail_on_nothing(drawing: Drawing) -> None:
    whole = drawing.element("IfcStair", "1F", [], Name="楼梯")
    drawing.element("IfcRailing", "1F", [drawing.box(0, 0, 5, 3, 0.06, 6)], whole, Name="栏杆")


series(
    "gb55038-4.2.2-handrail-height",
    lambda drawing, height: stair(drawing, rail=height),
    (1.0, 0.8, 0.9, 0.898),
    plain(_handrail_on_nothing),
)


def lifts(storeys: int, count: int) -> object:
    """A building of so many inhabited storeys, 3 m each, with so many lifts."""

    def draw(drawing: Drawing) -> None:
        for number in range(storeys):
            drawing.storey(f"{number + 1}F", number * 3.0)
            drawing.room(f"{number + 1}F", "卧室", rectangle(0, 0, 3, 3), z=number * 3.0)
        for number in range(count):
            drawing.element("IfcTransportElement", "1F", [], Name=f"电梯{number + 1}", PredefinedType="ELEVATOR")

    return draw


for _name, _verdict, _storeys_count, _count in (
    ("pass", "pass", 4, 1),
    ("fail", "fail", 18, 1),
    ("limit", "pass", 12, 2),
    ("beyond", "fail", 12, 1),
):
    case("gb55038-4.2.4-lifts", _name, _verdict, _count, kind="dwelling")(lifts(_storeys_count, _count))
case("gb55038-4.2.4-lifts", "undecidable", "manual", 0, kind="dwelling")(lifts(4, 0))
case("gb55038-4.2.4-lifts", "三层", "na", kind="dwelling")(lifts(3, 0))
