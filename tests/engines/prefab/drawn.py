"""A two-storey block, 10 m × 8 m outside, walls 0.2 m thick, storeys 3.0 m high: what the tests of the assembly rate draw on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hezhu.engines.prefab import ItemInput, load_profile, quantities_from_model
from tests.engines.ifc.drawing import Drawing, rectangle

PREFAB = "Hezhu_Prefab"
Q1A, Q1B, Q3A = "q1a", "q1b", "q3a"


class Block(Drawing):
    """Storeys 1F (0.0) and 2F (3.0); 屋面 (6.0). Nothing is drawn until asked for."""

    def __init__(self, building: str = "住宅") -> None:
        super().__init__(building)
        for name, level in (("1F", 0.0), ("2F", 3.0), ("屋面", 6.0)):
            self.storey(name, level)

    def said(self, element: Any, **values: Any) -> Any:
        """Properties in the platform's own set; numbers become measures."""
        singles = []
        for name, value in values.items():
            kind = "IfcBoolean" if isinstance(value, bool) else "IfcReal" if isinstance(value, float) else "IfcLabel"
            singles.append(self.file.createIfcPropertySingleValue(name, None, self.file.create_entity(kind, value), None))
        pset = self.add("IfcPropertySet", Name=PREFAB, HasProperties=singles)
        self.add("IfcRelDefinesByProperties", RelatedObjects=[element], RelatingPropertyDefinition=pset)
        return element

    def declared(self, element: Any, **values: float) -> Any:
        """Base quantities; the first letter says volume or area: ``V_NetVolume=2.0``."""
        kinds = {"V": "IfcQuantityVolume", "A": "IfcQuantityArea", "L": "IfcQuantityLength"}
        rows = [self.file.create_entity(kinds[key[0]], key[2:], None, None, value) for key, value in values.items()]
        qto = self.add("IfcElementQuantity", Name="Qto", Quantities=rows)
        self.add("IfcRelDefinesByProperties", RelatedObjects=[element], RelatingPropertyDefinition=qto)
        return element

    def wall(
        self, storey: str, box: tuple[float, ...], *, bearing: bool | None = None, external: bool | None = None, **said: Any
    ):
        """A wall from (x0, y0, x1, y1), 3 m high or from z0 to z1 where six numbers are given."""
        x0, y0, x1, y1 = box[:4]
        z0, z1 = box[4:] if len(box) == 6 else (self.level(storey), self.level(storey) + 3.0)
        name = said.pop("Name", "墙")
        element = self.element("IfcWall", storey, [self.box(x0, y0, z0, x1, y1, z1)], Name=name)
        common = {"LoadBearing": bearing, "IsExternal": external}
        if known := {key: value for key, value in common.items() if value is not None}:
            self.properties(element, "Pset_WallCommon", **known)
        return self.said(element, **said) if said else element

    def level(self, storey: str) -> float:
        return {"1F": 0.0, "2F": 3.0, "屋面": 6.0}[storey]

    def hole(self, wall: Any, x0: float, y0: float, z0: float, x1: float, y1: float, z1: float) -> None:
        """An opening in a wall."""
        body = self.file.createIfcShapeRepresentation(self.context, "Body", "SweptSolid", [self.box(x0, y0, z0, x1, y1, z1)])
        shape = self.file.createIfcProductDefinitionShape(None, None, [body])
        opening = self.add("IfcOpeningElement", ObjectPlacement=self._placement(), Representation=shape)
        self.add("IfcRelVoidsElement", RelatingBuildingElement=wall, RelatedOpeningElement=opening)

    def round(self, x: float, y: float, z: float, radius: float, height: float, along_x: bool = False) -> Any:
        """A cylinder, upright or along x."""
        position = self._axes((x, y, z), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)) if along_x else self._axes((x, y, z))
        circle = self.file.createIfcCircleProfileDef("AREA", None, None, radius)
        up = self.file.createIfcDirection((0.0, 0.0, 1.0))
        return self.file.createIfcExtrudedAreaSolid(circle, position, up, height)

    def enclosure(self, storey: str) -> None:
        """The four outer walls of a storey, hung on the structure, without a word on masonry; one room inside."""
        for box in ((0, 0, 10, 0.2), (0, 7.8, 10, 8), (0, 0.2, 0.2, 7.8), (9.8, 0.2, 10, 7.8)):
            self.wall(storey, box, bearing=False, external=True)
        self.room(storey, "房间", rectangle(0.2, 0.2, 9.8, 7.8), self.level(storey), 2.8)

    def found(self, folder: Path, item: str, kind: str = "dwelling", profile: str = "gbt51129-2017") -> ItemInput:
        """The input of one item of the saved model."""
        return quantities_from_model(self.read(folder), load_profile(profile), kind)[item]


def column(block: Block, box: tuple[float, ...], prefab: bool | None = None, **attributes: Any) -> Any:
    """A rectangular column (x0, y0, z0, x1, y1, z1)."""
    element = block.element("IfcColumn", "1F", [block.box(*box)], Name="柱", **attributes)
    return element if prefab is None else block.said(element, Prefabricated=prefab)
