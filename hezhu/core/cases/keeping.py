"""What the platform itself does to cases day by day: it reminds, warns of an expiry, and ends what was let lie."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.core.calendar import actions as calendar
from hezhu.core.cases.actions import go_on
from hezhu.core.cases.models import Case, CaseStep, CaseTask
from hezhu.core.cases.recording import record
from hezhu.core.history import reason_of_change

MOST_WARN_DAYS = 60


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


def warn_of_expiry(today: date | None = None) -> int:
    """Says in the record, once, that a case will be ended unless the one who must act acts. Returns how many."""
    today = today or timezone.localdate()
    days = calendar.current()
    rows = Case.objects.filter(
        closed_at=None, expiry_warned=False, expires_on__gte=today, expires_on__lte=days.add(today, MOST_WARN_DAYS)
    )
    count = 0
    for case in rows.iterator(chunk_size=500):
        left = days.between(today, case.expires_on) if case.expires_on else 0
        if left > case.stage.warn_days:
            continue
        with transaction.atomic():
            if not Case.objects.filter(pk=case.pk, expiry_warned=False, revision=case.revision).update(expiry_warned=True):
                continue
            ends = case.declared.state(case.stage.expires_to).label
            text = _("“%(state)s”已久未办理。%(day)s 前仍未办理的，本件自动转为“%(ends)s”。") % {
                "state": case.state_label,
                "day": str(case.expires_on),
                "ends": ends,
            }
            record(case, CaseStep.Kind.REMIND, None, label=_("到期提醒"), text=text, detail={"expires": str(case.expires_on)})
            count += 1
    return count


def expire_cases(today: date | None = None) -> int:
    """Ends every case whose day to act has passed. A case warned of too late first gets its warning and its days. Returns how many."""
    today = today or timezone.localdate()
    rows = Case.objects.filter(closed_at=None, expires_on__lt=today).values_list("pk", flat=True)
    return sum(_expire(pk, today) for pk in list(rows))


def _expire(pk: int, today: date) -> bool:
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=pk)
        if case.expires_on is None or case.expires_on >= today:
            return False
        stage = case.stage
        if not case.expiry_warned:
            # The chore did not run in time, so nobody was warned: the days of the warning are given now.
            case.expires_on = calendar.add_working_days(today, stage.warn_days)
            case.save(update_fields=["expires_on"])
            return False
        with reason_of_change(None, _("逾期未办，自动终止"), source=str(case.declared.label)):
            text = _("“%(state)s”超过 %(days)d 个工作日未办理，平台按规定自动终止。") % {
                "state": stage.label,
                "days": stage.expires_after or 0,
            }
            go_on(case, stage.expires_to, label=_("逾期未办，自动终止"), kind=CaseStep.Kind.EXPIRE, text=text)
            if stage.on_expiry:
                stage.on_expiry(case)
    return True
