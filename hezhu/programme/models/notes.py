"""Notes on the plan's own inconsistencies (原文差异), kept instead of silently mended."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.programme.models.shared import PlanRow


class SeedNote(PlanRow):
    """Where the plan contradicts itself, names a unit by an alias or leaves one out of the annex, and what is done about it."""

    class Kind(models.TextChoices):
        INCONSISTENCY = "inconsistency", _("前后不一")
        ALIAS = "alias", _("别名")
        MISSING_UNIT = "missing_unit", _("附件缺单位")
        BODY_ONLY = "body_only", _("仅正文有")

    code = models.CharField(_("编号"), max_length=20, unique=True)
    position = models.PositiveSmallIntegerField(_("序"))
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    text = models.TextField(_("内容"))
    treatment = models.TextField(_("处理"), blank=True)
    requirement_codes = ArrayField(models.CharField(max_length=10), verbose_name=_("涉及任务"), default=list, blank=True)

    class Meta:
        verbose_name = _("原文差异")
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code} {self.text[:24]}"
