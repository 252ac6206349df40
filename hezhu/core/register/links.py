"""What the other libraries hold about a row: every relation of every register that leads to it, found from the models themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from hezhu.core.access.scoping import scope_key
from hezhu.core.prepared import HOLE, compiled
from hezhu.core.register import absence
from hezhu.core.register.declare import Register, registers

COUNTED_UP_TO = 999
_LINKS: dict[str, tuple[int, list[Link]]] = {}  # by slug: how many registers there were, and the links among them
LIBRARY_ORDER = ("projects", "enterprises", "people", "equipment", "credit", "documents", "")


@dataclass(frozen=True, slots=True)
class Link:
    """The rows of ``register`` whose ``fields`` lead to a row, by its own key (``through`` "pk") or by that of what it is the same as."""

    register: Register
    fields: tuple[tuple[str, str], ...]

    def values(self, row: Any) -> dict[str, Any]:
        """Column → the value it has in the rows that lead to ``row``; empty when nothing can lead there."""
        found = {}
        for name, through in self.fields:
            value = getattr(row, "pgh_obj_id", row.pk) if through == "pk" else getattr(row, f"{through}_id", None)
            if value is not None:
                found[name] = value
        return found

    def condition(self, row: Any) -> Q:
        """The lookup of the rows that lead to ``row``."""
        condition = Q(pk__in=[])
        for name, value in self.values(row).items():
            condition |= Q(**{name: value})
        return condition

    def rows(self, row: Any, user: Any) -> QuerySet:
        """Those of them that ``user`` sees and that their source still lists."""
        return absence.chosen(self.register, self.register.rows(user).filter(self.condition(row)))

    def first(self, row: Any, user: Any, columns: tuple[str, ...], most: int) -> list[Any]:
        """The first ``most`` of ``rows`` in the register's order, with the relations that ``columns`` draw."""
        values = self.values(row)
        if not values:
            return []
        register, thinned = self.register, self.register.slug in absence.marked([self.register.slug])

        def rows() -> QuerySet:
            leads = Q()
            for number, name in enumerate(values):
                leads |= Q(**{name: HOLE + number})
            return register.drawn(absence.chosen(register, register.rows(user).filter(leads)), columns).order_by(*register.order)[
                :most
            ]

        key = ("linked", register.slug, tuple(values), columns, most, thinned, *scope_key(user))
        return compiled(key, rows).rows(*values.values(), judged=True)

    def count(self, row: Any, user: Any) -> int:
        """How many, counted up to COUNTED_UP_TO + 1."""
        seen = absence.chosen(self.register, self.register.model.objects.visible_to(user).filter(self.condition(row)))
        return len(seen.order_by().values_list("pk", flat=True)[: COUNTED_UP_TO + 1])

    @property
    def only_field(self) -> str:
        """The one column by which the list can be narrowed to these rows, or ""."""
        return self.fields[0][0] if len(self.fields) == 1 and self.fields[0][1] == "pk" else ""


def links_of(register: Register) -> list[Link]:
    """Every register with a relation to this one, by library."""
    declared = len(registers)
    known = _LINKS.get(register.slug)
    if known is None or known[0] != declared:
        found = [link for other in registers if (link := _link(register, other))]
        known = declared, sorted(found, key=lambda link: LIBRARY_ORDER.index(library_of(link.register)))
        _LINKS[register.slug] = known
    return known[1]


def library_of(register: Register) -> str:
    """The library a register belongs to, "" for none of the six."""
    return register.library if register.library in LIBRARY_ORDER else ""


def _link(register: Register, other: Register) -> Link | None:
    targets: list[tuple[type, str]] = [(register.model, "pk")]
    for name in register.same_as:
        targets.append((register.model._meta.get_field(name).related_model, name))  # type: ignore[arg-type]
    fields = tuple(
        (field.name, through)
        for target, through in targets
        for field in other.fields()
        if field.is_relation and field.related_model is target and not (other is register and field.name in register.same_as)
    )
    return Link(other, fields) if fields else None


def permitted(register: Register, user: Any) -> Iterator[Link]:
    """The links whose registers ``user`` may read."""
    return (link for link in links_of(register) if user.may(link.register.permission("view")))
