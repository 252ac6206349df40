"""The last number given out in each series."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Counter(models.Model):
    """One counter for each series, year and division; demonstration numbers (演示数据) count apart."""

    series = models.CharField(_("系列"), max_length=40)
    year = models.PositiveSmallIntegerField(_("年份"))
    division = models.CharField(_("行政区划"), max_length=6, blank=True)
    is_demo = models.BooleanField(_("演示数据"), default=False)
    last = models.PositiveIntegerField(_("末号"))

    class Meta:
        verbose_name = _("编号")
        verbose_name_plural = _("编号")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["series", "year", "division", "is_demo"], name="counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year} {self.division} {self.last}"
