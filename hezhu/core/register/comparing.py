"""A register on two days: rows that came, went and changed between the end of one and the end of the other, told from the change history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hezhu.core.access.scoping import OFFICES
from hezhu.core.register.declare import LINEAGE, Register
from hezhu.core.register.past import end_of
from hezhu.core.register.values import display

MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Changed:
    """One row: its event at the later day, the columns that differ as (label, before, after)."""

    row: Any
    fields: list[tuple[Any, str, str]]


@dataclass(slots=True)
class Comparison:
    """``complete`` is False when more than MOST_ROWS rows were touched: then the latest are compared. ``unknown`` counts rows that were there
    before their history begins: what they were like on the first day nobody can tell."""

    added: list[Any] = field(default_factory=list)
    removed: list[Any] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    complete: bool = True
    unknown: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed or self.unknown)


def compare(register: Register, user: Any, first: date, second: date, *, division: str = "") -> Comparison:
    """What is different at the end of ``second`` from the end of ``first``; rows as far as ``user`` may see their past."""
    events: Any = register.event_model()
    if events is None:
        return Comparison()
    manager = events._default_manager
    between = manager.filter(pgh_created_at__gte=end_of(first), pgh_created_at__lt=end_of(second))
    touched = list(between.order_by("-pgh_obj_id").values_list("pgh_obj_id", flat=True).distinct()[: MOST_ROWS + 1])
    result = Comparison(complete=len(touched) <= MOST_ROWS)
    touched = touched[:MOST_ROWS]
    before = _states(manager, touched, first)
    after = _states(manager, touched, second)
    seen = _visible(register, user, touched)
    older = _begun_late(manager, [pk for pk in touched if pk not in before])
    for pk in touched:
        old, new = before.get(pk), after.get(pk)
        told = new or old
        if told is None or not (pk in seen or _of_office(user, told)) or (division and told.division != division):
            continue
        if old is None and pk in older:
            result.unknown += 1
        elif old is None:
            result.added.append(new)
        elif new is None:
            result.removed.append(old)
        elif fields := _differences(register, old, new):
            result.changed.append(Changed(new, fields))
    return result


def _states(manager: Any, pks: list[int], day: date) -> dict[int, Any]:
    """The last event of each row up to the end of ``day``; rows that were not there are left out."""
    last = (
        manager.filter(pgh_obj_id__in=pks, pgh_created_at__lt=end_of(day))
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
    )
    return {event.pgh_obj_id: event for event in last if event.pgh_label != "delete"}


def _begun_late(manager: Any, pks: list[int]) -> set[int]:
    """Rows whose first event is no insert: they were written before the history was."""
    first = manager.filter(pgh_obj_id__in=pks).order_by("pgh_obj_id", "pgh_id").distinct("pgh_obj_id")
    return {pk for pk, label in first.values_list("pgh_obj_id", "pgh_label") if label != "insert"}


def _visible(register: Register, user: Any, pks: list[int]) -> set[int]:
    return set(register.model.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True))


def _of_office(user: Any, event: Any) -> bool:
    """Whether the row then belonged to a division that ``user``'s office serves: rows that are gone are seen by offices only."""
    return user.role in OFFICES and event.is_demo == user.is_demo and event.division in user.divisions


def _differences(register: Register, old: Any, new: Any) -> list[tuple[Any, str, str]]:
    changed = []
    for column in register.fields():
        if column.name in LINEAGE or not hasattr(new, column.attname):
            continue
        if getattr(old, column.attname) != getattr(new, column.attname):
            changed.append((column.verbose_name, str(display(old, column)), str(display(new, column))))
    return changed
