"""What the city office does on a task, and the ministry's duties."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hezhu.core.access.models import Unit
from hezhu.core.access.scoping import found, require
from hezhu.programme import dates
from hezhu.programme.actions import close_instance, file_duty, remind, reopen_instance
from hezhu.programme.duties import occurrences, pilot_period
from hezhu.programme.forms import ClosureForm, DutyForm, ReminderForm
from hezhu.programme.models import Closure, ExternalDuty
from hezhu.programme.views.evidence import evidence_of
from hezhu.programme.views.shown import address_of, frame, instance_of


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Record that a task is finished, with evidence."""
    require(request.user, "programme.decide")
    instance = instance_of(request, code)
    form = ClosureForm(request.POST or None, initial={"closed_on": dates.today()})
    if request.method == "POST" and form.is_valid():
        closed = form.attempt(lambda: _close(request, form, instance))
        if closed is not None:
            messages.success(request, _("%(task)s 已办结。") % {"task": instance.requirement.code})
            return redirect(address_of(instance))
    context = frame(form=form, instance=instance, requirement=instance.requirement, task_url=address_of(instance))
    return render(request, "programme/closure_form.html", context, status=422 if form.errors else 200)


def _close(request: HttpRequest, form: ClosureForm, instance: object) -> Closure:
    with transaction.atomic():
        evidence = evidence_of(request, division=request.user.division, kept=[])
        return close_instance(instance, **form.cleaned_data, evidence=evidence, by=request.user)  # type: ignore[arg-type]


@require_POST
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Take a closure back."""
    require(request.user, "programme.decide")
    instance = instance_of(request, code)
    reopen_instance(instance, by=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("办结已撤回，亮灯重新计算。"))
    return redirect(address_of(instance))


@require_http_methods(["GET", "POST"])
def reminder(request: HttpRequest, code: str) -> HttpResponse:
    """Send a recorded reminder to one of the bound units."""
    require(request.user, "programme.decide")
    instance = instance_of(request, code)
    units = Unit.objects.filter(bindings__requirement=instance.requirement).order_by("bindings__position")
    initial = {"unit": instance.requirement.lead_unit_id}
    form = ReminderForm(request.POST or None, units=units, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        sent = form.attempt(lambda: remind(instance, data["unit"], by=request.user, text=data["text"]))
        if sent is not None:
            messages.success(request, _("已催办 %(unit)s，记录在任务页。") % {"unit": sent.unit})
            return redirect(address_of(instance))
    context = frame(form=form, instance=instance, requirement=instance.requirement, task_url=address_of(instance))
    return render(request, "programme/reminder_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def duties(request: HttpRequest) -> HttpResponse:
    """The ministry's duties with their dates, and the form to record a filing."""
    require(request.user, "programme.view")
    status = 200
    if request.method == "POST":
        require(request.user, "programme.decide")
        form = DutyForm(request.POST)
        if form.is_valid():
            duty = found(ExternalDuty.objects.all(), code=request.POST.get("duty", ""))
            filed = form.attempt(lambda: file_duty(duty, by=request.user, **form.cleaned_data))
            if filed is not None:
                messages.success(request, _("已登记 %(duty)s %(period)s。") % {"duty": duty.name, "period": filed.period})
                return redirect("programme:duties")
        for errors in form.errors.values():
            messages.error(request, " ".join(errors))
        status = 422
    today = dates.today()
    rows = [(duty, occurrences(duty, today, demo=request.user.is_demo)[::-1]) for duty in ExternalDuty.objects.all()]
    context = frame(
        duties=rows, pilot=pilot_period(), form=DutyForm(), today=today, may_decide=request.user.may("programme.decide")
    )
    return render(request, "programme/duties.html", context, status=status)
