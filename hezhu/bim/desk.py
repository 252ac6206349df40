"""What the review desk shows: findings by tab, storey and rule, in pages that stay quick with ten thousand rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hezhu.bim.models import NEEDS_DECISION, CaseFinding, ReviewCase
from hezhu.engines.findings import Verdict

PAGE = 50
TABS = {
    "all": _("全部"),
    "undecided": _("待决"),
    Verdict.FAIL.value: _("不符合"),
    Verdict.MANUAL.value: _("需人工"),
    Verdict.PASS.value: _("符合"),
    Verdict.NOT_APPLICABLE.value: _("不适用"),
}
UNDECIDED = Q(verdict__in=NEEDS_DECISION, decision=CaseFinding.Decision.NONE)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which findings a reader looks at. Unknown values fall back to everything: a stale link still opens."""

    tab: str = "all"
    storey: str | None = None
    rule: str = ""
    text: str = ""
    carry: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> Selection:
        carry = params.get("carry", "")
        tab = params.get("tab", "all")
        return cls(
            tab=tab if tab in TABS else "all",
            storey=params.get("storey") or None,
            rule=params.get("rule", ""),
            text=params.get("q", "").strip()[:120],
            carry=carry if carry in CaseFinding.Carry.values else "",
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.storey or self.rule or self.text or self.carry)

    def narrow(self, findings: QuerySet[CaseFinding]) -> QuerySet[CaseFinding]:
        """Storey, rule, carry and text; the tab is apart, so that each tab can show its count."""
        if self.storey:
            findings = findings.filter(storey=self.storey)
        if self.rule:
            findings = findings.filter(rule=self.rule)
        if self.carry:
            findings = findings.filter(carry=self.carry)
        if self.text:
            findings = findings.filter(
                Q(title__icontains=self.text)
                | Q(element_name__icontains=self.text)
                | Q(global_id=self.text)
                | Q(clause=self.text)
            )
        return findings

    def rows(self, case: ReviewCase) -> QuerySet[CaseFinding]:
        """The findings of the tab in reading order."""
        findings = self.narrow(current(case))
        if self.tab == "undecided":
            return findings.filter(UNDECIDED)
        return findings if self.tab == "all" else findings.filter(verdict=self.tab)

    def counts(self, case: ReviewCase) -> dict[str, int]:
        """Findings a tab, under the same storey, rule and text."""
        found = self.narrow(current(case)).aggregate(
            **{"all": Count("pk"), "undecided": Count("pk", filter=UNDECIDED)},
            **{verdict.value: Count("pk", filter=Q(verdict=verdict.value)) for verdict in Verdict},
        )
        return {tab: found[tab] for tab in TABS}


def current(case: ReviewCase) -> QuerySet[CaseFinding]:
    """Findings of the latest run."""
    return CaseFinding.objects.filter(case=case, superseded=False).select_related("former__decided_by")


def page(selection: Selection, case: ReviewCase, after: int = 0) -> tuple[list[CaseFinding], int | None]:
    """The rows after a position, and the position to go on from (None at the end)."""
    rows = list(selection.rows(case).filter(position__gt=after).order_by("position")[: PAGE + 1])
    return (rows[:PAGE], rows[PAGE - 1].position) if len(rows) > PAGE else (rows, None)


def neighbours(selection: Selection, finding: CaseFinding) -> tuple[CaseFinding | None, CaseFinding | None]:
    """The findings before and after one, in the reader's own selection."""
    rows = selection.rows(finding.case)
    before = rows.filter(position__lt=finding.position).order_by("-position").first()
    return before, rows.filter(position__gt=finding.position).order_by("position").first()


def next_undecided(selection: Selection, finding: CaseFinding) -> CaseFinding | None:
    """Where to go after a decision: the next that waits in the selection, else the first, else None."""
    waiting = selection.narrow(current(finding.case)).filter(UNDECIDED).order_by("position")
    return waiting.filter(position__gt=finding.position).first() or waiting.first()


def storeys(case: ReviewCase) -> list[dict[str, Any]]:
    """Storeys that findings name, in the order of the model, with how many wait there."""
    counted = {
        row["storey"]: row["waiting"]
        for row in current(case).values("storey").annotate(waiting=Count("pk", filter=UNDECIDED)).order_by()
    }
    order = [storey["name"] for storey in case.summary.get("model", {}).get("storeys", [])]
    names = [name for name in dict.fromkeys(order) if name in counted]
    names += sorted(name for name in counted if name and name not in names)
    return [{"name": name, "waiting": counted[name]} for name in names]


def carries(case: ReviewCase) -> list[tuple[str, Any, int]]:
    """(carry, label, how many) of what became of findings; empty without a review before this one."""
    if not case.carried:
        return []
    return [
        (choice.value, choice.label, case.carried[choice.value]) for choice in CaseFinding.Carry if choice.value in case.carried
    ]


def rules(case: ReviewCase) -> list[dict[str, Any]]:
    """Rules with findings: clause, title of its first finding, and how many are not in order."""
    return list(
        current(case)
        .values("rule", "standard", "clause")
        .annotate(total=Count("pk"), wrong=Count("pk", filter=Q(verdict__in=NEEDS_DECISION)))
        .order_by("standard", "clause", "rule")
    )


def verdict_map(case: ReviewCase) -> dict[str, str]:
    """The gravest verdict on each element, for colouring the model. A rejected finding no longer weighs."""
    weight = {Verdict.FAIL.value: 3, Verdict.MANUAL.value: 2, Verdict.PASS.value: 1}
    worst: dict[str, str] = {}
    rows = current(case).exclude(global_id="").exclude(verdict=Verdict.NOT_APPLICABLE.value)
    for global_id, verdict, decision in rows.values_list("global_id", "verdict", "decision").iterator(chunk_size=5000):
        said = Verdict.PASS.value if decision == CaseFinding.Decision.REJECTED else verdict
        if weight[said] > weight.get(worst.get(global_id, ""), 0):
            worst[global_id] = said
    return worst
