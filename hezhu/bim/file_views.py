"""What the viewer reads of a case, and what people take away from it."""

from __future__ import annotations

import json
import zipfile
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hezhu.bim import desk
from hezhu.bim.inspection import bucket_of
from hezhu.bim.models import ReviewCase
from hezhu.bim.views import case_of
from hezhu.core.errors import NotThere
from hezhu.core.files.actions import local_path
from hezhu.core.files.models import Attachment
from hezhu.core.files.views import serve


@require_GET
def viewer_file(request: HttpRequest, number: str) -> HttpResponseBase:
    """The model as the viewer reads it (fragments)."""
    return serve(request, _there(case_of(request, number).viewer_file), inline=True)


@require_GET
def elements(request: HttpRequest, number: str) -> HttpResponse:
    """Storeys with the GlobalIds they carry, and the gravest verdict on each element."""
    case = case_of(request, number)
    storeys = _content(case, "storeys.json") or {"storeys": []}
    return JsonResponse({**storeys, "verdicts": desk.verdict_map(case)})


@require_GET
def properties(request: HttpRequest, number: str, global_id: str) -> HttpResponse:
    """The property panel of one element."""
    case = case_of(request, number)
    panel = (_content(case, bucket_of(global_id)) or {}).get(global_id)
    if panel is None:
        raise NotThere()
    return JsonResponse(panel)


@require_GET
def stage(request: HttpRequest, number: str) -> HttpResponse:
    """The stage while the three-dimensional view is made; replaces itself when it is there."""
    return render(request, "bim/_stage.html", {"case": case_of(request, number)})


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


def _content(case: ReviewCase, member: str) -> Any:
    """One member of the case's content archive; None when the case or the archive has none."""
    if case.content_file is None:
        return None
    with zipfile.ZipFile(local_path(case.content_file)) as archive:
        try:
            return json.loads(archive.read(member))
        except KeyError:
            return None
