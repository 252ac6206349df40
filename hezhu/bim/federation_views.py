"""The page with all disciplines of a project, and the files its viewer reads."""

from __future__ import annotations

import json
import zipfile
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hezhu.bim import desk, federation, model_queries, model_store
from hezhu.bim.inspection import bucket_of
from hezhu.bim.models import ModelVersion
from hezhu.core.access.scoping import found, require
from hezhu.core.errors import NotThere
from hezhu.core.files.actions import local_path
from hezhu.core.files.views import serve
from hezhu.registers.projects.models import Project


def _project(request: HttpRequest, number: str) -> Project:
    require(request.user, "bim.view")
    project: Project = found(Project.objects.visible_to(request.user), number=number)
    return project


def _version(request: HttpRequest, number: str, pk: int) -> ModelVersion:
    project = _project(request, number)
    files = ("content_file__file", "tables_file__file")
    version: ModelVersion = found(federation.versions_of(project, request.user).select_related(*files), pk=pk)
    return version


@require_GET
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The model page: chosen versions, or two of them compared."""
    project = _project(request, number)
    if chosen := [value for value in request.GET.getlist("version") if value]:
        return HttpResponseRedirect(federation.address(project, versions=",".join(chosen)))
    if new := request.GET.get("new"):
        return HttpResponseRedirect(federation.address(project, compare=f"{request.GET.get('old', '')},{new}"))
    rows = federation.versions_of(project, request.user)
    compare = request.GET.get("compare", "")
    pair = federation.compared(rows, compare) if compare else None
    shown = list(pair) if pair else federation.chosen_versions(rows, request.GET.get("versions", ""))
    query = request.GET.urlencode()
    choices = federation.places(rows, shown)
    context = {
        "nav": "bim",
        "project": project,
        "pair": pair,
        "shown": shown,
        "without_view": [version for version in shown if version.viewer_file_id is None],
        "places": choices,
        "comparable": [place for place in choices if len(place.versions) > 1],
        "models_url": federation.project_file(project, "view/models.json") + (f"?{query}" if query else ""),
        "difference_url": federation.difference_url(*pair) if pair else "",
        "can_show": any(version.viewer_file_id for version in shown),
    }
    return render(request, "bim/federated.html", context)


@require_GET
def models(request: HttpRequest, number: str) -> HttpResponse:
    """The models of the page, as the viewer reads them."""
    rows = federation.versions_of(_project(request, number), request.user)
    compare = request.GET.get("compare", "")
    shown = federation.compared(rows, compare) if compare else federation.chosen_versions(rows, request.GET.get("versions", ""))
    return JsonResponse(federation.sources(list(shown)), safe=False)


@require_GET
def viewer_file(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    version = _version(request, number, pk)
    if version.viewer_file is None:
        raise NotThere()
    return serve(request, version.viewer_file, inline=True)


@require_GET
def elements(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Storeys with their GlobalIds, and the verdicts of the version's latest review."""
    version = _version(request, number, pk)
    case = federation.last_case(version, request.user)
    storeys = _member(version, "storeys.json") or {"storeys": []}
    return JsonResponse({**storeys, "verdicts": desk.verdict_map(case) if case else {}})


@require_GET
def properties(request: HttpRequest, number: str, pk: int, global_id: str) -> HttpResponse:
    """The property panel of one element."""
    panel = (_member(_version(request, number, pk), bucket_of(global_id)) or {}).get(global_id)
    if panel is None:
        raise NotThere()
    return JsonResponse(panel)


@require_GET
def query(request: HttpRequest, number: str, pk: int, question: str) -> HttpResponse:
    """One question about the properties of a version."""
    return model_queries.answered(request, model_store.folder_of(_version(request, number, pk)), question)


@require_GET
def pins(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Findings of the version's latest review that are not in order."""
    case = federation.last_case(_version(request, number, pk), request.user)
    return JsonResponse({"pins": model_queries.pins_of(case) if case else []})


def _member(version: ModelVersion, member: str) -> Any:
    if version.content_file is None:
        return None
    with zipfile.ZipFile(local_path(version.content_file)) as archive:
        try:
            return json.loads(archive.read(member))
        except KeyError:
            return None
