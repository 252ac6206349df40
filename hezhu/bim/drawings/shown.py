"""What the case page of a drawing review shows: buildings × disciplines, intake checks, experts and their progress, draws, rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from hezhu.bim.drawings import actions, compare, kinds, rounds
from hezhu.bim.drawings.models import Assignment, DrawingReview, FindingOpinion
from hezhu.bim.life.kinds import Discipline
from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.core.access.models import User
from hezhu.core.access.permissions import Role
from hezhu.core.cases.actions import stands_for
from hezhu.core.cases.models import Case
from hezhu.registers.projects.models import UnitBuilding

Carry = CaseFinding.Carry
State = ReviewCase.State
LAMPS = {State.APPROVED: "done", State.RETURNED: "late", State.WITHDRAWN: "late"}


@dataclass(frozen=True, slots=True)
class Cell:
    """The model of one discipline of one building as it stands; ``case`` None where there is none."""

    discipline: str
    label: str
    case: ReviewCase | None
    required: bool
    counts: Mapping[str, int]
    opined: int = 0

    @property
    def lamp(self) -> str:
        if self.case is None:
            return "late" if self.required else ""
        if self.case.failure:
            return "late"
        if self.case.is_running:
            return "open"
        return LAMPS.get(State(self.case.state), "watch" if self.counts.get("undecided") else "open")

    @property
    def word(self) -> str:
        if self.case is None:
            return _("缺") if self.required else _("不交")
        return self.case.state_label


@dataclass(frozen=True, slots=True)
class Row:
    building: UnitBuilding
    cells: Sequence[Cell]


def counts_of(cases: Sequence[ReviewCase]) -> dict[int, dict[str, int]]:
    """Per review: findings that ask for a person, undecided, standing, and how they were carried over. One query."""
    rows = (
        rounds.findings_of(cases)
        .order_by()
        .values("case")
        .annotate(
            total=Count("pk"),
            undecided=Count("pk", filter=Q(decision="")),
            standing=Count("pk", filter=rounds.STANDING),
            **{kind: Count("pk", filter=Q(carry=kind)) for kind in ("new", "open", "reopened", "kept")},
        )
    )
    return {row.pop("case"): row for row in rows}


def _table(review: DrawingReview, cases: Sequence[ReviewCase], counts: Mapping[int, Mapping[str, int]]) -> list[Row]:
    there = {(case.building_id, case.discipline): case for case in cases}
    rows = []
    for building in review.buildings.order_by("code"):
        cells = []
        for asked in kinds.asked().values():
            case = there.get((building.pk, asked.discipline.value))
            cells.append(
                Cell(
                    asked.discipline.value,
                    str(asked.discipline.label),
                    case,
                    asked.is_required(is_prefab=bool(building.is_prefab)),
                    counts.get(case.pk, {}) if case else {},
                )
            )
        rows.append(Row(building, cells))
    return rows


@dataclass(frozen=True, slots=True)
class Progress:
    """An expert's assignment with how far they are."""

    assignment: Assignment
    done: int
    total: int


def progress(review: DrawingReview, cases: Sequence[ReviewCase], counts: Mapping[int, Mapping[str, int]]) -> list[Progress]:
    """Assignments that ever were, each with opinions given of findings to judge."""
    waiting = [case for case in cases if case.state == State.AWAITING_DECISION]
    discipline = {case.pk: case.discipline for case in waiting}
    given: dict[tuple[int, str], int] = {}
    rows = (
        FindingOpinion.objects.filter(finding__case__in=list(discipline), finding__superseded=False)
        .order_by()
        .values_list("by", "finding__case")
        .annotate(count=Count("pk"))
    )
    for by, case, count in rows:
        key = (by, discipline[case])
        given[key] = given.get(key, 0) + count
    totals: dict[str, int] = {}
    for case in waiting:
        totals[case.discipline] = totals.get(case.discipline, 0) + counts.get(case.pk, {}).get("total", 0)
    assignments = review.assignments.select_related("expert__user__unit")
    return [
        Progress(row, given.get((row.expert.user_id, row.discipline), 0), totals.get(row.discipline, 0)) for row in assignments
    ]


def tally(cases: Sequence[ReviewCase], counts: Mapping[int, Mapping[str, int]]) -> list[tuple[str, str, int]]:
    """Lamp, word and number of what became of the former round's findings; empty in a first round."""
    later = [case for case in cases if case.round and case.round.number > 1]
    if not later:
        return []
    found = [counts.get(case.pk, {}) for case in later]
    return [
        ("done", _("已解决"), sum(compare.solved(case).count() for case in later)),
        ("watch", _("仍存在"), sum(one.get("open", 0) for one in found)),
        ("late", _("新增"), sum(one.get("new", 0) for one in found)),
        ("late", _("复现"), sum(one.get("reopened", 0) for one in found)),
    ]


def panel_context(case: Case, user: User) -> dict[str, Any]:
    """The panel of the case page for ``user``."""
    review: DrawingReview = case.drawings
    cases = rounds.current_cases(review)
    counts = counts_of(cases)
    assignments = progress(review, cases, counts)
    mine = [one for one in assignments if one.assignment.expert.user_id == user.pk and one.assignment.stands]
    body, designer = stands_for(case, user, "body"), stands_for(case, user, "designer")
    in_charge = body and review.lead_id in (None, user.pk)
    checks = rounds.intake_checks(review, cases)
    disciplines = sorted({row.discipline for row in cases if row.is_open}, key=list(kinds.asked()).index)
    return {
        "review": review,
        "rounds": review.rounds.select_related("submitted_by"),
        "checks": checks,
        "discipline_labels": [str(asked.discipline.label) for asked in kinds.asked().values()],
        "table": _table(review, cases, counts),
        "running": any(row.is_running for row in cases) or any(check.lamp == "open" for check in checks if cases),
        "total": sum(one["total"] for one in counts.values()),
        "undecided": sum(one["undecided"] for one in counts.values()),
        "standing": sum(one["standing"] for one in counts.values()),
        "tally": tally(cases, counts),
        "assignments": assignments,
        "draws": review.draws.select_related("by"),
        "mine": [one for one in mine if one.assignment.state == Assignment.State.WORKING],
        "may_draw": in_charge and case.state == "reviewing",
        "drawable": [(key, str(Discipline(key).label)) for key in disciplines],
        "may_join": in_charge and case.state == "joining",
        "may_submit_models": designer and case.state in actions.SUBMITTING,
        "may_opine": bool(mine) and case.state == "reviewing",
        "lead_colleagues": _lead_colleagues(case, review, user) if in_charge or stands_for(case, user, "bureau") else [],
        "sees_pool": user.may("experts.view"),
        "deposits": review.deposits.count(),
    }


def _lead_colleagues(case: Case, review: DrawingReview, user: User) -> list[User]:
    if review.lead_id is None or not case.is_open:
        return []
    rows = User.objects.filter(unit=review.review_body_id, role=Role.REVIEWER, is_active=True, is_demo=case.is_demo)
    return list(rows.exclude(pk=review.lead_id).order_by("display_name"))
