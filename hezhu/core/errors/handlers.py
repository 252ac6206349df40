"""Django's own error handlers: handler400, handler403, handler404, handler500 and CSRF_FAILURE_VIEW."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import HezhuError, NotAllowed, NotThere
from hezhu.core.errors.answers import answer

logger = logging.getLogger("hezhu.errors")


class BadRequest(HezhuError):
    code = "bad-request"
    status = 400
    title = _("请求有误")
    message = _("平台看不懂这个请求。")


class RequestTooLarge(HezhuError):
    code = "request-too-large"
    status = 413
    title = _("内容太多")
    message = _("一次提交的内容超过上限。分几次提交，或改用表格导入。")


class PageExpired(HezhuError):
    code = "page-expired"
    status = 403
    title = _("页面已过期")
    message = _("这一页的校验码已过期，没有提交。")


class DatabaseAway(HezhuError):
    code = "database-away"
    status = 503
    title = _("数据库暂时连不上")
    message = _("数据库暂时连不上，稍后再试。")


class Unexpected(HezhuError):
    code = "unexpected"
    title = _("出错了")
    message = _("平台没能完成这一步。")


class NoSuchPage(NotThere):
    message = _("没有这个页面。")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, RequestTooLarge() if isinstance(exception, RequestDataTooBig) else BadRequest(), framed=False)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, NotAllowed())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, NoSuchPage())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    logger.info("csrf: %s %s: %s", request.method, request.path, reason)
    return answer(request, PageExpired())


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault nobody foresaw. The page touches no database; the log names the fault by its reference."""
    fault = sys.exception()
    if isinstance(fault, HezhuError):
        return answer(request, fault, framed=False)
    away = isinstance(fault, (OperationalError, InterfaceError)) and not _is_of_the_query(fault)
    try:
        return answer(request, DatabaseAway() if away else Unexpected(), framed=False)
    except Exception:
        logger.exception("the error page itself failed")
        return HttpResponse(str(Unexpected()), status=500, content_type="text/plain; charset=utf-8")


def _is_of_the_query(fault: Any) -> bool:
    """Whether the server was there and refused the statement: it then gave an SQLSTATE outside class 08 (connection), 57P (shutdown)."""
    state = getattr(getattr(fault, "__cause__", None), "sqlstate", None)
    return isinstance(fault, DatabaseError) and bool(state) and not str(state).startswith(("08", "57P"))
