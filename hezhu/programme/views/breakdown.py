"""A county's sub-tasks: add, revise, road map, progress, withdraw."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import found, require
from hezhu.programme.actions import decompose, record_progress, revise_subtask, set_road_map, withdraw_subtask
from hezhu.programme.forms import ProgressForm, RevisionForm, StepFormSet, SubTaskForm
from hezhu.programme.models import SubTask
from hezhu.programme.views.shown import address_of, frame, instance_of


@require_http_methods(["GET", "POST"])
def new_subtask(request: HttpRequest, code: str) -> HttpResponse:
    """Add a sub-task of the officer's own county."""
    require(request.user, "programme.decompose")
    instance = instance_of(request, code)
    form = SubTaskForm(request.POST or None, initial={"due_on": instance.due_on})
    if request.method == "POST" and form.is_valid():
        made = form.attempt(lambda: decompose(instance, form.content(), by=request.user))
        if made is not None:
            messages.success(request, _("子任务已加入。接着编制路线图。"))
            return redirect("programme:subtask", made.pk)
    context = frame(form=form, instance=instance, requirement=instance.requirement, task_url=address_of(instance))
    return render(request, "programme/subtask_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def subtask(request: HttpRequest, pk: int) -> HttpResponse:
    """One sub-task: what it is, its road map and its progress. ``act`` names the form that was sent."""
    require(request.user, "programme.view")
    rows = SubTask.objects.visible_to(request.user).select_related("instance__requirement", "county")
    row = found(rows, pk=pk)
    revision = RevisionForm(initial=_initial(row))
    progress = ProgressForm(initial={"current_value": _short(row.current_value), "progress": _short(row.progress)})
    steps = StepFormSet(initial=_steps(row), prefix="steps")
    act = request.POST.get("act", "")
    if request.method == "POST":
        require(request.user, "programme.decompose", row)
        if act == "revise":
            revision = RevisionForm(request.POST)
            if _revised(request, row, revision):
                return redirect("programme:subtask", row.pk)
        elif act == "progress":
            progress = ProgressForm(request.POST)
            if _recorded(request, row, progress):
                return redirect("programme:subtask", row.pk)
        elif act == "steps":
            steps = StepFormSet(request.POST, prefix="steps")
            if _planned(request, row, steps):
                return redirect("programme:subtask", row.pk)
    own = request.user.role == Role.COUNTY_OFFICER and row.division == request.user.division
    context = frame(
        subtask=row,
        requirement=row.instance.requirement,
        task_url=address_of(row.instance),
        revision=revision,
        progress=progress,
        steps=steps,
        may_change=own and row.withdrawn_at is None,
    )
    return render(request, "programme/subtask.html", context, status=422 if act else 200)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a sub-task with a reason."""
    require(request.user, "programme.decompose")
    row = found(SubTask.objects.visible_to(request.user), pk=pk)
    withdraw_subtask(row, by=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("子任务已撤回，记录保留。"))
    return redirect(address_of(row.instance))


def _revised(request: HttpRequest, row: SubTask, form: RevisionForm) -> bool:
    if not form.is_valid():
        return False
    reason = form.cleaned_data["reason"]
    form.attempt(lambda: revise_subtask(row, form.content(), by=request.user, reason=reason))
    return _done(request, form)


def _recorded(request: HttpRequest, row: SubTask, form: ProgressForm) -> bool:
    if not form.is_valid():
        return False
    data = form.cleaned_data
    form.attempt(lambda: record_progress(row, by=request.user, current_value=data["current_value"], progress=data["progress"]))
    return _done(request, form)


def _planned(request: HttpRequest, row: SubTask, forms: Any) -> bool:
    if not forms.is_valid():
        return False
    steps = [step for form in forms if (step := form.content())]
    forms.forms[0].attempt(lambda: set_road_map(row, steps, by=request.user))
    return _done(request, forms.forms[0])


def _done(request: HttpRequest, form: Any) -> bool:
    if form.errors:
        return False
    messages.success(request, _("已保存。"))
    return True


def _initial(row: SubTask) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("title", "responsible", "due_on", "target_unit")}
    return {**plain, "target_value": _short(row.target_value)}


def _short(value: Decimal | None) -> str:
    """3600, not 3600.00"""
    return "" if value is None else f"{value.normalize():f}"


def _steps(row: SubTask) -> list[dict[str, Any]]:
    return list(row.steps.values("title", "starts_on", "due_on", "done_on"))
