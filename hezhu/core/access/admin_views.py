"""Accounts for the system administrator; the audit log for the auditor. Neither role may open the other's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hezhu.core.access import actions
from hezhu.core.access.models import SignInRecord, Unit, User
from hezhu.core.access.permissions import Role
from hezhu.core.access.requests import SignedInRequest
from hezhu.core.access.scoping import found, require

PAGE_ROWS = 50
CONTROL, SELECT = {"class": "form-control"}, {"class": "form-select"}


class AccountForm(forms.Form):
    username = forms.RegexField(
        r"^[A-Za-z0-9._-]{3,60}$",
        label=_("账号"),
        widget=forms.TextInput(CONTROL),
        error_messages={"invalid": _("用 3–60 个字母、数字、点、横线")},
    )
    display_name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(CONTROL))
    role = forms.ChoiceField(label=_("角色"), choices=Role.choices, widget=forms.Select(SELECT))
    unit = forms.CharField(label=_("单位"), max_length=120, widget=forms.TextInput(CONTROL | {"list": "unit-names"}))
    reason = forms.CharField(label=_("理由"), max_length=300, min_length=2, widget=forms.TextInput(CONTROL))

    def clean_unit(self) -> Unit:
        try:
            return Unit.by_name(self.cleaned_data["unit"].strip())
        except Unit.DoesNotExist as error:
            raise forms.ValidationError(gettext("没有这个单位，请先在“单位”登记，或填写它的全称、简称、别名。")) from error


def _accounts(request: SignedInRequest) -> Any:
    """The accounts of the administrator's own world, real or demonstration."""
    return User.objects.filter(is_demo=request.user.is_demo).select_related("unit").order_by("username")


def accounts(request: SignedInRequest) -> HttpResponse:
    """Every account, searched by name or unit."""
    require(request.user, "accounts.view")
    rows = _accounts(request)
    text = request.GET.get("q", "").strip()
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(display_name__icontains=text) | Q(unit__name__icontains=text))
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "access/accounts.html", {"page": page, "text": text, "nav": "system"})


def new_account(request: SignedInRequest) -> HttpResponse:
    require(request.user, "accounts.add")
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        user, password = actions.add_account(
            data["username"],
            display_name=data["display_name"],
            role=data["role"],
            unit=data["unit"],
            by=request.user,
            reason=data["reason"],
        )
        return render(request, "access/first_password.html", {"account": user, "password": password, "nav": "system"})
    return _form(request, form, None)


def change_account(request: SignedInRequest, pk: int) -> HttpResponse:
    require(request.user, "accounts.change")
    user = found(_accounts(request), pk=pk)
    initial = {"username": user.username, "display_name": user.display_name, "role": user.role, "unit": user.unit.name}
    form = AccountForm(request.POST or None, initial=initial)
    form.fields["username"].disabled = True
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        act, by, reason = request.POST.get("act", "save"), request.user, data["reason"]
        if act == "reset":
            password = actions.reset_password(user, by=by, reason=reason)
            return render(request, "access/first_password.html", {"account": user, "password": password, "nav": "system"})
        if act in {"disable", "enable"}:
            actions.set_active(user, act == "enable", by=by, reason=reason)
        else:
            actions.change_account(
                user, display_name=data["display_name"], role=data["role"], unit=data["unit"], by=by, reason=reason
            )
        return render(request, "access/account_changed.html", {"account": user, "nav": "system"})
    return _form(request, form, user)


def _form(request: SignedInRequest, form: AccountForm, user: User | None) -> HttpResponse:
    names = Unit.objects.visible_to(request.user).values_list("name", flat=True)[:200]
    context = {"form": form, "account": user, "unit_names": names, "nav": "system"}
    return render(request, "access/account_form.html", context, status=422 if form.errors else 200)


def audit(request: SignedInRequest) -> HttpResponse:
    """Sign-ins and personal data shown in clear: who, when, what, with what result. Nobody can change these rows here."""
    require(request.user, "audit.view")
    from hezhu.core.register.models import PersonalDataRead

    demo = request.user.is_demo
    sign_ins = SignInRecord.objects.filter(Q(user__is_demo=demo) | Q(user=None)).select_related("user__unit")
    reads = PersonalDataRead.objects.filter(by__is_demo=demo).select_related("by__unit")
    text = request.GET.get("q", "").strip()
    if text:
        sign_ins = sign_ins.filter(username__icontains=text)
        reads = reads.filter(Q(by__username__icontains=text) | Q(reason__icontains=text))
    context = {
        "sign_ins": Paginator(sign_ins, PAGE_ROWS).get_page(request.GET.get("page")),
        "reads": reads[:PAGE_ROWS],
        "text": text,
        "nav": "system",
    }
    return render(request, "access/audit.html", context)
