"""What every page's frame needs: division focus, today."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from hezhu.core.access.divisions import division_names
from hezhu.core.access.models import User


def frame(request: HttpRequest) -> dict[str, Any]:
    """Nothing when nobody is signed in: sign-in and error pages carry no frame."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    names = division_names()
    focus = focus_division(request)
    return {
        "divisions": [(code, names[code]) for code in user.divisions if code in names],
        "focus": focus,
        "focus_name": names.get(focus, names[settings.CITY_DIVISION]),
        "today": timezone.localdate(),
        "city_name": names[settings.CITY_DIVISION],
    }


def focus_division(request: HttpRequest) -> str:
    """The division the reader is looking at: chosen in the top bar, else the one their unit belongs to."""
    user = cast(User, request.user)
    chosen = request.session.get("division")
    return chosen if chosen in user.divisions else user.division
