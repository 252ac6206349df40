"""Batches (批次) and the rows they keep in quarantine (隔离)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history


@keeps_history()
class DeclaredSource(Scoped):
    """A source that was declared on a page: the text of its contract. ``sources/declare.py`` reads it as it reads the operator's files."""

    name = models.CharField(_("名称"), max_length=60, unique=True)
    text = models.TextField(_("声明"))
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("申报人"), on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("申报时间"), auto_now=True)

    class Meta:
        verbose_name = _("申报的来源")
        verbose_name_plural = _("申报的来源")
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class SourceRun(Scoped):
    """One run of a declared source: fetched, its columns compared, its files taken in as batches. Nothing of it names a secret."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("运行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未完成")

    source = models.CharField(_("来源"), max_length=60, db_index=True)
    register = models.CharField(_("登记库"), max_length=40)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    scheduled = models.BooleanField(_("按计划"), default=False)
    file = models.ForeignKey(
        "files.Attachment", verbose_name=_("上传的文件"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.CharField(_("原因"), max_length=1000, blank=True)
    skipped = models.PositiveIntegerField(_("已收过的文件"), default=0)
    gone = models.PositiveIntegerField(_("来源不再列出"), default=0)
    counted = models.JSONField(default=dict)
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("开始"), auto_now_add=True)
    finished_at = models.DateTimeField(_("结束"), null=True)

    class Meta:
        verbose_name = _("来源运行")
        verbose_name_plural = _("来源运行")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["source", "-id"], name="source_run_latest")]

    def __str__(self) -> str:
        return f"{self.source} {self.pk}"


class Batch(Scoped):
    """Rows that came in together: a sheet, an API call or a feed. Its number is the lineage of every row it wrote.

    ``mapping`` holds ``columns`` (field → title), ``shifts`` (field → places) and ``titles``, the sheet's own in their order. ``origin`` names
    (name, bytes, sha256) a file too large to be kept. ``records`` are the rows of a call, sealed where they hold personal numbers. After the commit
    ``total`` = ``inserted`` + ``updated`` + ``unchanged`` + rows in quarantine, whatever their state but replayed. ``changes`` counts the changes of
    its quarantine, ``tally`` is what it held after one of them (``tally.py``).
    """

    class State(models.TextChoices):
        READY = "ready", _("待确认")
        WORKING = "working", _("入库中")
        DONE = "done", _("已入库")
        WITHDRAWN = "withdrawn", _("已撤回")
        DROPPED = "dropped", _("已放弃")

    number = models.CharField(_("批次"), max_length=40, unique=True)
    register = models.CharField(_("登记库"), max_length=40, db_index=True)
    source = models.CharField(_("来源"), max_length=60)
    file = models.ForeignKey("files.Attachment", verbose_name=_("文件"), on_delete=models.PROTECT, null=True, related_name="+")
    sheet = models.CharField(_("工作表"), max_length=120, blank=True)
    records = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    mapping = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.READY)
    total = models.PositiveIntegerField(_("总行数"), default=0)
    blank = models.PositiveIntegerField(_("空行"), default=0)
    origin = models.JSONField(default=dict)
    inserted = models.PositiveIntegerField(_("新增"), default=0)
    updated = models.PositiveIntegerField(_("更新"), default=0)
    unchanged = models.PositiveIntegerField(_("无变化"), default=0)
    changes = models.PositiveIntegerField(default=0)
    tally = models.JSONField(null=True)
    withdrawal = models.JSONField(null=True)
    run = models.ForeignKey(SourceRun, on_delete=models.SET_NULL, null=True, related_name="batches")
    validate_seconds = models.FloatField(default=0)
    commit_seconds = models.FloatField(default=0)
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    unit = models.ForeignKey("access.Unit", verbose_name=_("单位"), on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("导入人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("收到时间"), auto_now_add=True)
    committed_at = models.DateTimeField(_("入库时间"), null=True)

    unit_paths: ClassVar[tuple[str, ...]] = ("unit",)

    class Meta:
        verbose_name = _("导入批次")
        verbose_name_plural = _("导入批次")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return self.number

    @property
    def written(self) -> int:
        """Rows added or changed in the register."""
        return self.inserted + self.updated

    def get_absolute_url(self) -> str:
        return reverse("intake:batch", args=[self.pk])


class QuarantinedRow(models.Model):
    """A row as it came, with every reason why it was refused. ``raw`` and the first ``problems`` are never changed.

    Personal numbers in ``raw``, ``problems`` and ``replacement`` are masked; ``sealed`` holds them under the seal (``quarantine.py``).
    ``replacement`` (field → text) is what a person wrote instead; ``still`` lists what was wrong with it at the last replay.
    """

    class State(models.TextChoices):
        OPEN = "open", _("未改")
        FIXED = "fixed", _("已改")
        REPLAYED = "replayed", _("已重放")
        ABANDONED = "abandoned", _("已放弃")

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="quarantine")
    line = models.PositiveIntegerField(_("行号"))
    raw = models.JSONField()
    sealed = models.JSONField(default=dict)
    problems = models.JSONField()
    still = models.JSONField(default=list)
    replacement = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    handled_at = models.DateTimeField(null=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("隔离行")
        verbose_name_plural = _("隔离行")
        ordering: ClassVar[list[str]] = ["line", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["batch", "line"], name="quarantine_line_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["batch", "state", "line"], name="quarantine_of_batch")]

    def __str__(self) -> str:
        return f"{self.batch} {self.line}"

    @property
    def present_problems(self) -> list[dict[str, Any]]:
        """What is wrong now: with the replacement if it was tried, else with the row as it came."""
        return self.still or self.problems


class Absence(models.Model):
    """A row that its source, which says everything it has, no longer lists: 软删除. The row stays; what counts it may leave it out.

    It ends when the source lists the row again (``ended_by``) or a person changes it; taken back with its batch it never was.
    """

    register = models.CharField(max_length=40)
    row = models.BigIntegerField()
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="absences")
    source = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Batch, on_delete=models.SET_NULL, null=True, related_name="ended_absences")

    class Meta:
        verbose_name = _("来源不再列出")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["register", "row"], condition=models.Q(ended_at=None), name="absence_open_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["source", "register"], name="absence_of_source")]

    def __str__(self) -> str:
        return f"{self.register}/{self.row}"
