"""The deliberate faults of the sample building: what each one is and what a rule must find."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: on which storey it lies, the element a finding must name, and the value a measurement must give.

    ``verdict`` is what the rule must say: fail, manual (data is missing) or ids (a data requirement fails). ``value`` is in
    metres or square metres as built (a door's clear width with its leaf at 90°, a flight's to the middle of the handrail, the
    spread of risers in a flight), ``limit`` what the clause named in ``clause`` asks for; both None where data is missing.
    """

    title: str
    storey: int
    ifc_class: str
    element: str
    verdict: str
    clause: str
    value: float | None = None
    limit: float | None = None


FAULTS: dict[str, Fault] = {
    "narrow-door": Fault("卧室门过窄", 3, "IfcDoor", "303-卧室1-门", "fail", "GB 55038-2025 4.1.14", 0.655, 0.80),
    "low-railing": Fault("阳台栏杆过低", 5, "IfcRailing", "503-阳台栏杆", "fail", "GB 55038-2025 4.1.15", 1.00, 1.20),
    "narrow-stair": Fault("梯段过窄", 4, "IfcStairFlight", "4F-TB-1", "fail", "GB 55038-2025 4.2.2", 1.025, 1.10),
    "narrow-corridor": Fault("公共走廊过窄", 6, "IfcSpace", "6F-走廊", "fail", "GB 55038-2025 4.2.1", 1.15, 1.20),
    "low-storey": Fault("层高不足", 8, "IfcBuildingStorey", "8F", "fail", "GB 55038-2025 4.1.2", 2.90, 3.00),
    "small-bedroom": Fault("卧室面积不足", 2, "IfcSpace", "204-卧室", "fail", "GB 55038-2025 4.1.1", 4.9025, 5.00),
    "low-headroom": Fault("公共走廊净高不足", 9, "IfcSpace", "9F-走廊", "fail", "GB 55038-2025 4.2.1", 2.15, 2.20),
    "short-landing": Fault("休息平台过窄", 5, "IfcSlab", "5F-休息平台", "fail", "GB 55031-2022 5.3.5", 1.00, 1.20),
    "uneven-risers": Fault("踏步高度不一致", 2, "IfcStairFlight", "2F-TB-1", "fail", "GB 55031-2022 5.3.10", 0.016, 0.003),
    "missing-room-function": Fault("房间缺少功能", 7, "IfcSpace", "702-04", "manual", "空间功能"),
    "missing-fire-rating": Fault("墙缺少耐火极限", 10, "IfcWall", "10F-XQ-1E", "ids", "嘉兴模型数据要求"),
}


class UnknownFault(ValueError):
    """A fault name that does not exist; the message lists those that do."""

    def __init__(self, names: set[str]) -> None:
        self.names = names
        super().__init__(f"没有这样的缺陷：{'、'.join(sorted(names))}。可选：{'、'.join(FAULTS)}，或 all")


def fault_storey(name: str, storeys: int) -> int:
    """The storey a fault lies on; in a lower building the highest one that can carry it (a stair needs a storey above)."""
    top = storeys - 1 if FAULTS[name].ifc_class in ("IfcStairFlight", "IfcSlab") else storeys
    return min(FAULTS[name].storey, top)
