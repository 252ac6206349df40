"""What was changed on a task: reports, sub-tasks, closures and reminders, newest first, with who and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hezhu.core.access.models import User
from hezhu.core.access.scoping import OFFICES
from hezhu.programme.models import Closure, MonthlyReport, Reminder, RequirementInstance, SubTask

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One event on a task."""

    at: datetime
    what: str
    by: str
    reason: str
    source: str


def changes_of(instance: RequirementInstance, user: User) -> list[Change]:
    """The latest changes of what ``user`` may see of a task. Drafts stay with those who write them."""
    describers: tuple[tuple[Any, Callable[[Any], str]], ...] = (
        (MonthlyReport, _report),
        (SubTask, _subtask),
        (Closure, _closure),
        (Reminder, _reminder),
    )
    found: list[tuple[Any, str]] = []
    for model, describe in describers:
        events = model.pgh_event_model.objects.filter(instance_id=instance.pk, is_demo=user.is_demo)
        if not model.public_to_signed_in:
            events = events.filter(division__in=user.divisions if user.role in OFFICES else ())
        for event in events.select_related("pgh_context").order_by("-pgh_id")[:SHOWN]:
            if words := describe(event):
                found.append((event, words))
    found.sort(key=lambda pair: pair[0].pgh_created_at, reverse=True)
    found = found[:SHOWN]
    people = _people([event for event, _words in found])
    return [_change(event, words, people) for event, words in found]


def _people(events: list[Any]) -> dict[int, str]:
    ids = {_context(event).get("user") for event in events} - {None}
    return {user.pk: f"{user.display_name} · {user.unit}" for user in User.objects.filter(pk__in=ids).select_related("unit")}


def _context(event: Any) -> dict[str, Any]:
    return event.pgh_context.metadata if event.pgh_context else {}


def _change(event: Any, words: str, people: dict[int, str]) -> Change:
    context = _context(event)
    by = people.get(context.get("user") or 0, _("系统"))
    return Change(event.pgh_created_at, words, by, context.get("reason") or "", context.get("source") or "")


def _report(event: Any) -> str:
    if event.state == MonthlyReport.State.DRAFT and event.submitted_at is None:
        return ""
    state = MonthlyReport.State(event.state).label
    return _("%(month)s月报 %(state)s") % {"month": f"{event.month:%Y-%m} ", "state": state}


def _subtask(event: Any) -> str:
    if event.pgh_label == "insert":
        words = _("分解子任务“%(title)s”")
    elif event.withdrawn_at:
        words = _("撤回子任务“%(title)s”")
    else:
        words = _("修改子任务“%(title)s”")
    return words % {"title": event.title}


def _closure(event: Any) -> str:
    return _("撤回办结") if event.pgh_label == "delete" else _("办结：%(summary)s") % {"summary": event.summary}


def _reminder(event: Any) -> str:
    return _("催办：%(text)s") % {"text": event.text}
