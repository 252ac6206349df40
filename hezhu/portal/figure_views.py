"""Entering and withdrawing figures, and setting the base of an increase."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hezhu.core.access.scoping import found, require
from hezhu.core.ui.context import focus_division
from hezhu.portal import actions
from hezhu.portal.cards import all_cards
from hezhu.portal.forms import BasisForm, FigureForm, WithdrawalForm
from hezhu.portal.models import EnteredFigure
from hezhu.portal.target_views import page_context
from hezhu.programme.actions.office import set_target_basis
from hezhu.programme.dates import today
from hezhu.programme.models import Target


def _target(request: HttpRequest, code: str) -> Target:
    require(request.user, "targets.view")
    return found(Target.objects.visible_to(request.user).select_related("lead_unit"), code=code)


def _again(request: HttpRequest, row: Target, **forms: object) -> HttpResponse:
    """The page with what was typed and what is wrong with it."""
    (card,) = all_cards(division=focus_division(request), demo=request.user.is_demo, as_of=today(), targets=[row])
    return render(request, "portal/target.html", page_context(request, row, card, **forms), status=422)


@require_POST
def enter(request: HttpRequest, code: str) -> HttpResponse:
    row = _target(request, code)
    form = FigureForm(request.POST, request.FILES)
    if form.is_valid():
        kept = form.attempt(lambda: actions.enter_figure(row, form.content(), form.cleaned_data["evidence"], by=request.user))
        if kept is not None:
            messages.success(request, _("已填报，标为人工填报。"))
            return redirect("portal:target", code=code)
    return _again(request, row, figure_form=form)


@require_POST
def withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    row = _target(request, code)
    figure = found(EnteredFigure.objects.visible_to(request.user).filter(target=row), pk=pk)
    form = WithdrawalForm(request.POST)
    form.is_valid()
    actions.withdraw_figure(figure, by=request.user, reason=form.cleaned_data.get("reason", ""))
    messages.success(request, _("已撤回这个填报数，记录保留。"))
    return redirect("portal:target", code=code)


@require_POST
def set_basis(request: HttpRequest, code: str) -> HttpResponse:
    row = _target(request, code)
    form = BasisForm(request.POST)
    if form.is_valid():
        kept = form.attempt(lambda: set_target_basis(row, by=request.user, **form.cleaned_data))
        if kept is not None:
            messages.success(request, _("基期已设定，目标按它判定。"))
            return redirect("portal:target", code=code)
    return _again(request, row, basis_form=form)
