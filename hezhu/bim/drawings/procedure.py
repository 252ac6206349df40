"""The procedure of BIM审图: states, moves, what each move checks and does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.bim.drawings import actions, certificate, draws, errors, joining, kinds, rounds
from hezhu.bim.drawings.models import Assignment, DrawingReview, Expert
from hezhu.bim.drawings.shown import panel_context
from hezhu.bim.life.kinds import Discipline
from hezhu.bim.models import ReviewCase
from hezhu.core.access.models import User
from hezhu.core.access.permissions import Role
from hezhu.core.cases.actions import proceed
from hezhu.core.cases.declare import Clock, Move, Party, Procedure, Said, State, procedures
from hezhu.core.cases.documents import revoke
from hezhu.core.cases.limits import time_limit
from hezhu.core.cases.models import Case, CaseDocument
from hezhu.core.numbering import add_series

SLUG = kinds.SLUG
NUMBERS = add_series("bim-drawings", "ST-{year}-{number:04d}")


def is_serving(user: User) -> bool:
    """An expert's account acts and sees only while its person is appointed."""
    if user.role != Role.EXPERT:
        return False
    expert = Expert.objects.filter(user=user.pk).first()
    return expert is not None and expert.serves


def _lead(case: Case, by: User, said: Said) -> None:
    """Once somebody took charge, only they decide for the review body."""
    lead = case.drawings.lead
    if lead is not None and lead.pk != by.pk:
        raise errors.NotLead(lead=lead)


def _complete(case: Case, by: User, said: Said) -> None:
    """The machine has looked at every model, and every required discipline is there or its absence explained."""
    cases = rounds.current_cases(case.drawings)
    rounds.require_machine_done(cases)
    rounds.require_clashes_done(case.drawings)
    missing = rounds.missing_slots(case.drawings, cases)
    if missing and not said.text.strip():
        raise errors.DisciplinesMissing(slots="、".join(missing), problems=[{"field": "text", "reason": _("没有写明依据")}])


def _take_charge(case: Case, by: User, said: Said) -> Mapping[str, Any]:
    review: DrawingReview = case.drawings
    review.lead = by
    review.save(update_fields=["lead"])
    return {"lead": str(by)}


def _new_round(case: Case, by: User, said: Said) -> None:
    asked = case.steps.filter(target=case.state).exclude(move="").last()
    latest = case.drawings.latest
    if asked is not None and latest.submitted_at < asked.at:
        raise errors.NothingNew()


def _resubmitted(case: Case, by: User, said: Said) -> None:
    """Every returned model has a newer version, and every finding that stands has a reply."""
    _new_round(case, by, said)
    if case.state == "changing":
        old = [row for row in joining.returned_last(case).select_related("building", "round") if rounds.is_latest(row)]
        if old:
            raise errors.NotResubmitted(slots="、".join(rounds.label_of(row) for row in old))
        if left := joining.unanswered(case):
            raise errors.RepliesMissing(count=left)


def _waiting_disciplines(case: Case) -> set[str]:
    return {row.discipline for row in rounds.open_cases(case.drawings)}


def _call_experts(case: Case, by: User, said: Said) -> None:
    """Experts of the disciplines that wait go on where they are, each with a task; one whose term ended meanwhile is let go."""
    rows = case.drawings.assignments.filter(
        state__in=[Assignment.State.DONE, Assignment.State.WORKING], discipline__in=_waiting_disciplines(case)
    ).select_related("expert__user__unit")
    for row in rows:
        if not row.expert.serves:
            row.state, row.reason = Assignment.State.ENDED, _("聘期已满")
        elif row.state == Assignment.State.DONE:
            row.state, row.finished_at = Assignment.State.WORKING, None
        row.save(update_fields=["state", "finished_at", "reason"])
    draws.open_tasks(case.drawings, [row.expert for row in rows if row.stands])


def _experts_done(case: Case, by: User, said: Said) -> None:
    """Each waiting discipline was looked at by an expert, and none is still at it."""
    _lead(case, by, said)
    rounds.require_machine_done(rounds.open_cases(case.drawings))
    rounds.require_clashes_done(case.drawings)
    rows = list(case.drawings.assignments.select_related("expert__user"))
    busy = [f"{row.expert}（{row.get_discipline_display()}）" for row in rows if row.state == Assignment.State.WORKING]
    if busy:
        raise errors.ExpertsAtWork(experts="、".join(busy))
    covered = {row.discipline for row in rows if row.state == Assignment.State.DONE}
    if bare := sorted(_waiting_disciplines(case) - covered):
        raise errors.NoExperts(disciplines="、".join(str(Discipline(key).label) for key in bare))


def _decided(case: Case, by: User, said: Said) -> None:
    _lead(case, by, said)
    left = rounds.findings_of(rounds.open_cases(case.drawings)).filter(decision="").count()
    if left:
        raise errors.Undecided(count=left)


def _standing(case: Case) -> int:
    return rounds.findings_of(rounds.open_cases(case.drawings)).filter(rounds.STANDING).count()


def _something_stands(case: Case, by: User, said: Said) -> None:
    _decided(case, by, said)
    if not _standing(case):
        raise errors.NothingStands()


def _nothing_stands(case: Case, by: User, said: Said) -> None:
    _decided(case, by, said)
    if count := _standing(case):
        raise errors.ProblemsStand(count=count)


def _ask_change(case: Case, by: User, said: Said) -> Mapping[str, Any]:
    return actions.conclude(case, by=by, passed=None, opinion=said.text)


def _certify(case: Case, by: User, said: Said) -> Mapping[str, Any]:
    actions.conclude(case, by=by, passed=True, opinion=said.text)
    project = case.drawings.project
    if project.review_passed_on is None:
        project.review_passed_on = timezone.localdate()
        project.save(update_fields=["review_passed_on"])
    return certificate.give(case, by, conditions=certificate.conditions_of(said.text))


def _correct(case: Case, by: User, said: Said) -> Mapping[str, Any]:
    return certificate.correct(case, by, said.text)


def _refuse(case: Case, by: User, said: Said) -> Mapping[str, Any]:
    return actions.conclude(case, by=by, passed=False, opinion=said.text)


def _withdraw(case: Case, by: User, said: Said) -> Mapping[str, Any]:
    lapse(case)
    return {}


def lapse(case: Case) -> None:
    """The models without a conclusion and the experts' work end with the case."""
    actions.withdraw_models(case, _("办件已终止"))
    case.drawings.assignments.filter(state=Assignment.State.WORKING).update(state=Assignment.State.ENDED)


def _end_experts_tasks(case: Case, by: User, said: Said) -> None:
    case.tasks.filter(party="expert", done_at=None).update(done_at=timezone.now(), done_by=by)


def _reopen(case: Case, by: User, said: Said) -> Mapping[str, Any]:
    actions.reopen(case)
    return {}


def _first_appeal(case: Case, by: User, said: Said) -> None:
    if case.steps.filter(move="uphold").exists():
        raise errors.AppealedBefore()


def _no_new_round(case: Case, by: User, said: Said) -> None:
    try:
        _new_round(case, by, said)
    except errors.NothingNew:
        return
    raise errors.NewRoundThere()


def _revoke(case: Case, by: User, said: Said) -> Mapping[str, Any]:
    standing = list(case.documents.filter(replaced_by=None, revoked_at=None))
    for document in standing:
        revoke(document, by=by, reason=said.text)
    return {"revoked": [document.number for document in standing]}


def _again(case: Case, user: User) -> str | None:
    """The form of a new submission, after one that ended without a certificate."""
    if case.state == "certified" or not user.may("drawings.submit"):
        return None
    return f"{reverse('drawings:submit', args=[case.drawings.project.number])}?from={case.number}"


def expire_certificates(today: date | None = None) -> int:
    """Every certified case whose certificate's last day has passed goes to expired. Returns how many."""
    today = today or timezone.localdate()
    standing = CaseDocument.objects.filter(case=OuterRef("pk"), replaced_by=None, revoked_at=None)
    rows = Case.objects.filter(procedure=SLUG, state="certified").filter(
        Exists(standing.filter(valid_until__lt=today)), ~Exists(standing.filter(valid_until__gte=today))
    )
    count = 0
    for case in rows:
        proceed(case, "expire", text=_("合格书已过有效期；继续使用须重新送审。"))
        count += 1
    return count


_DESIGNER, _BODY, _BUREAU = ("designer",), ("body",), ("bureau",)
_REASON = gettext_lazy("理由")
_OPEN = ("received", "incomplete", "reviewing", "joining", "changing")

DRAWINGS = procedures.add(
    Procedure(
        slug=SLUG,
        label=gettext_lazy("BIM审图"),
        series=NUMBERS,
        nav="bim",
        parties=(
            Party("designer", gettext_lazy("设计单位"), "drawings.submit"),
            Party("body", gettext_lazy("审图机构"), "drawings.review"),
            Party("expert", gettext_lazy("审图专家"), "drawings.opine", eligible=is_serving),
            Party("bureau", gettext_lazy("建设主管部门"), "drawings.supervise", office=True),
        ),
        states=(
            State("received", gettext_lazy("待受理"), Clock.NOT_STARTED, _BODY, days=time_limit(SLUG, "receive").days),
            State(
                "incomplete", gettext_lazy("待补正"), Clock.NOT_STARTED, _DESIGNER, lamp="watch",
                expires_after=kinds.term("lapse").length, expires_to="lapsed", warn_days=5, on_expiry=lapse,
            ),
            State("reviewing", gettext_lazy("专家审查"), Clock.RUNS, _BODY),
            State("joining", gettext_lazy("汇总意见"), Clock.RUNS, _BODY),
            State(
                "changing", gettext_lazy("待修改"), Clock.PAUSED, _DESIGNER, lamp="watch",
                expires_after=kinds.term("lapse").length, expires_to="lapsed", warn_days=5, on_expiry=lapse,
            ),
            State("certified", gettext_lazy("已合格"), Clock.ENDED, lamp="done"),
            State("expired", gettext_lazy("合格书已过期"), Clock.ENDED, lamp="late"),
            State(
                "amending", gettext_lazy("设计变更中"), Clock.NOT_STARTED, _DESIGNER, lamp="watch",
                expires_after=kinds.term("lapse").length, expires_to="certified", warn_days=5, on_expiry=lapse,
            ),
            State("refused", gettext_lazy("不合格"), Clock.ENDED, lamp="late"),
            State("appealed", gettext_lazy("复核中"), Clock.NOT_STARTED, _BUREAU, days=time_limit(SLUG, "appeal").days, lamp="watch"),
            State("withdrawn", gettext_lazy("已撤回"), Clock.ENDED, lamp="late"),
            State("lapsed", gettext_lazy("逾期终止"), Clock.ENDED, lamp="late"),
            State("revoked", gettext_lazy("已撤销"), Clock.ENDED, lamp="late"),
        ),
        moves=(
            Move(
                "accept", gettext_lazy("受理"), ("received",), "reviewing", _BODY, check=_complete, effect=_take_charge,
                after=_call_experts, text="optional", text_label=gettext_lazy("专业不齐而受理的依据"), tone="primary",
                note=gettext_lazy("受理后由您担任项目负责人，并抽取专家。"),
            ),
            Move(
                "complete", gettext_lazy("告知补正"), ("received",), "incomplete", _BODY,
                text="required", text_label=gettext_lazy("需要补正的全部内容"), note=gettext_lazy("须一次告知全部内容。"),
            ),
            Move("completed", gettext_lazy("补正完毕"), ("incomplete",), "received", _DESIGNER, check=_new_round, tone="primary"),
            Move(
                "join", gettext_lazy("汇总意见"), ("reviewing",), "joining", _BODY, check=_experts_done, tone="primary",
                note=gettext_lazy("专家都已完成后，由审图机构汇总出结论。"),
            ),
            Move(
                "back", gettext_lazy("退回专家复审"), ("joining",), "reviewing", _BODY, check=_lead, after=_call_experts,
                text="required", text_label=_REASON,
            ),
            Move(
                "change", gettext_lazy("要求修改"), ("joining",), "changing", _BODY, check=_something_stands, effect=_ask_change,
                text="required", text_label=gettext_lazy("修改要求"), note=gettext_lazy("修改期间停止计时。没有问题的专业先行通过。"),
            ),
            Move(
                "resubmit", gettext_lazy("提交送审"), ("changing", "amending"), "reviewing", _DESIGNER,
                check=_resubmitted, after=_call_experts, text="optional", text_label=gettext_lazy("修改说明"), tone="primary",
            ),
            Move(
                "certify", gettext_lazy("出具合格书"), ("joining",), "certified", _BODY, check=_nothing_stands, effect=_certify,
                text="optional", text_label=gettext_lazy("附加条件，一行一条；竣工审查时逐条核对"), tone="primary",
                note=gettext_lazy("出具带编号、签署页和二维码的合格书，模型和报告归入图档。"),
            ),
            Move(
                "refuse", gettext_lazy("不合格"), ("joining",), "refused", _BODY, check=_something_stands, effect=_refuse,
                text="required", text_label=_REASON, tone="refuse",
            ),
            Move(
                "appeal", gettext_lazy("申请复核"), ("refused",), "appealed", _DESIGNER, check=_first_appeal,
                text="required", text_label=gettext_lazy("复核理由"),
            ),
            Move(
                "overturn", gettext_lazy("发回重审"), ("appealed",), "joining", _BUREAU, effect=_reopen,
                text="required", text_label=_REASON, tone="primary",
            ),
            Move("uphold", gettext_lazy("维持结论"), ("appealed",), "refused", _BUREAU, text="required", text_label=_REASON, tone="refuse"),
            Move(
                "amend", gettext_lazy("设计变更送审"), ("certified", "expired"), "amending", _DESIGNER,
                text="required", text_label=gettext_lazy("变更内容"), note=gettext_lazy("原合格书在新合格书出具前仍然有效。"),
            ),
            Move("cancel", gettext_lazy("取消变更"), ("amending",), "certified", _DESIGNER, check=_no_new_round),
            Move(
                "correct", gettext_lazy("更正合格书"), ("certified",), "certified", _BODY, check=_lead, effect=_correct,
                text="required", text_label=gettext_lazy("更正内容"), note=gettext_lazy("出具新的合格书，原合格书标为已被替代。"),
            ),
            Move(
                "revoke", gettext_lazy("撤销合格书"), ("certified",), "revoked", _BUREAU,
                text="required", text_label=_REASON, effect=_revoke, tone="refuse",
            ),
            Move("expire", gettext_lazy("合格书到期"), ("certified",), "expired", (), automatic=True),
            Move(
                "withdraw", gettext_lazy("撤回送审"), _OPEN, "withdrawn", _DESIGNER, effect=_withdraw, after=_end_experts_tasks,
                text="required", text_label=_REASON, tone="refuse",
            ),
        ),
        start="received",
        opened_by="designer",
        limit=time_limit(SLUG),
        panel="bim/drawings/_panel.html",
        panel_context=panel_context,
        again=_again,
    )
)  # fmt: skip


def is_reviewed_by(user: User, row: ReviewCase) -> bool:
    """Whether the account is an expert at work on the model's discipline."""
    return (
        row.round is not None
        and Assignment.objects.filter(
            review=row.round.review_id, expert__user=user, discipline=row.discipline, state=Assignment.State.WORKING
        ).exists()
    )
