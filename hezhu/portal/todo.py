"""今日要办: what waits for this account, the most pressing first: late tasks, reports, review cases, quarantined rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from hezhu.bim.models import ReviewCase
from hezhu.core.cases.actions import waiting_for
from hezhu.core.intake.tally import held
from hezhu.core.intake.waiting import quarantined_batches
from hezhu.core.register.declare import registers
from hezhu.programme.lights import Light
from hezhu.programme.models import MonthlyReport
from hezhu.programme.standing import Standing

SHOWN = 5
SHARE = 2


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do. ``lamp`` is late, watch or open; ``days`` orders: the more negative, the longer overdue."""

    lamp: str
    title: str
    detail: str
    due: str
    url: str
    days: int = 0

    @property
    def mark(self) -> str:
        """The lamp's drawing."""
        return f"lamp-{self.lamp}"

    @property
    def is_late(self) -> bool:
        return self.lamp == "late"


@dataclass(frozen=True, slots=True)
class TodoList:
    """What is shown, and how much there is altogether."""

    shown: list[Todo]
    total: int
    late: int


def todo_list(user: Any, standings: Mapping[int, Standing], today: dt.date) -> TodoList:
    """What waits for ``user``. Each kind of work shows at most two entries before the rest fill up, so that none hides another."""
    kinds = [
        list(found)
        for found in (_waiting(user, today), _tasks(user, standings), _reports(user, today), _cases(user), _quarantine(user))
    ]
    everything = [item for found in kinds for item in found]
    first = [item for found in kinds for item in found[:SHARE]]
    rest = [item for found in kinds for item in found[SHARE:]]
    shown = sorted((first + rest)[:SHOWN], key=lambda item: (item.lamp != "late", item.days))
    return TodoList(shown, len(everything), sum(1 for item in everything if item.is_late))


def address(name: str, *arguments: Any) -> str:
    """A page's address; empty where that room has no such page."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def _tasks(user: Any, standings: Mapping[int, Standing]) -> Iterable[Todo]:
    """Tasks whose light is red or yellow, the longest overdue first; a bureau sees those it leads."""
    if not user.may("programme.view"):
        return []
    found = []
    for row in standings.values():
        if row.light not in (Light.LATE, Light.WATCH) or not _concerns(user, row):
            continue
        requirement = row.instance.requirement
        days = (row.instance.due_on - row.today).days
        decisive = next((line for line in row.lines if line.decisive), None)
        due = _("逾期 %(days)s 天") % {"days": -days} if days < 0 else _("剩 %(days)s 天") % {"days": days}
        detail = _("%(unit)s牵头") % {"unit": row.unit}
        if decisive and days >= 0 and decisive.answer:
            detail = f"{detail} · {decisive.answer}"
        title = f"{requirement.code} {requirement.text}"
        found.append(Todo(row.light.value, title, detail, due, address("programme:task", requirement.code), days))
    return sorted(found, key=lambda item: (item.lamp != "late", item.days))


def _concerns(user: Any, row: Standing) -> bool:
    return user.may("programme.decide") or user.unit_id == row.unit.pk


def _reports(user: Any, today: dt.date) -> Iterable[Todo]:
    """Reports to accept or return, for the office; reports that came back, for their unit."""
    rows = MonthlyReport.objects.visible_to(user).select_related("unit", "instance__requirement")
    if user.may("programme.decide"):
        waiting = rows.filter(state=MonthlyReport.State.SUBMITTED).order_by("submitted_at")
        return [_report(row, _("%(unit)s %(month)s 月报待审核"), _("待审核"), "open") for row in waiting[:SHOWN]]
    if not user.may("programme.report"):
        return []
    returned = rows.filter(state=MonthlyReport.State.RETURNED, unit_id=user.unit_id).order_by("-month")
    return [_report(row, _("%(unit)s %(month)s 月报被退回"), _("待改报"), "watch") for row in returned[:SHOWN]]


def _report(row: MonthlyReport, words: str, due: str, lamp: str) -> Todo:
    title = words % {"unit": row.unit, "month": f"{row.month:%Y-%m}"}
    requirement = row.instance.requirement
    detail = row.decision_reason or f"{requirement.code} {requirement.text}"
    return Todo(lamp, title, detail, due, address("programme:task", requirement.code))


def _cases(user: Any) -> Iterable[Todo]:
    """Review cases that wait for a person's decision."""
    if not user.may("bim.decide"):
        return []
    rows = ReviewCase.objects.visible_to(user).filter(state=ReviewCase.State.AWAITING_DECISION)
    found = []
    for row in rows.select_related("project", "building").order_by("submitted_at")[:SHOWN]:
        said = {"number": row.number, "count": row.undecided}
        waits = _("BIM 审查 %(number)s 待判定 %(count)s 项") if row.undecided else _("BIM 审查 %(number)s 待出具意见")
        title = waits % said
        place = f"{row.project} {row.building}" if row.building else str(row.project)
        found.append(Todo("watch", title, place, row.get_stage_display(), row.get_absolute_url()))
    return found


def _waiting(user: Any, today: dt.date) -> Iterable[Todo]:
    """Steps of cases and opinions that wait for this account, the nearest limit first."""
    found = []
    for task in waiting_for(user)[:SHOWN]:
        days = (task.due_on - today).days if task.due_on else 0
        lamp = "late" if days < 0 else "watch" if task.due_on and days <= 2 else "open"
        due = f"{task.due_on:%m-%d}" if task.due_on else ""
        found.append(Todo(lamp, f"{task.case.title} {task.title}", task.case.number, due, task.case.get_absolute_url(), days))
    return found


def _quarantine(user: Any) -> Iterable[Todo]:
    """Batches with rows that did not get into their register."""
    found = []
    for batch in quarantined_batches(user)[:SHOWN]:
        register = registers.get(batch.register)
        name = register.label if register else batch.register
        title = _("%(register)s %(count)s 行被隔离") % {"register": name, "count": held([batch])}
        found.append(Todo("watch", title, f"{batch.source} · {batch.number}", _("待补正"), batch.get_absolute_url()))
    return found
