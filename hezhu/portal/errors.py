"""What the portal refuses, and why."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import BadInput, NotAllowed, Refusal


class ComputedTarget(Refusal):
    """Nobody types a figure that the platform can compute."""

    code = "computed-target"
    title = _("这项由登记库计算")
    message = _("%(target)s 由登记库计算，不能人工填报。数不对时，请改登记库里的记录，或由市试点办修订口径。")


class NotEntrant(NotAllowed):
    """Only the city office and the target's lead unit enter its figures."""

    code = "not-entrant"
    message = _("%(target)s 只由市试点办或牵头单位%(unit)s填报。")

    def __str__(self) -> str:
        return str(self.message) % self.data


class AlreadyWithdrawn(Refusal):
    code = "figure-already-withdrawn"
    title = _("已经撤回")
    message = _("这个填报数已经撤回，没有再改动。")


class ReasonMissing(BadInput):
    code = "reason-missing"
    title = _("没有写原因")
    message = _("请写明撤回的原因。")
