"""Work on the requirements: yearly instances, the counties' breakdown, monthly reports, reminders, closures."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import Unit, User
from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.programme.models.requirements import Requirement
from hezhu.programme.models.shared import PlanRow


@keeps_history()
class RequirementInstance(PlanRow):
    """A requirement as it falls due: one a year where the plan says 每年, one altogether otherwise (``year`` None).

    ``registered_on`` is the day the platform opened it; months before it count as unreported only once a unit has reported.
    """

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="instances")
    year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True)
    opens_on = models.DateField(_("开始"))
    due_on = models.DateField(_("时限"))
    registered_on = models.DateField(_("登记日"))

    class Meta:
        verbose_name = _("任务实例")
        ordering = ["requirement", "-year"]
        constraints = [
            models.UniqueConstraint(fields=["requirement", "year"], name="instance_once_a_year", nulls_distinct=False),
            models.CheckConstraint(condition=Q(due_on__gte=models.F("opens_on")), name="instance_due_after_open"),
        ]

    def __str__(self) -> str:
        return f"{self.requirement.code}/{self.year}" if self.year else self.requirement.code


@keeps_history()
class SubTask(Scoped):
    """A county's own task under a requirement, with a target of its own. A withdrawn one stays for the record."""

    instance = models.ForeignKey(RequirementInstance, verbose_name=_("任务"), on_delete=models.PROTECT, related_name="subtasks")
    county = models.ForeignKey(Unit, verbose_name=_("县（市、区）"), on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("子任务"), max_length=120)
    responsible = models.CharField(_("责任单位"), max_length=120)
    target_value = models.DecimalField(_("目标值"), max_digits=14, decimal_places=2, null=True, blank=True)
    target_unit = models.CharField(_("计量单位"), max_length=20, blank=True)
    current_value = models.DecimalField(_("完成值"), max_digits=14, decimal_places=2, null=True, blank=True)
    progress = models.DecimalField(_("完成率（%）"), max_digits=6, decimal_places=1, null=True, blank=True)
    due_on = models.DateField(_("时限"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("县级子任务")
        verbose_name_plural = _("县级子任务")
        ordering = ["division", "id"]

    def __str__(self) -> str:
        return self.title


@keeps_history()
class RoadMapStep(models.Model):
    """One step of a sub-task's road map (路线图): what, from when to when, and when it was done."""

    subtask = models.ForeignKey(SubTask, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("序"))
    title = models.CharField(_("节点"), max_length=120)
    starts_on = models.DateField(_("开始"))
    due_on = models.DateField(_("完成时限"))
    done_on = models.DateField(_("完成日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("路线图节点")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


@keeps_history()
class MonthlyReport(Scoped):
    """One unit's report on one instance for one month. ``month`` is its first day; ``progress`` is per cent, cumulative.

    A returned report is corrected and submitted again: the row stays, the change history keeps what was returned.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("已报送")
        ACCEPTED = "accepted", _("已接收")
        RETURNED = "returned", _("已退回")

    instance = models.ForeignKey(RequirementInstance, verbose_name=_("任务"), on_delete=models.PROTECT, related_name="reports")
    unit = models.ForeignKey(Unit, verbose_name=_("填报单位"), on_delete=models.PROTECT, related_name="+")
    month = models.DateField(_("月份"))
    progress = models.DecimalField(_("完成率（%）"), max_digits=6, decimal_places=1, null=True, blank=True)
    cumulative = models.DecimalField(_("累计数"), max_digits=14, decimal_places=2, null=True, blank=True)
    text = models.TextField(_("进展"), blank=True)
    problems = models.TextField(_("问题"), blank=True)
    evidence = models.ManyToManyField("files.Attachment", verbose_name=_("佐证材料"), blank=True, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    written_by = models.ForeignKey(User, verbose_name=_("填报人"), on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("报送时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name=_("审核人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    decision_reason = models.TextField(_("审核意见"), blank=True)

    unit_paths = ("unit",)

    class Meta:
        verbose_name = _("月报")
        verbose_name_plural = _("月报")
        ordering = ["-month", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["instance", "unit", "month", "is_demo"], name="report_once_a_month"),
            models.CheckConstraint(
                condition=Q(progress__isnull=True) | Q(progress__gte=0, progress__lte=100), name="report_progress"
            ),
        ]
        indexes = [models.Index(fields=["is_demo", "month"])]

    def __str__(self) -> str:
        return f"{self.unit} {self.month:%Y-%m}"

    @property
    def counts(self) -> bool:
        """Whether the month counts as reported: sent in and not sent back."""
        return self.state in {self.State.SUBMITTED, self.State.ACCEPTED}

    @staticmethod
    def first_day(day: date) -> date:
        return day.replace(day=1)


@keeps_history()
class Reminder(Scoped):
    """A recorded prompt (催办) from the city office to one unit about one instance."""

    instance = models.ForeignKey(RequirementInstance, on_delete=models.PROTECT, related_name="reminders")
    unit = models.ForeignKey(Unit, verbose_name=_("催办对象"), on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("内容"))
    sent_by = models.ForeignKey(User, verbose_name=_("催办人"), on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)

    unit_paths = ("unit",)

    class Meta:
        verbose_name = _("催办")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.unit} {self.sent_at:%Y-%m-%d}"


@keeps_history()
class Closure(Scoped):
    """That an instance is finished (办结), on what day, by what evidence. Taken back by deleting it, which history keeps."""

    instance = models.ForeignKey(RequirementInstance, on_delete=models.PROTECT, related_name="closures")
    closed_on = models.DateField(_("办结日期"))
    summary = models.CharField(_("办结说明"), max_length=120)
    evidence = models.ManyToManyField("files.Attachment", verbose_name=_("佐证材料"), related_name="+")
    closed_by = models.ForeignKey(User, verbose_name=_("办结人"), on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(auto_now_add=True)

    public_to_signed_in = True

    class Meta:
        verbose_name = _("办结")
        constraints = [models.UniqueConstraint(fields=["instance", "is_demo"], name="closed_once")]

    def __str__(self) -> str:
        return f"{self.instance} {self.closed_on}"
