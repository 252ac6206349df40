"""Pages of the review: the list of cases, submission, and one case from queue to opinion."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hezhu.bim import actions
from hezhu.bim.errors import SubmissionIncomplete
from hezhu.bim.forms import SubmissionForm
from hezhu.bim.models import ReviewCase
from hezhu.core.access.divisions import codes_below, counties
from hezhu.core.access.scoping import found, require
from hezhu.core.errors import Refusal
from hezhu.core.files.uploads import taken
from hezhu.core.ui.context import focus_division
from hezhu.registers.projects.models import Project

State = ReviewCase.State
TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "open": (_("在办"), ReviewCase.OPEN_STATES),
    "awaiting": (_("待决"), (State.AWAITING_DECISION,)),
    "running": (_("机审中"), ReviewCase.RUNNING_STATES),
    "failed": (_("机审未完成"), (State.FAILED,)),
    "returned": (_("已退回"), (State.RETURNED,)),
    "approved": (_("已通过"), (State.APPROVED,)),
    "all": (_("全部"), tuple(State.values)),
}
PAGE = 30


def visible_cases(request: HttpRequest) -> QuerySet[ReviewCase]:
    """Cases the account may see."""
    require(request.user, "bim.view")
    return (
        ReviewCase.objects.visible_to(request.user)
        .defer("summary", "assembly")
        .select_related("project", "building", "unit", "submitted_by", "job")
    )


def case_of(request: HttpRequest, number: str) -> ReviewCase:
    """One case by number; NotThere when it is not the account's."""
    files = ("model_version__model_file__file", "model_version__viewer_file__file", "content_file__file")
    rows = visible_cases(request).defer(None).select_related(*files, "review_body", "concluded_by")
    return found(rows, number=number)


@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """Cases by state, county and words."""
    cases = visible_cases(request).filter(division__in=codes_below(focus_division(request)))
    county, words = request.GET.get("division", ""), request.GET.get("q", "").strip()[:60]
    if county in counties():
        cases = cases.filter(division=county)
    if words:
        cases = cases.filter(
            Q(number__icontains=words)
            | Q(project__number=words)
            | Q(project__name__icontains=words)
            | Q(building__name__icontains=words)
        )
    counts = cases.aggregate(**{key: Count("pk", filter=Q(state__in=states)) for key, (_label, states) in TABS.items()})
    tab = request.GET.get("tab", "open")
    tab = tab if tab in TABS else "open"
    rows = Paginator(cases.filter(state__in=TABS[tab][1]).order_by("-id"), PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "bim",
        "tabs": [(key, label, counts[key]) for key, (label, _states) in TABS.items()],
        "tab": tab,
        "page": rows,
        "counties": counties(),
        "county": county,
        "words": words,
        "may_submit": request.user.may("bim.submit"),
    }
    return render(request, "bim/case_list.html", context)


@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """Choose a project, then say what the model is and upload it."""
    require(request.user, "bim.submit")
    projects = Project.objects.visible_to(request.user)
    number = request.GET.get("project", "")
    if not number:
        return _choose_project(request, projects)
    project = found(projects, number=number)
    if request.method == "POST":
        return _take_submission(request, project)
    building = project.buildings.filter(pk=_whole(request.GET.get("building"))).first()
    form = SubmissionForm(initial=SubmissionForm.start_for(project, building), project=project, user=request.user)
    return _submission_page(request, project, form)


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _choose_project(request: HttpRequest, projects: QuerySet[Project]) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:60]
    if words:
        projects = projects.filter(Q(name__icontains=words) | Q(number__icontains=words))
    projects = projects.filter(division__in=codes_below(focus_division(request))).order_by("-id")
    return render(request, "bim/choose_project.html", {"nav": "bim", "projects": projects[:20], "words": words})


def _take_submission(request: HttpRequest, project: Project) -> HttpResponse:
    form = SubmissionForm(request.POST, project=project, user=request.user)
    if not form.is_valid():
        return _submission_page(request, project, form, SubmissionIncomplete(), status=422)
    try:
        case = actions.submit_model(
            project,
            form.cleaned_data["building"],
            taken(request, "model"),
            by=request.user,
            submission=form.submission(ids=request.FILES.getlist("ids"), sheet=request.FILES.get("sheet")),
        )
    except Refusal as refusal:
        return _submission_page(request, project, form, refusal, status=refusal.status)
    return HttpResponseRedirect(case.get_absolute_url())


def _submission_page(
    request: HttpRequest, project: Project, form: SubmissionForm, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "nav": "bim",
        "project": project,
        "form": form,
        "refusal": refusal,
        "problems": refusal.data.get("problems", []) if refusal else [],
        "limit_bytes": settings.UPLOAD_LIMIT_BYTES,
    }
    return render(request, "bim/submit.html", context, status=status)


@require_POST
def rerun(request: HttpRequest, number: str) -> HttpResponse:
    case = case_of(request, number)
    actions.rerun(case, by=request.user)
    return HttpResponseRedirect(case.get_absolute_url())


@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    case = case_of(request, number)
    actions.withdraw(case, by=request.user, reason=request.POST.get("reason", "").strip() or str(_("提交单位撤回")))
    return HttpResponseRedirect(case.get_absolute_url())


@require_POST
def conclude(request: HttpRequest, number: str) -> HttpResponse:
    case = case_of(request, number)
    approve = request.POST.get("conclusion") == "approve"
    actions.conclude(case, by=request.user, approve=approve, opinion=request.POST.get("opinion", ""))
    return HttpResponseRedirect(case.get_absolute_url())
