"""A review case (审查件): one version of one model under review, its findings and what people said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hezhu.bim.life.kinds import Discipline
from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import Scoped
from hezhu.engines.findings import Severity, Verdict

if TYPE_CHECKING:
    from hezhu.core.access.models import User
    from hezhu.core.files.models import Attachment


class ReviewCase(Scoped):
    """One model version, submitted for review. ``number`` is printed on the opinion (BS-2026-0001).

    ``version`` counts the submissions of a building, stage and discipline; the model, and what was made from it, is
    ``model_version``'s.
    """

    class Stage(models.TextChoices):
        PLANNING = "planning", _("报建")
        DRAWINGS = "drawings", _("施工图")
        CHANGE = "change", _("设计变更")
        COMPLETION = "completion", _("竣工")

    class BuildingKind(models.TextChoices):
        DWELLING = "dwelling", _("住宅")
        PUBLIC = "public", _("公共建筑")
        UNKNOWN = "unknown", _("未定")

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        REVIEWING = "reviewing", _("机审中")
        AWAITING_DECISION = "awaiting_decision", _("待决")
        RETURNED = "returned", _("已退回")
        APPROVED = "approved", _("已通过")
        FAILED = "failed", _("机审未完成")
        WITHDRAWN = "withdrawn", _("已撤回")

    OPEN_STATES: ClassVar[tuple[str, ...]] = (State.QUEUED, State.REVIEWING, State.AWAITING_DECISION, State.FAILED)
    RUNNING_STATES: ClassVar[tuple[str, ...]] = (State.QUEUED, State.REVIEWING)

    number = models.CharField(_("审查编号"), max_length=20, unique=True)
    project = models.ForeignKey("projects.Project", verbose_name=_("项目"), on_delete=models.PROTECT, related_name="review_cases")
    building = models.ForeignKey(
        "projects.UnitBuilding",
        verbose_name=_("单体建筑"),
        on_delete=models.PROTECT,
        related_name="review_cases",
        null=True,
        blank=True,
    )
    stage = models.CharField(_("阶段"), max_length=12, choices=Stage.choices)
    discipline = models.CharField(_("专业"), max_length=12, choices=Discipline.choices, default=Discipline.ARCHITECTURE)
    version = models.PositiveIntegerField(_("版本"))
    building_kind = models.CharField(_("建筑类别"), max_length=10, choices=BuildingKind.choices)
    judged_on = models.DateField(_("适用日期"), help_text=_("按这一天有效的条文审查"))
    pack = models.CharField(_("规则包"), max_length=60)
    pack_version = models.CharField(_("规则包版本"), max_length=20, blank=True)
    profile = models.CharField(_("装配率评分表"), max_length=60)

    model_version = models.ForeignKey(
        "bim.ModelVersion", verbose_name=_("模型版本"), on_delete=models.PROTECT, related_name="cases"
    )
    requirement_files = models.ManyToManyField(
        "files.Attachment", verbose_name=_("IDS 信息交付要求"), related_name="requirements_of_cases", blank=True
    )
    quantity_sheet = models.ForeignKey(
        "files.Attachment",
        verbose_name=_("装配率填报表"),
        on_delete=models.PROTECT,
        related_name="quantities_of_cases",
        null=True,
        blank=True,
    )
    content_file = models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    reports = models.ManyToManyField("files.Attachment", related_name="reports_of_cases", blank=True, editable=False)

    round = models.ForeignKey(
        "bim.DrawingRound", verbose_name=_("审图轮次"), on_delete=models.PROTECT, related_name="cases", null=True, editable=False
    )

    state = models.CharField(_("状态"), max_length=20, choices=State.choices, default=State.QUEUED)
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, related_name="+", null=True, editable=False)
    summary = models.JSONField(_("机审摘要"), default=dict, editable=False)
    counts = models.JSONField(_("结论计数"), default=dict, editable=False)
    undecided = models.PositiveIntegerField(_("待决项"), default=0, editable=False)
    assembly = models.JSONField(_("装配率计算"), default=dict, editable=False)
    rate = models.JSONField(_("装配率"), default=dict, editable=False)
    predecessor = models.ForeignKey(
        "self", verbose_name=_("上一版"), on_delete=models.SET_NULL, related_name="successors", null=True, editable=False
    )
    carried = models.JSONField(_("与上一版相比"), default=dict, editable=False)
    failure_code = models.CharField(max_length=60, blank=True, editable=False)
    failure_message = models.TextField(_("未完成原因"), blank=True, editable=False)

    unit = models.ForeignKey("access.Unit", verbose_name=_("提交单位"), on_delete=models.PROTECT, related_name="submitted_cases")
    review_body = models.ForeignKey(
        "access.Unit", verbose_name=_("审图机构"), on_delete=models.PROTECT, related_name="assigned_cases", null=True, blank=True
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("提交人"), on_delete=models.PROTECT, related_name="submitted_cases"
    )
    submitted_at = models.DateTimeField(_("提交时间"), auto_now_add=True)
    reviewed_at = models.DateTimeField(_("机审完成"), null=True, editable=False)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("出具人"), on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    concluded_at = models.DateTimeField(_("出具时间"), null=True, editable=False)
    conclusion = models.TextField(_("审查意见"), blank=True, editable=False)

    unit_paths: ClassVar[tuple[str, ...]] = (
        "unit",
        "review_body",
        "project__owner",
        "project__designer",
        "project__contractor",
        "project__supervisor",
    )

    class Meta:
        verbose_name = _("BIM审查件")
        verbose_name_plural = _("BIM审查件")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "building", "stage", "discipline", "version"], name="case_version_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["state", "division"]), models.Index(fields=["-submitted_at"])]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def scope_of(cls, user: User) -> Q:
        """An expert sees the models of the drawing reviews they were drawn for; their unit's others only outside such reviews."""
        if user.role != Role.EXPERT:
            return super().scope_of(user)
        from hezhu.core.cases.models import CaseParty

        return Q(round__review__case__in=CaseParty.of(user).values("case")) | (Q(round=None) & super().scope_of(user))

    def get_absolute_url(self) -> str:
        return reverse("bim:case", args=[self.number])

    @property
    def is_running(self) -> bool:
        """Waiting for the machine, and the machine has not given up."""
        return self.state in self.RUNNING_STATES and not self.broke_off

    @property
    def broke_off(self) -> bool:
        """The job ended without saying so here: its worker died too often, or someone cancelled it while it waited."""
        return self.state in self.RUNNING_STATES and self.job is not None and not self.job.is_active

    @property
    def state_label(self) -> str:
        return str(self.State.FAILED.label) if self.broke_off else self.get_state_display()

    @property
    def failure(self) -> str:
        """Why there is no result, in words; empty when there is nothing to say."""
        if self.broke_off and self.job is not None:
            return self.job.error_message or str(self.job.get_state_display())
        return self.failure_message if self.state == self.State.FAILED else ""

    @property
    def evaluation_label(self) -> str:
        """What its assembly rate is: 预评价 before completion, 评价 after it (GB/T 51129-2017, 3.0.2)."""
        return str(_("评价（竣工）") if self.stage == self.Stage.COMPLETION else _("预评价"))

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES

    @property
    def model_file(self) -> Attachment:
        """The model as it was submitted."""
        return self.model_version.model_file

    @property
    def viewer_file(self) -> Attachment | None:
        """The model as the viewer reads it."""
        return self.model_version.viewer_file

    @property
    def viewer_failed(self) -> bool:
        """There is no three-dimensional view, and none is being made."""
        return self.model_version.viewer_failed

    @property
    def awaits_viewer_file(self) -> bool:
        """The findings are there and the three-dimensional view is still being made."""
        return self.state == self.State.AWAITING_DECISION and self.viewer_file is None and not self.viewer_failed

    def count_of(self, verdict: str) -> int:
        """How many findings carry ``verdict``, as counted when the review was stored."""
        return int(self.counts.get(verdict, 0))


class CaseFinding(models.Model):
    """One verdict of one rule on one element of a case, and what a person decided on it.

    ``key`` is the engine's key (rule and GlobalId), made unique within the case; a second run of the same case updates the
    row of the same key, so a decision stays with its subject. ``measured`` is {value, unit}, ``required`` {op, value,
    upper, unit}, ``shape`` {kind, points} in metres. A row that a later run no longer finds is kept as ``superseded`` when
    someone had decided or commented on it, and deleted otherwise.
    """

    class VerdictChoice(models.TextChoices):
        FAIL = Verdict.FAIL.value, _("不符合")
        MANUAL = Verdict.MANUAL.value, _("需人工")
        PASS = Verdict.PASS.value, _("符合")
        NOT_APPLICABLE = Verdict.NOT_APPLICABLE.value, _("不适用")

    class SeverityChoice(models.TextChoices):
        MANDATORY = Severity.MANDATORY.value, _("强制性条文")
        GENERAL = Severity.GENERAL.value, _("一般条文")
        ADVICE = Severity.ADVICE.value, _("模型建议")

    class Carry(models.TextChoices):
        """What became of a finding since the review before; see ``life.carrying``."""

        NONE = "", _("没有上一版")
        NEW = "new", _("新增")
        OPEN = "open", _("仍在")
        REOPENED = "reopened", _("重新出现")
        KEPT = "kept", _("沿用结论")

    class Decision(models.TextChoices):
        NONE = "", _("未决")
        CONFIRMED = "confirmed", _("确认不符合")
        REJECTED = "rejected", _("驳回此项")
        DOWNGRADED = "downgraded", _("降级")
        CHANGE_REQUESTED = "change_requested", _("要求补充")

    class Source(models.TextChoices):
        MACHINE = "machine", _("机审")
        EXPERT = "expert", _("专家")

    case = models.ForeignKey(ReviewCase, on_delete=models.CASCADE, related_name="findings")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=300)
    rule = models.CharField(_("规则"), max_length=120)
    verdict = models.CharField(_("结论"), max_length=6, choices=VerdictChoice.choices)
    title = models.CharField(_("检查项"), max_length=300)
    standard = models.CharField(_("标准"), max_length=120, blank=True)
    clause = models.CharField(_("条文号"), max_length=60, blank=True)
    clause_text = models.TextField(_("要求"), blank=True)
    clause_confirmed = models.BooleanField(_("条文已核"), default=False)
    severity = models.CharField(_("分量"), max_length=10, choices=SeverityChoice.choices)
    measured = models.JSONField(_("实测值"), null=True)
    required = models.JSONField(_("要求值"), null=True)
    method = models.TextField(_("量法"), blank=True)
    missing = ArrayField(models.CharField(max_length=300), verbose_name=_("缺"), default=list)
    global_id = models.CharField(_("GlobalId"), max_length=22, blank=True)
    ifc_class = models.CharField(_("IFC 类"), max_length=60, blank=True)
    element_name = models.CharField(_("构件"), max_length=300, blank=True)
    storey = models.CharField(_("楼层"), max_length=120, blank=True)
    shape = models.JSONField(null=True)
    detail = models.JSONField(default=dict)
    superseded = models.BooleanField(default=False)
    carry = models.CharField(_("与上一版相比"), max_length=8, choices=Carry.choices, default=Carry.NONE, blank=True)
    former = models.ForeignKey("self", on_delete=models.SET_NULL, related_name="successors", null=True, editable=False)
    source = models.CharField(_("来源"), max_length=8, choices=Source.choices, default=Source.MACHINE)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("提出人"), on_delete=models.PROTECT, related_name="+", null=True
    )

    decision = models.CharField(_("决定"), max_length=16, choices=Decision.choices, default=Decision.NONE, blank=True)
    decided_severity = models.CharField(_("降为"), max_length=10, choices=SeverityChoice.choices, blank=True)
    opinion = models.TextField(_("意见"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("决定人"), on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(_("决定时间"), null=True)

    class Meta:
        verbose_name = _("审查发现")
        verbose_name_plural = _("审查发现")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="finding_key_once")]
        indexes = [
            models.Index(fields=["case", "position"]),
            models.Index(fields=["case", "verdict", "position"]),
            models.Index(
                fields=["case", "position"],
                name="finding_undecided",
                condition=Q(decision="", superseded=False, verdict__in=["fail", "manual"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.key}"

    @property
    def needs_decision(self) -> bool:
        """不符合 and 需人工 wait for a person; 符合 and 不适用 do not."""
        return self.verdict in NEEDS_DECISION

    @property
    def repeats_former(self) -> bool:
        """The machine says of it what it said in the review before: what people decided then may be taken over."""
        former = self.former
        if former is None or former.verdict != self.verdict or former.required != self.required or former.missing != self.missing:
            return False
        was, now = (former.measured or {}).get("value"), (self.measured or {}).get("value")
        if isinstance(was, int | float) and isinstance(now, int | float):
            return abs(was - now) < SAME_VALUE
        return bool(was == now)

    @property
    def earlier_decision(self) -> str:
        """The decision on the former finding, where it may be taken over; empty otherwise."""
        return self.former.decision if self.former is not None and self.repeats_former else ""

    @property
    def machine_facts(self) -> dict[str, Any]:
        """The measured and the required side by side, as exported."""
        return {"measured": self.measured, "required": self.required, "method": self.method, "missing": self.missing}


# A measured value repeats within half a millimetre, or half a thousandth of its unit.
SAME_VALUE = 0.0005
NEEDS_DECISION = (Verdict.FAIL.value, Verdict.MANUAL.value)


class FindingComment(models.Model):
    """What someone said of a finding, with a picture of the model where that tells more. Comments are never changed or removed."""

    finding = models.ForeignKey(CaseFinding, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("发言人"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    text = models.TextField(_("内容"))
    picture = models.ForeignKey(
        "files.Attachment", verbose_name=_("快照"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = _("审查意见往来")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:40]


pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["summary", "assembly", "rate", "counts", "undecided", "carried"],
)(ReviewCase)
# What the machine writes is told by the case's history; of a finding only people's decisions are.
pghistory.track(
    pghistory.UpdateEvent(condition=pghistory.AnyChange("decision", "opinion")),
    fields=["id", "case", "key", "verdict", "decision", "decided_severity", "opinion", "decided_by", "decided_at"],
    model_name="FindingDecisionEvent",
)(CaseFinding)

# Django looks for models here; those of the rooms stand with their room.
from hezhu.bim.drawings.models import (  # noqa: E402, F401
    ArchiveDeposit,
    Assignment,
    ClashCheck,
    Draw,
    DrawingReview,
    DrawingRound,
    Expert,
    FindingOpinion,
    FindingReply,
)
from hezhu.bim.life.models import ModelVersion, Promise  # noqa: E402, F401
from hezhu.bim.plans.models import PlanApplication, PlanConditions, PlanVersion  # noqa: E402, F401
from hezhu.bim.tiles.models import ModelTiles, ProjectPlacement  # noqa: E402, F401
from hezhu.bim.topics.models import (  # noqa: E402, F401
    Topic,
    TopicBitmap,
    TopicBook,
    TopicComment,
    TopicDocument,
    TopicImport,
    TopicLog,
    TopicViewpoint,
)
