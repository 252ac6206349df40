"""One error, told in the form its reader understands: a page, problem+json (RFC 9457), or a toast beside an htmx request."""

from __future__ import annotations

import json
import logging
import secrets
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from hezhu.core.errors import HezhuError, NotAllowed, SignInNeeded

OPEN_CDE = ("/bcf/", "/foundation/")
"""Addresses of the OpenCDE APIs, whose errors have a ``message`` (Foundation API 1.6)."""
logger = logging.getLogger("hezhu.errors")

REFERENCE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is mistaken for another when read out on the telephone


def answer(request: HttpRequest, error: HezhuError, *, framed: bool = True) -> HttpResponse:
    """The response that tells ``error``. A fault of ours (500 and up) gets a reference number that is logged with it.

    ``framed=False`` makes a page without navigation, which needs no database.
    """
    reference = _new_reference() if error.status >= 500 else ""
    if reference:
        logger.error("problem %s: %s %s: %s", reference, request.method, request.path, error)
    elif isinstance(error, NotAllowed):
        logger.info("denied: %s %s: user %s: %s", request.method, request.path, _user_pk(request), error.data.get("permission"))
    if wants_problem(request):
        return _problem(request, error, reference)
    if isinstance(error, SignInNeeded):
        return HttpResponseRedirect(f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}")
    return _page(request, error, reference, framed=framed)


def wants_problem(request: HttpRequest) -> bool:
    """Whether a program reads the answer: an API client, htmx, or a script's upload."""
    accept = request.headers.get("Accept", "")
    return (
        request.path.startswith(("/api/", *OPEN_CDE))
        or "HX-Request" in request.headers
        or request.headers.get("X-Requested-With") == "XMLHttpRequest"
        or ("json" in accept and "text/html" not in accept)
    )


def _problem(request: HttpRequest, error: HezhuError, reference: str) -> HttpResponse:
    body = error.as_problem() | ({"reference": reference} if reference else {})
    if request.path.startswith(OPEN_CDE):
        body["message"] = body["detail"]
    response = JsonResponse(
        body, status=error.status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )
    if "HX-Request" in request.headers and error.status == 422:
        # The front end swaps a 422 in as the corrected form; there is no form here, so it becomes a toast instead.
        response["HX-Reswap"] = "none"
        response["HX-Trigger"] = json.dumps({"toast": {"text": body["detail"], "kind": "act"}})
    return response


def _page(request: HttpRequest, error: HezhuError, reference: str, *, framed: bool) -> HttpResponse:
    context = {
        "error": error,
        "headline": _headline(error),
        "remedy": _remedy(error),
        "problems": [_row(problem) for problem in error.data.get("problems") or []],
        "art": "art-denied" if error.status in (401, 403) else "art-empty" if error.status == 404 else "art-error",
        "reference": reference,
        "back": _back(request),
        "at": timezone.localtime(),
        "nav": "",
    }
    if framed:
        try:
            if request.user.is_authenticated:
                return HttpResponse(render_to_string("errors/framed.html", context, request), status=error.status)
        except (AttributeError, DatabaseError, InterfaceError):
            logger.warning("no frame for the error page", exc_info=True)
    return HttpResponse(render_to_string("errors/bare.html", context), status=error.status)


def _row(problem: dict[str, Any]) -> dict[str, Any]:
    """A problem as the page lists it, whichever of its parts are named."""
    value = problem.get("value")
    return {
        "field": problem.get("label") or problem.get("field") or "—",
        "value": "—" if value in (None, "") else value,
        "reason": problem.get("reason") or problem.get("message") or "—",
        "remedy": problem.get("remedy") or "—",
    }


def _headline(error: HezhuError) -> str:
    """The main sentence. A denied page says for whom it is open."""
    if not isinstance(error, NotAllowed):
        return str(error)
    from hezhu.core.access.permissions import Role, granted  # access stands on errors

    permission = str(error.data.get("permission", ""))
    roles = [str(role.label) for role in Role if granted(role, permission)] if "." in permission else []
    return _("这里只对%(roles)s开放") % {"roles": "、".join(roles)} if roles else _("这里不对你的账号开放")


def _remedy(error: HezhuError) -> str:
    if isinstance(error, NotAllowed):
        return str(error)
    if error.status == 404:
        return _("核对编号或地址；记录也可能属于别的县（市、区）或单位。")
    if error.status >= 500:
        return _("已存的数据没有改动。把问题编号告诉管理员，从这个编号能查到原因。")
    if error.status in (400, 413, 422):
        return _("没有保存任何内容。改正后再提交一次。")
    return _("已存的数据没有改动。回上一页看现在的状态。")


def _back(request: HttpRequest) -> str:
    """The page the reader came from, when it is ours and not this one."""
    referer = request.headers.get("Referer", "")
    try:
        host = request.get_host()
    except Exception:  # a forged Host header is one of the errors told here
        return ""
    if not url_has_allowed_host_and_scheme(referer, allowed_hosts={host}):
        return ""
    return "" if referer == request.build_absolute_uri() and request.method == "GET" else referer


def _new_reference() -> str:
    return f"{timezone.localtime():%m%d-%H%M}-{''.join(secrets.choice(REFERENCE_SIGNS) for _sign in range(3))}"


def _user_pk(request: HttpRequest) -> Any:
    return getattr(getattr(request, "user", None), "pk", None)
