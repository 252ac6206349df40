"""Pages of model versions: the matrix of a project, upload, one version and its moves."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hezhu.bim.life import actions, comparing, shown
from hezhu.bim.life.errors import UploadIncomplete
from hezhu.bim.life.forms import VersionForm
from hezhu.bim.life.kinds import Discipline, Stage
from hezhu.bim.life.models import ModelVersion
from hezhu.bim.models import ReviewCase
from hezhu.core.access.models import User
from hezhu.core.access.scoping import found, require
from hezhu.core.errors import BadInput, Refusal
from hezhu.core.files.uploads import taken
from hezhu.core.jobs.models import Job
from hezhu.registers.projects.models import Project


def version_of(request: HttpRequest, pk: int) -> ModelVersion:
    """One version; NotThere when it is not the account's."""
    require(request.user, "bim.view")
    files = ("model_file__file", "viewer_file__file", "content_file__file", "prints_file__file", "tables_file__file")
    row: ModelVersion = found(shown.visible_versions(request.user).select_related(*files), pk=pk)
    return row


def project_of(request: HttpRequest, number: str) -> Project:
    """One project by its number; NotThere when it is not the account's."""
    require(request.user, "bim.view")
    row: Project = found(Project.objects.visible_to(request.user), number=number)
    return row


@require_GET
def models(request: HttpRequest, number: str) -> HttpResponse:
    """The latest versions of a project by discipline and stage, a building at a time."""
    project = project_of(request, number)
    buildings = shown.buildings_of(project, request.user)
    keys = [key for key, _label, count in buildings if count] or [shown.WHOLE]
    chosen = request.GET.get("building", "")
    chosen = chosen if chosen in {key for key, _label, _count in buildings} else keys[0]
    versions = ModelVersion.objects.visible_to(request.user).filter(project=project)
    building = None if chosen == shown.WHOLE else chosen
    context = {
        "nav": "bim",
        "project": project,
        "buildings": buildings,
        "building": chosen,
        "stages": Stage.choices,
        "rows": shown.matrix(versions.filter(building=building).select_related("building", "unit", "job")),
        "total": versions.count(),
        "may_submit": request.user.may("bim.submit"),
    }
    return render(request, "bim/life/models.html", context)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, number: str) -> HttpResponse:
    """Say what a model is, and upload it."""
    require(request.user, "bim.submit")
    project = project_of(request, number)
    user = cast(User, request.user)
    if request.method != "POST":
        given = {key: request.GET[key] for key in ("stage", "discipline", "building") if request.GET.get(key)}
        initial = {"stage": Stage.CONSTRUCTION_DRAWING, "discipline": Discipline.ARCHITECTURE, **given}
        return _upload_page(request, project, VersionForm(initial=initial, project=project, user=user))
    form = VersionForm(request.POST, project=project, user=user)
    if not form.is_valid():
        return _upload_page(request, project, form, UploadIncomplete())
    data = form.cleaned_data
    try:
        version = actions.upload_version(
            form.place, taken(request, "model"), by=user, purpose=data["purpose"], shared=data["shared"]
        )
    except Refusal as refusal:
        return _upload_page(request, project, form, refusal)
    return HttpResponseRedirect(version.get_absolute_url())


def _upload_page(request: HttpRequest, project: Project, form: VersionForm, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "nav": "bim",
        "project": project,
        "form": form,
        "refusal": refusal,
        "problems": refusal.data.get("problems", []) if refusal else [],
        "same_url": refusal.data.get("url", "") if refusal else "",
        "limit_bytes": settings.UPLOAD_LIMIT_BYTES,
    }
    return render(request, "bim/life/upload.html", context, status=refusal.status if refusal else 200)


@require_GET
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what it is, what is odd about it, its reviews, and what may be done with it."""
    row = version_of(request, pk)
    user = cast(User, request.user)
    visible = shown.visible_versions(user)
    others = comparing.comparable(row, visible)
    context = {
        "nav": "bim",
        "version": row,
        "lamp": shown.LAMPS[row.status],  # type: ignore[index]
        "warnings": shown.sentences(row),
        "moves": shown.moves_for(row, user),
        "changes": shown.status_changes(row),
        "cases": list(
            ReviewCase.objects.visible_to(user).filter(model_version=row).defer("summary", "assembly").select_related("job")
        ),
        "others": [other for other in others if other.prints_file_id is not None] if row.prints_file_id else [],
        "follows_job": row.is_preparing and Job.objects.visible_to(user).filter(pk=row.job_id).exists(),
        "may_submit": user.may("bim.submit"),
    }
    return render(request, "bim/life/version.html", context)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Share, publish or archive."""
    row = version_of(request, pk)
    to = request.POST.get("to", "")
    if to not in ModelVersion.Status.values:
        raise BadInput(problems=[{"field": "to", "value": to}])
    actions.move(row, to, by=cast(User, request.user), reason=request.POST.get("reason", ""))
    return HttpResponseRedirect(row.get_absolute_url())


@require_POST
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the preparation again."""
    row = version_of(request, pk)
    actions.prepare_again(row, by=cast(User, request.user))
    return HttpResponseRedirect(row.get_absolute_url())


@require_GET
def waiting(request: HttpRequest, pk: int) -> HttpResponse:
    """Polled while a version is prepared: sends the page on when there is something to see."""
    row = version_of(request, pk)
    response = HttpResponse(status=204)
    if not row.is_preparing:
        response = HttpResponse()
        response["HX-Redirect"] = row.get_absolute_url()
    return response


@require_GET
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends a reader who chose another version in a form to the page of the differences; the older of both comes first."""
    row = version_of(request, pk)
    chosen = request.GET.get("with", "")
    other = version_of(request, int(chosen)) if chosen.isdigit() else None
    if other is None:
        return HttpResponseRedirect(row.get_absolute_url())
    before, after = sorted((row, other), key=lambda one: one.pk)
    return HttpResponseRedirect(reverse("life:difference", args=[before.pk, after.pk]))
