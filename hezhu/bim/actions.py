"""What people do to a review case: submit, decide, comment, conclude, run again, withdraw, complete the quantities.

Every function checks the permission and the scope, refuses with a sentence, and writes with a reason. The machine's own part
is in ``reviewing``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.bim import errors
from hezhu.bim.assembly import apply_sheet
from hezhu.bim.life.actions import publish_reviewed
from hezhu.bim.life.errors import PromisesOpen
from hezhu.bim.life.kinds import Discipline, Stage
from hezhu.bim.life.promises import unkept
from hezhu.bim.life.versions import Place, version_for_review
from hezhu.bim.models import NEEDS_DECISION, CaseFinding, FindingComment, ReviewCase
from hezhu.bim.rulepacks import require_pack, require_profile
from hezhu.bim.topics.talk import told_of_finding
from hezhu.bim.wording import mark_of
from hezhu.core.access.models import Unit, User
from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import OFFICES, require
from hezhu.core.errors import NotAllowed
from hezhu.core.files.actions import keep
from hezhu.core.history import reason_of_change
from hezhu.core.jobs import actions as jobs
from hezhu.core.numbering import next_number
from hezhu.registers.projects.models import Project, UnitBuilding

SERIES = "bim-review"
JOB = "bim.review"
# The stage of the project a model is made for, by what its review is for: a plan is approved on the scheme.
MODEL_STAGES = {
    ReviewCase.Stage.PLANNING: Stage.SCHEME,
    ReviewCase.Stage.DRAWINGS: Stage.CONSTRUCTION_DRAWING,
    ReviewCase.Stage.CHANGE: Stage.CONSTRUCTION_DRAWING,
    ReviewCase.Stage.COMPLETION: Stage.COMPLETION,
}


@dataclass(frozen=True, slots=True)
class Submission:
    """What is said of a model when it is submitted. ``ids`` are uploads in IDS 1.0, ``sheet`` an assembly-rate sheet."""

    stage: str
    building_kind: str
    judged_on: date
    pack: str
    profile: str
    ids: Sequence[Any] = ()
    sheet: Any = None
    review_body: Unit | None = None
    discipline: str = Discipline.ARCHITECTURE
    note: str = field(default="")


def submit_model(project: Project, building: UnitBuilding | None, upload: Any, *, by: User, submission: Submission) -> ReviewCase:
    """Keep the model as a version, open a case with the next number, and queue one review when all of it is committed.

    A file that is already a version of the same building, stage and discipline is reviewed as that version.
    Raises NotAllowed, SubmissionIncomplete, VersionUnderReview, RulePackUnknown or the file errors; nothing is kept then.
    """
    require(by, "bim.submit", project)
    _check(project, building, submission)
    with transaction.atomic(), reason_of_change(by, submission.note or _("提交BIM模型审查"), source=_("送审")):
        Project.objects.select_for_update().get(pk=project.pk)
        earlier = ReviewCase.objects.filter(
            project=project, building=building, stage=submission.stage, discipline=submission.discipline
        )
        if waiting := earlier.filter(state__in=ReviewCase.OPEN_STATES).first():
            raise errors.VersionUnderReview(number=waiting.number)
        place = Place(project, building, MODEL_STAGES[submission.stage], submission.discipline)
        version = version_for_review(place, upload, by=by, purpose=submission.note or _("送审"))
        case = ReviewCase.objects.create(
            number=next_number(SERIES, demo=by.is_demo),
            project=project,
            building=building,
            stage=submission.stage,
            discipline=submission.discipline,
            version=(earlier.aggregate(last=Max("version"))["last"] or 0) + 1,
            building_kind=submission.building_kind,
            judged_on=submission.judged_on,
            pack=submission.pack,
            profile=submission.profile,
            model_version=version,
            quantity_sheet=submission.sheet and keep(submission.sheet, by=by, purpose="sheet", division=project.division),
            unit=by.unit,
            review_body=submission.review_body,
            submitted_by=by,
            division=project.division,
            is_demo=by.is_demo,
        )
        case.requirement_files.set([keep(file, by=by, purpose="ids", division=project.division) for file in submission.ids])
        _queue(case, by)
    return case


def _check(project: Project, building: UnitBuilding | None, submission: Submission) -> None:
    problems = []
    if building is not None and building.project_id != project.pk:
        problems.append({"field": "building", "reason": _("单体不属于这个项目"), "remedy": _("改选本项目的单体")})
    for name, value, known in (
        ("stage", submission.stage, ReviewCase.Stage.values),
        ("discipline", submission.discipline, Discipline.values),
        ("building_kind", submission.building_kind, ReviewCase.BuildingKind.values),
    ):
        if value not in known:
            problems.append({"field": name, "value": value, "reason": _("没有这个选项"), "remedy": "、".join(known)})
    if submission.review_body is not None and submission.review_body.kind != Unit.Kind.REVIEW_BODY:
        problems.append({"field": "review_body", "reason": _("不是审图机构"), "remedy": _("改选审图机构，或留空")})
    if problems:
        raise errors.SubmissionIncomplete(problems=problems)
    require_pack(submission.pack)
    require_profile(submission.profile)


def _queue(case: ReviewCase, by: User) -> None:
    """One job per run; the job starts after the commit."""
    case.state = ReviewCase.State.QUEUED
    case.failure_code = case.failure_message = ""
    case.job = jobs.defer(
        JOB,
        by=by,
        title=_("审查 %(number)s") % {"number": case.number},
        url=reverse("bim:case", args=[case.number]),
        division=case.division,
        once=f"case:{case.pk}",
        case_id=case.pk,
    )
    case.save(update_fields=["state", "failure_code", "failure_message", "job"])


def rerun(case: ReviewCase, *, by: User, reason: str = "") -> None:
    """Review the same files again, for instance with a newer pack. Decisions stay with the findings they were made on."""
    _require_any(by, ("bim.submit", "bim.decide"), case)
    with transaction.atomic(), reason_of_change(by, reason or _("重新机审"), source=_("审查台")):
        case = _locked(case)
        if case.is_running:
            raise errors.StillRunning(number=case.number)
        if not case.is_open:
            raise errors.AlreadyConcluded(number=case.number, state=case.state_label)
        _queue(case, by)


def withdraw(case: ReviewCase, *, by: User, reason: str) -> None:
    """Take a submitted model back before an opinion is issued. The unit that submitted it, or an office, may."""
    require(by, "bim.submit", case)
    if by.unit_id != case.unit_id and by.role not in OFFICES:
        raise errors.NotYours(number=case.number)
    _refuse_part(case)
    with transaction.atomic(), reason_of_change(by, reason, source=_("审查台")):
        case = _locked(case)
        if case.is_running:
            raise errors.StillRunning(number=case.number)
        if not case.is_open:
            raise errors.AlreadyConcluded(number=case.number, state=case.state_label)
        case.state = ReviewCase.State.WITHDRAWN
        case.conclusion = reason
        case.save(update_fields=["state", "conclusion"])


def decide_finding(finding: CaseFinding, *, by: User, decision: str, opinion: str = "", seen: str | None = None) -> CaseFinding:
    """Confirm, reject or ask for a change of one finding; see ``decide_findings``.

    ``seen`` is the finding's ``mark_of`` as it was shown: of two who decide at once, the second is told. Raises also NothingToDecide,
    DecidedMeanwhile.
    """
    if finding.verdict not in NEEDS_DECISION:
        raise errors.NothingToDecide(verdict=finding.get_verdict_display())
    with transaction.atomic():
        now = CaseFinding.objects.select_for_update().get(pk=finding.pk)
        if seen is not None:
            require_seen(now, seen)
        decide_findings(finding.case, CaseFinding.objects.filter(pk=finding.pk), by=by, decision=decision, opinion=opinion)
    finding.refresh_from_db()
    return finding


def require_seen(finding: CaseFinding, seen: str) -> None:
    """Raise DecidedMeanwhile unless ``finding``, locked, still stands as the page showed it (``seen``, its ``mark_of``)."""
    if mark_of(finding) != seen:
        at = timezone.localtime(finding.decided_at).strftime("%m-%d %H:%M") if finding.decided_at else ""
        decision = finding.get_decision_display() or _("未决")
        raise errors.DecidedMeanwhile(by=finding.decided_by or _("平台"), at=at, decision=decision)


def decide_findings(case: ReviewCase, findings: QuerySet[CaseFinding], *, by: User, decision: str, opinion: str = "") -> int:
    """Decide on those of ``findings`` that wait for a person; returns how many. An empty decision takes a decision back.

    Rejecting a finding and asking for a change need an opinion. Raises NotAllowed, NotAwaitingDecision, OpinionMissing.
    """
    require(by, "bim.decide", case)
    _refuse_part(case)
    choice = _decision(decision)
    opinion = opinion.strip()
    if choice in (CaseFinding.Decision.REJECTED, CaseFinding.Decision.CHANGE_REQUESTED) and not opinion:
        raise errors.OpinionMissing(decision=choice.label, problems=[{"field": "opinion", "reason": _("没有填写")}])
    with transaction.atomic(), reason_of_change(by, opinion or str(choice.label), source=_("审查台")):
        case = _awaiting(case)
        rows = findings.filter(case=case, superseded=False, verdict__in=NEEDS_DECISION)
        taken_back = choice == CaseFinding.Decision.NONE
        changed = rows.update(
            decision=choice,
            opinion=opinion,
            decided_by=None if taken_back else by,
            decided_at=None if taken_back else timezone.now(),
        )
        recount(case)
    return changed


def _decision(value: str) -> CaseFinding.Decision:
    """A decision of a review that stands alone: there nobody downgrades."""
    try:
        if value == CaseFinding.Decision.DOWNGRADED:
            raise ValueError(value)
        return CaseFinding.Decision(value)
    except ValueError:
        known = "、".join(choice for choice in CaseFinding.Decision.values if choice not in ("", "downgraded"))
        raise errors.SubmissionIncomplete(
            problems=[{"field": "decision", "value": value, "reason": _("没有这种决定"), "remedy": known}]
        ) from None


def adopt_decisions(case: ReviewCase, *, by: User) -> int:
    """Take over the earlier decisions on what the machine found again unchanged and nobody has decided yet; returns how many.

    Raises NotAllowed, NotAwaitingDecision.
    """
    require(by, "bim.decide", case)
    taken = 0
    with transaction.atomic(), reason_of_change(by, _("沿用上一版的决定"), source=_("审查台")):
        case = _awaiting(case)
        rows = case.findings.filter(superseded=False, verdict__in=NEEDS_DECISION, decision="").exclude(former=None)
        groups: dict[tuple[str, str], list[int]] = {}
        for row in rows.select_related("former").iterator(chunk_size=2000):
            if row.former is not None and row.earlier_decision:
                groups.setdefault((row.earlier_decision, row.former.opinion), []).append(row.pk)
        for (decision, opinion), pks in groups.items():
            taken += case.findings.filter(pk__in=pks).update(
                decision=decision, opinion=opinion, decided_by=by, decided_at=timezone.now()
            )
        recount(case)
    return taken


def comment(finding: CaseFinding, *, by: User, text: str, picture: Any = None) -> FindingComment:
    """Say something of a finding, with a picture of the model if there is one. Those who submit and those who decide talk here.

    Raises NotAllowed, CommentEmpty or the file errors for a picture that is none; nothing is kept then.
    """
    _require_any(by, ("bim.decide", "bim.submit"), finding.case)
    text = text.strip()
    if not text:
        raise errors.CommentEmpty(problems=[{"field": "text", "reason": _("没有填写")}])
    with transaction.atomic():
        kept = picture and keep(picture, by=by, purpose="photo", division=finding.case.division)
        said = FindingComment.objects.create(finding=finding, by=by, text=text, picture=kept or None)
        told_of_finding(said)
    return said


def conclude(case: ReviewCase, *, by: User, approve: bool, opinion: str = "") -> ReviewCase:
    """Issue the opinion: approve, or return to the submitter.

    Refused while findings that wait for a person are undecided, and for an approval over findings that a person confirmed or
    wants changed, or while a promise of the design stage is not kept. An approval publishes the model version. Raises NotAllowed,
    NotAwaitingDecision, UndecidedFindings, CannotApprove, PromisesOpen, OpinionMissing.
    """
    require(by, "bim.decide", case)
    _refuse_part(case)
    opinion = opinion.strip()
    with transaction.atomic(), reason_of_change(by, opinion or _("出具审查意见"), source=_("审查台")):
        case = _awaiting(case)
        left = recount(case)
        if left:
            raise errors.UndecidedFindings(count=left)
        standing = case.findings.filter(
            superseded=False, decision__in=[CaseFinding.Decision.CONFIRMED, CaseFinding.Decision.CHANGE_REQUESTED]
        ).count()
        if approve and standing:
            raise errors.CannotApprove(count=standing)
        if approve and (open_promises := unkept(case)):
            raise PromisesOpen(count=open_promises)
        if not approve and not opinion:
            raise errors.OpinionMissing(decision=_("退回"), problems=[{"field": "opinion", "reason": _("没有填写")}])
        case.state = ReviewCase.State.APPROVED if approve else ReviewCase.State.RETURNED
        case.concluded_by, case.concluded_at, case.conclusion = by, timezone.now(), opinion
        case.save(update_fields=["state", "concluded_by", "concluded_at", "conclusion"])
        if approve:
            publish_reviewed(case.model_version, by=by)
    return case


def complete_quantities(case: ReviewCase, upload: Any, *, by: User) -> ReviewCase:
    """Complete the assembly rate with an entered sheet; what the model carries is kept beside it.

    Raises SheetUnusable naming field, line and remedy; the case keeps its former sheet then.
    """
    require(by, "bim.submit", case)
    with transaction.atomic(), reason_of_change(by, _("填报装配率工程量"), source=_("审查台")):
        case = _locked(case)
        if case.state != ReviewCase.State.AWAITING_DECISION:
            raise errors.NotAwaitingDecision(number=case.number, state=case.state_label)
        case.quantity_sheet = keep(upload, by=by, purpose="sheet", division=case.division)
        apply_sheet(case, by=by)
        case.save(update_fields=["quantity_sheet", "assembly", "rate"])
    return case


def recount(case: ReviewCase) -> int:
    """Count again what waits for a person, keep it on the case and return it."""
    left = case.findings.filter(superseded=False, verdict__in=NEEDS_DECISION, decision=CaseFinding.Decision.NONE).count()
    if left != case.undecided:
        case.undecided = left
        case.save(update_fields=["undecided"])
    return left


def _refuse_part(case: ReviewCase) -> None:
    """What belongs to a drawing review is decided there, by its experts and its review body."""
    if case.round is not None:
        raise errors.PartOfDrawings(number=case.number, case=case.round.review.case.number)


def _locked(case: ReviewCase) -> ReviewCase:
    return ReviewCase.objects.select_for_update().get(pk=case.pk)


def _awaiting(case: ReviewCase) -> ReviewCase:
    case = _locked(case)
    if case.state != ReviewCase.State.AWAITING_DECISION:
        raise errors.NotAwaitingDecision(number=case.number, state=case.state_label)
    return case


def _require_any(by: User, permissions: Iterable[str], case: ReviewCase) -> None:
    if not any(by.may(permission) for permission in permissions):
        raise NotAllowed(permission=" | ".join(permissions))
    if not case.is_visible_to(by) or by.role == Role.AUDITOR:
        raise NotAllowed(permission=" | ".join(permissions))
