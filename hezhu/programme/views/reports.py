"""Writing a monthly report, reading it, deciding on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hezhu.core.access.models import Unit
from hezhu.core.access.scoping import found, require
from hezhu.core.errors import NotThere
from hezhu.programme import dates
from hezhu.programme.actions import (
    accept_report,
    reporting_units,
    return_report,
    save_draft,
    submit_report,
    withdraw_report,
)
from hezhu.programme.errors import NotReporter
from hezhu.programme.forms import ReasonForm, ReportForm
from hezhu.programme.models import MonthlyReport, RequirementInstance
from hezhu.programme.views.evidence import evidence_of
from hezhu.programme.views.shown import address_of, frame, instance_of


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, code: str) -> HttpResponse:
    """The report form of one month; ``act`` says whether to keep a draft or to send."""
    require(request.user, "programme.report")
    instance = instance_of(request, code)
    unit, units = _unit(request, instance)
    month = _month(request, instance)
    report = _existing(request, instance, unit, month)
    kept = list(report.evidence.all()) if report else []
    if request.method == "GET":
        form = ReportForm(initial=_initial(report, month))
        return render(
            request, "programme/report_form.html", _form_page(request, form, instance, unit, units, month, report, kept)
        )
    form = ReportForm(request.POST)
    if form.is_valid():
        sent = form.attempt(lambda: _write(request, form, instance, unit, kept))
        if sent is not None:
            return _after(request, instance, sent)
    page = _form_page(request, form, instance, unit, units, month, report, kept)
    return render(request, "programme/report_form.html", page, status=422)


def _write(request: HttpRequest, form: ReportForm, instance: RequirementInstance, unit: Unit, kept: list[Any]) -> MonthlyReport:
    """Keep the files and the report together, or neither."""
    with transaction.atomic():
        content = form.content(evidence_of(request, division=unit.division, kept=kept))
        act = submit_report if request.POST.get("act") == "submit" else save_draft
        return act(instance, form.cleaned_data["month"], content, by=request.user, unit=unit)


def _after(request: HttpRequest, instance: RequirementInstance, report: MonthlyReport) -> HttpResponse:
    if report.state == MonthlyReport.State.SUBMITTED:
        messages.success(request, _("月报已报送，等待市试点办接收。"))
        return redirect(address_of(instance))
    messages.success(request, _("草稿已保存，还没有报送。"))
    return redirect("programme:report", report.pk)


@require_POST
def autosave(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the draft while it is written; files are kept when the form is sent. Answers with a line for the foot of the form."""
    require(request.user, "programme.report")
    instance = instance_of(request, code)
    unit, _units = _unit(request, instance)
    form = ReportForm(request.POST)
    saved = None
    if form.is_valid():
        report = _existing(request, instance, unit, form.cleaned_data["month"])
        kept = list(report.evidence.all()) if report else []
        month = form.cleaned_data["month"]
        saved = form.attempt(lambda: save_draft(instance, month, form.content(kept), by=request.user, unit=unit))
    context = {"saved_at": timezone.localtime() if saved else None, "form": form}
    return render(request, "programme/autosaved.html", context)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report with its evidence and what was decided."""
    row = _report_of(request, pk)
    user = request.user
    own = row.unit in reporting_units(row.instance, user) and user.may("programme.report")
    context = frame(
        report=row,
        requirement=row.instance.requirement,
        task_url=address_of(row.instance),
        may_decide=user.may("programme.decide") and row.state == MonthlyReport.State.SUBMITTED,
        is_own=row.written_by_id == user.pk,
        may_edit=own and row.state in (MonthlyReport.State.DRAFT, MonthlyReport.State.RETURNED),
        may_withdraw=own and row.state == MonthlyReport.State.SUBMITTED,
    )
    return render(request, "programme/report.html", context)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or return."""
    require(request.user, "programme.decide")
    row = _report_of(request, pk)
    reason = request.POST.get("reason", "")
    if request.POST.get("act") == "return":
        return_report(row, by=request.user, reason=reason)
        messages.success(request, _("已退回 %(unit)s，理由对方可见。") % {"unit": row.unit})
    else:
        accept_report(row, by=request.user, reason=reason)
        messages.success(request, _("已接收 %(unit)s 的月报。") % {"unit": row.unit})
    return redirect("programme:reports")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an undecided report back."""
    require(request.user, "programme.report")
    row = _report_of(request, pk)
    form = ReasonForm(request.POST)
    withdraw_report(row, by=request.user, reason=form.data.get("reason", ""))
    messages.success(request, _("月报已撤回为草稿。"))
    return redirect("programme:report", row.pk)


def _report_of(request: HttpRequest, pk: int) -> MonthlyReport:
    """The report, within scope; another's draft is not there."""
    require(request.user, "programme.view")
    rows = MonthlyReport.objects.visible_to(request.user).select_related(
        "unit", "instance__requirement__lead_unit", "written_by", "decided_by"
    )
    row = found(rows, pk=pk)
    if row.state == MonthlyReport.State.DRAFT and row.written_by_id != request.user.pk and row.unit_id != request.user.unit_id:
        raise NotThere()
    return row


def _unit(request: HttpRequest, instance: RequirementInstance) -> tuple[Unit, list[Unit]]:
    """The unit reported for, and those the account may choose from."""
    units = reporting_units(instance, request.user)
    wanted = request.POST.get("unit") or request.GET.get("unit")
    unit = next((unit for unit in units if str(unit.pk) == wanted), None) if wanted else next(iter(units), None)
    if unit is None:
        raise NotReporter(units=instance.requirement.units_text, unit=request.user.unit)
    return unit, units


def _month(request: HttpRequest, instance: RequirementInstance) -> date:
    """The month asked for (?month=2026-10), else last month."""
    text = request.POST.get("month") or request.GET.get("month") or ""
    try:
        return dates.first_day(date.fromisoformat(text if text.count("-") == 2 else f"{text}-01"))
    except ValueError:
        last = dates.first_day(dates.first_day(dates.today()) - dates.ONE_DAY)
        return max(last, dates.first_day(instance.opens_on))


def _existing(request: HttpRequest, instance: RequirementInstance, unit: Unit, month: date) -> MonthlyReport | None:
    rows = MonthlyReport.objects.visible_to(request.user)
    return rows.filter(instance=instance, unit=unit, month=dates.first_day(month)).first()


def _initial(report: MonthlyReport | None, month: date) -> dict[str, Any]:
    start: dict[str, Any] = {"month": f"{month:%Y-%m}"}
    if report:
        start |= {name: getattr(report, name) for name in ("progress", "cumulative", "text", "problems")}
    return start


def _form_page(
    request: HttpRequest,
    form: ReportForm,
    instance: RequirementInstance,
    unit: Unit,
    units: list[Unit],
    month: date,
    report: MonthlyReport | None,
    kept: list[Any],
) -> dict[str, Any]:
    earlier = MonthlyReport.objects.visible_to(request.user).filter(instance=instance, unit=unit, month__lt=month)
    first = max(dates.first_day(instance.opens_on), dates.first_day(dates.today()).replace(year=dates.today().year - 1))
    last = min(dates.today(), instance.due_on) if instance.year else dates.today()
    locked = report is not None and report.state not in (MonthlyReport.State.DRAFT, MonthlyReport.State.RETURNED)
    return frame(
        form=form,
        instance=instance,
        requirement=instance.requirement,
        unit=unit,
        units=units,
        month=month,
        months=list(dates.months_between(first, last))[::-1],
        report=report,
        locked=locked,
        kept=kept,
        ticked=set(request.POST.getlist("keep")) if request.method == "POST" else {str(file.pk) for file in kept},
        previous=earlier.exclude(state=MonthlyReport.State.DRAFT).order_by("-month").first(),
        task_url=address_of(instance),
    )
