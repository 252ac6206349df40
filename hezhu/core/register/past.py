"""A row and its links as they stood at the end of a past day, told from the change history and from nothing else.

The history begins with a row's first event: before that the platform knew nothing, and says so. A reader sees the past only of rows that
concern them today, or, serving an office, of rows that then belonged to their divisions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from hezhu.core.access.scoping import OFFICES
from hezhu.core.register.declare import Register
from hezhu.core.register.links import Link

MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class State:
    """A row on a day: ``event`` holds its columns, None when it was not there; ``known_since`` is when its history begins."""

    event: Any
    known_since: datetime | None
    is_whole: bool

    @property
    def day_known(self) -> date | None:
        return timezone.localtime(self.known_since).date() if self.known_since else None


def day_of(text: str) -> date | None:
    """The past day a page is asked for; None for today, a day to come, and what is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day < timezone.localdate() else None


def end_of(day: date) -> datetime:
    """The first moment after ``day``, in the city's time."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def state_on(register: Register, pk: int, day: date) -> State:
    """The last event of the row up to the end of ``day``."""
    events: Any = register.event_model()
    if events is None:
        return State(None, None, False)
    of_row = events._default_manager.filter(pgh_obj_id=pk).order_by("pgh_id")
    first = of_row.values("pgh_created_at", "pgh_label").first()
    last = of_row.filter(pgh_created_at__lt=end_of(day)).last()
    return State(
        event=last if last is not None and last.pgh_label != "delete" else None,
        known_since=first["pgh_created_at"] if first else None,
        is_whole=bool(first) and first["pgh_label"] == "insert",
    )


def linked_on(link: Link, row: Any, user: Any, day: date) -> list[Any]:
    """The events that tell the linked rows of ``row`` on ``day``, newest rows first; at most MOST_ROWS + 1."""
    events: Any = link.register.event_model()
    if events is None:
        rows = link.rows(row, user)
        return list(rows.filter(created_at__lt=end_of(day)).order_by("-pk")[: MOST_ROWS + 1]) if link.register.has_lineage else []
    values = link.values(row)
    condition = Q(pk__in=[])
    for name, value in values.items():
        condition |= Q(**{name: value})
    until = events._default_manager.filter(pgh_created_at__lt=end_of(day))
    ever = until.filter(condition).values("pgh_obj_id").distinct()
    last = until.filter(pgh_obj_id__in=ever).order_by("-pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    held = [
        event
        for event in last[: MOST_ROWS + 1]
        if event.pgh_label != "delete"
        and any(getattr(event, event._meta.get_field(name).attname) == value for name, value in values.items())
    ]
    return _visible(link.register, held, user)


def _visible(register: Register, held: list[Any], user: Any) -> list[Any]:
    today = set(
        register.model.objects.visible_to(user).filter(pk__in=[event.pgh_obj_id for event in held]).values_list("pk", flat=True)
    )
    office = user.role in OFFICES
    return [
        event
        for event in held
        if event.pgh_obj_id in today or (office and event.is_demo == user.is_demo and event.division in user.divisions)
    ]


def rows_on(register: Register, user: Any, day: date, *, after: int, limit: int) -> list[Any]:
    """The register as it stood at the end of ``day``: the events that tell its rows, by id from ``after`` on, at most ``limit`` looked at."""
    events: Any = register.event_model()
    if events is None:
        return []
    last = (
        events._default_manager.filter(pgh_created_at__lt=end_of(day), pgh_obj_id__gt=after)
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
    )
    return list(last[:limit])


def shown(register: Register, events: list[Any], user: Any) -> list[Any]:
    """Those of the events that tell a row which was there and which ``user`` may see the past of."""
    return _visible(register, [event for event in events if event.pgh_label != "delete"], user)
