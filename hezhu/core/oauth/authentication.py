"""Who calls: an OAuth access token for the open APIs, or what the platform's own API takes (API key, session)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from hezhu.core.access.api_auth import SessionOrKey
from hezhu.core.access.models import User
from hezhu.core.errors import SignInNeeded
from hezhu.core.oauth.models import OAuthToken, digest_of

PREFIX = "Bearer hzo_"
USED_EVERY = timedelta(minutes=1)


def user_of_token(secret: str) -> User | None:
    """The account an access token acts for; None when it is unknown, over, revoked, or its client or account was stopped."""
    now = timezone.now()
    row = (
        OAuthToken.objects.select_related("user__unit")
        .filter(
            access_digest=digest_of(secret),
            expires_at__gt=now,
            revoked_at=None,
            client__revoked_at=None,
            user__is_active=True,
        )
        .first()
    )
    if row is None:
        return None
    if row.used_at is None or row.used_at < now - USED_EVERY:
        OAuthToken.objects.filter(pk=row.pk).update(used_at=now)
    return row.user


class ProgramAuth(SessionOrKey):
    """OAuth token, API key or session."""

    def __call__(self, request: HttpRequest) -> Any:
        header = request.headers.get("Authorization", "")
        if not header.startswith(PREFIX):
            return super().__call__(request)
        user = user_of_token(header.removeprefix("Bearer ").strip())
        if user is None:
            raise SignInNeeded()
        request.user = user
        return user
