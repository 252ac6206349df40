"""信用库: good, bad and basic credit information of firms and people, and the scores a city gives.

Periods of publication and score bands are data: ``rulepacks/credit.yaml`` (to be confirmed).
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.core.register.lineage import Lineage
from hezhu.core.register.search import filter_indexes, grams_column, grams_index
from hezhu.registers.credit.rules import months_after, rules
from hezhu.registers.documents.models import Document
from hezhu.registers.enterprises.models import Enterprise
from hezhu.registers.people.models import Person
from hezhu.registers.projects.models import Project


@keeps_history(exclude=["search_grams"])
class CreditRecord(Lineage, Scoped):
    """One piece of credit information about a firm or a person, with the document it stands on and how long it is public.

    建筑市场信用管理暂行办法 (建市〔2017〕241号): basic, good and bad information; articles from memory, to be confirmed.
    """

    class Kind(models.TextChoices):
        BASIC = "basic", _("基本信息")
        GOOD = "good", _("优良信用")
        BAD = "bad", _("不良信用")
        BLACKLIST = "blacklist", _("黑名单")

    class Category(models.TextChoices):
        AWARD = "award", _("表彰奖励")
        CONTRIBUTION = "contribution", _("其他优良行为")
        PENALTY = "penalty", _("行政处罚")
        CRITICISM = "criticism", _("通报批评")
        JUDGEMENT = "judgement", _("司法裁判")
        WAGES = "wages", _("拖欠工资")
        ACCIDENT = "accident", _("质量安全事故")
        BIDDING = "bidding", _("串标、出借资质等")
        OTHER = "other", _("其他")

    number = models.CharField(_("信用信息编号"), max_length=60)
    name = models.CharField(_("事由"), max_length=200)
    kind = models.CharField(_("信用类别"), max_length=10, choices=Kind.choices)
    category = models.CharField(_("行为类别"), max_length=16, choices=Category.choices, default=Category.OTHER)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, verbose_name=_("企业"), null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("人员"), null=True, blank=True, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, verbose_name=_("项目"), null=True, blank=True, related_name="+")
    decision_number = models.CharField(_("决定书文号"), max_length=80, blank=True)
    authority = models.CharField(_("认定部门"), max_length=120, blank=True)
    decided_on = models.DateField(_("认定日期"))
    fact = models.TextField(_("事实与依据"), blank=True)
    score_change = models.DecimalField(_("加减分"), max_digits=5, decimal_places=1, null=True, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, verbose_name=_("来源文书"), null=True, blank=True, related_name="+")
    published_on = models.DateField(_("公开日期"), null=True, blank=True)
    publish_until = models.DateField(_("公开期限至"), null=True, blank=True)
    repaired_on = models.DateField(_("信用修复日期"), null=True, blank=True)
    revoked_on = models.DateField(_("撤销日期"), null=True, blank=True)
    search_grams = grams_column("name", "number", "decision_number")

    unit_paths: ClassVar[tuple[str, ...]] = ("enterprise__unit", "person__employer__unit")

    class Meta:
        verbose_name = _("信用记录")
        verbose_name_plural = _("信用记录")
        constraints = [
            models.UniqueConstraint(fields=["number", "is_demo"], name="credit_record_once"),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False, person__isnull=True) | Q(enterprise__isnull=True, person__isnull=False),
                name="credit_of_one_subject",
            ),
        ]
        indexes = [
            grams_index("credit_grams"),
            *filter_indexes("credit", "division", "kind", "category", "decided_on", "publish_until"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """One subject; a period within the rule. Good information gets the rule's period where none was given."""
        if (self.enterprise is None) == (self.person is None):
            raise ValidationError({"enterprise": _("填企业或人员，只填一个")})
        if self.published_on and not self.publish_until:
            self.publish_until = self.default_end(self.published_on)
        if self.published_on and self.publish_until and self.publish_until < self.published_on:
            raise ValidationError({"publish_until": _("公开期限早于公开日期")})

    def default_end(self, published: date) -> date | None:
        """The end that the rule itself gives: three years for good information; for bad the deciding body sets it within a range."""
        return months_after(published, rules().good_months) if self.kind == self.Kind.GOOD else None


@keeps_history()
class CreditScore(Lineage, Scoped):
    """A firm's score in one sector for one month; the band is read from the rule in force."""

    class Sector(models.TextChoices):
        HOUSING = "housing", _("房屋建筑")
        MUNICIPAL = "municipal", _("市政")
        DESIGN = "design", _("勘察设计")
        SUPERVISION = "supervision", _("监理")
        COMPONENTS = "components", _("构件")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, verbose_name=_("企业"), related_name="+")
    sector = models.CharField(_("评价类别"), max_length=12, choices=Sector.choices)
    month = models.DateField(_("评价月份"), help_text=_("当月第一天"))
    score = models.DecimalField(_("信用分"), max_digits=6, decimal_places=2)
    evaluated_by = models.CharField(_("评价机构"), max_length=120, blank=True)

    unit_paths: ClassVar[tuple[str, ...]] = ("enterprise__unit",)

    class Meta:
        verbose_name = _("信用评价")
        verbose_name_plural = _("信用评价")
        constraints = [models.UniqueConstraint(fields=["enterprise", "sector", "month"], name="credit_score_once")]
        indexes = filter_indexes("creditscore", "division", "sector", "month", "score")

    def __str__(self) -> str:
        return f"{self.enterprise} {self.month:%Y-%m}"
