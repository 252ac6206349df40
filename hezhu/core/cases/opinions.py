"""Opinions of other units: asked of several at once, answered each within its days, taken back when no longer needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.core.access.models import Unit, User
from hezhu.core.calendar import actions as calendar
from hezhu.core.cases import errors
from hezhu.core.cases.actions import Side, locked, name_party, record, stands_for
from hezhu.core.cases.declare import Agency
from hezhu.core.cases.models import Case, CaseStep, CaseTask
from hezhu.core.errors import NotAllowed
from hezhu.core.history import reason_of_change


@dataclass(frozen=True, slots=True)
class Question:
    """One unit asked: what, and within how many working days."""

    unit: Unit
    text: str
    days: int


@dataclass(frozen=True, slots=True)
class AgencyStanding:
    """A configured agency of a case: its unit (None: the platform has none), and its latest task (None: not asked yet)."""

    agency: Agency
    unit: Unit | None
    task: CaseTask | None


def ask(case: Case, units: Iterable[Unit], *, by: User, question: str, days: int) -> list[CaseTask]:
    """Asks several units for their opinion at once, each to answer within ``days`` working days.

    A unit that was asked and has not answered is not asked twice. Raises NotAllowed, NobodyToAsk.
    """
    return _ask(case, [Question(unit, question, days) for unit in {unit.pk: unit for unit in units}.values()], by)


def ask_agencies(case: Case, *, by: User) -> list[CaseTask]:
    """Asks every configured agency that was not asked yet, each within its own days. Raises NotAllowed, NobodyToAsk, NoAgencies."""
    _may_ask(case, by)
    standings = agency_standings(case)
    open_ones = [one for one in standings if one.task is None]
    questions = [
        Question(one.unit, str(one.agency.question or _("就%(what)s方面提出意见") % {"what": one.agency.label}), one.agency.days)
        for one in open_ones
        if one.unit is not None
    ]
    if open_ones and not questions:
        raise errors.NoAgencies(missing="、".join(str(one.agency.label) for one in open_ones))
    return _ask(case, questions, by)


def agency_standings(case: Case) -> list[AgencyStanding]:
    """The configured agencies with the unit each is here, and what it was asked: two queries, none where no agency is declared."""
    declared = case.declared.agencies
    if not declared:
        return []
    tasks = {task.unit_id: task for task in case.tasks.filter(kind=CaseTask.Kind.OPINION).order_by("id") if _stands(task)}
    units = list(_offices(case))
    found = [(agency, _unit_of(agency, case, units)) for agency in declared]
    return [AgencyStanding(agency, unit, tasks.get(unit.pk) if unit else None) for agency, unit in found]


def _stands(task: CaseTask) -> bool:
    """A question taken back does not count as asked."""
    return bool(task.answer) or task.done_at is None


def _offices(case: Case) -> Iterable[Unit]:
    kinds = [Unit.Kind.BUREAU, Unit.Kind.COUNTY_BUREAU, Unit.Kind.COUNTY]
    places = {case.division, settings.CITY_DIVISION}
    return Unit.objects.filter(Unit.demo_scope(case.is_demo), kind__in=kinds, division__in=places).order_by("id")


def _unit_of(agency: Agency, case: Case, units: Sequence[Unit]) -> Unit | None:
    """The office of the case's own division first, then the city's."""
    fitting = [
        unit
        for unit in units
        if any(word in name for word in agency.words for name in (unit.name, unit.short_name, *unit.aliases))
    ]
    return next((unit for unit in fitting if unit.division == case.division), fitting[0] if fitting else None)


def _may_ask(case: Case, by: User) -> str:
    """The party that is asked. Raises NotAllowed where ``by`` may not ask it now."""
    asked, asker = case.declared.asks or ("", "")
    if not asked or not case.is_open or not stands_for(case, by, asker):
        raise NotAllowed(permission=f"{case.procedure}.ask")
    return asked


def _ask(case: Case, questions: Sequence[Question], by: User) -> list[CaseTask]:
    said = "；".join(dict.fromkeys(one.text for one in questions))
    with transaction.atomic(), reason_of_change(by, said, source=str(case.declared.label)):
        case = locked(case, by)
        asked = _may_ask(case, by)
        waiting = set(case.tasks.filter(kind=CaseTask.Kind.OPINION, done_at=None).values_list("unit", flat=True))
        new = [one for one in questions if one.unit.pk not in waiting]
        if not new:
            raise errors.NobodyToAsk(
                problems=[{"field": "units", "reason": _("没有选，或已在征求中"), "remedy": _("选择协办单位")}]
            )
        today, days = timezone.localdate(), calendar.current()
        for one in new:
            name_party(case, Side(asked, one.unit))
        tasks = CaseTask.objects.bulk_create(
            CaseTask(
                case=case,
                kind=CaseTask.Kind.OPINION,
                party=asked,
                title=one.text[:200],
                unit=one.unit,
                division=case.division,
                is_demo=case.is_demo,
                due_on=days.add(today, one.days),
            )
            for one in new
        )
        names = "、".join(str(one.unit) for one in new)
        record(case, CaseStep.Kind.ASK, by, label=_("征求 %(units)s 意见") % {"units": names}, text=said)
    return tasks


def answer(task: CaseTask, *, by: User, answer: str, text: str = "", files: Sequence[Any] = ()) -> CaseTask:
    """Gives the asked unit's opinion. Conditions and objections say why. Raises NotAllowed, AlreadyAnswered, TextMissing."""
    known = [choice for choice in CaseTask.Answer if choice]
    if answer not in known:
        raise errors.NoSuchAnswer(known="、".join(known))
    with transaction.atomic(), reason_of_change(by, text, source=str(task.case.declared.label)):
        locked(task.case, by)
        task = CaseTask.objects.select_for_update(of=("self",)).select_related("case").get(pk=task.pk)
        if task.kind != CaseTask.Kind.OPINION or task.unit_id != by.unit_id or not stands_for(task.case, by, task.party):
            raise NotAllowed(permission=f"{task.case.procedure}.answer")
        if task.done_at is not None:
            raise errors.AlreadyAnswered()
        choice = CaseTask.Answer(answer)
        if choice != CaseTask.Answer.AGREE and not text.strip():
            raise errors.TextMissing(move=choice.label, what=_("理由"), problems=[{"field": "text", "reason": _("没有填写")}])
        task.answer, task.text, task.done_at, task.done_by = choice, text.strip(), timezone.now(), by
        task.save()
        label = _("答复：%(answer)s") % {"answer": choice.label}
        record(task.case, CaseStep.Kind.ANSWER, by, label=label, text=task.text, files=files, detail={"answer": choice.value})
    return task


def cancel_question(task: CaseTask, *, by: User, reason: str) -> None:
    """Takes back a question that has not been answered. Who asked may."""
    with transaction.atomic(), reason_of_change(by, reason, source=str(task.case.declared.label)):
        case = locked(task.case, by)
        if not case.declared.asks or not stands_for(case, by, case.declared.asks[1]):
            raise NotAllowed(permission=f"{case.procedure}.ask")
        if not CaseTask.objects.filter(pk=task.pk, kind=CaseTask.Kind.OPINION, done_at=None).update(
            done_at=timezone.now(), done_by=by, text=reason
        ):
            raise errors.AlreadyAnswered()
        record(case, CaseStep.Kind.ASK, by, label=_("取消征求 %(unit)s 意见") % {"unit": task.unit}, text=reason)
