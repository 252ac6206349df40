"""Opinions of other units: asked of several at once, answered each within its days, taken back when no longer needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.core.access.models import Unit, User
from hezhu.core.calendar import actions as calendar
from hezhu.core.cases import errors
from hezhu.core.cases.actions import Side, locked, name_party, record, stands_for
from hezhu.core.cases.models import Case, CaseStep, CaseTask
from hezhu.core.errors import NotAllowed
from hezhu.core.history import reason_of_change


def ask(case: Case, units: Iterable[Unit], *, by: User, question: str, days: int) -> list[CaseTask]:
    """Asks several units for their opinion at once, each to answer within ``days`` working days.

    A unit that was asked and has not answered is not asked twice. Raises NotAllowed, NobodyToAsk.
    """
    with transaction.atomic(), reason_of_change(by, question, source=str(case.declared.label)):
        case = locked(case, by)
        asked, asker = case.declared.asks or ("", "")
        if not asked or not case.is_open or not stands_for(case, by, asker):
            raise NotAllowed(permission=f"{case.procedure}.ask")
        waiting = set(case.tasks.filter(kind=CaseTask.Kind.OPINION, done_at=None).values_list("unit", flat=True))
        new = [unit for unit in {unit.pk: unit for unit in units}.values() if unit.pk not in waiting]
        if not new:
            raise errors.NobodyToAsk(
                problems=[{"field": "units", "reason": _("没有选，或已在征求中"), "remedy": _("选择协办单位")}]
            )
        due = calendar.add_working_days(timezone.localdate(), days)
        tasks = []
        for unit in new:
            name_party(case, Side(asked, unit))
            tasks.append(
                CaseTask(
                    case=case,
                    kind=CaseTask.Kind.OPINION,
                    party=asked,
                    title=question[:200],
                    unit=unit,
                    division=case.division,
                    is_demo=case.is_demo,
                    due_on=due,
                )
            )
        CaseTask.objects.bulk_create(tasks)
        names = "、".join(str(unit) for unit in new)
        record(case, CaseStep.Kind.ASK, by, label=_("征求 %(units)s 意见") % {"units": names}, text=question)
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
