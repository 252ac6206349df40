"""The models of a review: which version of each building and discipline counts now, what each asks, and the intake checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When
from django.utils.translation import gettext as _

from hezhu.bim.drawings import errors, kinds
from hezhu.bim.drawings.models import ClashCheck, DrawingReview
from hezhu.bim.life.kinds import Discipline
from hezhu.bim.models import NEEDS_DECISION, CaseFinding, ReviewCase
from hezhu.engines.findings import Severity
from hezhu.registers.projects.models import UnitBuilding

State = ReviewCase.State
Decision = CaseFinding.Decision
# What keeps a certificate back: confirmed, to be changed, or downgraded to something that is still a clause.
STANDING = Q(decision__in=[Decision.CONFIRMED, Decision.CHANGE_REQUESTED]) | (
    Q(decision=Decision.DOWNGRADED) & ~Q(decided_severity=Severity.ADVICE.value)
)
ASKS = Q(superseded=False, verdict__in=NEEDS_DECISION)


def slot_label(building: UnitBuilding | None, discipline: str) -> str:
    """1号楼 建筑."""
    return f"{building.name if building else _('整个项目')} {Discipline(discipline).label}"


def label_of(case: ReviewCase) -> str:
    return slot_label(case.building, case.discipline)


def current_cases(review: DrawingReview) -> list[ReviewCase]:
    """The latest review of each building and discipline, buildings in order and disciplines as the rules list them.

    One that was withdrawn counts only where there is no other: a design change that was given up leaves what was approved.
    """
    order = list(kinds.asked())
    rows = (
        ReviewCase.objects.filter(round__review=review)
        .defer("summary", "assembly")
        .select_related("building", "round", "job", "model_version")
        .annotate(gone=Case(When(state=State.WITHDRAWN, then=1), default=0))
        .order_by("building_id", "discipline", "gone", "-round__number", "-id")
        .distinct("building_id", "discipline")
    )
    return sorted(
        rows,
        key=lambda row: (row.building.code if row.building else "", row.building_id or 0, _rank(order, row.discipline)),
    )


def _rank(order: Sequence[str], discipline: str) -> int:
    return order.index(discipline) if discipline in order else len(order)


def findings_of(cases: Iterable[ReviewCase]) -> QuerySet[CaseFinding]:
    """Findings of these reviews that ask for a person."""
    return CaseFinding.objects.filter(ASKS, case__in=[case.pk for case in cases])


def open_cases(review: DrawingReview) -> list[ReviewCase]:
    """Those of the current reviews that have no conclusion yet."""
    return [case for case in current_cases(review) if case.state in ReviewCase.OPEN_STATES]


def missing_slots(review: DrawingReview, cases: Sequence[ReviewCase]) -> list[str]:
    """Required disciplines of which a building has no model."""
    there = {(case.building_id, case.discipline) for case in cases}
    return [
        slot_label(building, asked.discipline)
        for building in review.buildings.order_by("code")
        for asked in kinds.asked().values()
        if asked.is_required(is_prefab=bool(building.is_prefab)) and (building.pk, asked.discipline.value) not in there
    ]


def require_machine_done(cases: Iterable[ReviewCase]) -> None:
    """Raises StillReviewing or NotReviewed, naming the models."""
    cases = list(cases)
    if running := [label_of(case) for case in cases if case.is_running]:
        raise errors.StillReviewing(slots="、".join(running))
    if failed := [label_of(case) for case in cases if case.failure]:
        raise errors.NotReviewed(slots="、".join(failed))


@dataclass(frozen=True, slots=True)
class Check:
    """One intake check: ``lamp`` done, watch or late, what it found, and all of it where the words name only the first."""

    lamp: str
    title: str
    says: str
    items: tuple[str, ...] = ()


FEW = 3  # more than these are listed below their number


def intake_checks(review: DrawingReview, cases: Sequence[ReviewCase]) -> list[Check]:
    """Validity, data requirements, disciplines, units and placement, and repeated models of the current round."""
    failed = [label_of(case) for case in cases if case.failure]
    running = [label_of(case) for case in cases if case.is_running]
    missing = missing_slots(review, cases)
    lacking = _lacking_data(cases)
    warned = [f"{label_of(case)}：{words}" for case in cases for words in _warnings(case)]
    twice = _repeated(cases)
    return [
        _check(_("模型有效性"), failed, _("全部能够读取"), bad="late", waiting=running),
        _check(_("专业齐全"), missing, _("应交专业都已提交"), bad="late"),
        _check(_("数据要求"), lacking, _("数据要求齐全"), bad="watch", waiting=running),
        _check(_("单位与定位"), warned, _("没有发现问题"), bad="watch", waiting=running),
        _check(_("重复提交"), twice, _("没有重复的模型"), bad="watch"),
        _clashes(review),
    ]


def _clashes(review: DrawingReview) -> Check:
    """How the disciplines fit together: the latest check of each building."""
    title = _("专业间碰撞")
    rows = ClashCheck.objects.filter(round__review=review).select_related("job", "building")
    checks = list(rows.order_by("building_id", "-round__number").distinct("building_id"))
    if not checks:
        return Check("open", title, _("各专业机审完成后检查；少于两个专业不检查"))
    if any(check.is_running for check in checks):
        return Check("open", title, _("检查中"))
    if broken := [f"{check.building or ''} {check.failure}" for check in checks if check.state != ClashCheck.State.DONE]:
        return Check("late", title, _("未完成：%(why)s") % {"why": "；".join(broken)})
    count = sum(check.count for check in checks)
    return (
        Check("watch", title, _("发现 %(count)d 处，列在问题清单") % {"count": count})
        if count
        else Check("done", title, _("没有发现碰撞"))
    )


def require_clashes_done(review: DrawingReview) -> None:
    """Raises StillReviewing while a building's disciplines are being held against each other."""
    rows = ClashCheck.objects.filter(round__review=review, state=ClashCheck.State.QUEUED).select_related("job", "building")
    if busy := [f"{row.building or ''}{_('专业间碰撞')}" for row in rows if row.is_running]:
        raise errors.StillReviewing(slots="、".join(busy))


def _check(title: str, wrong: Sequence[str], right: str, *, bad: str, waiting: Sequence[str] = ()) -> Check:
    if len(wrong) > FEW:
        return Check(bad, title, _("%(count)d 项") % {"count": len(wrong)}, tuple(wrong))
    if wrong:
        return Check(bad, title, "；".join(wrong))
    if waiting:
        return Check("open", title, _("机审中"))
    return Check("done", title, right)


def _lacking_data(cases: Sequence[ReviewCase]) -> list[str]:
    """Models with failed data requirements; their rules carry the IDS prefix."""
    labels = {case.pk: label_of(case) for case in cases}
    counted = findings_of(cases).filter(rule__startswith="ids:").values_list("case").annotate(count=Count("pk")).order_by("case")
    return [_("%(slot)s缺 %(count)d 项") % {"slot": labels[pk], "count": count} for pk, count in counted]


def _warnings(case: ReviewCase) -> list[str]:
    from hezhu.bim.life.warnings import worded

    return list(dict.fromkeys(worded(warning) for warning in case.model_version.warnings))


def _repeated(cases: Sequence[ReviewCase]) -> list[str]:
    """The same content in two places of the round."""
    by_file: dict[int, list[str]] = {}
    for case in cases:
        by_file.setdefault(case.model_version.model_file.file_id, []).append(label_of(case))
    return ["＝".join(labels) for labels in by_file.values() if len(labels) > 1]


def is_latest(case: ReviewCase) -> bool:
    """Whether no later round has a model of the same building and discipline."""
    return not later_than(case).exists()


def later_than(case: ReviewCase) -> QuerySet[ReviewCase]:
    """Reviews of the same building and discipline in later rounds of the same drawing review, the latest first."""
    assert case.round is not None
    rows: Any = ReviewCase.objects.filter(
        round__review=case.round.review_id,
        round__number__gt=case.round.number,
        building=case.building_id,
        discipline=case.discipline,
    )
    return rows.exclude(state=State.WITHDRAWN).order_by("-round__number")
