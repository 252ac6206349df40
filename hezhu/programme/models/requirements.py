"""Requirements (任务要求) of the plan's annex, the units bound by them, and the three phases."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import Unit
from hezhu.core.history import keeps_history
from hezhu.programme.models.shared import PlanRow
from hezhu.programme.models.targets import Target


class Phase(PlanRow):
    """One phase of the pilot (试点实施计划). P2 and P3 share June 2025: the plan says so."""

    code = models.CharField(_("编号"), max_length=4, unique=True)
    name = models.CharField(_("阶段"), max_length=40)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    source_line = models.PositiveSmallIntegerField(_("原文行号"))
    note = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = _("试点阶段")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


@keeps_history()
class Requirement(PlanRow):
    """One requirement of the annex: 33 of them under 32 numbers. ``text``, ``due_text``, ``units_text`` are its own words.

    ``body_lines`` are line numbers of the plan from 1, ``body_texts`` those lines; ``body_units_text`` is the bracket that binds
    the units there. The first unit named leads (列第一位的为牵头单位).
    """

    code = models.CharField(_("编码"), max_length=10, unique=True)
    seq = models.PositiveSmallIntegerField(_("序号"))
    sub = models.PositiveSmallIntegerField(_("分号"), null=True, blank=True)
    category = models.CharField(_("类别"), max_length=60)
    category_order = models.PositiveSmallIntegerField(_("类别序"))
    text = models.TextField(_("任务要求"))
    due_year = models.PositiveSmallIntegerField(_("完成年份"), null=True, blank=True)
    is_annual = models.BooleanField(_("每年"), default=False)
    due_text = models.CharField(_("完成时间"), max_length=20)
    lead_unit = models.ForeignKey(Unit, verbose_name=_("牵头单位"), on_delete=models.PROTECT, related_name="requirements_led")
    units = models.ManyToManyField(Unit, through="RequirementUnit", related_name="requirements")
    units_text = models.TextField(_("责任单位"))
    source_line = models.PositiveSmallIntegerField(_("附件行号"))
    row_first_line = models.PositiveSmallIntegerField(_("附件首行"))
    row_last_line = models.PositiveSmallIntegerField(_("附件末行"))
    body_section = models.CharField(_("正文章节"), max_length=60, blank=True)
    body_lines = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("正文行号"), default=list)
    body_texts = ArrayField(models.TextField(), verbose_name=_("正文"), default=list)
    body_units_text = models.TextField(_("正文责任单位"), blank=True)
    discrepancies = ArrayField(models.TextField(), verbose_name=_("原文差异"), default=list, blank=True)
    target_refs = ArrayField(models.CharField(max_length=8), verbose_name=_("对应目标"), default=list, blank=True)

    class Meta:
        verbose_name = _("任务要求")
        verbose_name_plural = _("任务要求")
        ordering = ["seq", "sub"]

    def __str__(self) -> str:
        return f"{self.code} {self.text[:24]}"

    @property
    def number(self) -> str:
        """The annex's number as officials quote it: 31, or 2-1 where one number holds two requirements."""
        return f"{self.seq}-{self.sub}" if self.sub else str(self.seq)

    def targets(self) -> QuerySet[Target]:
        return Target.objects.filter(code__in=self.target_refs)


class RequirementUnit(models.Model):
    """A unit bound by a requirement: as lead, co-unit or data provider of the annex, or only by the body's bracket."""

    class Role(models.TextChoices):
        LEAD = "lead", _("牵头")
        CO = "co", _("配合")
        DATA = "data", _("数据提供单位")
        BODY = "body", _("仅正文列名")
        COUNTY = "county", _("县（市、区）政府")

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="bindings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="bindings")
    role = models.CharField(_("角色"), max_length=10, choices=Role.choices)
    position = models.PositiveSmallIntegerField(_("序"), default=0)

    class Meta:
        verbose_name = _("责任单位")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["requirement", "unit"], name="unit_bound_once")]

    def __str__(self) -> str:
        return f"{self.requirement.code} {self.unit} {self.role}"
