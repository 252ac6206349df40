"""The project hub page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hezhu.core.access.scoping import found, require
from hezhu.core.history.changes import changes_of
from hezhu.core.register.declare import registers
from hezhu.core.register.detail_views import tabs_of
from hezhu.core.register.values import display
from hezhu.registers.projects.hub import panels_of, parties_of, steps_of
from hezhu.registers.projects.models import PARTIES, Project, UnitBuilding

FACTS = (
    "area_m2",
    "investment_wan_yuan",
    "category",
    "nature",
    "function",
    "is_priority_kind",
    "funding",
    "delivery",
    "uses_whole_process_consulting",
    "address",
    "permit_number",
    "permit_issued_on",
)
RECENT_CHANGES = 8


@require_GET
def hub(request: HttpRequest, number: str) -> HttpResponse:
    """One project, one page, whole life."""
    user = request.user
    require(user, "projects.view")
    project = found(Project.objects.visible_to(user).select_related(*PARTIES), number=number)
    buildings = UnitBuilding.objects.visible_to(user).filter(project=project).order_by("code")
    register = registers.get("projects")
    assert register is not None
    panels = panels_of(project, user)
    steps = steps_of(project)
    context = {
        "nav": "projects",
        "project": project,
        "steps": steps,
        "steps_done": sum(step.state == "done" for step in steps),
        "facts": [
            (Project._meta.get_field(name).verbose_name, display(project, Project._meta.get_field(name))) for name in FACTS
        ],
        "parties": parties_of(project, user),
        "contact": display(project, Project._meta.get_field("owner_phone")),
        "buildings": list(buildings),
        "assembly_rate": weighted_rate(buildings),
        "panels": panels,
        "todo": [todo for _panel, content in panels for todo in content.todo],
        "changes": changes_of(register, project)[:RECENT_CHANGES],
        "may_change": user.may("projects.change"),
        "register": register,
        "tabs": tabs_of(register, project, user),
        "yesterday": timezone.localdate() - timedelta(days=1),
    }
    return render(request, "projects/hub.html", context)


def weighted_rate(buildings: QuerySet[UnitBuilding]) -> Decimal | None:
    """The project's assembly rate in per cent: those of its buildings weighted by area above ground; None when none is known."""
    known = [
        (building.assembly_rate, building.above_ground_area_m2 or building.area_m2)
        for building in buildings
        if building.assembly_rate is not None
    ]
    area = sum((size for _rate, size in known), Decimal(0))
    return sum((rate * size for rate, size in known), Decimal(0)) / area if area else None
