"""Floors with corridors, rooms and stairwells: where the walks of the evacuation clauses have exact lengths."""

from __future__ import annotations

from math import sqrt
from typing import Any

from tests.engines.clauses.plans import declare
from tests.engines.ifc.drawing import Drawing, rectangle

IN_TWO_DOORS = 0.1  # half of the wall of the room's door and half of the stair's
KNOWN = {"fire_class": "二级", "sprinklers": False}


def corridor(drawing: Drawing, x0: float, x1: float, storey: str = "1F", name: str = "走廊", width: float = 2.0) -> Any:
    """A corridor along x, north of y = 0.1, that says it is indoors."""
    space = drawing.room(storey, name, rectangle(x0, 0.1, x1, 0.1 + width))
    drawing.properties(space, "Pset_SpaceCommon", IsExternal=False)
    return space


def room_at(drawing: Drawing, function: str, x: float, depth: float = 4.0, clear: float = 0.86, storey: str = "1F") -> Any:
    """A room 3 m wide south of the corridor, its door in the middle at x."""
    space = drawing.room(storey, function, rectangle(x - 1.5, -depth, x + 1.5, 0))
    drawing.door(storey, x - (clear + 0.14) / 2, 0.0, clear + 0.14)
    return space


def route(
    drawing: Drawing,
    walk: float,
    exits: str = "dead_end",
    room: str = "办公室",
    fire_class: str = "二级",
    sprinklers: bool | None = False,
    depth: float = 4.0,
) -> None:
    """A room whose door is ``walk`` from the nearest stairwell's. ``exits``: none; one; dead_end with two stairwells on the same
    side; between two stairwells.
    """
    drawing.storey("1F", 0.0)
    near = walk - IN_TWO_DOORS
    stairs = {"none": [], "one": [near], "dead_end": [near, near + 6.0], "between": [-near, near]}[exits]
    corridor(drawing, min([0.0, *stairs]) - 1.5, max([3.0, *stairs]) + 1.5)
    room_at(drawing, room, 0.0, depth)
    for x in stairs:
        room_at(drawing, "楼梯间", x)
    declare(drawing, fire_class, sprinklers)


def deep_room(
    drawing: Drawing,
    walk: float,
    room: str = "办公室",
    fire_class: str = "二级",
    sprinklers: bool | None = False,
    doors: int = 1,
    corridors: bool = True,
) -> None:
    """A room 3 m wide from whose far corners it is ``walk`` to the middle of its door; several doors stand at the same place on
    the two sides of the room's middle line, and the walk is to the nearer one.
    """
    drawing.storey("1F", 0.0)
    middle, aside = 1.5, 0.0 if doors == 1 else 1.0
    depth = sqrt((walk - IN_TWO_DOORS / 2) ** 2 - (1.5 - aside) ** 2)
    drawing.room("1F", room, rectangle(0, -depth, 3, 0))
    for x in [middle] if doors == 1 else [middle - aside, middle + aside]:
        drawing.door("1F", x - 0.45, 0.0, 0.9)
    if corridors:
        corridor(drawing, 0, 12)
        room_at(drawing, "楼梯间", 10.0)
    declare(drawing, fire_class, sprinklers)
