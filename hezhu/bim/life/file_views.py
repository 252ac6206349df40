"""What the viewer reads of a version, and the model itself."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hezhu.bim.content import member_of
from hezhu.bim.inspection import bucket_of
from hezhu.bim.life import comparing
from hezhu.bim.life.difference_views import COLOURS
from hezhu.bim.life.element_section import with_links
from hezhu.bim.life.views import version_of
from hezhu.core.access.models import User
from hezhu.core.errors import NotThere
from hezhu.core.files.views import serve


@require_GET
def viewer_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The model as the viewer reads it (fragments)."""
    version = version_of(request, pk)
    if version.viewer_file is None:
        raise NotThere()
    return serve(request, version.viewer_file, inline=True)


@require_GET
def elements(request: HttpRequest, pk: int) -> HttpResponse:
    """Storeys with the GlobalIds they carry; ``difference`` names an earlier version, whose differences then colour the elements."""
    version = version_of(request, pk)
    storeys = member_of(version, "storeys.json") or {"storeys": []}
    former = request.GET.get("difference", "")
    verdicts: dict[str, str] = {}
    if former.isdigit():
        changes = comparing.change_map(comparing.differences(version_of(request, int(former)), version))
        verdicts = {global_id: COLOURS[change] for global_id, change in changes.items() if change in COLOURS}
    return JsonResponse({**storeys, "verdicts": verdicts})


@require_GET
def properties(request: HttpRequest, pk: int, global_id: str) -> HttpResponse:
    """The property panel of one element."""
    version = version_of(request, pk)
    panel = (member_of(version, bucket_of(global_id)) or {}).get(global_id)
    if panel is None:
        raise NotThere()
    return JsonResponse(with_links(panel, version.project, global_id, cast(User, request.user)))


@require_GET
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """The stage while the three-dimensional view is made; replaces itself when it is there."""
    return render(request, "bim/life/_stage.html", {"version": version_of(request, pk)})


@require_GET
def model_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The model as it was uploaded."""
    return serve(request, version_of(request, pk).model_file)
