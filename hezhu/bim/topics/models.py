"""Topics of a project with their comments, viewpoints, documents and log, and the imports of BCF files.

Words of BCF stay as they came (type, status, priority, stage, labels, authors): another tool must find its own words again.
Authors are user names of this platform, or whatever an outside tool calls its users.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import OFFICES, Scoped
from hezhu.core.history import keeps_history
from hezhu.registers.projects.models import Project

WORD = 200
TITLE = 1000


def _words() -> ArrayField:
    return ArrayField(models.CharField(max_length=WORD), default=list, blank=True)


class OfProject(Scoped):
    """A row of a project: seen by the offices of its division, the project's parties, and who sees a review case of it."""

    class Meta:
        abstract = True

    @classmethod
    def scope_of(cls, user: Any) -> Q:
        if user.role in OFFICES:
            return Q(division__in=user.divisions)
        return Q(project__in=projects_of(user).values("pk"))


def projects_of(user: Any) -> models.QuerySet[Project]:
    """The projects whose topics ``user`` may see: their own, and those of which they review a model."""
    from hezhu.bim.models import ReviewCase  # the review desk's models load these

    if user.role in OFFICES:
        return Project.objects.visible_to(user)
    own = Project.objects.visible_to(user).values("pk")
    reviewed = ReviewCase.objects.visible_to(user).values("project")
    return Project.objects.filter(Q(pk__in=own) | Q(pk__in=reviewed))


class TopicBook(models.Model):
    """One row a project that has topics: the last number given, and the words that files and people brought beside the usual ones."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="topic_book")
    last_number = models.PositiveIntegerField(default=0)
    types = _words()
    statuses = _words()
    priorities = _words()
    labels = _words()
    stages = _words()
    users = _words()
    snippet_types = _words()

    class Meta:
        verbose_name = _("议题簿")

    def __str__(self) -> str:
        return str(self.project_id)


@keeps_history(exclude=["files", "document_references"])
class Topic(OfProject):
    """One topic. ``number`` is its short name in the project (T-12); ``revision`` counts every change of it or below it.

    ``content_at`` is when its own fields last changed; ``exchanged_at`` the ``content_at`` that was last given to or taken from a
    file, and ``exchanged_modified`` the modification date it then carried: an import tells by them which side changed.
    ``point`` is where it is pinned, metres in world axes. ``files`` are BCF header files, ``document_references``
    {guid, document_guid | url, description}, as the API has them.
    """

    project = models.ForeignKey(Project, verbose_name=_("项目"), on_delete=models.PROTECT, related_name="topics")
    guid = models.UUIDField("GUID")
    number = models.PositiveIntegerField(_("编号"))
    title = models.CharField(_("标题"), max_length=TITLE)
    type = models.CharField(_("类型"), max_length=WORD)
    status = models.CharField(_("状态"), max_length=WORD)
    priority = models.CharField(_("优先级"), max_length=WORD, blank=True)
    index = models.IntegerField(null=True, blank=True)
    labels = ArrayField(models.CharField(max_length=WORD), verbose_name=_("标签"), default=list, blank=True)
    stage = models.CharField(_("阶段"), max_length=WORD, blank=True)
    assigned_to = models.CharField(_("负责人"), max_length=WORD, blank=True)
    description = models.TextField(_("说明"), blank=True)
    due_date = models.DateTimeField(_("期限"), null=True, blank=True)
    creation_date = models.DateTimeField(_("提出时间"))
    creation_author = models.CharField(_("提出人"), max_length=WORD)
    modified_date = models.DateTimeField(_("修改时间"), null=True)
    modified_author = models.CharField(_("修改人"), max_length=WORD, blank=True)
    reference_links = ArrayField(models.TextField(), default=list, blank=True)
    snippet = models.JSONField(null=True, blank=True)
    snippet_file = models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+", null=True)
    files = models.JSONField(default=list)
    document_references = models.JSONField(default=list)
    related = ArrayField(models.UUIDField(), default=list, blank=True)
    finding = models.ForeignKey(
        "bim.CaseFinding", verbose_name=_("审查发现"), on_delete=models.SET_NULL, related_name="topics", null=True, blank=True
    )
    point = ArrayField(models.FloatField(), size=3, null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    content_at = models.DateTimeField()
    exchanged_at = models.DateTimeField(null=True)
    exchanged_modified = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("议题")
        verbose_name_plural = _("议题")
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["project", "guid"], name="topic_guid_once"),
            models.UniqueConstraint(fields=["project", "number"], name="topic_number_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["project", "status"], name="topic_by_status"),
            models.Index(fields=["project", "creation_date"], name="topic_by_creation"),
            models.Index("project", Coalesce("modified_date", "creation_date"), name="topic_by_change"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The server-assigned identity: unique within the project."""
        return f"T-{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("bim:topic", args=[self.project.number, self.number])


class TopicViewpoint(OfProject):
    """A view of a project's models; with a ``topic`` it belongs to that, without it is a saved view of the project.

    ``content`` is the viewpoint in the JSON of the BCF API 3.0 with its components; it never changes.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="viewpoints")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="viewpoints", null=True, blank=True)
    guid = models.UUIDField("GUID")
    title = models.CharField(_("名称"), max_length=WORD, blank=True)
    index = models.IntegerField(null=True)
    content = models.JSONField()
    global_ids = ArrayField(models.CharField(max_length=22), default=list)
    snapshot = models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+", null=True)
    author = models.CharField(_("保存人"), max_length=WORD)
    created_at = models.DateTimeField(_("保存时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("视点")
        verbose_name_plural = _("视点")
        ordering: ClassVar[list[Any]] = [models.F("index").asc(nulls_last=True), "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["project", "guid"], name="viewpoint_guid_once")
        ]

    def __str__(self) -> str:
        return self.title or str(self.guid)


class TopicBitmap(models.Model):
    """A picture hung into a viewpoint; ``guid`` is its name in the viewpoint's ``content``."""

    viewpoint = models.ForeignKey(TopicViewpoint, on_delete=models.CASCADE, related_name="bitmaps")
    guid = models.UUIDField("GUID")
    file = models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("视点图片")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["viewpoint", "guid"], name="bitmap_guid_once")
        ]

    def __str__(self) -> str:
        return str(self.guid)


@keeps_history()
class TopicComment(models.Model):
    """What someone said of a topic. ``finding_comment`` is the same sentence in the talk on a finding; it then never changes."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="comments")
    guid = models.UUIDField("GUID")
    date = models.DateTimeField(_("时间"))
    author = models.CharField(_("发言人"), max_length=WORD)
    text = models.TextField(_("内容"), blank=True)
    viewpoint = models.ForeignKey(TopicViewpoint, on_delete=models.SET_NULL, related_name="comments", null=True)
    modified_date = models.DateTimeField(null=True)
    modified_author = models.CharField(max_length=WORD, blank=True)
    finding_comment = models.OneToOneField(
        "bim.FindingComment", on_delete=models.SET_NULL, related_name="topic_comment", null=True
    )

    class Meta:
        verbose_name = _("议题意见")
        ordering: ClassVar[list[str]] = ["date", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["topic", "guid"], name="comment_guid_once")
        ]

    def __str__(self) -> str:
        return self.text[:40]


class TopicLog(models.Model):
    """One event as the BCF API has it: ``actions`` are {type, value}. With ``comment`` it is an event of that comment."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="log")
    comment = models.UUIDField(null=True)
    date = models.DateTimeField()
    author = models.CharField(max_length=WORD)
    actions = models.JSONField()

    class Meta:
        verbose_name = _("议题记录")
        ordering: ClassVar[list[str]] = ["date", "id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["topic", "date"], name="topic_log_by_date")]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.date:%Y-%m-%d %H:%M}"


class TopicDocument(OfProject):
    """A document that topics of a project refer to."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="topic_documents")
    guid = models.UUIDField("GUID")
    file = models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(_("文件名"), max_length=WORD)
    description = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = _("议题文档")
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["project", "guid"], name="topic_document_once")
        ]

    def __str__(self) -> str:
        return self.filename


class TopicImport(OfProject):
    """One BCF file taken in, with its report: ``lines`` are {kind, guid, title, outcome, reason, number}."""

    class Outcome(models.TextChoices):
        TAKEN = "taken", _("收下")
        UPDATED = "updated", _("更新")
        UNCHANGED = "unchanged", _("没有变化")
        LEFT = "left", _("没有收")
        CONFLICT = "conflict", _("两边都改过")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="topic_imports")
    file = models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("导入人"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("导入时间"), auto_now_add=True)
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, related_name="+", null=True)
    version = models.CharField(max_length=10, blank=True)
    counts = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)

    class Meta:
        verbose_name = _("BCF 导入")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.project_id} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("bim:topic-import", args=[self.project.number, self.pk])
