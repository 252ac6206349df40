"""Monthly reports: a draft is kept, sent in, taken back while nobody has decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.core.access.models import Unit, User
from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import require
from hezhu.core.files.models import Attachment
from hezhu.core.history import reason_of_change
from hezhu.programme import dates
from hezhu.programme.errors import InstanceClosed, NotReporter, Problems, ReportLocked, ReportNotSubmitted, month_name, problem
from hezhu.programme.models import Closure, MonthlyReport, RequirementInstance, RequirementUnit

EDITABLE = {MonthlyReport.State.DRAFT, MonthlyReport.State.RETURNED}


@dataclass(frozen=True, slots=True)
class ReportContent:
    """What a unit writes for one month. ``progress`` is cumulative, per cent; ``evidence`` are kept files."""

    progress: Decimal | None = None
    cumulative: Decimal | None = None
    text: str = ""
    problems: str = ""
    evidence: Sequence[Attachment] = ()


def reporting_units(instance: RequirementInstance, by: User) -> list[Unit]:
    """The units ``by`` may report for: its own when bound, its county's government, any bound one for the city office (代报)."""
    bindings = instance.requirement.bindings.select_related("unit")
    if by.role == Role.CITY_OFFICE:
        return [binding.unit for binding in bindings]
    if by.role == Role.COUNTY_OFFICER:
        return [b.unit for b in bindings if b.role == RequirementUnit.Role.COUNTY and b.unit.division == by.division]
    return [binding.unit for binding in bindings if binding.unit_id == by.unit_id]


def save_draft(
    instance: RequirementInstance, month: date, content: ReportContent, *, by: User, unit: Unit | None = None
) -> MonthlyReport:
    """Keep what has been written so far. Nothing is required yet; a value that is given must be usable."""
    with reason_of_change(by, _("保存月报草稿")), transaction.atomic():
        report = _open_report(instance, month, by=by, unit=unit)
        _check(report, content, complete=False)
        _write(report, content, by)
    return report


def submit_report(
    instance: RequirementInstance, month: date, content: ReportContent, *, by: User, unit: Unit | None = None, reason: str = ""
) -> MonthlyReport:
    """Send the month's report to the city office. Raises Problems, InstanceClosed, ReportLocked, NotReporter."""
    with reason_of_change(by, reason or _("报送月报")), transaction.atomic():
        report = _open_report(instance, month, by=by, unit=unit)
        _check(report, content, complete=True)
        report.state = MonthlyReport.State.SUBMITTED
        report.submitted_at = timezone.now()
        report.decided_by = report.decided_at = None
        _write(report, content, by)
    return report


def withdraw_report(report: MonthlyReport, *, by: User, reason: str = "") -> None:
    """Take a sent report back to a draft, as long as the office has not decided."""
    require(by, "programme.report", report)
    if report.unit not in reporting_units(report.instance, by):
        raise _not_reporter(report.instance, by)
    with reason_of_change(by, reason or _("撤回月报")), transaction.atomic():
        report = MonthlyReport.objects.select_for_update().get(pk=report.pk)
        if report.state != MonthlyReport.State.SUBMITTED:
            raise ReportNotSubmitted(unit=report.unit, month=month_name(report.month), state=report.get_state_display())
        report.state = MonthlyReport.State.DRAFT
        report.submitted_at = None
        report.save(update_fields=["state", "submitted_at"])


def _open_report(instance: RequirementInstance, month: date, *, by: User, unit: Unit | None) -> MonthlyReport:
    """The month's row, new or to be corrected, after every refusal that does not depend on the content.

    The instance is locked until the transaction ends: a draft saved on its way never overwrites the report just sent.
    """
    require(by, "programme.report")
    units = reporting_units(instance, by)
    unit = unit or next(iter(units), None)
    if unit is None or unit not in units:
        raise _not_reporter(instance, by)
    lock(instance)
    closure = Closure.objects.filter(instance=instance, is_demo=by.is_demo).first()
    if closure:
        raise InstanceClosed(task=instance.requirement.code, day=closure.closed_on)
    month = dates.first_day(month)
    report = MonthlyReport.objects.filter(instance=instance, unit=unit, month=month, is_demo=by.is_demo).first()
    if report is None:
        report = MonthlyReport(instance=instance, unit=unit, month=month, is_demo=by.is_demo, division=unit.division)
    if report.state not in EDITABLE:
        raise ReportLocked(unit=unit, month=month_name(month))
    return report


def lock(instance: RequirementInstance) -> None:
    """Let one transaction at a time write about this instance."""
    RequirementInstance.objects.select_for_update(no_key=True).get(pk=instance.pk)


def _not_reporter(instance: RequirementInstance, by: User) -> NotReporter:
    return NotReporter(units=instance.requirement.units_text, unit=by.unit)


def _write(report: MonthlyReport, content: ReportContent, by: User) -> None:
    for name in ("progress", "cumulative", "text", "problems"):
        setattr(report, name, getattr(content, name))
    report.written_by = by
    report.save()
    report.evidence.set(content.evidence)


def _check(report: MonthlyReport, content: ReportContent, *, complete: bool) -> None:
    """Raise Problems naming each field that cannot be used."""
    found = _month_problems(report)
    if content.progress is not None and not 0 <= content.progress <= 100:
        found.append(problem("progress", _("完成率"), _("写 0 到 100 之间的数，现为 %(value)s") % {"value": content.progress}))
    if content.cumulative is not None and content.cumulative < 0:
        found.append(problem("cumulative", _("累计数"), _("不能小于 0，现为 %(value)s") % {"value": content.cumulative}))
    if complete and content.progress is None:
        found.append(problem("progress", _("完成率"), _("没有填写。写到本月底累计完成的百分比")))
    if complete and not content.text.strip():
        found.append(problem("text", _("进展"), _("没有填写。写本月做了什么，一两句即可")))
    if complete and not content.problems.strip():
        found += _fall_problems(report, content)
    if found:
        raise Problems(found)


def _month_problems(report: MonthlyReport) -> list[dict[str, Any]]:
    now = dates.first_day(dates.today())
    if report.month > now:
        return [problem("month", _("月份"), _("%(month)s 还没有到") % {"month": month_name(report.month)})]
    opens = dates.first_day(report.instance.opens_on)
    if report.month < opens:
        return [problem("month", _("月份"), _("任务从 %(month)s 开始") % {"month": month_name(opens)})]
    if report.instance.year and report.month.year != report.instance.year:
        return [problem("month", _("月份"), _("这是 %(year)s 年度的任务") % {"year": report.instance.year})]
    return []


def _fall_problems(report: MonthlyReport, content: ReportContent) -> list[dict[str, Any]]:
    """A cumulative figure does not fall without a word about why."""
    earlier = (
        MonthlyReport.objects.filter(
            instance=report.instance, unit=report.unit, is_demo=report.is_demo, month__lt=report.month, progress__isnull=False
        )
        .exclude(state__in=EDITABLE)
        .order_by("-month")
        .first()
    )
    if earlier is None or content.progress is None or content.progress >= earlier.progress:
        return []
    words = _("完成率由 %(month)s 的 %(before)s%% 降到 %(now)s%%，请在“问题”里写明原因")
    values = {"month": month_name(earlier.month), "before": earlier.progress, "now": content.progress}
    return [problem("problems", _("问题"), words % values)]
