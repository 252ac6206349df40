"""The assembly rate of a case, item by item, and the sheet that completes it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from hezhu.bim import actions
from hezhu.bim.models import ReviewCase
from hezhu.bim.views import case_of
from hezhu.core.errors import Refusal
from hezhu.core.files.uploads import taken


@require_http_methods(["GET", "POST"])
def assembly(request: HttpRequest, number: str) -> HttpResponse:
    """Items with their source, the sums, the grade, and what is unknown; a sheet may be handed in."""
    case = case_of(request, number)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            actions.complete_quantities(case, taken(request, "sheet"), by=request.user)
        except Refusal as error:
            refusal = error
        else:
            return HttpResponseRedirect(reverse("bim:assembly", args=[case.number]))
    context = {
        "nav": "bim",
        "case": case,
        "rate": case.assembly.get("rate"),
        "refusal": refusal,
        "may_complete": request.user.may("bim.submit") and case.state == ReviewCase.State.AWAITING_DECISION,
    }
    return render(request, "bim/assembly.html", context, status=refusal.status if refusal else 200)
