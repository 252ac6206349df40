"""The working-day calendar: what the State Council's yearly notice changes against Monday to Friday."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.core.history import keeps_history


@keeps_history()
class CalendarYear(models.Model):
    """A year whose holiday notice (国务院办公厅关于部分节假日安排的通知) is in the calendar. Other years count Monday to Friday, 待确认."""

    year = models.PositiveSmallIntegerField(_("年份"), primary_key=True)
    source = models.CharField(_("来源"), max_length=200)

    class Meta:
        verbose_name = _("日历年份")
        verbose_name_plural = _("日历年份")
        ordering: ClassVar[list[str]] = ["year"]

    def __str__(self) -> str:
        return str(self.year)


@keeps_history()
class WorkingDay(models.Model):
    """A day that departs from Monday to Friday: a holiday on a weekday, or a weekend day worked in lieu (调休)."""

    date = models.DateField(_("日期"), unique=True)
    is_working = models.BooleanField(_("上班"))
    note = models.CharField(_("说明"), max_length=60, blank=True)
    source = models.CharField(_("来源"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("工作日调整")
        verbose_name_plural = _("工作日调整")
        ordering: ClassVar[list[str]] = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"
