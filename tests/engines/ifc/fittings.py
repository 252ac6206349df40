"""Further verbs for drawings: windows, fixtures in rooms, flats, ground levels. Metres."""

from __future__ import annotations

from typing import Any

from tests.engines.ifc.drawing import Drawing, rectangle


def window(drawing: Drawing, storey: str, x: float, y: float, width: float, sill: float, height: float, **attributes: Any) -> Any:
    """A window in a wall along x (0.1 m deep from y northwards), drawn as one plate; ``sill`` in the model's axes."""
    body = drawing.prism(rectangle(x, y, x + width, y + 0.1), sill, height)
    return drawing.element("IfcWindow", storey, [body], OverallWidth=width, OverallHeight=height, **attributes)


def fixture(drawing: Drawing, room: Any, name: str, kind: str | None = None) -> Any:
    """A sanitary terminal without a body, in a room."""
    terminal = drawing.add("IfcSanitaryTerminal", Name=name, PredefinedType=kind)
    drawing.add("IfcRelContainedInSpatialStructure", RelatedElements=[terminal], RelatingStructure=room)
    return terminal


def flat(drawing: Drawing, name: str, *rooms: Any) -> Any:
    """A zone of rooms."""
    zone = drawing.add("IfcZone", Name=name)
    drawing.add("IfcRelAssignsToGroup", RelatedObjects=list(rooms), RelatingGroup=zone)
    return zone


def ground(drawing: Drawing, below_zero: float) -> None:
    """The ground outside lies so far below the level ±0.00 of the building."""
    drawing.building.ElevationOfRefHeight = 5.0
    drawing.building.ElevationOfTerrain = 5.0 - below_zero


def lift_car(drawing: Drawing, storey: str, name: str = "客梯", width: float | None = None, depth: float | None = None) -> Any:
    """A lift; its car's clear sizes where they are given."""
    lift = drawing.element("IfcTransportElement", storey, [], Name=name, PredefinedType="ELEVATOR")
    sizes = {"ClearWidth": width, "ClearDepth": depth}
    measures(drawing, lift, "Pset_TransportElementElevator", **{key: value for key, value in sizes.items() if value is not None})
    return lift


def measures(drawing: Drawing, element: Any, name: str, **values: float) -> None:
    """A property set of positive lengths, or of real numbers where the name ends in Area or Fraction."""
    if not values:
        return
    singles = [
        drawing.file.createIfcPropertySingleValue(
            key,
            None,
            drawing.file.create_entity(
                "IfcAreaMeasure"
                if key.endswith("Area")
                else "IfcPositiveRatioMeasure"
                if key.endswith("Fraction")
                else "IfcPositiveLengthMeasure",
                float(value),
            ),
            None,
        )
        for key, value in values.items()
    ]
    pset = drawing.add("IfcPropertySet", Name=name, HasProperties=singles)
    drawing.add("IfcRelDefinesByProperties", RelatedObjects=[element], RelatingPropertyDefinition=pset)
