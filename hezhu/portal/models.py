"""What the portal keeps: the versions of each definition, dated snapshots of figures, and figures entered by people."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.programme.models import Target


class Definition(models.Model):
    """One version of an indicator's definition (口径): its text, and the SQL compiled from it.

    ``fingerprint`` tells which registers' columns it was compiled for; a change of either makes a new compilation.
    """

    target = models.CharField(_("目标"), max_length=8)
    version = models.PositiveSmallIntegerField(_("版次"))
    digest = models.CharField(_("摘要"), max_length=64)
    text = models.JSONField(_("口径"))
    compiled = models.JSONField(_("查询"))
    fingerprint = models.CharField(max_length=64)
    in_force_from = models.DateField(_("起用"))
    is_current = models.BooleanField(_("现行"), default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("指标口径")
        ordering = ["target", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["target", "version"], name="definition_version_once"),
            models.UniqueConstraint(fields=["target"], condition=Q(is_current=True), name="definition_current_once"),
        ]

    def __str__(self) -> str:
        return f"{self.target} v{self.version}"


class Computation(models.Model):
    """One run over all indicators for one world: when, from which state of the registers, and how long it took.

    ``watermark`` holds the newest history event of each register the definitions read.
    """

    as_of = models.DateField()
    is_demo = models.BooleanField()
    watermark = models.JSONField()
    duration_ms = models.PositiveIntegerField()
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["as_of", "is_demo"], name="computation_once_a_day")]

    def __str__(self) -> str:
        return f"{self.as_of} {'demo' if self.is_demo else 'real'}"


class Snapshot(Scoped):
    """A figure as it stood on a day: for the city or one county, from one version of its definition.

    ``is_late`` marks one computed after its day from the registers as they are now (补算); only such are ever computed again.
    """

    target = models.CharField(_("目标"), max_length=8)
    as_of = models.DateField(_("截至"))
    definition = models.ForeignKey(Definition, verbose_name=_("口径"), on_delete=models.PROTECT, related_name="snapshots")
    value = models.DecimalField(_("数值"), max_digits=24, decimal_places=6, null=True)
    numerator = models.DecimalField(_("分子"), max_digits=24, decimal_places=4)
    denominator = models.DecimalField(_("分母"), max_digits=24, decimal_places=4, null=True)
    counted = models.PositiveIntegerField(_("计入行数"))
    looked_at = models.PositiveIntegerField(_("行数"))
    is_late = models.BooleanField(_("补算"), default=False)
    computed_at = models.DateTimeField(_("算于"))

    public_to_signed_in: ClassVar[bool] = True

    class Meta:
        verbose_name = _("指标快照")
        constraints = [
            models.UniqueConstraint(fields=["target", "as_of", "division", "is_demo"], name="snapshot_once_a_day"),
        ]
        indexes = [models.Index(fields=["is_demo", "division", "as_of"], name="snapshot_series")]

    def __str__(self) -> str:
        return f"{self.target} {self.division} {self.as_of}: {self.value}"


@keeps_history()
class EnteredFigure(Scoped):
    """A figure no register can give yet, entered with evidence (人工填报). A withdrawn one stays for the record."""

    target = models.ForeignKey(Target, verbose_name=_("目标"), on_delete=models.PROTECT, related_name="entered")
    as_of = models.DateField(_("截至"))
    value = models.DecimalField(_("数值"), max_digits=20, decimal_places=4)
    numerator = models.DecimalField(_("分子"), max_digits=20, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(_("分母"), max_digits=20, decimal_places=4, null=True, blank=True)
    note = models.TextField(_("说明"))
    evidence = models.ManyToManyField("files.Attachment", verbose_name=_("佐证材料"), related_name="+")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("填报人"), on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("填报时间"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    public_to_signed_in: ClassVar[bool] = True

    class Meta:
        verbose_name = _("人工填报数")
        verbose_name_plural = _("人工填报数")
        ordering = ["-as_of", "-id"]

    def __str__(self) -> str:
        return f"{self.target.code} {self.as_of}: {self.value}"
