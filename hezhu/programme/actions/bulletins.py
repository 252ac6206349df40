"""Issue a bulletin (日常通报): number it and freeze what it says."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from hezhu.core.access.models import User
from hezhu.core.access.scoping import require
from hezhu.core.history import reason_of_change
from hezhu.core.numbering import add_series, next_number
from hezhu.programme import dates
from hezhu.programme.bulletin_content import build
from hezhu.programme.errors import Problems, problem
from hezhu.programme.models import Bulletin

SERIES = add_series("bulletin", "TB-{year}-{number:03d}")


def issue_bulletin(period_start: date, period_end: date, *, by: User, title: str = "", reason: str = "") -> Bulletin:
    """Number a bulletin for any period that has begun and freeze its content; later reports do not change it."""
    require(by, "programme.decide")
    today = dates.today()
    found = []
    if period_end < period_start:
        found.append(problem("period_end", _("期止"), _("早于期起 %(day)s") % {"day": period_start}))
    if period_start > today:
        found.append(problem("period_start", _("期起"), _("%(day)s 还没有到") % {"day": period_start}))
    if found:
        raise Problems(found)
    with _in_the_official_language():
        title = title.strip() or default_title(period_start, period_end)
        content = build(period_start, period_end, demo=by.is_demo, today=today)
    with reason_of_change(by, reason or title), transaction.atomic():
        return Bulletin.objects.create(
            number=next_number(SERIES, year=today.year, demo=by.is_demo),
            title=title,
            period_start=period_start,
            period_end=period_end,
            content=content,
            issued_by=by,
            division=settings.CITY_DIVISION,
            is_demo=by.is_demo,
        )


def _in_the_official_language() -> translation.override:
    """A bulletin is an official document: it is written in the platform's own language, whatever its issuer reads."""
    return translation.override(settings.LANGUAGE_CODE)


def default_title(start: date, end: date) -> str:
    """嘉兴市智能建造试点工作通报（2026年10月）, or with both days where the period is no whole month."""
    if start.day == 1 and end == dates.last_day(start):
        period = _("%(year)s年%(month)s月") % {"year": start.year, "month": start.month}
    else:
        period = _("%(start)s 至 %(end)s") % {"start": start, "end": end}
    return _("嘉兴市智能建造试点工作通报（%(period)s）") % {"period": period}
