"""Doors and windows of the sample building: openings in walls, what fills them, and the rooms they join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hezhu.engines.ifc import sample_parts as parts
from hezhu.engines.ifc.sample_file import Entity, box
from hezhu.engines.ifc.sample_kinds import Fitting
from hezhu.engines.ifc.sample_plan import Opening, Wall

if TYPE_CHECKING:
    from hezhu.engines.ifc.sample_storey import Floor, StoreyWriter

# What of an opening opens: a casement all but its frame, one of two sliding panels.
_OPENABLE = {Fitting.SMALL_WINDOW: 0.82, Fitting.WINDOW: 0.43, Fitting.BALCONY: 0.45}


class OpeningWriter:
    """Writes openings with their doors and windows."""

    def __init__(self, shared: StoreyWriter) -> None:
        self.shared = shared
        self.out = shared.out
        self._openings: dict[tuple[float, float, float], Entity] = {}
        self._fittings: dict[tuple[str, float], tuple[Entity, Entity]] = {}

    def write(
        self,
        storey: Entity,
        floor: Floor,
        wall: Wall,
        host: Entity,
        opening: Opening,
        number: int,
        spaces: dict[str, Entity],
    ) -> None:
        """Cuts the opening into ``host``, fills it with its door or window and tells the rooms on both sides."""
        fitting, out = opening.fitting, self.out
        start = wall.rect.x0 if wall.along_x else wall.rect.y0
        offset = round(opening.at - fitting.width / 2 - start, 6)
        key = (fitting.width, fitting.height, wall.thickness)
        if key not in self._openings:
            deep = box(0.0, -0.05, 0.0, fitting.width, wall.thickness + 0.1, fitting.height, "")
            self._openings[key] = out.shape([deep])
        name = f"{host.Name}-洞{number + 1}"
        void = out.rooted(
            "IfcOpeningElement",
            f"opening|{name}",
            Name=name,
            ObjectPlacement=out.place(host, (offset, 0.0, fitting.sill)),
            Representation=out.mapped(self._openings[key]),
            PredefinedType="OPENING",
        )
        out.rooted("IfcRelVoidsElement", f"voids|{name}", RelatingBuildingElement=host, RelatedOpeningElement=void)
        element = self._fitting(storey, floor, wall, opening, void, number)
        out.rooted("IfcRelFillsElement", f"fills|{name}", RelatingOpeningElement=void, RelatedBuildingElement=element)
        for room in opening.rooms:
            out.rooted(
                "IfcRelSpaceBoundary",
                f"boundary|{name}|{room}",
                RelatingSpace=spaces[room],
                RelatedBuildingElement=element,
                PhysicalOrVirtualBoundary="PHYSICAL",
                InternalOrExternalBoundary="EXTERNAL" if wall.external else "INTERNAL",
            )

    def _fitting(self, storey: Entity, floor: Floor, wall: Wall, opening: Opening, void: Entity, number: int) -> Entity:
        fitting = opening.fitting
        made = self._fitting_type(fitting, wall.thickness)
        word = "门" if fitting.is_door else f"窗{number + 1}"
        attributes: dict[str, Any] = {"OverallWidth": fitting.width, "OverallHeight": fitting.height, "ObjectType": fitting.title}
        attributes["PredefinedType"] = "DOOR" if fitting.is_door else "WINDOW"
        room = opening.rooms[-1]
        name = f"{floor.label(room)}-{word}"
        if fitting is Fitting.ENTRANCE:
            name = f"{floor.number}0{room[0]}-户门"
        element = self.shared.product("IfcDoor" if fitting.is_door else "IfcWindow", name, made, void, **attributes)
        self.out.contain(storey, element)
        common: dict[str, Any] = {"IsExternal": wall.external}
        if fitting.is_door:
            common["FireExit"] = fitting in (Fitting.STAIR, Fitting.BUILDING)
            if fitting is Fitting.BALCONY:
                common["GlazingAreaFraction"] = ("IfcPositiveRatioMeasure", 0.9)
            if fitting.fire:
                common["FireRating"] = fitting.fire
        self.out.properties(element, "Pset_DoorCommon" if fitting.is_door else "Pset_WindowCommon", common)
        if fitting in _OPENABLE:
            share = ("IfcPositiveRatioMeasure", _OPENABLE[fitting])
            self.out.properties(element, "Hezhu_Ventilation", {"OpenableAreaFraction": share})
        self.out.quantities(
            element,
            "Qto_DoorBaseQuantities" if fitting.is_door else "Qto_WindowBaseQuantities",
            L_Width=fitting.width,
            L_Height=fitting.height,
            A_Area=fitting.width * fitting.height,
        )
        if fitting.is_door:
            self.out.classify(element, *(("14-10.20.09.06", "室外门") if wall.external else ("14-10.20.09.03", "室内门")))
        else:
            self.out.classify(element, "14-10.20.12.06", "外窗")
        return element

    def _fitting_type(self, fitting: Fitting, thickness: float) -> tuple[Entity, Entity]:
        known = (fitting.name, thickness)
        if known not in self._fittings:
            self._fittings[known] = self._new_type(fitting, thickness)
        return self._fittings[known]

    def _new_type(self, fitting: Fitting, thickness: float) -> tuple[Entity, Entity]:
        key = ("fitting", fitting.name, thickness)
        name = f"{fitting.title} {fitting.width * 1000:.0f}×{fitting.height * 1000:.0f}"
        solids = parts.fitting_solids(fitting, thickness)
        if not fitting.is_door:
            return self.shared.typed(key, "IfcWindowType", name, solids, "WINDOW", PartitioningType="SINGLE_PANEL")
        operation = {("swing", 1): "SINGLE_SWING_LEFT", ("swing", 2): "DOUBLE_DOOR_SINGLE_SWING"}.get(
            (fitting.motion, fitting.leaves), "DOUBLE_DOOR_SLIDING"
        )
        lining = self.out.rooted(
            "IfcDoorLiningProperties", f"lining|{key}", LiningDepth=parts.LINING_DEPTH, LiningThickness=parts.LINING
        )
        panel = self.out.rooted(
            "IfcDoorPanelProperties",
            f"panel|{key}",
            PanelDepth=parts.LEAF,
            PanelOperation="SLIDING" if fitting.motion == "slide" else "SWINGING",
            PanelWidth=1.0 / fitting.leaves,
            PanelPosition="LEFT",
        )
        return self.shared.typed(
            key, "IfcDoorType", name, solids, "DOOR", OperationType=operation, HasPropertySets=[lining, panel]
        )
