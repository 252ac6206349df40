"""Pages that list: what waits for me, and the cases an account may see."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from hezhu.core.access.divisions import counties
from hezhu.core.access.models import User
from hezhu.core.cases.declare import Clock, procedures
from hezhu.core.cases.models import Case
from hezhu.core.cases.waiting import look_at

PAGE = 30
TABS = {"open": _("在办"), "late": _("逾期"), "paused": _("暂停计时"), "closed": _("办结"), "all": _("全部")}
WORDS = 60


@require_GET
def todo(request: HttpRequest) -> HttpResponse:
    """What waits for this account, the most pressing first, by urgency and procedure."""
    procedure, urgency = request.GET.get("procedure", ""), request.GET.get("urgency", "")
    words = request.GET.get("q", "").strip()[:WORDS]
    waiting = look_at(request.user, procedure=procedure, urgency=urgency, words=words)
    context = {
        "nav": "overview",
        "waiting": waiting,
        "late": next(one.count for one in waiting.urgencies if one.key == "late"),
        "urgency": urgency if urgency in {one.key for one in waiting.urgencies} else "",
        "procedure": procedure,
        "words": words,
        "page": Paginator(waiting.rows, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "cases/todo.html", context)


@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases the account may see, by standing, procedure, state, officer, county and words."""
    asked = {name: request.GET.get(name, "") for name in ("procedure", "state", "officer", "division")}
    asked["q"] = request.GET.get("q", "").strip()[:WORDS]
    everything = Case.objects.visible_to(request.user)
    rows = _narrowed(everything, asked)
    standings = _standings()
    counts = rows.order_by().aggregate(**{key: Count("pk", filter=standing) for key, standing in standings.items()})
    tab = request.GET.get("tab", "open")
    tab = tab if tab in TABS else "open"
    pages = Paginator(rows.filter(standings[tab]).select_related("unit", "officer"), PAGE)
    pages.count = counts[tab]  # counted with the tabs already
    chosen = next((one for one in procedures if one.slug == asked["procedure"]), None)
    context = {
        "nav": "overview",
        "tabs": [(key, label, counts[key]) for key, label in TABS.items()],
        "tab": tab,
        "page": pages.get_page(request.GET.get("page")),
        "procedures": list(procedures),
        "states": chosen.states if chosen else (),
        "officers": User.objects.filter(pk__in=everything.order_by().values("officer").distinct()).order_by("display_name", "pk"),
        "counties": counties(),
        "asked": asked,
        "narrowed": any(asked.values()),
    }
    return render(request, "cases/list.html", context)


def _narrowed(rows: Any, asked: dict[str, str]) -> Any:
    if asked["procedure"]:
        rows = rows.filter(procedure=asked["procedure"])
    if asked["state"] and asked["procedure"]:
        rows = rows.filter(state=asked["state"])
    if asked["officer"].isdigit() and len(asked["officer"]) < WORDS // 4:
        rows = rows.filter(officer=int(asked["officer"]))
    if asked["division"] in counties():
        rows = rows.filter(division=asked["division"])
    if words := asked["q"]:
        rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words) | Q(unit__name__icontains=words))
    return rows


def _standings() -> dict[str, Q]:
    paused, running = Q(pk__in=[]), Q(pk__in=[])
    for procedure in procedures:
        keys = [state.key for state in procedure.states if state.clock is Clock.PAUSED]
        going = [state.key for state in procedure.states if state.clock is Clock.RUNS]
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
