"""The review body's conclusions on findings, from what the experts said; and the design institute's replies to them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hezhu.bim.actions import recount, require_seen
from hezhu.bim.drawings import errors, rounds
from hezhu.bim.drawings.models import DrawingReview, FindingOpinion, FindingReply
from hezhu.bim.drawings.opinions import BATCH, check_words, require_lesser
from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.core.access.models import User
from hezhu.core.cases.actions import locked, record, stands_for
from hezhu.core.cases.models import Case, CaseStep
from hezhu.core.errors import NotAllowed
from hezhu.core.history import reason_of_change

Decision = CaseFinding.Decision


def _joining(case: Case, by: User) -> tuple[Case, list[ReviewCase]]:
    case = locked(case, by)
    if not stands_for(case, by, "body"):
        raise NotAllowed(permission="drawings.review")
    review: DrawingReview = case.drawings
    if review.lead_id not in (None, by.pk):
        raise errors.NotLead(lead=review.lead)
    if case.state != "joining":
        raise errors.NotNow(state=case.state_label)
    waiting = [row for row in rounds.current_cases(review) if row.state == ReviewCase.State.AWAITING_DECISION]
    return case, waiting


def decide(
    case: Case,
    findings: QuerySet[CaseFinding],
    *,
    by: User,
    decision: str,
    severity: str = "",
    text: str = "",
    seen: str | None = None,
) -> int:
    """The body's conclusion on ``findings``; returns how many.

    With ``seen`` (``mark_of``) it is about one finding and may change a conclusion that the page showed; without, only what has
    none yet is decided, so that a selection never overwrites. Raises NotAllowed, NotNow, NotLead, OpinionWrong, DecidedMeanwhile.
    """
    choice, severity, text = check_words(decision, severity, text)
    with transaction.atomic(), reason_of_change(by, text or str(choice.label), source=_("BIM审图")):
        case, waiting = _joining(case, by)
        rows = findings.filter(rounds.ASKS, case__in=[row.pk for row in waiting])
        if seen is not None:
            _as_seen(rows, seen)
        else:
            rows = rows.filter(decision=Decision.NONE)
        if severity:
            require_lesser(rows, severity)
        count = rows.update(decision=choice, decided_severity=severity, opinion=text, decided_by=by, decided_at=timezone.now())
        for row in waiting:
            recount(row)
    return count


def _as_seen(rows: QuerySet[CaseFinding], seen: str) -> None:
    row = rows.select_for_update(of=("self",)).first()
    if row is None:
        raise errors.OpinionWrong(reason=_("这一项现在不能作结论。"))
    require_seen(row, seen)


def join(case: Case, *, by: User) -> int:
    """Where all experts said the same of a finding, that becomes the conclusion; the rest waits for a person. Returns how many."""
    with transaction.atomic(), reason_of_change(by, _("合并一致的专家意见"), source=_("BIM审图")):
        case, waiting = _joining(case, by)
        agreed = _agreed(waiting)
        now, count = timezone.now(), 0
        for (decision, severity, text), keys in agreed.items():
            for start in range(0, len(keys), BATCH):
                count += CaseFinding.objects.filter(pk__in=keys[start : start + BATCH]).update(
                    decision=decision, decided_severity=severity, opinion=text, decided_by=by, decided_at=now
                )
        for row in waiting:
            recount(row)
        record(case, CaseStep.Kind.NOTE, by, label=_("合并一致的专家意见 %(count)d 项") % {"count": count})
    return count


def _agreed(waiting: Iterable[ReviewCase]) -> dict[tuple[str, str, str], list[int]]:
    """Undecided findings by what all of their experts said; the words are the first expert's."""
    undecided = rounds.findings_of(waiting).filter(decision=Decision.NONE)
    spoken = (
        FindingOpinion.objects.filter(finding__in=undecided)
        .values("finding")
        .annotate(kinds=Count("decision", distinct=True), steps=Count("severity", distinct=True))
        .filter(kinds=1, steps=1)
        .annotate(said=Max("decision"), down=Max("severity"), words=Min("text"))
        .values_list("finding", "said", "down", "words")
    )
    agreed: dict[tuple[str, str, str], list[int]] = {}
    for finding, said, down, words in spoken:
        agreed.setdefault((said, down, words), []).append(finding)
    return agreed


def reply(case: Case, findings: QuerySet[CaseFinding], *, by: User, kind: str, text: str) -> int:
    """The design institute answers findings that stand, on the version they were made on while that is the latest.

    Raises NotAllowed, NotNow, OldVersion, OpinionWrong; the page keeps what was typed.
    """
    with transaction.atomic(), reason_of_change(by, text, source=_("BIM审图")):
        case = locked(case, by)
        if not stands_for(case, by, "designer"):
            raise NotAllowed(permission="drawings.submit")
        _refuse_old(case, findings)
        if case.state != "changing":
            raise errors.NotNow(state=case.state_label)
        if kind not in FindingReply.Kind.values or not text.strip():
            raise errors.OpinionWrong(reason=_("须选回复类别并写明说明。"), problems=[{"field": "text", "reason": _("没有填写")}])
        keys = findings.filter(
            rounds.ASKS, rounds.STANDING, case__in=[row.pk for row in rounds.current_cases(case.drawings)]
        ).values_list("pk", flat=True)
        rows = [FindingReply(finding_id=pk, kind=kind, text=text.strip(), by=by) for pk in keys]
        if not rows:
            raise errors.OpinionWrong(reason=_("所选问题中没有须回复的。"))
        FindingReply.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def _refuse_old(case: Case, findings: QuerySet[CaseFinding]) -> None:
    """Raises OldVersion for a finding of a version that a later one has replaced."""
    for pk in findings.values_list("case", flat=True).distinct().order_by("case"):
        row = ReviewCase.objects.select_related("round").filter(pk=pk, round__review__case=case).first()
        if row is None or row.round is None:
            raise errors.OpinionWrong(reason=_("问题不属于这个办件。"))
        later = rounds.later_than(row).select_related("round").first()
        if later is not None and later.round is not None:
            raise errors.OldVersion(number=row.number, round=row.round.number, latest=later.round.number)


def returned_last(case: Case) -> QuerySet[ReviewCase]:
    """The reviews that the latest request to change sent back, as the record keeps them."""
    asked = case.steps.filter(move="change").last()
    return ReviewCase.objects.filter(number__in=asked.detail.get("returned", ()) if asked else ())


def unanswered(case: Case) -> int:
    """Standing findings of the latest request to change that have no reply."""
    rows = CaseFinding.objects.filter(rounds.ASKS, rounds.STANDING, case__in=returned_last(case))
    return rows.filter(replies=None).count()
