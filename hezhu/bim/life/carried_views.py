"""What became of a case's findings since the review before, and of what was promised."""

from __future__ import annotations

from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hezhu.bim import actions, desk
from hezhu.bim.life import carrying, promises
from hezhu.bim.models import ReviewCase
from hezhu.bim.views import case_of
from hezhu.core.access.models import User
from hezhu.core.access.scoping import found

PAGE = 100


@require_GET
def carried(request: HttpRequest, number: str) -> HttpResponse:
    """Counts against the predecessor, what was solved, and the promises of the design stage."""
    case = case_of(request, number)
    rows = Paginator(carrying.solved(case), PAGE).get_page(request.GET.get("page"))
    user = cast(User, request.user)
    former = case.predecessor
    sees_former = former is not None and ReviewCase.objects.visible_to(user).filter(pk=former.pk).exists()
    waiting = desk.current(case).filter(desk.UNDECIDED).exclude(former=None).exclude(former__decision="")
    context = {
        "nav": "bim",
        "case": case,
        "former": former,
        "sees_former": sees_former,
        "versions_differ": former is not None and former.model_version_id != case.model_version_id,
        "carries": desk.carries(case),
        "page": rows,
        "promises": list(case.promises.select_related("finding__case", "document__case", "evidence", "said_by")),
        "may_decide": user.may("bim.decide") and case.state == ReviewCase.State.AWAITING_DECISION,
        "adoptable": sum(bool(row.earlier_decision) for row in waiting.iterator(chunk_size=2000)),
    }
    return render(request, "bim/life/carried.html", context)


@require_POST
def adopt(request: HttpRequest, number: str) -> HttpResponse:
    """Take over the earlier decisions on what is unchanged."""
    case = case_of(request, number)
    actions.adopt_decisions(case, by=cast(User, request.user))
    return HttpResponseRedirect(reverse("life:carried", args=[case.number]))


@require_POST
def settle(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A person's word on a promise."""
    case = case_of(request, number)
    promise = found(case.promises.select_related("case"), pk=pk)
    promises.settle(
        promise, request.POST.get("verdict", ""), by=cast(User, request.user), opinion=request.POST.get("opinion", "")
    )
    return HttpResponseRedirect(f"{reverse('life:carried', args=[case.number])}#promises")
