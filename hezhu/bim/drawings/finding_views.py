"""The worktable of a drawing review: findings of all models with opinions, conclusions and replies, one at a time or many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hezhu.bim.drawings import joining, kinds, opinions, rounds, shown
from hezhu.bim.drawings.models import FindingReply
from hezhu.bim.drawings.views import account, drawing_case
from hezhu.bim.drawings.worktable import PAGE, TABS, Narrowing, chosen
from hezhu.bim.models import CaseFinding
from hezhu.core.access.models import User
from hezhu.core.cases.actions import stands_for
from hezhu.core.cases.models import Case
from hezhu.core.errors import Refusal


@require_GET
def findings(request: HttpRequest, number: str) -> HttpResponse:
    """The worktable."""
    return _page(request, drawing_case(request, number), Narrowing.of(request.GET))


def rights(case: Case, user: User) -> dict[str, bool]:
    """What the account may say of findings now."""
    body = stands_for(case, user, "body") and case.drawings.lead_id in (None, user.pk)
    expert = stands_for(case, user, "expert")
    working = expert and case.drawings.assignments.filter(expert__user=user, state="working").exists()
    return {
        "may_opine": working and case.state == "reviewing",
        "may_join": body and case.state == "joining",
        "may_reply": stands_for(case, user, "designer") and case.state == "changing",
        "sees_opinions": stands_for(case, user, "body") or stands_for(case, user, "bureau"),
        "is_expert": expert,
    }


def _page(
    request: HttpRequest, case: Case, narrowing: Narrowing, refusal: Refusal | None = None, typed: dict[str, Any] | None = None
) -> HttpResponse:
    user = account(request)
    cases = rounds.current_cases(case.drawings)
    may = rights(case, user)
    counts = narrowing.counts(cases, user)
    rows = narrowing.rows(cases, user).select_related("decided_by", "author")
    page = Paginator(rows, PAGE)
    page.count = counts[narrowing.tab]  # counted with the tabs already
    shown_page = page.get_page(request.GET.get("page"))
    listed = _with_words(list(shown_page.object_list), {row.pk: row for row in cases}, user, may)
    tabs = {key: label for key, label in TABS.items() if key != "mine" or may["is_expert"]}
    if not (may["sees_opinions"] or may["is_expert"]):
        tabs.pop("split", None)
    context = {
        "nav": "bim",
        "case": case,
        "narrowing": narrowing,
        "tabs": [(key, label, counts[key]) for key, label in tabs.items()],
        "page": shown_page,
        "listed": listed,
        "buildings": case.drawings.buildings.order_by("code"),
        "disciplines": [(key, asked.discipline.label) for key, asked in kinds.asked().items()],
        "carried_choices": [choice for choice in CaseFinding.Carry.choices if choice[0]],
        "reply_kinds": FindingReply.Kind.choices,
        "severities": CaseFinding.SeverityChoice.choices[1:],
        "refusal": refusal,
        "typed": typed or {},
        "selected_total": counts[narrowing.tab],
        **may,
    }
    return render(request, "bim/drawings/findings.html", context, status=refusal.status if refusal else 200)


def _with_words(rows: list[CaseFinding], cases: dict[int, Any], user: User, may: dict[str, bool]) -> list[dict[str, Any]]:
    """Each finding with the opinions this account may read and the replies; two queries for the page."""
    from django.db.models import prefetch_related_objects

    prefetch_related_objects(rows, "opinions__by__unit", "replies__by")
    listed = []
    for row in rows:
        row.case = cases[row.case_id]
        said = list(row.opinions.all())
        own = next((one for one in said if one.by_id == user.pk), None)
        # Experts judge for themselves: the others' opinions show once one's own is given.
        visible = said if may["sees_opinions"] or own is not None else []
        listed.append({"finding": row, "own": own, "opinions": visible, "replies": list(row.replies.all())})
    return listed


def _act(request: HttpRequest, number: str, act: Callable[[Case, Any], Any]) -> HttpResponse:
    """Do something to the ticked findings and come back to the same place; a refusal keeps what was typed."""
    case = drawing_case(request, number)
    narrowing = Narrowing.of(request.POST)
    cases = rounds.current_cases(case.drawings)
    try:
        act(case, chosen(narrowing, cases, account(request), request.POST))
    except Refusal as refusal:
        typed = {key: request.POST.get(key, "") for key in ("text", "severity", "kind", "decision")}
        typed["ticked"] = {int(key) for key in request.POST.getlist("pk") if key.isdigit()}
        return _page(request, case, narrowing, refusal, typed)
    return HttpResponseRedirect(f"{reverse('drawings:findings', args=[number])}?{narrowing.query()}")


@require_POST
def opine(request: HttpRequest, number: str) -> HttpResponse:
    """An expert's opinion on the ticked findings."""
    said = request.POST

    def act(case: Case, rows: Any) -> None:
        opinions.give(
            case,
            rows,
            by=account(request),
            decision=said.get("decision", ""),
            severity=said.get("severity", ""),
            text=said.get("text", ""),
        )

    return _act(request, number, act)


@require_POST
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """The body's conclusion on the ticked findings that have none."""
    said = request.POST

    def act(case: Case, rows: Any) -> None:
        joining.decide(
            case,
            rows,
            by=account(request),
            decision=said.get("decision", ""),
            severity=said.get("severity", ""),
            text=said.get("text", ""),
        )

    return _act(request, number, act)


@require_POST
def reply(request: HttpRequest, number: str) -> HttpResponse:
    """The design institute's answer to the ticked findings."""
    said = request.POST
    return _act(
        request,
        number,
        lambda case, rows: joining.reply(case, rows, by=account(request), kind=said.get("kind", ""), text=said.get("text", "")),
    )


@require_POST
def join(request: HttpRequest, number: str) -> HttpResponse:
    """Unanimous opinions become conclusions."""
    return _act(request, number, lambda case, rows: joining.join(case, by=account(request)))


@require_GET
def solved(request: HttpRequest, number: str) -> HttpResponse:
    """What the former round had and this one no longer has."""
    from hezhu.bim.drawings import compare

    case = drawing_case(request, number)
    cases = rounds.current_cases(case.drawings)
    groups = [(row, list(compare.solved(row).order_by("position")[:500])) for row in cases if row.round.number > 1]
    context = {"nav": "bim", "case": case, "groups": groups, "tally": shown.tally(cases, shown.counts_of(cases))}
    return render(request, "bim/drawings/solved.html", context)
