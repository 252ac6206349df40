"""Public pages: whether a document is genuine and stands. Whoever holds the code of the QR may read; nothing else of the case is shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from hezhu.core.cases.models import CaseDocument
from hezhu.core.errors import NotThere
from hezhu.core.files.views import serve

LONGEST = 200


@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """For those who cannot scan: the code, or the whole address printed under the QR, typed by hand."""
    typed = request.GET.get("code", "").strip()[:LONGEST]
    code = typed.rstrip("/").rsplit("/", 1)[-1]
    if code and re.fullmatch(r"[\w-]{1,32}", code, re.ASCII):
        return HttpResponseRedirect(reverse("cases:verify", args=[code]))
    return _said(request, {"asking": True, "wrong": bool(typed), "typed": typed}, 422 if typed else 200)


@require_GET
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """The document as it was issued and its standing now. ``number``: what the reader finds printed, compared with what was issued."""
    row = CaseDocument.objects.select_related("case", "issuer", "attachment__file", "replaced_by").filter(code=code).first()
    typed = request.GET.get("number", "").strip()[:LONGEST]
    context = {"document": row, "typed": typed, "same": row is not None and _plain(typed) == _plain(row.number)}
    return _said(request, context, 200 if row else 404)


def _plain(number: str) -> str:
    """A number as people write it: full-width signs, spaces and case do not matter."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", number)).upper()


def _said(request: HttpRequest, context: Mapping[str, object], status: int) -> HttpResponse:
    response = render(request, "cases/verify.html", dict(context), status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_GET
def verified_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The document itself, for anyone who holds its code."""
    row = CaseDocument.objects.select_related("attachment__file").filter(code=code).first()
    if row is None or row.attachment is None:
        raise NotThere()
    return serve(request, row.attachment, inline=True)
