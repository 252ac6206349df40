"""The request of a signed-in account: the middleware lets no other through to a page."""

from __future__ import annotations

from django.http import HttpRequest

from hezhu.core.access.models import User


class SignedInRequest(HttpRequest):
    """For annotations only: ``user`` is an account, never anonymous."""

    user: User
