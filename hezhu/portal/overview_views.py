"""总览."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hezhu.core.access.scoping import require
from hezhu.core.ui.context import focus_division
from hezhu.core.ui.navigation import rooms_for
from hezhu.portal import overview as parts
from hezhu.portal.cards import all_cards
from hezhu.portal.computing import city
from hezhu.portal.sheets import Sheet, as_csv
from hezhu.portal.todo import todo_list
from hezhu.programme.dates import today
from hezhu.programme.instances import instances_on
from hezhu.programme.standing import standings


def overview(request: HttpRequest) -> HttpResponse:
    """Figures, counties, tasks and reviews on one page; an account without targets goes to the first room it may enter."""
    if not request.user.may("targets.view"):
        rooms = [room for room in rooms_for(request.user) if room["key"] != "overview"]
        if rooms:
            return redirect(rooms[0]["url"])
    require(request.user, "targets.view")
    day, demo, division = today(), request.user.is_demo, focus_division(request)
    cards = all_cards(division=division, demo=demo, as_of=day)
    tasks = standings(instances_on(day), demo=demo, today=day) if request.user.may("programme.view") else {}
    context = {
        "nav": "overview",
        "tiles": parts.tiles(cards),
        "pilot": parts.pilot_time(day),
        "counts": parts.state_counts(cards),
        "total": sum(parts.is_quantitative(card.target) for card in cards),
        "as_of": day,
        "is_stale": any(card.is_stale for card in cards),
        "map": parts.county_map(request.GET.get("map", ""), demo=demo, as_of=day, cards=cards),
        "is_city": division == city(),
        "todo": todo_list(request.user, tasks, day),
        "units": parts.lights_by_unit(tasks),
        "light_counts": parts.light_counts(tasks),
        "task_total": len(tasks),
        "reviews": parts.latest_reviews(request.user),
        "may_bim": request.user.may("bim.view"),
    }
    return render(request, "portal/overview.html", context)


def export_overview(request: HttpRequest) -> HttpResponse:
    """All targets with their figures and states as CSV."""
    require(request.user, "targets.export")
    day = today()
    cards = all_cards(division=focus_division(request), demo=request.user.is_demo, as_of=day)
    head = [_("编号"), _("目标"), _("数值"), _("单位"), _("目标值"), _("差距"), _("状态"), _("说明"), _("来源"), _("截至")]
    lines = [
        [
            card.target.code,
            card.target.name,
            "" if card.value is None else f"{card.value:.{card.decimals}f}",
            card.unit,
            card.goal_text,
            card.gap_text,
            card.state_word,
            card.why_text,
            card.source_word,
            day.isoformat(),
        ]
        for card in cards
    ]
    return as_csv(Sheet(_("试点目标"), head, lines), demo=request.user.is_demo)
