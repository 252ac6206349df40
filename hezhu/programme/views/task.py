"""One task: its targets, the counties' breakdown, why its light is what it is, reports, evidence, duty and original text."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hezhu.core.access.models import Unit, User
from hezhu.core.access.permissions import Role
from hezhu.programme import dates
from hezhu.programme.actions import reporting_units
from hezhu.programme.counties import CountyRow, county_rows
from hezhu.programme.history import changes_of
from hezhu.programme.models import Closure, MonthlyReport, Reminder, RequirementInstance, RequirementUnit
from hezhu.programme.standing import Standing, standings
from hezhu.programme.targets_shown import target_tiles
from hezhu.programme.views.shown import frame, instance_of

REPORTS_SHOWN = 6


@require_safe
def task(request: HttpRequest, code: str) -> HttpResponse:
    """The page of one requirement, in one year where it is yearly."""
    instance = instance_of(request, code)
    today, user = dates.today(), request.user
    standing = standings([instance], demo=user.is_demo, today=today)[instance.pk]
    requirement = instance.requirement
    reports = MonthlyReport.objects.visible_to(user).filter(instance=instance).exclude(state=MonthlyReport.State.DRAFT)
    reports = reports.select_related("unit", "written_by").prefetch_related("evidence__uploaded_by", "evidence__unit")
    counties = county_rows(instance, user=user, today=today)
    context = frame(
        instance=instance,
        requirement=requirement,
        standing=standing,
        tiles=target_tiles(requirement, standing, user),
        counties=counties,
        county_total=_county_total(counties),
        reports=list(reports.order_by("-month", "unit")),
        reports_shown=REPORTS_SHOWN,
        evidence=_evidence(reports, standing.closure),
        reminders=Reminder.objects.visible_to(user).filter(instance=instance).select_related("unit", "sent_by"),
        bindings=_bindings(requirement),
        years=list(requirement.instances.exclude(year=None).order_by("-year").values_list("year", flat=True)),
        body=list(zip(requirement.body_lines, requirement.body_texts, strict=True)),
        changes=changes_of(instance, user),
        **_acts(instance, standing, user),
    )
    return render(request, "programme/task.html", context)


def _acts(instance: RequirementInstance, standing: Standing, user: User) -> dict[str, Any]:
    """What the account may do here."""
    open_still = standing.closure is None
    units = reporting_units(instance, user) if user.may("programme.report") and open_still else []
    return {
        "report_month": _month_to_write(standing, units[0], user) if units else None,
        "may_decide": user.may("programme.decide"),
        "may_decompose": user.role == Role.COUNTY_OFFICER and user.may("programme.decompose") and open_still,
    }


def _month_to_write(standing: Standing, unit: Unit, user: User) -> date | None:
    """The month the button offers: the oldest the lead unit owes, else last month, else this one; None when all have been sent."""
    waiting = standing.waiting_month
    if waiting and unit.pk == standing.unit.pk:
        return waiting.month
    rows = MonthlyReport.objects.visible_to(user).filter(instance=standing.instance, unit=unit)
    sent = {report.month for report in rows if report.counts}
    this = dates.first_day(standing.today)
    offered = (dates.first_day(this - dates.ONE_DAY), this)
    first = dates.first_day(standing.instance.opens_on)
    last = standing.instance.due_on if standing.instance.year else standing.today
    return next((month for month in offered if month not in sent and first <= month <= last), None)


def _bindings(requirement: Any) -> dict[str, list[RequirementUnit]]:
    grouped: dict[str, list[RequirementUnit]] = {}
    for binding in requirement.bindings.select_related("unit"):
        grouped.setdefault(binding.role, []).append(binding)
    return grouped


def _evidence(reports: Any, closure: Closure | None) -> list[dict[str, Any]]:
    """Files behind the task: those of its closure, then of its reports, newest first."""
    rows = []
    if closure:
        rows = [{"file": file, "of": None} for file in closure.evidence.select_related("uploaded_by", "unit")]
    for report in reports:
        rows += [{"file": file, "of": report} for file in report.evidence.all()]
    return rows


def _county_total(rows: list[CountyRow]) -> dict[str, Any] | None:
    """The sum over counties, where all that broke the task down count in one unit."""
    broken = [row for row in rows if row.subtasks]
    units = {row.unit for row in broken}
    if len(broken) < 2 or len(units) != 1 or "" in units:
        return None
    target = sum(row.target or 0 for row in broken)
    current = sum(row.current or 0 for row in broken)
    share = round(float(current / target * 100), 1) if target else None
    return {"unit": units.pop(), "target": target, "current": current, "share": share}
