"""Shapes of the sample building's doors, windows, stairs, railings and lifts, as solids in each part's own axes (metres)."""

from __future__ import annotations

from collections.abc import Sequence

from hezhu.engines.ifc.sample_file import Solid, box
from hezhu.engines.ifc.sample_kinds import Fitting
from hezhu.engines.ifc.sample_plan import Rect

LINING = 0.05
LINING_DEPTH = 0.10
LEAF = 0.045
RAIL = 0.05
TREADS = 8


def fitting_solids(fitting: Fitting, wall_thickness: float) -> list[Solid]:
    """A door or window in its opening: x along the wall from the opening's edge, y through the wall, z from the sill."""
    w, h = fitting.width, fitting.height
    y = (wall_thickness - LINING_DEPTH) / 2
    frame = [
        box(0.0, y, 0.0, LINING, LINING_DEPTH, h, "frame"),
        box(w - LINING, y, 0.0, LINING, LINING_DEPTH, h, "frame"),
        box(LINING, y, h - LINING, w - 2 * LINING, LINING_DEPTH, LINING, "frame"),
    ]
    return frame + (_leaves(fitting, wall_thickness) if fitting.is_door else _panes(fitting, wall_thickness))


def _leaves(fitting: Fitting, wall_thickness: float) -> list[Solid]:
    inner = fitting.width - 2 * LINING
    height = fitting.height - LINING - 0.005
    y = (wall_thickness - LEAF) / 2
    style = "glass" if fitting is Fitting.BALCONY else "lift" if fitting is Fitting.LIFT else "door"
    each = inner / fitting.leaves
    return [box(LINING + each * n, y, 0.005, each, LEAF, height, style) for n in range(fitting.leaves)]


def _panes(fitting: Fitting, wall_thickness: float) -> list[Solid]:
    w, h = fitting.width, fitting.height
    y = (wall_thickness - LINING_DEPTH) / 2
    return [
        box(LINING, y, 0.0, w - 2 * LINING, LINING_DEPTH, LINING, "frame"),
        box(LINING, wall_thickness / 2 - 0.01, LINING, w - 2 * LINING, 0.02, h - 2 * LINING, "glass"),
    ]


def flight_solids(width: float, risers: Sequence[float], tread: float, waist: float = 0.2) -> list[Solid]:
    """A flight that climbs along x from the origin, ``width`` along y. ``waist`` is the vertical thickness below the treads.

    The last riser is the edge of the landing above, so nine risers have eight treads.
    """
    profile: list[tuple[float, float]] = [(0.0, 0.0)]
    level = 0.0
    for number, riser in enumerate(risers[:-1]):
        level += riser
        profile += [(number * tread, level), ((number + 1) * tread, level)]
    run = (len(risers) - 1) * tread
    mean = level / (len(risers) - 1)
    profile += [(run, level - waist), (waist * tread / mean, 0.0)]
    return [_upright(tuple(profile), width, "precast", across=width)]


def flight_volume(width: float, risers: Sequence[float], tread: float) -> float:
    """Concrete of the flight, m3, by the shoelace formula over its profile."""
    corners = flight_solids(width, risers, tread)[0].profile
    doubled = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(corners, (*corners[1:], corners[0]), strict=True))
    return abs(doubled) / 2 * width


def flight_railing_solids(riser: float, tread: float, height: float) -> list[Solid]:
    """Handrail and bars on the stairwell side of a flight; ``height`` is measured vertically above the nosings."""
    run, slope = TREADS * tread, riser / tread
    low, high = riser + height - RAIL, riser + height
    handrail = ((0.0, low), (run, low + run * slope), (run, high + run * slope), (0.0, high))
    solids = [_upright(handrail, RAIL, "rail", across=RAIL)]
    for step in range(TREADS):
        for third in range(3):
            s = (step + (third + 0.5) / 3) * tread
            top = low + s * slope
            bar = ((s - 0.01, (step + 1) * riser), (s + 0.01, (step + 1) * riser), (s + 0.01, top), (s - 0.01, top))
            solids.append(_upright(bar, 0.02, "rail", across=0.035))
    return solids


def _upright(profile: tuple[tuple[float, float], ...], thickness: float, style: str, across: float) -> Solid:
    """A profile in the x–z plane, its far side at y = ``across``, ``thickness`` deep towards y = 0."""
    return Solid(profile, thickness, style, origin=(0.0, across, 0.0), z_axis=(0.0, -1.0, 0.0))


def straight_railing_solids(length: float, height: float) -> list[Solid]:
    """A level guard along x: handrail on a glass panel."""
    return [
        box(0.0, 0.0, height - RAIL, length, RAIL, RAIL, "rail"),
        box(0.0, 0.015, 0.05, length, 0.02, height - RAIL - 0.05, "glass"),
    ]


def balcony_railing_solids(rect: Rect, open_north: bool, height: float) -> list[Solid]:
    """A guard on three edges of a balcony slab, in plan coordinates; the fourth edge is the house."""
    inset = 0.03
    x0, x1 = rect.x0 + inset, rect.x1 - inset
    y0, y1 = (rect.y0 + inset, rect.y1) if open_north else (rect.y0, rect.y1 - inset)
    front = y0 if open_north else y1 - RAIL
    sides = [Rect(x0, y0, x0 + RAIL, y1), Rect(x1 - RAIL, y0, x1, y1), Rect(x0, front, x1, front + RAIL)]
    solids = []
    for side in sides:
        dx, dy = side.x1 - side.x0, side.y1 - side.y0
        solids.append(box(side.x0, side.y0, height - RAIL, dx, dy, RAIL, "rail"))
        thin = (0.02, dy) if dx < dy else (dx, 0.02)
        solids.append(box(side.x0 + (dx - thin[0]) / 2, side.y0 + (dy - thin[1]) / 2, 0.05, *thin, height - RAIL - 0.05, "glass"))
    return solids


def lift_car_solids(width: float, depth: float) -> list[Solid]:
    """A lift car, 2.30 m high."""
    return [box(0.0, 0.0, 0.0, width, depth, 2.3, "lift")]
