"""What a round's review takes over from the round before: conclusions that the machine was wrong, and experts' own findings.

Which findings are new, still open or reopened is told by ``life.carrying``, which ran before.
"""

from __future__ import annotations

import secrets

from django.db.models import Q, QuerySet

from hezhu.bim.drawings.rounds import ASKS, STANDING
from hezhu.bim.models import CaseFinding, ReviewCase

Carry = CaseFinding.Carry


def earlier(row: ReviewCase) -> list[ReviewCase]:
    """The reviews of the same building and discipline in earlier rounds that got a conclusion, the latest first."""
    assert row.round is not None
    rows = ReviewCase.objects.filter(
        round__review=row.round.review_id,
        round__number__lt=row.round.number,
        building=row.building_id,
        discipline=row.discipline,
        reviewed_at__isnull=False,
    )
    return list(rows.order_by("-round__number").defer("summary", "assembly"))


def bring_over(row: ReviewCase) -> None:
    """Brings over what the machine cannot find again. Runs again without harm.

    A conclusion that the machine was wrong is kept where the same was measured again. Experts' own findings that stand come along,
    undecided: someone must look whether they were solved.
    """
    before = earlier(row)
    if not before:
        return
    _keep_rejections(before[0], row)
    _bring_experts_findings(before[0], row)


def _keep_rejections(last: ReviewCase, row: ReviewCase) -> None:
    rejected = {
        finding.key: finding
        for finding in last.findings.filter(ASKS, decision=CaseFinding.Decision.REJECTED, source=CaseFinding.Source.MACHINE)
    }
    if not rejected:
        return
    kept = []
    for finding in row.findings.filter(ASKS, decision="", key__in=list(rejected)):
        former = rejected[finding.key]
        if (finding.verdict, finding.measured, finding.required) == (former.verdict, former.measured, former.required):
            finding.decision, finding.opinion = former.decision, former.opinion
            finding.decided_by, finding.decided_at = former.decided_by, former.decided_at
            finding.carry = Carry.KEPT
            kept.append(finding)
    fields = ["decision", "opinion", "decided_by", "decided_at", "carry"]
    CaseFinding.objects.bulk_update(kept, fields, batch_size=500)


def bring_clashes(row: ReviewCase, prefix: str) -> None:
    """Clashes that stood with another discipline's model in an earlier round are the same clashes: still open, or rejected as before.

    In a later round a clash stands with whichever of its two models waits for a conclusion. Runs again without harm.
    """
    assert row.round is not None
    here = {one.key: one for one in row.findings.filter(ASKS, rule__startswith=prefix, carry=Carry.NEW)}
    if not here:
        return
    before = CaseFinding.objects.filter(
        ASKS,
        key__in=list(here),
        case__round__review=row.round.review_id,
        case__round__number__lt=row.round.number,
        case__building=row.building_id,
    )
    former = {one.key: one for one in before.order_by("case__round__number", "pk")}  # the latest round's stays
    for key, old in former.items():
        now = here[key]
        now.carry, now.former = Carry.OPEN, old
        same = (now.verdict, now.measured, now.required) == (old.verdict, old.measured, old.required)
        if same and old.decision == CaseFinding.Decision.REJECTED and not now.decision:
            now.carry = Carry.KEPT
            now.decision, now.opinion, now.decided_by, now.decided_at = old.decision, old.opinion, old.decided_by, old.decided_at
    fields = ["carry", "former", "decision", "opinion", "decided_by", "decided_at"]
    CaseFinding.objects.bulk_update([here[key] for key in former], fields, batch_size=500)
    if row.carried and former:
        row.carried = {**row.carried, "new": row.carried["new"] - len(former), "open": row.carried["open"] + len(former)}
        row.save(update_fields=["carried"])


def _bring_experts_findings(last: ReviewCase, row: ReviewCase) -> None:
    there = set(row.findings.filter(source=CaseFinding.Source.EXPERT).values_list("key", flat=True))
    position = row.findings.count()
    for finding in last.findings.filter(ASKS, STANDING, source=CaseFinding.Source.EXPERT).exclude(key__in=there):
        position += 1
        finding.pk, finding.case, finding.position = None, row, position
        finding.key = finding.key or f"expert:{secrets.token_hex(8)}"
        finding.carry = Carry.OPEN
        finding.decision, finding.opinion, finding.decided_severity = "", "", ""
        finding.decided_by = finding.decided_at = None
        finding._state.adding = True
        finding.save()


def solved(row: ReviewCase) -> QuerySet[CaseFinding]:
    """Findings that stood in the version before and are no longer found in this one, or were concluded to be solved."""
    before = earlier(row)
    if not before:
        return CaseFinding.objects.none()
    gone = ~Q(key__in=row.findings.filter(ASKS).values("key"))
    settled = Q(
        key__in=row.findings.filter(ASKS, source=CaseFinding.Source.EXPERT, decision=CaseFinding.Decision.REJECTED).values("key")
    )
    return before[0].findings.filter(ASKS, STANDING).filter(gone | settled)
