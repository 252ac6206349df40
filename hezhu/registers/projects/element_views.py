"""The page of one element."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hezhu.core.access.models import User
from hezhu.core.access.scoping import found, require
from hezhu.core.errors import NotThere
from hezhu.registers.projects.elements import GLOBAL_ID, links_of, sections_of
from hezhu.registers.projects.models import Project


@require_GET
def element(request: HttpRequest, number: str, global_id: str) -> HttpResponse:
    """What every room knows of one element. An element nobody knows is answered as not there."""
    require(request.user, "projects.view")
    user = cast(User, request.user)
    project = found(Project.objects.visible_to(user), number=number)
    if not GLOBAL_ID.match(global_id):
        raise NotThere()
    links = links_of(project, global_id, user)
    sections = sections_of(project, global_id, user)
    if not links and not sections:
        raise NotThere()
    said = next((values for section, values in sections if section.heads), {})
    context = {
        "nav": "projects",
        "project": project,
        "global_id": global_id,
        "name": said.get("name", ""),
        "ifc_class": said.get("ifc_class", ""),
        "sections": sections,
        "links": links,
    }
    return render(request, "projects/element.html", context)
