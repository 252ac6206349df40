"""Draws small building models with exact dimensions (metres, IFC4) for the tests of measuring and judging."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.guid

from hezhu.engines import ifc

Plan = Sequence[tuple[float, float]]
Box = tuple[float, float, float, float, float, float]


def rectangle(x0: float, y0: float, x1: float, y1: float) -> Plan:
    """Corners of a rectangle."""
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


class Drawing:
    """One storeyed building. Everything is drawn in the model's own axes."""

    def __init__(self, building: str = "", schema: str = "IFC4") -> None:
        self.file = ifcopenshell.file(schema=schema)
        self._count = 0
        units = self.file.createIfcUnitAssignment(
            [
                self.file.createIfcSIUnit(None, kind, None, name)
                for kind, name in (("LENGTHUNIT", "METRE"), ("AREAUNIT", "SQUARE_METRE"), ("VOLUMEUNIT", "CUBIC_METRE"))
            ]
        )
        self.context = self.file.createIfcGeometricRepresentationContext(
            None, "Model", 3, 1e-5, self._axes((0.0, 0.0, 0.0)), None
        )
        self.project = self.add("IfcProject", Name="测试", RepresentationContexts=[self.context], UnitsInContext=units)
        self.building = self.add("IfcBuilding", Name="1号楼", ObjectType=building or None)
        self._relate(self.project, [self.building])
        self.storeys: dict[str, Any] = {}

    def add(self, ifc_class: str, **attributes: Any) -> Any:
        """A record with a GlobalId that depends only on the order of drawing."""
        self._count += 1
        number = ifcopenshell.guid.compress(f"{self._count:032x}")
        return self.file.create_entity(ifc_class, GlobalId=number, **attributes)

    def _axes(self, origin: tuple[float, float, float], z: Any = None, x: Any = None) -> Any:
        direction = self.file.createIfcDirection
        point = self.file.createIfcCartesianPoint([float(value) for value in origin])
        return self.file.createIfcAxis2Placement3D(point, direction(z) if z else None, direction(x) if x else None)

    def _relate(self, whole: Any, parts: list[Any]) -> None:
        self.add("IfcRelAggregates", RelatingObject=whole, RelatedObjects=parts)

    def storey(self, name: str, elevation: float) -> Any:
        """A storey at an elevation."""
        entity = self.add("IfcBuildingStorey", Name=name, Elevation=float(elevation), ObjectPlacement=self._placement())
        self._relate(self.building, [entity])
        self.storeys[name] = entity
        return entity

    def _placement(self) -> Any:
        return self.file.createIfcLocalPlacement(None, self._axes((0.0, 0.0, 0.0)))

    def prism(self, outline: Plan, z: float, height: float) -> Any:
        """An upright prism."""
        return self._extrusion(outline, self._axes((0.0, 0.0, z)), height)

    def box(self, x0: float, y0: float, z0: float, x1: float, y1: float, z1: float) -> Any:
        """A box from corner to corner."""
        return self.prism(rectangle(x0, y0, x1, y1), z0, z1 - z0)

    def sloping(self, profile_xz: Plan, y0: float, y1: float) -> Any:
        """A profile in the x–z plane, extruded from y0 to y1."""
        return self._extrusion(profile_xz, self._axes((0.0, y1, 0.0), (0.0, -1.0, 0.0), (1.0, 0.0, 0.0)), y1 - y0)

    def _extrusion(self, outline: Plan, position: Any, depth: float) -> Any:
        points = [self.file.createIfcCartesianPoint([float(x), float(y)]) for x, y in [*outline, outline[0]]]
        profile = self.file.createIfcArbitraryClosedProfileDef("AREA", None, self.file.createIfcPolyline(points))
        return self.file.createIfcExtrudedAreaSolid(
            profile, position, self.file.createIfcDirection((0.0, 0.0, 1.0)), float(depth)
        )

    def element(self, ifc_class: str, storey: str, solids: Sequence[Any], whole: Any = None, **attributes: Any) -> Any:
        """A product of these solids on a storey, or as part of a whole."""
        shape = None
        if solids:
            body = self.file.createIfcShapeRepresentation(self.context, "Body", "SweptSolid", list(solids))
            shape = self.file.createIfcProductDefinitionShape(None, None, [body])
        entity = self.add(ifc_class, ObjectPlacement=self._placement(), Representation=shape, **attributes)
        if whole is not None:
            self._relate(whole, [entity])
        elif ifc_class == "IfcSpace":
            self._relate(self.storeys[storey], [entity])
        else:
            self.add("IfcRelContainedInSpatialStructure", RelatedElements=[entity], RelatingStructure=self.storeys[storey])
        return entity

    def room(self, storey: str, name: str, outline: Plan, z: float = 0.0, height: float = 2.8) -> Any:
        """A space."""
        return self.element("IfcSpace", storey, [self.prism(outline, z, height)], Name=name, LongName=name)

    def slab(self, storey: str, outline: Plan, top: float, thickness: float = 0.12, **attributes: Any) -> Any:
        """A floor whose top lies at ``top``."""
        return self.element("IfcSlab", storey, [self.prism(outline, top - thickness, thickness)], **attributes)

    def door(
        self,
        storey: str,
        x: float,
        y: float,
        width: float,
        jamb: float = 0.05,
        leaf: float = 0.04,
        leaves: int = 1,
        z: float = 0.0,
        height: float = 2.1,
        turned: bool = False,
        **attributes: Any,
    ) -> Any:
        """A door in a wall along x whose opening starts at x: two jambs, a head, and closed leaves between them.

        It opens to the north, along the y axis of its placement; a ``turned`` one to the south.
        """
        clear, start, top = (width - 2 * jamb) / leaves, x + jamb, z + height
        boxes = [
            (x, y, z, x + jamb, y + 0.1, top),
            (x + width - jamb, y, z, x + width, y + 0.1, top),
            (x + jamb, y, top - 0.05, x + width - jamb, y + 0.1, top),
            *((start + n * clear, y, z + 0.005, start + (n + 1) * clear, y + leaf, top - 0.06) for n in range(leaves)),
        ]
        if turned:
            boxes = [(-x1, -y1, z0, -x0, -y0, z1) for x0, y0, z0, x1, y1, z1 in boxes]
        solids = [self.box(*each) for each in boxes]
        door = self.element("IfcDoor", storey, solids, OverallWidth=width, OverallHeight=height, **attributes)
        if turned:
            axes = self._axes((0.0, 0.0, 0.0), (0.0, 0.0, 1.0), (-1.0, 0.0, 0.0))
            door.ObjectPlacement = self.file.createIfcLocalPlacement(None, axes)
        return door

    def flight(self, storey: str, risers: Sequence[float], going: float, width: float, whole: Any = None, **place: float) -> Any:
        """Steps as blocks climbing along x from (x, y, z); the last riser leads to a landing that is not drawn."""
        x, y, z = place.get("x", 0.0), place.get("y", 0.0), place.get("z", 0.0)
        level, solids = z, []
        for number, riser in enumerate(risers[:-1]):
            level += riser
            solids.append(self.box(x + number * going, y, z, x + (number + 1) * going, y + width, level))
        return self.element("IfcStairFlight", storey, solids, whole, Name="梯段")

    def properties(self, element: Any, name: str, **values: Any) -> None:
        """A property set of labels and booleans."""
        singles = [
            self.file.createIfcPropertySingleValue(
                key, None, self.file.create_entity("IfcBoolean" if isinstance(value, bool) else "IfcLabel", value), None
            )
            for key, value in values.items()
        ]
        pset = self.add("IfcPropertySet", Name=name, HasProperties=singles)
        self.add("IfcRelDefinesByProperties", RelatedObjects=[element], RelatingPropertyDefinition=pset)

    def save(self, folder: Path, name: str = "drawing.ifc") -> Path:
        """Writes the file."""
        path = folder / name
        self.file.write(str(path))
        return path

    def read(self, folder: Path) -> ifc.Model:
        """Writes and reads the model."""
        return ifc.read(self.save(folder))
