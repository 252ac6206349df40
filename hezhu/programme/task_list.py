"""The task list as a page needs it: rows with their lights, counted, searched and grouped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hezhu.core.access.models import Unit, User
from hezhu.programme.instances import instances_on
from hezhu.programme.lights import Light, Question
from hezhu.programme.models import Requirement, RequirementUnit
from hezhu.programme.standing import Standing, standings

TABS = (Light.LATE, Light.WATCH, Light.OK, Light.DONE, Light.OPEN)
GROUPINGS = ("unit", "due", "category")
NUMERALS = "一二三四五六七八九十"


@dataclass
class TaskRow:
    """One requirement's line in the list."""

    standing: Standing
    co_units: list[Unit]

    @property
    def requirement(self) -> Requirement:
        return self.standing.instance.requirement

    @property
    def co_text(self) -> str:
        """市发展改革委 等 4 家"""
        if not self.co_units:
            return "—"
        if len(self.co_units) == 1:
            return str(self.co_units[0])
        return _("%(first)s 等 %(count)s 家") % {"first": self.co_units[0], "count": len(self.co_units)}

    @property
    def co_full(self) -> str:
        return "、".join(str(unit) for unit in self.co_units)

    @property
    def status_text(self) -> str:
        """What is done, in a few words: the closure, the figure of the target that decides, or the reported share. A task whose
        targets are reached stays late until somebody closes it with evidence."""
        standing = self.standing
        if standing.closure:
            return f"{standing.closure.closed_on:%Y-%m-%d} {standing.closure.summary}"
        reading = standing.readings.get(standing.source)
        if reading and standing.light is Light.LATE and (standing.completion or 0) >= 100:
            return _("目标已达，待办结")
        if reading and reading.text:
            return reading.text
        if any(answer.question is Question.NO_BASIS and answer.yes for answer in standing.judgement.answers):
            return _("基期未定")
        if (standing.completion or 0) >= 100 and any(reading.state == "open" for reading in standing.readings.values()):
            return _("目标待定")
        if standing.completion is None:
            return _("未填报")
        return f"{standing.completion:.1f}%"


@dataclass
class TaskGroup:
    title: str
    rows: list[TaskRow]


def task_rows(user: User, today: date) -> list[TaskRow]:
    """All requirements as they stand today, in the annex's order."""
    judged = standings(instances_on(today), demo=user.is_demo, today=today)
    co_units: dict[int, list[Unit]] = {}
    roles = (RequirementUnit.Role.CO, RequirementUnit.Role.DATA)
    for binding in RequirementUnit.objects.filter(role__in=roles).select_related("unit").order_by("position"):
        co_units.setdefault(binding.requirement_id, []).append(binding.unit)
    return [TaskRow(row, co_units.get(row.instance.requirement_id, [])) for row in judged.values()]


def matching(rows: list[TaskRow], text: str, user: User, *, own: bool) -> list[TaskRow]:
    """Rows whose number, code, text or units hold ``text``; with ``own`` only those the account's unit leads or assists."""
    words = text.strip().lower()
    if own:
        rows = [row for row in rows if user.unit_id in {row.standing.unit.pk, *(unit.pk for unit in row.co_units)}]
    if not words:
        return rows

    def holds(row: TaskRow) -> bool:
        requirement = row.requirement
        parts = (requirement.number, requirement.code, requirement.text, requirement.units_text, str(row.standing.unit))
        return any(words in part.lower() for part in parts)

    return [row for row in rows if holds(row)]


def light_counts(rows: list[TaskRow]) -> list[dict[str, Any]]:
    """The tabs: each light with its word and how many rows carry it."""
    from hezhu.programme.light_words import LABELS

    counted = Counter(row.standing.light for row in rows)
    return [{"light": light.value, "word": LABELS[light], "count": counted.get(light, 0)} for light in TABS]


def grouped(rows: list[TaskRow], by: str) -> list[TaskGroup]:
    """Rows under their category, lead unit or deadline."""
    groups: dict[Any, TaskGroup] = {}
    for row in rows:
        requirement = row.requirement
        if by == "unit":
            key, title = (requirement.lead_unit_id,), str(requirement.lead_unit)
        elif by == "due":
            key, title = (row.standing.instance.due_on, requirement.is_annual), requirement.due_text
        else:
            key = (requirement.category_order,)
            title = f"{NUMERALS[requirement.category_order - 1]}、{requirement.category}"
        groups.setdefault(key, TaskGroup(title, [])).rows.append(row)
    if by == "unit":
        return sorted(groups.values(), key=lambda group: -len(group.rows))
    return [groups[key] for key in sorted(groups)]
