"""Everything that happens to a case: open, move, ask and answer, hand over, remind.

Each function checks who may, refuses with a sentence, and writes the case, its tasks and its record in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.core.access.models import Unit, User
from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import OFFICES, require, require_division
from hezhu.core.calendar import actions as calendar
from hezhu.core.cases import clock, errors
from hezhu.core.cases.declare import Clock, Move, Procedure, Said
from hezhu.core.cases.models import Case, CaseParty, CaseStep, CaseTask
from hezhu.core.errors import NotAllowed
from hezhu.core.files.actions import keep
from hezhu.core.history import reason_of_change
from hezhu.core.numbering import next_number

FILE_PURPOSE = "evidence"


@dataclass(frozen=True, slots=True)
class Side:
    """A unit, or one person of it, that takes part from the start."""

    party: str
    unit: Unit
    user: User | None = None


def open_case(
    procedure: Procedure,
    *,
    by: User,
    title: str,
    division: str,
    sides: Sequence[Side] = (),
    text: str = "",
    files: Sequence[Any] = (),
) -> Case:
    """A new case in its first state, with its number. The unit of ``by`` applies.

    The caller writes the procedure's own row in the same transaction. Raises NotAllowed, and TransactionManagementError
    outside a transaction.
    """
    require(by, procedure.party(procedure.opened_by).permission)
    require_division(by, division)
    with transaction.atomic(), reason_of_change(by, text or _("申请"), source=str(procedure.label)):
        case = Case.objects.create(
            procedure=procedure.slug,
            number=next_number(procedure.series, demo=by.is_demo),
            title=title[:200],
            state=procedure.start,
            opened_by=by,
            unit=by.unit,
            division=division,
            is_demo=by.is_demo,
        )
        CaseParty.objects.create(case=case, party=procedure.opened_by, unit=by.unit)
        for side in sides:
            name_party(case, side)
        _turn_clock(case, Clock.NOT_STARTED)
        record(case, CaseStep.Kind.MOVE, by, label=_("申请"), target=case.state, text=text, files=files)
        _open_tasks(case)
        case.save()
    return case


def name_party(case: Case, side: Side) -> CaseParty:
    """Puts a unit or a person on a side of the case; a side that is there already stays as it is."""
    row, _made = CaseParty.objects.get_or_create(case=case, party=side.party, unit=side.unit, user=side.user, until=None)
    return row


def release_party(case: Case, side: Side) -> None:
    """Ends a side: its accounts no longer see or move the case through it."""
    CaseParty.objects.filter(case=case, party=side.party, unit=side.unit, user=side.user, until=None).update(until=timezone.now())


def stands_for(case: Case, user: Any, party: str) -> bool:
    """Whether the account may act for that side of the case now."""
    declared = case.declared.party(party)
    if not getattr(user, "is_authenticated", False) or not user.may(declared.permission) or user.is_demo != case.is_demo:
        return False
    if declared.office:
        serves = user.role in OFFICES and case.division in user.divisions and case.officer_id in (None, user.pk)
        named = offices_of(case, party)
        return serves and (not named or user.unit_id in named)
    return CaseParty.of(user).filter(case=case, party=party).exists()


def offices_of(case: Case, party: str) -> set[int]:
    """The units named for an office's side; empty where any office of the division may act."""
    return set(CaseParty.objects.filter(case=case, party=party, until=None).values_list("unit", flat=True))


def move(case: Case, key: str, *, by: User, seen: int | None = None, said: Said | None = None) -> Case:
    """Takes the case one step further.

    ``seen`` is the revision the person looked at; of two who decide at once the second is told what the first did. Raises
    NotAllowed, NoSuchMove, MovedMeanwhile, TextMissing, OpinionsOutstanding, and what the move's own check refuses.
    """
    said = said or Said()
    with transaction.atomic(), reason_of_change(by, said.text, source=str(case.declared.label)):
        case = locked(case, by)
        if seen is not None and seen != case.revision:
            raise _told(case)
        chosen = case.declared.move(key)
        if chosen is None or case.state not in chosen.sources:
            raise errors.NoSuchMove(number=case.number, state=case.state_label, move=chosen.label if chosen else key)
        _permit(case, chosen, by)
        _check(case, chosen, by, said)
        detail = chosen.effect(case, by, said) if chosen.effect else None
        _go(case, chosen, by, said, dict(detail or {}))
        if chosen.after:
            chosen.after(case, by, said)
    return case


def locked(case: Case, by: User) -> Case:
    """The case for update, if ``by`` may see it."""
    row = Case.objects.select_for_update().get(pk=case.pk)
    if not row.is_visible_to(by):
        raise NotAllowed(permission="case")
    return row


def _told(case: Case) -> errors.MovedMeanwhile:
    last = case.steps.select_related("by").last()
    who = last.by if last and last.by else _("平台")
    return errors.MovedMeanwhile(
        by=who, at=timezone.localtime(last.at).strftime("%m-%d %H:%M") if last else "", move=last.label if last else ""
    )


def _permit(case: Case, chosen: Move, by: User) -> None:
    if not any(stands_for(case, by, party) for party in chosen.by):
        raise NotAllowed(permission=f"{case.procedure}.{chosen.key}")


def _check(case: Case, chosen: Move, by: User, said: Said) -> None:
    if chosen.text == "required" and not said.text.strip():
        what = str(chosen.text_label or _("意见"))
        raise errors.TextMissing(
            move=chosen.label, what=what, problems=[{"field": "text", "reason": _("没有填写"), "remedy": what}]
        )
    if chosen.waits_for_opinions:
        left = list(case.tasks.filter(kind=CaseTask.Kind.OPINION, done_at=None).select_related("unit"))
        if left:
            raise errors.OpinionsOutstanding(count=len(left), units="、".join(str(task.unit) for task in left))
    if chosen.check:
        chosen.check(case, by, said)


def _go(case: Case, chosen: Move, by: User, said: Said, detail: dict[str, Any]) -> None:
    was, source = case.stage.clock, case.state
    _close_tasks(case, by)
    case.state = chosen.target
    if case.declared.party(_acting(case, chosen, by)).office:
        case.officer = by
    _turn_clock(case, was)
    case.closed_at = None if case.is_open else timezone.now()
    record(
        case,
        CaseStep.Kind.MOVE,
        by,
        move=chosen.key,
        label=chosen.label,
        source=source,
        target=case.state,
        text=said.text,
        files=said.files,
        detail=detail,
    )
    _open_tasks(case)
    case.revision += 1
    case.save()


def _acting(case: Case, chosen: Move, by: User) -> str:
    return next(party for party in chosen.by if stands_for(case, by, party))


def _turn_clock(case: Case, was: Clock) -> None:
    limit = case.declared.limit
    standing = clock.turn(
        clock.Standing(case.due_on, case.days_left, case.due_confirmed),
        was,
        case.stage.clock,
        limit.days if limit else None,
        timezone.localdate(),
        calendar.current(),
    )
    case.due_on, case.days_left, case.due_confirmed = standing.due_on, standing.days_left, standing.confirmed


def _open_tasks(case: Case) -> None:
    """One task for each unit or person that must act now; one for the office as a whole."""
    due = _due(case)
    for key in case.stage.holders:
        party = case.declared.party(key)
        named = case.parties.filter(party=key, until=None).select_related("unit", "user")
        holders: list[tuple[Any, Any]] = [(row.unit, case.officer if party.office else row.user) for row in named]
        if party.office and not holders:
            holders = [(None, case.officer)]
        CaseTask.objects.bulk_create(
            CaseTask(
                case=case,
                party=key,
                title=case.state_label,
                unit=unit,
                user=user,
                division=case.division,
                is_demo=case.is_demo,
                due_on=due,
            )
            for unit, user in holders
        )


def _due(case: Case) -> date | None:
    """The step's own limit, or the end of the case's."""
    days = case.stage.days
    own = calendar.add_working_days(timezone.localdate(), days) if days is not None else None
    whole = case.due_on if case.stage.clock is Clock.RUNS else None
    return min((day for day in (own, whole) if day is not None), default=None)


def _close_tasks(case: Case, by: User) -> None:
    case.tasks.filter(kind=CaseTask.Kind.STEP, done_at=None).update(done_at=timezone.now(), done_by=by)


def hand_over(case: Case, to: User, *, by: User, reason: str) -> Case:
    """Gives an office's case to another of its accounts. The officer in charge may, or one of the city office.

    Raises NotAllowed, TextMissing, CannotHandOver.
    """
    with transaction.atomic(), reason_of_change(by, reason, source=str(case.declared.label)):
        case = locked(case, by)
        offices = [party for party in case.declared.parties if party.office and by.may(party.permission)]
        in_charge = case.officer_id in (None, by.pk) or by.role == Role.CITY_OFFICE
        if not case.is_open or not offices or by.role not in OFFICES or case.division not in by.divisions or not in_charge:
            raise NotAllowed(permission=f"{case.procedure}.hand-over")
        if not reason.strip():
            raise errors.TextMissing(move=_("移交"), what=_("理由"), problems=[{"field": "text", "reason": _("没有填写")}])
        if not can_take(case, to):
            raise errors.CannotHandOver(who=to)
        case.officer = to
        case.revision += 1
        case.save(update_fields=["officer", "revision"])
        office_keys = [party.key for party in case.declared.parties if party.office]
        case.tasks.filter(done_at=None, party__in=office_keys, kind=CaseTask.Kind.STEP).update(user=to)
        record(case, CaseStep.Kind.HAND_OVER, by, label=_("移交 %(who)s") % {"who": to}, text=reason)
    return case


def can_take(case: Case, user: User) -> bool:
    """Whether an account could be the officer in charge of this case."""
    if not user.is_active or user.is_demo != case.is_demo or user.role not in OFFICES or case.division not in user.divisions:
        return False
    return any(
        user.may(party.permission) and user.unit_id in (offices_of(case, party.key) or {user.unit_id})
        for party in case.declared.parties
        if party.office
    )


def waiting_for(user: Any) -> Any:
    """Open tasks of this account, the most pressing first: those of its unit or itself, and its office's that nobody else has."""
    if not getattr(user, "is_authenticated", False):
        return CaseTask.objects.none()
    mine = Q(unit=user.unit_id) & (Q(user=None) | Q(user=user.pk))
    if user.role in OFFICES:
        mine |= Q(unit=None, division__in=user.divisions) & (Q(user=None) | Q(user=user.pk)) & _of_my_offices(user)
    rows = CaseTask.objects.filter(mine, done_at=None, is_demo=user.is_demo)
    return rows.select_related("case", "case__unit", "unit").order_by("due_on", "id")


def _of_my_offices(user: User) -> Q:
    """Office sides whose permission the account holds."""
    from hezhu.core.cases.declare import procedures

    held = Q(pk__in=[])
    for procedure in procedures:
        keys = [party.key for party in procedure.parties if party.office and user.may(party.permission)]
        if keys:
            held |= Q(case__procedure=procedure.slug, party__in=keys)
    return held


def remind_due(today: date | None = None) -> int:
    """Writes a reminder into the record for every task due within one working day or overdue, once a day. Returns how many."""
    today = today or timezone.localdate()
    soon = calendar.add_working_days(today, 1)
    rows = CaseTask.objects.filter(done_at=None, due_on__lte=soon).exclude(reminded_on=today).select_related("case", "unit")
    count = 0
    for task in rows.iterator(chunk_size=500):
        with transaction.atomic():
            if not CaseTask.objects.filter(pk=task.pk, done_at=None).exclude(reminded_on=today).update(reminded_on=today):
                continue
            late = task.due_on is not None and task.due_on < today
            label = _("逾期提醒：%(title)s") if late else _("临期提醒：%(title)s")
            record(
                task.case,
                CaseStep.Kind.REMIND,
                None,
                label=label % {"title": task.title},
                unit=task.unit,
                detail={"due": str(task.due_on)},
            )
            count += 1
    return count


def note(case: Case, *, by: User, text: str, files: Sequence[Any] = (), detail: Mapping[str, Any] | None = None) -> CaseStep:
    """A line in the record by anyone who takes part. Raises NotAllowed, TextMissing."""
    if not any(stands_for(case, by, party.key) for party in case.declared.parties):
        raise NotAllowed(permission=f"{case.procedure}.note")
    if not text.strip():
        raise errors.TextMissing(move=_("记事"), what=_("内容"), problems=[{"field": "text", "reason": _("没有填写")}])
    with transaction.atomic():
        return record(case, CaseStep.Kind.NOTE, by, label=_("记事"), text=text, files=files, detail=dict(detail or {}))


def record(
    case: Case,
    kind: CaseStep.Kind,
    by: User | None,
    *,
    label: Any,
    text: str = "",
    files: Sequence[Any] = (),
    move: str = "",
    source: str = "",
    target: str = "",
    unit: Unit | None = None,
    detail: dict[str, Any] | None = None,
) -> CaseStep:
    """Writes one line of the record."""
    step = CaseStep.objects.create(
        case=case,
        kind=kind,
        by=by,
        unit=by.unit if by else unit,
        label=str(label)[:80],
        text=text.strip(),
        move=move,
        source=source,
        target=target,
        detail=detail or {},
    )
    if files and by is not None:
        step.files.set([keep(file, by=by, purpose=FILE_PURPOSE, division=case.division) for file in files])
    return step
