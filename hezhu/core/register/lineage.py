"""Lineage: where a row came from. Written by the intake door; a row typed into a form has source 页面填报."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lineage(models.Model):
    """Source, batch and line of the last accepted write, and when it was."""

    source = models.CharField(_("来源"), max_length=60, blank=True, editable=False)
    source_batch = models.CharField(_("批次"), max_length=40, blank=True, editable=False)
    source_line = models.PositiveIntegerField(_("行号"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True, db_default=models.functions.Now())
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True, db_default=models.functions.Now())

    class Meta:
        abstract = True
