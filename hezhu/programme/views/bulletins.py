"""Bulletins: the list, a new one for any period, the printable page, .docx and PDF."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hezhu.core.access.scoping import found, require
from hezhu.core.errors import NotThere
from hezhu.programme import bulletin_files, dates
from hezhu.programme.actions import issue_bulletin
from hezhu.programme.bulletin_sections import sections
from hezhu.programme.forms import BulletinForm
from hezhu.programme.models import Bulletin
from hezhu.programme.views.shown import frame

FORMATS: dict[str, tuple[str, Callable[[Bulletin], bytes]]] = {
    "docx": (bulletin_files.DOCX_TYPE, bulletin_files.docx),
    "pdf": ("application/pdf", bulletin_files.pdf),
}


@require_safe
def bulletins(request: HttpRequest) -> HttpResponse:
    """All bulletins, newest first."""
    require(request.user, "programme.view")
    rows = Bulletin.objects.visible_to(request.user).select_related("issued_by").defer("content")
    context = frame(bulletins=rows, may_issue=request.user.may("programme.decide"))
    return render(request, "programme/bulletins.html", context)


@require_http_methods(["GET", "POST"])
def new_bulletin(request: HttpRequest) -> HttpResponse:
    """Issue a bulletin for a period; last month is filled in."""
    require(request.user, "programme.decide")
    form = BulletinForm(request.POST) if request.method == "POST" else BulletinForm.for_last_month(dates.today())
    if request.method == "POST" and form.is_valid():
        made = form.attempt(lambda: issue_bulletin(**form.cleaned_data, by=request.user))
        if made is not None:
            messages.success(request, _("通报 %(number)s 已生成，内容已定格。") % {"number": made.number})
            return redirect("programme:bulletin", made.number)
    return render(request, "programme/bulletin_form.html", frame(form=form), status=422 if form.errors else 200)


@require_safe
def bulletin(request: HttpRequest, number: str) -> HttpResponse:
    """The bulletin as a page that prints."""
    row = _bulletin_of(request, number)
    return render(request, "programme/bulletin.html", frame(bulletin=row, sections=sections(row.content)))


@require_safe
def download(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The bulletin as .docx or PDF."""
    row = _bulletin_of(request, number)
    if kind not in FORMATS:
        raise NotThere()
    media_type, make = FORMATS[kind]
    response = HttpResponse(make(row), content_type=media_type)
    name = quote(f"{row.number} {row.title}.{kind}")
    response["Content-Disposition"] = f"attachment; filename=\"{quote(row.number)}.{kind}\"; filename*=UTF-8''{name}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _bulletin_of(request: HttpRequest, number: str) -> Bulletin:
    require(request.user, "programme.view")
    return found(Bulletin.objects.visible_to(request.user).select_related("issued_by"), number=number)
