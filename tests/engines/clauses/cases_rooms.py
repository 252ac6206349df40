"""Cases of ``cn-base/rooms.yaml``."""

from __future__ import annotations

from tests.engines.clauses.battery import Draw, case
from tests.engines.clauses.cases_accessibility import step
from tests.engines.clauses.cases_flats import sill, windows
from tests.engines.clauses.rooms import (
    BASIN,
    TOILET,
    Sized,
    door_between,
    of_area,
    of_height,
    of_width,
    plain,
    series,
    sized,
    without_body,
    without_slab,
)
from tests.engines.ifc.drawing import Drawing, rectangle
from tests.engines.ifc.fittings import fixture, flat, measures, window


def airy(room: str, area: float = 12.0, share: float | None = 0.5) -> Sized:
    """A room 4 m wide of that area; so many m² of its window 1.5 m high open, a ``share`` of its opening as declared."""

    def draw(drawing: Drawing, openable: float) -> None:
        drawing.room("1F", room, rectangle(0, 0.1, 4, 0.1 + area / 4))
        made = window(drawing, "1F", 0.5, 0.0, openable / (share or 1.0) / 1.5, 0.9, 1.5)
        if share is not None:
            measures(drawing, made, "Hezhu_Ventilation", OpenableAreaFraction=share)

    return draw


for _clause, _room in (("gb55038-6.3.3-ventilation", "卧室"), ("gb55015-3.1.14-ventilation", "书房")):
    # 5% of 12 m² are 0.60 m²
    _sizes = ((0.9, "pass", 0.075), (0.3, "fail", 0.025), (0.6, "pass", 0.05), (0.598, "fail", 0.0498))
    series(_clause, airy(_room), _sizes, sized(airy(_room, share=None), 1.2))
for _clause in ("gb55038-6.3.3-kitchen-ventilation", "gb50096-7.2.4-kitchen-ventilation"):
    # 10% of 8 m² are 0.80 m²; of 5 m² only 0.50 m², so that 0.60 m² are asked for
    _sizes = ((1.0, "pass", 0.125), (0.4, "fail", 0.05), (0.8, "pass", 0.1), (0.798, "fail", 0.0998))
    series(_clause, airy("厨房", 8.0), _sizes, sized(airy("厨房", 8.0, share=None), 1.2))
    for _name, _verdict, _area in (("小厨房", "pass", 0.6), ("小厨房，略小", "fail", 0.594)):
        case(_clause, _name, _verdict, _area, kind="dwelling")(sized(airy("厨房", 5.0), _area))


@case("gb55038-6.3.3-ventilation", "平开阳台门", "pass", 1.7 * 2.04 / 12.0, kind="dwelling")
def _balcony_door(drawing: Drawing) -> None:
    drawing.storey("1F", 0.0)
    drawing.room("1F", "起居室", rectangle(0, 0.1, 4, 3.1))
    drawing.room("1F", "阳台", rectangle(0, -1.5, 4, 0))
    drawing.door("1F", 1.0, 0.0, 1.84)


@case("gb55038-6.3.3-ventilation", "固定窗", "fail", 0.0, kind="dwelling")
def _fixed(drawing: Drawing) -> None:
    drawing.storey("1F", 0.0)
    drawing.room("1F", "卧室", rectangle(0, 0.1, 4, 3.1))
    made = window(drawing, "1F", 0.5, 0.0, 1.5, 0.9, 1.5)
    panel = drawing.add("IfcWindowPanelProperties", OperationType="FIXEDCASEMENT", PanelPosition="NOTDEFINED")
    kind = drawing.add("IfcWindowType", HasPropertySets=[panel], PredefinedType="WINDOW", PartitioningType="SINGLE_PANEL")
    drawing.add("IfcRelDefinesByType", RelatedObjects=[made], RelatingType=kind)


_STEPS = (0.0, 0.05, 0.015, 0.017)
series("gb55038-4.1.12-floor-step", step("过道", "卫生间"), _STEPS, sized(step("过道", "卫生间", slabs=False), 0.0))
series("gb55038-4.1.12-entrance-step", step("走廊", "起居室"), _STEPS, sized(step("走廊", "起居室", slabs=False), 0.0))


@case("gb55038-4.1.12-floor-step", "面层找平", "pass", 0.0, kind="dwelling")
def _finished(drawing: Drawing) -> None:
    drawing.storey("1F", 0.0)
    step("过道", "卫生间")(drawing, 0.05)
    finish = [drawing.prism(rectangle(0, -4, 4, 0.05), -0.05, 0.05)]
    drawing.element("IfcCovering", "1F", finish, PredefinedType="FLOORING")


series(
    "gb55038-4.1.14-entrance-door-existing",
    door_between("起居室", "走廊"),
    (0.9, 0.75, 0.8, 0.798),
    sized(door_between("起居室", "走廊", OperationType="SLIDING_TO_LEFT"), 1.0),
    new_build=False,
)
case("gb55038-4.1.14-entrance-door-existing", "卧室门不在此列", "na", kind="dwelling", new_build=False)(
    sized(door_between("卧室", "过道"), 0.6)
)


def duplex(bathrooms: int, zone: bool = True, fixtures: tuple[tuple[str, str], ...] = ()) -> Draw:
    """A flat on two storeys with bathrooms on the lower one and so many on the upper."""

    def draw(drawing: Drawing) -> None:
        rooms = []
        for level, (name, count) in enumerate((("起居室", 1), ("卧室", bathrooms))):
            storey = f"{level + 1}F"
            drawing.storey(storey, level * 3.0)
            rooms.append(drawing.room(storey, name, rectangle(0, 0, 4, 4), z=level * 3.0))
            for number in range(count):
                bath = drawing.room(storey, "卫生间", rectangle(5 + number * 3, 0, 7 + number * 3, 2), z=level * 3.0)
                for fitted in fixtures:
                    fixture(drawing, bath, *fitted)
                rooms.append(bath)
        if zone:
            flat(drawing, "101", *rooms)

    return draw


for _name, _verdict, _count, _draw in (
    ("pass", "pass", 1, duplex(2)),
    ("fail", "fail", 0, duplex(1, fixtures=(BASIN,))),
    ("limit", "pass", 1, duplex(1)),
    ("beyond", "fail", 0, duplex(0)),
    ("undecidable", "manual", None, duplex(1, zone=False)),
    ("带便器和洗面器", "pass", 1, duplex(1, fixtures=(TOILET, BASIN))),
):
    case("gb55038-4.1.8-storey-toilets", _name, _verdict, _count, kind="dwelling")(_draw)


def whole_flat(living: str = "起居室", zone: bool = True, unknown: bool = False) -> Sized:
    """A flat of that use area: 10 m² of bedroom (none where the bedroom is the living room), 8 m² of wet rooms, the rest to live in."""

    def draw(drawing: Drawing, area: float) -> None:
        rooms = [drawing.room("1F", "厨房", rectangle(0, 0, 2, 2)), drawing.room("1F", "卫生间", rectangle(3, 0, 5, 2))]
        rest = area - 8.0
        if living == "起居室":
            rooms.append(drawing.room("1F", "A-01" if unknown else "卧室", rectangle(6, 0, 8, 5)))
            rest -= 10.0
        rooms.append(drawing.room("1F", living, rectangle(10, 0, 12, rest / 2)))
        rooms.append(drawing.room("1F", "阳台", rectangle(14, 0, 16, 2)))
        if zone:
            flat(drawing, "101", *rooms)

    return draw


series("gb50096-5.1.2-flat-area", whole_flat(), (35.0, 25.0, 30.0, 29.994), sized(whole_flat(zone=False), 35.0))
case("gb50096-5.1.2-flat-area", "最小套型", "pass", 22.0, kind="dwelling")(sized(whole_flat("兼起居的卧室"), 22.0))
case("gb50096-5.1.2-flat-area", "最小套型，略小", "fail", 21.994, kind="dwelling")(sized(whole_flat("兼起居的卧室"), 21.994))
case("gb50096-5.1.2-flat-area", "房间功能未知", "manual", 25.0, kind="dwelling")(sized(whole_flat(unknown=True), 25.0))

series("gb50096-5.2.1-bedroom-living-area", of_area("兼起居的卧室"), (13.0, 11.0, 12.0, 11.994), without_body("兼起居的卧室"))


def dark(enclosed: bool = True) -> Sized:
    """A dining room of that area between four rooms and below one."""

    def draw(drawing: Drawing, area: float) -> None:
        depth = area / 2
        drawing.room("1F", "餐厅", rectangle(0, 0, 2, depth))
        if enclosed:
            sides = ((-3, -3, 6, -0.1), (-3, depth + 0.1, 6, depth + 3), (-3, 0, -0.1, depth), (2.1, 0, 6, depth))
            for side in sides:
                drawing.room("1F", "储藏室", rectangle(*side))
            drawing.storey("2F", 3.0)
            drawing.room("2F", "卧室", rectangle(-1, -1, 3, depth + 1), z=3.0)

    return draw


series("gb50096-5.2.4-dark-room", dark(), (8.0, 12.0, 10.0, 10.006), sized(dark(enclosed=False), 12.0))


@case("gb50096-5.2.4-dark-room", "有外窗", "na", kind="dwelling")
def _lit_dining(drawing: Drawing) -> None:
    drawing.storey("1F", 0.0)
    drawing.room("1F", "餐厅", rectangle(0, 0.1, 4, 5))
    window(drawing, "1F", 0.5, 0.0, 1.5, 0.9, 1.5)


series("gb50096-5.3.5-kitchen-width", of_width("厨房", 4.0), (1.8, 1.4, 1.5, 1.498), without_body("厨房"))
series("gb50096-5.5.4-clear-height-wet", of_height("卫生间"), (2.4, 2.1, 2.2, 2.198), without_slab("卫生间"))
series("gb50096-6.5.1-corridor-height", of_height("走廊"), (2.2, 1.9, 2.0, 1.998), without_slab("走廊"))


def sunny(width: float | None = None, zone: bool = True) -> Sized:
    """A flat whose bedroom has a window so wide, and whose kitchen has a wider one."""

    def draw(drawing: Drawing, size: float) -> None:
        rooms = [drawing.room("1F", "卧室", rectangle(0, 0.1, 4, 4)), drawing.room("1F", "厨房", rectangle(5, 0.1, 9, 4))]
        if width != 0.0:
            window(drawing, "1F", 0.5, 0.0, size, 0.9, 1.5)
        window(drawing, "1F", 5.5, 0.0, 1.5, 0.9, 1.5)
        if zone:
            flat(drawing, "101", *rooms)

    return draw


series("gb50096-7.1.2-sun-window", sunny(), (1.2, 0.5, 0.6, 0.598), sized(sunny(zone=False), 1.2))
case("gb50096-7.1.2-sun-window", "未建外窗", "manual", kind="dwelling")(sized(sunny(width=0.0), 0.0))

series(
    "gb55031-6.5.6-window-sill",
    sill("办公室"),
    (0.9, (0.5, "manual", 0.5), 0.8, (0.798, "manual", 0.798)),
    sized(sill("办公室"), 0.3),
    kind="public",
)
for _name, _verdict, _guard in (("窗前栏杆 0.80m", "pass", 0.8), ("窗前栏杆略低", "fail", 0.798)):
    case("gb55031-6.5.6-window-sill", _name, _verdict, _guard)(sized(sill("办公室", guard=_guard), 0.3))
case("gb55031-6.5.6-window-sill", "住宅", "na", kind="dwelling")(plain(lambda drawing: windows(1)(drawing)))


def attic(covered: bool = True) -> Sized:
    """A bedroom 5 × 4 m under a roof that rises along x at 45°: 2.20 m are reached over that share of what lies 2 cm off its walls."""

    def draw(drawing: Drawing, share: float) -> None:
        drawing.room("1F", "卧室", rectangle(0, 0, 5, 4), height=2.2)
        reached = 4.98 - share * 4.96
        end = 6.0 if covered else 4.0
        low, high = 2.2 - reached - 1.0, 2.2 - reached + end
        profile = ((-1.0, low), (end, high), (end, high + 0.2), (-1.0, low + 0.2))
        drawing.element("IfcSlab", "1F", [drawing.sloping(profile, -1.0, 5.0)], Name="屋面板", PredefinedType="ROOF")

    return draw


# The 1 mm of measuring tolerance in height is 1 mm along the slope of 45°, 0.0002 of the floor.
_SHARES = ((0.7, "pass", 0.7002), (0.3, "fail", 0.3002), (0.4999, "pass", 0.5001), (0.4996, "fail", 0.4998))
series("gb55038-4.1.2-clear-height-slope", attic(), _SHARES, sized(attic(covered=False), 0.7))
case("gb55038-4.1.2-clear-height-slope", "平屋顶", "na", kind="dwelling")(sized(of_height("卧室"), 2.8))
case("gb55038-4.1.2-clear-height-living", "坡屋顶下按 4.1.2-3", "na", kind="dwelling")(sized(attic(), 0.7))


def slab(*layers: str, material: str = "") -> Sized:
    """A floor slab so thick: of these equal layers, or of one material."""

    def draw(drawing: Drawing, thickness: float) -> None:
        made = drawing.slab("1F", rectangle(0, 0, 4, 4), top=0.0, thickness=thickness, PredefinedType="FLOOR")
        create = drawing.file.create_entity
        if layers:
            each = [create("IfcMaterialLayer", create("IfcMaterial", name), thickness / len(layers)) for name in layers]
            drawing.add("IfcRelAssociatesMaterial", RelatedObjects=[made], RelatingMaterial=create("IfcMaterialLayerSet", each))
        elif material:
            drawing.add("IfcRelAssociatesMaterial", RelatedObjects=[made], RelatingMaterial=create("IfcMaterial", material))

    return draw


series("gb55038-5.0.4-slab-thickness", slab(material="钢筋混凝土 C30"), (0.12, 0.08, 0.1, 0.098), sized(slab(), 0.12))
for _name, _verdict, _thickness in (("叠合板", "pass", 0.13), ("叠合板，略薄", "fail", 0.098)):
    case("gb55038-5.0.4-slab-thickness", _name, _verdict, _thickness, kind="dwelling")(
        sized(slab("预制混凝土 C30", "现浇混凝土 C30"), _thickness)
    )
case("gb55038-5.0.4-slab-thickness", "面层不计", "fail", 0.08, kind="dwelling")(sized(slab("混凝土", "砂浆"), 0.16))
case("gb55038-5.0.4-slab-thickness", "木楼板", "na", kind="dwelling")(sized(slab(material="木"), 0.05))
