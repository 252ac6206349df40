"""What became of findings from one review to the next: solved, still open, new, reopened.

A finding is known by rule and GlobalId. Where an export gave an element a new GlobalId, the comparison of both versions says so
(``new-id``) and the finding is followed. Nothing is decided here: an earlier decision is shown, and taken over only by a person's act.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from hezhu.bim.life.comparing import new_ids
from hezhu.bim.models import NEEDS_DECISION, CaseFinding, ReviewCase

BATCH = 1000
Carry = CaseFinding.Carry
# A case that was withdrawn or never reviewed says nothing of the one after it.
_SAYS_NOTHING = (ReviewCase.State.WITHDRAWN, ReviewCase.State.FAILED, *ReviewCase.RUNNING_STATES)


def earlier_cases(case: ReviewCase) -> QuerySet[ReviewCase]:
    """Reviews of the same building and discipline before this one, the latest first."""
    rows = ReviewCase.objects.filter(
        project=case.project_id, building=case.building_id, discipline=case.discipline, pk__lt=case.pk, reviewed_at__isnull=False
    )
    return rows.exclude(state__in=_SAYS_NOTHING).order_by("-pk")


def predecessor_of(case: ReviewCase) -> ReviewCase | None:
    """The review this one follows: the last of the same stage, else the last of all. Planning is followed by planning only."""
    earlier = earlier_cases(case).select_related(
        "model_version__prints_file__file", "model_version__building", "model_version__project"
    )
    same = earlier.filter(stage=case.stage).first()
    if same is not None or case.stage == ReviewCase.Stage.PLANNING:
        return same
    return earlier.exclude(stage=ReviewCase.Stage.PLANNING).first()


def carry_over(case: ReviewCase) -> dict[str, Any]:
    """Mark the findings of a reviewed case against its predecessor, and keep the counts on the case. Can be done again at any time."""
    former = predecessor_of(case)
    carried: dict[str, Any] = {}
    with transaction.atomic():
        if former is None:
            case.findings.exclude(carry=Carry.NONE, former=None).update(carry=Carry.NONE, former=None)
        else:
            carried = _mark(case, former)
        ReviewCase.objects.filter(pk=case.pk).update(predecessor=former, carried=carried)
    case.predecessor, case.carried = former, carried
    return carried


def _mark(case: ReviewCase, former: ReviewCase) -> dict[str, Any]:
    renamed = renamings(former, case)
    olds = {
        old.key: old
        for old in former.findings.filter(superseded=False, verdict__in=NEEDS_DECISION).only("pk", "key", "global_id")
    }
    once = set(
        CaseFinding.objects.filter(case__in=earlier_cases(case).exclude(pk=former.pk), verdict__in=NEEDS_DECISION)
        .values_list("key", flat=True)
        .iterator(chunk_size=5000)
    )
    former_ids = {new: old for old, new in renamed.items()}
    changed, counts, matched = [], {"solved": 0, "open": 0, "new": 0, "reopened": 0}, set()
    # What was taken over by a person's conclusion, or by hand, stays as it is.
    rows = case.findings.filter(superseded=False, source=CaseFinding.Source.MACHINE).exclude(carry=Carry.KEPT)
    rows = rows.only("pk", "key", "global_id", "verdict", "carry", "former_id")
    for row in rows.iterator(chunk_size=5000):
        keys = _keys(row, former_ids)
        old = next((olds[key] for key in keys if key in olds), None)
        carry = Carry.NONE
        if row.verdict in NEEDS_DECISION:
            carry = Carry.OPEN if old is not None else Carry.REOPENED if once & set(keys) else Carry.NEW
            counts[carry.value] += 1
            if old is not None:
                matched.add(old.pk)
        former_id = old.pk if old is not None else None
        if (row.carry, row.former_id) != (carry, former_id):
            row.carry, row.former_id = carry, former_id
            changed.append(row)
    CaseFinding.objects.bulk_update(changed, ["carry", "former"], batch_size=BATCH)
    counts["solved"] = len(olds) - len(matched)
    return {"predecessor": former.number, **counts}


def _keys(row: CaseFinding, former_ids: dict[str, str]) -> list[str]:
    """The key a finding may have had: its own, and that of the GlobalId its element had."""
    old = former_ids.get(row.global_id)
    return [row.key] if not old else [row.key, row.key.replace(row.global_id, old)]


def renamings(former: ReviewCase, case: ReviewCase) -> dict[str, str]:
    """Old GlobalId → new one between two reviews; empty while one of both has no prints."""
    before, after = former.model_version, case.model_version
    if before.pk == after.pk or before.prints_file_id is None or after.prints_file_id is None:
        return {}
    return new_ids(before, after)


def solved(case: ReviewCase) -> QuerySet[CaseFinding]:
    """Findings of the predecessor that this review no longer makes."""
    if case.predecessor_id is None:
        return CaseFinding.objects.none()
    left = case.findings.filter(superseded=False, verdict__in=NEEDS_DECISION, former__isnull=False).values("former")
    rows = CaseFinding.objects.filter(case=case.predecessor_id, superseded=False, verdict__in=NEEDS_DECISION)
    return rows.exclude(pk__in=left).select_related("decided_by").order_by("position")
