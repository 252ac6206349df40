"""Sun hours of every window, and what they mean for rooms and dwellings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hezhu.engines.findings import Finding, Quantity, Requirement, Shape, Subject, Verdict, count_verdicts
from hezhu.engines.ifc import Element, Model
from hezhu.engines.review.recognition import Recognition
from hezhu.engines.review.sunlight.criteria import Calculation, Criterion, SunPack
from hezhu.engines.review.sunlight.openings import Opening, Scene, read_scene
from hezhu.engines.review.sunlight.shading import sunny
from hezhu.engines.review.sunlight.solids import Prism, prism_triangles
from hezhu.engines.review.sunlight.sun import SunPath, solar_term, sun_path

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
METHOD = "真太阳时逐步计算太阳方向，窗台基准线全长受照才计（满窗），本楼与周边建筑逐面精确遮挡"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the model stands: degrees; ``north_deg`` is true north measured clockwise from the model's +Y axis."""

    latitude_deg: float
    longitude_deg: float
    north_deg: float = 0.0


@dataclass(frozen=True, eq=False)
class WindowSun:
    """The sun of one opening. ``intervals`` are pairs of true solar minutes since midnight; only counted ones."""

    opening: Opening
    intervals: tuple[tuple[float, float], ...]

    @property
    def minutes(self) -> float:
        """Effective minutes."""
        return sum(last - first for first, last in self.intervals)

    @property
    def hours(self) -> float:
        """Effective hours."""
        return self.minutes / 60


@dataclass(eq=False)
class SunStudy:
    """The outcome: windows, findings, and the day. ``neighbours`` None says that none were given."""

    model: Model
    pack: SunPack
    day: str
    zone: str
    place: Place
    path: SunPath
    windows: list[WindowSun]
    unread: tuple[tuple[Element, str], ...]
    neighbours: tuple[Prism, ...] | None
    findings: list[Finding] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready: day, place, table of windows, findings, counts."""
        day = self.pack.days[self.day]
        return {
            "model": self.model.path.name,
            "pack": {"title": self.pack.title, "version": self.pack.version, "jurisdiction": self.pack.jurisdiction},
            "day": {
                "key": self.day,
                "label": day.label,
                "date": self.path.date.isoformat(),
                "band": [clock(minute) for minute in day.band],
                "confirmed": day.source.confirmed,
            },
            "zone": self.zone,
            "place": {
                "latitude": self.place.latitude_deg,
                "longitude": self.place.longitude_deg,
                "north": self.place.north_deg,
            },
            "clock_minus_solar_minutes": round(float((self.path.clock - self.path.minutes).mean()), 1),
            "neighbours": None if self.neighbours is None else len(self.neighbours),
            "windows": [_row(window) for window in self.windows],
            "unread": [{"global_id": e.global_id, "name": e.name, "reason": reason} for e, reason in self.unread],
            "counts": count_verdicts(self.findings),
            "findings": [finding.as_dict() for finding in self.findings],
        }


def clock(minutes: float) -> str:
    """08:00 for 480."""
    whole = round(minutes)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def _row(window: WindowSun) -> dict[str, Any]:
    element, room = window.opening.element, window.opening.room
    return {
        "global_id": element.global_id,
        "name": element.name,
        "class": element.ifc_class,
        "storey": element.storey.name if element.storey else "",
        "room": room.name if room else "",
        "width_m": round(window.opening.width_m, 3),
        "intervals": [[clock(first), clock(last)] for first, last in window.intervals],
        "hours": round(window.hours, 3),
    }


def study(
    model: Model,
    pack: SunPack,
    recognition: Recognition,
    place: Place,
    day: str,
    zone: str,
    on: dt.date,
    neighbours: Sequence[Prism] | None = None,
) -> SunStudy:
    """The sunlight study of one model on one day, judged by the criteria in force on ``on``.

    ``neighbours`` None says that the surroundings are unknown: then no window can be said to have enough sun.
    """
    rules = pack.calculation
    scene = read_scene(model, recognition, rules)
    standard = pack.days[day]
    date = solar_term(on.year, standard.solar_longitude_deg).date()
    path = sun_path(date, place.latitude_deg, place.longitude_deg, standard.band, rules.step_minutes)
    solids = np.concatenate([scene.solids, prism_triangles(neighbours or ())])
    windows = window_sun(scene.openings, solids, path, place.north_deg, rules)
    given = None if neighbours is None else tuple(neighbours)
    result = SunStudy(model, pack, day, zone, place, path, windows, scene.unread, given)
    for criterion in pack.criterion(day, zone, on):
        result.findings += judge(result, scene, criterion)
    return result


def window_sun(
    openings: Sequence[Opening], solids: Floats, path: SunPath, north_deg: float, rules: Calculation
) -> list[WindowSun]:
    """Counted sunny intervals of each opening."""
    if not openings:
        return []
    points = np.concatenate([opening.points for opening in openings])
    counts = [len(opening.points) for opening in openings]
    outward = np.repeat(np.array([opening.outward for opening in openings]), counts, axis=0)
    lit = sunny(points, outward, solids, turned(path.directions, north_deg))
    parts = np.split(lit, np.cumsum(counts)[:-1])
    return [WindowSun(opening, _best(opening, part, path, rules)) for opening, part in zip(openings, parts, strict=True)]


def turned(directions: Floats, north_deg: float) -> Floats:
    """East, north, up into the model's axes, where true north lies ``north_deg`` clockwise of +Y."""
    sine, cosine = np.sin(np.radians(north_deg)), np.cos(np.radians(north_deg))
    east, north, up = directions.T
    return np.column_stack([east * cosine + north * sine, north * cosine - east * sine, up])


def _best(opening: Opening, lit: Bools, path: SunPath, rules: Calculation) -> tuple[tuple[float, float], ...]:
    """Intervals of the stretch of the window (the whole of it up to the widest counted) that has most sun."""
    spacing = opening.width_m / (len(lit) - 1)
    size = min(len(lit), int(np.ceil(rules.widest_m / spacing - 1e-9)) + 1)
    choices = [
        _intervals(np.logical_and.reduce(lit[start : start + size], axis=0), path, rules.shortest_minutes)
        for start in range(len(lit) - size + 1)
    ]
    return max(choices, key=lambda intervals: sum(last - first for first, last in intervals))


def _intervals(lit: Bools, path: SunPath, shortest: float) -> tuple[tuple[float, float], ...]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], lit, [False]]).astype(np.int8)))
    half = path.step / 2
    pairs = [(float(path.minutes[a] - half), float(path.minutes[b - 1] + half)) for a, b in edges.reshape(-1, 2)]
    return tuple(pair for pair in pairs if pair[1] - pair[0] >= shortest)


def judge(result: SunStudy, scene: Scene, criterion: Criterion) -> list[Finding]:
    """Findings of one criterion: one per dwelling, or one per room."""
    hours: dict[str, list[WindowSun]] = {}
    for window in result.windows:
        if window.opening.room is not None:
            hours.setdefault(window.opening.room.global_id, []).append(window)
    wanted = {space.global_id: space for space in result.model.spaces if _key(scene, space) in criterion.functions}
    if not wanted and not any(scene.functions.values()):
        return [_undecided(result, criterion, "写明用途的空间（IfcSpace 的名称或全称，如 卧室、起居室、教室）")]
    if criterion.unit == "room":
        return [
            _judge_rooms(result, criterion, Subject(r.global_id, r.ifc_class, r.name, _storey(r)), [r], hours)
            for r in wanted.values()
        ]
    findings = []
    for key, members in scene.dwellings.items():
        global_id, name = key.split("|", 1)
        rooms = [room for room in members if room.global_id in wanted]
        if rooms:
            findings.append(_judge_rooms(result, criterion, Subject(global_id, "IfcZone", name, _storey(rooms[0])), rooms, hours))
    zoned = {room.global_id for members in scene.dwellings.values() for room in members}
    if alone := [room.name or room.global_id for key, room in wanted.items() if key not in zoned]:
        missing = f"套型划分（IfcZone 把一套的各空间归为一组）：{'、'.join(alone[:5])}{' 等' if len(alone) > 5 else ''} 共 {len(alone)} 间"
        findings.append(_undecided(result, criterion, missing))
    return findings


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


def _judge_rooms(
    result: SunStudy, criterion: Criterion, subject: Subject, rooms: Sequence[Element], hours: Mapping[str, list[WindowSun]]
) -> Finding:
    """The dwelling has the hours of its n-th best room, n being how many rooms must reach them."""
    need = criterion.rooms(len(rooms))
    best = {room.global_id: max((w.hours for w in hours.get(room.global_id, ())), default=0.0) for room in rooms}
    ranked = sorted(best.values(), reverse=True)
    measured = ranked[need - 1] if len(ranked) >= need else 0.0
    unread_rooms = any(element.storey == room.storey for element, _ in result.unread for room in rooms)
    verdict = Verdict.PASS
    missing: tuple[str, ...] = ()
    if measured < criterion.hours - 1e-9:
        verdict = Verdict.FAIL
        if unread_rooms:
            verdict, missing = Verdict.MANUAL, ("同层有量不出的窗",)
    elif result.neighbours is None:
        verdict, missing = Verdict.MANUAL, ("周边建筑（--neighbours；确实没有时给空列表）",)
    windows = [window for room in rooms for window in hours.get(room.global_id, ())]
    lead = max(windows, key=lambda window: window.hours, default=None)
    return Finding(
        rule=criterion.id,
        title=criterion.title,
        verdict=verdict,
        subject=subject,
        source=criterion.source,
        measured=Quantity(round(measured, 3), "h"),
        required=Requirement(">=", criterion.hours, unit="h"),
        method=METHOD,
        missing=missing,
        severity=criterion.severity,
        shape=_line(lead.opening) if lead else None,
        detail={
            "rooms_needed": need,
            "rooms": {room.name or room.global_id: round(best[room.global_id], 3) for room in rooms},
            "windows": [_row(window) for window in windows],
        },
    )


def _key(scene: Scene, space: Element) -> str:
    function = scene.functions.get(space.step_id)
    return function.key if function else ""


def _storey(element: Element) -> str:
    return element.storey.name if element.storey else ""


def _line(opening: Opening) -> Shape:
    first, last = (tuple(round(float(value), 4) for value in opening.points[index]) for index in (0, -1))
    return Shape("line", ((first[0], first[1], first[2]), (last[0], last[1], last[2])))
