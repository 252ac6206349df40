"""Setbacks from boundary, roads, rivers, railways and power lines: every number of the tables by hand."""

from __future__ import annotations

from hezhu.engines.review.planning.sample import Block, Mark, rectangle
from tests.engines.planning.battery import case, site

BIG = rectangle(0, 0, 400, 400)
HEIGHTS = {"low": 9, "multi": 18, "high": 30}
USES = {"residential": "住宅", "education_health": "教学楼", "other": "商业"}


def four(rule: str, asked: float, build, note: str = "", **more) -> None:
    """pass, limit, beyond and fail of a distance."""
    for name, value in (("pass", asked + 2), ("limit", asked), ("beyond", asked - 0.01), ("fail", asked / 2)):
        case(rule, name, build(value), value, note=note, **more)


def slab(gap: float, height: float, use: str = "住宅", side: bool = False, **more) -> Block:
    """A slab 40 × 12 with a main facade (or a gable) at so many metres from the line y = 0."""
    count = max(1, round(height / 3))
    length, depth = (12, 40) if side else (40, 12)
    return Block("1号楼", 150, gap, length, depth, heights=(height / count,) * count, use=use, **more)


# 表3-1 for buildings of 9, 18 and 30 m: main facade, then gable
TABLE = {
    ("main", "low"): {"residential": 5.4, "education_health": 6.3, "other": 4.0},
    ("main", "multi"): {"residential": 10.8, "education_health": 12.6, "other": 6.0},
    ("main", "high"): {"residential": 15.0, "education_health": 15.0, "other": 12.0},
    ("side", "low"): {"residential": 3.0, "education_health": 4.0},
    ("side", "multi"): {"residential": 4.5, "education_health": 6.0},
    ("side", "high"): {"residential": 10.0, "education_health": 10.0, "other": 6.5},
}
for (facing, height), row in TABLE.items():
    for family, asked in row.items():

        def by_table(gap: float, facing: str = facing, height: str = height, family: str = family):
            return site(slab(gap, HEIGHTS[height], USES[family], facing == "side"), boundary=BIG)

        four("boundary-setback", asked, by_table, f"{facing} {height} {family}")
for height in (9, 18):
    case("boundary-setback", "undecidable", site(slab(5, height, "商业", True), boundary=BIG), note=f"fire distance {height}")
case("boundary-setback", "no use", site(slab(20, 18, ""), boundary=BIG), None, "manual")
case("boundary-setback", "tall homes by their height", site(slab(21.6, 72), boundary=BIG), 21.6, "pass")
case("boundary-setback", "tall homes by their height, too near", site(slab(21.5, 72), boundary=BIG), 21.5, "fail")
case("boundary-setback", "gable wider than 16 m", site(Block("1号楼", 150, 5, 17, 40, 6), boundary=BIG), 5, "fail")
case("boundary-setback", "outside the boundary", site(slab(-2, 18), boundary=BIG), -2, "fail")
four("boundary-setback", 3.0, lambda gap: site(slab(gap, 5, "配电房"), boundary=BIG), "amenity")
case("boundary-setback", "by the conditions", site(slab(9, 18), boundary=BIG), 9, "pass",
     conditions={"setbacks": [{"from": "boundary", "min_m": 8}]})  # fmt: skip
case("boundary-setback", "a podium by its own height", site(slab(16, 30, podium=(3, 0, 10, 0, 0)), boundary=BIG), 6, "pass")
case("boundary-setback", "a podium too near", site(slab(15, 30, podium=(3, 0, 10, 0, 0)), boundary=BIG), 5, "fail")


def cellar(gap: float, depth: float, road: bool = False):
    marks = (Mark("道路红线", "路", rectangle(-100, -24, 500, 0), facts={"Grade": "次干路"}),) if road else ()
    return site(Block("1号楼", 150, 60, 40, 12, 6, basement=(100, gap, 200, 72, depth)), marks=marks, boundary=BIG)


four("underground-boundary", 3.0, lambda gap: cellar(gap, 4.0), "4 m deep")
four("underground-boundary", 4.2, lambda gap: cellar(gap, 6.0), "6 m deep")
four("underground-road", 5.0, lambda gap: cellar(gap, 4.0, True), "4 m deep")
four("underground-road", 7.0, lambda gap: cellar(gap, 10.0, True), "10 m deep")
DEEP = Block("1号楼", 150, 60, 40, 12, 6, basement=(100, 50, 200, 72, 4.0))
case("underground-boundary", "undecidable", site(DEEP))
case("underground-road", "undecidable", site(DEEP, boundary=BIG))


# ── roads 表3-2
def at_road(gap: float, height: float, width: float, grade: str = "", use: str = "住宅", marks: tuple = (), **facts):
    road = Mark("道路红线", "路", rectangle(-100, -width, 500, 0), facts={"Grade": grade} if grade else {})
    return site(slab(gap, height, use, facts=facts), marks=(road, *marks))


for grade, width, low, tower in (("支路", 16, 3, 10), ("次干路", 24, 5, 12), ("主干路", 50, 5, 14), ("快速路", 50, 15, 20)):
    said = grade if grade == "快速路" else ""  # the others follow from the width
    four("road-setback", low, lambda gap, w=width, g=said: at_road(gap, 18, w, g), f"low {grade}")
    four("road-setback", tower, lambda gap, w=width, g=said: at_road(gap, 30, w, g), f"tower {grade}")
case("road-setback", "undecidable", site(slab(20, 18)))
case("road-setback", "class unknown", at_road(8, 18, 10), 8, "manual")
case("road-setback", "class unknown, far enough for any", at_road(15, 18, 10), 15, "pass")
case("road-setback", "shops on the ground floor", at_road(8, 18, 24, GroundShops=True), 8, "manual")
case("road-setback", "shops, less than the least", at_road(6.9, 18, 24, GroundShops=True), 6.9, "fail")
case("road-setback", "shops, the most", at_road(10, 18, 24, GroundShops=True), 10, "pass")
case("road-setback", "by the conditions", at_road(8, 18, 24), 8, "fail", conditions={"setbacks": [{"from": "路", "min_m": 8.1}]})
CROSSING = (Mark("道路红线", "横路", rectangle(100, -100, 120, 300)),)
case("road-setback", "corner unknown", at_road(6, 18, 24, marks=CROSSING), 6, "manual", subject="1号楼 — 路")
case("road-setback", "no corner", at_road(6, 18, 24, marks=CROSSING, AtJunction=False), 6, "pass", subject="1号楼 — 路")
case("road-setback", "corner", at_road(6, 18, 24, marks=CROSSING, AtJunction=True), 6, "fail", subject="1号楼 — 路")
case("road-setback", "corner, tower", at_road(17, 30, 24, marks=CROSSING, AtJunction=True), 17, "pass", subject="1号楼 — 路")


# ── lines
def line(kind: str, height: float = 18, use: str = "住宅", **facts):
    mark = Mark(kind, kind, [(-100, 0), (500, 0)], closed=False, facts=facts)
    return lambda gap: site(slab(gap, height, use), marks=(mark,))


BARE = Block("1号楼", 150, 30, 40, 12, 6, mass=False)
for rule, kind, asked in (
    ("elevated-main", "高架主线", 30),
    ("elevated-ramp", "高架匝道", 15),
    ("river-trunk", "骨干河道绿带", 5),
    ("river", "河道绿带", 2),
    ("rail-high-speed", "高速铁路", 50),
    ("rail-trunk", "铁路干线", 30),
    ("rail-branch", "铁路支线", 20),
):
    four(rule, asked, line(kind))
    case(rule, "undecidable", site(BARE, marks=(Mark(kind, kind, [(-100, 0), (500, 0)], closed=False),)))
four("river-trunk", 10, line("骨干河道绿带", 30), "tower")
four("river", 5, line("河道绿带", 30), "tower")
case("elevated-main", "not for shops", line("高架主线", use="商业")(5), None, "na")
for voltage, asked in ((10, 5), (20, 5), (35, 8), (110, 10), (220, 20), (500, 30)):
    four("power-line", asked, line("高压线", Voltage=voltage), f"{voltage} kV")
case("power-line", "undecidable", line("高压线")(25))

# ── things on the site
ROAD = Mark("道路红线", "路", rectangle(-100, -24, 500, 0), facts={"Grade": "次干路"})
for rule, kind, asked in (("fence-road", "围墙", 2), ("gate-house-road", "门卫", 3), ("barrier-road", "道闸", 12)):
    four(rule, asked, lambda gap, k=kind: site(marks=(ROAD, Mark(k, k, rectangle(10, gap, 14, gap + 4)))))
for rule, kind, asked in (("ramp-road", "道路红线", 12), ("ramp-internal-road", "内部道路", 6)):
    other = Mark(kind, "路", rectangle(-100, -24, 500, 0))
    four(rule, asked, lambda gap, o=other: site(marks=(o, Mark("车库出入口", "出入口", rectangle(10, gap, 17, gap + 9)))))
for rule, kind in (("fence-road", "围墙"), ("gate-house-road", "门卫"), ("barrier-road", "道闸")):
    case(rule, "undecidable", site(marks=(Mark(kind, kind, rectangle(10, 2, 14, 6)),)))
