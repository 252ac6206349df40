"""Pages of BIM审图: submission, new rounds, drawing experts, and who is in charge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hezhu.bim.drawings import actions, draws, joining, kinds, opinions, rounds
from hezhu.bim.drawings.errors import SubmissionWrong
from hezhu.bim.drawings.forms import SubmissionForm, slot_field
from hezhu.bim.drawings.models import Assignment, Draw, Expert
from hezhu.bim.models import ReviewCase
from hezhu.core.access.models import User
from hezhu.core.access.scoping import found, require
from hezhu.core.cases.models import Case
from hezhu.core.errors import NotThere, Refusal
from hezhu.core.files.uploads import taken_all
from hezhu.registers.projects.models import Project, UnitBuilding


def account(request: HttpRequest) -> User:
    return cast(User, request.user)


def drawing_case(request: HttpRequest, number: str) -> Case:
    """A case of drawing review by number; NotThere when it is not the account's."""
    require(request.user, "drawings.view")
    rows = Case.objects.visible_to(request.user).filter(drawings__isnull=False)
    row: Case = found(rows.select_related("drawings__project", "drawings__lead", "unit"), number=number)
    return row


def _models(request: HttpRequest, buildings: Sequence[UnitBuilding]) -> list[actions.SlotModel]:
    """The files that were chosen, by building and discipline."""
    slots = [(building, key) for building in buildings for key in kinds.asked()]
    return [
        actions.SlotModel(building, key, file)
        for building, key in slots
        for file in taken_all(request, slot_field(building, key))[-1:]
    ]


@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, number: str) -> HttpResponse:
    """The submission of one or several buildings of a project."""
    require(request.user, "drawings.submit")
    project: Project = found(Project.objects.visible_to(request.user), number=number)
    buildings = list(UnitBuilding.objects.visible_to(request.user).filter(project=project).order_by("code"))
    form = SubmissionForm(request.POST or None, project=project, user=account(request))
    if request.method != "POST":
        return _submit_page(request, project, buildings, form)
    if not form.is_valid():
        return _submit_page(request, project, buildings, form, SubmissionWrong())
    try:
        models = _models(request, buildings)
        ticked = {row.building.pk for row in models}
        case = actions.submit(
            project,
            [building for building in buildings if building.pk in ticked],
            models,
            by=account(request),
            body=form.cleaned_data["body"],
            office=form.cleaned_data["office"],
            judged_on=form.cleaned_data["judged_on"],
            text=form.cleaned_data["text"],
            follows=Case.objects.visible_to(request.user).filter(number=request.GET.get("from", "")).first(),
        )
    except Refusal as refusal:
        return _submit_page(request, project, buildings, form, refusal)
    return HttpResponseRedirect(case.get_absolute_url())


def _slots(buildings: Sequence[UnitBuilding], cases: Sequence[ReviewCase] = ()) -> list[dict[str, Any]]:
    """Buildings with a file input for each discipline, and what is there now."""
    there = {(case.building_id, case.discipline): case for case in cases}
    return [
        {
            "building": building,
            "inputs": [
                {
                    "name": slot_field(building, key),
                    "label": asked.discipline.label,
                    "required": asked.is_required(is_prefab=bool(building.is_prefab)),
                    "now": there.get((building.pk, key)),
                }
                for key, asked in kinds.asked().items()
            ],
        }
        for building in buildings
    ]


def _submit_page(
    request: HttpRequest,
    project: Project,
    buildings: Sequence[UnitBuilding],
    form: SubmissionForm,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = {
        "nav": "bim",
        "project": project,
        "form": form,
        "slots": _slots(buildings),
        "refusal": refusal,
        "limit_bytes": settings.UPLOAD_LIMIT_BYTES,
    }
    return render(request, "bim/drawings/submit.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "POST"])
def new_round(request: HttpRequest, number: str) -> HttpResponse:
    """New versions of the models that are to be completed or changed, on the round the page showed."""
    require(request.user, "drawings.submit")
    case = drawing_case(request, number)
    review = case.drawings
    buildings = list(review.buildings.order_by("code"))
    latest = review.latest
    refusal: Refusal | None = None
    if request.method == "POST":
        seen = request.POST.get("round", "")
        try:
            actions.add_round(
                case,
                _models(request, buildings),
                by=account(request),
                seen=int(seen) if seen.isdigit() else 0,
                text=request.POST.get("text", ""),
            )
        except Refusal as error:
            refusal = error
        else:
            return HttpResponseRedirect(case.get_absolute_url())
    returned = {row.pk for row in joining.returned_last(case)}
    context = {
        "nav": "bim",
        "case": case,
        "round": latest,
        "slots": _slots(buildings, rounds.current_cases(review)),
        "returned": returned,
        "refusal": refusal,
        "typed": request.POST.get("text", ""),
        "limit_bytes": settings.UPLOAD_LIMIT_BYTES,
    }
    return render(request, "bim/drawings/new_round.html", context, status=refusal.status if refusal else 200)


def back(request: HttpRequest, case: Case, refusal: Refusal | None = None) -> HttpResponse:
    """To the case page; with a refusal, the page that says so."""
    if refusal is None:
        return HttpResponseRedirect(f"{case.get_absolute_url()}#experts")
    from hezhu.core.cases.views import _page

    return _page(request, case, refusal, {"text": request.POST.get("text", "")})


@require_POST
def draw(request: HttpRequest, number: str) -> HttpResponse:
    """Draw experts for the ticked disciplines."""
    case = drawing_case(request, number)
    many = request.POST.get("count", "1")
    counts = {key: int(many) if many.isdigit() else 0 for key in request.POST.getlist("disciplines")}
    try:
        draws.draw(case, counts, by=account(request), reason=request.POST.get("text", ""))
    except Refusal as refusal:
        return back(request, case, refusal)
    return back(request, case)


@require_POST
def appoint(request: HttpRequest, number: str) -> HttpResponse:
    """Name an expert without a lot."""
    case = drawing_case(request, number)
    chosen = request.POST.get("expert", "")
    expert = Expert.objects.visible_to(request.user).filter(pk=chosen).first() if chosen.isdigit() else None
    if expert is None:
        raise NotThere()
    try:
        draws.appoint(case, expert, request.POST.get("discipline", ""), by=account(request), reason=request.POST.get("text", ""))
    except Refusal as refusal:
        return back(request, case, refusal)
    return back(request, case)


@require_GET
def draw_record(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One draw in full, with the lot drawn again from its seed."""
    case = drawing_case(request, number)
    row: Draw = found(Draw.objects.filter(review=case.drawings).select_related("by"), pk=pk)
    again = draws.drawn_again(row) if row.seed else []
    context = {
        "nav": "bim",
        "case": case,
        "draw": row,
        "tickets": draws.tickets(row),
        "holds": again == [one["id"] for one in row.drawn],
    }
    return render(request, "bim/drawings/draw.html", context)


def _assignment(request: HttpRequest, number: str, pk: int) -> Assignment:
    case = drawing_case(request, number)
    rows = Assignment.objects.filter(review=case.drawings).select_related("review__case", "expert__user__unit")
    row: Assignment = found(rows, pk=pk)
    return row


@require_POST
def decline(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The expert gives a task back. Afterwards the case may no longer be theirs to see."""
    row = _assignment(request, number, pk)
    try:
        draws.decline(row, by=account(request), reason=request.POST.get("text", ""))
    except Refusal as refusal:
        return back(request, row.review.case, refusal)
    return HttpResponseRedirect("/cases/todo/")


@require_POST
def end(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The review body ends an expert's task."""
    row = _assignment(request, number, pk)
    try:
        draws.end(row, by=account(request), reason=request.POST.get("text", ""))
    except Refusal as refusal:
        return back(request, row.review.case, refusal)
    return back(request, row.review.case)


@require_POST
def finish(request: HttpRequest, number: str) -> HttpResponse:
    """The expert has given every opinion."""
    case = drawing_case(request, number)
    try:
        opinions.finish(case, by=account(request))
    except Refusal as refusal:
        return back(request, case, refusal)
    return back(request, case)


@require_POST
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """Another person of the review body takes charge."""
    case = drawing_case(request, number)
    chosen = request.POST.get("to", "")
    to = User.objects.filter(pk=chosen).first() if chosen.isdigit() else None
    if to is None:
        raise NotThere()
    try:
        actions.hand_over_lead(case, to, by=account(request), reason=request.POST.get("text", ""))
    except Refusal as refusal:
        return back(request, case, refusal)
    return back(request, case)
