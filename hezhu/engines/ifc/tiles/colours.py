"""The colour of an element in the city model: the house palette by what a thing is, and by its material where the class says little."""

from __future__ import annotations

import re
from typing import NamedTuple

from hezhu.engines.ifc.model import Element


class Colour(NamedTuple):
    """sRGB 0 to 255 and opacity."""

    red: int
    green: int
    blue: int
    opacity: float = 1.0

    @property
    def linear(self) -> list[float]:
        """Red, green, blue in linear light and opacity, as glTF's baseColorFactor wants them (IEC 61966-2-1)."""
        light = [value / 255 for value in self[:3]]
        return [round(v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4, 4) for v in light] + [self.opacity]


PALETTE: dict[str, Colour] = {
    "wall": Colour(0xEE, 0xF0, 0xE8),
    "slab": Colour(0xCD, 0xD5, 0xCF),
    "roof": Colour(0xB4, 0xC4, 0x98),
    "structure": Colour(0xA3, 0xAD, 0xAF),
    "concrete": Colour(0xC2, 0xC6, 0xC1),
    "steel": Colour(0x84, 0x93, 0x8D),
    "wood": Colour(0xC9, 0xAE, 0x7C),
    "brick": Colour(0xC4, 0x8D, 0x78),
    "glass": Colour(0x7F, 0xB0, 0xC4, 0.45),
    "door": Colour(0xB9, 0x9B, 0x62),
    "stair": Colour(0xBB, 0xC4, 0xC0),
    "railing": Colour(0x5F, 0x6F, 0x75),
    "furniture": Colour(0xDC, 0xD4, 0xBF),
    "plumbing": Colour(0x1A, 0x65, 0x85),
    "hvac": Colour(0x8F, 0xB3, 0x4F),
    "electrical": Colour(0xB0, 0x7C, 0x00),
    "other": Colour(0xD9, 0xDD, 0xD6),
    "storey": Colour(0xDF, 0xE5, 0xE0),
}
# By the beginning of the class, the longest that fits.
_BY_CLASS = {
    "IfcWall": "wall",
    "IfcCurtainWall": "glass",
    "IfcPlate": "glass",
    "IfcWindow": "glass",
    "IfcSlab": "slab",
    "IfcCovering": "slab",
    "IfcRoof": "roof",
    "IfcColumn": "structure",
    "IfcBeam": "structure",
    "IfcMember": "structure",
    "IfcFooting": "structure",
    "IfcPile": "structure",
    "IfcReinforc": "steel",
    "IfcDoor": "door",
    "IfcStair": "stair",
    "IfcRamp": "stair",
    "IfcRailing": "railing",
    "IfcFurni": "furniture",
    "IfcFlow": "plumbing",
    "IfcPipe": "plumbing",
    "IfcSanitary": "plumbing",
    "IfcWaste": "plumbing",
    "IfcPump": "plumbing",
    "IfcTank": "plumbing",
    "IfcValve": "plumbing",
    "IfcFireSuppression": "plumbing",
    "IfcDuct": "hvac",
    "IfcAir": "hvac",
    "IfcFan": "hvac",
    "IfcDamper": "hvac",
    "IfcCoil": "hvac",
    "IfcChiller": "hvac",
    "IfcBoiler": "hvac",
    "IfcSpaceHeater": "hvac",
    "IfcUnitaryEquipment": "hvac",
    "IfcCable": "electrical",
    "IfcElectric": "electrical",
    "IfcLight": "electrical",
    "IfcLamp": "electrical",
    "IfcOutlet": "electrical",
    "IfcSwitch": "electrical",
    "IfcAlarm": "electrical",
    "IfcSensor": "electrical",
}
_BY_MATERIAL = (
    ("glass", re.compile(r"玻璃|glass|glazing", re.IGNORECASE)),
    ("wood", re.compile(r"木|wood|timber|oak|plywood", re.IGNORECASE)),
    ("brick", re.compile(r"砖|砌块|brick|masonry", re.IGNORECASE)),
    ("steel", re.compile(r"钢|铝|steel|metal|alumin", re.IGNORECASE)),
    ("concrete", re.compile(r"混凝土|砼|concrete", re.IGNORECASE)),
)
# What a thing is made of tells more than its class for these, and only these.
_ASKED_FOR_MATERIAL = {"wall", "slab", "structure", "glass", "other"}
_DISCIPLINES = {
    "plumbing": "plumbing",
    "hvac": "hvac",
    "electrical": "electrical",
    "structure": "structure",
    "steel": "structure",
}


def colour_key(element: Element) -> str:
    """Key into PALETTE."""
    key = _class_key(element.ifc_class)
    if key not in _ASKED_FOR_MATERIAL or element.ifc_class.startswith(("IfcWindow", "IfcCurtainWall")):
        return key
    names = " ".join(element.materials)
    for material, words in _BY_MATERIAL:
        if names and words.search(names):
            return material
    return "structure" if element.ifc_class.startswith("IfcPlate") and names else key


def discipline_of(ifc_class: str) -> str:
    """The discipline a class belongs to where the whole model's is not known; 建筑 for everything not plainly another's."""
    return _DISCIPLINES.get(_class_key(ifc_class), "architecture")


def _class_key(ifc_class: str) -> str:
    fitting = [start for start in _BY_CLASS if ifc_class.startswith(start)]
    return _BY_CLASS[max(fitting, key=len)] if fitting else "other"
