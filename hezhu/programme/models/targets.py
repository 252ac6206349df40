"""Targets (目标) of the pilot plan, and the base period some of them need before they can be judged."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import Unit
from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.programme.models.shared import PlanRow


class Target(PlanRow):
    """One target: T quantity, M milestone, F frequency, Q quality. ``quote`` is the plan's own sentence, letter for letter.

    ``value`` and ``value_max`` are in ``unit``; a ratio is in per cent. ``due_year`` is None for yearly targets (``is_annual``)
    and for those the plan gives no date. A target with op ``delta>=`` cannot be judged without a :class:`TargetBasis`.
    """

    class Kind(models.TextChoices):
        COUNT = "count", _("计数")
        RATIO = "ratio", _("比例")
        RATIO_INCREASE = "ratio_increase", _("比例提高")
        MILESTONE = "milestone", _("里程碑")
        FREQUENCY = "frequency", _("频次")
        QUALITATIVE = "qualitative", _("定性")

    code = models.CharField(_("编号"), max_length=8, unique=True)
    position = models.PositiveSmallIntegerField(_("序"))
    kind = models.CharField(_("类型"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("目标"), max_length=120)
    quote = models.TextField(_("原文"))
    source_line = models.PositiveSmallIntegerField(_("原文行号"))
    annex_seq = models.PositiveSmallIntegerField(_("附件序号"), null=True, blank=True)
    op = models.CharField(_("判定"), max_length=10, blank=True)
    value = models.DecimalField(_("目标值"), max_digits=14, decimal_places=4, null=True, blank=True)
    value_max = models.DecimalField(_("目标上限"), max_digits=14, decimal_places=4, null=True, blank=True)
    trend = models.CharField(_("方向"), max_length=8, blank=True)
    unit = models.CharField(_("单位"), max_length=40, blank=True)
    due_year = models.PositiveSmallIntegerField(_("完成年份"), null=True, blank=True)
    is_annual = models.BooleanField(_("每年"), default=False)
    due_text = models.CharField(_("时限"), max_length=20, blank=True)
    frequency = models.CharField(_("频率"), max_length=40, blank=True)
    strength = models.CharField(_("约束力"), max_length=20, blank=True)
    lead_unit = models.ForeignKey(
        Unit, verbose_name=_("牵头单位"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    numerator = models.TextField(_("分子"), blank=True)
    denominator = models.TextField(_("分母"), blank=True)
    rule = models.TextField(_("算法"), blank=True)
    evidence = models.TextField(_("佐证"), blank=True)
    ambiguity = models.TextField(_("口径疑问"), blank=True)
    known_actuals = models.JSONField(_("公开数据，仅供校核"), default=list, blank=True)

    class Meta:
        verbose_name = _("试点目标")
        verbose_name_plural = _("试点目标")
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def needs_basis(self) -> bool:
        """Whether the target is an increase over a base year (提高 n%)."""
        return self.op == "delta>="

    @property
    def is_hard(self) -> bool:
        return self.strength == "hard"

    @property
    def short_unit(self) -> str:
        """The unit without the note on how it may be read."""
        return self.unit.split(" ", 1)[0]

    def basis(self, *, demo: bool) -> TargetBasis | None:
        """The base period the city office has set, or None: then the target is 待定 for 缺基期, never 达标."""
        return next((row for row in self.bases.all() if row.is_demo == demo), None)


@keeps_history()
class TargetBasis(Scoped):
    """How an increase is read: which base year, its value in per cent, and whether in points, relative, or as a level.

    Set by the city office with a reason. Kept apart from the target, so that a demonstration account cannot move the real one.
    """

    class Mode(models.TextChoices):
        POINTS = "pp", _("提高的百分点（报告期 − 基期）")
        RELATIVE = "relative", _("相对增幅（报告期 ÷ 基期 − 1）")
        ABSOLUTE = "absolute", _("达到的比例（报告期本身）")

    target = models.ForeignKey(Target, verbose_name=_("目标"), on_delete=models.CASCADE, related_name="bases")
    mode = models.CharField(_("读法"), max_length=10, choices=Mode.choices)
    base_year = models.PositiveSmallIntegerField(_("基期年"))
    base_value = models.DecimalField(_("基期值（%）"), max_digits=9, decimal_places=4)
    reason = models.TextField(_("依据"))
    set_at = models.DateTimeField(auto_now=True)

    public_to_signed_in = True

    class Meta:
        verbose_name = _("目标基期")
        constraints = [models.UniqueConstraint(fields=["target", "is_demo"], name="basis_once")]

    def __str__(self) -> str:
        return f"{self.target.code} {self.base_year} {self.base_value}% {self.mode}"
