"""What the pages of model versions show: the matrix of a project, and one version with what may be done to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from hezhu.bim.life.actions import MOVES
from hezhu.bim.life.kinds import Discipline, Stage, Status
from hezhu.bim.life.models import ModelVersion
from hezhu.bim.life.warnings import worded
from hezhu.core.access.models import User
from hezhu.core.access.scoping import OFFICES
from hezhu.registers.projects.models import Project, UnitBuilding

LAMPS = {Status.WIP: "open", Status.SHARED: "watch", Status.PUBLISHED: "done", Status.ARCHIVED: "open"}
WHOLE = "0"  # how an address says the whole project, which has no building
VERBS = {Status.SHARED: _("共享"), Status.PUBLISHED: _("出版"), Status.ARCHIVED: _("存档")}


@dataclass(slots=True)
class Cell:
    """The versions of one stage and discipline, the latest first."""

    stage: str
    label: Any
    versions: list[ModelVersion] = field(default_factory=list)

    @property
    def latest(self) -> ModelVersion | None:
        return self.versions[0] if self.versions else None


def visible_versions(user: Any) -> QuerySet[ModelVersion]:
    """The versions an account may see, with what every page names."""
    rows = ModelVersion.objects.visible_to(user)
    return rows.select_related("project", "building", "unit", "author", "job", "superseded_by__building")


def matrix(versions: QuerySet[ModelVersion]) -> list[tuple[Any, list[Cell]]]:
    """One row a discipline, one cell a stage, of the versions of one building."""
    rows = {key: {stage: Cell(stage, label) for stage, label in Stage.choices} for key in Discipline.values}
    for version in versions.defer("facts").annotate(reviews=Count("cases")).order_by("-number"):
        rows[version.discipline][version.stage].versions.append(version)
    return [(Discipline(key), list(cells.values())) for key, cells in rows.items()]


def buildings_of(project: Project, user: Any) -> list[tuple[str, Any, int]]:
    """(key, label, versions) of the whole project and of each building."""
    counts = {
        row["building"]: row["n"]
        for row in ModelVersion.objects.visible_to(user)
        .filter(project=project)
        .values("building")
        .annotate(n=Count("pk"))
        .order_by()
    }
    found = [
        (str(b.pk), b, counts.get(b.pk, 0))
        for b in UnitBuilding.objects.visible_to(user).filter(project=project).order_by("code")
    ]
    return [(WHOLE, _("整个项目"), counts.get(None, 0)), *found]


def moves_for(version: ModelVersion, user: User) -> list[tuple[str, Any]]:
    """(status, verb) of what this account may try; the action has the last word."""
    if not user.may("bim.submit"):
        return []
    own = user.unit_id == version.unit_id
    over = user.unit_id == version.project.owner_id or (user.role in OFFICES and user.may("bim.decide"))
    allowed = own or (over and version.status != Status.WIP)
    return [(to, VERBS[to]) for to in MOVES[Status(version.status)]] if allowed else []


def sentences(version: ModelVersion) -> list[str]:
    """The warnings in words."""
    return [worded(warning) for warning in version.warnings]


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One move of a version: when, by whom, to what, and why."""

    at: Any
    by: str
    status: Any
    reason: str


def status_changes(version: ModelVersion) -> list[StatusChange]:
    """The moves of a version from its history, the latest first."""
    events = ModelVersion.pgh_event_model.objects.filter(pgh_obj_id=version.pk).select_related("pgh_context").order_by("pgh_id")  # type: ignore[attr-defined]
    contexts = [(event, event.pgh_context.metadata if event.pgh_context else {}) for event in events]
    people = {
        user.pk: user.display_name for user in User.objects.filter(pk__in={said.get("user") or 0 for _event, said in contexts})
    }
    found: list[StatusChange] = []
    former = None
    for event, said in contexts:
        if event.status != former:
            by = people.get(said.get("user") or 0, "")
            found.append(StatusChange(event.pgh_created_at, by, Status(event.status).label, said.get("reason") or ""))
        former = event.status
    return found[::-1]
