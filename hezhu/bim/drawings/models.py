"""BIM审图: the expert pool, a review with its rounds, draws by lot, opinions on findings, replies, and what went to the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.bim.life.kinds import Discipline
from hezhu.core.access.scoping import OFFICES, Scoped
from hezhu.core.history import keeps_history

if TYPE_CHECKING:
    from hezhu.core.access.models import User


@keeps_history()
class Expert(Scoped):
    """A person of the expert pool (审图专家库): what they may review, until when, and whom they keep clear of.

    ``conflict_units`` and ``conflict_projects`` are the declared conflict list; the expert's own unit always counts.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, verbose_name=_("账号"), on_delete=models.PROTECT, related_name="expert")
    disciplines = ArrayField(models.CharField(max_length=12, choices=Discipline.choices), verbose_name=_("专业"))
    title = models.CharField(_("职称"), max_length=60, blank=True)
    registration = models.CharField(_("注册证书"), max_length=80, blank=True)
    active = models.BooleanField(_("在聘"), default=True)
    appointed_until = models.DateField(_("聘期至"), null=True, blank=True)
    conflict_units = models.ManyToManyField(
        "access.Unit", verbose_name=_("回避单位"), related_name="avoided_by_experts", blank=True
    )
    conflict_projects = models.ManyToManyField(
        "projects.Project", verbose_name=_("回避项目"), related_name="avoided_by_experts", blank=True
    )
    note = models.CharField(_("备注"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("审图专家")
        verbose_name_plural = _("审图专家")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    def scope_of(cls, user: User) -> Q:
        """The whole city draws from one pool: offices and review bodies see it, an expert sees their own row."""
        return Q() if user.role in OFFICES or user.may("experts.view") else Q(user=user.pk)

    @property
    def serves(self) -> bool:
        """Appointed today."""
        return self.active and (self.appointed_until is None or self.appointed_until >= timezone.localdate())

    @property
    def discipline_labels(self) -> str:
        return "、".join(str(Discipline(value).label) for value in self.disciplines)


@keeps_history()
class DrawingReview(models.Model):
    """What a case of BIM审图 is about. ``lead`` is the review body's person in charge (项目负责人)."""

    case = models.OneToOneField("cases.Case", on_delete=models.CASCADE, related_name="drawings")
    project = models.ForeignKey(
        "projects.Project", verbose_name=_("项目"), on_delete=models.PROTECT, related_name="drawing_reviews"
    )
    review_body = models.ForeignKey(
        "access.Unit", verbose_name=_("审图机构"), on_delete=models.PROTECT, related_name="drawing_reviews"
    )
    buildings = models.ManyToManyField("projects.UnitBuilding", verbose_name=_("单体"), related_name="drawing_reviews")
    judged_on = models.DateField(_("适用日期"))
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("项目负责人"), on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        verbose_name = _("BIM审图")
        verbose_name_plural = _("BIM审图")

    def __str__(self) -> str:
        return f"{self.case_id} {self.project_id}"

    @property
    def latest(self) -> DrawingRound | None:
        return self.rounds.order_by("-number").first()


class DrawingRound(models.Model):
    """One submission of models (第几轮). A discipline that was not submitted again keeps the model of an earlier round."""

    review = models.ForeignKey(DrawingReview, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveIntegerField(_("轮次"))
    note = models.TextField(_("说明"), blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("提交人"), on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(_("提交时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("审图轮次")
        verbose_name_plural = _("审图轮次")
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["review", "number"], name="drawing_round_once")
        ]

    def __str__(self) -> str:
        return f"{self.review_id} R{self.number}"


class ClashCheck(models.Model):
    """The disciplines of one building held against each other in a round (``drawings.clashing``)."""

    class State(models.TextChoices):
        QUEUED = "queued", _("检查中")
        DONE = "done", _("已检查")
        FAILED = "failed", _("未完成")

    round = models.ForeignKey(DrawingRound, on_delete=models.CASCADE, related_name="clash_checks")
    building = models.ForeignKey("projects.UnitBuilding", on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    count = models.PositiveIntegerField(_("碰撞"), default=0)
    failure = models.TextField(_("未完成原因"), blank=True)
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, related_name="+", null=True)

    class Meta:
        verbose_name = _("碰撞检查")
        verbose_name_plural = _("碰撞检查")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "building"], name="clash_check_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.building_id}"

    @property
    def is_running(self) -> bool:
        return self.state == self.State.QUEUED and (self.job is None or self.job.is_active)


class Draw(models.Model):
    """One draw by lot, written once: seed, pool, who was excluded and why, who was drawn. ``lot.draw`` gives the same again."""

    review = models.ForeignKey(DrawingReview, on_delete=models.CASCADE, related_name="draws")
    discipline = models.CharField(_("专业"), max_length=12, choices=Discipline.choices)
    count = models.PositiveSmallIntegerField(_("抽取人数"))
    seed = models.CharField(_("随机种子"), max_length=32)
    pool = models.JSONField(_("候选人"), default=list)
    excluded = models.JSONField(_("回避与排除"), default=list)
    drawn = models.JSONField(_("抽中"), default=list)
    reason = models.CharField(_("抽取事由"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("抽取人"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("抽取时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("专家抽取")
        verbose_name_plural = _("专家抽取")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.review_id} {self.discipline}"


@keeps_history()
class Assignment(models.Model):
    """An expert at work on one discipline of a review."""

    class State(models.TextChoices):
        WORKING = "working", _("审查中")
        DONE = "done", _("已完成")
        DECLINED = "declined", _("已请辞")
        ENDED = "ended", _("已终止")

    review = models.ForeignKey(DrawingReview, on_delete=models.CASCADE, related_name="assignments")
    expert = models.ForeignKey(Expert, verbose_name=_("专家"), on_delete=models.PROTECT, related_name="assignments")
    discipline = models.CharField(_("专业"), max_length=12, choices=Discipline.choices)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="assignments")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WORKING)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = _("专家任务")
        verbose_name_plural = _("专家任务")
        ordering: ClassVar[list[str]] = ["discipline", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "expert", "discipline"],
                condition=Q(state__in=["working", "done"]),
                name="drawing_assignment_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.expert} {self.discipline}"

    @property
    def stands(self) -> bool:
        return self.state in (self.State.WORKING, self.State.DONE)


@keeps_history()
class FindingOpinion(models.Model):
    """What one expert says of one finding. Nobody's opinion touches another's; the review body's conclusion stands on the finding."""

    finding = models.ForeignKey("bim.CaseFinding", on_delete=models.CASCADE, related_name="opinions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("专家"), on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(_("意见"), max_length=16)
    severity = models.CharField(_("降为"), max_length=10, blank=True)
    text = models.TextField(_("理由"), blank=True)
    at = models.DateTimeField(_("时间"), auto_now=True)

    class Meta:
        verbose_name = _("专家意见")
        verbose_name_plural = _("专家意见")
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["finding", "by"], name="finding_opinion_once")
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.decision}"

    @property
    def label(self) -> str:
        from hezhu.bim.models import CaseFinding

        return str(CaseFinding.Decision(self.decision).label)

    @property
    def severity_label(self) -> str:
        from hezhu.bim.models import CaseFinding

        return str(CaseFinding.SeverityChoice(self.severity).label) if self.severity else ""


class FindingReply(models.Model):
    """What the designer answers to a finding that stands. Written once; a second reply is a second row."""

    class Kind(models.TextChoices):
        FIXED = "fixed", _("已修改")
        EXPLAINED = "explained", _("说明理由，不修改")

    finding = models.ForeignKey("bim.CaseFinding", on_delete=models.CASCADE, related_name="replies")
    kind = models.CharField(_("回复"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("说明"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("回复人"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("设计回复")
        verbose_name_plural = _("设计回复")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.text[:40]


@keeps_history()
class ArchiveDeposit(models.Model):
    """A file that a certified review owes the 图档库, kept from removal until the library takes it over (``drawings.archive``)."""

    class Kind(models.TextChoices):
        MODEL = "model", _("审定模型")
        REPORT = "report", _("机审报告")
        CERTIFICATE = "certificate", _("合格书")

    review = models.ForeignKey(DrawingReview, on_delete=models.PROTECT, related_name="deposits")
    document = models.ForeignKey("cases.CaseDocument", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("题名"), max_length=200)
    discipline = models.CharField(_("专业"), max_length=12, choices=Discipline.choices, blank=True)
    building = models.ForeignKey("projects.UnitBuilding", on_delete=models.PROTECT, related_name="+", null=True)
    attachment = models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(_("归档时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("归档件")
        verbose_name_plural = _("归档件")
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "attachment"], name="archive_deposit_once")
        ]

    def __str__(self) -> str:
        return self.title


def review_url(review: DrawingReview) -> str:
    """The case page."""
    return reverse("cases:case", args=[review.case.number])


def facts_of(expert: Expert) -> dict[str, Any]:
    """How an expert is written into a draw: enough to read it years later."""
    return {"id": expert.pk, "name": str(expert.user), "unit": expert.user.unit.name, "title": expert.title}
