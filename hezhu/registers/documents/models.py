"""图档库: drawings, models and documents with version, stage, archive class and retention; the content lies in the file store."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import Scoped
from hezhu.core.files.models import Attachment
from hezhu.core.history import keeps_history
from hezhu.core.register.fields import CodeListField
from hezhu.core.register.lineage import Lineage
from hezhu.core.register.search import filter_indexes, grams_column, grams_index
from hezhu.registers.enterprises.models import Enterprise
from hezhu.registers.projects.models import PARTIES, Project, UnitBuilding


@keeps_history(exclude=["search_grams"])
class Document(Lineage, Scoped):
    """One version of one document. ``number`` names the document, ``version`` its version; at most one version is current.

    Stages and disciplines are those of the models under review, so that a drawing and its model stand side by side.
    """

    class Kind(models.TextChoices):
        DRAWING = "drawing", _("图纸")
        MODEL = "model", _("模型")
        CERTIFICATE = "certificate", _("证照")
        OPINION = "opinion", _("审查意见")
        CONTRACT = "contract", _("合同")
        REPORT = "report", _("报告")
        RECORD = "record", _("记录")
        MEDIA = "media", _("影像")
        DECISION = "decision", _("决定书")
        OTHER = "other", _("其他文件")

    class Stage(models.TextChoices):
        APPROVAL = "approval", _("前期")
        SCHEME = "scheme", _("方案")
        PRELIMINARY = "preliminary", _("初设")
        CONSTRUCTION_DRAWING = "construction_drawing", _("施工图")
        DETAILING = "detailing", _("深化")
        CONSTRUCTION = "construction", _("施工")
        COMPLETION = "completion", _("竣工")

    class Discipline(models.TextChoices):
        SITE = "site", _("总图")
        ARCHITECTURE = "architecture", _("建筑")
        STRUCTURE = "structure", _("结构")
        PLUMBING = "plumbing", _("给排水")
        HVAC = "hvac", _("暖通")
        ELECTRICAL = "electrical", _("电气")
        PREFAB = "prefab", _("装配式")
        OTHER = "other", _("其他")

    class Retention(models.TextChoices):
        """保管期限 (GB/T 50328; from memory, to be confirmed)."""

        PERMANENT = "permanent", _("永久")
        LONG = "long", _("长期")
        SHORT = "short", _("短期")

    class State(models.TextChoices):
        CURRENT = "current", _("现行")
        SUPERSEDED = "superseded", _("已被替代")
        WITHDRAWN = "withdrawn", _("已作废")

    number = models.CharField(_("图档编号"), max_length=80)
    version = models.PositiveIntegerField(_("版本"), default=1)
    name = models.CharField(_("图档名称"), max_length=200)
    kind = models.CharField(_("图档类别"), max_length=20, choices=Kind.choices)
    state = models.CharField(_("版本状态"), max_length=12, choices=State.choices, default=State.CURRENT, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, verbose_name=_("项目"), null=True, blank=True, related_name="+")
    building = models.ForeignKey(
        UnitBuilding, models.PROTECT, verbose_name=_("单体建筑"), null=True, blank=True, related_name="+"
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, verbose_name=_("责任单位"), null=True, blank=True, related_name="+"
    )
    stage = models.CharField(_("阶段"), max_length=24, choices=Stage.choices, blank=True)
    discipline = models.CharField(_("专业"), max_length=16, choices=Discipline.choices, blank=True)
    archive_class = CodeListField(_("归档分类"), code_list="archive_class", blank=True)
    retention = models.CharField(_("保管期限"), max_length=12, choices=Retention.choices, default=Retention.LONG)
    dated_on = models.DateField(_("形成日期"), null=True, blank=True)
    origin = models.CharField(_("由何而来"), max_length=80, blank=True, help_text=_("如办件编号"))
    attachment = models.ForeignKey(
        Attachment, models.PROTECT, verbose_name=_("文件"), null=True, blank=True, related_name="+", editable=False
    )
    search_grams = grams_column("name", "number")

    unit_paths: ClassVar[tuple[str, ...]] = (*(f"project__{party}" for party in PARTIES), "enterprise__unit")

    class Meta:
        verbose_name = _("图档")
        verbose_name_plural = _("图档")
        constraints = [models.UniqueConstraint(fields=["number", "version", "is_demo"], name="document_once")]
        indexes = [
            grams_index("document_grams"),
            *filter_indexes("document", "division", "kind", "stage", "state", "dated_on"),
        ]

    def __str__(self) -> str:
        return self.name
