"""Every rule of the building area has its cases; those that count by the storey's height are drawn here, each on its own storey."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from hezhu.engines.review.area import load_profile
from tests.engines.area.battery import REQUIRED, SHOWN, shows
from tests.engines.area.houses import House
from tests.engines.ifc.drawing import rectangle

THICK = 0.3  # a roof that may hold insulation and finishes: whether its top is that of the structure nobody can tell
Above = Callable[[House, float], None]


def lid(house: House, z: float, thickness: float) -> None:
    """What closes the storey: a slab whose top lies at z."""
    house.storey("屋面", z)
    house.element("IfcSlab", "屋面", [house.box(0, 0, z - thickness, 10, 6, z)], Name="屋面板", PredefinedType="ROOF")


def storey(name: str, floor: float) -> Callable[[float, float], House]:
    """A storey of that name at that level, closed by a slab; below it an ordinary one where there is room for it."""

    def draw(height: float, thickness: float) -> House:
        house = House()
        if floor > 0:
            house.level("1F", 0.0, floor)
        house.storey(name, floor)
        house.slab(name, rectangle(0, 0, 10, 6), floor, Name=f"{name}板")
        house.walls(name, 0, 0, 10, 6, floor, height - thickness)
        house.room(name, "房间", rectangle(0.2, 0.2, 9.8, 5.8), floor, height - thickness)
        lid(house, floor + height, thickness)
        return house

    return draw


def open_floor(height: float, thickness: float) -> House:
    """Columns, and a slab above them."""
    house = House()
    house.storey("架空层", 0.0)
    house.slab("架空层", rectangle(1, 1, 9, 5), 0.0)
    for x in (0.0, 9.6):
        house.element("IfcColumn", "架空层", [house.box(x, 0, 0, x + 0.4, 0.4, height - thickness)], Name="柱")
    lid(house, height, thickness)
    return house


def roof_room(height: float, thickness: float) -> House:
    """A room of 3 m × 2 m on a flat roof."""
    house = House()
    house.level("1F", 0.0, 3.0)
    house.roof(3.0)
    house.walls("屋面", 1, 1, 4, 3, 3.0, height - thickness)
    house.storey("顶", 3.0 + height)
    house.element(
        "IfcSlab", "顶", [house.box(1, 1, 3.0 + height - thickness, 4, 3, 3.0 + height)], Name="顶板", PredefinedType="ROOF"
    )
    return house


DRAWN = {
    "storey": storey("1F", 0.0),
    "partial": storey("夹层", 3.0),
    "basement": storey("地下一层", -3.0),
    "service_storey": storey("设备层", 3.0),
    "open_floor": open_floor,
    "roof_room": roof_room,
}
HEIGHTS = {
    "pass": (3.0, 0.12, (1.0,)),
    "limit": (2.2, 0.12, (1.0,)),
    "fail": (2.199, 0.12, (0.5,)),
    "undecidable": (2.3, THICK, (0.5, 1.0)),
}
for each in DRAWN:
    shows(each, *HEIGHTS)(lambda: None)


@pytest.mark.parametrize("name", HEIGHTS)
@pytest.mark.parametrize("rule", DRAWN)
def test_a_storey_counts_by_its_height(tmp_path: Path, rule: str, name: str) -> None:
    """Full from 2.20 m, half below; open where only a thick roof reaches 2.20 m."""
    height, thickness, factors = HEIGHTS[name]
    result = DRAWN[rule](height, thickness).measure(tmp_path)
    (part,) = [part for part in result.parts if part.rule.key == rule and (rule != "storey" or part.storey.name == "1F")]
    assert part.factors == factors
    assert bool(part.missing) == (len(factors) > 1)
    assert part.heights_m == pytest.approx((height, height), abs=1e-4)


NO_LIMIT = "规范没有给出限值，只有算与不算"
NOT_OPEN = "是或否由模型中有没有该构件决定，没有第三种情形"
WITHOUT = {
    ("ramp", "limit"): NO_LIMIT,
    ("ramp", "pass"): "模型说不清坡道顶盖盖住哪一段，有顶盖的一律交给人",
    ("hall", "limit"): NO_LIMIT,
    ("gallery", "limit"): NO_LIMIT,
    ("bay", "undecidable"): "凸窗的窗台高差和净高都由自身形体量出",
    ("canopy", "undecidable"): "挑出和立柱都由自身形体量出",
    ("gallery", "fail"): "没有围护或顶盖的外廊是不是露台，图上说不清，一律交给人",
    ("outdoor_stair", "limit"): NO_LIMIT,
    ("outdoor_stair", "undecidable"): NOT_OPEN,
    ("balcony_inside", "limit"): NO_LIMIT,
    ("balcony_outside", "limit"): NO_LIMIT,
    ("shed", "limit"): NO_LIMIT,
    ("shed", "undecidable"): NOT_OPEN,
    ("insulation", "limit"): NO_LIMIT,
    ("insulation", "undecidable"): NOT_OPEN,
    ("none", "limit"): NO_LIMIT,
    ("pitched", "undecidable"): "净高由坡面形体逐点量出",
    ("inclined", "undecidable"): "净高由墙面形体逐点量出",
    ("shaft", "limit"): "随所在自然层计，限值在自然层",
    ("shaft", "fail"): "没有形体的井道不存在算不算",
}


def test_every_rule_has_its_four_cases() -> None:
    for module in ("test_area_inside", "test_area_outside"):
        importlib.import_module(f"tests.engines.area.{module}")
    required = {(rule, name) for rule in load_profile("gbt50353-2013").rules for name in REQUIRED}
    assert sorted(required - SHOWN - set(WITHOUT)) == []
    assert sorted(set(WITHOUT) & SHOWN) == [], "a reason for a case that is there"
    assert sorted(SHOWN - required) == []
