"""Pages of the site gates: which devices upload, what came, what waits; issuing and revoking keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, DateTimeField, OuterRef, Q, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from hezhu.core.access.permissions import Role
from hezhu.core.access.requests import SignedInRequest
from hezhu.core.access.scoping import found, require
from hezhu.core.errors import BadInput
from hezhu.core.register.lamps import Lamp
from hezhu.engines.gate.rules import rules
from hezhu.gate import actions
from hezhu.gate.models import GateKey, GateRequest, HeldPass
from hezhu.registers.projects.models import Project

PAGE_ROWS = 50
SILENT_HOURS = 24
CONTROL = {"class": "form-control"}


class KeyForm(forms.Form):
    project = forms.CharField(
        label=_("工程项目编号"), max_length=16, widget=forms.TextInput(CONTROL | {"list": "project-numbers"})
    )
    name = forms.CharField(label=_("设备或系统"), max_length=60, widget=forms.TextInput(CONTROL))
    vendor = forms.CharField(label=_("厂家"), max_length=60, required=False, widget=forms.TextInput(CONTROL))


def _mine(request: SignedInRequest) -> Any:
    newest = GateRequest.objects.filter(key=OuterRef("pk")).order_by("-id").values("received_at")[:1]
    keys = GateKey.objects.visible_to(request.user).select_related("project", "issued_by")
    return keys.annotate(heard_at=Subquery(newest, output_field=DateTimeField()))


def lamp_of(key: Any) -> Lamp:
    """Whether the device is heard of."""
    if key.revoked_at:
        return Lamp("done", gettext("已停用"), gettext("密钥已停用，不再接受上传"))
    if key.heard_at is None:
        return Lamp("open", gettext("未上传"), gettext("密钥签发后还没有收到上传"))
    if timezone.now() - key.heard_at > timedelta(hours=SILENT_HOURS):
        return Lamp("watch", gettext("已静默"), gettext("超过 %(n)s 小时没有上传") % {"n": SILENT_HOURS})
    return Lamp("ok", gettext("正常"), gettext("%(n)s 小时内有上传") % {"n": SILENT_HOURS})


def keys(request: SignedInRequest) -> HttpResponse:
    """The keys of the projects this account sees, newest first; ``?project=`` narrows to one, ``?q=`` searches."""
    require(request.user, "gates.view")
    rows = _mine(request)
    text = request.GET.get("q", "").strip()[:60]
    if text:
        rows = rows.filter(
            Q(appid__startswith=text) | Q(name__icontains=text) | Q(vendor__icontains=text) | Q(project__name__icontains=text)
        )
    page = Paginator(rows.order_by("revoked_at", "-pk"), PAGE_ROWS).get_page(request.GET.get("page"))
    held = dict(
        HeldPass.objects.visible_to(request.user)
        .filter(key__in=[key.pk for key in page])
        .values_list("key")
        .annotate(n=Count("pk"))
    )
    context = {
        "page": page,
        "shown": [(key, lamp_of(key), held.get(key.pk, 0)) for key in page],
        "text": text,
        "may_manage": request.user.may("gates.manage"),
        "nav": "libraries",
    }
    return render(request, "gate/keys.html", context)


def new_key(request: SignedInRequest) -> HttpResponse:
    """Issue a key; its secret stands on the page that answers and nowhere else."""
    require(request.user, "gates.manage")
    form = KeyForm(request.POST or None, initial={"project": request.GET.get("project", "")})
    mine = Project.objects.visible_to(request.user)
    if request.user.role == Role.ENTERPRISE:
        mine = mine.filter(contractor=request.user.unit_id)
    if request.method == "POST" and form.is_valid():
        project = mine.filter(number=form.cleaned_data["project"].strip()).first()
        if project is None:
            form.add_error("project", gettext("没有这个项目，或它不归您管。"))
        else:
            key, secret = actions.issue_key(
                project, name=form.cleaned_data["name"], vendor=form.cleaned_data["vendor"], by=request.user
            )
            return render(request, "gate/issued.html", {"key": key, "secret": secret, "door": _door(), "nav": "libraries"})
    context = {"form": form, "numbers": mine.order_by("-pk").values_list("number", "name")[:200], "nav": "libraries"}
    return render(request, "gate/new.html", context, status=422 if form.errors else 200)


def _door() -> str:
    return f"{settings.PUBLIC_URL.rstrip('/')}/open.api"


def key_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """One key: its last calls with their results, and the passes that wait for their person."""
    require(request.user, "gates.view")
    key = found(_mine(request), pk=pk)
    calls = key.requests.order_by("-id")
    if request.GET.get("only") == "refused":
        calls = calls.filter(status=GateRequest.FAILED)
    held = HeldPass.objects.visible_to(request.user).filter(key=key).order_by("-at")
    context = {
        "key": key,
        "lamp_shown": lamp_of(key),
        "page": Paginator(calls, PAGE_ROWS).get_page(request.GET.get("page")),
        "held": held[:PAGE_ROWS],
        "held_count": held.count(),
        "only": request.GET.get("only", ""),
        "may_revoke": key.revoked_at is None and actions.may_manage(request.user, key.project),
        "door": _door(),
        "window_minutes": rules().window_seconds // 60,
        "nav": "libraries",
    }
    return render(request, "gate/key.html", context)


@require_POST
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    require(request.user, "gates.manage")
    key = found(GateKey.objects.visible_to(request.user).select_related("project"), pk=pk)
    reason = request.POST.get("reason", "").strip()[:300]
    if len(reason) < 2:
        raise BadInput(problems=[{"field": "reason", "value": "", "reason": gettext("写明停用的理由")}])
    actions.revoke_key(key, by=request.user, reason=reason)
    messages.success(request, gettext("密钥已停用，设备从现在起不能上传。"))
    return redirect("gate:key", key.pk)
