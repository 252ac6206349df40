"""Stored content and its uses."""

from __future__ import annotations

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
