"""What sun hours mean for rooms and dwellings: the criteria of the pack, and 不得加剧 for what stands already and falls short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hezhu.engines.findings import Finding, Quantity, Requirement, Shape, Subject, Verdict
from hezhu.engines.ifc import Element
from hezhu.engines.review.sunlight.criteria import Criterion
from hezhu.engines.review.sunlight.openings import Opening, Scene, building_of

if TYPE_CHECKING:
    from hezhu.engines.review.sunlight.study import SunStudy, WindowSun

METHOD = "真太阳时逐步计算太阳方向，窗台基准线全长受照才计（满窗），本楼与周边建筑逐面精确遮挡"


def judge(result: SunStudy, scene: Scene, criterion: Criterion) -> list[Finding]:
    """Findings of one criterion: one per dwelling, or one per room."""
    names = _building_names(result)
    wanted = {
        space.global_id: space
        for space in result.model.spaces
        if criterion.counts_room(_function(scene, space), f"{space.long_name} {space.object_type} {space.name}")
        and criterion.counts_in(names.get(building_of(space), ""))
    }
    if not wanted and not any(scene.functions.values()):
        return [_undecided(result, criterion, "写明用途的空间（IfcSpace 的名称或全称，如 卧室、起居室、教室）")]
    if criterion.unit == "room":
        return [
            _judge_rooms(result, criterion, Subject(r.global_id, r.ifc_class, r.name, _storey(r)), [r]) for r in wanted.values()
        ]
    findings = []
    for key, members in scene.dwellings.items():
        global_id, name = key.split("|", 1)
        rooms = [room for room in members if room.global_id in wanted]
        if rooms:
            findings.append(_judge_rooms(result, criterion, Subject(global_id, "IfcZone", name, _storey(rooms[0])), rooms))
    zoned = {room.global_id for members in scene.dwellings.values() for room in members}
    if alone := [room.name or room.global_id for key, room in wanted.items() if key not in zoned]:
        missing = f"套型划分（IfcZone 把一套的各空间归为一组）：{'、'.join(alone[:5])}{' 等' if len(alone) > 5 else ''} 共 {len(alone)} 间"
        findings.append(_undecided(result, criterion, missing))
    return findings


def _building_names(result: SunStudy) -> dict[str, str]:
    """What the buildings are called, by GlobalId."""
    return {
        building.GlobalId: " ".join(str(getattr(building, key, None) or "") for key in ("ObjectType", "LongName", "Name"))
        for building in result.model.file.by_type("IfcBuilding")
    }


def _undecided(result: SunStudy, criterion: Criterion, missing: str) -> Finding:
    """What the whole model lacks before the criterion can be judged."""
    return Finding(
        rule=criterion.id,
        title=criterion.title,
        verdict=Verdict.MANUAL,
        subject=Subject(None, "IfcProject", result.model.project_name or result.model.path.name),
        source=criterion.source,
        required=Requirement(">=", criterion.hours, unit="h"),
        method=METHOD,
        missing=(missing,),
        severity=criterion.severity,
    )


def _judge_rooms(result: SunStudy, criterion: Criterion, subject: Subject, rooms: Sequence[Element]) -> Finding:
    """The dwelling has the hours of its n-th best room, n being how many rooms must reach them."""
    need = criterion.rooms(len(rooms))
    hours = result.by_room
    best = _best_of(rooms, hours)
    measured = _nth(best, need)
    existing = building_of(rooms[0]) in result.existing
    asked = criterion.asked(existing)
    before = _nth(_best_of(rooms, result.before), need) if existing else None
    spared = before is not None and before < asked - 1e-9  # it fell short before: it must not lose any more
    limit = before if spared and before is not None else asked
    verdict, missing = _verdict(result, rooms, measured, limit)
    windows = [window for room in rooms for window in hours.get(room.global_id, ())]
    lead = max(windows, key=lambda window: window.hours, default=None)
    detail: dict[str, Any] = {
        "rooms_needed": need,
        "rooms": {room.name or room.global_id: round(best[room.global_id], 3) for room in rooms},
        "windows": [window.as_dict() for window in windows],
    }
    if before is not None:
        detail |= {"hours_without_project": round(before, 3), "existing": True}
    return Finding(
        rule=criterion.id,
        title=criterion.title,
        verdict=verdict,
        subject=subject,
        source=criterion.source,
        measured=Quantity(round(measured, 3), "h"),
        required=Requirement(">=", round(limit, 3), unit="h"),
        method=f"现状不达标（{limit:.2f} h），按不得加剧判定；{METHOD}" if spared else METHOD,
        missing=missing,
        severity=criterion.severity,
        shape=_line(lead.opening) if lead else None,
        detail=detail,
    )


def _best_of(rooms: Sequence[Element], hours: Mapping[str, Sequence[WindowSun]]) -> dict[str, float]:
    """Hours of the best window of each room."""
    return {room.global_id: max((w.hours for w in hours.get(room.global_id, ())), default=0.0) for room in rooms}


def _nth(best: Mapping[str, float], need: int) -> float:
    ranked = sorted(best.values(), reverse=True)
    return ranked[need - 1] if len(ranked) >= need else 0.0


def _verdict(result: SunStudy, rooms: Sequence[Element], measured: float, limit: float) -> tuple[Verdict, tuple[str, ...]]:
    if measured < limit - 1e-9:
        if any(element.storey == room.storey for element, _ in result.unread for room in rooms):
            return Verdict.MANUAL, ("同层有量不出的窗",)
        return Verdict.FAIL, ()
    if result.neighbours is None:
        return Verdict.MANUAL, ("周边建筑（--neighbours；确实没有时给空列表）",)
    return Verdict.PASS, ()


def _function(scene: Scene, space: Element) -> str:
    function = scene.functions.get(space.step_id)
    return function.key if function else ""


def _storey(element: Element) -> str:
    return element.storey.name if element.storey else ""


def _line(opening: Opening) -> Shape:
    first, last = (tuple(round(float(value), 4) for value in opening.points[index]) for index in (0, -1))
    return Shape("line", ((first[0], first[1], first[2]), (last[0], last[1], last[2])))
