"""Rows that their source, which says everything it has, no longer lists: 软删除. The row stays, with its links and its history.

The intake door keeps the marks (``intake.Absence``). Lists, counts, links and search leave marked rows out unless they are asked for; the row's own
page shows the mark. Indicators count the row as before: that a source leaves a row out says nothing about the world, and no figure may
jump with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.core.prepared import Values, fetch
from hezhu.core.register.declare import Register, registers

PARAMETER = "presence"
MARKED = "SELECT r FROM unnest($1::text[]) AS r WHERE EXISTS (SELECT 1 FROM intake_absence a WHERE a.register = r AND a.ended_at IS NULL)"
_KNOWN: ContextVar[list[set[str]] | None] = ContextVar("registers-with-marks", default=None)
ABSENT, ALL = "absent", "all"
CHOICES = [(ABSENT, _("来源已无")), (ALL, _("全部，含来源已无"))]


def _marks() -> models.QuerySet:
    """The marks that hold now; a row that came back keeps its mark with the day it ended."""
    return apps.get_model("intake", "Absence")._default_manager.filter(ended_at=None)


def marked(slugs: Iterable[str]) -> set[str]:
    """Those of the registers that hold a marked row: only for these a statement needs to look."""
    known = _KNOWN.get()
    if known is None:
        return _marked(list(slugs))
    if not known:
        known.append(_marked([register.slug for register in registers]))
    return known[0].intersection(slugs)


def _marked(slugs: list[str]) -> set[str]:
    return {slug for (slug,) in fetch(MARKED, [slugs])} if slugs else set()


class LookedUpOnce:
    """Middleware: which registers hold marked rows is asked once for a page, however many lists and links stand on it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _KNOWN.set([])
        try:
            return self.get_response(request)
        finally:
            _KNOWN.reset(token)


def condition(register: Register, table: str, values: Values) -> str:
    """The condition that a row of ``table`` (quoted) is present, for a statement that is put together by hand."""
    held = f'a.register = {values.put(register.slug)} AND a."row" = {table}.id AND a.ended_at IS NULL'
    return f"NOT EXISTS (SELECT 1 FROM intake_absence a WHERE {held})"  # noqa: S608 - a model's table


def chosen(register: Register, rows: models.QuerySet, presence: str = "") -> models.QuerySet:
    """Those of ``rows`` that are asked for: present ones, with ABSENT the marked ones, with ALL both."""
    if presence == ALL:
        return rows
    if presence != ABSENT and register.slug not in marked([register.slug]):
        return rows
    mark = Exists(_marks().filter(register=register.slug, row=OuterRef("pk")))
    return rows.filter(mark if presence == ABSENT else ~mark)


def mark_of(register: Register, row: Any) -> Any:
    """The mark of a row with the batch that set it, or None."""
    if register.slug not in marked([register.slug]):
        return None
    return _marks().filter(register=register.slug, row=row.pk).select_related("batch").first()


def seen_again(register: Register, row: Any) -> None:
    """A person or a program wrote the row: it is looked after again, whatever the source leaves out."""
    _marks().filter(register=register.slug, row=row.pk).update(ended_at=timezone.now())
