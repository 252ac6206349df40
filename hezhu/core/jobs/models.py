"""Background work as the person who started it sees it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import Scoped


class Job(Scoped):
    """One piece of background work. The queue's own row (procrastinate) names it; ``queue_id`` names the run that may write here."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("处理中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")
        CANCELLED = "cancelled", _("已取消")

    ACTIVE: ClassVar[tuple[str, ...]] = (State.WAITING, State.RUNNING)

    kind = models.CharField(_("种类"), max_length=60)
    title = models.CharField(_("事项"), max_length=160)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    progress = models.FloatField(_("进度"), default=0)
    stage = models.CharField(_("正在做"), max_length=160, blank=True)
    args = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    result = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(_("原因"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("已试次数"), default=0)
    once = models.CharField(max_length=120, blank=True)
    url = models.CharField(_("结果在"), max_length=300, blank=True)
    queue_id = models.BigIntegerField(null=True)
    cancel_requested = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("发起人"), on_delete=models.PROTECT, related_name="jobs"
    )
    unit = models.ForeignKey("access.Unit", verbose_name=_("单位"), on_delete=models.PROTECT, related_name="jobs")
    created_at = models.DateTimeField(_("发起时间"), auto_now_add=True)
    started_at = models.DateTimeField(_("开始时间"), null=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True)
    updated_at = models.DateTimeField(auto_now=True)

    unit_paths: ClassVar[tuple[str, ...]] = ("unit",)

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["created_by", "-id"], name="job_of_person"),
            models.Index(fields=["queue_id"], name="job_of_run"),
            models.Index(fields=["updated_at"], condition=Q(state__in=["waiting", "running"]), name="job_active"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "once"], condition=Q(state__in=["waiting", "running"]) & ~Q(once=""), name="job_active_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in self.ACTIVE

    @property
    def percent(self) -> int:
        return round(self.progress * 100)

    def get_absolute_url(self) -> str:
        return reverse("jobs:job", args=[self.pk])
