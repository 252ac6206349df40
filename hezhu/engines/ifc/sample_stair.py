"""The stair of the sample building: two precast flights, a landing, railings; and the two lifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hezhu.engines.ifc import sample_parts as parts
from hezhu.engines.ifc.sample_file import Entity, box, count, length
from hezhu.engines.ifc.sample_plan import SLAB_THICKNESS

if TYPE_CHECKING:
    from hezhu.engines.ifc.sample_storey import Floor, StoreyWriter

RISERS = 9
WEST, EAST, NORTH = -4.4, -1.9, 13.1
START = 9.75  # y of the first riser: the storey landing lies south of it
WELL = 0.1
HANDRAIL = 1.15


class StairWriter:
    """Writes the stair from one storey to the next, the guard at the top and the lifts."""

    def __init__(self, shared: StoreyWriter) -> None:
        self.shared = shared
        self.out = shared.out

    def write(self, storey: Entity, floor: Floor) -> None:
        """The stair up from this storey; at the top only the guard; on the ground floor also the lifts."""
        if floor.top:
            self._top_guard(storey, floor)
        else:
            self._stair(storey, floor)
        if floor.number == 1:
            self._lift(storey, "客梯1（担架电梯）", (0.7, 8.8, 0.0), 1.5, 1.6)
            self._lift(storey, "客梯2", (0.7, 11.3, 0.0), 1.4, 1.1)

    def _stair(self, storey: Entity, floor: Floor) -> None:
        prefix = f"{floor.number}F"
        riser = floor.height / (2 * RISERS)
        tread = round((NORTH - floor.landing_depth - START) / parts.TREADS, 6)
        stair = self.out.rooted(
            "IfcStair",
            f"stair|{prefix}",
            Name=f"{prefix}-LT-1",
            ObjectType="公共楼梯",
            ObjectPlacement=self.out.place(storey),
            PredefinedType="HALF_TURN_STAIR",
        )
        self.out.contain(storey, stair)
        self.out.properties(
            stair,
            "Pset_StairCommon",
            {
                "NumberOfRiser": count(2 * RISERS),
                "NumberOfTreads": count(2 * parts.TREADS),
                "RiserHeight": length(round(riser, 4)),
                "TreadLength": length(tread),
                "FireExit": True,
            },
        )
        top = parts.TREADS * tread + START
        half = floor.height / 2
        inner = WEST + 1.2
        up = [riser] * RISERS
        up[3], up[4] = riser + floor.riser_shift, riser - floor.riser_shift
        origin = (WEST + floor.flight_width, START, 0.0)
        self._flight(stair, f"{prefix}-TB-1", floor.flight_width, up, tread, origin, (0.0, 1.0, 0.0))
        origin = (inner + WELL, top, half)
        self._flight(stair, f"{prefix}-TB-2", 1.2, [riser] * RISERS, tread, origin, (0.0, -1.0, 0.0))
        self._landing(stair, f"{prefix}-休息平台", top, half)

    def _flight(
        self,
        stair: Entity,
        name: str,
        width: float,
        risers: list[float],
        tread: float,
        origin: tuple[float, float, float],
        x_axis: tuple[float, float, float],
    ) -> None:
        shared, out = self.shared, self.out
        code = name.partition("-")[2]
        key = ("flight", width, tuple(risers), tread)
        layers = (("预制混凝土 C30", 0.12),)
        made = shared.typed(
            key, "IfcStairFlightType", "YTB 预制梯段", parts.flight_solids(width, risers, tread), "STRAIGHT", layers
        )
        flight = shared.product(
            "IfcStairFlight",
            name,
            made,
            stair,
            origin,
            x_axis,
            ObjectType="预制梯段",
            Tag=code,
            NumberOfRisers=len(risers),
            NumberOfTreads=len(risers) - 1,
            RiserHeight=round(risers[0], 6),
            TreadLength=tread,
            PredefinedType="STRAIGHT",
        )
        out.aggregate(stair, flight)
        out.properties(
            flight,
            "Pset_StairFlightCommon",
            {"NumberOfRiser": count(len(risers)), "NumberOfTreads": count(len(risers) - 1), "TreadLength": length(tread)},
        )
        out.properties(flight, "Hezhu_Prefab", {"Prefabricated": True, "MemberCategory": "预制梯段"})
        run = tread * parts.TREADS
        out.quantities(
            flight,
            "Qto_StairFlightBaseQuantities",
            L_Length=run,
            V_NetVolume=parts.flight_volume(width, risers, tread),
        )
        out.quantities(flight, "Hezhu_PlanQuantities", A_ProjectedArea=run * width)
        shared.concrete(flight, True, True, code)
        self._flight_railing(stair, name, sum(risers) / len(risers), tread, origin, x_axis)

    def _flight_railing(
        self,
        stair: Entity,
        flight: str,
        riser: float,
        tread: float,
        origin: tuple[float, float, float],
        x_axis: tuple[float, float, float],
    ) -> None:
        solids = parts.flight_railing_solids(riser, tread, HANDRAIL)
        key = ("handrail", round(riser, 6), tread)
        made = self.shared.typed(key, "IfcRailingType", "楼梯栏杆", solids, "HANDRAIL", (("不锈钢", parts.RAIL),))
        railing = self.shared.product(
            "IfcRailing", f"{flight}-栏杆", made, stair, origin, x_axis, PredefinedType="HANDRAIL", ObjectType="楼梯栏杆"
        )
        self.out.aggregate(stair, railing)
        self.out.properties(railing, "Pset_RailingCommon", {"Height": length(HANDRAIL), "IsExternal": False})

    def _landing(self, stair: Entity, name: str, start: float, level: float) -> None:
        dx, dy = EAST - WEST, NORTH - start
        solids = [box(0.0, 0.0, -SLAB_THICKNESS, dx, dy, SLAB_THICKNESS, "cast")]
        layers = (("现浇混凝土 C30", SLAB_THICKNESS),)
        made = self.shared.typed(("landing", round(dy, 6)), "IfcSlabType", "PTB-1 休息平台", solids, "LANDING", layers)
        landing = self.shared.product(
            "IfcSlab", name, made, stair, (WEST, start, level), ObjectType="休息平台", Tag="PTB-1", PredefinedType="LANDING"
        )
        self.out.aggregate(stair, landing)
        self.shared.slab_facts(landing, "PTB-1", "休息平台", round(dx * dy, 6), False)

    def _top_guard(self, storey: Entity, floor: Floor) -> None:
        solids = parts.straight_railing_solids(1.2, 1.2)
        made = self.shared.typed(("top guard",), "IfcRailingType", "顶层水平栏杆", solids, "GUARDRAIL", (("不锈钢", parts.RAIL),))
        origin = (WEST, START - parts.RAIL, 0.0)
        guard = self.shared.product(
            "IfcRailing", f"{floor.number}F-水平栏杆", made, storey, origin, PredefinedType="GUARDRAIL", ObjectType="水平栏杆"
        )
        self.out.contain(storey, guard)
        self.out.properties(guard, "Pset_RailingCommon", {"Height": length(1.2), "IsExternal": False})

    def _lift(self, storey: Entity, name: str, origin: tuple[float, float, float], width: float, depth: float) -> None:
        solids = parts.lift_car_solids(width, depth)
        made = self.shared.typed(("lift", width, depth), "IfcTransportElementType", name, solids, "ELEVATOR")
        lift = self.shared.product("IfcTransportElement", name, made, storey, origin, PredefinedType="ELEVATOR")
        self.out.contain(storey, lift)
        clear = {"ClearWidth": length(max(width, depth)), "ClearDepth": length(min(width, depth)), "ClearHeight": length(2.3)}
        self.out.properties(lift, "Pset_TransportElementElevator", {"FireFightingLift": False} | clear)
