"""我的待办: what waits for one account, the most pressing first, grouped so that two hundred cases stay readable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.core.access.models import User
from hezhu.core.access.scoping import OFFICES
from hezhu.core.calendar import actions as calendar
from hezhu.core.cases.declare import procedures
from hezhu.core.cases.models import CaseTask

SOON_DAYS = 3


@dataclass(frozen=True, slots=True)
class Urgency:
    """Tasks of one urgency: late, today, soon (within three working days), later (or without a date)."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """The tasks of one account: counts by urgency and by procedure, and the rows that were chosen."""

    rows: QuerySet[CaseTask]
    total: int
    urgencies: list[Urgency]
    by_procedure: list[tuple[str, Any, int]]


def waiting_for(user: Any) -> QuerySet[CaseTask]:
    """Open tasks of this account, the most pressing first: those of its unit or itself, and its office's that nobody else has."""
    if not getattr(user, "is_authenticated", False):
        return CaseTask.objects.none()
    mine = Q(unit=user.unit_id) & (Q(user=None) | Q(user=user.pk))
    if user.role in OFFICES:
        mine |= Q(unit=None, division__in=user.divisions) & (Q(user=None) | Q(user=user.pk)) & _of_my_offices(user)
    rows = CaseTask.objects.filter(mine, done_at=None, is_demo=user.is_demo)
    return rows.select_related("case__unit", "unit").order_by(F("due_on").asc(nulls_last=True), "id")


def _of_my_offices(user: User) -> Q:
    """Office sides whose permission the account holds."""
    held = Q(pk__in=[])
    for procedure in procedures:
        keys = [party.key for party in procedure.parties if party.office and user.may(party.permission)]
        if keys:
            held |= Q(case__procedure=procedure.slug, party__in=keys)
    return held


def look_at(user: Any, *, procedure: str = "", urgency: str = "", words: str = "", today: date | None = None) -> Waiting:
    """What waits for the account, narrowed to a procedure, an urgency and words of case or firm."""
    today = today or timezone.localdate()
    marks = _marks(today)
    rows = waiting_for(user)
    if words:
        rows = rows.filter(
            Q(case__number__icontains=words)
            | Q(case__title__icontains=words)
            | Q(case__unit__name__icontains=words)
            | Q(title__icontains=words)
        )
    counted = {key: Count("pk", filter=mark) for key, (_label, mark) in marks.items()}
    # Without the order, which would split the groups.
    counts = rows.order_by().values("case__procedure").annotate(total=Count("pk"), **counted)
    groups: list[dict[str, Any]] = [dict(row) for row in counts]
    by_procedure = [(row["case__procedure"], procedures[row["case__procedure"]].label, row["total"]) for row in groups]
    chosen = [row for row in groups if not procedure or row["case__procedure"] == procedure]
    urgencies = [Urgency(key, str(label), sum(row[key] for row in chosen)) for key, (label, _mark) in marks.items()]
    if procedure:
        rows = rows.filter(case__procedure=procedure)
    if urgency in marks:
        rows = rows.filter(marks[urgency][1])
    total = sum(row["total"] for row in chosen)
    return Waiting(rows, total, urgencies, sorted(by_procedure, key=lambda row: (-row[2], row[0])))


def _marks(today: date) -> dict[str, tuple[str, Q]]:
    soon = calendar.add_working_days(today, SOON_DAYS)
    return {
        "late": (_("逾期"), Q(due_on__lt=today)),
        "today": (_("今日截止"), Q(due_on=today)),
        "soon": (_("三个工作日内"), Q(due_on__gt=today, due_on__lte=soon)),
        "later": (_("以后"), Q(due_on__gt=soon) | Q(due_on=None)),
    }
