"""Reads the change history of one row: what changed, who did it, when, why and from where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import User
from hezhu.core.prepared import HOLE, compiled

KINDS = {"insert": _("登记"), "update": _("修改"), "delete": _("删除")}
MOST = 200
UNSHOWN = {"updated_at", "created_at", "search_grams"}


@dataclass(frozen=True, slots=True)
class Change:
    """One event: ``fields`` lists (label, before, after)."""

    at: datetime
    kind: Any
    by: str
    reason: str
    source: str
    fields: list[tuple[Any, str, str]]


def changes_of(register: Any, row: Any) -> list[Change]:
    """The changes of ``row``, newest first."""
    events_model = register.event_model()
    if events_model is None:
        return []

    def newest() -> QuerySet:
        return events_model._default_manager.filter(pgh_obj_id=HOLE).select_related("pgh_context").order_by("-pgh_id")[:MOST]

    events = compiled(("changes", events_model), newest).rows(row.pk, judged=True)[::-1]
    authors = {context_of(event).get("user") or 0 for event in events} - {0}
    people = {user.pk: user for user in User.objects.filter(pk__in=authors)} if authors else {}
    changes, before = [], None
    for event in events:
        context = context_of(event)
        user = people.get(context.get("user") or 0)
        changes.append(
            Change(
                at=event.pgh_created_at,
                kind=KINDS.get(event.pgh_label, event.pgh_label),
                by=user.display_name if user else str(_("系统")),
                reason=context.get("reason") or "",
                source=context.get("source") or "",
                fields=_differences(register, before, event) if before is not None else [],
            )
        )
        before = event
    return changes[::-1]


def context_of(event: Any) -> dict[str, Any]:
    """Who wrote the event, why and from where; empty where nothing was said."""
    return event.pgh_context.metadata if event.pgh_context_id and event.pgh_context else {}


def _differences(register: Any, before: Any, after: Any) -> list[tuple[Any, str, str]]:
    from hezhu.core.register.values import display

    changed = []
    for field in register.fields():
        if field.name in UNSHOWN or not hasattr(after, field.attname):
            continue
        if getattr(before, field.attname) != getattr(after, field.attname):
            changed.append((field.verbose_name, str(display(before, field)), str(display(after, field))))
    return changed
