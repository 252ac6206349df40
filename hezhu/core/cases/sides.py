"""Who stands on which side of a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from hezhu.core.access.models import Unit, User
from hezhu.core.access.scoping import OFFICES
from hezhu.core.cases.declare import Party
from hezhu.core.cases.models import Case, CaseParty

Named = list[tuple[str, int, int | None]]


@dataclass(frozen=True, slots=True)
class Side:
    """A unit, or one person of it, that takes part from the start."""

    party: str
    unit: Unit
    user: User | None = None


def name_party(case: Case, side: Side) -> CaseParty:
    """Puts a unit or a person on a side of the case; a side that is there already stays as it is."""
    row, _made = CaseParty.objects.get_or_create(case=case, party=side.party, unit=side.unit, user=side.user, until=None)
    return row


def release_party(case: Case, side: Side) -> None:
    """Ends a side: its accounts no longer see or move the case through it."""
    CaseParty.objects.filter(case=case, party=side.party, unit=side.unit, user=side.user, until=None).update(until=timezone.now())


def named_sides(case: Case) -> Named:
    """Party, unit and person of every side that is named now: one query."""
    return list(CaseParty.objects.filter(case=case, until=None).values_list("party", "unit", "user"))


def sides_of(case: Case, user: Any, named: Named | None = None) -> set[str]:
    """The parties for which the account may act now. ``named`` saves the query where it was made already."""
    if not getattr(user, "is_authenticated", False) or user.is_demo != case.is_demo:
        return set()
    held = [party for party in case.declared.parties if user.may(party.permission)]
    if not held:
        return set()
    rows = named_sides(case) if named is None else named
    return {party.key for party in held if _stands(case, user, party, rows)}


def _stands(case: Case, user: User, party: Party, named: Named) -> bool:
    if party.eligible and not party.eligible(user):
        return False
    if not party.office:
        return any(row[0] == party.key and row[1] == user.unit_id and row[2] in (None, user.pk) for row in named)
    if user.role not in OFFICES or case.division not in user.divisions or case.officer_id not in (None, user.pk):
        return False
    offices = {unit for key, unit, _user in named if key == party.key}
    return not offices or user.unit_id in offices


def stands_for(case: Case, user: Any, party: str) -> bool:
    """Whether the account may act for that side of the case now. Raises StopIteration for a party that is not declared."""
    return case.declared.party(party).key in sides_of(case, user)


def offices_of(case: Case, party: str) -> set[int]:
    """The units named for an office's side; empty where any office of the division may act."""
    return {unit for key, unit, _user in named_sides(case) if key == party}


def can_take(case: Case, user: User, named: Named | None = None) -> bool:
    """Whether an account could be the officer in charge of this case."""
    if not user.is_active or user.is_demo != case.is_demo or user.role not in OFFICES or case.division not in user.divisions:
        return False
    rows = named_sides(case) if named is None else named
    for party in case.declared.parties:
        offices = {unit for key, unit, _user in rows if key == party.key}
        if party.office and user.may(party.permission) and (not offices or user.unit_id in offices):
            return True
    return False
