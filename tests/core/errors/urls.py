"""Addresses that fail in every way."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError

from hezhu.core.errors import BadInput, NotAllowed, NotThere, Refusal
from hezhu.core.errors.api import tell_problems

handler400 = "hezhu.core.errors.handlers.bad_request"
handler403 = "hezhu.core.errors.handlers.permission_denied"
handler404 = "hezhu.core.errors.handlers.not_found"
handler500 = "hezhu.core.errors.handlers.server_error"


class PermitClosed(Refusal):
    code = "permit-closed"
    message = "施工许可 %(number)s 已关闭，不能停工。"


FAULTS: dict[str, Exception] = {
    "refusal": PermitClosed(number="A1"),
    "bad-input": BadInput(problems=[{"field": "area_m2", "value": "<b>十</b>", "reason": "应为数字", "remedy": "写成 10"}]),
    "not-allowed": NotAllowed(permission="audit.view"),
    "not-there": NotThere(),
    "http404": Http404(),
    "denied": PermissionDenied(),
    "suspicious": SuspiciousOperation("no"),
    "crash": ZeroDivisionError("secret detail"),
    "database": OperationalError("connection refused at secret-host"),
}


def fail(request: HttpRequest, fault: str) -> HttpResponse:
    raise FAULTS[fault]


api = NinjaAPI(urls_namespace="errors-test", docs_url=None)
tell_problems(api)


class Row(Schema):
    name: str
    area_m2: float


@api.get("/fail/{fault}")
def api_fail(request: HttpRequest, fault: str) -> None:
    raise FAULTS[fault]


@api.get("/http")
def api_http(request: HttpRequest) -> None:
    raise HttpError(418, "茶壶")


@api.post("/rows")
def api_rows(request: HttpRequest, row: Row) -> None:
    """Takes a row."""


urlpatterns = [
    path("fail/<str:fault>", fail),
    path("api/test/", api.urls),
    path("", include("hezhu.config.urls")),
]
