"""Keys of site gates, what they asked, and the passes they reported."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.divisions import DivisionField
from hezhu.core.access.models import User
from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.core.register.sealed_fields import DigestField, SealedField, SealedIdField
from hezhu.core.register.values import masked
from hezhu.registers.people.models import Person, Team
from hezhu.registers.projects.models import Project
from hezhu.registers.projects.procedures import THROUGH_PROJECT


class SealedSecretField(SealedField):
    """The secret of a key: the signature needs it in clear, so it is sealed and not hashed."""

    kind = "gate-secret"


@keeps_history(exclude=["secret"])
class GateKey(Scoped):
    """The key of one gate or real-name system on one project: appid and secret. It writes for its project and for nothing else.

    ``appid`` is the project number with two more digits: systems in use expect the project's number there, or one that begins with it.
    """

    project = models.ForeignKey(Project, models.PROTECT, verbose_name=_("项目"), related_name="+")
    appid = models.CharField(_("appid"), max_length=20, unique=True)
    name = models.CharField(_("设备或系统"), max_length=60)
    vendor = models.CharField(_("厂家"), max_length=60, blank=True)
    secret = SealedSecretField(_("密钥"), digest="")
    issued_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("签发人"), related_name="+")
    issued_at = models.DateTimeField(_("签发时间"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    unit_paths: ClassVar[tuple[str, ...]] = THROUGH_PROJECT

    class Meta:
        verbose_name = _("门禁密钥")
        verbose_name_plural = _("门禁密钥")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name}（{self.appid}）"


class GateRequest(models.Model):
    """One call that wrote, and what became of it. ``(key, timestamp, nonce)`` is told once: a call that comes again gets the same answer."""

    FAILED, DONE = "10", "20"

    key = models.ForeignKey(GateKey, models.CASCADE, related_name="requests")
    serial = models.CharField(_("请求序列编码"), max_length=60, unique=True)
    method = models.CharField(_("方法"), max_length=40)
    timestamp = models.CharField(max_length=14)
    nonce = models.CharField(max_length=64)
    sign = models.CharField(max_length=64)
    status = models.CharField(_("处理状态"), max_length=2)
    result = models.TextField(_("处理结果"))
    data = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(_("条数"), default=0)
    held = models.PositiveIntegerField(_("待认领"), default=0)
    refused = models.PositiveIntegerField(_("未入库"), default=0)
    received_at = models.DateTimeField(_("收到时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("上传请求")
        verbose_name_plural = _("上传请求")
        constraints = [models.UniqueConstraint(fields=["key", "timestamp", "nonce"], name="gate_request_once")]
        indexes = [
            models.Index(fields=["key", "-id"], name="gate_request_by_key"),
            BrinIndex(fields=["received_at"], name="gate_request_at"),
        ]

    def __str__(self) -> str:
        return self.serial


class GatePass(Scoped):
    """One person through one gate. The day's attendance is folded from these, each counted once however often it is sent.

    ``key`` is the first device that told of it. Rows are added, never changed; tens of millions: one unique index and one of block ranges.
    """

    division = DivisionField()
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    key = models.ForeignKey(GateKey, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    at = models.DateTimeField(_("通行时间"))
    direction = models.CharField(_("方向"), max_length=2)
    channel = models.CharField(_("通行方式"), max_length=3, blank=True)
    lng = models.FloatField(_("经度"), null=True)
    lat = models.FloatField(_("纬度"), null=True)
    serial = models.CharField(_("请求序列编码"), max_length=60)
    line = models.PositiveIntegerField(_("行号"))

    unit_paths: ClassVar[tuple[str, ...]] = THROUGH_PROJECT

    class Meta:
        verbose_name = _("通行记录")
        verbose_name_plural = _("通行记录")
        constraints = [models.UniqueConstraint(fields=["project", "person", "at", "direction"], name="gate_pass_once")]
        indexes = [BrinIndex(fields=["at"], name="gate_pass_at", pages_per_range=64)]


class HeldPass(Scoped):
    """A pass of someone who is not (yet) registered on the project: kept until they are, then counted as if it had come that moment."""

    class Reason(models.TextChoices):
        UNKNOWN = "unknown", _("人员库没有此人")
        NOT_ON_SITE = "not-on-site", _("当日未在本项目登记进场")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    key = models.ForeignKey(GateKey, models.PROTECT, related_name="+", db_index=False)
    id_number = SealedIdField(_("证件号码"), digest="id_number_digest")
    id_number_digest = DigestField(of="id_number")
    at = models.DateTimeField(_("通行时间"))
    direction = models.CharField(_("方向"), max_length=2)
    channel = models.CharField(_("通行方式"), max_length=3, blank=True)
    lng = models.FloatField(_("经度"), null=True)
    lat = models.FloatField(_("纬度"), null=True)
    team = models.CharField(_("班组编号"), max_length=40, blank=True)
    serial = models.CharField(_("请求序列编码"), max_length=60)
    line = models.PositiveIntegerField(_("行号"))
    reason = models.CharField(_("原因"), max_length=12, choices=Reason.choices)

    unit_paths: ClassVar[tuple[str, ...]] = THROUGH_PROJECT

    class Meta:
        verbose_name = _("待认领的通行")
        verbose_name_plural = _("待认领的通行")
        constraints = [models.UniqueConstraint(fields=["project", "id_number_digest", "at", "direction"], name="held_pass_once")]
        indexes = [models.Index(fields=["id_number_digest"], name="held_pass_person")]

    @property
    def masked_number(self) -> str:
        return masked(str(self.id_number), "id-number")
