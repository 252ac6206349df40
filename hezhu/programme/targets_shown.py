"""The tiles of a task's targets."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hezhu.core.access.models import User
from hezhu.programme.figures import Reading
from hezhu.programme.models import Requirement, Target
from hezhu.programme.standing import Standing


@dataclass(frozen=True, slots=True)
class TargetTile:
    """One target with what it stands at; ``reading`` is None while no register gives the figure."""

    target: Target
    reading: Reading | None
    without_basis: bool

    @property
    def state(self) -> str:
        if self.without_basis or self.reading is None:
            return "open"
        return self.reading.state

    @property
    def goal(self) -> str:
        """≥ 30 家, 1–2 个, 提高 10 %, 建成"""
        target = self.target
        if target.op == "done":
            return _("完成")
        if target.value is None:
            return _("逐步提高") if target.op == "trend" else _("未定量")
        value = f"{target.value.normalize():,f}"
        if target.op == "between":
            return f"{value}–{target.value_max.normalize():,f} {target.short_unit}"
        if target.needs_basis:
            return _("提高 %(value)s%%") % {"value": value}
        sign = "= " if target.op == "==" else "≥ "
        return f"{sign}{value} {target.short_unit}"

    @property
    def remark(self) -> str:
        """Why there is no figure, or what is left."""
        if self.without_basis:
            return _("缺基期：基期年、基期值、读法由市试点办设定")
        if self.reading is None:
            return _("待定：还没有数据来源，以月报为准")
        return self.reading.gap


def target_tiles(requirement: Requirement, standing: Standing, user: User) -> list[TargetTile]:
    """The targets of a requirement in the annex's order."""
    by_code = {target.code: target for target in requirement.targets().prefetch_related("bases")}
    return [
        TargetTile(
            by_code[code],
            standing.readings.get(code),
            by_code[code].needs_basis and by_code[code].basis(demo=user.is_demo) is None,
        )
        for code in requirement.target_refs
        if code in by_code
    ]
