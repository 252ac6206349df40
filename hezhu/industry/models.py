"""Cultivation of the industry: policies (政策工具箱) and events (论坛、观摩会)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import Unit
from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.core.register.lineage import Lineage
from hezhu.core.register.search import filter_indexes, grams_column, grams_index


@keeps_history(exclude=["search_grams"])
class Policy(Lineage, Scoped):
    """A policy document of the tool box (plan L15, L16, L29)."""

    class Category(models.TextChoices):
        """The kinds plan L16 names."""

        LAND = "land", _("土地规划")
        CONSTRUCTION = "construction", _("工程建设")
        SCIENCE = "science", _("科技创新")
        FINANCE = "finance", _("财税金融")
        TALENT = "talent", _("人才培养")
        GENERAL = "general", _("综合")

    title = models.CharField(_("文件名称"), max_length=200)
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    category = models.CharField(_("类别"), max_length=20, choices=Category.choices, default=Category.GENERAL)
    issuer = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("发文单位"), related_name="+")
    issued_on = models.DateField(_("印发日期"), null=True, blank=True)
    effective_from = models.DateField(_("施行日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    requirement = models.CharField(_("对应任务"), max_length=10, blank=True, help_text=_("任务编号，如 JX-03"))
    summary = models.TextField(_("要点"), blank=True)
    search_grams = grams_column("title", "document_number")

    public_to_signed_in: ClassVar[bool] = True

    class Meta:
        verbose_name = _("政策文件")
        verbose_name_plural = _("政策文件")
        constraints = [models.UniqueConstraint(fields=["title", "issuer", "is_demo"], name="policy_title_once")]
        indexes = [grams_index("policy_grams"), *filter_indexes("policy", "title", "division", "category", "issued_on")]

    def __str__(self) -> str:
        return self.title


@keeps_history(exclude=["search_grams"])
class Event(Lineage, Scoped):
    """A forum, an observation meeting or an open day (plan L62; target T14)."""

    class Kind(models.TextChoices):
        FORUM = "forum", _("论坛")
        OBSERVATION = "observation", _("项目现场观摩会")
        TRAINING = "training", _("培训")
        OPEN_DAY = "open_day", _("项目开放日")
        PUBLICITY = "publicity", _("专题宣传")

    title = models.CharField(_("活动名称"), max_length=200)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    host = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("主办单位"), related_name="+")
    held_on = models.DateField(_("举办日期"))
    place = models.CharField(_("地点"), max_length=120, blank=True)
    attendees = models.PositiveIntegerField(_("参加人数"), null=True, blank=True)
    summary = models.TextField(_("情况"), blank=True)
    search_grams = grams_column("title", "place")

    public_to_signed_in: ClassVar[bool] = True

    class Meta:
        verbose_name = _("活动")
        verbose_name_plural = _("活动")
        constraints = [models.UniqueConstraint(fields=["title", "held_on", "is_demo"], name="event_once")]
        indexes = [grams_index("event_grams"), *filter_indexes("event", "title", "division", "kind", "held_on")]

    def __str__(self) -> str:
        return self.title
