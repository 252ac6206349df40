"""The frame around a page (rail, top bar, tab bar): drawn once for an account, a room and a day, and kept.

What differs between two pages of one reader is put in when a page is written: where it is, the token of its forms, and what was searched.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from hezhu.core.ui.navigation import rooms_for

register = template.Library()

MOST = 512
TOKEN, HERE, SOUGHT = "\ue00b", "\ue00c", "\ue00d"  # private characters that no page holds
DRAWN_FROM = ("divisions", "focus", "focus_name", "today", "nav")
_KEPT: dict[tuple[Any, ...], str] = {}


@register.simple_tag(takes_context=True)
def frame_part(context: Any, name: str) -> SafeString:
    """``before`` or ``after`` the page itself."""
    user = context.get("user")
    seen = {word: context.get(word) for word in DRAWN_FROM}
    account = (
        (user.pk, user.role, user.is_active, user.is_demo, user.display_name, str(user.unit), user.divisions) if user else ()
    )
    key = (name, get_language(), account, str(seen["nav"]), seen["focus"], seen["focus_name"], seen["today"])
    drawn = _KEPT.get(key)
    if drawn is None:
        if len(_KEPT) >= MOST:
            _KEPT.clear()
        rooms = rooms_for(user) if user else []
        within = {**seen, "user": user, "rooms": rooms, "csrf_token": TOKEN, "here": HERE, "global_query": SOUGHT}
        drawn = _KEPT[key] = get_template(f"ui/frame_{name}.html").render(within)
    return _filled(drawn, context)


def _filled(drawn: str, context: Any) -> SafeString:
    request = context.get("request")
    drawn = drawn.replace(HERE, conditional_escape(request.get_full_path()) if request else "")
    drawn = drawn.replace(SOUGHT, conditional_escape(context.get("global_query") or ""))
    return mark_safe(drawn.replace(TOKEN, conditional_escape(context.get("csrf_token") or "")))  # each piece is escaped
