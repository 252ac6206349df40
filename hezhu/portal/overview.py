"""What 总览 shows: tiles, the seven counties, what to do today, lights by lead unit, the latest reviews."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import reverse

from hezhu.bim.models import ReviewCase
from hezhu.core.access.divisions import counties
from hezhu.portal import wording
from hezhu.portal.cards import Card
from hezhu.portal.charts import SevenFields, Sparkline, seven_fields, sparkline
from hezhu.portal.computing import county_figures
from hezhu.portal.definitions import InForce, in_force, pack, pilot_start
from hezhu.programme.lights import Light
from hezhu.programme.models import Phase, Target
from hezhu.programme.standing import Standing

LIGHT_ORDER = (Light.LATE, Light.WATCH, Light.OPEN, Light.OK, Light.DONE)
STATES = ("reached", "done", "ok", "watch", "missed", "open")


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the overview under its short name."""

    name: str
    card: Card
    spark: Sparkline | None


def tiles(cards: list[Card]) -> list[Tile]:
    """The figures the rule pack puts on the overview, in its order."""
    by_code = {card.target.code: card for card in cards}
    chosen = [(row["name"], by_code[row["target"]]) for row in pack()["overview"] if row["target"] in by_code]
    return [Tile(name, card, sparkline(card.series, goal_line(card))) for name, card in chosen]


def goal_line(card: Card) -> Decimal | None:
    """Where the target lies on the figure's own axis; None where the figure and the target are of different kinds."""
    return card.target.value if card.target.op in (">=", "==", "between") else None


@dataclass(frozen=True, slots=True)
class PilotTime:
    """How much of the pilot is over."""

    ends_on: dt.date
    elapsed: float
    is_over: bool


def pilot_time(today: dt.date) -> PilotTime | None:
    """None before the plan is loaded."""
    last = Phase.objects.order_by("-ends_on").first()
    if last is None:
        return None
    days = (last.ends_on - pilot_start()).days or 1
    elapsed = min(100.0, max(0.0, (today - pilot_start()).days / days * 100))
    return PilotTime(last.ends_on, round(elapsed, 1), today > last.ends_on)


def state_counts(cards: list[Card]) -> list[tuple[str, int]]:
    """How many quantitative targets (T01–T17) are in each state, those with none left out."""
    counts = Counter(card.state for card in cards if is_quantitative(card.target))
    return [(state, counts[state]) for state in STATES if counts[state]]


def is_quantitative(target: Target) -> bool:
    return target.kind in (Target.Kind.COUNT, Target.Kind.RATIO, Target.Kind.RATIO_INCREASE)


@dataclass(frozen=True, slots=True)
class CountyValue:
    """One county's line of the table beside the schematic."""

    code: str
    name: str
    value: Decimal | None
    text: str
    rows: int
    below: str


@dataclass(frozen=True, slots=True)
class CountyMap:
    """The schematic of the seven counties for one figure, and the same as a table."""

    target: str
    name: str
    unit: str
    decimals: int
    url: str
    drawing: SevenFields
    rows: list[CountyValue]
    choices: list[tuple[str, str]] = field(default_factory=list)


def county_map(chosen: str, *, demo: bool, as_of: dt.date, cards: list[Card]) -> CountyMap | None:
    """The figure ``chosen`` (a target's code) by county; the first on offer when there is no such choice. None without definitions."""
    targets = {card.target.code: card.target for card in cards}
    definitions = {code: one for code, one in in_force().items() if code in targets}
    choices = [(row["target"], row["name"]) for row in pack()["by_county"] if row["target"] in definitions]
    if not choices:
        return None
    code = chosen if chosen in dict(choices) else choices[0][0]
    definition = definitions[code]
    goal = county_goal(definition, targets[code])
    values = county_values(definition, goal, demo=demo, as_of=as_of)
    names = counties()
    return CountyMap(
        target=code,
        name=dict(choices)[code],
        unit=_unit(definition),
        decimals=definition.indicator.decimals,
        url=reverse("portal:target", args=[code]),
        drawing=seven_fields(names, {row.code: row.value for row in values}, goal),
        rows=values,
        choices=choices,
    )


def county_goal(definition: InForce, target: Target) -> Decimal | None:
    """A share's target holds for each county as for the city; a count's does not."""
    return target.value if definition.indicator.denominator is not None and target.op == ">=" else None


def county_values(definition: InForce, goal: Decimal | None, *, demo: bool, as_of: dt.date) -> list[CountyValue]:
    """The figure of each county; a share of nothing is unknown, a count of nothing is 0."""
    found = county_figures(definition, demo=demo, as_of=as_of)
    rows = []
    for code, name in counties().items():
        figure = found.get(code)
        empty = None if definition.indicator.denominator is not None else Decimal(0)
        value = figure.value if figure else empty
        text = wording.number(value, definition.indicator.decimals)
        below = ""
        if goal is not None and value is not None and value < goal:
            below = wording.number(goal - value, definition.indicator.decimals)
        rows.append(CountyValue(code, name, value, text, figure.looked_at if figure else 0, below))
    return rows


def _unit(definition: InForce) -> str:
    return definition.indicator.unit.removesuffix("/年")


@dataclass(frozen=True, slots=True)
class UnitLights:
    """The lights of the tasks one unit leads, the most urgent first."""

    unit: str
    lights: list[str]
    words: str


def lights_by_unit(standings: Mapping[int, Standing]) -> list[UnitLights]:
    """Lead units with the lights of their tasks, those with the most tasks first."""
    grouped: dict[str, list[Standing]] = {}
    for row in standings.values():
        grouped.setdefault(str(row.unit), []).append(row)
    found = []
    for unit, rows in sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0])):
        ordered = sorted(rows, key=lambda row: LIGHT_ORDER.index(row.light))
        counts = Counter(str(row.label) for row in ordered)
        found.append(
            UnitLights(unit, [row.light.value for row in ordered], "，".join(f"{word} {n}" for word, n in counts.items()))
        )
    return found


def light_counts(standings: Mapping[int, Standing]) -> list[tuple[str, int]]:
    counts = Counter(row.light for row in standings.values())
    return [(light.value, counts[light]) for light in LIGHT_ORDER if counts[light]]


def latest_reviews(user: Any, limit: int = 5) -> list[ReviewCase]:
    """The review cases this account sees, the newest first."""
    if not user.may("bim.view"):
        return []
    return list(
        ReviewCase.objects.visible_to(user).select_related("project", "building", "job").order_by("-submitted_at")[:limit]
    )
