"""Pages of BIM报建: planning conditions, application, new versions, and the files of a version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hezhu.bim.plans import actions
from hezhu.bim.plans.errors import FieldWrong
from hezhu.bim.plans.forms import ApplicationForm, ConditionsForm, DeclaredForm
from hezhu.bim.plans.models import PlanConditions, PlanVersion
from hezhu.core.access.models import User
from hezhu.core.access.scoping import found, require
from hezhu.core.cases.models import Case
from hezhu.core.errors import Refusal
from hezhu.core.files.models import Attachment
from hezhu.core.files.uploads import taken, taken_all
from hezhu.core.files.views import serve
from hezhu.registers.projects.models import Project


def _account(request: HttpRequest) -> User:
    return cast(User, request.user)


def _project(request: HttpRequest, number: str) -> Project:
    row: Project = found(Project.objects.visible_to(request.user), number=number)
    return row


def _plan_case(request: HttpRequest, number: str) -> Case:
    row: Case = found(Case.objects.visible_to(request.user).filter(plan__isnull=False), number=number)
    return row


@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, number: str) -> HttpResponse:
    """The application of one project."""
    require(request.user, "plans.apply")
    project = _project(request, number)
    former = _former(request, project)
    form = ApplicationForm(request.POST or None, project=project, user=_account(request), initial=_filled_in(former))
    if request.method != "POST":
        return _apply_page(request, project, form, former)
    if not form.is_valid():
        return _apply_page(request, project, form, former, FieldWrong())
    data = form.cleaned_data
    try:
        case = actions.apply(
            project,
            _papers(request, form),
            by=_account(request),
            office=data["office"],
            pack=data["pack"],
            judged_on=data["judged_on"],
            text=data["text"],
            follows=former,
        )
    except Refusal as refusal:
        return _apply_page(request, project, form, former, refusal)
    return HttpResponseRedirect(case.get_absolute_url())


def _former(request: HttpRequest, project: Project) -> Case | None:
    """The closed application that is filed anew, from the address or the form."""
    number = request.POST.get("from") or request.GET.get("from") or ""
    rows = Case.objects.visible_to(request.user).filter(plan__project=project, unit=_account(request).unit_id)
    return rows.filter(number=number, closed_at__isnull=False).first() if number else None


def _filled_in(former: Case | None) -> dict[str, Any]:
    """What the former application said, but for its files and its date."""
    if former is None or (latest := former.plan.latest) is None:
        return {}
    office = former.parties.filter(party="officer").first()
    return {**_shown_figures(latest.declared), "pack": former.plan.pack, "office": office.unit if office else None}


def _shown_figures(declared: Mapping[str, float]) -> dict[str, float]:
    """Declared figures as the form has them, shares in per cent."""
    return {name: value * 100 if name in DeclaredForm.SHARES else value for name, value in declared.items()}


def _papers(request: HttpRequest, form: DeclaredForm) -> actions.Papers:
    return actions.Papers(taken(request, "site_model"), taken_all(request, "building_models"), form.declared())


def _apply_page(
    request: HttpRequest, project: Project, form: DeclaredForm, former: Case | None, refusal: Refusal | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "nav": "bim",
        "project": project,
        "form": form,
        "former": former,
        "refusal": refusal,
        "conditions": PlanConditions.objects.filter(project=project).first(),
        "may_fix": _account(request).may("plans.decide"),
        "limit_bytes": settings.UPLOAD_LIMIT_BYTES,
    }
    return render(request, "bim/plans/apply.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "POST"])
def conditions(request: HttpRequest, number: str) -> HttpResponse:
    """The planning conditions of a project, entered by the authority."""
    require(request.user, "plans.decide")
    project = _project(request, number)
    form = ConditionsForm(request.POST or None, instance=PlanConditions.objects.filter(project=project).first())
    if request.method == "POST" and form.is_valid():
        actions.fix_conditions(project, form.cleaned_data, by=_account(request))
        return HttpResponseRedirect(reverse("projects:hub", args=[project.number]))
    status = 422 if form.is_bound else 200
    return render(request, "bim/plans/conditions.html", {"nav": "bim", "project": project, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
def new_version(request: HttpRequest, number: str) -> HttpResponse:
    """A new version of an application that is to be completed or changed."""
    require(request.user, "plans.apply")
    case = _plan_case(request, number)
    latest = case.plan.latest
    form = DeclaredForm(request.POST or None, initial=_shown_figures(latest.declared if latest else {}))
    seen = request.POST.get("seen", "")
    refusal: Refusal | None = None
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.add_version(
                    case, _papers(request, form), by=_account(request), seen=int(seen) if seen.isdigit() else None
                )
            except Refusal as error:
                refusal = error
            else:
                return HttpResponseRedirect(case.get_absolute_url())
        else:
            refusal = FieldWrong()
    context = {
        "nav": "bim",
        "case": case,
        "form": form,
        "latest": case.plan.latest,
        "refusal": refusal,
        "limit_bytes": settings.UPLOAD_LIMIT_BYTES,
    }
    return render(request, "bim/plans/new_version.html", context, status=refusal.status if refusal else 200)


@require_POST
def check_again(request: HttpRequest, number: str) -> HttpResponse:
    case = _plan_case(request, number)
    actions.check_again(case, by=_account(request))
    return HttpResponseRedirect(case.get_absolute_url())


@require_GET
def version_file(request: HttpRequest, number: str, version: int, pk: int) -> HttpResponseBase:
    """A model or report of a version, for everyone who sees the case."""
    row: PlanVersion = found(PlanVersion.objects.filter(application__case=_plan_case(request, number)), number=version)
    files = [row.site_model_id, *row.building_models.values_list("pk", flat=True), *row.reports.values_list("pk", flat=True)]
    return serve(request, found(Attachment.objects.filter(pk__in=files).select_related("file"), pk=pk))
