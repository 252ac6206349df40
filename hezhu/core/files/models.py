"""Stored content and its uses."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history


class StoredFile(models.Model):
    """Content, kept once however often it is uploaded. SHA-256 finds it; SM3 (GB/T 32905-2016) serves signatures and archives."""

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    sm3 = models.CharField("SM3", max_length=64)
    size = models.BigIntegerField(_("大小（字节）"))
    media_type = models.CharField(_("类型"), max_length=100)
    created_at = models.DateTimeField(_("首次保存"), auto_now_add=True)

    class Meta:
        verbose_name = _("文件内容")
        verbose_name_plural = _("文件内容")

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def key(self) -> str:
        """Where the content lies in the store."""
        return f"{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"


@keeps_history()
class Attachment(Scoped):
    """One use of a file: under a name, for a purpose, by someone at a unit."""

    file = models.ForeignKey(StoredFile, verbose_name=_("内容"), on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(_("文件名"), max_length=160)
    purpose = models.CharField(_("用途"), max_length=40)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("上传人"), on_delete=models.PROTECT, related_name="attachments"
    )
    unit = models.ForeignKey("access.Unit", verbose_name=_("上传单位"), on_delete=models.PROTECT, related_name="attachments")
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    unit_paths: ClassVar[tuple[str, ...]] = ("unit",)

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("files:download", args=[self.pk])


class PartialUpload(models.Model):
    """A large file on its way in, a piece at a time. Only its owner can go on with it; the row says how much is safely on disk.

    ``received`` is written after the piece is on disk, so what lies beyond it, after a crash, is written again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("上传人"), on_delete=models.CASCADE, related_name="partial_uploads"
    )
    name = models.CharField(_("文件名"), max_length=160)
    size = models.BigIntegerField(_("大小（字节）"))
    received = models.BigIntegerField(_("已收（字节）"), default=0)
    fingerprint = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(_("开始时间"), auto_now_add=True)
    touched_at = models.DateTimeField(_("最近一次收到"), auto_now=True)

    class Meta:
        verbose_name = _("未传完的文件")
        verbose_name_plural = _("未传完的文件")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["owner", "touched_at"], name="partial_upload_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_whole(self) -> bool:
        return self.received == self.size
