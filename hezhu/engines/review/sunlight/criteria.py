"""The sunlight pack ``rulepacks/planning/sunlight.yaml``: days, bands, calculation rules and criteria."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from hezhu.engines.findings import Severity, Source
from hezhu.engines.review.pack import PackInvalid, rulepacks_folder
from hezhu.engines.yaml_files import read_yaml

ZONES = ("new_town", "old_town")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the sun standard. ``band`` is the effective time in minutes of true solar time since midnight."""

    key: str
    label: str
    solar_longitude_deg: float
    band: tuple[float, float]
    source: Source


@dataclass(frozen=True, slots=True)
class Calculation:
    """How sun hours are counted, as the pack explains each: metres, minutes, and IFC classes that cast no shadow."""

    base_height_m: float
    widest_m: float
    shortest_minutes: float
    step_minutes: float
    see_through: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is asked on one day. ``unit`` is dwelling or room; ``rooms_needed`` pairs of (at least so many rooms, rooms).

    ``room_words`` are further names of rooms that count, ``not_room_words`` names of rooms that do not; ``building_words`` names of
    the only buildings it speaks of (none: of all), ``not_building_words`` of those it leaves out. ``existing_hours`` are asked of
    what stands already, where that differs.
    """

    id: str
    day: str
    unit: str
    functions: frozenset[str]
    title: str
    hours: float
    rooms_needed: tuple[tuple[int, int], ...]
    zone: str
    severity: Severity
    effective_from: dt.date
    source: Source
    room_words: tuple[str, ...] = ()
    not_room_words: tuple[str, ...] = ()
    building_words: tuple[str, ...] = ()
    not_building_words: tuple[str, ...] = ()
    existing_hours: float | None = None

    def counts_in(self, building: str) -> bool:
        """Whether it speaks of a building of these names."""
        if any(word in building for word in self.not_building_words):
            return False
        return not self.building_words or any(word in building for word in self.building_words)

    def counts_room(self, function: str, name: str) -> bool:
        """Whether a room of that function (empty: unrecognised) and name counts."""
        if any(word in name for word in self.not_room_words):
            return False
        return function in self.functions or any(word in name for word in self.room_words)

    def asked(self, existing: bool) -> float:
        """Hours asked of the project, or of what stands already."""
        return self.existing_hours if existing and self.existing_hours is not None else self.hours

    def rooms(self, count: int) -> int:
        """How many of ``count`` rooms must reach the hours."""
        return next((rooms for least, rooms in self.rooms_needed if count >= least), 1)


@dataclass(frozen=True, slots=True)
class SunPack:
    """The whole pack."""

    title: str
    version: str
    jurisdiction: str
    days: Mapping[str, Day]
    calculation: Calculation
    criteria: tuple[Criterion, ...]

    def criterion(self, day: str, zone: str, on: dt.date) -> tuple[Criterion, ...]:
        """The criteria of a day and a zone in force on a date."""
        return tuple(c for c in self.criteria if c.day == day and c.zone == zone and c.effective_from <= on)


def load_sun_pack() -> SunPack:
    """The pack at hand. Raises PackInvalid with the field and the remedy."""
    path = rulepacks_folder() / "planning" / "sunlight.yaml"
    try:
        data = read_yaml(path)
        rules = data["calculation"]
        return SunPack(
            title=str(data["title"]),
            version=str(data["version"]),
            jurisdiction=str(data["jurisdiction"]),
            days={key: _day(key, row) for key, row in data["days"].items()},
            calculation=Calculation(
                base_height_m=float(rules["base_height_m"]),
                widest_m=float(rules["widest_m"]),
                shortest_minutes=float(rules["shortest_minutes"]),
                step_minutes=float(rules["step_minutes"]),
                see_through=tuple(map(str, rules["see_through"])),
            ),
            criteria=tuple(_criterion(row) for row in data["criteria"]),
        )
    except KeyError as error:
        raise PackInvalid(f"日照规则 {path.name} 缺少字段 {error}，请补充。") from error
    except (OSError, yaml.YAMLError, TypeError, ValueError, AttributeError) as error:
        raise PackInvalid(f"日照规则 {path.name} 读不出来：{error}") from error


def _day(key: str, row: Mapping[str, Any]) -> Day:
    first, last = (_minutes(value) for value in row["band"])
    if not first < last:
        raise ValueError(f"{key} 的 band 应由早到晚，现为 {row['band']}")
    return Day(key, str(row["label"]), float(row["solar_longitude_deg"]), (first, last), _source(row))


def _minutes(text: Any) -> float:
    hours, minutes = str(text).split(":")
    return int(hours) * 60.0 + int(minutes)


def _criterion(row: Mapping[str, Any]) -> Criterion:
    if row["unit"] not in ("dwelling", "room") or row["zone"] not in ZONES:
        raise ValueError(f"{row['id']}：unit 应为 dwelling 或 room，zone 应为 {'、'.join(ZONES)}")
    return Criterion(
        id=str(row["id"]),
        day=str(row["day"]),
        unit=str(row["unit"]),
        functions=frozenset(map(str, row["functions"])),
        title=str(row["title"]),
        hours=float(row["hours"]),
        rooms_needed=tuple((int(item["at_least"]), int(item["rooms"])) for item in row.get("rooms_needed", ())),
        zone=str(row["zone"]),
        severity=Severity(row["severity"]),
        effective_from=dt.date.fromisoformat(str(row["effective_from"])),
        source=_source(row),
        room_words=tuple(map(str, row.get("room_words", ()))),
        not_room_words=tuple(map(str, row.get("not_room_words", ()))),
        building_words=tuple(map(str, row.get("building_words", ()))),
        not_building_words=tuple(map(str, row.get("not_building_words", ()))),
        existing_hours=float(row["existing_hours"]) if "existing_hours" in row else None,
    )


def _source(row: Mapping[str, Any]) -> Source:
    return Source(str(row["standard"]), str(row["clause"]), str(row.get("text", "")), row["status"] == "confirmed")
