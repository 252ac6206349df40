"""The list of a project's topics: what is open, by type, status, person and discipline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hezhu.bim.topics.models import Topic
from hezhu.bim.topics.wording import is_closed, names_of, shown
from hezhu.registers.projects.models import Project

TABS = (("open", _("未关闭")), ("closed", _("已关闭")), ("all", _("全部")))


@dataclass(frozen=True)
class Wanted:
    """What the reader filters by."""

    tab: str = "open"
    type: str = ""
    status: str = ""
    assigned_to: str = ""
    label: str = ""
    words: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Wanted:
        tab = query.get("tab", "open")
        return cls(
            tab if tab in dict(TABS) else "open",
            *(query.get(name, "").strip()[:200] for name in ("type", "status", "assigned_to", "label", "q")),
        )

    @property
    def narrows(self) -> bool:
        return bool(self.type or self.status or self.assigned_to or self.label or self.words)

    def rows(self, topics: QuerySet[Topic]) -> QuerySet[Topic]:
        """The topics that fit, without regard to the tab."""
        for name in ("type", "status", "assigned_to"):
            if value := getattr(self, name):
                topics = topics.filter(**{name: value})
        if self.label:
            topics = topics.filter(labels__contains=[self.label])
        if self.words:
            number = self.words.upper().removeprefix("T-")
            said = Q(title__icontains=self.words) | Q(description__icontains=self.words)
            topics = topics.filter(said | Q(number=int(number)) if number.isdigit() and len(number) < 9 else said)
        return topics


def tabs_of(project: Project, topics: QuerySet[Topic], wanted: Wanted) -> tuple[list[tuple[str, Any, int]], QuerySet[Topic]]:
    """The tabs with their counts, and the rows of the chosen one."""
    fitting = wanted.rows(topics)
    counts = dict(fitting.order_by().values_list("status").annotate(count=Count("pk")))
    closed = [status for status in counts if is_closed(status)]
    numbers = {"closed": sum(counts[status] for status in closed), "all": sum(counts.values())}
    numbers["open"] = numbers["all"] - numbers["closed"]
    if wanted.tab == "open":
        fitting = fitting.exclude(status__in=closed)
    elif wanted.tab == "closed":
        fitting = fitting.filter(status__in=closed)
    return [(key, label, numbers[key]) for key, label in TABS], fitting


def choices_of(project: Project, topics: QuerySet[Topic]) -> dict[str, list[tuple[str, str]]]:
    """What can be filtered by: the words that the project's topics have."""
    found = {
        name: sorted(topics.order_by().values_list(name, flat=True).distinct()) for name in ("type", "status", "assigned_to")
    }
    names = names_of(set(found["assigned_to"]), project, with_unit=False)
    labels = sorted({label for row in topics.order_by().values_list("labels", flat=True).distinct() for label in row})
    return {
        "type": [(word, shown(word)) for word in found["type"] if word],
        "status": [(word, shown(word)) for word in found["status"] if word],
        "assigned_to": [(word, names.get(word, word)) for word in found["assigned_to"] if word],
        "label": [(word, word) for word in labels],
    }
