"""统计: the list of targets, and one target down to its rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.core.access.scoping import found, require
from hezhu.core.errors import NotThere
from hezhu.core.ui.context import focus_division
from hezhu.portal import overview as parts
from hezhu.portal import rows as behind
from hezhu.portal.actions import may_enter
from hezhu.portal.cards import Card, all_cards
from hezhu.portal.charts import trend
from hezhu.portal.computing import city, run_for
from hezhu.portal.definitions import entered_reason
from hezhu.portal.forms import BasisForm, FigureForm
from hezhu.portal.models import Definition, EnteredFigure
from hezhu.portal.sheets import Sheet, as_csv, as_xlsx
from hezhu.programme.dates import today
from hezhu.programme.models import Requirement, Target

KINDS = (
    ("quantity", gettext_lazy("定量目标"), "T"),
    ("milestone", gettext_lazy("里程碑"), "M"),
    ("frequency", gettext_lazy("频次"), "F"),
    ("quality", gettext_lazy("定性"), "Q"),
)


def target_list(request: HttpRequest) -> HttpResponse:
    """All targets by kind; ``?state=`` keeps those in one state."""
    require(request.user, "targets.view")
    cards = all_cards(division=focus_division(request), demo=request.user.is_demo, as_of=today())
    chosen = request.GET.get("state", "")
    counts = [(state, sum(card.state == state for card in cards)) for state in parts.STATES]
    shown = [card for card in cards if card.state == chosen] if chosen in parts.STATES else cards
    groups = [(label, [card for card in shown if card.target.code.startswith(letter)]) for _key, label, letter in KINDS]
    context = {
        "nav": "statistics",
        "groups": [(label, rows) for label, rows in groups if rows],
        "counts": [(state, count) for state, count in counts if count],
        "chosen": chosen,
        "total": len(cards),
        "as_of": today(),
    }
    return render(request, "portal/targets.html", context)


def target(request: HttpRequest, code: str) -> HttpResponse:
    """One target: formula, trend, counties, rows, its words in the plan, and what may be entered."""
    row, card = _card(request, code)
    return render(request, "portal/target.html", page_context(request, row, card))


def page_context(request: HttpRequest, row: Target, card: Card, **forms: Any) -> dict[str, Any]:
    """Everything the page of a target needs. ``forms`` replaces an empty form by one that came back with faults."""
    user, demo, day = request.user, request.user.is_demo, card.as_of
    definition = card.definition
    context: dict[str, Any] = {
        "nav": "statistics",
        "target": row,
        "card": card,
        "trend": trend(card.series, parts.goal_line(card), restarts=_restarts(card)),
        "requirements": Requirement.objects.filter(target_refs__contains=[row.code]),
        "versions": Definition.objects.filter(target=row.code),
        "may_export": user.may("targets.export"),
        "may_set_basis": row.needs_basis and user.may("programme.decide"),
        "may_enter": definition is None and may_enter(user, row),
        "entered_reason": entered_reason(row.code),
        "basis_form": forms.get("basis_form") or BasisForm(),
        "figure_form": forms.get("figure_form") or FigureForm(initial={"as_of": day}),
        "open_form": next(iter(forms), ""),
        "is_city": card.division == city(),
        "actuals": row.known_actuals,
    }
    if definition is None:
        figures = EnteredFigure.objects.visible_to(user).filter(target=row)
        context["entered"] = figures.select_related("entered_by__unit").prefetch_related("evidence__file")[:50]
        return context
    goal = parts.county_goal(definition, row)
    counties = parts.county_values(definition, goal, demo=demo, as_of=day)
    tab = request.GET.get("rows", "all")
    tab = tab if tab in behind.TABS else "all"
    page = max(1, int(text)) if (text := request.GET.get("page", "1")).isdigit() else 1
    run = run_for(card.division, demo=demo, as_of=day)
    context |= {
        "counties": counties,
        "county_goal": goal,
        "county_top": _top(counties, goal),
        "tab": tab,
        "rows": behind.page_of(definition, run, user, tab=tab, page=min(page, 100_000)),
        "tabs": [
            ("all", _("全部"), card.figure.looked_at if card.figure else 0),
            ("counted", _("计入"), card.figure.counted if card.figure else 0),
            ("left-out", _("未计入"), card.figure.looked_at - card.figure.counted if card.figure else 0),
        ],
    }
    return context


def export_rows(request: HttpRequest, code: str, ending: str) -> HttpResponse:
    """The rows behind a figure as a file, those of the chosen tab."""
    require(request.user, "targets.export")
    row, card = _card(request, code)
    write = {"csv": as_csv, "xlsx": as_xlsx}.get(ending)
    if write is None or card.definition is None:
        raise NotThere()
    tab = request.GET.get("rows", "all")
    run = run_for(card.division, demo=request.user.is_demo, as_of=card.as_of)
    lines = behind.all_lines(card.definition, run, request.user, tab=tab if tab in behind.TABS else "all")
    return write(Sheet(f"{row.code} {row.name}", behind.sheet_head(card.definition), lines), demo=request.user.is_demo)


def _card(request: HttpRequest, code: str) -> tuple[Target, Card]:
    require(request.user, "targets.view")
    row = found(Target.objects.visible_to(request.user).select_related("lead_unit"), code=code)
    (card,) = all_cards(division=focus_division(request), demo=request.user.is_demo, as_of=today(), targets=[row])
    return row, card


def _restarts(card: Card) -> bool:
    return card.definition is not None and card.definition.indicator.population.period.grain == "year"


def _top(counties: list[parts.CountyValue], goal: Decimal | None) -> float:
    """The right end of the county bars: a little beyond the largest value or the target."""
    return max([*(float(row.value) for row in counties if row.value is not None), float(goal or 0), 1e-9]) * 1.1
