"""What the city office decides: accept or return a report, close a requirement, take a closure back, send a reminder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.core.access.models import Unit, User
from hezhu.core.access.scoping import require
from hezhu.core.files.models import Attachment
from hezhu.core.history import reason_of_change
from hezhu.programme import dates
from hezhu.programme.actions.reports import lock
from hezhu.programme.errors import (
    InstanceClosed,
    NotClosed,
    NotReporter,
    OwnReport,
    Problems,
    ReasonNeeded,
    ReportNotSubmitted,
    month_name,
    problem,
)
from hezhu.programme.models import Closure, MonthlyReport, Reminder, RequirementInstance


def accept_report(report: MonthlyReport, *, by: User, reason: str = "") -> None:
    """Take a unit's report into the record. Nobody accepts what they wrote themselves."""
    _decide(report, MonthlyReport.State.ACCEPTED, by=by, reason=reason)


def return_report(report: MonthlyReport, *, by: User, reason: str) -> None:
    """Send a report back with a reason; the month counts as not reported until it comes again."""
    if not reason.strip():
        require(by, "programme.decide", report)
        raise ReasonNeeded(act=_("退回月报"))
    _decide(report, MonthlyReport.State.RETURNED, by=by, reason=reason)


def _decide(report: MonthlyReport, state: MonthlyReport.State, *, by: User, reason: str) -> None:
    require(by, "programme.decide", report)
    with reason_of_change(by, reason), transaction.atomic():
        row = MonthlyReport.objects.select_for_update().get(pk=report.pk)
        if row.state != MonthlyReport.State.SUBMITTED:
            raise ReportNotSubmitted(unit=row.unit, month=month_name(row.month), state=row.get_state_display())
        if row.written_by_id == by.pk:
            raise OwnReport()
        row.state, row.decided_by, row.decided_at, row.decision_reason = state, by, timezone.now(), reason.strip()
        row.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    report.refresh_from_db()


def close_instance(
    instance: RequirementInstance, *, closed_on: date, summary: str, evidence: Sequence[Attachment], by: User, reason: str = ""
) -> Closure:
    """Record that a requirement is finished (办结) on a day, with at least one piece of evidence."""
    require(by, "programme.decide")
    found = []
    if not summary.strip():
        found.append(problem("summary", _("办结说明"), _("没有填写。例如：2023-11-20 印发")))
    if not evidence:
        found.append(problem("evidence", _("佐证材料"), _("办结至少要有一件材料")))
    if closed_on > dates.today():
        found.append(problem("closed_on", _("办结日期"), _("%(day)s 还没有到") % {"day": closed_on}))
    if closed_on < instance.opens_on:
        found.append(problem("closed_on", _("办结日期"), _("早于任务开始日 %(day)s") % {"day": instance.opens_on}))
    if found:
        raise Problems(found)
    with reason_of_change(by, reason or summary), transaction.atomic():
        lock(instance)
        existing = Closure.objects.filter(instance=instance, is_demo=by.is_demo).first()
        if existing:
            raise InstanceClosed(task=instance.requirement.code, day=existing.closed_on)
        closure = Closure.objects.create(
            instance=instance,
            closed_on=closed_on,
            summary=summary.strip(),
            closed_by=by,
            division=settings.CITY_DIVISION,
            is_demo=by.is_demo,
        )
        closure.evidence.set(evidence)
    return closure


def reopen_instance(instance: RequirementInstance, *, by: User, reason: str) -> None:
    """Take a closure back. The change history keeps it."""
    require(by, "programme.decide")
    if not reason.strip():
        raise ReasonNeeded(act=_("撤回办结"))
    closure = Closure.objects.filter(instance=instance, is_demo=by.is_demo).first()
    if closure is None:
        raise NotClosed(task=instance.requirement.code)
    with reason_of_change(by, reason), transaction.atomic():
        closure.evidence.clear()
        closure.delete()


def remind(instance: RequirementInstance, unit: Unit, *, by: User, text: str) -> Reminder:
    """Record a prompt (催办) to a unit bound by the requirement."""
    require(by, "programme.decide")
    if not text.strip():
        raise ReasonNeeded(act=_("催办"))
    if not instance.requirement.bindings.filter(unit=unit).exists():
        raise NotReporter(units=instance.requirement.units_text, unit=unit)
    closure = Closure.objects.filter(instance=instance, is_demo=by.is_demo).first()
    if closure:
        raise InstanceClosed(task=instance.requirement.code, day=closure.closed_on)
    with reason_of_change(by, text):
        return Reminder.objects.create(
            instance=instance, unit=unit, text=text.strip(), sent_by=by, division=unit.division, is_demo=by.is_demo
        )
