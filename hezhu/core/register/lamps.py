"""Computed states of a row: never typed, always explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

# A list page warns this many days ahead. It is a courtesy of the page and follows no regulation.
WARNED_DAYS = 60


@dataclass(frozen=True, slots=True)
class Lamp:
    """``state`` is a lamp of the house (done, ok, watch, late, open); ``word`` stands beside it; ``why`` explains it in a sentence."""

    state: str
    word: str
    why: str = ""


def validity(until: date | None, on: date | None = None) -> Lamp:
    """Whether something that runs out on ``until`` still counts on the day ``on`` (today)."""
    if until is None:
        return Lamp("open", _("未填有效期"), _("没有登记有效期，不能判断是否有效"))
    left = (until - (on or timezone.localdate())).days
    if left < 0:
        return Lamp("late", _("过期 %(days)s 天") % {"days": f"{-left:,}"}, _("有效期至 %(day)s") % {"day": until.isoformat()})
    if left <= WARNED_DAYS:
        return Lamp("watch", _("%(days)s 天后到期") % {"days": left}, _("有效期至 %(day)s") % {"day": until.isoformat()})
    return Lamp("ok", _("有效"), _("有效期至 %(day)s") % {"day": until.isoformat()})


def lamp_of(register: Any, row: Any, on: date | None = None) -> Lamp | None:
    """The row's lamp: the register's own, else that of its validity; None where it declares neither."""
    if register.lamp is not None:
        return register.lamp(row)
    return validity(getattr(row, register.valid_until), on) if register.valid_until else None
