"""A target as it stands: its figure (computed, entered, or proved by a closed task), its state and the words for both.

Cards of all 47 targets cost a fixed handful of queries.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.urls import reverse

from hezhu.engines.indicators import Basis, Figure, Goal, Judgement, Mode, Reading, judge
from hezhu.portal import wording
from hezhu.portal.actions import month_ends
from hezhu.portal.computing import city, figures_now
from hezhu.portal.definitions import InForce, in_force, pace, pilot_start
from hezhu.portal.models import EnteredFigure, Snapshot
from hezhu.programme.models import Closure, Requirement, Target, TargetBasis


class Source(StrEnum):
    """Where a figure comes from. A milestone whose task the office closed with evidence is done, whatever the registers hold."""

    COMPUTED = "computed"
    ENTERED = "entered"
    CLOSED_TASK = "closed-task"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Point:
    """One dated value of a series; ``is_late``: computed afterwards from the registers as they are now."""

    as_of: dt.date
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    is_late: bool = False


@dataclass
class Card:
    """One target in one division on one day."""

    target: Target
    as_of: dt.date
    division: str
    source: Source
    judgement: Judgement
    goal: Goal
    figure: Figure | None = None
    definition: InForce | None = None
    entered: EnteredFigure | None = None
    closures: list[Closure] = field(default_factory=list)
    basis: TargetBasis | None = None
    series: list[Point] = field(default_factory=list)
    is_stale: bool = False

    @property
    def state(self) -> str:
        return self.judgement.state.value

    @property
    def value(self) -> Decimal | None:
        if self.figure is not None:
            return self.figure.value
        return self.entered.value if self.entered else None

    @property
    def unit(self) -> str:
        if self.definition and self.definition.indicator.unit == "%":
            return "%"
        return self.target.short_unit.removesuffix("/年")

    @property
    def decimals(self) -> int:
        if self.definition:
            return self.definition.indicator.decimals
        return 1 if self.unit == "%" else 0

    @property
    def rows(self) -> int | None:
        """How many records stand behind the figure; None where no register gives it."""
        return self.figure.looked_at if self.figure else None

    @property
    def url(self) -> str:
        return reverse("portal:target", args=[self.target.code])

    @cached_property
    def value_text(self) -> str:
        return wording.value_text(self)

    @cached_property
    def goal_text(self) -> str:
        return wording.goal_text(self.target, self.unit)

    @cached_property
    def gap_text(self) -> str:
        return wording.gap_text(self)

    @cached_property
    def why_text(self) -> str:
        return wording.why_text(self)

    @property
    def state_word(self) -> str:
        return wording.state_word(self.state)

    @property
    def source_word(self) -> str:
        return wording.source_word(self)

    @property
    def completion(self) -> float | None:
        """Per cent of the target reached; None when it cannot be said."""
        if self.state in ("reached", "done"):
            return 100.0 if not self.judgement.asked or self.judgement.measured is None else self._share
        return self._share

    @property
    def _share(self) -> float | None:
        measured, asked = self.judgement.measured, self.judgement.asked
        if measured is None or not asked or self.goal.op == "trend":
            return None
        return max(0.0, float(measured / asked * 100))


def goal_of(target: Target, definition: InForce | None, as_of: dt.date) -> Goal:
    """What is asked for by ``as_of``: a yearly target is asked for within the year, the others within the pilot."""
    start, due = pilot_start(), dt.date(target.due_year, 12, 31) if target.due_year else None
    if target.is_annual:
        start, due = dt.date(as_of.year, 1, 1), dt.date(as_of.year, 12, 31)
    return Goal(
        op=target.op,
        value=target.value,
        upper=target.value_max,
        start=start,
        due=due,
        done_at=Decimal(str(definition.indicator.done_at)) if definition else Decimal(1),
    )


def all_cards(*, division: str, demo: bool, as_of: dt.date, targets: Iterable[Target] | None = None) -> list[Card]:
    """The cards of ``targets`` (all of them by default) in the plan's order. Entered figures are of the city only."""
    rows = list(targets if targets is not None else Target.objects.select_related("lead_unit").order_by("position"))
    figures = figures_now(division, demo=demo, as_of=as_of)
    definitions = in_force()
    entered = _entered(rows, demo, as_of) if division == city() else {}
    closures = _closures(rows, demo, as_of) if division == city() else {}
    bases = {row.target_id: row for row in TargetBasis.objects.filter(is_demo=demo)}
    series = _series(division, demo, as_of)
    cards = []
    for target in rows:
        definition = definitions.get(target.code)
        card = _card(
            target,
            definition,
            as_of,
            division,
            figure=figures.by_target.get(target.code) if definition else None,
            entered=entered.get(target.pk, []),
            closures=closures.get(target.code, []),
            basis=bases.get(target.pk),
            points=series.get(target.code, []),
        )
        card.is_stale = figures.is_stale and definition is not None
        cards.append(card)
    return cards


def _card(
    target: Target,
    definition: InForce | None,
    as_of: dt.date,
    division: str,
    *,
    figure: Figure | None,
    entered: list[EnteredFigure],
    closures: list[Closure],
    basis: TargetBasis | None,
    points: list[Point],
) -> Card:
    goal = goal_of(target, definition, as_of)
    newest = entered[0] if entered else None
    value: Decimal | None = None
    if figure is not None:
        source, value = Source.COMPUTED, figure.value
        points = [*points, Point(as_of, figure.value, figure.numerator, figure.denominator)]
        if closures and target.op == "done" and (value or 0) < goal.done_at:
            source, value = Source.CLOSED_TASK, goal.done_at
    elif newest is not None:
        source, value = Source.ENTERED, newest.value
        points = [Point(row.as_of, row.value, row.numerator, row.denominator) for row in reversed(entered)]
    elif closures and target.op == "done":
        source, value = Source.CLOSED_TASK, Decimal(1)
    else:
        source = Source.NONE
    reading = Reading(as_of, value, _before(points, as_of) if target.op == "trend" else None)
    judgement = judge(goal, reading, pace(), _basis(basis))
    return Card(target, as_of, division, source, judgement, goal, figure, definition, newest, closures, basis, points)


def _basis(row: TargetBasis | None) -> Basis | None:
    return Basis(row.base_year, row.base_value, Mode(row.mode)) if row else None


def _before(points: list[Point], as_of: dt.date) -> Decimal | None:
    """The value at the end of the year before: what a trend is measured against."""
    earlier = [point.value for point in points if point.as_of.year == as_of.year - 1 and point.value is not None]
    return earlier[-1] if earlier else None


def _series(division: str, demo: bool, as_of: dt.date) -> dict[str, list[Point]]:
    """The month ends of the last year by target, oldest first."""
    rows = Snapshot.objects.filter(division=division, is_demo=demo, as_of__in=month_ends(as_of)).order_by("as_of")
    found: dict[str, list[Point]] = defaultdict(list)
    for row in rows:
        found[row.target].append(Point(row.as_of, row.value, row.numerator, row.denominator, row.is_late))
    return found


def _entered(targets: list[Target], demo: bool, as_of: dt.date) -> dict[int, list[EnteredFigure]]:
    """Entered figures that stand, by target, the newest first."""
    rows = EnteredFigure.objects.filter(target__in=targets, is_demo=demo, withdrawn_at=None, as_of__lte=as_of)
    found: dict[int, list[EnteredFigure]] = defaultdict(list)
    for row in rows.select_related("entered_by__unit").prefetch_related("evidence"):
        found[row.target_id].append(row)
    return found


def _closures(targets: list[Target], demo: bool, as_of: dt.date) -> dict[str, list[Closure]]:
    """Closed tasks by milestone code, where every task that serves the milestone is closed."""
    codes = {target.code for target in targets if target.op == "done"}
    serving: dict[str, set[int]] = defaultdict(set)
    for pk, refs in Requirement.objects.filter(target_refs__overlap=list(codes)).values_list("pk", "target_refs"):
        for code in codes & set(refs):
            serving[code].add(pk)
    closed: dict[int, Closure] = {}
    for row in Closure.objects.filter(is_demo=demo, closed_on__lte=as_of).select_related("instance__requirement"):
        closed[row.instance.requirement_id] = row
    return {code: [closed[pk] for pk in sorted(pks)] for code, pks in serving.items() if pks <= set(closed)}
