"""Heights and facades along streets, parking, accesses of garages and vehicle entrances."""

from __future__ import annotations

from hezhu.engines.review.planning.sample import Block, Mark, rectangle
from tests.engines.planning.battery import HECTARE, case, site


def street(height: float, width: float, setback: float, length: float = 40, kind: str = "道路红线", **more):
    count = max(1, round(height / 3))
    block = Block("1号楼", 0, setback, length, 12, heights=(height / count,) * count, **more)
    return site(block, marks=(Mark(kind, "路", rectangle(-200, -width, 300, 0)),))


# ── H ≤ K (W + S): road 20 m, setback 20 m: 60 m for K = 1.5, 72 m for 1.8
case("street-height", "pass", street(57, 20, 20), 57)
case("street-height", "limit", street(60, 20, 20), 60)
case("street-height", "fail", street(72.5, 20, 20), 72.5)
case("street-height", "undecidable", street(66, 20, 20), 66)
# ── L ≤ K (W + S) of tall buildings: setback 20 m
for width, factor in ((16, 2.4), (24, 1.9), (36, 1.5), (50, 1.0)):
    asked = factor * (width + 20)
    for name, length in (("pass", asked - 5), ("limit", asked), ("beyond", asked + 0.01), ("fail", asked + 9)):
        case("facade-street", name, street(30, width, 20, length), length, note=f"{width} m")
case("facade-street", "undecidable", street(30, 24, 20, mass=False), None, "na", note="no outline stands beside no road")
NO_WIDTH = Mark("道路红线", "路", [(-200, 0), (300, 0)], closed=False)
for rule in ("street-height", "facade-street"):
    case(rule, "undecidable", site(Block("1号楼", 0, 20, 40, 12, 10), marks=(NO_WIDTH,)), note="road drawn as one line")
case("facade-street", "multi-storey buildings are free", street(18, 16, 5, 200), None, "na")


# ── parking
def spaces(count: int, width: float = 2.5, length: float = 5.5, kind: str = "停车位") -> tuple[Mark, ...]:
    return tuple(Mark(kind, f"车位{i + 1}", rectangle(i * 3, 80, i * 3 + width, 80 + length)) for i in range(count))


def lot(count: int, use: str = "住宅", area: float = 1000, storeys: int = 1, zone: str | None = "new_town", **facts):
    block = Block("1号楼", 0, 0, 50, area / storeys / 50, storeys, use=use, facts=facts)
    return site(block, marks=spaces(count), boundary=HECTARE, Zone=zone)


HOMES = {"Dwellings": 10}
case("parking", "pass", lot(15, **HOMES), 15)
case("parking", "limit", lot(12, **HOMES), 12)
case("parking", "beyond", lot(11, **HOMES), 11)
case("parking", "fail", lot(6, **HOMES), 6)
case("parking", "undecidable", site(Block("1号楼", 0, 0, 50, 20, 1, facts=HOMES)))
case("parking", "one for each dwelling", lot(12, Dwellings=13), 12, "fail")
case("parking", "dwellings unknown", lot(12), 12, "manual")
case("parking", "dwellings unknown, too few anyway", lot(11), 11, "fail")
case("parking", "old town", lot(8, zone="old_town"), 8, "pass")
case("parking", "zone unknown", lot(10, zone=None, **HOMES), 10, "manual")
case("parking", "by the conditions", lot(12, **HOMES), 12, "fail", conditions={"parking": {"住宅": {"per_dwelling": 1.3}}})
# use, facts, area in m², spaces asked in the new and in the old town
for use, facts, area, new, old in (
    ("廉租房", {}, 1000, 5, 4),
    ("行政服务中心", {}, 1000, 20, 15),
    ("行政办公", {}, 1000, 12, 10),
    ("写字楼", {}, 1000, 10, 8),
    ("商业", {}, 1000, 8, 6),
    ("商业", {}, 10100, 101, 81),
    ("大型超市", {}, 10100, 122, 101),
    ("专业市场", {}, 1000, 12, 8),
    ("医院门诊", {}, 1000, 15, 15),
    ("住院部", {"Beds": 50}, 1000, 20, 20),
    ("小学", {"Staff": 40, "Classes": 10}, 1000, 22, 22),
    ("中学", {"Staff": 40, "Classes": 10}, 1000, 18, 18),
    ("幼儿园", {"Staff": 20, "Classes": 10}, 1000, 13, 13),
    ("厂房", {}, 1000, 3, 3),
    ("厂区办公", {}, 1000, 8, 8),
    ("仓库", {}, 1000, 4, 4),
):
    for zone, count in (("new_town", new), ("old_town", old)):
        storeys = 5 if area > 5000 else 1
        case("parking", "limit", lot(count, use, area, storeys, zone, **facts), count, note=f"{use} {area} {zone}")
        case("parking", "beyond", lot(count - 1, use, area, storeys, zone, **facts), count - 1, note=f"{use} {area} {zone}")
case("parking", "beds unknown", lot(20, "住院部"), 20, "manual")
BIG_CARS = site(Block("1号楼", 0, 0, 50, 20, 1, facts=HOMES), marks=spaces(5, 4, 12, "大型停车位"), boundary=HECTARE)
case("parking", "five for buses count as twelve and a half", BIG_CARS, 12.5, "pass")

for use, facts, asked in (
    ("住宅", {}, 20),
    ("行政服务中心", {}, 30),
    ("写字楼", {}, 20),
    ("商业", {}, 55),
    ("专业市场", {}, 30),
    ("医院门诊", {}, 70),
    ("住院部", {"Beds": 50}, 50),
    ("小学", {"Staff": 40, "Classes": 10}, 42),
    ("中学", {"Persons": 500, "Classes": 10}, 320),
    ("幼儿园", {"Staff": 20, "Classes": 10}, 56),
    ("厂房", {"Workers": 100}, 80),
):
    block = Block("1号楼", 0, 0, 50, 20, 1, use=use, facts=facts)
    for name, count in (("pass", asked + 3), ("limit", asked), ("beyond", asked - 1), ("fail", asked // 2)):
        case("bicycles", name, site(block, boundary=HECTARE, BicycleSpaces=count), count, note=use)
case("bicycles", "undecidable", site(Block("1号楼", 0, 0, 50, 20, 1)))

for name, width, length, value in (
    ("pass", 2.55, 5.6, 2.55),
    ("limit", 2.5, 5.5, 2.5),
    ("beyond", 2.49, 5.5, 2.49),
    ("fail", 2.5, 5.0, 5.0),
):
    case("parking-size", name, site(marks=spaces(1, width, length)), value)
case("parking-size", "undecidable", site(boundary=HECTARE, ParkingSpaces=20))


# ── accesses of a garage with so many spaces, and lanes of each access
def garage(count: int, *lanes: int | None):
    accesses = [
        Mark("车库出入口", f"出入口{i + 1}", rectangle(i * 20, 0, i * 20 + 7, 10), facts={"Lanes": n} if n else {})
        for i, n in enumerate(lanes)
    ]
    return site(marks=tuple(accesses), boundary=HECTARE, ParkingSpaces=count)


for name, count, lanes, value in (
    ("limit", 24, (1,), 1),
    ("fail", 25, (1,), 1),
    ("limit", 25, (1, 1), 2),
    ("limit", 100, (2,), 2),
    ("pass", 100, (2, 1), 3),
    ("fail", 101, (2,), 2),
    ("fail", 101, (1, 1, 1), 2),
    ("limit", 300, (2, 1), 3),
    ("fail", 301, (2, 1), 3),
    ("limit", 500, (2, 2), 4),
):
    case("parking-access", name, garage(count, *lanes), value, note=f"{count} {lanes}")
case("parking-access", "undecidable", garage(100, None), note="lanes unknown")
case("parking-access", "more than the table holds", garage(501, 2, 2, 2), None, "manual")


def access(width: float = 7, **facts):
    return site(marks=(Mark("车库出入口", "出入口", rectangle(0, 0, width, 20), facts=facts),))


for lanes, asked in ((2, 7.0), (1, 4.0)):
    for name, width in (("pass", asked + 1), ("limit", asked), ("beyond", asked - 0.01), ("fail", asked - 1)):
        case("access-width", name, access(width, Lanes=lanes), width, note=f"{lanes}")
case("access-width", "undecidable", access())
for curved, asked in ((False, 0.15), (True, 0.12)):
    for name, slope in (("pass", asked - 0.02), ("limit", asked), ("beyond", asked + 0.001), ("fail", asked + 0.03)):
        case("access-slope", name, access(Slope=slope, Curved=curved), slope, note=f"curved {curved}")
case("access-slope", "undecidable", access(Lanes=2))
case("access-slope", "straight or curved unknown", access(Slope=0.14), 0.14, "manual")
for rule, kind in (("ramp-road", "道路红线"), ("ramp-internal-road", "内部道路")):
    case(rule, "undecidable", site(marks=(Mark("车库出入口", "出入口", rectangle(0, 0, 7, 20)),)), note=kind)


# ── vehicle entrances
def entrance(at: float, width: float = 24, grade: str = "", crossing: bool = True, lean: float = 0.0):
    marks = [Mark("道路红线", "路", rectangle(-300, -width, 300, 0), facts={"Grade": grade} if grade else {})]
    if crossing:
        marks.append(Mark("道路红线", "横路", rectangle(-20, -200, 0, 200), facts={"Grade": "支路"}))
    marks.append(Mark("机动车出入口", "出入口", [(at, 0), (at + lean, 10)], closed=False))
    return site(marks=tuple(marks))


for width, asked in ((50, 100), (24, 80), (16, 50)):
    for name, at in (("pass", asked + 20), ("limit", asked), ("beyond", asked - 0.01), ("fail", asked / 2)):
        case("entrance-junction", name, entrance(at, width), at, note=f"{width} m")
case("entrance-junction", "undecidable", entrance(100, crossing=False))
case("entrance-junction", "none on an expressway", entrance(200, 50, "快速路"), 1, "fail")
# tan 15° × 10 m = 2.6795 m aside
for name, lean, angle in (("pass", 0, 90), ("limit", 2.679491, 75), ("beyond", 2.70, 74.8904), ("fail", 10, 45)):
    case("entrance-angle", name, entrance(100, lean=lean), angle)
AREA = Mark("机动车出入口", "出入口", rectangle(100, 0, 107, 10))
case("entrance-angle", "undecidable", site(marks=(Mark("道路红线", "路", rectangle(-300, -24, 300, 0)), AREA)))
