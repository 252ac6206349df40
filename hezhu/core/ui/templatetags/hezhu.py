"""The house's small marks for templates: icons, lamps, seals, rulers, figures and dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.template.base import TextNode
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy

register = template.Library()

LAMPS = {
    "done": gettext_lazy("办结"),
    "reached": gettext_lazy("达标"),
    "ok": gettext_lazy("正常"),
    "watch": gettext_lazy("预警"),
    "late": gettext_lazy("逾期"),
    "missed": gettext_lazy("未达"),
    "open": gettext_lazy("待定"),
}
LAMP_SHAPES = {"reached": "done", "missed": "late"}
SEALS = {
    "pass": gettext_lazy("符合"),
    "fail": gettext_lazy("不符合"),
    "manual": gettext_lazy("需人工"),
    "na": gettext_lazy("不适用"),
}


@cache
def _sprite() -> str:
    """The sprite's address, looked up once: a long page draws a thousand marks."""
    return static("hezhu/icons.svg")


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """An icon of the sprite; decorative, so hidden from screen readers."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', _sprite(), name)


@register.simple_tag
@cache
def mark(name: str, css: str = "") -> SafeString:
    """A drawing of the sprite that is no icon: logo, lamp shapes, blank-page art."""
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, _sprite(), name)


def _drawn_once(name: str, draw: Callable[..., SafeString]) -> None:
    """A mark whose arguments all stand in the template is the same text in every page: drawn when the template is read."""
    general = register.tags[name]

    def compiled(parser: Any, token: Any) -> Any:
        said = token.split_contents()[1:]
        if all(len(word) > 1 and word[0] == word[-1] and word[0] in "\"'" for word in said):
            return TextNode(draw(*(word[1:-1] for word in said)))
        return general(parser, token)

    register.tag(name, compiled)


_drawn_once("icon", icon)
_drawn_once("mark", mark)


@register.simple_tag
def lamp(state: str, word: str = "") -> SafeString:
    """A state with its shape and word. ``state`` is a key of LAMPS; ``word`` replaces the house's word where a page needs it."""
    shape = LAMP_SHAPES.get(state, state)
    return format_html('<span class="lamp is-{}">{}{}</span>', shape, mark(f"lamp-{shape}"), word or LAMPS.get(state, state))


@register.simple_tag
def seal(verdict: str) -> SafeString:
    """A verdict, stamped: pass, fail, manual or na."""
    return format_html('<span class="seal is-{}">{}{}</span>', verdict, mark(f"seal-{verdict}"), SEALS.get(verdict, verdict))


@register.simple_tag
def ruler(value: Any, target: Any = None, state: str = "ok", top: Any = None) -> SafeString:
    """The ruler: ten ticks, a bar for what is reached, ▼ for the target. ``top`` is the right end, else made to fit."""
    reached = max(0.0, float(value or 0))
    goal = float(target) if target not in (None, "") else None
    end = float(top or 0) or max(reached, (goal or 0) * 1.3, 1e-9)
    colour = {"watch": "#b07c00", "late": "#b93022", "missed": "#b93022", "open": "#84938d"}.get(state, "#41661a")
    ticks = "".join(f"<path d='M{10 + i * 10} 8.5v-{4 if (i + 1) % 5 == 0 else 2.5}'/>" for i in range(9))
    bar = f"<rect x='0' y='8' width='{min(100.0, reached / end * 100):.2f}' height='3.4' fill='{colour}'/>" if reached else ""
    mark_at = min(99.0, goal / end * 100) if goal else None
    pointer = (
        f"<path d='M{mark_at - 1.1:.2f} 1.6h2.2l-.8 1.6v8h-.6v-8z' fill='#15252b' stroke='none'/>" if mark_at is not None else ""
    )
    return mark_safe(
        "<svg class='ruler' viewBox='0 0 100 12' preserveAspectRatio='none' aria-hidden='true'>"
        f"<g stroke='#bcc8c2' stroke-width='.35' vector-effect='non-scaling-stroke'><path d='M0 11.4h100'/>{ticks}</g>{bar}{pointer}</svg>"
    )


@register.filter
def figure(value: Any, places: int | None = None) -> str:
    """A number with thousands commas; − for minus; an en dash for nothing. Decimals drop their trailing zeros unless fixed."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return str(value)
    if places is not None:
        return f"{value:,.{places}f}".replace("-", "−")
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


@register.filter
def day(value: date | None) -> str:
    """2025-06-18, as tables write dates; — for none."""
    return value.strftime("%Y-%m-%d") if value else "—"


@register.filter
def moment(value: Any) -> str:
    """今日 09:42, 昨日 16:20, 6月16日 or 2024-06-16, by how long ago it was."""
    if not value:
        return "—"
    local = timezone.localtime(value)
    today = timezone.localdate()
    clock = local.strftime("%H:%M")
    days = (today - local.date()).days
    if days == 0:
        return gettext("今日 %(clock)s") % {"clock": clock}
    if days == 1:
        return gettext("昨日 %(clock)s") % {"clock": clock}
    if local.year == today.year:
        return gettext("%(month)s月%(day)s日") % {"month": local.month, "day": local.day}
    return local.strftime("%Y-%m-%d")


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """``mapping[key]`` where a template cannot write it; None when absent."""
    try:
        return mapping[key]
    except (KeyError, TypeError, IndexError):
        return None


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The present query string with ``changes``; a None takes the parameter out. Page numbers start anew."""
    params = context["request"].GET.copy()
    if "page" not in changes:
        params.pop("page", None)
    for key, value in changes.items():
        if value is None:
            params.pop(key, None)
        else:
            params[key] = value
    return f"?{params.urlencode()}"
