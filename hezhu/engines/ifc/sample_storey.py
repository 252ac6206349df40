"""Turns the plan of each floor into IFC records: typed, placed, with properties, quantities, codes and relations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hezhu.engines.ifc import sample_parts as parts
from hezhu.engines.ifc import sample_plan as plan
from hezhu.engines.ifc.sample_file import Entity, SampleFile, Solid, Vector, area, box, length, volume
from hezhu.engines.ifc.sample_kinds import WallKind
from hezhu.engines.ifc.sample_openings import OpeningWriter
from hezhu.engines.ifc.sample_plan import SLAB_THICKNESS, Rect, Room, Slab, Wall
from hezhu.engines.ifc.sample_stair import StairWriter

PREFAB = "Hezhu_Prefab"
JOINT_WIDTH = 0.4  # the cast joint beside each precast shear wall; up to 0.60 m it counts (GB/T 51129-2017 4.0.3)
PROPERTY_TITLES = {
    "Prefabricated": "是否预制",
    "MemberCategory": "构件类别",
    "PrecastVolume": "预制混凝土体积",
    "CountableCastVolume": "可计入的后浇混凝土体积",
    "Masonry": "是否砌筑",
    "IntegratedInsulationFinish": "墙体、保温、隔热、装饰一体化",
    "IntegratedServicesFinish": "墙体、管线、装修一体化",
    "DryFloor": "干式工法楼面、地面",
    "Integrated": "集成厨房或集成卫生间",
    "DryArea": "干式工法墙顶地面积",
    "SurfaceArea": "墙面、顶面和地面总面积",
    "FullDecoration": "全装修",
    "OutdoorHeight": "室外设计地面以上高度",
}
_WALL_CODES = {
    WallKind.PRECAST: ("14-20.20.15", "墙"),
    WallKind.CAST: ("14-20.20.15", "墙"),
    WallKind.FACADE: ("14-10.20.03.06", "外墙"),
    WallKind.PARAPET: ("14-10.20.03.06", "外墙"),
    WallKind.PANEL: ("14-10.20.03.03", "内墙"),
    WallKind.BLOCK: ("14-10.20.03.03", "内墙"),
}
_DRY_FLOORS = ("卧室", "起居室", "储藏室")
_WET_ROOMS = ("厨房", "卫生间")


@dataclass(frozen=True, slots=True)
class Floor:
    """One storey: its number from 1, height (m) and what a fault changed. ``elevation`` is the floor level, m."""

    number: int
    top: bool
    elevation: float
    height: float
    variant: plan.Variant
    balcony_guard: float
    flight_width: float
    landing_depth: float
    riser_shift: float
    corridor_ceiling: float | None
    nameless_room: str
    unrated_wall: str

    @property
    def clear(self) -> float:
        """Height from the floor to the slab above, m."""
        return round(self.height - SLAB_THICKNESS, 6)

    def label(self, code: str) -> str:
        """``3-起居室`` on the third floor is 303-起居室; ``C-走廊`` is 3F-走廊."""
        flat, _, name = code.partition("-")
        return f"{self.number}F-{name}" if flat == "C" else f"{self.number}0{flat}-{name}"


class StoreyWriter:
    """Writes floors into one file and keeps the types they share."""

    def __init__(self, out: SampleFile) -> None:
        self.out = out
        self._types: dict[tuple[Any, ...], tuple[Entity, Entity]] = {}
        self.stairs = StairWriter(self)
        self.openings = OpeningWriter(self)

    def write_floor(self, storey: Entity, floor: Floor) -> None:
        """Everything that stands on one storey."""
        spaces = {room.code: self._room(storey, floor, room) for room in plan.rooms(floor.variant)}
        self._zones(storey, floor, spaces)
        for wall in plan.walls(floor.variant):
            self._wall(storey, floor, wall, spaces)
        for slab in [] if floor.number == 1 else plan.slabs():
            self.slab(storey, f"{floor.number}F-{slab.code}", slab)
        for flat, slab in plan.balconies():
            self._balcony(storey, floor, flat, slab)
        if floor.number == 1:
            self._ground(storey)
        if floor.corridor_ceiling is not None:
            self._ceiling(storey, floor, floor.corridor_ceiling)
        self.stairs.write(storey, floor)

    def write_roof(self, storey: Entity, storeys: int) -> None:
        """The roof slabs and the parapet."""
        for slab in [*plan.slabs(), *plan.roof_slabs()]:
            self.slab(storey, f"屋面-{slab.code}", slab)
        for wall in plan.parapets():
            element = self._wall_element(storey, "屋面", wall, 1.4)
            self._wall_facts(element, wall, 1.4, 0.0, wall.kind.fire)

    def typed(
        self,
        key: tuple[Any, ...],
        ifc_class: str,
        name: str,
        solids: list[Solid],
        predefined: str,
        layers: tuple[tuple[str, float], ...] = (),
        **attributes: Any,
    ) -> tuple[Entity, Entity]:
        """The type object and its shared shape for one part of the plan; made once."""
        if key not in self._types:
            shape = self.out.shape(solids)
            if ifc_class not in ("IfcDoorType", "IfcWindowType", "IfcSpaceType"):
                attributes.setdefault("Tag", name.split(" ")[0])
            made = self.out.rooted(
                ifc_class,
                f"type|{ifc_class}|{key}",
                Name=name,
                RepresentationMaps=[shape],
                PredefinedType=predefined,
                **attributes,
            )
            if layers:
                self.out.made_of(made, layers)
            self._types[key] = (made, shape)
        return self._types[key]

    def product(
        self,
        ifc_class: str,
        name: str,
        typed: tuple[Entity, Entity],
        parent: Entity,
        origin: Vector = (0.0, 0.0, 0.0),
        x_axis: Vector = (1.0, 0.0, 0.0),
        **attributes: Any,
    ) -> Entity:
        """One occurrence of a type, placed below ``parent``. It repeats its type's predefined type: some readers look only there."""
        attributes.setdefault("PredefinedType", typed[0].PredefinedType)
        element = self.out.rooted(
            ifc_class,
            f"{ifc_class}|{name}",
            Name=name,
            ObjectPlacement=self.out.place(parent, origin, x_axis),
            Representation=self.out.mapped(typed[1]),
            **attributes,
        )
        self.out.typed(element, typed[0])
        return element

    def _room(self, storey: Entity, floor: Floor, room: Room) -> Entity:
        corridor = room.function == "走廊" and floor.corridor_ceiling is not None
        height = floor.corridor_ceiling if corridor and floor.corridor_ceiling else floor.clear
        nameless = room.code == floor.nameless_room
        solids = [Solid(room.outline, height, "space")]
        made = self.typed(("space", room.outline, height), "IfcSpaceType", room.code, solids, "SPACE")
        name = f"{floor.number}0{room.flat}-04" if nameless else floor.label(room.code)
        balcony = room.function == "阳台"
        space = self.product(
            "IfcSpace",
            name,
            made,
            storey,
            LongName=None if nameless else room.function,
            CompositionType="ELEMENT",
            PredefinedType="SPACE",
        )
        self.out.aggregate(storey, space)
        self.out.properties(space, "Pset_SpaceCommon", {"IsExternal": balcony, "PubliclyAccessible": room.flat == 0})
        ground, perimeter = _area(room.outline), _perimeter(room.outline)
        self.out.quantities(
            space,
            "Qto_SpaceBaseQuantities",
            L_Height=height,
            L_NetPerimeter=perimeter,
            A_NetFloorArea=ground,
            A_NetCeilingArea=ground,
            A_GrossWallArea=perimeter * height,
        )
        if room.flat and not balcony and not nameless:
            self._fit_out(space, room, ground, perimeter * height)
        return space

    def _fit_out(self, space: Entity, room: Room, ground: float, wall_area: float) -> None:
        values: dict[str, Any] = {"DryFloor": room.function in _DRY_FLOORS}
        if room.function in _WET_ROOMS:
            surface = area(round(2 * ground + wall_area, 4))
            values |= {"Integrated": True, "DryArea": surface, "SurfaceArea": surface}
        self.out.properties(space, PREFAB, values)

    def _zones(self, storey: Entity, floor: Floor, spaces: dict[str, Entity]) -> None:
        for flat in plan.FLATS:
            number = f"{floor.number}0{flat.number}"
            zone = self.out.rooted(
                "IfcZone", f"zone|{number}", Name=number, ObjectType=f"户型{flat.plan}", LongName=f"{number} 户"
            )
            for code, space in spaces.items():
                if code.startswith(f"{flat.number}-"):
                    self.out.group(zone, space)

    def _wall(self, storey: Entity, floor: Floor, wall: Wall, spaces: dict[str, Entity]) -> None:
        element = self._wall_element(storey, f"{floor.number}F", wall, floor.clear)
        cut = 0.0
        for number, opening in enumerate(wall.openings):
            cut += opening.fitting.width * opening.fitting.height
            self.openings.write(storey, floor, wall, element, opening, number, spaces)
        rating = "" if wall.code == floor.unrated_wall else wall.kind.fire
        self._wall_facts(element, wall, floor.clear, cut, rating)

    def _wall_element(self, storey: Entity, prefix: str, wall: Wall, height: float) -> Entity:
        solids = [box(0.0, 0.0, 0.0, wall.length, wall.thickness, height, wall.kind.style)]
        predefined = {WallKind.PARAPET: "PARAPET", WallKind.PANEL: "PARTITIONING", WallKind.BLOCK: "PARTITIONING"}
        made = self.typed(
            ("wall", wall.code, wall.length, height),
            "IfcWallType",
            f"{wall.code} {wall.kind.title}",
            solids,
            predefined.get(wall.kind, "SOLIDWALL"),
            wall.kind.layers,
        )
        origin: Vector = (wall.rect.x0, wall.rect.y0, 0.0) if wall.along_x else (wall.rect.x1, wall.rect.y0, 0.0)
        x_axis: Vector = (1.0, 0.0, 0.0) if wall.along_x else (0.0, 1.0, 0.0)
        element = self.product(
            "IfcWall", f"{prefix}-{wall.code}", made, storey, origin, x_axis, ObjectType=wall.kind.title, Tag=wall.code
        )
        self.out.contain(storey, element)
        return element

    def _wall_facts(self, element: Entity, wall: Wall, height: float, cut: float, fire: str) -> None:
        kind, out = wall.kind, self.out
        side = wall.length * height
        net_volume = round((side - cut) * wall.thickness, 4)
        common: dict[str, Any] = {"LoadBearing": kind.bearing, "IsExternal": wall.external}
        out.properties(element, "Pset_WallCommon", common | ({"FireRating": fire} if fire else {}))
        out.quantities(
            element,
            "Qto_WallBaseQuantities",
            L_Length=wall.length,
            L_Width=wall.thickness,
            L_Height=height,
            A_GrossSideArea=side,
            A_NetSideArea=side - cut,
            V_NetVolume=net_volume,
        )
        out.classify(element, *_WALL_CODES[kind])
        values: dict[str, Any] = {"Prefabricated": kind.prefab, "MemberCategory": kind.title, "Masonry": kind.masonry}
        if kind is WallKind.PRECAST:
            joint = round(JOINT_WIDTH * wall.thickness * height, 4)
            values |= {"PrecastVolume": volume(round(net_volume - joint, 4)), "CountableCastVolume": volume(joint)}
        if wall.external:
            values["IntegratedInsulationFinish"] = wall.integrated
        elif not kind.bearing:
            values["IntegratedServicesFinish"] = False
        out.properties(element, PREFAB, values)
        self.concrete(element, kind.prefab, kind in (WallKind.PRECAST, WallKind.CAST, WallKind.FACADE), wall.code)

    def concrete(self, element: Entity, prefab: bool, is_concrete: bool, code: str) -> None:
        """The standard property sets that say how a concrete member is made."""
        if is_concrete:
            method = "Precast" if prefab else "In-Situ"
            self.out.properties(element, "Pset_ConcreteElementGeneral", {"ConstructionMethod": method, "StrengthClass": "C35"})
        if prefab and is_concrete:
            self.out.properties(element, "Pset_PrecastConcreteElementGeneral", {"TypeDesignator": code, "PieceMark": code})

    def slab(self, storey: Entity, name: str, slab: Slab) -> Entity:
        """A floor field or balcony whose top is the storey's level."""
        dx, dy = slab.rect.x1 - slab.rect.x0, slab.rect.y1 - slab.rect.y0
        style = "slab" if slab.prefab else "cast"
        solids = [box(0.0, 0.0, -SLAB_THICKNESS, dx, dy, SLAB_THICKNESS, style)]
        layers = (("预制混凝土 C30", 0.06), ("现浇混凝土 C30", 0.08)) if slab.prefab else (("现浇混凝土 C30", SLAB_THICKNESS),)
        predefined = "FLOOR" if slab.kind == "BALCONY" else slab.kind
        made = self.typed(("slab", slab.code, slab.rect), "IfcSlabType", f"{slab.code} {slab.title}", solids, predefined, layers)
        origin = (slab.rect.x0, slab.rect.y0, 0.0)
        element = self.product("IfcSlab", name, made, storey, origin, ObjectType=slab.title, Tag=slab.code)
        self.out.contain(storey, element)
        self.slab_facts(element, slab.code, slab.title, slab.rect.area, slab.prefab, slab.kind == "BALCONY")
        return element

    def slab_facts(self, element: Entity, code: str, title: str, plan_area: float, prefab: bool, external: bool = False) -> None:
        """Properties, quantities and code of a slab 0.14 m thick."""
        out = self.out
        out.properties(element, "Pset_SlabCommon", {"LoadBearing": True, "IsExternal": external, "FireRating": "1.50h"})
        out.properties(element, PREFAB, {"Prefabricated": prefab, "MemberCategory": title})
        out.quantities(
            element,
            "Qto_SlabBaseQuantities",
            L_Depth=SLAB_THICKNESS,
            A_NetArea=plan_area,
            V_NetVolume=plan_area * SLAB_THICKNESS,
        )
        out.classify(element, "14-20.20.03", "楼板")
        self.concrete(element, prefab, True, code)

    def _balcony(self, storey: Entity, floor: Floor, flat: int, slab: Slab) -> None:
        number = f"{floor.number}0{flat}"
        self.slab(storey, f"{number}-阳台板", slab)
        rect = slab.rect
        local = Rect(0.0, 0.0, rect.x1 - rect.x0, rect.y1 - rect.y0)
        height = floor.balcony_guard if flat == 3 else 1.2
        solids = parts.balcony_railing_solids(local, rect.y0 < 0, height)
        made = self.typed(
            ("guard", rect, height), "IfcRailingType", f"阳台栏杆 {slab.code}", solids, "GUARDRAIL", (("铝合金", RAIL_DEPTH),)
        )
        railing = self.product(
            "IfcRailing",
            f"{number}-阳台栏杆",
            made,
            storey,
            (rect.x0, rect.y0, 0.0),
            PredefinedType="GUARDRAIL",
            ObjectType="阳台栏杆",
        )
        self.out.contain(storey, railing)
        self.out.properties(railing, "Pset_RailingCommon", {"Height": length(height), "IsExternal": True})

    def _ground(self, storey: Entity) -> None:
        o = plan.OUTLINE
        solids = [box(0.0, 0.0, -0.3, o.x1 - o.x0, o.y1 - o.y0, 0.3, "cast")]
        made = self.typed(("base",), "IfcSlabType", "FB-1 筏板", solids, "BASESLAB", (("现浇混凝土 C35", 0.3),))
        slab = self.product("IfcSlab", "1F-FB-1", made, storey, (o.x0, o.y0, 0.0), ObjectType="筏板", Tag="FB-1")
        self.out.contain(storey, slab)
        out = self.out
        out.properties(slab, "Pset_SlabCommon", {"LoadBearing": True, "IsExternal": False, "FireRating": "1.50h"})
        out.properties(slab, PREFAB, {"Prefabricated": False, "MemberCategory": "筏板"})
        out.quantities(slab, "Qto_SlabBaseQuantities", L_Depth=0.3, A_NetArea=o.area, V_NetVolume=o.area * 0.3)
        out.classify(slab, "14-20.20.03", "楼板")
        self.concrete(slab, False, True, "FB-1")

    def _ceiling(self, storey: Entity, floor: Floor, height: float) -> None:
        south = floor.variant.corridor_south + 0.1
        solids = [box(0.0, 0.0, 0.0, 8.8, 8.3 - south, 0.02, "panel")]
        made = self.typed(("ceiling", height), "IfcCoveringType", "吊顶", solids, "CEILING", (("铝扣板", 0.02),))
        ceiling = self.product(
            "IfcCovering", f"{floor.number}F-走廊吊顶", made, storey, (-4.4, south, height), PredefinedType="CEILING"
        )
        self.out.contain(storey, ceiling)
        self.out.classify(ceiling, "14-10.20.24", "吊顶")


RAIL_DEPTH = parts.RAIL


def _area(outline: plan.Polygon) -> float:
    closed = zip(outline, (*outline[1:], outline[0]), strict=True)
    return round(abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in closed)) / 2, 6)


def _perimeter(outline: plan.Polygon) -> float:
    closed = zip(outline, (*outline[1:], outline[0]), strict=True)
    return round(sum(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 for (x0, y0), (x1, y1) in closed), 6)
