"""Bulletins (日常通报): what the office announced for a period, frozen as it was."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import User
from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history


@keeps_history()
class Bulletin(Scoped):
    """One bulletin. ``content`` is the snapshot its page, .docx and PDF are made from; later reports do not change it."""

    number = models.CharField(_("编号"), max_length=30, unique=True)
    title = models.CharField(_("标题"), max_length=120)
    period_start = models.DateField(_("期起"))
    period_end = models.DateField(_("期止"))
    content = models.JSONField(_("内容"))
    issued_by = models.ForeignKey(User, verbose_name=_("签发"), on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("签发时间"), auto_now_add=True)

    public_to_signed_in: ClassVar[bool] = True

    class Meta:
        verbose_name = _("通报")
        verbose_name_plural = _("通报")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
