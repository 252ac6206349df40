"""Duties towards the ministry (部级报送义务) and what was filed for each period."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.programme.models.shared import PlanRow


class ExternalDuty(PlanRow):
    """A duty the ministry sets: quarterly progress, yearly report, evaluation, the length of the pilot (建市函〔2022〕82号)."""

    class Frequency(models.TextChoices):
        QUARTERLY = "quarterly", _("每季度")
        YEARLY = "yearly", _("每年")
        PERIODIC = "periodic", _("由部通知")
        ONCE = "once", _("一次")

    code = models.CharField(_("编号"), max_length=4, unique=True)
    name = models.CharField(_("义务"), max_length=80)
    rule = models.TextField(_("要求"))
    source = models.TextField(_("来源"))
    frequency = models.CharField(_("频率"), max_length=12, choices=Frequency.choices)
    due_on = models.DateField(_("止日"), null=True, blank=True)
    note = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = _("部级义务")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@keeps_history()
class DutyFiling(Scoped):
    """That a duty was met for one period (2026Q3, 2026): when, under what number, with what note."""

    duty = models.ForeignKey(ExternalDuty, verbose_name=_("义务"), on_delete=models.PROTECT, related_name="filings")
    period = models.CharField(_("期"), max_length=8)
    filed_on = models.DateField(_("报送日期"))
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    note = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = _("报送记录")
        constraints = [models.UniqueConstraint(fields=["duty", "period", "is_demo"], name="duty_filed_once")]

    def __str__(self) -> str:
        return f"{self.duty.code} {self.period}"
