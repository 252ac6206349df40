"""Computed states of credit information: whether it is public today, whether its period keeps the rule, which band a score is."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.core.register.lamps import Lamp
from hezhu.core.register.ways import Condition
from hezhu.registers.credit.models import CreditRecord, CreditScore
from hezhu.registers.credit.rules import months_after, rules

BAD = (CreditRecord.Kind.BAD, CreditRecord.Kind.BLACKLIST)


def lamp_of_record(row: CreditRecord, today: date | None = None) -> Lamp:
    """Public, over, revoked, not public yet; and whether the period of bad information lies within the rule's range."""
    today = today or timezone.localdate()
    if row.revoked_on:
        return Lamp("done", _("已撤销"), _("撤销于 %(day)s") % {"day": row.revoked_on})
    if row.published_on is None:
        return Lamp("watch", _("未公开"), _("没有登记公开日期"))
    until = row.publish_until or row.default_end(row.published_on)
    if until is None:
        return Lamp("watch", _("未定公开期限"), _("不良信用的期限由认定部门在规定区间内确定"))
    if until < today:
        return Lamp("done", _("公开期满"), _("公开至 %(day)s") % {"day": until})
    if row.kind in BAD and (wrong := _outside(row.published_on, until)):
        return Lamp("watch", wrong, _("区间待核"))
    return Lamp("ok", _("公开中"), _("公开至 %(day)s") % {"day": until})


def _outside(published: date, until: date) -> str:
    held = rules()
    if until < months_after(published, held.bad_least_months):
        return _("期限短于 %(months)s 个月") % {"months": held.bad_least_months}
    if until > months_after(published, held.bad_most_months):
        return _("期限长于 %(months)s 个月") % {"months": held.bad_most_months}
    return ""


def lamp_of_score(row: CreditScore) -> Lamp:
    """The band of the score by the profile in force."""
    band = rules().band(row.sector, row.score)
    if not band:
        return Lamp("open", _("待定"), _("这一类别还没有划分标准"))
    state = {"A": "done", "B": "ok", "C": "watch"}.get(band, "late")
    return Lamp(state, _("%(band)s 级") % {"band": band}, rules().note)


CONDITIONS = (
    Condition(
        "public",
        gettext_lazy("公开中"),
        lambda today: Q(published_on__lte=today, publish_until__gte=today, revoked_on__isnull=True),
    ),
    Condition("unpublished", gettext_lazy("未公开"), lambda today: Q(published_on__isnull=True, revoked_on__isnull=True)),
    Condition("over", gettext_lazy("公开期满"), lambda today: Q(publish_until__lt=today, revoked_on__isnull=True)),
)
