"""Experts: kept in the pool, drawn by lot with recusal, declining, released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.bim.drawings import errors, lot
from hezhu.bim.drawings.models import Assignment, Draw, DrawingReview, Expert, facts_of
from hezhu.bim.life.kinds import Discipline
from hezhu.bim.models import ReviewCase
from hezhu.core.access.models import Unit, User
from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import require
from hezhu.core.calendar import actions as calendar
from hezhu.core.cases.actions import Side, locked, name_party, record, release_party, stands_for
from hezhu.core.cases.limits import time_limit
from hezhu.core.cases.models import Case, CaseStep, CaseTask
from hezhu.core.errors import NotAllowed
from hezhu.core.history import reason_of_change
from hezhu.registers.projects.models import PARTIES, Project

SLUG = "bim-drawings"
MOST = 5


def keep_expert(expert: Expert, *, by: User, units: Sequence[Unit], projects: Sequence[Project], reason: str = "") -> Expert:
    """Enters or changes a person of the pool with their conflict list. Raises NotAllowed, OpinionWrong for an account that is no expert's."""
    require(by, "experts.manage")
    if expert.user.role != Role.EXPERT or expert.user.is_demo != by.is_demo:
        raise errors.OpinionWrong(reason=_("账号须是专家角色的账号。"))
    with transaction.atomic(), reason_of_change(by, reason or _("登记审图专家"), source=_("专家库")):
        expert.division, expert.is_demo = expert.user.division, by.is_demo
        expert.save()
        expert.conflict_units.set(units)
        expert.conflict_projects.set(projects)
    return expert


def recusal(review: DrawingReview, expert: Expert) -> str:
    """Why an expert must keep clear of a review; empty where nothing stands against it."""
    project = review.project
    parties = {getattr(project, f"{party}_id") for party in PARTIES} | {review.case.unit_id}
    if not expert.active:
        return _("已停聘")
    if not expert.serves:
        return _("聘期已满")
    if not expert.user.is_active:
        return _("账号已停用")
    if expert.user.unit_id in parties:
        return _("本单位是项目参与单位")
    if avoided := [str(unit) for unit in expert.conflict_units.all() if unit.pk in parties]:
        return _("回避名单：%(units)s") % {"units": "、".join(avoided)}
    if project.pk in {row.pk for row in expert.conflict_projects.all()}:
        return _("回避名单：本项目")
    if ReviewCase.objects.filter(project=project, submitted_by=expert.user).exists():
        return _("参与过本项目设计")
    return ""


def _pool(review: DrawingReview, discipline: str) -> tuple[list[Expert], list[dict[str, Any]]]:
    """Candidates, and those excluded with the reason."""
    rows: QuerySet[Expert] = (
        Expert.objects.filter(disciplines__contains=[discipline], is_demo=review.case.is_demo)
        .select_related("user__unit")
        .prefetch_related("conflict_units", "conflict_projects")
        .order_by("pk")
    )
    here = {row.expert_id: row for row in review.assignments.filter(discipline=discipline)}
    candidates, excluded = [], []
    for expert in rows:
        reason = recusal(review, expert)
        if not reason and expert.pk in here:
            reason = {
                Assignment.State.DECLINED: _("本件已请辞"),
                Assignment.State.ENDED: _("本件任务已终止"),
            }.get(Assignment.State(here[expert.pk].state), _("已在本件审查"))
        if reason:
            excluded.append({**facts_of(expert), "reason": str(reason)})
        else:
            candidates.append(expert)
    return candidates, excluded


def draw(case: Case, counts: Mapping[str, int], *, by: User, reason: str = "") -> list[Draw]:
    """Draws so many experts for each discipline, each draw recorded with its seed; all of them or none.

    Raises NotAllowed, NotNow, NotLead, NotEnoughExperts.
    """
    with transaction.atomic(), reason_of_change(by, reason or _("抽取专家"), source=_("BIM审图")):
        case, review = _in_charge(case, by)
        made = []
        for discipline, count in counts.items():
            if discipline not in Discipline.values or not 0 < count <= MOST:
                raise errors.OpinionWrong(reason=_("专业或人数不对，每个专业抽 1 至 %(most)d 人。") % {"most": MOST})
            candidates, excluded = _pool(review, discipline)
            if len(candidates) < count:
                label = Discipline(discipline).label
                raise errors.NotEnoughExperts(discipline=label, found=len(candidates), count=count)
            seed = lot.new_seed()
            chosen = lot.draw(seed, discipline, [expert.pk for expert in candidates], count)
            by_key = {expert.pk: expert for expert in candidates}
            drawn = [by_key[pk] for pk in chosen]
            made.append(_keep_draw(review, discipline, seed, candidates, excluded, drawn, by, reason))
        if not made:
            raise errors.OpinionWrong(reason=_("没有选专业。"))
    return made


def appoint(case: Case, expert: Expert, discipline: str, *, by: User, reason: str) -> Draw:
    """Names an expert without a lot, with a reason; recusal holds here too. Raises as ``draw``, and ExpertConflict."""
    with transaction.atomic(), reason_of_change(by, reason, source=_("BIM审图")):
        case, review = _in_charge(case, by)
        if not reason.strip() or discipline not in expert.disciplines or expert.is_demo != case.is_demo:
            raise errors.OpinionWrong(reason=_("指定专家须写明理由，且专业相符。"))
        against = recusal(review, expert)
        if not against and review.assignments.filter(expert=expert, discipline=discipline).exists():
            against = _("已在本件审查，或已请辞")
        if against:
            raise errors.ExpertConflict(expert=expert, reason=against)
        _candidates, excluded = _pool(review, discipline)
        return _keep_draw(review, discipline, "", [expert], excluded, [expert], by, reason)


def drawn_again(row: Draw) -> list[int]:
    """Whom the recorded seed and pool give: the same as ``drawn``, or the record was changed."""
    return lot.draw(row.seed, row.discipline, [one["id"] for one in row.pool], row.count)


def tickets(row: Draw) -> list[dict[str, Any]]:
    """The pool with each candidate's ticket, lowest first, and whether they were drawn."""
    drawn = {one["id"] for one in row.drawn}
    rows = [{**one, "ticket": lot.ticket(row.seed, row.discipline, one["id"]), "drawn": one["id"] in drawn} for one in row.pool]
    return sorted(rows, key=lambda one: str(one["ticket"]))


def _in_charge(case: Case, by: User) -> tuple[Case, DrawingReview]:
    case = locked(case, by)
    if not stands_for(case, by, "body"):
        raise NotAllowed(permission="drawings.review")
    review: DrawingReview = case.drawings
    if review.lead_id not in (None, by.pk):
        raise errors.NotLead(lead=review.lead)
    if case.state != "reviewing":
        raise errors.NotNow(state=case.state_label)
    return case, review


def _keep_draw(
    review: DrawingReview,
    discipline: str,
    seed: str,
    candidates: Sequence[Expert],
    excluded: list[dict[str, Any]],
    drawn: Sequence[Expert],
    by: User,
    reason: str,
) -> Draw:
    row = Draw.objects.create(
        review=review,
        discipline=discipline,
        count=len(drawn),
        seed=seed,
        pool=[facts_of(expert) for expert in candidates],
        excluded=excluded,
        drawn=[facts_of(expert) for expert in drawn],
        reason=reason[:300],
        by=by,
    )
    for expert in drawn:
        Assignment.objects.create(review=review, expert=expert, discipline=discipline, draw=row)
        name_party(review.case, Side("expert", expert.user.unit, expert.user))
    open_tasks(review, drawn)
    words = _("抽取%(discipline)s专家") if seed else _("指定%(discipline)s专家")
    names = "、".join(f"{expert}（{expert.user.unit}）" for expert in drawn)
    record(
        review.case,
        CaseStep.Kind.NOTE,
        by,
        label=words % {"discipline": Discipline(discipline).label},
        text=_("抽中 %(drawn)s；候选 %(pool)d 人，回避和排除 %(excluded)d 人。%(reason)s")
        % {"drawn": names, "pool": len(candidates), "excluded": len(excluded), "reason": reason},
        detail={"draw": row.pk, "seed": seed},
    )
    return row


def open_tasks(review: DrawingReview, experts: Sequence[Expert]) -> None:
    """One task for each expert, with the days the rules give; one that has a task keeps it."""
    case = review.case
    due = calendar.add_working_days(timezone.localdate(), time_limit(SLUG, "opine").days)
    busy = set(case.tasks.filter(party="expert", done_at=None).values_list("user", flat=True))
    CaseTask.objects.bulk_create(
        CaseTask(
            case=case,
            party="expert",
            title=_("专家审查"),
            unit=expert.user.unit,
            user=expert.user,
            division=case.division,
            is_demo=case.is_demo,
            due_on=due,
        )
        for expert in {expert.pk: expert for expert in experts}.values()
        if expert.user_id not in busy
    )


def _close_task(case: Case, user: User, by: User) -> None:
    case.tasks.filter(party="expert", user=user, done_at=None).update(done_at=timezone.now(), done_by=by)


def decline(assignment: Assignment, *, by: User, reason: str) -> Assignment:
    """The expert gives a task back, with a reason; the review body draws again. Raises NotAllowed, NotNow, OpinionWrong."""
    with transaction.atomic(), reason_of_change(by, reason, source=_("BIM审图")):
        case = locked(assignment.review.case, by)
        if not stands_for(case, by, "expert") or assignment.expert.user_id != by.pk:
            raise NotAllowed(permission="drawings.opine")
        return _end(case, assignment, Assignment.State.DECLINED, by, reason)


def end(assignment: Assignment, *, by: User, reason: str) -> Assignment:
    """The review body ends an expert's task, for instance one that does not answer. Raises as ``draw``, and OpinionWrong."""
    with transaction.atomic(), reason_of_change(by, reason, source=_("BIM审图")):
        case, _review = _in_charge(assignment.review.case, by)
        return _end(case, assignment, Assignment.State.ENDED, by, reason)


def _end(case: Case, assignment: Assignment, state: Assignment.State, by: User, reason: str) -> Assignment:
    assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if assignment.state != Assignment.State.WORKING or case.state != "reviewing":
        raise errors.NotNow(state=assignment.get_state_display())
    if not reason.strip():
        raise errors.OpinionWrong(reason=_("须写明理由。"))
    assignment.state, assignment.reason = state, reason.strip()[:300]
    assignment.save(update_fields=["state", "reason"])
    user = assignment.expert.user
    left = assignment.review.assignments.filter(
        expert=assignment.expert, state__in=[Assignment.State.WORKING, Assignment.State.DONE]
    )
    if not left.filter(state=Assignment.State.WORKING).exists():
        _close_task(case, user, by)
    label = (
        _("%(expert)s请辞（%(discipline)s）")
        if state == Assignment.State.DECLINED
        else _("终止%(expert)s的任务（%(discipline)s）")
    )
    words = {"expert": user, "discipline": assignment.get_discipline_display()}
    record(case, CaseStep.Kind.NOTE, by, label=label % words, text=reason, detail={"assignment": assignment.pk})
    if not left.exists():
        release_party(case, Side("expert", user.unit, user))
    return assignment


def finish_task(case: Case, user: User) -> None:
    """The expert's task is done."""
    _close_task(case, user, user)
