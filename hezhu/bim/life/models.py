"""A model version (模型版本): one file of one discipline at one stage of a project, and what was made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hezhu.bim.life.kinds import Discipline, Stage, Status
from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.registers.projects.models import PARTIES

if TYPE_CHECKING:
    from hezhu.core.access.models import User


def _made_file() -> models.ForeignKey:
    return models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+", null=True, editable=False)


@keeps_history(exclude=["facts"])
class ModelVersion(Scoped):
    """One version of a model. ``number`` counts within project, building, stage and discipline; a version's file never changes.

    Made from the file by a job: ``viewer_file`` (fragments), ``content_file`` (storeys and property panels, ``bim.inspection``),
    ``tables_file`` (``engines.ifc.tables.store``), ``prints_file`` (``engines.ifc.compare``), ``facts`` (units, placement, extent)
    and ``warnings`` ([{code, …}], worded by ``life.warnings``).
    """

    Stage = Stage
    Discipline = Discipline
    Status = Status

    project = models.ForeignKey(
        "projects.Project", verbose_name=_("项目"), on_delete=models.PROTECT, related_name="model_versions"
    )
    building = models.ForeignKey(
        "projects.UnitBuilding",
        verbose_name=_("单体建筑"),
        on_delete=models.PROTECT,
        related_name="model_versions",
        null=True,
        blank=True,
    )
    stage = models.CharField(_("阶段"), max_length=20, choices=Stage.choices)
    discipline = models.CharField(_("专业"), max_length=12, choices=Discipline.choices, default=Discipline.ARCHITECTURE)
    number = models.PositiveIntegerField(_("版本"))
    purpose = models.CharField(_("用途"), max_length=120, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices, default=Status.WIP)
    superseded_by = models.ForeignKey(
        "self", verbose_name=_("被取代于"), on_delete=models.PROTECT, related_name="supersedes", null=True, editable=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("作者"), on_delete=models.PROTECT, related_name="model_versions"
    )
    unit = models.ForeignKey("access.Unit", verbose_name=_("单位"), on_delete=models.PROTECT, related_name="model_versions")
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    published_at = models.DateTimeField(_("出版时间"), null=True, editable=False)

    model_file = models.ForeignKey(
        "files.Attachment", verbose_name=_("模型文件"), on_delete=models.PROTECT, related_name="model_versions"
    )
    viewer_file = _made_file()
    content_file = _made_file()
    tables_file = _made_file()
    prints_file = _made_file()
    viewer_failed = models.BooleanField(default=False, editable=False)
    facts = models.JSONField(default=dict, editable=False)
    warnings = models.JSONField(_("提醒"), default=list, editable=False)
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, related_name="+", null=True, editable=False)
    prepared_at = models.DateTimeField(_("整理完成"), null=True, editable=False)
    failure = models.TextField(_("整理未完成的原因"), blank=True, editable=False)

    unit_paths: ClassVar[tuple[str, ...]] = ("unit", *(f"project__{party}" for party in PARTIES))

    class Meta:
        verbose_name = _("模型版本")
        verbose_name_plural = _("模型版本")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["project", "building", "stage", "discipline", "number"],
                name="model_version_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["project", "building", "stage", "discipline"],
                condition=Q(status=Status.PUBLISHED),
                name="model_published_once",
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["project", "stage", "discipline", "-number"])]

    def __str__(self) -> str:
        where = f"{self.building.code} " if self.building else ""
        return f"{where}{self.get_stage_display()} {self.get_discipline_display()} V{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("life:version", args=[self.pk])

    @property
    def is_preparing(self) -> bool:
        """A job of its own is making what is shown of it."""
        return self.prepared_at is None and self.job is not None and self.job.is_active

    @property
    def trouble(self) -> str:
        """Why it was not prepared; empty when there is nothing to say."""
        if self.prepared_at is not None or self.is_preparing:
            return ""
        if self.failure or self.job is None:
            return self.failure
        return self.job.error_message or str(self.job.get_state_display())

    @classmethod
    def scope_of(cls, user: User) -> Q:
        """Work in progress is its own unit's; a review body sees the versions it reviews."""
        from hezhu.bim.models import ReviewCase

        reviewed = ReviewCase.objects.filter(review_body=user.unit_id).values("model_version")
        return (super().scope_of(user) | Q(pk__in=reviewed)) & (~Q(status=Status.WIP) | Q(unit=user.unit_id))


@keeps_history()
class Promise(models.Model):
    """What a review asked for, looked at again in the review of the completed building (``life.promises``).

    Either a ``finding`` of a review of drawings, or a ``condition`` under which a ``document`` (审查合格书, BIM报建意见书) was issued.
    ``verdict`` is what the machine found, ``said`` what a person settled, which has the last word.
    """

    class Verdict(models.TextChoices):
        KEPT = "kept", _("已兑现")
        BROKEN = "broken", _("没有兑现")
        UNKNOWN = "unknown", _("不能判断")

    case = models.ForeignKey("bim.ReviewCase", on_delete=models.CASCADE, related_name="promises")
    finding = models.ForeignKey("bim.CaseFinding", on_delete=models.CASCADE, related_name="promises", null=True)
    document = models.ForeignKey("cases.CaseDocument", on_delete=models.CASCADE, related_name="promises", null=True)
    condition = models.TextField(_("附加条件"), blank=True)
    evidence = models.ForeignKey("bim.CaseFinding", on_delete=models.SET_NULL, related_name="+", null=True)
    verdict = models.CharField(_("机审"), max_length=8, choices=Verdict.choices)
    why = models.CharField(_("依据"), max_length=200, blank=True)
    said = models.CharField(_("认定"), max_length=8, choices=Verdict.choices, blank=True)
    opinion = models.TextField(_("意见"), blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("认定人"), on_delete=models.PROTECT, related_name="+", null=True
    )
    said_at = models.DateTimeField(_("认定时间"), null=True)

    class Meta:
        verbose_name = _("审查承诺")
        verbose_name_plural = _("审查承诺")
        ordering: ClassVar[list[str]] = ["finding_id", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "finding"], name="promise_once"),
            # By its digest: a condition may be longer than an index takes.
            models.UniqueConstraint("case", "document", MD5("condition"), name="promise_condition_once"),
            models.CheckConstraint(
                condition=models.Q(finding=None, document__isnull=False) | models.Q(finding__isnull=False, document=None),
                name="promise_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.finding_id or self.condition}"

    @property
    def stands(self) -> str:
        """The person's word, else the machine's."""
        return self.said or self.verdict

    @property
    def stands_label(self) -> str:
        return str(self.Verdict(self.stands).label)
