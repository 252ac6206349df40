"""Drawings of rooms, doors, stairs and railings that the cases of dwellings and accessibility share, and the usual five cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.engines.clauses.battery import Draw, case
from tests.engines.ifc.drawing import Drawing, rectangle
from tests.engines.ifc.fittings import fixture

Sized = Callable[[Drawing, float], None]
Expected = float | tuple[float, str, float | str | None]
_NAMES = ("pass", "fail", "limit", "beyond")
_VERDICTS = {"pass": "pass", "fail": "fail", "limit": "pass", "beyond": "fail"}


def series(
    clause: str, draw: Sized, sizes: tuple[Expected, ...], undecided: Draw | None, kind: str = "dwelling", **known: Any
) -> None:
    """Five cases: ``draw`` at the four sizes (pass, fail, limit, beyond), and what no model can decide.

    The size is the value that must be measured; (size, verdict, value) says otherwise. Without ``undecided`` the same drawing
    of a building of unknown kind is what cannot be decided.
    """
    for name, wanted in zip(_NAMES, sizes, strict=True):
        size, verdict, value = wanted if isinstance(wanted, tuple) else (wanted, _VERDICTS[name], wanted)
        case(clause, name, verdict, value, kind=kind, **known)(sized(draw, size))
    first = sizes[0] if not isinstance(sizes[0], tuple) else sizes[0][0]
    if undecided is None:
        case(clause, "undecidable", "manual", kind="unknown", **known)(sized(draw, first))
    else:
        case(clause, "undecidable", "manual", kind=kind, **known)(undecided)


def sized(draw: Sized, size: float) -> Draw:
    """The drawing at one size, on a storey 1F at 0.00."""

    def at(drawing: Drawing) -> None:
        if "1F" not in drawing.storeys:
            drawing.storey("1F", 0.0)
        draw(drawing, size)

    return at


def plain(draw: Draw) -> Draw:
    """A drawing without a size, on a storey 1F at 0.00."""
    return sized(lambda drawing, _: draw(drawing), 0.0)


def of_area(name: str) -> Sized:
    """A room 2 m wide, of that area."""
    return lambda drawing, area: drawing.room("1F", name, rectangle(0, 0, 2.0, area / 2)) and None


def of_width(name: str, length: float = 6.0) -> Sized:
    """A room so wide along y."""
    return lambda drawing, width: drawing.room("1F", name, rectangle(0, 0, length, width)) and None


def of_height(name: str) -> Sized:
    """A room 3 × 4 m under a slab at that height."""

    def draw(drawing: Drawing, height: float) -> None:
        drawing.room("1F", name, rectangle(0, 0, 3, 4), height=height)
        drawing.slab("1F", rectangle(0, 0, 3, 4), top=height + 0.1, thickness=0.1)

    return draw


def without_slab(name: str) -> Draw:
    """A room with nothing modelled above it."""
    return plain(lambda drawing: drawing.room("1F", name, rectangle(0, 0, 3, 4)) and None)


def without_body(name: str) -> Draw:
    """A space that has only a name."""
    return plain(lambda drawing: drawing.element("IfcSpace", "1F", [], Name=name, LongName=name) and None)


def bathroom(*fixtures: tuple[str, str]) -> Sized:
    """A bathroom of that area with fixtures (name and IFC kind)."""

    def draw(drawing: Drawing, area: float) -> None:
        room = drawing.room("1F", "卫生间", rectangle(0, 0, 2.0, area / 2))
        for name, kind in fixtures:
            fixture(drawing, room, name, kind)

    return draw


TOILET, BASIN, SHOWER = ("坐便器", "TOILETPAN"), ("洗面器", "WASHHANDBASIN"), ("淋浴器", "SHOWER")


def door_between(north: str, south: str, **door: Any) -> Sized:
    """Two rooms and a hinged door between them; the size is its clear width (jambs 0.05 m, leaf 0.04 m)."""

    def draw(drawing: Drawing, clear: float) -> None:
        drawing.room("1F", north, rectangle(0, 0.1, 4, 4))
        drawing.room("1F", south, rectangle(0, -2, 4, 0))
        drawing.door("1F", 1.0, 0.0, clear + 0.14, **door)

    return draw


def lonely_door(drawing: Drawing) -> None:
    """A narrow door beside which no room is modelled."""
    drawing.room("1F", "卧室", rectangle(10, 10, 14, 14))
    drawing.door("1F", 1.0, 0.0, 0.9)


def stair(
    drawing: Drawing, width: float = 1.2, riser: float = 0.15, going: float = 0.28, rail: float | None = 1.1, steps: int = 10
) -> None:
    """A flight along x between two slabs, with a handrail ``rail`` above its pitch line, 0.06 m wide, on its south side."""
    run, top = going * (steps - 1), riser * steps
    drawing.slab("1F", rectangle(-2, 0, 0, width), top=0.0)
    drawing.slab("1F", rectangle(run, 0, run + 2, width), top=top)
    drawing.flight("1F", (riser,) * steps, going, width)
    if rail is not None:
        low, slope = riser + rail - 0.1, riser / going
        profile = ((0, low), (run, low + run * slope), (run, low + 0.1 + run * slope), (0, low + 0.1))
        drawing.element("IfcRailing", "1F", [drawing.sloping(profile, 0.0, 0.06)], PredefinedType="HANDRAIL")


def guard(place: str | None) -> Sized:
    """A guard of that height along the south edge of a slab; on a balcony where ``place`` names one."""

    def draw(drawing: Drawing, height: float) -> None:
        drawing.slab("1F", rectangle(0, 0, 4, 1.5), top=0.0)
        if place:
            drawing.room("1F", place, rectangle(0, 0.1, 4, 1.5))
        drawing.element("IfcRailing", "1F", [drawing.box(0, 0, height - 0.05, 4, 0.06, height)])

    return draw
