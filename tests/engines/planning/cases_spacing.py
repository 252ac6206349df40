"""Distances between buildings: every row of the pack by hand, in both zones where they differ."""

from __future__ import annotations

from hezhu.engines.review.planning.sample import Block
from tests.engines.planning.battery import case, site

HOMES, OTHERS = "spacing-residential", "spacing-other"


def south_north(gap: float, first: float, second: float, use: str = "住宅", **more):
    """Two slabs 40 × 12, long side east to west: heights of the southern and the northern one in metres."""
    south = Block("南楼", 0, 0, 40, 12, heights=_storeys(first), use=use)
    return site(south, Block("北楼", 0, 12 + gap, 40, 12, heights=_storeys(second), use=use), **more)


def east_west(gap: float, first: float, second: float, use: str = "住宅", **more):
    """Two slabs 12 × 40, long side south to north."""
    west = Block("西楼", 0, 0, 12, 40, heights=_storeys(first), use=use)
    return site(west, Block("东楼", 12 + gap, 0, 12, 40, heights=_storeys(second), use=use), **more)


def upright(gap: float, first: float, second: float, use: str = "住宅", gable: float = 12, **more):
    """A slab east to west, and to its north one standing across with its gable towards it."""
    south = Block("南楼", 0, 0, 40, 12, heights=_storeys(first), use=use)
    return site(south, Block("北楼", 10, 12 + gap, gable, 40, heights=_storeys(second), use=use), **more)


def gables(gap: float, first: float, second: float, use: str = "住宅", **more):
    """Two slabs in line, gable to gable."""
    west = Block("西楼", 0, 0, 40, 12, heights=_storeys(first), use=use)
    return site(west, Block("东楼", 40 + gap, 0, 40, 12, heights=_storeys(second), use=use), **more)


def _storeys(height: float) -> tuple[float, ...]:
    count = max(1, round(height / 3))
    return (height / count,) * count


# clause, how they stand, heights, zone, what is asked
ROWS = (
    ("第十六条(一)1", south_north, 18, 18, "new_town", 23.4),
    ("第十六条(一)1", south_north, 18, 12, "old_town", 21.6),
    ("第十六条(一)1", south_north, 12, 18, "new_town", 15.6),
    ("第十六条(一)2", east_west, 18, 18, "new_town", 21.6),
    ("第十六条(一)2", east_west, 12, 18, "old_town", 18.0),
    ("第十六条(二)", upright, 18, 18, "new_town", 18.0),
    ("第十六条(二)", upright, 18, 18, "old_town", 14.4),
    ("第十七条", gables, 9, 9, "new_town", 6.0),
    ("第十七条", gables, 9, 18, "new_town", 6.0),
    ("第十七条", gables, 18, 18, "new_town", 8.0),
    ("第十八条", south_north, 3, 3, "new_town", 6.0),
    ("第十八条", south_north, 3, 18, "new_town", 8.0),
    ("第十八条", east_west, 10.8, 10.8, "old_town", 13.0),
    ("第二十条(一)", south_north, 30, 30, "new_town", 30.0),
    ("第二十条(一)", south_north, 72, 30, "new_town", 36.0),
    ("第二十条(一)", east_west, 30, 30, "new_town", 24.0),
    ("第二十条(一)", east_west, 30, 72, "new_town", 28.8),
    ("第二十条(二)", south_north, 72, 18, "new_town", 36.0),
    ("第二十条(二)", south_north, 30, 9, "new_town", 30.0),
    ("第二十条(二)", east_west, 30, 18, "new_town", 24.0),
    ("第二十条(二)", south_north, 18, 30, "new_town", 23.4),
    ("第二十条(二)", south_north, 9, 30, "new_town", 15.0),
    ("第二十条(三)", upright, 30, 18, "new_town", 20.0),
    ("第二十条(三)", upright, 72, 30, "new_town", 28.8),
    ("第二十一条", gables, 30, 18, "new_town", 13.0),
    ("第二十一条", gables, 30, 30, "new_town", 13.0),
)
for clause, stand, first, second, zone, asked in ROWS:
    for name, gap in (("pass", asked + 5), ("limit", asked), ("beyond", asked - 0.01), ("fail", asked - 3)):
        spec = stand(gap, first, second, Zone=zone)
        case(HOMES, name, spec, gap, clause=clause, note=f"{stand.__name__} {first:g} {second:g} {zone}")
case(HOMES, "undecidable", south_north(10, 18, 18, use=""))
case(HOMES, "zone unknown", south_north(22, 18, 18, Zone=None), 22, "manual")
case(HOMES, "gable of 16 m", upright(18, 18, 18, gable=16), 18, "pass")
case(HOMES, "gable of 17 m counts as parallel", upright(18, 18, 18, gable=17), 18, "fail")

OTHER_ROWS = (
    (south_north, 30, 30, 24.0),
    (south_north, 72, 30, 28.8),
    (east_west, 30, 30, 18.0),
    (east_west, 72, 72, 21.6),
    (south_north, 30, 18, 15.0),
    (east_west, 18, 30, 15.0),
    (south_north, 18, 18, 13.0),
)
for stand, first, second, asked in OTHER_ROWS:
    for name, gap in (("pass", asked + 5), ("limit", asked), ("beyond", asked - 0.01), ("fail", asked - 3)):
        case(
            OTHERS,
            name,
            stand(gap, first, second, "商业"),
            gap,
            clause="第二十四条",
            note=f"{stand.__name__} {first:g} {second:g}",
        )
case(OTHERS, "low: fire distance unknown", gables(8, 9, 18, "商业"), 8, "manual")
case(OTHERS, "low: below six metres", gables(5, 9, 18, "商业"), 5, "fail")
case(OTHERS, "low: beyond any fire distance", gables(13, 9, 18, "商业"), 13, "pass")
case(OTHERS, "undecidable", gables(8, 18, 18, "商业"), note="no clause for gables of multi-storey shops")


def _pair(gap: float, **north):
    return site(Block("南楼", 0, 0, 40, 12, 6), Block("北楼", 0, 12 + gap, 40, 12, 6, **north))


# 第十六条(四): 1.3 × (18 − 3) = 19.5
case(HOMES, "open ground storey taken off", _pair(19.5, open_ground=True), 19.5, "pass")
case(HOMES, "open ground storey too high", _pair(19.5, open_ground=True, heights=(3.7, 3, 3, 3, 3, 3)), 19.5, "fail")
case(HOMES, "not before existing homes", _pair(19.5, open_ground=True, facts={"Existing": True}), 19.5, "fail")
STAGGERED = (Block("南楼", 0, 0, 40, 12, 6), Block("北楼", 41, 32, 40, 12, 6))
case(HOMES, "staggered", site(*STAGGERED), 20.0250, "manual")
APART = (STAGGERED[0], Block("北楼", 41, 36, 40, 12, 6))
case(HOMES, "staggered but far enough", site(*APART), 24.0208, "pass")
case(
    HOMES,
    "a shop south of homes",
    site(Block("南楼", 0, 0, 40, 12, 6, use="商业"), Block("北楼", 0, 32, 40, 12, 6)),
    20,
    "manual",
)
# turned by 90° the same slabs stand east and west: 1.2 × 18 = 21.6
case(HOMES, "true north turned", south_north(21.6, 18, 18, north=90), 21.6, "pass")
case(HOMES, "true north turned, too close", south_north(21.5, 18, 18, north=90), 21.5, "fail")
case(HOMES, "slab turned by 40 degrees is parallel", site(
    Block("南楼", 0, 0, 40, 12, 6), Block("北楼", 20, 35, 40, 12, 6, turn_deg=40)), 23.0, "fail")  # fmt: skip
# the tower of a building with a podium: podium to podium 1.3 × 9 = 11.7, tower to tower 30
PODIUM = (3, 0, 9, 0, 9)
case(
    HOMES,
    "podium",
    site(Block("南楼", 0, 0, 40, 12, 10, podium=PODIUM), Block("北楼", 0, 42, 40, 12, 10, podium=PODIUM)),
    None,
    "manual",
)
FAR_APART = Block("北楼", 0, 51, 40, 12, 10, podium=PODIUM)
case(HOMES, "podium far enough", site(Block("南楼", 0, 0, 40, 12, 10, podium=PODIUM), FAR_APART), None, "pass")
