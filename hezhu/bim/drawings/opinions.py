"""What experts say of findings, one row each; and the findings they make themselves on the model."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.bim.actions import recount
from hezhu.bim.drawings import draws, errors, rounds
from hezhu.bim.drawings.models import Assignment, DrawingReview, FindingOpinion
from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.core.access.models import User
from hezhu.core.cases.actions import locked, record, stands_for
from hezhu.core.cases.models import Case, CaseStep
from hezhu.core.errors import NotAllowed
from hezhu.core.history import reason_of_change
from hezhu.engines.findings import Severity, Verdict

Decision = CaseFinding.Decision
OPINIONS = (Decision.CONFIRMED, Decision.REJECTED, Decision.DOWNGRADED, Decision.CHANGE_REQUESTED)
# From the gravest down.
WEIGHTS = (Severity.MANDATORY.value, Severity.GENERAL.value, Severity.ADVICE.value)
BATCH = 2000


def check_words(decision: str, severity: str, text: str) -> tuple[Decision, str, str]:
    """A decision as it may be written down. Raises OpinionWrong naming what lacks."""
    if decision not in OPINIONS:
        raise errors.OpinionWrong(reason=_("没有这种意见。"), problems=[{"field": "decision", "value": decision}])
    choice, text = Decision(decision), text.strip()
    if choice == Decision.DOWNGRADED and severity not in WEIGHTS[1:]:
        raise errors.OpinionWrong(reason=_("降级须选降到哪一级。"), problems=[{"field": "severity", "value": severity}])
    if choice != Decision.CONFIRMED and not text:
        raise errors.OpinionWrong(
            reason=_("“%(decision)s”须写明理由。") % {"decision": choice.label},
            problems=[{"field": "text", "reason": _("没有填写")}],
        )
    return choice, severity if choice == Decision.DOWNGRADED else "", text


def require_lesser(rows: QuerySet[CaseFinding], severity: str) -> None:
    """A finding is only downgraded to something lesser than it is."""
    graver = WEIGHTS[: WEIGHTS.index(severity)]
    if rows.exclude(severity__in=graver).exists():
        raise errors.OpinionWrong(reason=_("所选问题中有的本来就不重于这一级，不能降级。"))


def _my_disciplines(case: Case, by: User) -> list[str]:
    rows = Assignment.objects.filter(review__case=case, expert__user=by, state=Assignment.State.WORKING)
    return list(rows.values_list("discipline", flat=True))


def _working(case: Case, by: User) -> tuple[Case, list[ReviewCase]]:
    """The case and the reviews of the expert's disciplines that are open for opinions."""
    case = locked(case, by)
    if not stands_for(case, by, "expert"):
        raise NotAllowed(permission="drawings.opine")
    if case.state != "reviewing":
        raise errors.NotNow(state=case.state_label)
    mine = _my_disciplines(case, by)
    cases = [
        row
        for row in rounds.current_cases(case.drawings)
        if row.discipline in mine and row.state == ReviewCase.State.AWAITING_DECISION
    ]
    return case, cases


def give(case: Case, findings: QuerySet[CaseFinding], *, by: User, decision: str, severity: str = "", text: str = "") -> int:
    """The expert's opinion on those of ``findings`` that are theirs to judge; returns how many. A second one replaces the first.

    Raises NotAllowed, NotNow, OpinionWrong.
    """
    choice, severity, text = check_words(decision, severity, text)
    with transaction.atomic(), reason_of_change(by, text or str(choice.label), source=_("BIM审图")):
        case, cases = _working(case, by)
        rows = findings.filter(rounds.ASKS, case__in=[row.pk for row in cases])
        if severity:
            require_lesser(rows, severity)
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        if not keys:
            raise errors.OpinionWrong(reason=_("所选问题中没有您负责专业的待审项。"))
        FindingOpinion.objects.bulk_create(
            [
                FindingOpinion(finding_id=pk, by=by, decision=choice, severity=severity, text=text, at=timezone.now())
                for pk in keys
            ],
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["finding", "by"],
            update_fields=["decision", "severity", "text", "at"],
        )
    return len(keys)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A finding an expert makes: what is wrong, by which clause, how grave, and where on the model.

    ``points`` in metres in the model's own axes: one is a place, two are a measured line, more an outline.
    """

    title: str
    text: str
    clause: str = ""
    standard: str = ""
    severity: str = Severity.GENERAL.value
    global_id: str = ""
    points: Sequence[Sequence[float]] = field(default_factory=tuple)

    def shape(self) -> dict[str, Any] | None:
        if not self.points:
            return None
        kind = {1: "point", 2: "line"}.get(len(self.points), "polygon")
        return {"kind": kind, "points": [[float(value) for value in point] for point in self.points]}


def add_finding(row: ReviewCase, sketch: Sketch, *, by: User) -> CaseFinding:
    """An expert's own finding, with the expert's opinion that it stands. Raises NotAllowed, NotNow, OpinionWrong."""
    assert row.round is not None
    lacks = [name for name, value in (("title", sketch.title), ("text", sketch.text)) if not value.strip()]
    if lacks or sketch.severity not in WEIGHTS:
        raise errors.OpinionWrong(
            reason=_("须写明问题、要求和轻重。"), problems=[{"field": name, "reason": _("没有填写")} for name in lacks]
        )
    with transaction.atomic(), reason_of_change(by, sketch.title, source=_("BIM审图")):
        case, cases = _working(row.round.review.case, by)
        if row.pk not in {one.pk for one in cases}:
            raise errors.OpinionWrong(reason=_("这个模型不是您负责的专业，或已有新版本。"))
        known = row.findings.filter(global_id=sketch.global_id).exclude(global_id="").first()
        last = row.findings.aggregate(last=Max("position"))["last"] or 0
        made = CaseFinding.objects.create(
            case=row,
            position=last + 1,
            key=f"expert:{secrets.token_hex(8)}",
            rule="expert",
            source=CaseFinding.Source.EXPERT,
            author=by,
            verdict=Verdict.FAIL.value,
            title=sketch.title.strip()[:300],
            standard=sketch.standard.strip()[:120],
            clause=sketch.clause.strip()[:60],
            clause_text=sketch.text.strip(),
            severity=sketch.severity,
            global_id=sketch.global_id[:22],
            ifc_class=known.ifc_class if known else "",
            element_name=known.element_name if known else "",
            storey=known.storey if known else "",
            shape=sketch.shape(),
        )
        FindingOpinion.objects.create(finding=made, by=by, decision=Decision.CONFIRMED)
        recount(row)
        label = _("专家提出问题：%(title)s") % {"title": made.title}
        record(case, CaseStep.Kind.NOTE, by, label=label, text=made.clause_text, detail={"finding": made.pk})
    return made


def take_back(finding: CaseFinding, *, by: User) -> None:
    """The expert takes an own finding back while nobody else has spoken of it; the row stays for the record."""
    row = finding.case
    assert row.round is not None
    with transaction.atomic(), reason_of_change(by, _("撤回自己提出的问题"), source=_("BIM审图")):
        case, cases = _working(row.round.review.case, by)
        finding = CaseFinding.objects.select_for_update().get(pk=finding.pk)
        if finding.author_id != by.pk or row.pk not in {one.pk for one in cases}:
            raise NotAllowed(permission="drawings.opine")
        if finding.decision or finding.opinions.exclude(by=by).exists():
            raise errors.OpinionWrong(reason=_("已有他人意见或结论，不能撤回。"))
        finding.superseded = True
        finding.save(update_fields=["superseded"])
        recount(row)
        record(case, CaseStep.Kind.NOTE, by, label=_("撤回问题：%(title)s") % {"title": finding.title})


def left_for(case: Case, by: User) -> int:
    """How many findings of the expert's disciplines still lack this expert's opinion."""
    mine = _my_disciplines(case, by)
    cases = [
        row
        for row in rounds.current_cases(case.drawings)
        if row.discipline in mine and row.state == ReviewCase.State.AWAITING_DECISION
    ]
    return rounds.findings_of(cases).filter(decision="").exclude(opinions__by=by).count()


def finish(case: Case, *, by: User) -> None:
    """The expert has said everything: their tasks end, and the review body is told by the record.

    Raises NotAllowed, NotNow, StillReviewing, OpinionsLeft.
    """
    with transaction.atomic(), reason_of_change(by, _("专家审查完成"), source=_("BIM审图")):
        case = locked(case, by)
        if not stands_for(case, by, "expert"):
            raise NotAllowed(permission="drawings.opine")
        if case.state != "reviewing":
            raise errors.NotNow(state=case.state_label)
        review: DrawingReview = case.drawings
        mine = _my_disciplines(case, by)
        rounds.require_machine_done(row for row in rounds.current_cases(review) if row.discipline in mine and row.is_open)
        rounds.require_clashes_done(review)
        if left := left_for(case, by):
            raise errors.OpinionsLeft(count=left)
        done = review.assignments.filter(expert__user=by, state=Assignment.State.WORKING)
        if not done.exists():
            raise errors.NotNow(state=_("已完成"))
        for assignment in done:
            assignment.state, assignment.finished_at = Assignment.State.DONE, timezone.now()
            assignment.save(update_fields=["state", "finished_at"])
        draws.finish_task(case, by)
        record(case, CaseStep.Kind.NOTE, by, label=_("专家审查完成"), detail={"disciplines": mine})
