"""The review desk: the model with its findings, one decision at a time or many."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from hezhu.bim import actions, desk
from hezhu.bim.desk import Selection
from hezhu.bim.models import CaseFinding, FindingComment, ReviewCase
from hezhu.bim.views import case_of
from hezhu.bim.wording import label_of
from hezhu.core.access.scoping import found
from hezhu.core.files.views import serve
from hezhu.core.jobs.models import Job


@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: its progress, why it failed, or the desk."""
    row = case_of(request, number)
    if row.is_running:
        follows_job = Job.objects.visible_to(request.user).filter(pk=row.job_id).exists()
        return render(request, "bim/running.html", {"nav": "bim", "case": row, "follows_job": follows_job})
    if row.failure:
        return render(request, "bim/failed.html", {"nav": "bim", "case": row, **rights(request, row)})
    selection = Selection.of(request.GET)
    chosen = request.GET.get("finding", "")
    finding = desk.current(row).filter(pk=chosen).first() if chosen.isdigit() else None
    findings, after = desk.page(selection, row)
    if finding is not None and finding not in findings:
        findings = [finding, *findings]
    context = {
        **_desk_context(request, row, selection),
        "findings": findings,
        "after": after,
        "storeys": desk.storeys(row),
        "rules": desk.rules(row),
        "carries": desk.carries(row),
        "model": row.summary.get("model", {}),
        "seconds": row.summary.get("elapsed"),
        **_decision_context(request, row, selection, finding),
    }
    return render(request, "bim/desk.html", context)


@require_GET
def waiting(request: HttpRequest, number: str) -> HttpResponse:
    """Polled while the machine reviews: sends the page on to the findings, or to why there are none."""
    row = case_of(request, number)
    response = HttpResponse(status=204)
    if not row.is_running:
        response = HttpResponse()
        response["HX-Redirect"] = row.get_absolute_url()
    return response


@require_GET
def findings(request: HttpRequest, number: str) -> HttpResponse:
    """The next rows of the list, for a reader who scrolls."""
    row = case_of(request, number)
    selection = Selection.of(request.GET)
    start = request.GET.get("after", "")
    rows, after = desk.page(selection, row, int(start) if start.isdigit() else 0)
    context = {"case": row, "selection": selection, "findings": rows, "after": after}
    return render(request, "bim/_findings.html", context)


@require_GET
def finding(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One finding opened: its row with the measurement, and the decision bar for it."""
    row = case_of(request, number)
    return opened(request, row, found(desk.current(row), pk=pk), fly="fly" in request.GET)


@require_POST
def decide(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Decide on one finding and go on to the next that waits."""
    row = case_of(request, number)
    chosen = found(desk.current(row), pk=pk)
    decision, opinion = request.POST.get("decision", ""), request.POST.get("opinion", "")
    seen = request.POST.get("seen")
    chosen = actions.decide_finding(chosen, by=request.user, decision=decision, opinion=opinion, seen=seen)
    row.refresh_from_db()
    following = desk.next_undecided(Selection.of(request.GET), chosen) or chosen
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(f"{row.get_absolute_url()}?finding={following.pk}")
    return opened(request, row, following, closed=chosen, fly=True)


@require_POST
def decide_many(request: HttpRequest, number: str) -> HttpResponse:
    """One decision on everything undecided in the reader's selection."""
    row = case_of(request, number)
    selection = Selection.of(request.POST)
    rows = selection.rows(row).filter(desk.UNDECIDED)
    actions.decide_findings(
        row, rows, by=request.user, decision=request.POST.get("decision", ""), opinion=request.POST.get("opinion", "")
    )
    return HttpResponseRedirect(row.get_absolute_url())


@require_POST
def comment(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    row = case_of(request, number)
    chosen = found(desk.current(row), pk=pk)
    said = actions.comment(chosen, by=request.user, text=request.POST.get("text", ""), picture=request.FILES.get("picture"))
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"id": said.pk}, status=201)
    return HttpResponseRedirect(f"{row.get_absolute_url()}?finding={chosen.pk}")


@require_GET
def comment_picture(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """The picture that goes with a comment on a finding of this case."""
    row = case_of(request, number)
    said = found(FindingComment.objects.filter(finding__case=row).exclude(picture=None).select_related("picture__file"), pk=pk)
    return serve(request, said.picture, inline=True)


def opened(
    request: HttpRequest, row: ReviewCase, chosen: CaseFinding, *, closed: CaseFinding | None = None, fly: bool
) -> HttpResponse:
    """The decision bar, with the rows that opened and closed put in their places.

    A click on a row flies the viewer there by itself; ``fly`` sends it when the reader got here another way.
    """
    selection = Selection.of(request.GET)
    former = request.GET.get("open", "")
    if closed is None and former.isdigit() and int(former) != chosen.pk:
        closed = desk.current(row).filter(pk=former).first()
    context = {
        **_desk_context(request, row, selection),
        **_decision_context(request, row, selection, chosen),
        "closed": closed if closed is not None and closed.pk != chosen.pk else None,
    }
    response = render(request, "bim/_opened.html", context)
    if fly:
        flight = {
            "globalId": chosen.global_id or None,
            "shape": chosen.shape,
            "label": label_of(chosen),
            "verdict": chosen.verdict,
        }
        response["HX-Trigger-After-Settle"] = json.dumps({"hezhu:fly": {"target": "#stage", **flight}})
    return response


def _desk_context(request: HttpRequest, row: ReviewCase, selection: Selection) -> dict[str, Any]:
    counts = selection.counts(row)
    return {
        "nav": "bim",
        "case": row,
        "selection": selection,
        "tabs": [(key, label, counts[key]) for key, label in desk.TABS.items()],
        **rights(request, row),
    }


def rights(request: HttpRequest, row: ReviewCase) -> dict[str, bool]:
    """What the account may do on the case's pages."""
    user = request.user
    alone = row.round_id is None
    return {
        "may_decide": alone and user.may("bim.decide") and row.state == ReviewCase.State.AWAITING_DECISION,
        "may_comment": user.may("bim.decide") or user.may("bim.submit"),
        "may_rerun": row.is_open and (user.may("bim.decide") or user.may("bim.submit")),
        "may_submit": alone and user.may("bim.submit"),
    }


def _decision_context(request: HttpRequest, row: ReviewCase, selection: Selection, chosen: CaseFinding | None) -> dict[str, Any]:
    from hezhu.bim.drawings.desk_views import desk_context

    drawing = desk_context(request.user, row, chosen)
    if chosen is None:
        return {"finding": None, "first": selection.rows(row).order_by("position").first(), **drawing}
    before, after = desk.neighbours(selection, chosen)
    return {
        **drawing,
        "finding": chosen,
        "before": before,
        "after_it": after,
        "comments": list(chosen.comments.select_related("by__unit", "picture").order_by("id")),
    }
