"""Pages of the intake door: upload, mapping, result with quarantine, and the sheets it hands out."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from hezhu.core.access.models import User
from hezhu.core.access.scoping import found, require
from hezhu.core.errors import BadInput, HezhuError, NotThere
from hezhu.core.files.purposes import PURPOSES
from hezhu.core.files.uploads import taken
from hezhu.core.intake import actions, sheets
from hezhu.core.intake.commit import register_of
from hezhu.core.intake.contracts import contract_of
from hezhu.core.intake.errors import CorrectionRefused
from hezhu.core.intake.models import Batch, QuarantinedRow
from hezhu.core.intake.preview import preview
from hezhu.core.intake.tally import CountedPages, held, tally
from hezhu.core.intake.waiting import visible_batches
from hezhu.core.intake.wording import reason_name
from hezhu.core.register.declare import Register, registers

ROWS_A_PAGE = 20
_STATES = QuarantinedRow.State


def _user(request: HttpRequest) -> User:
    """The account; nobody comes here without one."""
    return cast(User, request.user)


def _register(request: HttpRequest, slug: str) -> Register:
    register = registers.get(slug)
    if register is None:
        raise NotThere()
    require(request.user, register.permission("import"))
    return register


def _batch(request: HttpRequest, pk: int) -> Batch:
    return found(visible_batches(request.user).select_related("created_by", "unit", "file", "file__file", "job"), pk=pk)


def batches(request: HttpRequest) -> HttpResponse:
    """Every batch the account sees, newest first, with what still waits in quarantine."""
    rows = visible_batches(request.user).select_related("created_by", "file").order_by("-id")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    shown = [(row, register_of(row).label, held([row])) for row in page]
    open_to = [register for register in registers if _user(request).may(register.permission("import"))]
    return render(request, "intake/batches.html", {"page": page, "shown": shown, "registers": open_to, "nav": "libraries"})


def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Drop a sheet: it is kept and read, and the page goes on to its mapping."""
    register = _register(request, slug)
    refusal = None
    if request.method == "POST":
        try:
            batch = actions.receive(register, taken(request), by=_user(request), sheet=request.POST.get("sheet", ""))
            return redirect(batch)
        except BadInput as error:
            refusal = error
    contract = contract_of(register)
    context = {
        "register": register,
        "nav": register.nav,
        "refusal": refusal,
        "limit_bytes": PURPOSES["sheet"].limit_bytes,
        "fields": [(each, contract.is_required(each), sheets.what_to_fill(each)) for each in contract.fields],
        "recent": visible_batches(request.user).filter(register=slug).order_by("-id")[:6],
    }
    return render(request, "intake/new.html", context, status=refusal.status if refusal else 200)


def template(request: HttpRequest, slug: str) -> HttpResponse:
    return sheets.template_sheet(_register(request, slug))


def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch, as its state asks: mapping, progress, or result."""
    row = _batch(request, pk)
    context: dict[str, Any] = {"batch": row, "register": register_of(row), "nav": register_of(row).nav}
    if row.state == Batch.State.READY:
        fields = contract_of(register_of(row)).fields
        return render(request, "intake/mapping.html", {**context, "preview": _preview(row, request), "fields": fields})
    if row.state == Batch.State.WORKING:
        return render(request, "intake/working.html", {**context, "job": row.job})
    return render(request, "intake/result.html", {**context, **_result(row, request)})


def _preview(row: Batch, request: HttpRequest) -> Any:
    shown = preview(row, request.user)
    names = [(reason_name(label, rule), rows) for label, rule, rows in shown.reasons]
    return {"of": shown, "reasons": names}


def _result(row: Batch, request: HttpRequest) -> dict[str, Any]:
    told = tally(row)
    counts = {state: told["states"].get(state, 0) for state in _STATES.values}
    asked = request.GET.get("state", "open")
    chosen = asked if asked in _STATES.values else "open"
    rows = row.quarantine.filter(state=chosen)
    label, _, rule = request.GET.get("reason", "").rpartition("|")
    if rule:
        rows = rows.filter(problems__contains=[{"rule": rule, "label": label}])
    pages = Paginator(rows, ROWS_A_PAGE) if rule else CountedPages(rows, ROWS_A_PAGE, counts[chosen])
    page = pages.get_page(request.GET.get("page"))
    in_quarantine = counts["open"] + counts["fixed"] + counts["abandoned"]
    return {
        "counts": counts,
        "held": in_quarantine,
        "chosen": chosen,
        "page": page,
        "reasons": _reasons(told["reasons"]),
        "shares": _shares(row, in_quarantine),
        "suggested": told["suggested"],
        "name_column": row.mapping["columns"].get("name") or row.mapping["columns"].get("title"),
        "unused": max(0, _width(row) - len(row.mapping["columns"])),
        "width": _width(row),
    }


def _width(row: Batch) -> int:
    return len(row.mapping["titles"])


def _reasons(reasons: list[tuple[str, str, int]]) -> list[dict[str, Any]]:
    """Reasons by how many rows of the quarantine they hold, most first."""
    most = reasons[0][2] if reasons else 1
    return [
        {"name": reason_name(label, rule), "key": f"{label}|{rule}", "rows": rows, "share": round(100 * rows / most)}
        for label, rule, rows in reasons
    ]


def _shares(row: Batch, held: int) -> list[tuple[str, float, float]]:
    """(kind, start, width) in per cent of the bar that shows where the rows went."""
    total = max(1, row.written + row.unchanged + held)
    shares, start = [], 0.0
    for kind, rows in (("written", row.written), ("unchanged", row.unchanged), ("held", held)):
        shares.append((kind, start, 100 * rows / total))
        start += 100 * rows / total
    return shares


@require_POST
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the mapping as the form says: ``column-N`` is a title, ``field-N`` its field."""
    row = _batch(request, pk)
    posted = request.POST.dict()
    columns = {
        posted.get(f"field-{key.removeprefix('column-')}", ""): title
        for key, title in posted.items()
        if key.startswith("column-")
    }
    chosen = [name for key, name in posted.items() if key.startswith("field-") and name]
    if len(set(chosen)) < len(chosen):
        raise BadInput(
            problems=[{"field": gettext("对照列"), "value": "", "reason": gettext("两列对应了同一个字段，只能留一列")}]
        )
    actions.choose_mapping(row, {name: title for name, title in columns.items() if name}, by=_user(request))
    if "commit" in request.POST:
        actions.commit(row, by=_user(request))
    return redirect(row)


@require_POST
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    row = _batch(request, pk)
    before = row.written + row.unchanged
    after = actions.replay(row, by=_user(request))
    messages.success(request, gettext("%(rows)s 行已重放入库。") % {"rows": after.written + after.unchanged - before})
    return redirect(row)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = _batch(request, pk)
    done = actions.withdraw(row, by=_user(request), reason=_reason(request))
    said = {"removed": done.removed, "restored": done.restored, "kept": done.kept}
    messages.success(request, gettext("已撤回：移除 %(removed)s 行，恢复 %(restored)s 行，保留 %(kept)s 行。") % said)
    return redirect(row)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    row = _batch(request, pk)
    actions.drop(row, by=_user(request))
    return redirect("intake:new", row.register)


@require_POST
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    row = _batch(request, pk)
    adopted = actions.adopt_suggestions(row, by=_user(request))
    messages.success(request, gettext("已按建议改好 %(rows)s 行，等待重放。") % {"rows": adopted})
    return redirect(row.get_absolute_url() + "?state=fixed")


@require_POST
def abandon(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    row = _batch(request, pk)
    actions.abandon(row, [line], by=_user(request), reason=_reason(request))
    return redirect(row)


def _reason(request: HttpRequest) -> str:
    reason = request.POST.get("reason", "").strip()
    if len(reason) < 2:
        raise BadInput(problems=[{"field": gettext("理由"), "value": reason, "reason": gettext("写明理由，至少 2 个字")}])
    return reason


@require_POST
def correct(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Correct one row; the answer is the row again, with what is still wrong when it is."""
    batch_row = _batch(request, pk)
    row = found(batch_row.quarantine.all(), line=line)
    fields = contract_of(register_of(batch_row)).by_name
    given = {name: text for name, text in request.POST.dict().items() if name in fields and text.strip()}
    refusal: HezhuError | None = None
    try:
        row = actions.correct(row, given, by=_user(request))
    except CorrectionRefused as error:
        refusal = error
    context = {
        "batch": batch_row,
        "row": row,
        "given": given,
        "left": refusal.data["problems"] if refusal else [],
        "name_column": batch_row.mapping["columns"].get("name"),
    }
    return render(request, "intake/row.html", context, status=422 if refusal else 200)


def refused_rows(request: HttpRequest, pk: int) -> HttpResponse:
    row = _batch(request, pk)
    return sheets.refused_sheet(row, row.quarantine.exclude(state=_STATES.REPLAYED))
