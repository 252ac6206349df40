"""A case, its sides, its record, what waits for whom, and the documents issued on it."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import User
from hezhu.core.access.scoping import OFFICES, Scoped
from hezhu.core.cases.declare import Clock, Move, Procedure, State, procedures
from hezhu.core.history import keeps_history


@keeps_history(exclude=["revision"])
class Case(Scoped):
    """One case of a procedure. What it is about stands in the procedure's own model, which points here.

    ``revision`` grows with every step: a page sends the one it saw, so that of two officers only the first decides.
    ``due_on`` is the last day of the statutory limit; while the clock is paused ``days_left`` keeps what remains of it.
    ``expires_on`` is the last day on which the one who must act can still act. ``follows`` is the closed case applied for anew.
    """

    procedure = models.CharField(_("事项"), max_length=40)
    number = models.CharField(_("办件编号"), max_length=30, unique=True)
    title = models.CharField(_("名称"), max_length=200)
    state = models.CharField(_("状态"), max_length=30)
    revision = models.PositiveIntegerField(default=0)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("承办人"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    due_on = models.DateField(_("办理期限"), null=True, blank=True)
    due_confirmed = models.BooleanField(default=True)
    days_left = models.IntegerField(_("暂停时剩余工作日"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("申请人"), on_delete=models.PROTECT, related_name="opened_cases"
    )
    unit = models.ForeignKey("access.Unit", verbose_name=_("申请单位"), on_delete=models.PROTECT, related_name="opened_cases")
    opened_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    expires_on = models.DateField(_("逾期未办终止日"), null=True, blank=True)
    expiry_warned = models.BooleanField(default=False)
    follows = models.ForeignKey(
        "self", verbose_name=_("原办件"), on_delete=models.PROTECT, related_name="followed_by", null=True, blank=True
    )

    class Meta:
        verbose_name = _("办件")
        verbose_name_plural = _("办件")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["procedure", "state", "-id"], name="case_by_state"),
            models.Index(fields=["division", "-id"], name="case_by_division"),
            models.Index(fields=["due_on"], condition=Q(closed_at=None), name="case_due"),
            models.Index(fields=["expires_on"], condition=Q(closed_at=None), name="case_expires"),
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def scope_of(cls, user: User) -> Q:
        """An office sees its divisions; anyone else the cases that name their unit or them."""
        if user.role in OFFICES:
            return Q(division__in=user.divisions) | Q(pk__in=CaseParty.of(user).values("case"))
        return Q(pk__in=CaseParty.of(user).values("case"))

    def get_absolute_url(self) -> str:
        return reverse("cases:case", args=[self.number])

    @property
    def declared(self) -> Procedure:
        """The procedure this is a case of."""
        return procedures[self.procedure]

    @property
    def stage(self) -> State:
        """Its state as declared."""
        return self.declared.state(self.state)

    @property
    def state_label(self) -> str:
        return str(self.stage.label)

    @property
    def is_open(self) -> bool:
        return self.stage.clock is not Clock.ENDED

    @property
    def is_paused(self) -> bool:
        return self.stage.clock is Clock.PAUSED

    @property
    def is_late(self) -> bool:
        """Past its limit while the clock runs."""
        return self.stage.clock is Clock.RUNS and self.due_on is not None and self.due_on < timezone.localdate()


@keeps_history()
class CaseSubject(models.Model):
    """One of the things a case is about: a building, a lot, a machine. ``key`` is its number in its own register, where it has one."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="subjects")
    kind = models.CharField(_("类别"), max_length=30, blank=True)
    key = models.CharField(_("编号"), max_length=60, blank=True)
    name = models.CharField(_("名称"), max_length=120)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("办件对象")
        verbose_name_plural = _("办件对象")
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "kind", "key", "name"], name="case_subject_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["kind", "key"], name="case_subject_key")]

    def __str__(self) -> str:
        return self.name


@keeps_history()
class CaseParty(models.Model):
    """A unit on one side of a case, or one person of it. ``until`` ends it; the row stays for the record."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    party = models.CharField(_("角色"), max_length=30)
    unit = models.ForeignKey("access.Unit", verbose_name=_("单位"), on_delete=models.PROTECT, related_name="case_parties")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("人员"),
        on_delete=models.PROTECT,
        related_name="case_parties",
        null=True,
        blank=True,
    )
    since = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("办件参与方")
        verbose_name_plural = _("办件参与方")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "party", "unit", "user"], condition=Q(until=None), nulls_distinct=False, name="case_party_once"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["unit", "case"], name="case_party_unit")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.party} {self.unit}"

    @classmethod
    def of(cls, user: User) -> models.QuerySet[CaseParty]:
        """The sides on which this account stands: its unit's or its own, where it holds the side's permission and is eligible."""
        barred = Q(pk__in=[])
        for procedure in procedures:
            keys = [
                party.key
                for party in procedure.parties
                if not user.may(party.permission) or (party.eligible and not party.eligible(user))
            ]
            if keys:
                barred |= Q(case__procedure=procedure.slug, party__in=keys)
        return cls.objects.filter(Q(user=None) | Q(user=user.pk), ~barred, unit=user.unit_id, until=None)

    @property
    def label(self) -> str:
        return str(self.case.declared.party(self.party).label)


class CaseStep(models.Model):
    """One line of the record. It is written once and never changed."""

    class Kind(models.TextChoices):
        MOVE = "move", _("办理")
        ASK = "ask", _("征求意见")
        ANSWER = "answer", _("答复意见")
        HAND_OVER = "hand-over", _("移交")
        REMIND = "remind", _("催办")
        DOCUMENT = "document", _("出具文书")
        NOTE = "note", _("记事")
        EXPIRE = "expire", _("到期终止")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    move = models.CharField(max_length=30, blank=True)
    label = models.CharField(_("步骤"), max_length=80)
    source = models.CharField(max_length=30, blank=True)
    target = models.CharField(max_length=30, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("办理人"), on_delete=models.PROTECT, related_name="+", null=True
    )
    unit = models.ForeignKey("access.Unit", verbose_name=_("单位"), on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    text = models.TextField(_("意见"), blank=True)
    detail = models.JSONField(default=dict)
    files = models.ManyToManyField("files.Attachment", related_name="case_steps", blank=True)

    class Meta:
        verbose_name = _("办件记录")
        verbose_name_plural = _("办件记录")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.label}"


class CaseTask(models.Model):
    """One thing that waits for someone: a step of the case, or an opinion asked from a unit.

    ``unit`` and ``user`` are empty for an office's own task: any account that may act takes it.
    """

    class Kind(models.TextChoices):
        STEP = "step", _("办理")
        OPINION = "opinion", _("征求意见")

    class Answer(models.TextChoices):
        NONE = "", _("未答复")
        AGREE = "agree", _("同意")
        CONDITIONS = "conditions", _("有条件同意")
        OBJECT = "object", _("不同意")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.STEP)
    party = models.CharField(max_length=30)
    title = models.CharField(_("事项"), max_length=200)
    unit = models.ForeignKey(
        "access.Unit", verbose_name=_("单位"), on_delete=models.PROTECT, related_name="case_tasks", null=True
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("办理人"), on_delete=models.PROTECT, related_name="case_tasks", null=True
    )
    division = models.CharField(max_length=6)
    is_demo = models.BooleanField(default=False)
    opened_at = models.DateTimeField(auto_now_add=True)
    due_on = models.DateField(_("期限"), null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    reminded_on = models.DateField(null=True)
    answer = models.CharField(_("意见"), max_length=10, choices=Answer.choices, default=Answer.NONE, blank=True)
    text = models.TextField(_("意见内容"), blank=True)

    class Meta:
        verbose_name = _("待办")
        verbose_name_plural = _("待办")
        ordering: ClassVar[list[str]] = ["due_on", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["unit", "due_on"], condition=Q(done_at=None), name="case_task_unit"),
            models.Index(fields=["division", "due_on"], condition=Q(done_at=None, unit=None), name="case_task_office"),
            models.Index(fields=["due_on"], condition=Q(done_at=None), name="case_task_due"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        return self.done_at is None and self.due_on is not None and self.due_on < timezone.localdate()


def _code() -> str:
    return secrets.token_urlsafe(16)


@keeps_history()
class CaseDocument(models.Model):
    """A document issued on a case. Anyone who has its ``code`` (from the QR) can see that it is genuine and whether it stands."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    number = models.CharField(_("文号"), max_length=40, unique=True)
    title = models.CharField(_("文书"), max_length=120)
    attachment = models.ForeignKey(
        "files.Attachment", verbose_name=_("文件"), on_delete=models.PROTECT, related_name="case_documents", null=True
    )
    code = models.CharField(max_length=32, unique=True, default=_code, editable=False)
    content = models.JSONField(_("载明事项"), default=dict)
    issuer = models.ForeignKey("access.Unit", verbose_name=_("出具单位"), on_delete=models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("出具人"), on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("出具时间"), auto_now_add=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    revoked_reason = models.TextField(_("撤销原因"), blank=True)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, related_name="replaces", null=True, blank=True)

    class Meta:
        verbose_name = _("办件文书")
        verbose_name_plural = _("办件文书")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The public page that verifies it."""
        return reverse("cases:verify", args=[self.code])

    @property
    def standing(self) -> str:
        """valid, expired, revoked or replaced."""
        if self.replaced_by_id:
            return "replaced"
        if self.revoked_at:
            return "revoked"
        if self.valid_until is not None and self.valid_until < timezone.localdate():
            return "expired"
        return "valid"

    @property
    def standing_label(self) -> str:
        return str(
            {"valid": _("有效"), "expired": _("已过有效期"), "revoked": _("已撤销"), "replaced": _("已被新文书替代")}[
                self.standing
            ]
        )


def available_moves(case: Case, user: Any) -> list[Move]:
    """What ``user`` may do with the case now, in the order declared."""
    from hezhu.core.cases.sides import sides_of

    mine = sides_of(case, user)
    return [move for move in case.declared.moves_from(case.state) if mine & set(move.by)]
