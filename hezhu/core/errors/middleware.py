"""Turns what a view raises into an answer. What else fails, before or after views, reaches the handlers beside this file."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from hezhu.core.errors import HezhuError, NotAllowed, NotThere
from hezhu.core.errors.answers import answer


class ErrorPages:
    """Innermost middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Http404):
            exception = NotThere()
        elif isinstance(exception, PermissionDenied):
            exception = NotAllowed()
        return answer(request, exception) if isinstance(exception, HezhuError) else None
