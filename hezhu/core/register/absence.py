"""Rows that their source, which says everything it has, no longer lists: 软删除. The row stays, with its links and its history.

The intake door keeps the marks (``intake.Absence``). Lists, counts, links and search leave marked rows out unless they are asked for; the row's own
page shows the mark. Indicators count the row as before: that a source leaves a row out says nothing about the world, and no figure may
jump with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.core.register.declare import Register

PARAMETER = "presence"
ABSENT, ALL = "absent", "all"
CHOICES = [(ABSENT, _("来源已无")), (ALL, _("全部，含来源已无"))]


def _marks() -> models.QuerySet:
    """The marks that hold now; a row that came back keeps its mark with the day it ended."""
    return apps.get_model("intake", "Absence")._default_manager.filter(ended_at=None)


def marked(slugs: Iterable[str]) -> set[str]:
    """Those of the registers that hold a marked row: only for these a statement needs to look."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r FROM unnest(%s::text[]) AS r WHERE EXISTS "
            "(SELECT 1 FROM intake_absence a WHERE a.register = r AND a.ended_at IS NULL)",
            [list(slugs)],
        )
        return {slug for (slug,) in cursor.fetchall()}


def condition(register: Register, table: str) -> tuple[str, list[Any]]:
    """The condition that a row of ``table`` (quoted) is present, for a statement that is put together by hand."""
    held = f'a.register = %s AND a."row" = {table}.id AND a.ended_at IS NULL'
    return f"NOT EXISTS (SELECT 1 FROM intake_absence a WHERE {held})", [register.slug]  # noqa: S608 - a model's table


def chosen(register: Register, rows: models.QuerySet, presence: str = "") -> models.QuerySet:
    """Those of ``rows`` that are asked for: present ones, with ABSENT the marked ones, with ALL both."""
    if presence == ALL:
        return rows
    of_register = _marks().filter(register=register.slug)
    if presence == ABSENT:
        return rows.filter(Exists(of_register.filter(row=OuterRef("pk"))))
    return rows.filter(~Exists(of_register.filter(row=OuterRef("pk")))) if of_register.exists() else rows


def mark_of(register: Register, row: Any) -> Any:
    """The mark of a row with the batch that set it, or None."""
    return _marks().filter(register=register.slug, row=row.pk).select_related("batch").first()


def seen_again(register: Register, row: Any) -> None:
    """A person or a program wrote the row: it is looked after again, whatever the source leaves out."""
    _marks().filter(register=register.slug, row=row.pk).update(ended_at=timezone.now())
