"""The list of findings of a drawing review, across its models: narrowed, counted and paged so that ten thousand stay quick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hezhu.bim.drawings import rounds
from hezhu.bim.drawings.models import Assignment, FindingOpinion, FindingReply
from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.core.access.models import User

PAGE = 50
TABS = {
    "all": _("全部"),
    "mine": _("待我审"),
    "undecided": _("未决"),
    "split": _("意见不一"),
    "standing": _("须修改"),
    "unanswered": _("未回复"),
}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a reader looks at. Unknown values fall back to everything."""

    tab: str = "all"
    building: int | None = None
    discipline: str = ""
    carried: str = ""
    text: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> Narrowing:
        tab, building = params.get("tab", "all"), params.get("building", "")
        carried = params.get("carried", "")
        return cls(
            tab=tab if tab in TABS else "all",
            building=int(building) if building.isdigit() and len(building) < 10 else None,
            discipline=params.get("discipline", "")[:12],
            carried=carried if carried in CaseFinding.Carry.values else "",
            text=params.get("q", "").strip()[:120],
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.building or self.discipline or self.carried or self.text)

    def query(self) -> str:
        """The same as a query string, to come back to."""
        given = {
            "tab": self.tab,
            "building": self.building,
            "discipline": self.discipline,
            "carried": self.carried,
            "q": self.text,
        }
        return urlencode({key: value for key, value in given.items() if value})

    def cases(self, cases: Sequence[ReviewCase]) -> list[ReviewCase]:
        return [row for row in cases if self.building in (None, row.building_id) and self.discipline in ("", row.discipline)]

    def narrow(self, cases: Sequence[ReviewCase]) -> QuerySet[CaseFinding]:
        """Everything but the tab."""
        rows = rounds.findings_of(self.cases(cases))
        if self.carried:
            rows = rows.filter(carry=self.carried)
        if self.text:
            rows = rows.filter(
                Q(title__icontains=self.text)
                | Q(element_name__icontains=self.text)
                | Q(global_id=self.text)
                | Q(clause=self.text)
            )
        return rows

    def rows(self, cases: Sequence[ReviewCase], user: User) -> QuerySet[CaseFinding]:
        """The findings of the tab in reading order."""
        rows = self.narrow(cases)
        rows = rows if self.tab == "all" else rows.filter(_tab(self.tab, user, cases))
        return rows.order_by("case_id", "position")

    def counts(self, cases: Sequence[ReviewCase], user: User) -> dict[str, int]:
        """Findings a tab, in one query."""
        found: dict[str, int] = self.narrow(cases).aggregate(
            all=Count("pk"), **{tab: Count("pk", filter=_tab(tab, user, cases)) for tab in TABS if tab != "all"}
        )
        return found


def _tab(tab: str, user: User, cases: Sequence[ReviewCase]) -> Q:
    """What a tab holds. Opinions and replies are asked for as sets, one hash each, not row by row."""
    keys = [row.pk for row in cases]
    opinions = FindingOpinion.objects.filter(finding__case__in=keys).order_by()
    if tab == "mine":
        mine = Assignment.objects.filter(expert__user=user.pk, state=Assignment.State.WORKING)
        mine = mine.filter(review__rounds__cases__in=keys).values("discipline")
        return Q(decision="", case__discipline__in=mine) & ~Q(pk__in=opinions.filter(by=user.pk).values("finding"))
    if tab == "undecided":
        return Q(decision="")
    if tab == "split":
        several = opinions.values("finding").annotate(kinds=Count("decision", distinct=True)).filter(kinds__gt=1)
        return Q(decision="") & Q(pk__in=several.values("finding"))
    if tab == "standing":
        return rounds.STANDING
    return rounds.STANDING & ~Q(pk__in=FindingReply.objects.filter(finding__case__in=keys).order_by().values("finding"))


def chosen(narrowing: Narrowing, cases: Sequence[ReviewCase], user: User, params: Any) -> QuerySet[CaseFinding]:
    """The ticked findings, or the whole selection where that was asked. Ticked ones may be of an older round: what is done to them
    says so."""
    if params.get("whole"):
        return narrowing.rows(cases, user)
    keys = [int(key) for key in params.getlist("pk") if key.isdigit() and len(key) < 18]
    review = cases[0].round.review_id if cases and cases[0].round else 0
    return CaseFinding.objects.filter(pk__in=keys, case__round__review=review)
