"""What the register machinery itself keeps: saved views and the log of personal data shown in clear."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A named filter, with its columns and order, of one account on one register; ``shared`` opens it to the account's unit."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    register = models.CharField(max_length=40)
    name = models.CharField(_("名称"), max_length=40)
    query = models.CharField(max_length=1000)
    shared = models.BooleanField(_("本单位共享"), default=False)

    class Meta:
        verbose_name = _("视图")
        constraints = [models.UniqueConstraint(fields=["user", "register", "name"], name="saved_view_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class PersonalDataRead(models.Model):
    """One masked value shown in clear: who, when, which, why (GB/T 35273-2020)."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    register = models.CharField(max_length=40)
    row = models.BigIntegerField()
    field = models.CharField(max_length=60)
    reason = models.CharField(_("理由"), max_length=300)

    class Meta:
        verbose_name = _("个人信息查看记录")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.register}/{self.row}/{self.field}"
