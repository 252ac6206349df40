"""The assembly rate of a case: its items, the elements behind each, another case beside it, and the sheet that completes it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from hezhu.bim import actions, assembly_desk
from hezhu.bim.assembly_desk import ElementSelection
from hezhu.bim.models import ReviewCase
from hezhu.bim.views import case_of, visible_cases
from hezhu.bim.wording import UNITS
from hezhu.core.errors import NotThere, Refusal
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
    others = assembly_desk.others(case, visible_cases(request)) if result else []
    before = next((other for other in others if other.number == request.GET.get("with")), None)
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
        "others": others,
        "comparison": assembly_desk.compared(before, case) if before else None,
        "may_complete": request.user.may("bim.submit") and case.state == ReviewCase.State.AWAITING_DECISION,
    }
    return render(request, "bim/assembly.html", context, status=refusal.status if refusal else 200)


def _shown(item: dict[str, Any]) -> dict[str, Any]:
    given, other = item["input"] or {}, item["other"] or {}
    model = next((row for row in (given, other) if row.get("provenance") == "model"), {})
    return {
        **item,
        "unit_label": UNITS.get(item["unit"], item["unit"]),
        "share": given.get("share"),
        "other_share": other.get("share"),
        "silent": model.get("silent", 0),
        "lacking": model.get("lacking", []) if model.get("silent") else [],
        "notes": model.get("notes", []),
        "has_elements": bool(model.get("considered")),
    }


@require_GET
def item(request: HttpRequest, number: str, item: str) -> HttpResponse:
    """One item beside the model: every element with what it gives, coloured in the viewer."""
    case, shown = _item_of(request, number, item)
    kept = assembly_desk.opened(case, item)
    selection = ElementSelection.of(request.GET)
    rows, after = assembly_desk.page(kept["elements"], selection, shown["unit"])
    items = case.assembly["result"]["items"]
    at = next(place for place, row in enumerate(items) if row["id"] == item)
    context = {
        "nav": "bim",
        "case": case,
        "result": case.assembly["result"],
        "item": shown,
        "items": items,
        "before": items[at - 1] if at else None,
        "following": items[at + 1] if at + 1 < len(items) else None,
        "rows": rows,
        "after": after,
        "selection": selection,
        "counts": assembly_desk.counts(kept["elements"]),
        "storeys": assembly_desk.storeys(case, kept["elements"]),
        "sums": [row for row in kept["storeys"] if row["numerator"] or row["denominator"]],
        "notes": kept["notes"],
        "lacking": kept["lacking"],
        **assembly_desk.colouring(item),
    }
    return render(request, "bim/assembly_item.html", context)


@require_GET
def item_rows(request: HttpRequest, number: str, item: str) -> HttpResponse:
    """The next elements of the list, for a reader who scrolls."""
    case, shown = _item_of(request, number, item)
    start = request.GET.get("after", "")
    elements = assembly_desk.opened(case, item)["elements"]
    selection = ElementSelection.of(request.GET)
    rows, after = assembly_desk.page(elements, selection, shown["unit"], int(start) if start.isdigit() else 0)
    return render(request, "bim/_assembly_rows.html", {"case": case, "item": shown, "rows": rows, "after": after})


def _item_of(request: HttpRequest, number: str, item: str) -> tuple[ReviewCase, dict[str, Any]]:
    case = case_of(request, number)
    for row in (case.assembly.get("result") or {}).get("items", []):
        if row["id"] == item:
            return case, _shown(row)
    raise NotThere()


@require_GET
def elements_sheet(request: HttpRequest, number: str) -> HttpResponseBase:
    """Every element behind every item, one line each, as CSV."""
    case = case_of(request, number)
    response = StreamingHttpResponse(_lines(case), content_type="text/csv; charset=utf-8")
    name = f"装配率构件清单-{case.number}.csv"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _lines(case: ReviewCase) -> Iterator[str]:
    """Lines in Chinese whatever the reader's language: files are not translated."""
    # loads geometry libraries, which other pages do not need
    from hezhu.engines.prefab.listing import ELEMENT_COLUMNS, as_text, element_cells

    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(ELEMENT_COLUMNS)
    for row in (case.assembly.get("result") or {}).get("items", []):
        for element in assembly_desk.contributions(case, row["id"]):
            yield writer.writerow([as_text(cell) for cell in element_cells(row["id"], row["title"], row["unit"], element)])


@require_GET
def sheet_template(request: HttpRequest, number: str) -> HttpResponse:
    """An empty sheet with a line for every item of the case's profile."""
    from hezhu.engines import prefab  # loads geometry libraries, which other pages do not need

    case = case_of(request, number)
    text = prefab.sheet_template(prefab.load_profile(case.profile))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"装配率填报表-{case.number}.csv") or "attachment"
    return response
