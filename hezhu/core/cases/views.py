"""Pages of cases: what waits for me, the list, one case with its record, and the public page that verifies a document."""

from __future__ import annotations

from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from hezhu.core.access.divisions import counties
from hezhu.core.access.models import Unit, User
from hezhu.core.access.scoping import OFFICES, found
from hezhu.core.cases import actions, opinions
from hezhu.core.cases.declare import Said, procedures
from hezhu.core.cases.models import Case, CaseDocument, CaseTask, available_moves
from hezhu.core.errors import NotThere, Refusal
from hezhu.core.files.models import Attachment
from hezhu.core.files.views import serve

PAGE = 30
TABS = {"open": _("在办"), "late": _("逾期"), "paused": _("暂停计时"), "closed": _("办结"), "all": _("全部")}


def _account(request: HttpRequest) -> User:
    return cast(User, request.user)


@require_GET
def todo(request: HttpRequest) -> HttpResponse:
    """What waits for this account, the most pressing first."""
    rows = actions.waiting_for(request.user)
    today = timezone.localdate()
    counts = rows.aggregate(total=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "cases/todo.html", {"nav": "overview", "page": page, "counts": counts})


@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases the account may see, by standing, procedure, county and words."""
    rows = Case.objects.visible_to(request.user).select_related("unit", "officer")
    chosen, county, words = (
        request.GET.get("procedure", ""),
        request.GET.get("division", ""),
        request.GET.get("q", "").strip()[:60],
    )
    if chosen:
        rows = rows.filter(procedure=chosen)
    if county in counties():
        rows = rows.filter(division=county)
    if words:
        rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words) | Q(unit__name__icontains=words))
    standings = _standings()
    counts = rows.aggregate(**{key: Count("pk", filter=standing) for key, standing in standings.items()})
    tab = request.GET.get("tab", "open")
    tab = tab if tab in TABS else "open"
    page = Paginator(rows.filter(standings[tab]), PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "overview",
        "tabs": [(key, label, counts[key]) for key, label in TABS.items()],
        "tab": tab,
        "page": page,
        "procedures": list(procedures),
        "procedure": chosen,
        "counties": counties(),
        "county": county,
        "words": words,
    }
    return render(request, "cases/list.html", context)


def _standings() -> dict[str, Q]:
    paused, running = Q(pk__in=[]), Q(pk__in=[])
    for procedure in procedures:
        keys = [state.key for state in procedure.states if state.clock == "paused"]
        going = [state.key for state in procedure.states if state.clock == "runs"]
        paused |= Q(procedure=procedure.slug, state__in=keys)
        running |= Q(procedure=procedure.slug, state__in=going)
    still_open = Q(closed_at=None)
    return {
        "open": still_open,
        "late": still_open & running & Q(due_on__lt=timezone.localdate()),
        "paused": still_open & paused,
        "closed": Q(closed_at__isnull=False),
        "all": Q(),
    }


def case_of(request: HttpRequest, number: str) -> Case:
    """One case by number; NotThere when it is not the account's."""
    rows: QuerySet[Case] = Case.objects.visible_to(request.user).select_related("unit", "officer", "opened_by")
    row: Case = found(rows, number=number)
    return row


@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: where it stands, what may be done now, its own panel, and its record."""
    return _page(request, case_of(request, number))


def _page(request: HttpRequest, row: Case, refusal: Refusal | None = None, typed: dict[str, str] | None = None) -> HttpResponse:
    declared, user = row.declared, _account(request)
    asks, asker = declared.asks or ("", "")
    context: dict[str, Any] = {
        "nav": declared.nav,
        "case": row,
        "procedure": declared,
        "states": [state for state in declared.states if state.key == row.state or not _is_side_road(declared, state.key)],
        "moves": available_moves(row, user),
        "steps": row.steps.select_related("by", "unit").prefetch_related("files"),
        "parties": row.parties.filter(until=None).select_related("unit", "user").order_by("party", "id"),
        "opinions": row.tasks.filter(kind=CaseTask.Kind.OPINION).select_related("unit", "done_by").order_by("id"),
        "my_opinions": [task for task in _open_opinions(row, user) if actions.stands_for(row, user, task.party)],
        "documents": row.documents.select_related("issuer", "attachment"),
        "may_ask": bool(asks) and row.is_open and actions.stands_for(row, user, asker),
        "askable": Unit.objects.visible_to(user).filter(kind__in=["bureau", "county_bureau", "county"]).order_by("name")
        if asks
        else [],
        "colleagues": _colleagues(row, user),
        "step_due": row.tasks.filter(kind=CaseTask.Kind.STEP, done_at=None)
        .order_by("due_on")
        .values_list("due_on", flat=True)
        .first(),
        "refusal": refusal,
        "typed": _typed(row, user, typed or {}),
        "now": timezone.now(),
    }
    if declared.panel_context:
        context.update(declared.panel_context(row, user))
    return render(request, "cases/case.html", context, status=refusal.status if refusal else 200)


def _typed(row: Case, user: User, typed: dict[str, str]) -> dict[str, str]:
    """What was typed, for the dialog it came from; without the dialog's name where that move is no longer offered."""
    offered = {move.key for move in available_moves(row, user)}
    return typed if typed.get("move") in offered else {key: value for key, value in typed.items() if key != "move"}


def _is_side_road(declared: Any, key: str) -> bool:
    """States off the main way: those that end the case early or pause it are shown only while it is in them."""
    state = declared.state(key)
    return state.clock == "paused" or state.lamp in ("late", "watch")


def _open_opinions(row: Case, user: Any) -> QuerySet[CaseTask]:
    return row.tasks.filter(kind=CaseTask.Kind.OPINION, done_at=None, unit=user.unit_id).select_related("case", "unit")


def _colleagues(row: Case, user: Any) -> list[User]:
    """To whom an officer may hand the case over."""
    offices = [party for party in row.declared.parties if party.office and user.may(party.permission)]
    if not row.is_open or not offices or user.role not in OFFICES or row.division not in user.divisions:
        return []
    others = User.objects.filter(is_active=True, is_demo=row.is_demo, role__in=OFFICES).exclude(pk=row.officer_id or user.pk)
    return [one for one in others.select_related("unit") if actions.can_take(row, one)]


@require_POST
def move(request: HttpRequest, number: str) -> HttpResponse:
    """One step; what was typed stays on the page when it is refused."""
    row = case_of(request, number)
    seen = request.POST.get("revision", "")
    answers = {
        key: str(value) for key, value in request.POST.items() if key not in ("csrfmiddlewaretoken", "revision", "move", "text")
    }
    said = Said(request.POST.get("text", ""), request.FILES.getlist("files"), answers)
    key = request.POST.get("move", "")
    try:
        row = actions.move(row, key, by=_account(request), seen=int(seen) if seen.isdigit() else None, said=said)
    except Refusal as refusal:
        return _page(request, case_of(request, number), refusal, {**answers, "move": key, "text": said.text})
    return HttpResponseRedirect(row.get_absolute_url())


@require_POST
def ask(request: HttpRequest, number: str) -> HttpResponse:
    row = case_of(request, number)
    chosen = [int(pk) for pk in request.POST.getlist("units") if pk.isdigit()]
    units = Unit.objects.visible_to(request.user).filter(pk__in=chosen)
    days = request.POST.get("days", "")
    question = request.POST.get("text", "").strip() or str(_("征求协办意见"))
    try:
        opinions.ask(row, units, by=_account(request), question=question, days=min(int(days), 60) if days.isdigit() else 5)
    except Refusal as refusal:
        return _page(request, row, refusal)
    return HttpResponseRedirect(row.get_absolute_url())


def _task(request: HttpRequest, pk: int) -> CaseTask:
    row = CaseTask.objects.select_related("case", "unit").filter(pk=pk).first()
    if row is None or not row.case.is_visible_to(_account(request)):
        raise NotThere()
    return row


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    try:
        opinions.answer(
            task,
            by=_account(request),
            answer=request.POST.get("answer", ""),
            text=request.POST.get("text", ""),
            files=request.FILES.getlist("files"),
        )
    except Refusal as refusal:
        return _page(request, case_of(request, task.case.number), refusal, {"text": request.POST.get("text", "")})
    return HttpResponseRedirect(task.case.get_absolute_url())


@require_POST
def cancel_question(request: HttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    opinions.cancel_question(task, by=_account(request), reason=request.POST.get("text", ""))
    return HttpResponseRedirect(task.case.get_absolute_url())


@require_POST
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    row = case_of(request, number)
    chosen = request.POST.get("to", "")
    to = User.objects.filter(pk=chosen).first() if chosen.isdigit() else None
    if to is None:
        raise NotThere()
    try:
        actions.hand_over(row, to, by=_account(request), reason=request.POST.get("text", ""))
    except Refusal as refusal:
        return _page(request, row, refusal)
    return HttpResponseRedirect(row.get_absolute_url())


@require_POST
def note(request: HttpRequest, number: str) -> HttpResponse:
    row = case_of(request, number)
    try:
        actions.note(row, by=_account(request), text=request.POST.get("text", ""), files=request.FILES.getlist("files"))
    except Refusal as refusal:
        return _page(request, row, refusal)
    return HttpResponseRedirect(row.get_absolute_url())


@require_GET
def case_file(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """A file of the record or of a document, for everyone who sees the case."""
    row = case_of(request, number)
    rows = Attachment.objects.filter(Q(case_steps__case=row) | Q(case_documents__case=row)).select_related("file").distinct()
    return serve(request, found(rows, pk=pk))


@require_GET
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a document is genuine and stands, for anyone who holds its code. Nothing else of the case is shown."""
    row = CaseDocument.objects.select_related("case", "issuer", "attachment__file", "replaced_by").filter(code=code).first()
    response = render(request, "cases/verify.html", {"document": row}, status=200 if row else 404)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_GET
def verified_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The document itself, for anyone who holds its code."""
    row = CaseDocument.objects.select_related("attachment__file").filter(code=code).first()
    if row is None or row.attachment is None:
        raise NotThere()
    return serve(request, row.attachment, inline=True)
