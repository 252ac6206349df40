"""The project hub (一个项目一页): facts, statutory way, parties, buildings, and a panel from every room that knows the project.

The rooms stand above this one; each hands its panel in with ``add_panel`` when its app is ready.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import User
from hezhu.core.register.values import masked
from hezhu.registers.projects.models import PARTIES, Project, ProjectParty

PARTY_LABELS = {
    "owner": _("建设"),
    "surveyor": _("勘察"),
    "designer": _("设计"),
    "contractor": _("施工"),
    "supervisor": _("监理"),
}


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to act on: what, where, and by when in words."""

    text: str
    url: str
    sub: str = ""
    due: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What a room shows of one project: ``count`` and ``url`` of its tab, the values of its template, and what is to be done."""

    count: int
    url: str
    values: dict[str, Any] = field(default_factory=dict)
    todo: list[Todo] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Panel:
    """A room's part of the hub. ``content`` gives None when the room has nothing on the project, or not for this reader."""

    key: str
    label: Any
    template: str
    content: Callable[[Project, User], Content | None]
    order: int = 50


_panels: dict[str, Panel] = {}


def add_panel(panel: Panel) -> None:
    """Hand in a room's panel; the same key replaces."""
    _panels[panel.key] = panel


def panels_of(project: Project, user: User) -> list[tuple[Panel, Content]]:
    """The panels that have something to say, in their order."""
    ordered = sorted(_panels.values(), key=lambda panel: panel.order)
    return [(panel, content) for panel in ordered if (content := panel.content(project, user)) is not None]


@dataclass(frozen=True, slots=True)
class Step:
    """One statutory step. ``state``: done, now (the next to take), late (a later step was taken without it), next."""

    label: Any
    state: str
    on: date | None


# Basic construction procedure: 土地管理法 (出让), 政府投资条例/企业投资项目核准和备案管理条例 (赋码), 城乡规划法 第四十条 (规划许可),
# 建设工程质量管理条例 第十一、十三、十六条 (施工图审查, 施工许可前手续, 竣工验收), 建筑法 第七条 (施工许可), 档案法 (移交).
STEPS: tuple[tuple[str, Any], ...] = (
    ("land_contract_on", _("出让合同")),
    ("approved_on", _("立项赋码")),
    ("planning_permit_on", _("规划许可")),
    ("review_passed_on", _("施工图审查")),
    ("contract_filed_on", _("合同备案")),
    ("permit_issued_on", _("施工许可")),
    ("started_on", _("开工")),
    ("completed_on", _("竣工验收备案")),
    ("archived_on", _("档案移交")),
)
# Work without a permit is unlawful (建筑法 第七条); the other dates may simply not be recorded yet.
NEEDED_BEFORE = {"started_on": "permit_issued_on"}


def steps_of(project: Project) -> list[Step]:
    """The statutory way of a project from its dates, in order."""
    dates = [getattr(project, name) for name, _label in STEPS]
    last_done = max((index for index, on in enumerate(dates) if on is not None), default=-1)
    steps = []
    for index, (name, label) in enumerate(STEPS):
        if dates[index] is not None:
            state = "done"
        elif index < last_done:
            unlawful = any(needed == name and getattr(project, step) for step, needed in NEEDED_BEFORE.items())
            state = "late" if unlawful else "missing"
        else:
            state = "now" if index == last_done + 1 else "next"
        steps.append(Step(label, state, dates[index]))
    return steps


@dataclass(frozen=True, slots=True)
class Party:
    """One of the five responsible parties (五方责任主体) with the firm's page and its person in charge, name masked."""

    label: Any
    unit: Any
    url: str
    head: str


# 参建单位类型 of the party's papers, by the project's own columns.
PARTY_ROLES = {"owner": "008", "surveyor": "010", "designer": "011", "contractor": "009", "supervisor": "007"}


def parties_of(project: Project, user: User) -> list[Party]:
    """The five parties in their order; a unit is None where none is recorded. The person is the one in charge on the project today."""
    papers: dict[str, ProjectParty] = {}
    seen = ProjectParty.objects.visible_to(user).filter(project=project, role__in=PARTY_ROLES.values(), left_on__isnull=True)
    for paper in seen.select_related("enterprise", "head").order_by("id"):
        papers[paper.role] = paper
    return [_party(project, name, papers.get(PARTY_ROLES[name])) for name in PARTIES]


def _party(project: Project, name: str, paper: ProjectParty | None) -> Party:
    unit = getattr(project, name)
    head = str(paper.head) if paper and paper.head else ""
    if not head and name == "owner" and project.owner_contact:
        head = masked(project.owner_contact, "person-name")
    same = paper is not None and (unit is None or paper.enterprise.unit_id == unit.pk)
    firm = paper.enterprise if paper is not None and same else None
    url = reverse("register:detail", args=["enterprises", firm.pk]) if firm else ""
    return Party(PARTY_LABELS[name], unit or firm, url, head)
