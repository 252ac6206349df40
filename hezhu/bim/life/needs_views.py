"""What each stage still lacks: a project's disciplines by stage, and one version down to its elements."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from hezhu.bim.life import needing, shown
from hezhu.bim.life.kinds import Discipline, Stage
from hezhu.bim.life.models import ModelVersion
from hezhu.bim.life.views import project_of, version_of
from hezhu.core.errors import NotThere

PAGE = 100


@require_GET
def needs(request: HttpRequest, number: str) -> HttpResponse:
    """The latest version of each discipline at each stage against what the stage asks for."""
    project = project_of(request, number)
    buildings = shown.buildings_of(project, request.user)
    keys = [key for key, _label, count in buildings if count] or [shown.WHOLE]
    chosen = request.GET.get("building", "")
    chosen = chosen if chosen in {key for key, _label, _count in buildings} else keys[0]
    versions = ModelVersion.objects.visible_to(request.user).filter(project=project)
    building = None if chosen == shown.WHOLE else chosen
    rows = shown.matrix(versions.filter(building=building).select_related("building", "tables_file__file"))
    context = {
        "nav": "bim",
        "project": project,
        "buildings": buildings,
        "building": chosen,
        "stages": Stage.choices,
        "rows": [(discipline, [_told(cell, discipline) for cell in cells]) for discipline, cells in rows],
        "total": versions.count(),
    }
    return render(request, "bim/life/needs.html", context)


def _told(cell: shown.Cell, discipline: Discipline) -> dict[str, Any]:
    latest = cell.latest
    asked = bool(needing.ids_of(cell.stage, discipline))
    return {
        "cell": cell,
        "version": latest,
        "asked": asked,
        "lacks": needing.lacks(latest) if latest is not None and asked else None,
    }


@require_GET
def version_needs(request: HttpRequest, pk: int) -> HttpResponse:
    """One version, requirement by requirement, each with the elements that lack it; ``ids`` hands out the IDS itself."""
    version = version_of(request, pk)
    stage = request.GET.get("stage", version.stage)
    stage = stage if stage in Stage.values else version.stage
    if "ids" in request.GET:
        return _ids(version, stage)
    found = needing.lacks(version, stage)
    chosen = request.GET.get("requirement", "")
    opened = next((row for row in found["requirements"] if row["id"] == chosen), None) if found else None
    context = {
        "nav": "bim",
        "version": version,
        "stages": Stage.choices,
        "stage": stage,
        "stage_label": Stage(stage).label,
        "found": found,
        "asked": bool(needing.ids_of(stage, version.discipline)),
        "opened": opened,
        "elements": opened["elements"][:PAGE] if opened else [],
    }
    return render(request, "bim/life/version_needs.html", context)


def _ids(version: ModelVersion, stage: str) -> HttpResponse:
    text = needing.ids_of(stage, version.discipline)
    if not text:
        raise NotThere()
    response = HttpResponse(text, content_type="application/xml; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{stage}-{version.discipline}.ids") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
