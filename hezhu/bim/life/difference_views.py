"""What differs between two versions: a page, its rows, a sheet, and JSON for the viewer."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hezhu.bim.life import comparing
from hezhu.bim.life.comparing import DifferenceSelection
from hezhu.bim.life.views import version_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The viewer colours by verdict: what came is green, what is of another shape or place red, what is told otherwise amber.
COLOURS = {"added": "pass", "reshaped": "fail", "moved": "fail", "properties": "manual", "renamed": "manual", "new-id": "na"}
LEGEND = (("pass", "新增"), ("fail", "形状、位置改变"), ("manual", "属性、名称改变"))


@require_GET
def difference(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """The differences beside the later model, coloured by them."""
    before, after = version_of(request, pk), version_of(request, other)
    selection = DifferenceSelection.of(request.GET)
    found = comparing.differences(before, after)
    storeys, classes = comparing.choices(found)
    context = {
        "nav": "bim",
        "before": before,
        "version": after,
        "selection": selection,
        "tabs": selection.tabs(found),
        "total": len(found["rows"]),
        "unchanged": found["unchanged"],
        "storeys": storeys,
        "classes": classes,
        "legend": [[verdict, _(label)] for verdict, label in LEGEND],
        **_rows(request, selection, found),
    }
    return render(request, "bim/life/difference.html", context)


@require_GET
def rows(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """The next rows of the list, for a reader who scrolls."""
    before, after = version_of(request, pk), version_of(request, other)
    selection = DifferenceSelection.of(request.GET)
    context = {"before": before, "version": after, **_rows(request, selection, comparing.differences(before, after))}
    return render(request, "bim/life/_differences.html", context)


def _rows(request: HttpRequest, selection: DifferenceSelection, found: dict[str, Any]) -> dict[str, Any]:
    start = request.GET.get("after", "")
    shown, following = comparing.page(selection.rows(found), int(start) if start.isdigit() else 0)
    for row in shown:
        row["verdict"] = COLOURS.get(row["changes"][0], "na")
    return {"rows": shown, "after": following}


@require_GET
def difference_json(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """``changes``: GlobalId → the gravest change (removed elements by their former GlobalId); ``counts`` of each change."""
    found = comparing.differences(version_of(request, pk), version_of(request, other))
    return JsonResponse({"changes": comparing.change_map(found), "counts": found["counts"], "unchanged": found["unchanged"]})


@require_GET
def difference_sheet(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """All differences as a workbook."""
    before, after = version_of(request, pk), version_of(request, other)
    found = comparing.differences(before, after)
    with tempfile.TemporaryDirectory(prefix="hezhu-difference-") as folder:
        path = Path(folder) / "difference.xlsx"
        comparing.write_sheet(found, path)
        response = HttpResponse(path.read_bytes(), content_type=XLSX)
    mark = "演示数据-" if after.is_demo else ""
    name = f"{mark}{_('差异')}-{after.project.number}-{before.pk}-{after.pk}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
