"""Marks of the task pages: the meter with its time line, and the row of month squares."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.core.ui.templatetags.hezhu import mark
from hezhu.programme.light_words import month_list
from hezhu.programme.standing import MonthSquare, Standing

register = template.Library()
SQUARES = {"reported": "month-on", "missed": "month-miss", "returned": "month-miss", "awaited": "month-next"}
WORDS = {
    "reported": gettext_lazy("已报"),
    "missed": gettext_lazy("未报"),
    "returned": gettext_lazy("被退回"),
    "awaited": gettext_lazy("待报"),
}


@register.simple_tag
def meter(completion: float | None, elapsed: float | None = None, state: str = "ok") -> SafeString:
    """A bar for per cent done and an upright line for the share of time gone by; nothing for an unknown completion."""
    bar: Any = ""
    if completion is not None:
        colour = {"watch": "is-watch", "late": "is-late"}.get(state, "")
        bar = format_html('<i class="{}" style="width:{}%"></i>', colour, round(min(max(completion, 0), 100), 1))
    line = "" if elapsed is None or state == "done" else format_html('<u style="left:{}%"></u>', round(min(elapsed, 99), 1))
    return format_html('<span class="meter" aria-hidden="true">{}{}</span>', bar, line)


@register.simple_tag
def months(standing: Standing, year: int) -> SafeString:
    """The squares of ``year``: reported, missed or returned, awaited; with the same in words for those who do not see them."""
    squares = [square for square in standing.squares if square.month.year == year]
    if not squares:
        return format_html('<span class="sub small">{}</span>', _("已归档") if standing.closure else "—")
    words = _describe(squares)
    drawn = format_html_join("", "{}", ((mark(SQUARES[square.state]),) for square in squares))
    return format_html('<span class="months" role="img" aria-label="{}" title="{}">{}</span>', words, words, drawn)


def _describe(squares: list[MonthSquare]) -> str:
    groups: dict[str, list[date]] = {}
    for square in squares:
        groups.setdefault(square.state, []).append(square.month)
    return "，".join(f"{month_list(found)} {WORDS[state]}" for state, found in groups.items())


@register.filter
def month(value: date) -> str:
    """2026年10月"""
    return _("%(year)s年%(month)s月") % {"year": value.year, "month": value.month} if value else "—"


@register.filter
def points(value: float | None) -> str:
    """A difference in percentage points with its sign: +3.2, −17.7."""
    if value is None:
        return "—"
    return f"{value:+.1f}".replace("-", "−")


@register.filter
def percent(value: Any) -> str:
    return "—" if value is None else f"{float(value):.1f}%"
