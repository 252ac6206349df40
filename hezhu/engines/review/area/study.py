"""Building area (建筑面积) of a whole model: storeys, parts, totals, findings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from shapely.geometry.base import BaseGeometry

from hezhu.engines.findings import Finding, Severity, Subject, Verdict, count_verdicts
from hezhu.engines.ifc import Element, Model
from hezhu.engines.ifc.model import Storey
from hezhu.engines.review.area.attached import bay_parts, canopy_parts, insulation_parts, ramp_parts, stair_parts
from hezhu.engines.review.area.enclosure import enclosed, rooms_inside, union
from hezhu.engines.review.area.inside import inside_parts
from hezhu.engines.review.area.outside import balcony_part, glazed_balconies, outside_parts
from hezhu.engines.review.area.parts import Part
from hezhu.engines.review.area.profile import AreaProfile, load_profile
from hezhu.engines.review.area.scene import Level, Scene, read_levels, read_scene


@dataclass(frozen=True, eq=False)
class StoreyArea:
    """One storey's sums, m²: plan areas counted in full and at half, the sum that counts, and the range left open."""

    storey: Storey
    parts: tuple[Part, ...]

    @property
    def full_m2(self) -> float:
        """Plan area with factor 1."""
        return sum(part.area_m2 for part in self.parts if part.factors == (1.0,))

    @property
    def half_m2(self) -> float:
        """Plan area with factor 0.5, before halving."""
        return sum(part.area_m2 for part in self.parts if part.factors == (0.5,))

    @property
    def none_m2(self) -> float:
        """Plan area of parts that do not count."""
        return sum(part.area_m2 for part in self.parts if part.factors == (0.0,))

    @property
    def undecided_m2(self) -> float:
        """Plan area of parts that nobody can judge from the model."""
        return sum(part.area_m2 for part in self.parts if not part.is_decided)

    @property
    def low_m2(self) -> float:
        """Least area that counts."""
        return sum(part.low_m2 for part in self.parts)

    @property
    def high_m2(self) -> float:
        """Greatest area that counts."""
        return sum(part.high_m2 for part in self.parts)


@dataclass(eq=False)
class BuildingArea:
    """The outcome. ``bare`` are storeys without floor, room, door or stair; ``unshaped`` elements without usable geometry."""

    model: Model
    profile: AreaProfile
    storeys: list[StoreyArea]
    bare: list[Storey]
    unshaped: list[Element]

    @property
    def low_m2(self) -> float:
        """Least building area."""
        return sum(storey.low_m2 for storey in self.storeys)

    @property
    def high_m2(self) -> float:
        """Greatest building area; equal to the least where nothing is left open."""
        return sum(storey.high_m2 for storey in self.storeys)

    @property
    def total_m2(self) -> float | None:
        """The building area, None where a part is left to a person."""
        return self.low_m2 if self.is_decided else None

    @property
    def is_decided(self) -> bool:
        """Whether every part could be judged."""
        return bool(self.storeys) and not self.unshaped and all(part.is_decided for part in self.parts)

    @property
    def parts(self) -> list[Part]:
        """All parts, storey by storey."""
        return [part for storey in self.storeys for part in storey.parts]

    @cached_property
    def findings(self) -> list[Finding]:
        """One per part; one for the whole model where it has nothing to measure, or elements without geometry.

        Several parts of one rule and subject are told apart by a number after the rule, so that every key is unique.
        """
        found: list[Finding] = []
        times: Counter[str] = Counter()
        for number, part in enumerate(self.parts, start=1):
            finding = part.finding(number)
            times[finding.key] += 1
            repeat = times[finding.key]
            found.append(finding if repeat == 1 else replace(finding, rule=f"{finding.rule}#{repeat}"))
        if not self.storeys:
            found.append(self._manual("楼层、楼板或空间（IfcBuildingStorey、IfcSlab、IfcSpace）"))
        if self.unshaped:
            names = "、".join(e.name or e.global_id for e in self.unshaped[:5])
            found.append(self._manual(f"{len(self.unshaped)} 个墙、板、空间没有可用的几何：{names}"))
        return found

    def _manual(self, missing: str) -> Finding:
        name = self.model.project_name or self.model.path.name
        rule = self.profile.rules["storey"]
        return Finding(
            rule="area-model",
            title="建筑面积",
            verdict=Verdict.MANUAL,
            subject=Subject(None, "IfcProject", name),
            source=rule.source,
            missing=(missing,),
            severity=Severity.GENERAL,
        )

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready: totals, a row per storey, every part with its outline and elements, findings."""
        profile = self.profile
        return {
            "model": self.model.path.name,
            "profile": {
                "name": profile.name,
                "standard": profile.standard,
                "version": profile.version,
                "jurisdiction": profile.jurisdiction,
                "confirmed": all(rule.source.confirmed for rule in profile.rules.values()),
                "notice": profile.notice,
            },
            "total_m2": None if self.total_m2 is None else round(self.total_m2, 2),
            "range_m2": [round(self.low_m2, 2), round(self.high_m2, 2)],
            "storeys": [
                {
                    "name": row.storey.name,
                    "global_id": row.storey.global_id,
                    "elevation_m": row.storey.elevation_m,
                    "full_m2": round(row.full_m2, 4),
                    "half_m2": round(row.half_m2, 4),
                    "none_m2": round(row.none_m2, 4),
                    "undecided_m2": round(row.undecided_m2, 4),
                    "counted_m2": [round(row.low_m2, 4), round(row.high_m2, 4)],
                }
                for row in self.storeys
            ],
            "not_storeys": [{"name": storey.name, "global_id": storey.global_id} for storey in self.bare],
            "parts": [part.as_dict() for part in self.parts],
            "counts": count_verdicts(self.findings),
            "findings": [finding.as_dict() for finding in self.findings],
        }


def building_area(model: Model, profile: AreaProfile | None = None) -> BuildingArea:
    """The building area of one model by one profile (GB/T 50353 when none is given).

    Never guesses: a part that the model does not decide is a part with several possible factors and with what is missing.
    """
    profile = profile or load_profile()
    scene = read_scene(model, profile)
    levels, bare = read_levels(scene)
    shells: list[tuple[Level, BaseGeometry]] = []
    parts: list[Part] = []
    hung = union(canopy.plan for canopy in scene.canopies)
    for level in levels:
        under = [item for item in shells if item[0].storey.building == level.storey.building and item[0].floor_m < level.floor_m]
        shell, found = _storey(scene, level, under[-1][1] if under else None, hung)
        shells.append((level, shell))
        parts += found
    for attached in (canopy_parts, stair_parts, ramp_parts, bay_parts, insulation_parts):
        parts += attached(scene, shells)
    rows = [StoreyArea(level.storey, tuple(p for p in parts if p.storey is level.storey)) for level in levels]
    return BuildingArea(model, profile, [row for row in rows if row.parts], bare, scene.unshaped)


def _storey(scene: Scene, level: Level, below: BaseGeometry | None, hung: BaseGeometry) -> tuple[BaseGeometry, list[Part]]:
    """The enclosure of one storey and the parts of its floor, in and out."""
    rooms = rooms_inside(scene, level)
    shell = enclosed(scene, level, rooms)
    core = shell
    balconies = []
    for outline, bodies in glazed_balconies(scene, level, shell):
        balconies.append(balcony_part(scene, level, outline, bodies, shell))
        core = core.difference(outline)
    within = inside_parts(scene, level, rooms, core, below is None)
    return shell, [*within, *balconies, *outside_parts(scene, level, shell, hung, below)]
