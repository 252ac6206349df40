"""The page of one case: where it stands, what may be done, its record, and every step taken from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hezhu.core.access.models import Unit, User
from hezhu.core.access.permissions import Role
from hezhu.core.access.scoping import OFFICES, found
from hezhu.core.cases import actions, opinions
from hezhu.core.cases.declare import Clock, Said, State
from hezhu.core.cases.models import Case, CaseStep, CaseTask
from hezhu.core.cases.printing import printed_record
from hezhu.core.cases.sides import Named, named_sides, sides_of
from hezhu.core.cases.story import story_of
from hezhu.core.errors import NotThere, Refusal
from hezhu.core.files.models import Attachment
from hezhu.core.files.uploads import UPLOADED, taken_all
from hezhu.core.files.views import serve

RECORD = 60


def _account(request: HttpRequest) -> User:
    return cast(User, request.user)


def case_of(request: HttpRequest, number: str) -> Case:
    """One case by number; NotThere when it is not the account's."""
    rows: QuerySet[Case] = Case.objects.visible_to(request.user).select_related("unit", "officer", "opened_by", "follows")
    row: Case = found(rows, number=number)
    return row


@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: where it stands, what may be done now, its own panel, and its record."""
    return _page(request, case_of(request, number))


def _page(request: HttpRequest, row: Case, refusal: Refusal | None = None, typed: dict[str, Any] | None = None) -> HttpResponse:
    declared, user, named = row.declared, _account(request), named_sides(row)
    mine = sides_of(row, user, named)
    moves = [move for move in declared.moves_from(row.state) if mine & set(move.by)]
    asks, asker = declared.asks or ("", "")
    may_ask = bool(asks) and row.is_open and asker in mine
    steps, hidden = _record_page(request, row)
    tasks = list(row.tasks.select_related("unit", "done_by").order_by("id"))
    asked = [task for task in tasks if task.kind == CaseTask.Kind.OPINION]
    agencies = opinions.agency_standings(row) if asked or may_ask else []
    context: dict[str, Any] = {
        "nav": declared.nav,
        "case": row,
        "procedure": declared,
        "states": _way(row),
        "moves": moves,
        "steps": steps,
        "hidden_reminders": hidden,
        "may_note": bool(mine) and (row.is_open or bool(moves)),
        "story": story_of(row),
        "subjects": list(row.subjects.all()),
        "parties": row.parties.filter(until=None).select_related("unit", "user").order_by("party", "id"),
        "opinions": asked,
        "my_opinions": [task for task in asked if task.done_at is None and task.unit_id == user.unit_id and task.party in mine],
        "agencies": agencies,
        "unasked": sum(one.task is None and one.unit is not None for one in agencies),
        "documents": row.documents.select_related("issuer", "attachment", "replaced_by"),
        "may_ask": may_ask,
        "askable": _askable(user) if may_ask else [],
        "colleagues": _colleagues(row, user, named),
        "step_due": min((task.due_on for task in tasks if _waits(task) and task.due_on), default=None),
        "again": _again(row, user),
        "followed_by": row.followed_by.order_by("id").last(),
        "refusal": refusal,
        "typed": _typed({move.key for move in moves}, typed or {}),
        "now": timezone.now(),
    }
    if declared.panel_context:
        context.update(declared.panel_context(row, user))
    return render(request, "cases/case.html", context, status=refusal.status if refusal else 200)


def _waits(task: CaseTask) -> bool:
    return task.kind == CaseTask.Kind.STEP and task.done_at is None


def _way(row: Case) -> list[tuple[Any, str]]:
    """The main way with what was reached, and the side road the case is on: states that pause it or end it early."""
    declared = row.declared
    reached = set(row.steps.exclude(target="").values_list("target", flat=True))
    shown = [state for state in declared.states if state.key == row.state or not _is_side_road(state)]
    return [(state, "now" if state.key == row.state else "done" if state.key in reached else "next") for state in shown]


def _is_side_road(state: State) -> bool:
    return state.clock is Clock.PAUSED or state.lamp in ("late", "watch")


def _record_page(request: HttpRequest, row: Case) -> tuple[Page[CaseStep], int]:
    """The record from the newest back, a page at a time, and how many repeated reminders are left out of it.

    Of reminders with the same words only the newest is shown, unless ?reminders=all.
    """
    rows = row.steps.select_related("by", "unit").prefetch_related("files").order_by("-id")
    hidden = 0
    if request.GET.get("reminders") != "all":
        groups = row.steps.filter(kind=CaseStep.Kind.REMIND).order_by().values("label").annotate(last=Max("pk"), n=Count("pk"))
        latest = {group["last"]: group["n"] for group in groups}
        hidden = sum(latest.values()) - len(latest)
        if hidden:
            rows = rows.exclude(Q(kind=CaseStep.Kind.REMIND) & ~Q(pk__in=latest))
    return Paginator(rows, RECORD).get_page(request.GET.get("record")), hidden


def _askable(user: User) -> QuerySet[Unit]:
    return Unit.objects.visible_to(user).filter(kind__in=["bureau", "county_bureau", "county"]).order_by("name")


def _again(row: Case, user: User) -> str | None:
    """Where the applicant applies anew after a case that ended without what was asked for."""
    ended_badly = not row.is_open and row.stage.lamp != "done"
    if not ended_badly or row.declared.again is None or user.unit_id != row.unit_id:
        return None
    return row.declared.again(row, user)


def _typed(offered: set[str], typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, for the dialog it came from; without the dialog's name where that move is no longer offered."""
    return typed if typed.get("move") in offered else {key: value for key, value in typed.items() if key != "move"}


def _colleagues(row: Case, user: User, named: Named) -> list[User]:
    """To whom an officer may hand the case over."""
    offices = [party for party in row.declared.parties if party.office and user.may(party.permission)]
    if not row.is_open or not offices or user.role not in OFFICES or row.division not in user.divisions:
        return []
    if row.officer_id not in (None, user.pk) and user.role != Role.CITY_OFFICE:
        return []
    others = User.objects.filter(is_active=True, is_demo=row.is_demo, role__in=OFFICES).exclude(pk=row.officer_id or user.pk)
    return [one for one in others.select_related("unit") if actions.can_take(row, one, named)]


@require_GET
def record_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The whole record of a case, printed."""
    row = case_of(request, number)
    response = HttpResponse(printed_record(row, by=_account(request)), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{row.number}-{_('办件记录')}.pdf") or "inline"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def move(request: HttpRequest, number: str) -> HttpResponse:
    """One step; what was typed stays on the page when it is refused."""
    row = case_of(request, number)
    seen = request.POST.get("revision", "")
    answers = {
        key: str(value)
        for key, value in request.POST.items()
        if key not in ("csrfmiddlewaretoken", "revision", "move", "text") and not key.endswith(UPLOADED)
    }
    said = Said(request.POST.get("text", ""), answers=answers)
    key = request.POST.get("move", "")
    try:
        said = replace(said, files=taken_all(request, "files"))
        row = actions.move(row, key, by=_account(request), seen=int(seen) if seen.isdigit() else None, said=said)
    except Refusal as refusal:
        return _page(request, case_of(request, number), refusal, {**answers, "move": key, "text": said.text})
    return HttpResponseRedirect(row.get_absolute_url())


@require_POST
def ask_agencies(request: HttpRequest, number: str) -> HttpResponse:
    """All configured agencies at once."""
    row = case_of(request, number)
    try:
        opinions.ask_agencies(row, by=_account(request))
    except Refusal as refusal:
        return _page(request, row, refusal)
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
            files=taken_all(request, "files"),
        )
    except Refusal as refusal:
        return _page(
            request, case_of(request, task.case.number), refusal, {"text": request.POST.get("text", ""), "answering": task.pk}
        )
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
        actions.note(row, by=_account(request), text=request.POST.get("text", ""), files=taken_all(request, "files"))
    except Refusal as refusal:
        return _page(request, row, refusal)
    return HttpResponseRedirect(row.get_absolute_url())


@require_GET
def case_file(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """A file of the record or of a document, for everyone who sees the case."""
    row = case_of(request, number)
    rows = Attachment.objects.filter(Q(case_steps__case=row) | Q(case_documents__case=row)).select_related("file").distinct()
    return serve(request, found(rows, pk=pk))
