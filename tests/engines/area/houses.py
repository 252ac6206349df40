"""Draws a small house with exact outer faces for the tests of the area study."""

from __future__ import annotations

from pathlib import Path

from hezhu.engines.review.area import BuildingArea, building_area, load_profile
from tests.engines.ifc.drawing import Drawing, Plan, rectangle

WALL = 0.2


class House(Drawing):
    """Storeys of 10 m × 6 m between outer faces, with slabs whose tops lie at the storey levels."""

    def walls(
        self, storey: str, x0: float, y0: float, x1: float, y1: float, z: float, height: float, **attributes: object
    ) -> None:
        """Four walls whose outer faces are the rectangle."""
        t = WALL
        for name, plan in (
            ("南", rectangle(x0, y0, x1, y0 + t)),
            ("北", rectangle(x0, y1 - t, x1, y1)),
            ("西", rectangle(x0, y0 + t, x0 + t, y1 - t)),
            ("东", rectangle(x1 - t, y0 + t, x1, y1 - t)),
        ):
            self.element("IfcWall", storey, [self.prism(plan, z, height)], Name=f"外墙{name}", **attributes)

    def level(self, name: str, z: float, height: float, slab: Plan | None = None) -> None:
        """A storey with its floor slab, four walls and one room."""
        self.storey(name, z)
        self.slab(name, slab or rectangle(0, 0, 10, 6), z, Name=f"{name}板")
        self.walls(name, 0, 0, 10, 6, z, height - 0.12)
        self.room(name, "起居室", rectangle(0.2, 0.2, 9.8, 5.8), z, height - 0.12)

    def roof(self, z: float, plan: Plan | None = None) -> None:
        """A flat roof whose top lies at z."""
        self.storey("屋面", z)
        self.slab("屋面", plan or rectangle(0, 0, 10, 6), z, Name="屋面板", PredefinedType="ROOF")

    def measure(self, folder: Path, profile: str = "gbt50353-2013") -> BuildingArea:
        """Writes, reads and measures."""
        return building_area(self.read(folder), load_profile(profile))


def one_storey(height: float = 3.0) -> House:
    """Ground floor and roof."""
    house = House()
    house.level("1F", 0.0, height)
    house.roof(height)
    return house


def two_storeys() -> House:
    """Ground floor, first floor and roof, 3 m each."""
    house = House()
    house.level("1F", 0.0, 3.0)
    house.level("2F", 3.0, 3.0)
    house.roof(6.0)
    return house
