"""What the viewer reads of a case, and what people take away from it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hezhu.bim import assembly_desk, desk
from hezhu.bim.content import member_of
from hezhu.bim.desk_views import rights
from hezhu.bim.inspection import bucket_of
from hezhu.bim.life.element_section import with_links
from hezhu.bim.views import case_of
from hezhu.core.access.models import User
from hezhu.core.errors import NotThere
from hezhu.core.files.models import Attachment
from hezhu.core.files.views import serve


@require_GET
def viewer_file(request: HttpRequest, number: str) -> HttpResponseBase:
    """The model as the viewer reads it (fragments)."""
    return serve(request, _there(case_of(request, number).viewer_file), inline=True)


@require_GET
def elements(request: HttpRequest, number: str) -> HttpResponse:
    """Storeys with the GlobalIds they carry, and the gravest verdict on each element; ``assembly`` colours by an item instead."""
    case = case_of(request, number)
    storeys = member_of(case, "storeys.json") or {"storeys": []}
    item = request.GET.get("assembly", "")
    return JsonResponse({**storeys, "verdicts": assembly_desk.colours(case, item) if item else desk.verdict_map(case)})


@require_GET
def properties(request: HttpRequest, number: str, global_id: str) -> HttpResponse:
    """The property panel of one element."""
    case = case_of(request, number)
    panel = (member_of(case, bucket_of(global_id)) or {}).get(global_id)
    if panel is None:
        raise NotThere()
    return JsonResponse(with_links(panel, case.project, global_id, cast(User, request.user)))


@require_GET
def stage(request: HttpRequest, number: str) -> HttpResponse:
    """The stage while the three-dimensional view is made; replaces itself when it is there."""
    item = request.GET.get("assembly", "")
    case = case_of(request, number)
    return render(request, "bim/_stage.html", {"case": case, **rights(request, case), **assembly_desk.colouring(item)})


@require_GET
def model_file(request: HttpRequest, number: str) -> HttpResponseBase:
    """The model as it was submitted."""
    return serve(request, case_of(request, number).model_file)


@require_GET
def report(request: HttpRequest, number: str, kind: str) -> HttpResponseBase:
    """A report of the machine's review: html, json or bcf."""
    case = case_of(request, number)
    name = f"review.{kind}"
    return serve(request, _there(case.reports.select_related("file").filter(name__endswith=name).first()))


def _there(attachment: Attachment | None) -> Attachment:
    if attachment is None:
        raise NotThere()
    return attachment
