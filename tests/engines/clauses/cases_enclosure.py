"""Cases of ``cn-base/enclosure.yaml``: fire compartments, stairwells, fire doors, storeys of uses."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.engines.clauses.battery import WITHOUT_LIMIT
from tests.engines.clauses.plans import declare, door_between, floors, grades, one_room, row, strip, table
from tests.engines.ifc.drawing import Drawing, rectangle

_NO_OPENING = "whether there is such a door has no measured limit: none is allowed"
WITHOUT_LIMIT |= {"gb55037-7.1.8-stairwell-openings": _NO_OPENING, "gb55037-7.1.8-lobby-openings": _NO_OPENING}


def compartment(drawing: Drawing, spaces: list[Any], name: str = "防火分区1", area: float | None = None) -> None:
    """Puts rooms into a fire compartment that declares a gross area."""
    zone = drawing.add("IfcZone", Name=name)
    drawing.add("IfcRelAssignsToGroup", RelatedObjects=spaces, RelatingGroup=zone)
    if area is not None:
        quantity = drawing.file.createIfcQuantityArea("GrossFloorArea", None, None, float(area))
        quantities = drawing.add("IfcElementQuantity", Name="Qto_ZoneBaseQuantities", Quantities=[quantity])
        drawing.add("IfcRelDefinesByProperties", RelatedObjects=[zone], RelatingPropertyDefinition=quantities)


def zoned(
    drawing: Drawing,
    area: float | None,
    function: str = "办公室",
    depth: float = 20.0,
    z: float = 0.0,
    zone: bool = True,
    sprinklers: bool | None = False,
    by_property: bool = False,
) -> None:
    """One room 40 m long in a compartment that declares ``area``; below ground at a negative height."""
    if z < 0:
        drawing.storey("B1", z)
    drawing.storey("1F", 0.0)
    drawing.room("1F", "门厅", rectangle(0, 0, 2, 2))
    space = drawing.room("B1" if z < 0 else "1F", function, rectangle(0, 0, 40, depth), z=z)
    if zone:
        compartment(drawing, [space], area=area)
    if by_property:
        drawing.properties(space, "防火", 防火分区="F-1")
    declare(drawing, "二级", sprinklers)


table(
    "gb55037-4.3.16-compartment-above",
    zoned,
    row("pass", "pass", 2000.0, area=2000.0),
    row("fail", "fail", 4000.0, area=None, depth=100.0),
    row("limit", "pass", 2500.0, area=2500.0),
    row("beyond", "fail", 2500.01, area=2500.01),
    row("高层", "fail", 1500.01, {"height_m": 24.1}, area=1500.01),
    row("设自动灭火系统", "pass", 5000.0, area=5000.0, sprinklers=True),
    row("未写明自动灭火系统", "manual", 3000.0, area=3000.0, sprinklers=None),
    row("商店营业厅", "manual", 4000.0, area=4000.0, function="营业厅"),
    row("由空间推算面积", "pass", 848.64, area=None),
    row("推算面积跨越限值", "manual", area=None, depth=62.0),
    row("按空间属性划分", "fail", 4000.0, area=None, depth=100.0, zone=False, by_property=True),
    row("整栋小于一个防火分区", "pass", area=None, depth=10.0, zone=False),
    row("undecidable", "manual", area=None, depth=70.0, zone=False),
    height_m=12.0,
)
table(
    "gb55037-4.3.16-compartment-below",
    partial(zoned, depth=10.0, z=-4.0),
    row("pass", "pass", 450.0, area=450.0),
    row("fail", "fail", 800.0, area=None, depth=20.0),
    row("limit", "pass", 500.0, area=500.0),
    row("beyond", "fail", 500.01, area=500.01),
    row("设备用房", "pass", 1000.0, area=1000.0, function="设备用房"),
    row("undecidable", "manual", area=None, zone=False, depth=20.0),
)


def door_of_two_compartments(drawing: Drawing, rating: str) -> None:
    """Two corridors in two compartments and the door between them."""
    door_between(drawing, "走廊", "走道", rating=rating)
    for number, space in enumerate(drawing.file.by_type("IfcSpace")):
        compartment(drawing, [space], f"防火分区{number + 1}")


grades("gb55037-6.4.2-compartment-door", door_of_two_compartments, 3)
grades("gb55037-6.4.2-garage-door", partial(door_between, north="车库", south="楼梯间"), 3)
grades("gb55037-6.4.2-refuge-door", partial(door_between, north="避难间", south="走廊"), 3)
grades("gb55037-6.4.3-stair-door-public", partial(door_between, north="走廊", south="楼梯间"), 2, height_m=24.1)
grades("gb55037-6.4.3-stair-door-dwelling", partial(door_between, north="走廊", south="楼梯间"), 2, "dwelling", height_m=27.1)
grades("gb50016-6.4.13-vestibule-door", partial(door_between, north="防火隔间", south="走廊"), 3)
table(
    "gb50016-6.4.13-vestibule-area",
    partial(strip, function="防火隔间", length=3.0),
    row("pass", "pass", 9.0, width=3.0),
    row("fail", "fail", 3.0, width=1.0),
    row("limit", "pass", 6.0, width=2.0),
    row("beyond", "fail", 5.994, width=1.998),
    row("undecidable", "manual", body=False),
)


def stairwell(
    drawing: Drawing, before: str | None, level: float = 3.0, use: str = "", basements: int = 1, rating: str = ""
) -> None:
    """A stairwell on the storey at ``level`` behind a door to ``before``; "open" meets the corridor without a wall, None has no
    door. ``rating`` is that of a flat's door on the same corridor.
    """
    below = [level + 4.0 * n for n in range(basements)] if level < 0 else []
    for number, z in enumerate(sorted({*below, 0.0, level, max(level, 0.0) + 3.0})):
        drawing.storey(f"L{number}", z)
        if z in (0.0, *below):
            drawing.room(f"L{number}", use or "办公室", rectangle(20, 20, 24, 24), z=z)
        if z != level:
            continue
        drawing.room(f"L{number}", "楼梯间", rectangle(0, -4, 3, 0), z=z)
        if before is not None:
            drawing.room(
                f"L{number}", "走廊" if before == "open" else before, rectangle(0, 0.0 if before == "open" else 0.1, 8, 2), z=z
            )
        if before not in (None, "open"):
            drawing.door(f"L{number}", 1.0, 0.0, 1.0, z=z)
        if rating:
            drawing.room(f"L{number}", "起居室", rectangle(3.5, 2.1, 8, 6), z=z)
            drawing.properties(drawing.door(f"L{number}", 5.0, 2.0, 1.0, z=z), "Pset_DoorCommon", FireRating=rating)


def enclosed(clause: str, kind: str = "public", level: float = 3.0, use: str = "", **known: Any) -> None:
    """An enclosed stairwell is asked for."""
    table(
        clause,
        partial(stairwell, level=level, use=use),
        row("pass", "pass", 2, before="前室"),
        row("fail", "fail", 0, before="open"),
        row("limit", "pass", 1, before="走廊"),
        row("beyond", "fail", 0, before="open"),
        row("undecidable", "manual", before=None),
        kind=kind,
        **known,
    )


def smoke_proof(clause: str, kind: str = "public", level: float = 3.0, basements: int = 1, **known: Any) -> None:
    """A smoke-proof stairwell is asked for."""
    table(
        clause,
        partial(stairwell, level=level, basements=basements),
        row("pass", "pass", 2, before="前室"),
        row("fail", "fail", 0, before="open"),
        row("limit", "pass", 2, before="合用前室"),
        row("beyond", "fail", 1, before="走廊"),
        row("undecidable", "manual", before="电梯厅"),
        row("外廊", "manual", before="外廊"),
        kind=kind,
        **known,
    )


smoke_proof("gb55037-7.4.4-smoke-proof-stair", height_m=32.1)
enclosed("gb55037-7.4.5-enclosed-stair-high", height_m=32.0)
enclosed("gb55037-7.4.5-enclosed-stair-use", use="病房", height_m=12.0)
table(
    "gb55037-7.3.2-enclosed-stair",
    stairwell,
    row("pass", "pass", 2, before="前室"),
    row("fail", "fail", 0, before="open", rating="无"),
    row("limit", "pass", 1, before="走廊"),
    row("beyond", "fail", 0, before="open", rating="丙级"),
    row("户门为防火门", "na", before="open", rating="乙级"),
    row("undecidable", "manual", before="open"),
    kind="dwelling",
    height_m=30.0,
)
smoke_proof("gb55037-7.3.2-smoke-proof-stair", "dwelling", height_m=33.1)
enclosed("gb55037-7.1.10-enclosed-basement-stair", level=-4.0)
smoke_proof("gb55037-7.1.10-smoke-proof-basement-stair", level=-12.0, basements=3)


def six_storeys(drawing: Drawing, before: str | None) -> None:
    """Six storeys of offices, a stairwell on the second."""
    floors(drawing, "办公室", [3.0 * number for number in range(6)])
    drawing.room("2F", "楼梯间", rectangle(10, -4, 13, 0), z=3.0)
    if before == "open":
        drawing.room("2F", "走廊", rectangle(10, 0, 18, 2), z=3.0)
    elif before is not None:
        drawing.room("2F", before, rectangle(10, 0.1, 18, 2), z=3.0)
        drawing.door("2F", 11.0, 0.0, 1.0, z=3.0)


table(
    "gb55037-7.4.5-enclosed-stair-storeys",
    six_storeys,
    row("pass", "pass", 2, before="前室"),
    row("fail", "fail", 0, before="open"),
    row("limit", "pass", 1, before="走廊"),
    row("beyond", "fail", 0, before="open"),
    row("undecidable", "manual", before=None),
    height_m=20.0,
)


def opening(clause: str, room: str) -> None:
    """A door from a stairwell or lobby to a corridor, a shaft, or a room of unknown use."""
    table(
        clause,
        partial(door_between, north=room),
        row("pass", "pass", 0, south="走廊"),
        row("fail", "fail", 1, south="管井"),
        row("undecidable", "manual", south="A-01"),
    )


opening("gb55037-7.1.8-stairwell-openings", "楼梯间")
opening("gb55037-7.1.8-lobby-openings", "前室")


def on_storey(drawing: Drawing, function: str, number: int, fire_class: str = "二级", loose: bool = False) -> None:
    """Storeys from the fourth basement to the fifth floor, a room of the use on one of them; ``loose`` on none."""
    for each in [*range(-4, 0), *range(1, 6)]:
        name, z = str(each), 4.0 * (each if each < 0 else each - 1)
        drawing.storey(name, z)
        drawing.room(name, function if each == number else "办公室", rectangle(0, 0, 4, 3), z=z)
    if loose:
        drawing.add("IfcSpace", Name=function, LongName=function)
    declare(drawing, fire_class)


def numbered(clause: str, function: str, fine: int, limit: int, beyond: int, far: int) -> None:
    """A use that may lie on some storeys only."""
    table(
        clause,
        partial(on_storey, function=function),
        row("pass", "pass", fine, number=fine),
        row("fail", "fail", far, number=far),
        row("limit", "pass", limit, number=limit),
        row("beyond", "fail", beyond, number=beyond),
        row("undecidable", "manual", number=0, loose=True),
    )


numbered("gb55037-4.1.7-pump-room", "消防水泵房", 1, -2, -3, -4)
numbered("gb55037-4.1.8-control-room", "消防控制室", 1, -1, 2, 5)
numbered("gb55037-4.3.3-shop-storey", "营业厅", 1, -2, -3, -4)
numbered("gb55037-4.3.4-children-storey", "儿童活动室", 1, 3, 4, -1)
table(
    "gb55037-4.3.4-children-storey",
    partial(on_storey, function="儿童活动室", number=3),
    row("三级耐火", "fail", 3, fire_class="三级"),
    row("未写明耐火等级", "manual", 3, fire_class=""),
)


def basement(drawing: Drawing, own: str = "", building: str = "") -> None:
    """A basement that declares a fire class, under a building that may."""
    storey = drawing.storey("B1", -4.0)
    drawing.room("B1", "设备用房", rectangle(0, 0, 4, 3), z=-4.0)
    one_room(drawing, "办公室")
    if own:
        drawing.properties(storey, "防火", FireProtectionClass=own)
    declare(drawing, building)


table(
    "gb55037-5.1.2-basement-fire-class",
    basement,
    row("pass", "pass", 1, building="一级"),
    row("fail", "fail", 3, own="三级"),
    row("limit", "pass", 1, own="一级", building="二级"),
    row("beyond", "fail", 2, own="二级"),
    row("undecidable", "manual", 2, building="二级"),
)


def rated(drawing: Drawing, ifc_class: str, name: str, said: str) -> None:
    """A wall or slab that declares its fire resistance."""
    drawing.storey("1F", 0.0)
    element = drawing.element(ifc_class, "1F", [drawing.box(0, 0, 0, 4, 0.2, 3)], Name=name)
    if said:
        drawing.properties(element, "Pset_WallCommon" if ifc_class == "IfcWall" else "Pset_SlabCommon", FireRating=said)


table(
    "gb55037-6.1.3-fire-wall",
    partial(rated, ifc_class="IfcWall", name="防火墙-1"),
    row("pass", "pass", 4.0, said="4.00h"),
    row("fail", "fail", 2.0, said="2.00h"),
    row("limit", "pass", 3.0, said="180min"),
    row("beyond", "fail", 2.99, said="2.99h"),
    row("undecidable", "manual", said="甲级"),
)
table(
    "gb55037-5.1.3-slab-rating",
    partial(rated, ifc_class="IfcSlab", name="楼板"),
    row("pass", "pass", 2.5, said="2.50h"),
    row("fail", "fail", 1.5, said="1.50h"),
    row("limit", "pass", 2.0, said="120"),
    row("beyond", "fail", 1.99, said="1.99 h"),
    row("undecidable", "manual", said=""),
    height_m=100.1,
)
