"""Gives the programme the computed figures of its targets: lights of tasks are judged by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from hezhu.portal.cards import Source, all_cards
from hezhu.portal.computing import city
from hezhu.programme.figures import Reading
from hezhu.programme.models import Target


def readings(targets: Collection[str], year: int | None, demo: bool, today: date) -> Mapping[str, Reading]:
    """The readings of ``targets`` for the city: on the last day of ``year`` once it is over, else today."""
    as_of = min(today, date(year, 12, 31)) if year else today
    rows = Target.objects.filter(code__in=targets).select_related("lead_unit")
    return {
        card.target.code: Reading(
            target=card.target.code,
            completion=card.completion,
            text=f"{card.value_text} / {card.goal_text}" if card.goal_text else card.value_text,
            value=None if card.value is None else float(card.value),
            state=card.state,
            gap=card.gap_text,
            rows=card.rows,
            url=card.url,
        )
        for card in all_cards(division=city(), demo=demo, as_of=as_of, targets=rows)
        if card.source is not Source.NONE
    }
