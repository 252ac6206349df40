"""API authentication: the browser's session, or ``Authorization: Bearer hz_…``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from hezhu.core.access.models import ApiKey
from hezhu.core.errors import NotAllowed, SignInNeeded

SAFE = {"GET", "HEAD", "OPTIONS"}


class SessionOrKey(AuthBase):
    openapi_type = "apiKey"
    openapi_scheme = None

    def __init__(self) -> None:
        self.openapi_security_schema: Any = {"type": "http", "scheme": "bearer", "description": "API 密钥 hz_…，或浏览器会话"}

    def __call__(self, request: HttpRequest) -> Any:
        header = request.headers.get("Authorization", "")
        if header.startswith("Bearer "):
            key = (
                ApiKey.objects.select_related("user__unit")
                .filter(digest=ApiKey.digest_of(header[7:].strip()), revoked_at=None, user__is_active=True)
                .first()
            )
            if key is None:
                raise SignInNeeded()
            request.user = key.user
            return key.user
        if not request.user.is_authenticated:
            raise SignInNeeded()
        if request.method not in SAFE and check_csrf(request):
            raise NotAllowed(permission=f"csrf {settings.CSRF_COOKIE_NAME}")
        return request.user
