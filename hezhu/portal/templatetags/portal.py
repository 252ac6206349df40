"""What the portal's templates need beyond the house's marks."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString

from hezhu.core.ui.templatetags.hezhu import LAMP_SHAPES, LAMPS, figure, mark
from hezhu.engines.indicators import Indicator, State, Why
from hezhu.engines.indicators.tables import find_column
from hezhu.portal import wording
from hezhu.portal.overview import goal_line
from hezhu.portal.schema import schema

if TYPE_CHECKING:
    from hezhu.bim.models import ReviewCase
    from hezhu.portal.cards import Card

register = template.Library()
COLOURS = {"watch": "#795500", "missed": "#a3261a", "late": "#a3261a", "open": "#5f6f75"}


@register.filter
def shows_unit(card: Card) -> bool:
    """A number carries its unit; a word (待定, 已办结) does not."""
    return card.value is not None and card.judgement.why != Why.NO_BASIS and card.target.op != "done"


@register.filter
def ruler_value(card: Card) -> Decimal | None:
    """What the ruler's bar shows: nothing while the target cannot be judged, all of it once a milestone is done."""
    if card.state == State.DONE:
        return card.goal.done_at
    return None if card.judgement.why == Why.NO_BASIS else card.value


@register.filter
def ruler_goal(card: Card) -> Decimal | None:
    """Where the ruler's ▼ stands."""
    return card.goal.done_at if card.target.op == "done" else goal_line(card)


@register.filter
def line_colour(state: str) -> str:
    """The colour of a line chart in a state."""
    return COLOURS.get(state, "#41661a")


@register.filter
def shifted(value: float, by: float) -> str:
    """A coordinate moved by ``by``, written for SVG whatever the language."""
    return f"{value + float(by):.1f}"


@register.filter
def unlocalize(value: object) -> str:
    """A number written for SVG whatever the language."""
    return str(value)


@register.filter
def share_of(value: Decimal | float | None, top: float) -> str:
    """``value`` as per cent of ``top``, at most 100, for the width of a bar."""
    return f"{min(100.0, max(0.0, float(value or 0) / (top or 1) * 100)):.1f}"


@register.filter
def below(value: Decimal | None, goal: Decimal | None) -> bool:
    return value is not None and goal is not None and value < goal


@register.filter
def state_word(state: str) -> str:
    """The house's word for a state."""
    return wording.state_word(state)


@register.filter
def light_word(light: str) -> str:
    """The house's word for a task's light."""
    return str(LAMPS[light])


@register.simple_tag
def lamp_shape(state: str) -> SafeString:
    """The shape of a lamp without its word, for rows of many lamps."""
    return mark(f"lamp-{LAMP_SHAPES.get(state, state)}")


CASE_LAMPS = {"approved": "done", "returned": "late", "failed": "late", "awaiting_decision": "watch", "withdrawn": "open"}


@register.filter
def case_lamp(case: ReviewCase) -> str:
    """The lamp of a review case's state; one under way is open."""
    return "late" if case.broke_off else CASE_LAMPS.get(case.state, "open")


@register.filter
def case_time(case: ReviewCase) -> datetime:
    """When the case last moved."""
    return case.concluded_at or case.reviewed_at or case.submitted_at


UNIT_WORDS = {"m2": ("万㎡", 10_000), "wan_yuan": ("亿元", 10_000)}


@register.filter
def amount(value: Decimal | None, indicator: Indicator) -> str:
    """A numerator or denominator with its unit: areas in 万㎡, money in 亿元, counts plain."""
    measure = indicator.numerator.measure
    column = find_column(schema(), schema()[indicator.population.table], measure.column) if measure.kind == "sum" else None
    word, scale = UNIT_WORDS.get(column.unit if column else "", ("", 1))
    text = figure(None if value is None else value / scale, 2 if word else None)
    return f"{text} {word}".strip()


@register.filter
def percent_only(unit: str) -> str:
    """The per cent sign stands at the figure; other units stand in the head."""
    return unit if unit == "%" else ""


@register.filter(name="is")
def is_(value: object, other: object) -> bool:
    return value == other
