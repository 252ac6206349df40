"""Finding what a page is about, within what the account may see."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from hezhu.core.access.scoping import found, require
from hezhu.core.errors import NotThere
from hezhu.programme import dates
from hezhu.programme.models import Requirement, RequirementInstance


def requirement_of(request: HttpRequest, code: str) -> Requirement:
    """The requirement, or NotThere; the account must be allowed to see the programme."""
    require(request.user, "programme.view")
    rows = Requirement.objects.visible_to(request.user).select_related("lead_unit")
    return found(rows, code=code.upper())


def instance_of(request: HttpRequest, code: str) -> RequirementInstance:
    """The instance the address names by ?year=, else the newest that has begun."""
    requirement = requirement_of(request, code)
    rows = RequirementInstance.objects.filter(requirement=requirement).select_related("requirement__lead_unit")
    year = request.GET.get("year") or request.POST.get("year")
    if year:
        if not year.isdigit():
            raise NotThere()
        return found(rows, year=int(year))
    begun = rows.filter(opens_on__lte=dates.today()).order_by("-opens_on").first()
    return begun or found(rows)


def address_of(instance: RequirementInstance) -> str:
    """The task page of this very instance."""
    from django.urls import reverse

    page = reverse("programme:task", args=[instance.requirement.code])
    return f"{page}?year={instance.year}" if instance.year else page


def frame(**context: Any) -> dict[str, Any]:
    """Every page of the programme stands in the room 试点任务."""
    return {"nav": "tasks", "programme_today": dates.today(), **context}
