"""The typical floor of the sample building as data: walls with their doors and windows, rooms, slabs, balconies.

The plan is a tower with one core and four flats, symmetrical about x = 0. Lengths are metres, the origin is the middle of the
south front. The east half is written down and mirrored; the core is written once. A ``Variant`` moves the few lines that a
deliberate fault moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from hezhu.engines.ifc.sample_kinds import Fitting, WallKind

Polygon = tuple[tuple[float, float], ...]


class Rect(NamedTuple):
    """A rectangle in plan."""

    x0: float
    y0: float
    x1: float
    y1: float

    def mirrored(self) -> Rect:
        """The same on the other side of x = 0."""
        return Rect(-self.x1, self.y0, -self.x0, self.y1)

    @property
    def corners(self) -> Polygon:
        """Counter-clockwise corners."""
        return ((self.x0, self.y0), (self.x1, self.y0), (self.x1, self.y1), (self.x0, self.y1))

    @property
    def area(self) -> float:
        """Plan area, m2."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)


@dataclass(frozen=True, slots=True)
class Opening:
    """A door or window in a wall, its middle at ``at`` (x of a wall along x, y of a wall along y); ``rooms`` it joins."""

    at: float
    fitting: Fitting
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wall:
    """One wall of the floor, 2.86 m high below the slab. ``integrated``: insulation and finish are part of the panel."""

    code: str
    rect: Rect
    kind: WallKind
    openings: tuple[Opening, ...] = ()
    external: bool = False
    integrated: bool = False

    @property
    def along_x(self) -> bool:
        """Whether the wall runs west–east."""
        return self.rect.x1 - self.rect.x0 >= self.rect.y1 - self.rect.y0

    @property
    def length(self) -> float:
        """Length, m."""
        return self.rect.x1 - self.rect.x0 if self.along_x else self.rect.y1 - self.rect.y0

    @property
    def thickness(self) -> float:
        """Thickness, m."""
        return self.rect.y1 - self.rect.y0 if self.along_x else self.rect.x1 - self.rect.x0


@dataclass(frozen=True, slots=True)
class Room:
    """A room of a flat (``flat`` 1 to 4) or of the core (``flat`` 0). ``function`` becomes LongName."""

    code: str
    function: str
    outline: Polygon
    flat: int = 0


@dataclass(frozen=True, slots=True)
class Slab:
    """A floor field. Composite slabs (叠合板) and precast balconies are prefab."""

    code: str
    rect: Rect
    title: str
    prefab: bool
    kind: str = "FLOOR"


@dataclass(frozen=True, slots=True)
class Variant:
    """What can differ from floor to floor."""

    ground: bool = False
    corridor_south: float = 6.6
    bedroom_south: float = 9.9
    bedroom_west: float = 7.8
    bedroom_door: Fitting = Fitting.ROOM


class Flat(NamedTuple):
    """One flat of the floor: number on the floor, its plan type, the side it lies on (1 east, −1 west)."""

    number: int
    plan: str
    side: int


FLATS = (Flat(1, "A", -1), Flat(2, "B", -1), Flat(3, "B", 1), Flat(4, "A", 1))
SLAB_THICKNESS = 0.14
OUTLINE = Rect(-10.9, -0.1, 10.9, 13.3)


def flat_at(plan: str, side: int) -> int:
    """The number of the flat of that plan on that side."""
    return next(flat.number for flat in FLATS if (flat.plan, flat.side) == (plan, side))


def walls(variant: Variant) -> list[Wall]:
    """All walls of one floor."""
    return [*_both_sides(variant), *_core_walls(variant)]


def rooms(variant: Variant) -> list[Room]:
    """All rooms, shafts and balconies of one floor."""
    return [*_mirror_rooms(variant), *_core_rooms(variant)]


def slabs() -> list[Slab]:
    """The floor fields above one storey, without the balconies."""
    east = _flat_slabs()
    west = [replace(slab, code=f"{slab.code}W", rect=slab.rect.mirrored()) for slab in east]
    return [*(replace(slab, code=f"{slab.code}E") for slab in east), *west, *_core_slabs()]


def balconies() -> list[tuple[int, Slab]]:
    """The balcony slabs of one storey with the flat they belong to."""
    found = []
    for plan, rect in (("B", Rect(0.3, -1.7, 3.9, -0.1)), ("A", Rect(4.8, 13.3, 7.6, 14.8))):
        for side in (1, -1):
            placed = rect if side == 1 else rect.mirrored()
            found.append((flat_at(plan, side), Slab(f"YTB-{plan}{_letter(side)}", placed, "预制阳台板", True, "BALCONY")))
    return found


def _letter(side: int) -> str:
    return "E" if side == 1 else "W"


def _both_sides(variant: Variant) -> Iterator[Wall]:
    for side in (1, -1):
        for wall in _flat_walls(variant, side):
            yield replace(wall, code=f"{wall.code}{_letter(side)}") if side == 1 else _mirrored(wall)


def _mirrored(wall: Wall) -> Wall:
    openings = tuple(replace(o, at=-o.at) for o in wall.openings) if wall.along_x else wall.openings
    return replace(wall, code=f"{wall.code}W", rect=wall.rect.mirrored(), openings=openings)


def _flat_walls(variant: Variant, side: int) -> Iterator[Wall]:
    """Walls of the east half; ``side`` only decides which rooms the doors join."""
    a, b = flat_at("A", side), flat_at("B", side)
    south = variant.corridor_south
    party_from = 4.6 if south == 6.6 else 4.25
    yield from _outer_walls(a, b)
    yield Wall("YNQ-1", Rect(4.1, -0.1, 4.3, 3.65), WallKind.PRECAST)
    yield Wall("YNQ-2", Rect(party_from, 6.5, 10.7, 6.7), WallKind.PRECAST)
    entrance = Opening(1.5, Fitting.ENTRANCE, ("C-走廊", f"{b}-起居室"))
    east_end = 4.6 if south == 6.6 else 4.4
    yield Wall("XQ-1", Rect(0.0, south - 0.1, east_end, south + 0.1), WallKind.CAST, (entrance,))
    entrance = Opening(7.75, Fitting.ENTRANCE, ("C-走廊", f"{a}-过道"))
    yield Wall("XQ-2", Rect(4.4, 6.7, 4.6, 13.1), WallKind.CAST, (entrance,))
    yield from _partitions_b(b, variant)
    yield from _partitions_a(a, variant)


def _outer_walls(a: int, b: int) -> Iterator[Wall]:
    def window(at: float, room: str, fitting: Fitting = Fitting.WINDOW) -> tuple[Opening, ...]:
        return (Opening(at, fitting, (room,)),)

    facade, precast = WallKind.FACADE, WallKind.PRECAST
    balcony_b = (Opening(2.1, Fitting.BALCONY, (f"{b}-起居室", f"{b}-阳台")),)
    balcony_a = (Opening(6.2, Fitting.BALCONY, (f"{a}-起居室", f"{a}-阳台")),)
    yield Wall("WGB-1", Rect(0.1, -0.1, 4.1, 0.1), facade, balcony_b, True, True)
    yield Wall("WGB-2", Rect(4.3, -0.1, 7.5, 0.1), facade, window(5.9, f"{b}-卧室1"), True, True)
    yield Wall("WGB-3", Rect(7.5, -0.1, 10.7, 0.1), facade, window(9.1, f"{b}-卧室2"), True, True)
    yield Wall("WGB-4", Rect(4.6, 13.1, 7.75, 13.3), facade, balcony_a, True, True)
    yield Wall("WGB-5", Rect(7.75, 13.1, 10.7, 13.3), facade, window(9.4, f"{a}-卧室"), True, True)
    yield Wall("YWQ-1", Rect(10.7, -0.1, 10.9, 6.5), precast, window(5.0, f"{b}-厨房", Fitting.SMALL_WINDOW), True)
    gable = (*window(7.35, f"{a}-卫生间", Fitting.SMALL_WINDOW), *window(9.0, f"{a}-厨房", Fitting.SMALL_WINDOW))
    yield Wall("YWQ-2", Rect(10.7, 6.5, 10.9, 13.3), precast, gable, True, True)


def _partitions_b(flat: int, variant: Variant) -> Iterator[Wall]:
    def door(at: float, fitting: Fitting, *names: str) -> Opening:
        return Opening(at, fitting, tuple(f"{flat}-{name}" for name in names))

    panel, block = WallKind.PANEL, WallKind.BLOCK
    living_north = variant.corridor_south - 0.1
    yield Wall("GQ-1", Rect(4.15, 3.65, 4.25, living_north), panel, (door(4.275, Fitting.ROOM, "起居室", "过道"),))
    bedroom_1 = door(6.8, variant.bedroom_door if flat == 3 else Fitting.ROOM, "过道", "卧室1")
    yield Wall("GQ-2", Rect(4.3, 3.55, 10.7, 3.65), panel, (bedroom_1, door(8.1, Fitting.ROOM, "过道", "卧室2")))
    yield Wall("GQ-3", Rect(7.45, 0.1, 7.55, 3.55), panel)
    yield Wall("GQ-4", Rect(8.65, 3.65, 8.75, 6.5), panel, (door(4.275, Fitting.WET, "过道", "厨房"),))
    wet = (door(4.85, Fitting.WET, "过道", "储藏室"), door(7.0, Fitting.WET, "过道", "卫生间"))
    yield Wall("GQ-5", Rect(4.25, 4.9, 8.65, 5.0), block, wet)
    yield Wall("GQ-6", Rect(5.35, 5.0, 5.45, 6.5), block)


def _partitions_a(flat: int, variant: Variant) -> Iterator[Wall]:
    def door(at: float, fitting: Fitting, *names: str) -> Opening:
        return Opening(at, fitting, tuple(f"{flat}-{name}" for name in names))

    moved = _bedroom_of(flat, variant)
    south, west = moved.bedroom_south, moved.bedroom_west
    yield Wall("GQ-7", Rect(4.6, 8.45, 7.75, 8.55), WallKind.PANEL, (door(6.2, Fitting.ROOM, "过道", "起居室"),))
    wet = (door(7.35, Fitting.WET, "过道", "卫生间"), door(9.2, Fitting.WET, "起居室", "厨房"))
    yield Wall("GQ-8", Rect(7.75, 6.7, 7.85, south + 0.05), WallKind.PANEL, wet)
    bedroom = (door(12.2, Fitting.ROOM, "起居室", "卧室"),)
    yield Wall("GQ-9", Rect(west - 0.05, south + 0.05, west + 0.05, 13.1), WallKind.PANEL, bedroom)
    yield Wall("GQ-10", Rect(7.85, 8.05, 10.7, 8.15), WallKind.BLOCK)
    yield Wall("GQ-11", Rect(7.85, south - 0.05, 10.7, south + 0.05), WallKind.PANEL)


def _core_walls(variant: Variant) -> Iterator[Wall]:
    cast = WallKind.CAST
    party_north = variant.corridor_south - 0.1
    yield Wall("YNQ-3", Rect(-0.1, -0.1, 0.1, party_north), WallKind.PRECAST)
    stair = (Opening(-2.75, Fitting.STAIR, ("C-走廊", "C-楼梯间")),)
    yield Wall("XQ-3", Rect(-4.4, 8.3, -1.9, 8.5), cast, stair)
    shaft = (Opening(3.6, Fitting.SHAFT, ("C-走廊", "C-管井")),)
    yield Wall("XQ-4", Rect(0.4, 8.3, 4.4, 8.5), cast, shaft)
    yield Wall("XQ-5", Rect(-1.9, 8.3, -1.7, 13.1), cast)
    lobby = "C-门厅" if variant.ground else "C-电梯厅"
    lifts = (Opening(9.6, Fitting.LIFT, (lobby, "C-电梯井1")), Opening(12.0, Fitting.LIFT, (lobby, "C-电梯井2")))
    yield Wall("XQ-6", Rect(0.2, 8.3, 0.4, 13.1), cast, lifts)
    yield Wall("XQ-7", Rect(2.6, 8.5, 2.8, 13.1), cast)
    yield Wall("XQ-8", Rect(0.4, 10.7, 2.6, 10.9), cast)
    front = Fitting.BUILDING if variant.ground else Fitting.SMALL_WINDOW
    north = (Opening(-3.15, Fitting.STAIR_WINDOW, ("C-楼梯间",)), Opening(-0.75, front, (lobby,)))
    yield Wall("XQ-9", Rect(-4.6, 13.1, 4.6, 13.3), cast, north, True)


def _mirror_rooms(variant: Variant) -> Iterator[Room]:
    for flat in FLATS:
        plan = _rooms_b(variant) if flat.plan == "B" else _rooms_a(_bedroom_of(flat.number, variant))
        for name, outline in plan:
            placed = outline if flat.side == 1 else tuple((-x, y) for x, y in reversed(outline))
            yield Room(f"{flat.number}-{name}", name.rstrip("12"), placed, flat.number)


def _bedroom_of(flat: int, variant: Variant) -> Variant:
    """Only the bedroom of the fourth flat can be moved; the first keeps the usual place."""
    return variant if flat == 4 else replace(variant, bedroom_south=9.9, bedroom_west=7.8)


def _rooms_b(variant: Variant) -> Iterable[tuple[str, Polygon]]:
    north = variant.corridor_south - 0.1
    living = ((0.1, 0.1), (4.1, 0.1), (4.1, 3.65), (4.15, 3.65), (4.15, north), (0.1, north))
    return (
        ("起居室", living),
        ("卧室1", Rect(4.3, 0.1, 7.45, 3.55).corners),
        ("卧室2", Rect(7.55, 0.1, 10.7, 3.55).corners),
        ("过道", Rect(4.25, 3.65, 8.65, 4.9).corners),
        ("储藏室", Rect(4.25, 5.0, 5.35, 6.5).corners),
        ("卫生间", Rect(5.45, 5.0, 8.65, 6.5).corners),
        ("厨房", Rect(8.75, 3.65, 10.7, 6.5).corners),
        ("阳台", Rect(0.4, -1.6, 3.8, -0.1).corners),
    )


def _rooms_a(variant: Variant) -> Iterable[tuple[str, Polygon]]:
    south, west = variant.bedroom_south, variant.bedroom_west
    living = Rect(4.6, 8.55, 7.75, 13.1).corners
    if west != 7.8:
        living = ((4.6, 8.55), (7.75, 8.55), (7.75, south + 0.05), (west - 0.05, south + 0.05), (west - 0.05, 13.1), (4.6, 13.1))
    return (
        ("过道", Rect(4.6, 6.7, 7.75, 8.45).corners),
        ("起居室", living),
        ("厨房", Rect(7.85, 8.15, 10.7, south - 0.05).corners),
        ("卫生间", Rect(7.85, 6.7, 10.7, 8.05).corners),
        ("卧室", Rect(west + 0.05, south + 0.05, 10.7, 13.1).corners),
        ("阳台", Rect(4.9, 13.3, 7.5, 14.7).corners),
    )


def _core_rooms(variant: Variant) -> Iterator[Room]:
    lobby = "门厅" if variant.ground else "电梯厅"
    yield Room("C-走廊", "走廊", Rect(-4.4, variant.corridor_south + 0.1, 4.4, 8.3).corners)
    yield Room(f"C-{lobby}", lobby, Rect(-1.7, 8.3, 0.2, 13.1).corners)
    yield Room("C-楼梯间", "楼梯间", Rect(-4.4, 8.5, -1.9, 13.1).corners)
    yield Room("C-电梯井1", "电梯井", Rect(0.4, 8.5, 2.6, 10.7).corners)
    yield Room("C-电梯井2", "电梯井", Rect(0.4, 10.9, 2.6, 13.1).corners)
    yield Room("C-管井", "管井", Rect(2.8, 8.5, 4.4, 13.1).corners)


def _flat_slabs() -> list[Slab]:
    composite, cast = ("叠合板", True), ("现浇板", False)
    return [
        Slab("DBS-1", Rect(0.0, -0.1, 4.2, 6.6), *composite),
        Slab("DBS-2", Rect(4.2, -0.1, 7.5, 3.6), *composite),
        Slab("DBS-3", Rect(7.5, -0.1, 10.9, 3.6), *composite),
        Slab("DBS-4", Rect(4.2, 3.6, 8.7, 4.95), *composite),
        Slab("DBS-5", Rect(4.2, 4.95, 5.4, 6.6), *composite),
        Slab("XB-1", Rect(5.4, 4.95, 8.7, 6.6), *cast),
        Slab("DBS-6", Rect(8.7, 3.6, 10.9, 6.6), *composite),
        Slab("DBS-7", Rect(4.5, 6.6, 7.8, 8.5), *composite),
        Slab("DBS-8", Rect(4.5, 8.5, 7.8, 13.3), *composite),
        Slab("XB-2", Rect(7.8, 6.6, 10.9, 8.1), *cast),
        Slab("DBS-9", Rect(7.8, 8.1, 10.9, 9.9), *composite),
        Slab("DBS-10", Rect(7.8, 9.9, 10.9, 13.3), *composite),
    ]


def _core_slabs() -> list[Slab]:
    return [
        Slab("XB-3", Rect(-4.5, 6.6, 4.5, 8.4), "现浇板", False),
        Slab("XB-4", Rect(-1.8, 8.4, 0.3, 13.3), "现浇板", False),
        Slab("XB-5", Rect(-4.5, 8.4, -1.8, 9.75), "现浇板", False),
        Slab("XB-6", Rect(2.7, 8.4, 4.5, 13.3), "现浇板", False),
    ]


def roof_slabs() -> list[Slab]:
    """What closes the stairwell and the lift shafts at the roof."""
    return [
        Slab("XB-7", Rect(-4.5, 9.75, -1.8, 13.3), "现浇板", False),
        Slab("XB-8", Rect(0.3, 8.4, 2.7, 13.3), "现浇板", False),
    ]


def parapets() -> list[Wall]:
    """The parapet around the roof, 1.40 m high."""
    o, t, kind = OUTLINE, 0.2, WallKind.PARAPET
    return [
        Wall("NEQ-1", Rect(o.x0, o.y0, o.x1, o.y0 + t), kind, external=True),
        Wall("NEQ-2", Rect(o.x0, o.y1 - t, o.x1, o.y1), kind, external=True),
        Wall("NEQ-3", Rect(o.x0, o.y0 + t, o.x0 + t, o.y1 - t), kind, external=True),
        Wall("NEQ-4", Rect(o.x1 - t, o.y0 + t, o.x1, o.y1 - t), kind, external=True),
    ]
