"""Problem+json for everything the REST API refuses, also what django-ninja refuses by itself."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from hezhu.core.errors import BadInput, HezhuError, NotThere, SignInNeeded
from hezhu.core.errors.answers import answer

REASONS: dict[str, Any] = {
    "missing": _("缺少这一项"),
    "int_parsing": _("应为整数"),
    "float_parsing": _("应为数字"),
    "decimal_parsing": _("应为数字"),
    "bool_parsing": _("应为 true 或 false"),
    "date_from_datetime_parsing": _("应为日期，如 2025-06-18"),
    "date_parsing": _("应为日期，如 2025-06-18"),
    "datetime_parsing": _("应为时间，如 2025-06-18T09:42:00+08:00"),
    "string_type": _("应为文字"),
    "string_too_long": _("文字太长"),
    "string_too_short": _("文字太短"),
    "literal_error": _("不在可选值内"),
    "enum": _("不在可选值内"),
    "extra_forbidden": _("没有这个字段"),
    "json_invalid": _("不是有效的 JSON"),
}


class ApiRefused(HezhuError):
    """What the API framework refused with a status of its own."""

    code = "refused"
    title = _("请求未完成")
    message = _("请求未完成：%(detail)s")

    def __init__(self, status: int, detail: str) -> None:
        self.status = status
        super().__init__(detail=detail)


def tell_problems(api: NinjaAPI) -> None:
    """Make ``api`` answer every error as problem+json."""

    @api.exception_handler(HezhuError)
    def told(request: HttpRequest, error: HezhuError) -> HttpResponse:
        return answer(request, error)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return answer(request, BadInput(problems=[_as_row(item) for item in error.errors]))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return answer(request, NotThere())

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return answer(request, SignInNeeded())

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(request, ApiRefused(error.status_code, str(error)))

    @api.exception_handler(Throttled)
    def throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
        return answer(request, ApiRefused(429, str(error)))


def _as_row(item: dict[str, Any]) -> dict[str, Any]:
    """One fault as pydantic tells it, as field and reason. A body's fields are named without the parameter that takes the body."""
    source, *place = [str(part) for part in item.get("loc", ())] or [""]
    return {
        "field": ".".join(place[1:] if source == "body" and len(place) > 1 else place),
        "reason": str(REASONS.get(item.get("type", ""), item.get("msg", ""))),
        "allowed": (item.get("ctx") or {}).get("expected"),
    }
