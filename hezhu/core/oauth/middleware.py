"""Doors for programs: cross-origin reading without cookies (Foundation API 1.4), and entity tags (1.2)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag

DOORS = ("/bcf/", "/foundation/", "/oauth2/token", "/oauth2/revoke")
METHODS = "GET, POST, PUT, DELETE, OPTIONS"
HEADERS = "Authorization, Content-Type, Accept, If-Match, If-None-Match, Content-Disposition"


class OpenToPrograms:
    """Any origin may call these doors with a token; the session cookie is never sent across, as credentials are not allowed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(DOORS):
            return self.get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return _opened(HttpResponse(status=204))
        response = _opened(self.get_response(request))
        if response.status_code == 401:
            response["WWW-Authenticate"] = 'Bearer realm="hezhu"'
        if response.status_code != 200 or response.streaming or request.method not in ("GET", "PUT"):
            return response
        set_response_etag(response)
        response.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ["Authorization", "Cookie"])
        if request.method == "GET":
            return get_conditional_response(request, etag=response["ETag"], response=response) or response
        return response


def _opened(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = HEADERS
    response["Access-Control-Expose-Headers"] = "ETag"
    response["Access-Control-Max-Age"] = "3600"
    return response
