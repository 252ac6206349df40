"""What was promised in the review of drawings, looked at again at completion.

A promise is a finding that a reviewer confirmed, downgraded or wanted changed in a review of drawings or of a design change of the same
building and discipline: the building was to be built otherwise. The review of the completed building lists each as kept, not kept, or
cannot tell. The conditions under which a certificate of the building or the approval of its plan was issued come with the completed
architecture, once a building: only a person can tell of them.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.bim.life import errors
from hezhu.bim.life.carrying import earlier_cases, renamings
from hezhu.bim.life.kinds import Discipline
from hezhu.bim.life.models import Promise
from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.core.access.models import User
from hezhu.core.access.scoping import require
from hezhu.core.cases.models import CaseDocument, CaseSubject
from hezhu.core.history import reason_of_change
from hezhu.engines.findings import Verdict

DESIGN = (ReviewCase.Stage.DRAWINGS, ReviewCase.Stage.CHANGE)
ASKED = (CaseFinding.Decision.CONFIRMED, CaseFinding.Decision.CHANGE_REQUESTED, CaseFinding.Decision.DOWNGRADED)
KEPT, BROKEN, UNKNOWN = Promise.Verdict.KEPT, Promise.Verdict.BROKEN, Promise.Verdict.UNKNOWN
WHY = {
    "pass": gettext_lazy("竣工审查这一项符合"),
    "fail": gettext_lazy("竣工审查这一项仍不符合"),
    "manual": gettext_lazy("竣工审查这一项需人工判断"),
    "gone": gettext_lazy("竣工模型里没有这个构件"),
    "silent": gettext_lazy("竣工审查没有检查这一项"),
    "condition": gettext_lazy("附加条件由人核对"),
}


def look_again(case: ReviewCase) -> int:
    """List the promises of a completion review with what the machine can tell. What people settled stays. Returns how many there are."""
    if case.stage != ReviewCase.Stage.COMPLETION:
        return 0
    found: dict[str, tuple[CaseFinding, dict[str, str]]] = {}
    for former in earlier_cases(case).filter(stage__in=DESIGN).select_related("model_version__prints_file__file"):
        moved = renamings(former, case)
        for finding in former.findings.filter(superseded=False, decision__in=ASKED):
            found.setdefault(finding.key, (finding, moved))  # the latest review that asked for it counts
    here = {row.key: row for row in case.findings.filter(superseded=False)}
    rules = {row.rule for row in here.values()}
    known = _elements_of(case)
    with transaction.atomic():
        stale = case.promises.filter(said="", document=None)
        stale.exclude(finding__in=[finding.pk for finding, _moved in found.values()]).delete()
        for finding, moved in found.values():
            verdict, why, evidence = _judge(finding, moved, here, rules, known)
            values = {"verdict": verdict, "why": str(WHY[why])[:200], "evidence": evidence}
            Promise.objects.update_or_create(case=case, finding=finding, defaults=values)
        conditions = _conditions_of(case)
    return len(found) + conditions


def _conditions_of(case: ReviewCase) -> int:
    """List what the standing documents of the building ask for; a condition of a document that was replaced or revoked goes. Returns how many."""
    if case.discipline != Discipline.ARCHITECTURE:
        return 0
    case.promises.filter(said="").filter(~Q(document__replaced_by=None) | ~Q(document__revoked_at=None)).delete()
    count = 0
    for document in documents_about(case):
        for condition in document.content.get("conditions", ()):
            values = {"verdict": UNKNOWN, "why": str(WHY["condition"])}
            Promise.objects.get_or_create(case=case, document=document, condition=condition, defaults=values)
            count += 1
    return count


def documents_about(case: ReviewCase) -> list[CaseDocument]:
    """Documents that stand on cases about the project, and about this building where the case names buildings."""
    about = CaseSubject.objects.filter(case=OuterRef("case"))
    project = Exists(about.filter(kind="project", key=case.project.number))
    no_building = ~Exists(about.filter(kind="building"))
    this = Exists(about.filter(kind="building", key=case.building.code)) if case.building else Q()
    rows = CaseDocument.objects.filter(project, no_building | this, replaced_by=None, revoked_at=None)
    return list(rows.filter(case__is_demo=case.is_demo).order_by("id"))


def _judge(
    finding: CaseFinding, moved: dict[str, str], here: dict[str, CaseFinding], rules: set[str], known: set[str]
) -> tuple[str, str, CaseFinding | None]:
    global_id = moved.get(finding.global_id, finding.global_id)
    key = finding.key.replace(finding.global_id, global_id) if finding.global_id else finding.key
    now = here.get(key)
    if now is not None and now.verdict in (Verdict.PASS.value, Verdict.FAIL.value, Verdict.MANUAL.value):
        verdict = {Verdict.PASS.value: KEPT, Verdict.FAIL.value: BROKEN}.get(now.verdict, UNKNOWN)
        return verdict, now.verdict, now
    if global_id and known and global_id not in known and finding.rule in rules:
        return UNKNOWN, "gone", None
    return UNKNOWN, "silent", None


def _elements_of(case: ReviewCase) -> set[str]:
    """GlobalIds of the completed model; empty while they are not known."""
    from hezhu.bim.content import member_of

    tree: dict[str, Any] = member_of(case, "storeys.json") or {"storeys": []}
    return {global_id for storey in tree["storeys"] for global_id in storey["elements"]}


def settle(promise: Promise, verdict: str, *, by: User, opinion: str) -> Promise:
    """A person's word on a promise, while the review waits for decisions. Raises NotAllowed, NotAwaitingDecision, PromiseOpinionMissing."""
    from hezhu.bim.errors import NotAwaitingDecision, SubmissionIncomplete

    require(by, "bim.decide", promise.case)
    opinion = opinion.strip()
    if verdict not in Promise.Verdict.values:
        raise SubmissionIncomplete(problems=[{"field": "verdict", "value": verdict, "reason": _("没有这种认定")}])
    if not opinion:
        raise errors.PromiseOpinionMissing(problems=[{"field": "opinion", "reason": _("没有填写")}])
    with transaction.atomic(), reason_of_change(by, opinion, source=_("审查台")):
        case = ReviewCase.objects.select_for_update(of=("self",)).get(pk=promise.case_id)
        if case.state != ReviewCase.State.AWAITING_DECISION:
            raise NotAwaitingDecision(number=case.number, state=case.state_label)
        promise.said, promise.opinion, promise.said_by, promise.said_at = verdict, opinion, by, timezone.now()
        promise.save(update_fields=["said", "opinion", "said_by", "said_at"])
    return promise


def unkept(case: ReviewCase) -> int:
    """How many promises stand as not kept or unknown."""
    return sum(promise.stands != KEPT for promise in case.promises.all())
