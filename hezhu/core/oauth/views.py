"""The consent page, the token and revocation endpoints, and the pages where clients and accesses are managed."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from authlib.oauth2 import OAuth2Error
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hezhu.core.access.requests import SignedInRequest
from hezhu.core.access.scoping import found, require
from hezhu.core.errors import BadInput
from hezhu.core.oauth import actions
from hezhu.core.oauth.models import OAuthClient, OAuthToken
from hezhu.core.oauth.server import server, token_answer
from hezhu.core.ui.middleware import POLICY


class ConsentRefused(BadInput):
    """The program's own request is wrong: it must not be answered by sending the person anywhere."""

    code = "oauth-request-wrong"
    status = 400
    title = _("授权请求有误")
    message = _("程序发来的授权请求有误（%(error)s）。没有授权；请联系这个程序的提供方。")


class ClientForm(forms.Form):
    name = forms.CharField(label=_("程序名称"), max_length=80, widget=forms.TextInput({"class": "form-control"}))
    redirect_uris = forms.CharField(
        label=_("回调地址"),
        max_length=4000,
        widget=forms.Textarea({"class": "form-control", "rows": 3}),
        help_text=_("一行一个；https 地址，本机程序用 http://localhost"),
    )
    confidential = forms.BooleanField(
        label=_("在服务器上运行，能保管密钥"), required=False, help_text=_("桌面和网页程序不勾选，它们用 PKCE")
    )
    reason = forms.CharField(label=_("理由"), min_length=2, max_length=300, widget=forms.TextInput({"class": "form-control"}))


@never_cache
@require_http_methods(["GET", "POST"])
def authorize(request: SignedInRequest) -> HttpResponse:
    """A person says whether a program may act for them. Nothing is given without their click."""
    try:
        grant = server.get_consent_grant(request, end_user=request.user)
    except OAuth2Error as error:
        raise ConsentRefused(error=error.error or "invalid_request") from None
    client = cast(OAuthClient, grant.client)
    if client.is_demo != request.user.is_demo:
        raise ConsentRefused(error="invalid_client")
    if request.method == "POST":
        agreed = request.POST.get("answer") == "agree"
        return server.create_authorization_response(grant.request, grant_user=request.user if agreed else None, grant=grant)
    context = {"client": client, "address": grant.redirect_uri, "nav": "system"}
    response = render(request, "oauth/consent.html", context)
    response["Referrer-Policy"] = "no-referrer"
    response["Content-Security-Policy"] = _policy(grant.redirect_uri)
    return response


def _policy(address: str) -> str:
    """The consent form may lead to the program: browsers hold a form's redirects to form-action too."""
    parts = urlsplit(address)
    return POLICY.replace("form-action 'self'", f"form-action 'self' {parts.scheme}://{parts.netloc}")


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """A code or a refresh token for a pair of tokens."""
    response = token_answer(request)
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    return server.create_endpoint_response("revocation", request)


@require_http_methods(["GET", "POST"])
def clients(request: SignedInRequest) -> HttpResponse:
    """The registered programs, for the system administrator; a new one shows its secret once."""
    require(request.user, "accounts.view")
    form = ClientForm(request.POST or None)
    made: Any = None
    problem: BadInput | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        addresses = data["redirect_uris"].split()
        try:
            client, secret = actions.register_client(
                data["name"], addresses, confidential=data["confidential"], by=request.user, reason=data["reason"]
            )
            made, form = {"client": client, "secret": secret}, ClientForm()
        except actions.ClientWrong as refusal:
            problem = refusal
    rows = OAuthClient.objects.filter(is_demo=request.user.is_demo).select_related("registered_by")
    context = {"rows": rows, "form": form, "made": made, "problem": problem, "nav": "system"}
    return render(request, "oauth/clients.html", context, status=422 if form.errors or problem else 200)


@require_POST
def stop_client(request: SignedInRequest, pk: int) -> HttpResponse:
    require(request.user, "accounts.change")
    client = found(OAuthClient.objects.filter(is_demo=request.user.is_demo), pk=pk)
    actions.revoke_client(client, by=request.user, reason=request.POST.get("reason", "").strip() or gettext("停用程序"))
    messages.success(request, gettext("已停用，它的令牌不再有效。"))
    return redirect("oauth:clients")


@require_http_methods(["GET", "POST"])
def accesses(request: SignedInRequest) -> HttpResponse:
    """The programs that act for the reader; each can be ended."""
    mine = OAuthToken.objects.filter(user=request.user, revoked_at=None)
    if request.method == "POST":
        client = found(OAuthClient.objects.filter(pk__in=mine.values("client")), pk=request.POST.get("client") or 0)
        actions.end_access(client, by=request.user)
        messages.success(request, gettext("已收回授权。"))
        return redirect("oauth:accesses")
    rows: dict[int, dict[str, Any]] = {}
    for row in mine.select_related("client").order_by("-id"):
        if row.works:
            entry = rows.setdefault(row.client_id, {"client": row.client, "since": row.issued_at, "used": row.used_at})
            entry["since"] = min(entry["since"], row.issued_at)
    return render(request, "oauth/accesses.html", {"rows": rows.values(), "nav": "system"})


@require_GET
def versions(request: HttpRequest) -> HttpResponse:
    """Which OpenCDE APIs are here (Foundation API 2.1)."""
    base = _base(request)
    listed = [
        ("foundation", "1.0", "https://github.com/buildingSMART/foundation-API/tree/release_1_0", f"{base}/foundation/1.0"),
        ("foundation", "1.1", "https://github.com/buildingSMART/foundation-API/tree/release_1_1", f"{base}/foundation/1.1"),
        ("bcf", "3.0", "https://github.com/buildingSMART/BCF-API/tree/release_3_0", f"{base}/bcf/3.0"),
    ]
    names = ("api_id", "version_id", "detailed_version", "api_base_url")
    return JsonResponse({"versions": [dict(zip(names, row, strict=True)) for row in listed]})


@require_GET
def auth_methods(request: HttpRequest) -> HttpResponse:
    """How a program gets access (Foundation API 2.2.1). Clients are registered by the administrator, not by themselves."""
    base = _base(request)
    return JsonResponse(
        {
            "oauth2_auth_url": f"{base}/oauth2/authorize",
            "oauth2_token_url": f"{base}/oauth2/token",
            "http_basic_supported": False,
            "supported_oauth2_flows": ["authorization_code_grant"],
        }
    )


@require_GET
def current_user(request: HttpRequest) -> HttpResponse:
    """Who the token acts for (Foundation API 3.1.1)."""
    from hezhu.core.oauth.authentication import ProgramAuth

    user = ProgramAuth()(request)
    return JsonResponse({"id": user.username, "name": user.display_name}, json_dumps_params={"ensure_ascii": False})


def _base(request: HttpRequest) -> str:
    """The address the caller used; behind a proxy that names another one it is HEZHU_PUBLIC_URL that clients need."""
    host = request.get_host()
    public = settings.PUBLIC_URL.rstrip("/")
    return public if public.endswith(f"//{host}") else f"{request.scheme}://{host}"
