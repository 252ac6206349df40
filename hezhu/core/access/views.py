"""Sign-in, sign-out, own account, language."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, password_validation, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from hezhu.core.access.backends import AccountLocked, address_of
from hezhu.core.access.models import SignInRecord, User
from hezhu.core.access.requests import SignedInRequest


class SignInForm(forms.Form):
    username = forms.CharField(label=_("账号"), max_length=60)
    password = forms.CharField(label=_("密码"), widget=forms.PasswordInput, strip=False, max_length=256)


class PasswordForm(forms.Form):
    old = forms.CharField(label=_("原密码"), widget=forms.PasswordInput, strip=False)
    new = forms.CharField(label=_("新密码"), widget=forms.PasswordInput, strip=False)

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.user = user

    def clean_old(self) -> str:
        if not self.user.check_password(self.cleaned_data["old"]):
            raise forms.ValidationError(gettext("原密码不对。"))
        return self.cleaned_data["old"]

    def clean_new(self) -> str:
        password_validation.validate_password(self.cleaned_data["new"], self.user)
        return self.cleaned_data["new"]


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or "/"
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else "/"


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; locks and wrong passwords are told on it."""
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = authenticate(request, **form.cleaned_data)
        except AccountLocked as locked:
            form.add_error(None, str(locked))
        else:
            if user is not None:
                login(request, user)
                return redirect(_next(request))
            form.add_error(None, gettext("账号或密码不对。"))
    demo = User.objects.filter(is_demo=True, is_active=True).select_related("unit").order_by("id")
    context = {"form": form, "next": _next(request), "demo_accounts": demo, "settings": settings}
    return render(request, "access/sign_in.html", context, status=200 if not form.errors else 422)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        SignInRecord.objects.create(
            username=request.user.username, user=request.user, address=address_of(request), outcome="signed-out"
        )
    logout(request)
    return redirect(settings.LOGIN_URL)


def account(request: SignedInRequest) -> HttpResponse:
    """One's own account: facts, password, API keys."""
    form = PasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.user.set_password(form.cleaned_data["new"])
        request.user.save(update_fields=["password"])
        update_session_auth_hash(request, request.user)
        messages.success(request, gettext("密码已改。"))
        return redirect("access:account")
    recent = SignInRecord.objects.filter(user_id=request.user.pk)[:10]
    return render(
        request,
        "access/account.html",
        {
            "form": form,
            "recent": recent,
            "nav": "system",
            "may_units": request.user.may("units.view"),
            "may_accounts": request.user.may("accounts.view"),
            "may_audit": request.user.may("audit.view"),
        },
    )


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch between Chinese and English; kept in a cookie."""
    response = HttpResponseRedirect(_next(request))
    language = request.POST.get("language", "")
    if check_for_language(language) and language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax")
    return response


@require_POST
def focus(request: SignedInRequest) -> HttpResponse:
    """Choose the division to look at; only one the account serves."""
    division = request.POST.get("division", "")
    if division in request.user.divisions:
        request.session["division"] = division
    return redirect(_next(request))


def session_state(request: SignedInRequest) -> HttpResponse:
    """204 while the session lives; the middleware answers for the rest."""
    return HttpResponse(status=204)
