"""Every page needs an account, except those listed; an idle session ends."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from hezhu.core.errors import SignInNeeded

# Below /api/ and /tiles/ every view asks for a session or an API key itself; /open.api for a signature.
PUBLIC = (
    "/sign-in/",
    "/static/",
    "/healthz",
    "/language/",
    "/api/",
    "/public/",
    "/tiles/",
    "/bcf/",
    "/foundation/",
    "/oauth2/token",
    "/oauth2/revoke",
    "/open.api",
)
IDLE_EXEMPT_HEADER = "HX-Polling"


class SignedIn:
    """Redirect to sign-in, or 401 for htmx and JSON callers, when there is no live session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self._end_idle(request)
        if not request.user.is_authenticated and not request.path.startswith(PUBLIC):
            return self._ask(request)
        return self.get_response(request)

    def _end_idle(self, request: HttpRequest) -> None:
        if not request.user.is_authenticated:
            return
        now = int(timezone.now().timestamp())
        last = request.session.get("seen", now)
        if now - last > settings.SESSION_IDLE_MINUTES * 60 or not request.user.is_active:
            logout(request)
        elif (now - last > 30 and IDLE_EXEMPT_HEADER not in request.headers) or "seen" not in request.session:
            request.session["seen"] = now

    def _ask(self, request: HttpRequest) -> HttpResponse:
        if request.headers.get("HX-Request") or "application/json" in request.headers.get("Accept", ""):
            raise_to_page = SignInNeeded()
            response = HttpResponse(str(raise_to_page), status=401, content_type="text/plain; charset=utf-8")
            response["HX-Trigger"] = "hezhu:sign-in-needed"
            return response
        return HttpResponseRedirect(f"{settings.LOGIN_URL}?next={quote(_way_back(request))}")


def _way_back(request: HttpRequest) -> str:
    """Where to go after sign-in: the page itself, or, for a form that was sent, the page it was filled in on."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc != request.get_host() or before.path == settings.LOGIN_URL:
        return "/"
    return before.path + (f"?{before.query}" if before.query else "")
