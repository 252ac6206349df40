"""What changes figures: computing them, entering one with evidence, withdrawing one."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.core.access.divisions import division_names
from hezhu.core.access.models import User
from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import require
from hezhu.core.files.actions import keep
from hezhu.core.history import reason_of_change
from hezhu.engines.indicators import Figure
from hezhu.portal import computing
from hezhu.portal.definitions import InForce, in_force
from hezhu.portal.errors import AlreadyWithdrawn, ComputedTarget, NotEntrant, ReasonMissing
from hezhu.portal.models import Computation, EnteredFigure, Snapshot
from hezhu.programme import dates
from hezhu.programme.errors import Problems, problem
from hezhu.programme.models import Target

MONTHS_KEPT = 12
SHARE_TOLERANCE = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class FigureContent:
    """What a person enters: value in the target's unit on a day, where it comes from, and optionally its two halves."""

    value: Decimal
    as_of: dt.date
    note: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def compute_all(today: dt.date, *, demo: bool, month_ends_too: bool = True) -> int:
    """Compute every indicator of one world for today and for the month ends before it. Returns how many figures were kept.

    A month end that was computed on its own day stays as it is; one computed after its day is computed again.
    """
    started = time.monotonic()
    mark = computing.watermark()
    definitions = in_force()
    days = [today, *(month_ends(today) if month_ends_too else [])]
    kept = 0
    with transaction.atomic():
        for as_of in days:
            kept += _compute_day(definitions, as_of, today, demo)
        duration = int((time.monotonic() - started) * 1000 / len(days))
        Computation.objects.update_or_create(
            as_of=today, is_demo=demo, defaults={"watermark": mark, "duration_ms": min(duration, 2**31 - 1)}
        )
    return kept


def month_ends(today: dt.date) -> list[dt.date]:
    """The last days of the twelve months before that of ``today``, the newest first."""
    ends = []
    day = dates.first_day(today) - dt.timedelta(days=1)
    for _month in range(MONTHS_KEPT):
        ends.append(day)
        day = dates.first_day(day) - dt.timedelta(days=1)
    return ends


def _compute_day(definitions: dict[str, InForce], as_of: dt.date, today: dt.date, demo: bool) -> int:
    is_late = as_of < today
    run = computing.run_for(computing.city(), demo=demo, as_of=as_of)
    on_time = set()
    if is_late:
        kept = Snapshot.objects.filter(as_of=as_of, is_demo=demo, is_late=False, division=computing.city())
        on_time = set(kept.values_list("target", flat=True))
    rows = []
    for target, definition in definitions.items():
        if target in on_time or (is_late and not definition.indicator.population.period.column):
            continue
        figures = {computing.city(): computing.figure_of(definition, run)}
        figures |= {code: Figure(Decimal(0), None, 0, 0, None) for code in division_names() if code != computing.city()}
        figures |= computing.figures_by_division(definition, run)
        rows += [_snapshot(definition, code, figure, as_of, demo, is_late) for code, figure in figures.items()]
    Snapshot.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["target", "as_of", "division", "is_demo"],
        update_fields=["definition", "value", "numerator", "denominator", "counted", "looked_at", "is_late", "computed_at"],
    )
    return len(rows)


def _snapshot(definition: InForce, division: str, figure: Figure, as_of: dt.date, demo: bool, is_late: bool) -> Snapshot:
    shares = definition.indicator.denominator is not None
    empty = figure.looked_at == 0 and figure.value is None
    return Snapshot(
        target=definition.indicator.target,
        as_of=as_of,
        definition_id=definition.pk,
        division=division,
        is_demo=demo,
        value=Decimal(0) if empty and not shares else figure.value,
        numerator=figure.numerator,
        denominator=Decimal(0) if empty and shares else figure.denominator,
        counted=figure.counted,
        looked_at=figure.looked_at,
        is_late=is_late,
        computed_at=timezone.now(),
    )


def enter_figure(
    target: Target, content: FigureContent, evidence: Iterable[File], *, by: User, reason: str = ""
) -> EnteredFigure:
    """Keep a figure no register can give, with the files that prove it.

    Raises ComputedTarget, NotEntrant, Problems, and what keeping a file raises; nothing is kept then.
    """
    _require_entrant(target, by)
    if target.code in in_force():
        raise ComputedTarget(target=target.code)
    files = list(evidence)
    if found := _problems(target, content, files):
        raise Problems(found)
    with reason_of_change(by, reason or _("人工填报")), transaction.atomic():
        figure = EnteredFigure.objects.create(
            target=target,
            as_of=content.as_of,
            value=content.value,
            numerator=content.numerator,
            denominator=content.denominator,
            note=content.note.strip(),
            entered_by=by,
            division=computing.city(),
            is_demo=by.is_demo,
        )
        figure.evidence.set([keep(file, by=by, purpose="evidence", division=by.division) for file in files])
    return figure


def withdraw_figure(figure: EnteredFigure, *, by: User, reason: str) -> None:
    """Take an entered figure back; the one before it stands again."""
    _require_entrant(figure.target, by)
    require(by, "targets.view", figure)
    if not reason.strip():
        raise ReasonMissing()
    with reason_of_change(by, reason), transaction.atomic():
        row = EnteredFigure.objects.select_for_update().get(pk=figure.pk)
        if row.withdrawn_at:
            raise AlreadyWithdrawn()
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])


def may_enter(user: User, target: Target) -> bool:
    """Whether ``user`` may enter figures of ``target``: the city office may, and the bureau that leads it."""
    if user.may("targets.enter"):
        return user.role == Role.CITY_OFFICE or user.unit_id == target.lead_unit_id
    return False


def _require_entrant(target: Target, by: User) -> None:
    require(by, "targets.view")
    if not may_enter(by, target):
        raise NotEntrant(target=target.code, unit=target.lead_unit or "")


def _problems(target: Target, content: FigureContent, files: list[File]) -> list[dict[str, Any]]:
    found = []

    def say(field: str, label: str, message: str) -> None:
        found.append(problem(field, label, message))

    if not files:
        say("evidence", _("佐证材料"), _("没有附文件；请附%(wanted)s") % {"wanted": target.evidence or _("能证明这个数的文件")})
    if not content.note.strip():
        say("note", _("说明"), _("没有填写；请写明数据来源和统计范围"))
    if content.as_of > dates.today():
        say("as_of", _("截至日期"), _("%(day)s 还没有到") % {"day": content.as_of})
    if content.value < 0:
        say("value", _("数值"), _("不能小于 0，现为 %(value)s") % {"value": content.value})
    if target.kind == Target.Kind.MILESTONE and content.value not in (0, 1):
        say("value", _("数值"), _("里程碑填 1（完成）或 0（未完成），现为 %(value)s") % {"value": content.value})
    if (content.numerator is None) != (content.denominator is None):
        say("denominator", _("分母"), _("分子和分母要么都填，要么都不填"))
    elif content.numerator is not None and content.denominator is not None:
        found += _share_problems(content)
    return found


def _share_problems(content: FigureContent) -> list[dict[str, Any]]:
    """A share must agree with its halves to the precision it is stated in."""
    assert content.numerator is not None
    if not content.denominator:
        return [problem("denominator", _("分母"), _("不能为 0"))]
    share = content.numerator / content.denominator * 100
    if abs(share - content.value) <= SHARE_TOLERANCE:
        return []
    words = _("与分子、分母不符：%(above)s ÷ %(below)s = %(share)s%%，现为 %(value)s%%") % {
        "above": content.numerator,
        "below": content.denominator,
        "share": round(share, 2),
        "value": content.value,
    }
    return [problem("value", _("数值"), words)]
