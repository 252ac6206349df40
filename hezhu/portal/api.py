"""Targets over the API: figures, states, and the rows behind them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from hezhu.core.access.scoping import found, require
from hezhu.core.errors import NotThere
from hezhu.portal import rows as behind
from hezhu.portal.cards import Card, all_cards
from hezhu.portal.computing import run_for
from hezhu.programme.dates import today
from hezhu.programme.models import Target

router = Router(tags=["目标"])


class PointOut(Schema):
    as_of: date
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    is_late: bool


class TargetOut(Schema):
    """One target as it stands. ``value`` is null when unknown; ``state`` is reached, done, ok, watch, missed or open."""

    code: str
    name: str
    kind: str
    quote: str
    lead_unit: str
    op: str
    goal: Decimal | None
    goal_max: Decimal | None
    unit: str
    division: str
    as_of: date
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    rows: int | None
    counted_rows: int | None
    gap: Decimal | None
    state: str
    reason: str
    source: str
    definition_version: int | None


class TargetDetailOut(TargetOut):
    rule: str
    notes: list[str]
    ambiguity: str
    series: list[PointOut]


class RowOut(Schema):
    """One record behind a figure: its register and key, what it adds, and why it is not counted (empty when it is)."""

    register_slug: str
    id: int
    name: str
    division: str
    happened_on: date | None
    numerator: Decimal
    denominator: Decimal
    is_counted: bool
    reason: str
    source: str


class RowsOut(Schema):
    """A page of rows. ``hidden`` rows of this page count in the figure but are outside what the caller may see."""

    items: list[RowOut]
    hidden: int
    page: int
    has_next: bool


@router.get("/targets", response=list[TargetOut], summary="全部目标及现状", operation_id="list_targets")
def list_targets(request: HttpRequest, division: str = "") -> list[TargetOut]:
    """``division`` is one of the caller's divisions; by default that of the caller's unit."""
    require(request.user, "targets.view")
    cards = all_cards(division=_division(request, division), demo=request.user.is_demo, as_of=today())
    return [TargetOut(**_facts(card)) for card in cards]


@router.get("/targets/{code}", response=TargetDetailOut, summary="一项目标", operation_id="get_target")
def get_target(request: HttpRequest, code: str, division: str = "") -> TargetDetailOut:
    card = _card(request, code, division)
    indicator = card.definition.indicator if card.definition else None
    return TargetDetailOut(
        **_facts(card),
        rule=indicator.rule if indicator else "",
        notes=list(indicator.notes) if indicator else [],
        ambiguity=card.target.ambiguity,
        series=[
            PointOut(
                as_of=point.as_of,
                value=point.value,
                numerator=point.numerator,
                denominator=point.denominator,
                is_late=point.is_late,
            )
            for point in card.series
        ],
    )


@router.get("/targets/{code}/rows", response=RowsOut, summary="数字背后的行", operation_id="list_target_rows")
def list_target_rows(
    request: HttpRequest,
    code: str,
    which: Literal["all", "counted", "left-out"] = "all",
    page: int = Query(1, ge=1, le=100_000),
    division: str = "",
) -> RowsOut:
    """The records the figure is computed from, by the same query. A target that is entered by people has none."""
    card = _card(request, code, division)
    if card.definition is None:
        raise NotThere()
    run = run_for(card.division, demo=request.user.is_demo, as_of=card.as_of)
    listed = behind.page_of(card.definition, run, request.user, tab=which, page=page)
    items = [
        RowOut(
            register_slug=row.register,
            id=row.key,
            name=row.name,
            division=row.division_code,
            happened_on=row.happened_on,
            numerator=row.numerator,
            denominator=row.denominator,
            is_counted=row.is_counted,
            reason=row.reason,
            source=row.source,
        )
        for row in listed.rows
    ]
    return RowsOut(items=items, hidden=listed.hidden, page=listed.page, has_next=listed.has_next)


def _division(request: HttpRequest, chosen: str) -> str:
    if chosen and chosen not in request.user.divisions:
        raise NotThere()
    return chosen or request.user.division


def _card(request: HttpRequest, code: str, division: str) -> Card:
    require(request.user, "targets.view")
    row = found(Target.objects.visible_to(request.user).select_related("lead_unit"), code=code)
    chosen = _division(request, division)
    (card,) = all_cards(division=chosen, demo=request.user.is_demo, as_of=today(), targets=[row])
    return card


def _facts(card: Card) -> dict[str, object]:
    target, figure = card.target, card.figure
    entered = card.entered
    return {
        "code": target.code,
        "name": target.name,
        "kind": target.kind,
        "quote": target.quote,
        "lead_unit": str(target.lead_unit or ""),
        "op": target.op,
        "goal": target.value,
        "goal_max": target.value_max,
        "unit": card.unit,
        "division": card.division,
        "as_of": card.as_of,
        "value": card.value,
        "numerator": figure.numerator if figure else (entered.numerator if entered else None),
        "denominator": figure.denominator if figure else (entered.denominator if entered else None),
        "rows": card.rows,
        "counted_rows": figure.counted if figure else None,
        "gap": card.judgement.gap,
        "state": card.state,
        "reason": card.judgement.why.value,
        "source": card.source.value,
        "definition_version": card.definition.version if card.definition else None,
    }
