"""来历: where each value of a row came from, the present one and those before it, told from the row's history in one reading.

An event keeps the row's own lineage (source, batch, line) and, in its context, who wrote it and why. A value is that of the event that first said it:
a later batch that left the cell empty did not bring it. An event that names a batch in its context while the row names another is the undoing of
that batch: the value is again what it was, with the lineage it had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from hezhu.core.access.models import User
from hezhu.core.history.changes import UNSHOWN, context_of
from hezhu.core.register.declare import LINEAGE, Register
from hezhu.core.register.values import BLANK, display

MOST_EVENTS = 500
IMPORTED, WRITTEN, UNDONE, UNKNOWN = "imported", "written", "undone", "unknown"


@dataclass(frozen=True, slots=True)
class BatchTold:
    """A batch as far as the reader may know it: where its page is, and the file it came from."""

    url: str
    file: str


# The intake door tells of its batches: from numbers and a reader to those of them the reader sees.
batch_tellers: list[Callable[[Iterable[str], Any], Mapping[str, BatchTold]]] = []


@dataclass(frozen=True, slots=True)
class Origin:
    """One value and where it came from. ``kind``: imported by ``batch`` from ``line``; written by a person or a program; undone, put
    back when ``undone`` was taken back (``batch`` and ``line`` then say what first brought it, where one did); unknown, older than the history."""

    value: str
    kind: str
    at: datetime
    by: str
    reason: str
    source: str
    batch: str
    line: int | None
    undone: str = ""
    told: BatchTold | None = None


@dataclass(slots=True)
class Cell:
    """One column of a row: its values, the present one last."""

    field: Any
    personal: bool
    values: list[Origin] = field(default_factory=list)

    @property
    def present(self) -> Origin:
        return self.values[-1]

    @property
    def never_filled(self) -> bool:
        """Whether the column was empty from the row's first day on: that nothing came has no origin to tell."""
        return len(self.values) == 1 and self.present.value == BLANK

    @property
    def earlier(self) -> list[Origin]:
        """The values before it, the latest first."""
        return self.values[-2::-1]


def origins_of(register: Register, row: Any, user: Any) -> list[Cell]:
    """Every column of ``row`` with the origin of its values; empty for a register without history. ``row`` is one that ``user`` sees."""
    events = _events(register, row)
    fields = [f for f in register.fields() if f.name not in UNSHOWN | LINEAGE]
    firsts = {f.name: _firsts(f, events) for f in fields if events and hasattr(events[0], f.attname)}
    _fetch_relations(fields, firsts)
    people = _people(events)
    told = _told({event.source_batch for event in events}, user)
    personal = register.personal_fields()
    return [
        Cell(f, f.name in personal, [_origin(f, event, told, people, is_first=event is events[0]) for event in firsts[f.name]])
        for f in fields
        if f.name in firsts
    ]


def _events(register: Register, row: Any) -> list[Any]:
    """The newest MOST_EVENTS events of the row, oldest first, with their contexts."""
    events: Any = register.event_model()
    if events is None or not register.has_lineage:
        return []
    newest = events._default_manager.filter(pgh_obj_id=row.pk).select_related("pgh_context").order_by("-pgh_id")[:MOST_EVENTS]
    return list(newest)[::-1]


def _firsts(of: Any, events: list[Any]) -> list[Any]:
    """The events that gave the column another value than it had."""
    found = events[:1]
    for event in events[1:]:
        if getattr(event, of.attname) != getattr(found[-1], of.attname):
            found.append(event)
    return found


def _fetch_relations(fields: list[Any], firsts: dict[str, list[Any]]) -> None:
    """What the values of relations lead to, read once for a column."""
    for each in fields:
        if each.is_relation and each.name in firsts:
            wanted = {getattr(event, each.attname) for event in firsts[each.name]} - {None}
            found = each.related_model._default_manager.in_bulk(wanted) if wanted else {}
            for event in firsts[each.name]:
                if (target := found.get(getattr(event, each.attname))) is not None:
                    setattr(event, each.name, target)


def _people(events: list[Any]) -> dict[int, str]:
    authors = {int(user) for event in events if (user := context_of(event).get("user"))}
    return {user.pk: user.display_name for user in User.objects.filter(pk__in=authors)} if authors else {}


def _told(numbers: set[str], user: Any) -> dict[str, BatchTold]:
    told: dict[str, BatchTold] = {}
    for teller in batch_tellers:
        told |= teller(numbers - {""}, user)
    return told


def _origin(of: Any, event: Any, told: Mapping[str, BatchTold], people: Mapping[int, str], *, is_first: bool) -> Origin:
    context = context_of(event)
    wrote = str(context.get("source") or "")
    undone = ""
    if context.get("undoes"):
        kind, undone = UNDONE, str(context["undoes"])
    elif event.source_batch and wrote == event.source_batch:
        kind = IMPORTED
    elif is_first and event.pgh_label != "insert":
        kind = UNKNOWN
    else:
        kind = IMPORTED if event.source_batch and not wrote else WRITTEN
    return Origin(
        value=str(display(event, of)),
        kind=kind,
        at=event.pgh_created_at,
        by=people.get(context.get("user") or 0) or gettext("系统"),
        reason=str(context.get("reason") or ""),
        source=event.source or wrote,
        batch=event.source_batch,
        line=event.source_line,
        undone=undone,
        told=told.get(event.source_batch),
    )
