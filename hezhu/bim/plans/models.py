"""Planning conditions of a project, an application for plan approval, and each version of it that was submitted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.registers.projects.models import PARTIES

SHARE = [MinValueValidator(0), MaxValueValidator(1)]


def _share(label: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=5, decimal_places=4, null=True, blank=True, validators=SHARE)


def _number(label: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=9, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)])


@keeps_history()
class PlanConditions(Scoped):
    """规划条件: what the planning authority fixed for a project. An empty figure leaves the city's regulation in force. Shares are 0 to 1."""

    class Zone(models.TextChoices):
        NEW_TOWN = "new_town", _("新区")
        OLD_TOWN = "old_town", _("旧城区")

    project = models.OneToOneField(
        "projects.Project", verbose_name=_("项目"), on_delete=models.PROTECT, related_name="plan_conditions"
    )
    document = models.CharField(_("规划条件文号"), max_length=80)
    zone = models.CharField(_("区位"), max_length=10, choices=Zone.choices, blank=True)
    use = models.CharField(_("用地性质"), max_length=40, blank=True)
    far_min = _number(_("容积率下限"))
    far_max = _number(_("容积率上限"))
    density_max = _share(_("建筑密度上限"))
    green_ratio_min = _share(_("绿地率下限"))
    height_max_m = _number(_("建筑高度上限（m）"))
    storeys_max = _number(_("层数上限"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("录入人"), on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("录入时间"), auto_now=True)

    unit_paths: ClassVar[tuple[str, ...]] = tuple(f"project__{party}" for party in PARTIES)
    FIGURES: ClassVar[tuple[str, ...]] = ("far_min", "far_max", "density_max", "green_ratio_min", "height_max_m", "storeys_max")

    class Meta:
        verbose_name = _("规划条件")
        verbose_name_plural = _("规划条件")

    def __str__(self) -> str:
        return self.document

    def as_data(self) -> dict[str, Any]:
        """As the planning engine reads it."""
        words = {"document": self.document, "zone": self.zone, "use": self.use}
        figures = {name: float(value) for name in self.FIGURES if (value := getattr(self, name)) is not None}
        return {**{name: word for name, word in words.items() if word}, **figures}


class PlanApplication(models.Model):
    """What a BIM报建 case is about. ``judged_on`` decides which rules are in force."""

    case = models.OneToOneField("cases.Case", verbose_name=_("办件"), on_delete=models.CASCADE, related_name="plan")
    project = models.ForeignKey(
        "projects.Project", verbose_name=_("项目"), on_delete=models.PROTECT, related_name="plan_applications"
    )
    judged_on = models.DateField(_("适用日期"))
    pack = models.CharField(_("规划规则包"), max_length=60)

    class Meta:
        verbose_name = _("BIM报建申请")
        verbose_name_plural = _("BIM报建申请")

    def __str__(self) -> str:
        return str(self.project)

    @property
    def latest(self) -> PlanVersion | None:
        """The version under examination."""
        return self.versions.order_by("-number").first()


class PlanVersion(models.Model):
    """One submitted version: its files, what the applicant declared, and what the machine measured.

    ``figures`` and ``findings`` are as the planning engine gives them; ``declared`` holds the applicant's own figures.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        CHECKING = "checking", _("机审中")
        DONE = "done", _("机审完成")
        FAILED = "failed", _("机审未完成")

    application = models.ForeignKey(PlanApplication, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    site_model = models.ForeignKey(
        "files.Attachment", verbose_name=_("总图模型"), on_delete=models.PROTECT, related_name="plan_versions"
    )
    building_models = models.ManyToManyField(
        "files.Attachment", verbose_name=_("单体模型"), related_name="plan_buildings", blank=True
    )
    declared = models.JSONField(_("申报指标"), default=dict)
    conditions = models.JSONField(_("规划条件"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.QUEUED)
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, related_name="+", null=True)
    failure = models.TextField(_("未完成原因"), blank=True)
    summary = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    figures = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    drawing = models.TextField(blank=True)
    reports = models.ManyToManyField("files.Attachment", related_name="plan_reports", blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("提交人"), on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(_("提交时间"), auto_now_add=True)
    checked_at = models.DateTimeField(_("机审完成"), null=True)

    class Meta:
        verbose_name = _("报建版本")
        verbose_name_plural = _("报建版本")
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["application", "number"], name="plan_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.application_id} v{self.number}"

    @property
    def is_running(self) -> bool:
        """Waiting for the machine, and the machine has not given up."""
        return self.state in (self.State.QUEUED, self.State.CHECKING) and (self.job is None or self.job.is_active)

    @property
    def failed(self) -> bool:
        return self.state != self.State.DONE and not self.is_running
