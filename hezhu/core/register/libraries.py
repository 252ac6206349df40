"""The six libraries (六库): which registers each holds, how much of it a reader sees, and when it last changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import OFFICES
from hezhu.core.register import absence
from hezhu.core.register.counted import Count, count
from hezhu.core.register.declare import Register, registers

LIBRARIES: dict[str, Any] = {
    "projects": _("项目库"),
    "enterprises": _("企业库"),
    "people": _("人员库"),
    "equipment": _("设备库"),
    "credit": _("信用库"),
    "documents": _("图档库"),
}
# The last change is looked for among so many events: enough for a busy day, and bounded when another reader's rows are the busy ones.
LOOKED_BACK = 5_000


@dataclass
class Holding:
    """One register as a reader sees it: ``count`` is None where rows are read only for one project or person."""

    register: Register
    count: Count | None
    changed_at: datetime | None


@dataclass
class Library:
    """One library: its head register and those that belong to it."""

    slug: str
    label: Any
    head: Holding
    others: list[Holding] = field(default_factory=list)

    @property
    def changed_at(self) -> datetime | None:
        return max((each.changed_at for each in (self.head, *self.others) if each.changed_at), default=None)


def libraries_of(user: Any) -> Iterator[Library]:
    """The libraries with at least one register that ``user`` may read."""
    thinned = absence.marked(register.slug for register in registers)
    for slug, label in LIBRARIES.items():
        held = [_holding(r, user, thinned) for r in registers if r.library == slug and user.may(r.permission("view"))]
        if held:
            yield Library(slug, label, held[0], held[1:])


def _holding(register: Register, user: Any, thinned: set[str]) -> Holding:
    rows: QuerySet = register.model.objects.visible_to(user)
    if register.slug in thinned:
        rows = absence.chosen(register, rows)
    return Holding(register, None if register.narrow_by else count(rows), _changed_at(register, user))


def _changed_at(register: Register, user: Any) -> datetime | None:
    """When a row that ``user`` sees last changed; None when that is longer ago than LOOKED_BACK events, or nothing is there."""
    events: Any = register.event_model()
    if events is None or register.narrow_by:
        return None
    if user.role not in OFFICES:
        return register.model.objects.visible_to(user).aggregate(at=Max("updated_at"))["at"] if register.has_lineage else None
    newest = events._default_manager.order_by("-pgh_id").values("pgh_created_at", "division", "is_demo")[:LOOKED_BACK]
    mine = set(user.divisions)
    return next(
        (e["pgh_created_at"] for e in newest.iterator(chunk_size=200) if e["division"] in mine and e["is_demo"] == user.is_demo),
        None,
    )
