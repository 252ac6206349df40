"""Writes IFC4 records for the sample building: named GlobalIds, shared shapes, and relations gathered until the end.

Lengths are metres. Every GlobalId is made from a stable name, so the same plan gives the same file, byte for byte.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.guid

Point = tuple[float, float]
Vector = tuple[float, float, float]
Entity = ifcopenshell.entity_instance

_NAMESPACE = uuid.UUID("6f0c3c58-6f0e-5d4c-8b43-9a6b1c2f7e10")
X: Vector = (1.0, 0.0, 0.0)
Y: Vector = (0.0, 1.0, 0.0)
Z: Vector = (0.0, 0.0, 1.0)

# colour (red, green, blue) and transparency by style name
_STYLES: dict[str, tuple[float, float, float, float]] = {
    "precast": (0.56, 0.70, 0.31, 0.0),
    "cast": (0.74, 0.75, 0.74, 0.0),
    "panel": (0.88, 0.86, 0.80, 0.0),
    "block": (0.80, 0.66, 0.55, 0.0),
    "slab": (0.66, 0.76, 0.50, 0.0),
    "door": (0.55, 0.40, 0.28, 0.0),
    "frame": (0.35, 0.38, 0.40, 0.0),
    "glass": (0.62, 0.80, 0.86, 0.6),
    "rail": (0.30, 0.34, 0.36, 0.0),
    "space": (0.10, 0.40, 0.52, 0.85),
    "lift": (0.45, 0.50, 0.54, 0.0),
}


@dataclass(frozen=True, slots=True)
class Solid:
    """A profile (closed, without the repeated last point) in the plane of ``x_axis`` at ``origin``, pushed along ``z_axis``."""

    profile: tuple[Point, ...]
    depth: float
    style: str
    origin: Vector = (0.0, 0.0, 0.0)
    x_axis: Vector = X
    z_axis: Vector = Z


def box(x: float, y: float, z: float, dx: float, dy: float, dz: float, style: str) -> Solid:
    """A box from its lowest corner and its three sides."""
    return Solid(((x, y), (x + dx, y), (x + dx, y + dy), (x, y + dy)), dz, style, origin=(0.0, 0.0, z))


def integer(value: int) -> Any:
    """Marks a property value as IfcInteger."""
    return ("IfcInteger", value)


def length(value: float) -> Any:
    """Marks a property value as a length in metres."""
    return ("IfcPositiveLengthMeasure", float(value))


def volume(value: float) -> Any:
    """Marks a property value as a volume in cubic metres."""
    return ("IfcVolumeMeasure", float(value))


def area(value: float) -> Any:
    """Marks a property value as an area in square metres."""
    return ("IfcAreaMeasure", float(value))


def count(value: int) -> Any:
    """Marks a property value as a count."""
    return ("IfcCountMeasure", value)


_QUANTITY_CLASSES = {
    "L": ("IfcQuantityLength", "LengthValue"),
    "A": ("IfcQuantityArea", "AreaValue"),
    "V": ("IfcQuantityVolume", "VolumeValue"),
}


class SampleFile:
    """An IFC4 file in the making. ``finish`` writes the gathered relations; nothing may be added after it."""

    def __init__(self, project: str) -> None:
        self.file = ifcopenshell.file(schema="IFC4")
        self._axes: dict[Any, Entity] = {}
        self._points: dict[tuple[float, ...], Entity] = {}
        self._directions: dict[Vector, Entity] = {}
        self._styles: dict[str, Entity] = {}
        self._materials: dict[str, Entity] = {}
        self._psets: dict[tuple[str, tuple[Any, ...]], list[Entity]] = {}
        self._quantities: dict[tuple[str, tuple[Any, ...]], list[Entity]] = {}
        self._codes: dict[tuple[str, str], list[Entity]] = {}
        self._made_of: dict[tuple[tuple[str, float], ...], list[Entity]] = {}
        self._typed: dict[Entity, list[Entity]] = {}
        self._contained: dict[Entity, list[Entity]] = {}
        self._parts: dict[Entity, list[Entity]] = {}
        self._members: dict[Entity, list[Entity]] = {}
        self._descriptions: dict[str, str] = {}
        self.project = self._project(project)

    def create(self, ifc_class: str, **attributes: Any) -> Entity:
        """One record."""
        return self.file.create_entity(ifc_class, **attributes)

    def rooted(self, ifc_class: str, key: str, **attributes: Any) -> Entity:
        """A record with a GlobalId made from ``key``, which must be unique in the file."""
        return self.create(ifc_class, GlobalId=global_id(key), **attributes)

    def _project(self, name: str) -> Entity:
        units = [
            self.create("IfcSIUnit", UnitType=kind, Name=unit)
            for kind, unit in (
                ("LENGTHUNIT", "METRE"),
                ("AREAUNIT", "SQUARE_METRE"),
                ("VOLUMEUNIT", "CUBIC_METRE"),
                ("PLANEANGLEUNIT", "RADIAN"),
            )
        ]
        self.context = self.create(
            "IfcGeometricRepresentationContext",
            ContextType="Model",
            CoordinateSpaceDimension=3,
            Precision=1e-5,
            WorldCoordinateSystem=self.axes((0.0, 0.0, 0.0)),
        )
        self.body = self.create(
            "IfcGeometricRepresentationSubContext",
            ContextIdentifier="Body",
            ContextType="Model",
            ParentContext=self.context,
            TargetView="MODEL_VIEW",
        )
        return self.rooted(
            "IfcProject",
            "project",
            Name=name,
            UnitsInContext=self.create("IfcUnitAssignment", Units=units),
            RepresentationContexts=[self.context],
        )

    def point(self, *coordinates: float) -> Entity:
        """A shared point."""
        rounded = tuple(round(float(c), 6) + 0.0 for c in coordinates)
        if rounded not in self._points:
            self._points[rounded] = self.create("IfcCartesianPoint", Coordinates=rounded)
        return self._points[rounded]

    def direction(self, vector: Vector) -> Entity:
        """A shared direction."""
        if vector not in self._directions:
            self._directions[vector] = self.create("IfcDirection", DirectionRatios=vector)
        return self._directions[vector]

    def axes(self, origin: Vector, x_axis: Vector = X, z_axis: Vector = Z) -> Entity:
        """A shared placement in space."""
        key = (tuple(round(c, 6) + 0.0 for c in origin), x_axis, z_axis)
        if key not in self._axes:
            plain = x_axis == X and z_axis == Z
            self._axes[key] = self.create(
                "IfcAxis2Placement3D",
                Location=self.point(*origin),
                Axis=None if plain else self.direction(z_axis),
                RefDirection=None if plain else self.direction(x_axis),
            )
        return self._axes[key]

    def place(self, parent: Entity | None, origin: Vector = (0.0, 0.0, 0.0), x_axis: Vector = X) -> Entity:
        """A local placement below the placement of ``parent`` (a product), or absolute."""
        return self.create(
            "IfcLocalPlacement",
            PlacementRelTo=parent.ObjectPlacement if parent else None,
            RelativePlacement=self.axes(origin, x_axis),
        )

    def shape(self, solids: Iterable[Solid]) -> Entity:
        """A representation map that any number of products can share."""
        items = [self._solid(solid) for solid in solids]
        representation = self.create(
            "IfcShapeRepresentation",
            ContextOfItems=self.body,
            RepresentationIdentifier="Body",
            RepresentationType="SweptSolid",
            Items=items,
        )
        return self.create("IfcRepresentationMap", MappingOrigin=self.axes((0.0, 0.0, 0.0)), MappedRepresentation=representation)

    def _solid(self, solid: Solid) -> Entity:
        corners = [self.point(*corner) for corner in solid.profile]
        profile = self.create(
            "IfcArbitraryClosedProfileDef",
            ProfileType="AREA",
            OuterCurve=self.create("IfcPolyline", Points=[*corners, corners[0]]),
        )
        item = self.create(
            "IfcExtrudedAreaSolid",
            SweptArea=profile,
            Position=self.axes(solid.origin, solid.x_axis, solid.z_axis),
            ExtrudedDirection=self.direction(Z),
            Depth=solid.depth,
        )
        if solid.style:
            self.create("IfcStyledItem", Item=item, Styles=[self._style(solid.style)])
        return item

    def _style(self, name: str) -> Entity:
        if name not in self._styles:
            red, green, blue, transparency = _STYLES[name]
            colour = self.create("IfcColourRgb", Red=red, Green=green, Blue=blue)
            shading = self.create("IfcSurfaceStyleShading", SurfaceColour=colour, Transparency=transparency)
            self._styles[name] = self.create("IfcSurfaceStyle", Name=name, Side="BOTH", Styles=[shading])
        return self._styles[name]

    def mapped(self, shape: Entity) -> Entity:
        """The representation of one product that uses a shared shape."""
        if not hasattr(self, "_identity"):
            self._identity = self.create("IfcCartesianTransformationOperator3D", LocalOrigin=self.point(0.0, 0.0, 0.0))
        item = self.create("IfcMappedItem", MappingSource=shape, MappingTarget=self._identity)
        representation = self.create(
            "IfcShapeRepresentation",
            ContextOfItems=self.body,
            RepresentationIdentifier="Body",
            RepresentationType="MappedRepresentation",
            Items=[item],
        )
        return self.create("IfcProductDefinitionShape", Representations=[representation])

    def properties(self, element: Entity, name: str, values: Mapping[str, Any]) -> None:
        """Gives an element a property set; elements with the same values share one."""
        self._psets.setdefault((name, tuple(values.items())), []).append(element)

    def describe_properties(self, descriptions: Mapping[str, str]) -> None:
        """What property names mean, in Chinese, written beside each value."""
        self._descriptions.update(descriptions)

    def quantities(self, element: Entity, name: str, **values: float) -> None:
        """Gives an element base quantities; the first letter of each key says length, area or volume: ``A_NetArea=3.2``."""
        self._quantities.setdefault((name, tuple((key, round(v, 6)) for key, v in values.items())), []).append(element)

    def classify(self, element: Entity, code: str, title: str) -> None:
        """Gives an element a code of GB/T 51269-2017."""
        self._codes.setdefault((code, title), []).append(element)

    def made_of(self, element: Entity, layers: Sequence[tuple[str, float]]) -> None:
        """Gives a type its material (one layer) or its layers (material, thickness)."""
        self._made_of.setdefault(tuple(layers), []).append(element)

    def typed(self, element: Entity, type_object: Entity) -> None:
        """Says which type an element is of."""
        self._typed.setdefault(type_object, []).append(element)

    def contain(self, container: Entity, element: Entity) -> None:
        """Puts an element on a storey (or the site)."""
        self._contained.setdefault(container, []).append(element)

    def aggregate(self, whole: Entity, part: Entity) -> None:
        """Makes ``part`` a part of ``whole``."""
        self._parts.setdefault(whole, []).append(part)

    def group(self, group: Entity, member: Entity) -> None:
        """Puts a space into a zone."""
        self._members.setdefault(group, []).append(member)

    def finish(self, path: Path) -> None:
        """Writes the gathered relations and the file."""
        for (name, values), elements in self._psets.items():
            self._write_pset(name, values, elements)
        for (name, values), elements in self._quantities.items():
            self._write_quantities(name, values, elements)
        self._write_codes()
        self._write_materials()
        self._relate("IfcRelDefinesByType", self._typed, "RelatingType", "RelatedObjects")
        self._relate("IfcRelContainedInSpatialStructure", self._contained, "RelatingStructure", "RelatedElements")
        self._relate("IfcRelAggregates", self._parts, "RelatingObject", "RelatedObjects")
        self._relate("IfcRelAssignsToGroup", self._members, "RelatingGroup", "RelatedObjects")
        header = self.file.header.file_name
        header.name, header.time_stamp = "hezhu-sample.ifc", "2026-01-01T00:00:00"
        header.author, header.organization = ("Hezhu",), ("Hezhu",)
        header.originating_system = "Hezhu sample-model"
        self.file.header.file_description.description = ("ViewDefinition [DesignTransferView_V1.0]",)
        text: str = self.file.to_string()  # type: ignore[no-untyped-call]
        path.write_text(text, "utf-8", newline="\n")

    def _relate(self, ifc_class: str, groups: Mapping[Entity, list[Entity]], one: str, many: str) -> None:
        for head, members in groups.items():
            self.rooted(ifc_class, f"{ifc_class}|{head.GlobalId}", **{one: head, many: members})

    def _write_pset(self, name: str, values: tuple[Any, ...], elements: list[Entity]) -> None:
        singles = [
            self.create(
                "IfcPropertySingleValue",
                Name=key,
                Description=self._descriptions.get(key),
                NominalValue=self._value(value),
            )
            for key, value in values
        ]
        key = f"pset|{name}|{values}"
        pset = self.rooted("IfcPropertySet", key, Name=name, HasProperties=singles)
        self.rooted("IfcRelDefinesByProperties", f"rel|{key}", RelatedObjects=elements, RelatingPropertyDefinition=pset)

    def _value(self, value: Any) -> Entity:
        if isinstance(value, tuple):
            return self.file.create_entity(value[0], value[1])
        return self.file.create_entity("IfcBoolean" if isinstance(value, bool) else "IfcLabel", value)

    def _write_quantities(self, name: str, values: tuple[Any, ...], elements: list[Entity]) -> None:
        members = []
        for key, value in values:
            ifc_class, attribute = _QUANTITY_CLASSES[key[0]]
            members.append(self.create(ifc_class, Name=key[2:], **{attribute: value}))
        key = f"qto|{name}|{values}"
        quantity = self.rooted("IfcElementQuantity", key, Name=name, Quantities=members)
        self.rooted("IfcRelDefinesByProperties", f"rel|{key}", RelatedObjects=elements, RelatingPropertyDefinition=quantity)

    def _write_codes(self) -> None:
        system = self.create("IfcClassification", Source="GB/T 51269-2017", Edition="2017", Name="GB/T 51269-2017")
        self.rooted(
            "IfcRelAssociatesClassification", "classification", RelatedObjects=[self.project], RelatingClassification=system
        )
        for (code, title), elements in self._codes.items():
            reference = self.create("IfcClassificationReference", Identification=code, Name=title, ReferencedSource=system)
            self.rooted(
                "IfcRelAssociatesClassification", f"code|{code}", RelatedObjects=elements, RelatingClassification=reference
            )

    def _write_materials(self) -> None:
        for layers, elements in self._made_of.items():
            materials = [self._material(name) for name, _ in layers]
            definition = materials[0]
            if len(layers) > 1:
                definition = self.create(
                    "IfcMaterialLayerSet",
                    MaterialLayers=[
                        self.create("IfcMaterialLayer", Material=material, LayerThickness=thickness)
                        for material, (_, thickness) in zip(materials, layers, strict=True)
                    ],
                    LayerSetName="+".join(name for name, _ in layers),
                )
            self.rooted("IfcRelAssociatesMaterial", f"material|{layers}", RelatedObjects=elements, RelatingMaterial=definition)

    def _material(self, name: str) -> Entity:
        if name not in self._materials:
            self._materials[name] = self.create("IfcMaterial", Name=name)
        return self._materials[name]


def global_id(key: str) -> str:
    """The 22-character GlobalId that belongs to a stable name."""
    return str(ifcopenshell.guid.compress(uuid.uuid5(_NAMESPACE, key).hex))
