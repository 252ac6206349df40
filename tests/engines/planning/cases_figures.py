"""Density, floor area ratio, height, green, supporting buildings, declared figures, storeys and facades."""

from __future__ import annotations

from hezhu.engines.review.planning.sample import Block, Mark, rectangle
from tests.engines.planning.battery import HECTARE, case, site


def home(length: float = 50, depth: float = 20, storeys: int = 6, **more) -> Block:
    return Block("1号楼", 5, 5, length, depth, storeys, **more)


def plot(*blocks: Block, **more):
    return site(*blocks, boundary=HECTARE, **more)


# ── density: homes of 4–8 storeys, new town 30 %, old town 35 %
case("density", "pass", plot(home()), 0.10)
case("density", "limit", plot(home(60, 50)), 0.30)
case("density", "beyond", plot(home(60, 50.1)), 0.3006)
case("density", "fail", plot(home(80, 50)), 0.40)
case("density", "undecidable", site(home()))
case("density", "old town", plot(home(70, 50), Zone="old_town"), 0.35, "pass")
case("density", "zone unknown", plot(home(64, 50), Zone=None), 0.32, "manual")
case("density", "zone does not matter", plot(home(80, 50), Zone=None), 0.40, "fail")
case("density", "no row for towers in the old town", plot(home(40, 14, 20), Zone="old_town"), None, "manual")
case("density", "by the conditions", plot(home(64, 50)), 0.32, "pass", conditions={"density_max": 0.33})
case("density", "mixed uses by floor area", plot(home(60, 50, 4, storey_uses={1: "商业"})), 0.30, "pass")
case("density", "without use", plot(home(use="")), None, "manual")

# ── floor area ratio: homes of 4–8 storeys 1.3–2.0
case("far", "pass", plot(home(50, 50)), 1.5)
case("far", "limit", plot(home(80, 50, 5)), 2.0)
case("far", "beyond", plot(home(80, 50.2, 5)), 2.01)
case("far", "fail", plot(home(60, 60)), 2.16)
case("far", "too low", plot(home(50, 40)), 1.2, "fail")
case("far", "undecidable", plot(home(mass=False)))
case("far", "by the conditions", plot(home(60, 60)), 2.16, "pass", conditions={"far_max": 2.2})
case("far", "by the conditions, exceeded", plot(home(60, 60)), 2.16, "fail", conditions={"far_max": 2.15})
case("far", "declared area far from the mass", plot(home(50, 50, areas=(2500,) * 5 + (9000,))), 2.15, "manual")
case("far", "declared area near the mass", plot(home(50, 50, areas=(2450,) * 6)), 1.47, "pass")
# 1000 m² at 9 m in an office: no extra; in a school 5.0–7.2 counts half again, 7.2–10 once
SCHOOL = {"far_max": 1.0}
case("far", "school 7.2 m", plot(home(50, 100 / 5, heights=(7.2,), use="教学楼")), 0.15, "pass", conditions=SCHOOL)
case("far", "school 7.3 m", plot(home(50, 100 / 5, heights=(7.3,), use="教学楼")), 0.20, "pass", conditions=SCHOOL)
case("far", "school 5.0 m", plot(home(50, 100 / 5, heights=(5.0,), use="教学楼")), 0.10, "pass", conditions=SCHOOL)
case("far", "school 10.1 m", plot(home(50, 100 / 5, heights=(10.1,), use="教学楼")), 0.30, "pass", conditions=SCHOOL)
case("far", "factory 8.0 m", plot(home(50, 20, heights=(8.0,), use="厂房")), 0.10, "pass", conditions=SCHOOL)
case("far", "factory 8.1 m", plot(home(50, 20, heights=(8.1,), use="厂房")), 0.20, "pass", conditions=SCHOOL)
case("far", "dormitory 6.5 m", plot(home(50, 20, heights=(6.5,), use="倒班楼")), 0.30, "pass", conditions=SCHOOL)
case("far", "office adds nothing", plot(home(50, 20, heights=(9.0,), use="商业")), 0.10, "pass", conditions=SCHOOL)
# a basement whose roof is 1.5 m over the ground is not counted, at 1.6 m it is
BASE = {"far_max": 0.1}
case(
    "far",
    "basement 1.5 m out",
    plot(home(heights=(3.0,), basement=(5, 5, 55, 25, 3.0)), GroundLevel=-1.5),
    0.1,
    "pass",
    conditions=BASE,
)
case(
    "far",
    "basement 1.6 m out",
    plot(home(heights=(3.0,), basement=(5, 5, 55, 25, 3.0)), GroundLevel=-1.6),
    0.2,
    "fail",
    conditions=BASE,
)

# ── height: only conditions limit it
HIGH = {"height_max_m": 18}
case("height", "pass", plot(home(storeys=5)), 15, conditions=HIGH)
case("height", "limit", plot(home()), 18, conditions=HIGH)
case("height", "beyond", plot(home(height=3.001)), 18.006, conditions=HIGH)
case("height", "fail", plot(home(storeys=7)), 21, conditions=HIGH)
case("height", "undecidable", plot(home()))
case("height", "no mass", plot(home(mass=False)), None, "manual", conditions=HIGH)
case("height", "storeys", plot(home(storeys=7)), 7, "fail", conditions={"storeys_max": 6})
case("height", "small box on the roof", plot(home(roof_box=(10, 10, 6))), 18, "pass", conditions=HIGH)
case("height", "tall box on the roof", plot(home(roof_box=(10, 10, 6.1))), 24.1, "fail", conditions=HIGH)
case("height", "wide box on the roof", plot(home(roof_box=(20, 10, 3))), 21, "fail", conditions=HIGH)
case("height", "roof of 30 degrees to the eaves", plot(home(roof_slope_deg=30)), 18, "pass", conditions=HIGH)
case("height", "roof of 31 degrees to the ridge", plot(home(roof_slope_deg=31)), 24.0086, "fail", conditions=HIGH)


def green(area: float, name: str = "绿地", **more) -> Mark:
    return Mark(name, name, rectangle(0, 40, 100, 40 + area / 100), **more)


# ── green ratio: homes 30 %, shops 20 %
case("green", "pass", plot(home(), marks=(green(3500),)), 0.35)
case("green", "limit", plot(home(), marks=(green(3000),)), 0.30)
case("green", "beyond", plot(home(), marks=(green(2990),)), 0.299)
case("green", "fail", plot(home(), marks=(green(2000),)), 0.20)
case("green", "undecidable", plot(home()))
case("green", "old town five points less", plot(home(), marks=(green(2500),), Zone="old_town"), 0.25, "pass")
case("green", "zone unknown", plot(home(), marks=(green(2700),), Zone=None), 0.27, "manual")
case("green", "half shops", plot(home(storeys=2, storey_uses={1: "商业"}), marks=(green(2500),)), 0.25, "pass")
case(
    "green",
    "outside and under the building counts not",
    plot(home(), marks=(Mark("绿地", "绿地", rectangle(-50, 5, 100, 35)),)),
    0.20,
    "fail",
)
case("green", "by the conditions", plot(home(), marks=(green(2000),)), 0.20, "pass", conditions={"green_ratio_min": 0.2})
PIECE = "公共绿地"
case("public-green", "pass", plot(home(), marks=(green(500, PIECE),)), 500, subject=PIECE)
case("public-green", "limit", plot(home(), marks=(green(400, PIECE),)), 400, subject=PIECE)
case("public-green", "fail", plot(home(), marks=(green(399, PIECE),)), 399, subject=PIECE)
case("public-green", "undecidable", plot(home()))
case("public-green", "too little for so many", plot(home(), marks=(green(400, PIECE),), Population=801), 400, "fail")
case(
    "public-green", "the shadow line is left to a person", plot(home(), marks=(green(400, PIECE),), Population=800), 400, "manual"
)


def factory(office: float, **more):
    return plot(
        Block("厂房", 0, 0, 100 - office, 50, 2, 5, use="厂房"),
        Block("办公楼", 100 - office, 0, office, 50, 2, 4, use="厂区办公", **more),
    )


case("industrial-support", "pass", factory(5), 0.05)
case("industrial-support", "limit", factory(7), 0.07)
case("industrial-support", "fail", factory(8), 0.08)
case("industrial-support", "undecidable", factory(7, mass=False))

# ── declared figures
for rule, name, good, edge, bad in (
    ("sponge-runoff", "RunoffControl", 0.8, 0.75, 0.74),
    ("sponge-pollution", "PollutionReduction", 0.5, 0.45, 0.44),
    ("sponge-coefficient", "RunoffCoefficient", 0.5, 0.55, 0.56),
):
    for kind, figure in (("pass", good), ("limit", edge), ("fail", bad)):
        case(rule, kind, plot(home(), **{name: figure}), figure)
    case(rule, "undecidable", plot(home()))

# ── storeys
for rule, use, most in (
    ("storeys-no-lift", "住宅", 6),
    ("storeys-secondary-school", "中学教学楼", 5),
    ("storeys-primary-school", "小学教学楼", 4),
    ("storeys-kindergarten", "幼儿园", 3),
):
    facts = {"HasLift": False}
    case(rule, "pass", plot(home(storeys=most - 1, use=use, facts=facts)), most - 1)
    case(rule, "limit", plot(home(storeys=most, use=use, facts=facts)), most)
    case(rule, "fail", plot(home(storeys=most + 1, use=use, facts=facts)), most + 1)
    case(rule, "undecidable", plot(home(storeys=most + 1, use="", facts=facts)))
case("storeys-no-lift", "unknown whether there is a lift", plot(home(storeys=7)), None, "manual")
case("storeys-no-lift", "with a lift", plot(home(storeys=7, facts={"HasLift": True})), None, "na")

# ── unbroken width of homes
for storeys, most in ((6, 80), (10, 70), (24, 65)):
    case("facade-residential", "pass", site(home(most - 10, 12, storeys)), most - 10, note=f"{storeys}")
    case("facade-residential", "limit", site(home(most, 12, storeys)), most, note=f"{storeys}")
    case("facade-residential", "fail", site(home(most + 0.01, 12, storeys)), most + 0.01, note=f"{storeys}")
case("facade-residential", "undecidable", site(home(mass=False)))
TWIN = Block("2号楼", 55, 5, 50, 20, 6)
case("facade-residential", "two that touch are one", site(home(), TWIN), 100, "fail")


# ── tall buildings along a side of the boundary: towers of 30 m
def towers(width: float, gap: float = 10, y: float = 20, **more):
    west = Block("1号楼", 0, y, width / 2, 14, 10, **more)
    return plot(west, Block("2号楼", width / 2 + gap, y, width / 2, 14, 10))


case("facade-share", "pass", towers(40), 0.40)
case("facade-share", "north side above 50 %", towers(55, y=66), 0.55, "manual")
case("facade-share", "limit", site(Block("1号楼", 20, 20, 60, 14, 10), boundary=rectangle(0, 0, 100, 60), north=90), 0.6)
case("facade-share", "fail", towers(61), 0.61)
case("facade-share", "undecidable", towers(40, mass=False))
