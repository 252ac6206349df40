"""Sun hours of every window, and what they mean for rooms and dwellings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from hezhu.engines.findings import Finding, count_verdicts
from hezhu.engines.ifc import Element, Model
from hezhu.engines.review.recognition import Recognition
from hezhu.engines.review.sunlight.criteria import Calculation, SunPack
from hezhu.engines.review.sunlight.judging import judge
from hezhu.engines.review.sunlight.openings import Opening, building_of, read_scene
from hezhu.engines.review.sunlight.shading import sunny
from hezhu.engines.review.sunlight.solids import Prism, prism_triangles
from hezhu.engines.review.sunlight.sun import SunPath, solar_term, sun_path

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


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

    def as_dict(self) -> dict[str, Any]:
        """The window as plain data."""
        element, room = self.opening.element, self.opening.room
        return {
            "global_id": element.global_id,
            "name": element.name,
            "class": element.ifc_class,
            "storey": element.storey.name if element.storey else "",
            "room": room.name if room else "",
            "width_m": round(self.opening.width_m, 3),
            "intervals": [[clock(first), clock(last)] for first, last in self.intervals],
            "hours": round(self.hours, 3),
        }


@dataclass(eq=False)
class SunStudy:
    """The outcome: windows, findings, and the day. ``neighbours`` None says that none were given.

    ``existing`` are GlobalIds of buildings that stand already; ``before`` holds the windows of their rooms, by the room's GlobalId,
    as they were without the project.
    """

    model: Model
    pack: SunPack
    day: str
    zone: str
    place: Place
    path: SunPath
    windows: list[WindowSun]
    unread: tuple[tuple[Element, str], ...]
    neighbours: tuple[Prism, ...] | None
    existing: frozenset[str] = frozenset()
    before: dict[str, list[WindowSun]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @cached_property
    def by_room(self) -> dict[str, list[WindowSun]]:
        """Windows of each room, by the room's GlobalId."""
        return by_room(self.windows)

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
            "windows": [window.as_dict() for window in self.windows],
            "unread": [{"global_id": e.global_id, "name": e.name, "reason": reason} for e, reason in self.unread],
            "counts": count_verdicts(self.findings),
            "findings": [finding.as_dict() for finding in self.findings],
        }


def clock(minutes: float) -> str:
    """08:00 for 480."""
    whole = round(minutes)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def by_room(windows: Iterable[WindowSun]) -> dict[str, list[WindowSun]]:
    """Windows of each room, by the room's GlobalId."""
    rooms: dict[str, list[WindowSun]] = {}
    for window in windows:
        if window.opening.room is not None:
            rooms.setdefault(window.opening.room.global_id, []).append(window)
    return rooms


def study(
    model: Model,
    pack: SunPack,
    recognition: Recognition,
    place: Place,
    day: str,
    zone: str,
    on: dt.date,
    neighbours: Sequence[Prism] | None = None,
    existing: frozenset[str] = frozenset(),
) -> SunStudy:
    """The sunlight study of one model on one day, judged by the criteria in force on ``on``.

    ``neighbours`` None says that the surroundings are unknown: then no window can be said to have enough sun. ``existing`` are
    GlobalIds of buildings of the model that stand already: they are studied with the project and without it.
    """
    rules = pack.calculation
    scene = read_scene(model, recognition, rules)
    standard = pack.days[day]
    date = solar_term(on.year, standard.solar_longitude_deg).date()
    path = sun_path(date, place.latitude_deg, place.longitude_deg, standard.band, rules.step_minutes)
    near = prism_triangles(neighbours or ())
    windows = window_sun(scene.openings, np.concatenate([scene.solids(), near]), path, place.north_deg, rules)
    given = None if neighbours is None else tuple(neighbours)
    result = SunStudy(model, pack, day, zone, place, path, windows, scene.unread, given, existing)
    if existing:
        ours = frozenset(building for building, _ in scene.blocks) - existing
        old = [opening for opening in scene.openings if opening.room is not None and building_of(opening.room) in existing]
        solids = np.concatenate([scene.solids(without=ours), near])
        result.before = by_room(window_sun(old, solids, path, place.north_deg, rules))
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
