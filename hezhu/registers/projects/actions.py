"""Changes of projects and buildings that are computed, not typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hezhu.core.history import reason_of_change
from hezhu.registers.projects.models import Project, UnitBuilding


@dataclass(frozen=True, slots=True)
class AssemblyResult:
    """What an assessment of a building says: rate in per cent, grade, whether it counts as 装配式建筑 (None: open), why, and from where."""

    percent: Decimal
    grade: str
    is_prefab: bool | None
    reason: str
    source: str


def set_assembly_rate(building: UnitBuilding, result: AssemblyResult, *, by: Any, reason: str, origin: str) -> None:
    """Write the assembly rate that makes the building count, or not, among the prefab buildings. ``origin`` names who computed it."""
    building.assembly_rate = result.percent
    building.assembly_grade = result.grade
    building.is_prefab = result.is_prefab
    building.assembly_reason = result.reason[:300]
    building.assembly_source = result.source
    with reason_of_change(by, reason, source=origin):
        building.save(
            update_fields=["assembly_rate", "assembly_grade", "is_prefab", "assembly_reason", "assembly_source", "updated_at"]
        )


def note_bim(project: Project, on: date, *, by: Any, reason: str) -> None:
    """Note that the project uses BIM: its first model version was published on that day. Later ones change nothing."""
    with reason_of_change(by, reason, source="模型版本"):
        Project.objects.filter(pk=project.pk, bim_published_on=None).update(bim_published_on=on)
