"""My work in the background: how far it is, cancel it, try it again."""

from __future__ import annotations

from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from hezhu.core.access.models import User
from hezhu.core.access.scoping import found
from hezhu.core.jobs import actions
from hezhu.core.jobs.models import Job

PAGE_ROWS = 30


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The jobs this account started, newest first."""
    rows = Job.objects.visible_to(request.user).filter(created_by=request.user.pk)
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "jobs/list.html", {"page": page, "active": any(job.is_active for job in page)})


@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job. ``?follow=1`` goes on to the result when it is done."""
    return render(request, "jobs/job.html", {"job": _visible(request, pk), "follow": "follow" in request.GET})


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress as a fragment, polled every second while the job is active; then the page goes on or shows the way on."""
    row = _visible(request, pk)
    follow = "follow" in request.GET
    response = render(request, "jobs/progress.html", {"job": row, "follow": follow})
    if follow and row.state == Job.State.DONE and _is_ours(row.url):
        response["HX-Redirect"] = row.url
    return response


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, actions.cancel)


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, actions.retry)


def _answer(request: HttpRequest, pk: int, act: actions.Act) -> HttpResponse:
    row = _visible(request, pk)
    act(row, by=cast(User, request.user))
    if "HX-Request" in request.headers:
        return render(request, "jobs/progress.html", {"job": row, "follow": "follow" in request.GET})
    return HttpResponseRedirect(row.get_absolute_url())


def _visible(request: HttpRequest, pk: int) -> Job:
    row: Job = found(Job.objects.visible_to(request.user).select_related("created_by"), pk=pk)
    return row


def _is_ours(url: str) -> bool:
    return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
