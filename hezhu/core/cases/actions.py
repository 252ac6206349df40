"""Everything people do to a case: open, move, hand over, note; and the steps that only the platform takes.

Each function checks who may, refuses with a sentence, and writes the case, its tasks and its record in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.core.access.models import User
from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import OFFICES, require, require_division
from hezhu.core.calendar import actions as calendar
from hezhu.core.cases import clock, errors
from hezhu.core.cases.declare import Clock, Move, Procedure, Said
from hezhu.core.cases.models import Case, CaseParty, CaseStep, CaseSubject, CaseTask
from hezhu.core.cases.recording import FILE_PURPOSE, record
from hezhu.core.cases.sides import Side, can_take, name_party, named_sides, offices_of, release_party, sides_of, stands_for
from hezhu.core.cases.waiting import waiting_for
from hezhu.core.errors import NotAllowed
from hezhu.core.history import reason_of_change
from hezhu.core.numbering import next_number

# One door for the apps: what they do to a case is here, whichever module holds it.
__all__ = [
    "FILE_PURPOSE",
    "Side",
    "Subject",
    "can_take",
    "go_on",
    "hand_over",
    "locked",
    "move",
    "name_party",
    "name_subjects",
    "note",
    "offices_of",
    "open_case",
    "proceed",
    "record",
    "release_party",
    "sides_of",
    "stands_for",
    "waiting_for",
]


@dataclass(frozen=True, slots=True)
class Subject:
    """One of several things a case is about: a building, a lot, a machine. ``key`` is its number in its own register."""

    name: str
    key: str = ""
    kind: str = ""
    note: str = ""


def open_case(
    procedure: Procedure,
    *,
    by: User,
    title: str,
    division: str,
    sides: Sequence[Side] = (),
    text: str = "",
    files: Sequence[Any] = (),
    subjects: Iterable[Subject] = (),
    follows: Case | None = None,
) -> Case:
    """A new case in its first state, with its number. The unit of ``by`` applies.

    ``follows``: the closed case it is applied for anew after; both pages link to each other. The caller writes the procedure's own
    row in the same transaction. Raises NotAllowed, CannotFollow, and TransactionManagementError outside a transaction.
    """
    require(by, procedure.party(procedure.opened_by).permission)
    require_division(by, division)
    if follows is not None:
        _may_follow(follows, procedure, by)
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
            follows=follows,
        )
        CaseParty.objects.create(case=case, party=procedure.opened_by, unit=by.unit)
        for side in sides:
            name_party(case, side)
        name_subjects(case, subjects)
        _turn_clock(case, Clock.NOT_STARTED)
        label = _("申请") if follows is None else _("重新申请（原办件 %(number)s）") % {"number": follows.number}
        record(case, CaseStep.Kind.MOVE, by, label=label, target=case.state, text=text, files=files)
        if follows is not None:
            record(follows, CaseStep.Kind.NOTE, by, label=_("另案重新申请 %(number)s") % {"number": case.number})
        _arrive(case)
    return case


def _may_follow(former: Case, procedure: Procedure, by: User) -> None:
    if not former.is_visible_to(by) or former.unit_id != by.unit_id or former.procedure != procedure.slug or former.is_open:
        raise errors.CannotFollow(number=former.number)


def name_subjects(case: Case, subjects: Iterable[Subject]) -> None:
    """Adds what the case is about; what is named already stays as it is."""
    rows = [CaseSubject(case=case, kind=one.kind, key=one.key, name=one.name[:120], note=one.note[:200]) for one in subjects]
    CaseSubject.objects.bulk_create(rows, ignore_conflicts=True)


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
        acting = sides_of(case, by) & set(chosen.by)
        if not acting:
            raise NotAllowed(permission=f"{case.procedure}.{chosen.key}")
        _check(case, chosen, by, said)
        detail = chosen.effect(case, by, said) if chosen.effect else None
        if case.declared.party(next(party for party in chosen.by if party in acting)).office:
            case.officer = by
        go_on(
            case,
            chosen.target,
            by=by,
            label=chosen.label,
            move_key=chosen.key,
            text=said.text,
            files=said.files,
            detail=detail,
        )
        if chosen.after:
            chosen.after(case, by, said)
    return case


def proceed(case: Case, key: str, *, text: str = "", detail: Mapping[str, Any] | None = None) -> Case:
    """Takes a step that only the platform takes, for instance when a machine's check has ended. Raises NoSuchMove."""
    with transaction.atomic(), reason_of_change(None, text, source=str(case.declared.label)):
        case = Case.objects.select_for_update().get(pk=case.pk)
        chosen = case.declared.move(key)
        if chosen is None or not chosen.automatic or case.state not in chosen.sources:
            raise errors.NoSuchMove(number=case.number, state=case.state_label, move=chosen.label if chosen else key)
        go_on(case, chosen.target, label=chosen.label, move_key=chosen.key, text=text, detail=detail)
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


def go_on(
    case: Case,
    target: str,
    *,
    label: Any,
    by: User | None = None,
    kind: CaseStep.Kind = CaseStep.Kind.MOVE,
    move_key: str = "",
    text: str = "",
    files: Sequence[Any] = (),
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Puts a locked case into ``target``: clock, tasks, record, revision. Who may is the caller's; ``by`` None is the platform."""
    was, source = case.stage.clock, case.state
    case.tasks.filter(kind=CaseTask.Kind.STEP, done_at=None).update(done_at=timezone.now(), done_by=by)
    case.state = target
    _turn_clock(case, was)
    case.closed_at = None if case.is_open else timezone.now()
    if not case.is_open:
        case.tasks.filter(kind=CaseTask.Kind.OPINION, done_at=None).update(done_at=timezone.now(), done_by=by)
    record(
        case,
        kind,
        by,
        move=move_key,
        label=label,
        source=source,
        target=target,
        text=text,
        files=files,
        detail=dict(detail or {}),
    )
    case.revision += 1
    _arrive(case)


def _arrive(case: Case) -> None:
    """Tasks and expiry of the state the case is in now; saves it."""
    stage, today = case.stage, timezone.localdate()
    case.expires_on = calendar.add_working_days(today, stage.expires_after) if stage.expires_after is not None else None
    case.expiry_warned = False
    _open_tasks(case)
    case.save()


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
    named = list(case.parties.filter(party__in=case.stage.holders, until=None).select_related("unit", "user"))
    for key in case.stage.holders:
        party = case.declared.party(key)
        holders: list[tuple[Any, Any]] = [
            (row.unit, case.officer if party.office else row.user) for row in named if row.party == key
        ]
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
    """The step's own limit, the end of the case's, or the day it expires: what comes first."""
    days = case.stage.days
    own = calendar.add_working_days(timezone.localdate(), days) if days is not None else None
    whole = case.due_on if case.stage.clock is Clock.RUNS else None
    return min((day for day in (own, whole, case.expires_on) if day is not None), default=None)


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


def note(case: Case, *, by: User, text: str, files: Sequence[Any] = (), detail: Mapping[str, Any] | None = None) -> CaseStep:
    """A line in the record by anyone who takes part. Raises NotAllowed, TextMissing."""
    if not sides_of(case, by, named_sides(case)):
        raise NotAllowed(permission=f"{case.procedure}.note")
    if not text.strip():
        raise errors.TextMissing(move=_("记事"), what=_("内容"), problems=[{"field": "text", "reason": _("没有填写")}])
    with transaction.atomic():
        return record(case, CaseStep.Kind.NOTE, by, label=_("记事"), text=text, files=files, detail=dict(detail or {}))
