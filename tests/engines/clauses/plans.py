"""Plans that many cases share, and tables of cases: one drawing, its dimension changed from row to row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.engines.clauses.battery import case
from tests.engines.ifc.drawing import Drawing, Plan, rectangle

JAMBS_AND_LEAF = 0.14  # what the drawn door takes from its opening: two jambs of 50 mm and an open leaf of 40 mm


@dataclass(frozen=True)
class Row:
    """One case of a table: its name, verdict and measured value, what the project knows, and how it is drawn."""

    name: str
    verdict: str
    value: float | str | None
    known: dict[str, Any]
    drawn: dict[str, Any]


def row(
    case_name: str, verdict: str, value: float | str | None = None, known: dict[str, Any] | None = None, /, **drawn: Any
) -> Row:
    """A row of ``table``."""
    return Row(case_name, verdict, value, known or {}, drawn)


def table(clause: str, draw: Callable[..., None], *rows: Row, kind: str = "public", **known: Any) -> None:
    """Registers a case for every row: ``draw(drawing, **row.drawn)``."""
    for one in rows:
        case(clause, one.name, one.verdict, one.value, kind=kind, **{**known, **one.known})(partial(draw, **one.drawn))


def grades(clause: str, draw: Callable[..., None], least: int, kind: str = "public", **known: Any) -> None:
    """The cases of a clause that asks for a fire door of a grade (丙 1, 乙 2, 甲 3); ``draw`` takes ``rating``."""
    said = ["无", "丙级", "乙级", "甲级"]
    table(
        clause,
        draw,
        row("pass", "pass", 3, rating="甲级"),
        row("fail", "fail", 0, rating="无"),
        row("limit", "pass", least, rating=said[least]),
        row("beyond", "fail", least - 1, rating=said[least - 1]),
        row("undecidable", "manual", rating=""),
        kind=kind,
        **known,
    )


def one_room(drawing: Drawing, function: str, outline: Plan | None = None, body: bool = True, z: float = 0.0) -> None:
    """One storey with one room; without a body nothing of it can be measured."""
    drawing.storey("1F", z)
    if body:
        drawing.room("1F", function, outline or rectangle(0, 0, 4, 3), z=z)
    else:
        drawing.element("IfcSpace", "1F", [], Name=function, LongName=function)


def strip(drawing: Drawing, function: str, width: float = 2.0, length: float = 10.0, body: bool = True) -> None:
    """A room ``length`` along x and ``width`` along y."""
    one_room(drawing, function, rectangle(0, 0, length, width), body)


def under_slab(drawing: Drawing, function: str, height: float | None) -> None:
    """A room under a slab; None leaves the slab away."""
    drawing.storey("1F", 0.0)
    drawing.room("1F", function, rectangle(0, 0, 4, 3), height=height or 2.8)
    if height is not None:
        drawing.slab("1F", rectangle(0, 0, 4, 3), top=height + 0.1, thickness=0.1)


def door_between(
    drawing: Drawing, north: str, south: str, clear: float = 0.90, rating: str = "", operation: str = "", z: float = 0.0
) -> None:
    """Two rooms and a door between them with its clear width, fire rating and way of opening."""
    drawing.storey("1F", z)
    drawing.room("1F", north, rectangle(0, 0.1, 4, 4), z=z)
    drawing.room("1F", south, rectangle(0, -3, 4, 0), z=z)
    kinds = {"OperationType": operation} if operation else {}
    door = drawing.door("1F", 1.0, 0.0, clear + JAMBS_AND_LEAF, **kinds)
    if rating:
        drawing.properties(door, "Pset_DoorCommon", FireRating=rating)


def outer_door(drawing: Drawing, room: str, clear: float = 1.2, operation: str = "") -> None:
    """A room with a door to the open air."""
    drawing.storey("1F", 0.0)
    drawing.room("1F", room, rectangle(0, 0.1, 4, 4))
    kinds = {"OperationType": operation} if operation else {}
    door = drawing.door("1F", 1.0, 0.0, clear + JAMBS_AND_LEAF, **kinds)
    drawing.properties(door, "Pset_DoorCommon", IsExternal=True)


def stair(
    drawing: Drawing,
    width: float = 1.2,
    riser: float = 0.15,
    count: int = 10,
    going: float = 0.28,
    rails: int = 1,
    rail: float = 1.05,
    **more: Any,
) -> Any:
    """A straight flight between two floors, with handrails on its south side (and north side) ``rail`` above the pitch line.

    ``more``: ``risers`` instead of equal ones, ``ends`` False leaves the floors away, ``headroom`` above the highest tread,
    ``external`` for a stair that says it is outside.
    """
    if not drawing.storeys:
        drawing.storey("1F", 0.0)
    risers = more.get("risers") or (riser,) * count
    run, top = going * (len(risers) - 1), sum(risers)
    if more.get("ends", True):
        drawing.slab("1F", rectangle(-2, 0, 0, width), top=0.0)
        drawing.slab("1F", rectangle(run, 0, run + 2, width), top=top)
    flight = drawing.flight("1F", risers, going, width)
    for number in range(rails):
        handrail(drawing, run, risers[0] / going, rail, (0.0, width - 0.06)[number], risers[0])
    if "headroom" in more:
        above = top - risers[-1] + more["headroom"]
        drawing.slab("1F", rectangle(0, 0, run, width), top=above + 0.1, thickness=0.1)
    if more.get("external"):
        drawing.properties(flight, "Pset_StairFlightCommon", IsExternal=True)
    return flight


def handrail(drawing: Drawing, run: float, slope: float, height: float, y: float, first: float) -> None:
    """A rail 60 mm wide whose top runs ``height`` above the line through the nosings, the first of them at ``first``."""
    low, high = first + height, first + height + run * slope
    profile = ((0, low - 0.1), (run, high - 0.1), (run, high), (0, low))
    drawing.element("IfcRailing", "1F", [drawing.sloping(profile, y, y + 0.06)], PredefinedType="HANDRAIL")


def floors(drawing: Drawing, function: str, levels: list[float], fire_class: str = "") -> None:
    """Storeys at these levels, each with one room of a use; the building says its fire class."""
    for number, level in enumerate(levels):
        drawing.storey(f"{number + 1}F", level)
        drawing.room(f"{number + 1}F", function, rectangle(0, 0, 4, 3), z=level)
    declare(drawing, fire_class)


def declare(drawing: Drawing, fire_class: str = "", sprinklers: bool | None = None) -> None:
    """What the building says of its fire resistance and its sprinklers."""
    said: dict[str, Any] = {"FireProtectionClass": fire_class} if fire_class else {}
    if sprinklers is not None:
        said["SprinklerProtection"] = sprinklers
    if said:
        drawing.properties(drawing.building, "Pset_BuildingCommon", **said)
