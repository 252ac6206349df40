"""The assembly rate of a case, item by item, and the sheet that completes it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from hezhu.bim import actions
from hezhu.bim.models import ReviewCase
from hezhu.bim.views import case_of
from hezhu.bim.wording import UNITS
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
    result = case.assembly.get("result") or {}
    context = {
        "nav": "bim",
        "case": case,
        "result": result,
        "groups": [
            (group, [_shown(item) for item in result["items"] if item["group"] == group["id"]])
            for group in result.get("groups", [])
        ],
        "formula": result.get("formula", ""),
        "sheet_problem": case.assembly.get("sheet_problem", ""),
        "refusal": refusal,
        "may_complete": request.user.may("bim.submit") and case.state == ReviewCase.State.AWAITING_DECISION,
    }
    return render(request, "bim/assembly.html", context, status=refusal.status if refusal else 200)


def _shown(item: dict[str, Any]) -> dict[str, Any]:
    given, other = item["input"] or {}, item["other"] or {}
    return {
        **item,
        "unit_label": UNITS.get(item["unit"], item["unit"]),
        "share": given.get("share"),
        "other_share": other.get("share"),
    }


@require_GET
def sheet_template(request: HttpRequest, number: str) -> HttpResponse:
    """An empty sheet with a line for every item of the case's profile."""
    from hezhu.engines import prefab  # loads geometry libraries, which other pages do not need

    case = case_of(request, number)
    text = prefab.sheet_template(prefab.load_profile(case.profile))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"装配率填报表-{case.number}.csv") or "attachment"
    return response
