"""The task list, the rule, the plan's text, its inconsistencies, and the reports that wait."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import require
from hezhu.programme import dates
from hezhu.programme.models import MonthlyReport, Phase, Requirement, SeedNote
from hezhu.programme.rules import annual_years, light_rule, light_rules
from hezhu.programme.seed import plan_lines
from hezhu.programme.task_list import GROUPINGS, grouped, light_counts, matching, task_rows
from hezhu.programme.views.shown import frame

SHOWN = 500


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """All 33 requirements with their lights: tabs by light, grouped by category, unit or deadline, searched."""
    require(request.user, "programme.view")
    by = request.GET.get("by", "category")
    by = by if by in GROUPINGS else "category"
    own = request.GET.get("own") == "1"
    text = request.GET.get("q", "")
    every = task_rows(request.user, dates.today())
    rows = matching(every, text, request.user, own=own)
    light = request.GET.get("light", "")
    shown = [row for row in rows if not light or row.standing.light == light]
    leads = any(row.standing.unit.pk == request.user.unit_id for row in every)
    context = frame(
        groups=grouped(shown, by),
        total=len(rows),
        count=len(shown),
        tabs=light_counts(rows),
        light=light,
        by=by,
        own=own,
        q=text,
        leads=leads,
        year=dates.today().year,
        report_month=_month_to_report(),
        may_report=request.user.may("programme.report"),
        may_decide=request.user.may("programme.decide"),
        rule=light_rule(dates.today()),
        pilot_end=Phase.objects.order_by("-ends_on").values_list("ends_on", flat=True).first(),
    )
    return render(request, "programme/tasks.html", context)


def _month_to_report() -> object:
    """Last month until its report is due, then still last month: the one officials are writing now."""
    return dates.first_day(dates.first_day(dates.today()) - dates.ONE_DAY)


@require_safe
def rule(request: HttpRequest) -> HttpResponse:
    """The light rule in full, every version."""
    require(request.user, "programme.view")
    context = frame(rules=light_rules()[::-1], annual=annual_years(), today=dates.today())
    return render(request, "programme/rule.html", context)


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """The plan's own text, line by line, with the requirements that come from each line."""
    require(request.user, "programme.view")
    marks: dict[int, list[str]] = {}
    for requirement in Requirement.objects.all():
        for number in (requirement.source_line, *requirement.body_lines):
            marks.setdefault(number, []).append(requirement.code)
    lines = [(number, text, marks.get(number, [])) for number, text in enumerate(plan_lines(), start=1)]
    return render(request, "programme/plan.html", frame(lines=lines))


@require_safe
def notes(request: HttpRequest) -> HttpResponse:
    """Where the plan contradicts itself, and what the platform does about each place."""
    require(request.user, "programme.view")
    kind = request.GET.get("kind", "")
    every = list(SeedNote.objects.all())
    kinds = [(value, label, sum(note.kind == value for note in every)) for value, label in SeedNote.Kind.choices]
    shown = [note for note in every if not kind or note.kind == kind]
    return render(request, "programme/notes.html", frame(notes=shown, kinds=kinds, kind=kind, total=len(every)))


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Monthly reports the account may see: those to decide first for the office, one's own for a unit."""
    require(request.user, "programme.view")
    rows = MonthlyReport.objects.visible_to(request.user).select_related("unit", "instance__requirement", "written_by")
    drafts = rows.filter(state=MonthlyReport.State.DRAFT, written_by=request.user)
    rows = rows.exclude(state=MonthlyReport.State.DRAFT) | drafts
    states = [(value, label, rows.filter(state=value).count()) for value, label in MonthlyReport.State.choices]
    office = request.user.role == Role.CITY_OFFICE
    state = request.GET.get("state", MonthlyReport.State.SUBMITTED if office else "")
    shown = rows.filter(state=state) if state else rows
    context = frame(
        reports=shown.order_by("-month", "-submitted_at")[:SHOWN],
        states=states,
        state=state,
        total=rows.count(),
        office=office,
    )
    return render(request, "programme/reports.html", context)
