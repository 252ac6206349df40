"""What the walls, doors and windows of the sample building are made of."""

from __future__ import annotations

from enum import Enum


class WallKind(Enum):
    """What a wall is made of and what it does: title, layers, bearing, prefab, masonry, style, fire rating."""

    PRECAST = ("预制剪力墙", (("预制混凝土 C35", 0.2),), True, True, False, "precast", "3.00h")
    CAST = ("现浇剪力墙", (("现浇混凝土 C35", 0.2),), True, False, False, "cast", "3.00h")
    FACADE = (
        "预制外挂墙板",
        (("装饰面层", 0.05), ("岩棉保温", 0.05), ("预制混凝土 C30", 0.1)),
        False,
        True,
        False,
        "panel",
        "1.00h",
    )
    PANEL = ("ALC 条板隔墙", (("蒸压加气混凝土条板", 0.1),), False, True, False, "panel", "1.00h")
    BLOCK = ("砌块隔墙", (("加气混凝土砌块", 0.1),), False, False, True, "block", "1.00h")
    PARAPET = ("女儿墙", (("现浇混凝土 C35", 0.2),), False, False, False, "cast", "1.00h")

    def __init__(
        self,
        title: str,
        layers: tuple[tuple[str, float], ...],
        bearing: bool,
        prefab: bool,
        masonry: bool,
        style: str,
        fire: str,
    ) -> None:
        self.title, self.layers, self.bearing, self.prefab = title, layers, bearing, prefab
        self.masonry, self.style, self.fire = masonry, style, fire


class Fitting(Enum):
    """A door or window: title, opening width, height, sill, leaves (0: a window), way of moving, fire rating of a door."""

    ENTRANCE = ("户门", 1.10, 2.15, 0.0, 1, "swing", "乙级")
    ROOM = ("卧室门", 1.00, 2.15, 0.0, 1, "swing", "")
    NARROW_ROOM = ("卧室门", 0.80, 2.15, 0.0, 1, "swing", "")
    WET = ("厨卫门", 0.90, 2.15, 0.0, 1, "swing", "")
    BALCONY = ("阳台推拉门", 2.20, 2.35, 0.0, 2, "slide", "")
    STAIR = ("楼梯间防火门", 1.20, 2.15, 0.0, 1, "swing", "乙级")
    SHAFT = ("管井检修门", 1.00, 2.15, 0.0, 1, "swing", "丙级")
    LIFT = ("电梯层门", 1.10, 2.20, 0.0, 2, "slide", "")
    BUILDING = ("单元门", 1.60, 2.35, 0.0, 2, "swing", "")
    WINDOW = ("推拉窗", 1.50, 1.60, 0.95, 0, "", "")
    SMALL_WINDOW = ("平开窗", 0.90, 1.40, 0.95, 0, "", "")
    STAIR_WINDOW = ("楼梯间窗", 2.40, 0.42, 2.40, 0, "", "")

    def __init__(self, title: str, width: float, height: float, sill: float, leaves: int, motion: str, fire: str) -> None:
        self.title, self.width, self.height, self.sill = title, width, height, sill
        self.leaves, self.motion, self.fire = leaves, motion, fire

    @property
    def is_door(self) -> bool:
        """A door has a leaf one walks through."""
        return self.leaves > 0
