"""Turns errors into a page or problem+json."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from hezhu.core.errors import HezhuError


class ErrorPages:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, HezhuError):
            return None
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse(exception.as_problem(), status=exception.status, content_type="application/problem+json")
        return render(request, "errors/page.html", {"error": exception}, status=exception.status)
