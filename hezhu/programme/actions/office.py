"""What the city office keeps: yearly instances, the base period of targets, filings to the ministry."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from hezhu.core.access.models import User
from hezhu.core.access.scoping import require
from hezhu.core.history import reason_of_change
from hezhu.programme import dates
from hezhu.programme.duties import occurrences
from hezhu.programme.errors import (
    BasisNotNeeded,
    DutyAlreadyFiled,
    DutyPeriodUnknown,
    Problems,
    ReasonNeeded,
    SharedPlan,
    YearNotCovered,
    problem,
)
from hezhu.programme.instances import open_annual
from hezhu.programme.models import DutyFiling, ExternalDuty, Target, TargetBasis
from hezhu.programme.rules import annual_years


def open_year(year: int, *, by: User, reason: str = "") -> int:
    """Open the yearly requirements for ``year``; those already open stay. Returns how many are new."""
    require(by, "programme.seed")
    if by.is_demo:
        raise SharedPlan()
    if not annual_years().covers(year):
        raise YearNotCovered(first=annual_years().first_year, year=year)
    with reason_of_change(by, reason or _("开设年度任务")), transaction.atomic():
        return open_annual(year, dates.today())


def set_target_basis(target: Target, *, mode: str, base_year: int, base_value: Decimal, by: User, reason: str) -> TargetBasis:
    """Say how an increase (提高 n%) is read: mode pp, relative or absolute, base year and its value in per cent."""
    require(by, "programme.decide")
    if not target.needs_basis:
        raise BasisNotNeeded(target=target.code)
    if not reason.strip():
        raise ReasonNeeded(act=_("设定基期"))
    found = []
    if mode not in TargetBasis.Mode.values:
        found.append(problem("mode", _("读法"), _("选百分点、相对增幅或达到的比例")))
    if not 2000 <= base_year <= dates.today().year:
        found.append(problem("base_year", _("基期年"), _("写 2000 到今年之间的年份，现为 %(value)s") % {"value": base_year}))
    if not 0 <= base_value <= 100:
        found.append(problem("base_value", _("基期值"), _("写 0 到 100 之间的百分数，现为 %(value)s") % {"value": base_value}))
    if mode == TargetBasis.Mode.RELATIVE and base_value == 0:
        found.append(problem("base_value", _("基期值"), _("按相对增幅读时不能为 0")))
    if found:
        raise Problems(found)
    with reason_of_change(by, reason), transaction.atomic():
        basis, _created = TargetBasis.objects.update_or_create(
            target=target,
            is_demo=by.is_demo,
            defaults={
                "mode": mode,
                "base_year": base_year,
                "base_value": base_value,
                "reason": reason.strip(),
                "division": settings.CITY_DIVISION,
            },
        )
    return basis


def file_duty(
    duty: ExternalDuty, period: str, *, filed_on: date, by: User, document_number: str = "", note: str = ""
) -> DutyFiling:
    """Record that a duty to the ministry was met for a period (2026Q3, 2026)."""
    require(by, "programme.decide")
    if period not in {row.period for row in occurrences(duty, dates.today())}:
        raise DutyPeriodUnknown(duty=duty.name, period=period)
    if filed_on > dates.today():
        raise Problems([problem("filed_on", _("报送日期"), _("%(day)s 还没有到") % {"day": filed_on})])
    with reason_of_change(by, note or _("登记部级报送")), transaction.atomic():
        ExternalDuty.objects.select_for_update(no_key=True).get(pk=duty.pk)
        existing = DutyFiling.objects.filter(duty=duty, period=period, is_demo=by.is_demo).first()
        if existing:
            raise DutyAlreadyFiled(duty=duty.name, period=period, day=existing.filed_on)
        return DutyFiling.objects.create(
            duty=duty,
            period=period,
            filed_on=filed_on,
            document_number=document_number.strip(),
            note=note.strip(),
            division=settings.CITY_DIVISION,
            is_demo=by.is_demo,
        )
