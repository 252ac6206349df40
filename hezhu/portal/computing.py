"""Running the definitions in the database: figures, figures by county, and the rows behind them.

A figure shown is live when that is cheap and the newest snapshot otherwise; either way it carries the moment it is of.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from hezhu.core.access.divisions import codes_below
from hezhu.core.register.declare import registers
from hezhu.engines.indicators import ALL, Figure, Run
from hezhu.portal.definitions import InForce, in_force
from hezhu.portal.models import Computation, Snapshot
from hezhu.portal.schema import TABLES

LIVE_BUDGET_MS = 60
CACHE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of one division on one day. ``is_stale``: the registers have changed since and a new computation is due."""

    as_of: dt.date
    division: str
    computed_at: dt.datetime
    by_target: dict[str, Figure] = field(default_factory=dict)
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class RowBehind:
    """One row behind a figure: its key, what it adds above and below, and why it is not counted (empty when it is)."""

    source: int
    key: int
    division: str
    happened_on: dt.date | None
    numerator: Any
    denominator: Any
    reason: str

    @property
    def is_counted(self) -> bool:
        return self.source == 0 and not self.reason


def run_for(division: str, *, demo: bool, as_of: dt.date) -> Run:
    return Run(as_of=as_of, divisions=codes_below(division), demo=demo)


def figure_of(definition: InForce, run: Run) -> Figure:
    """The figure, computed now."""
    with connection.cursor() as cursor:
        cursor.execute(definition.compiled.totals, definition.compiled.values(run))
        return _figure(definition, cursor.fetchone())


def figures_by_division(definition: InForce, run: Run) -> dict[str, Figure]:
    """The figure of each division of the run that has rows, computed now."""
    with connection.cursor() as cursor:
        cursor.execute(definition.compiled.by_division, definition.compiled.values(run))
        return {row[0]: _figure(definition, row[1:]) for row in cursor.fetchall()}


def rows_behind(definition: InForce, run: Run, *, which: int = ALL, limit: int = 50, offset: int = 0) -> list[RowBehind]:
    """One page of the rows behind a figure, the newest first."""
    indicator = definition.indicator
    with connection.cursor() as cursor:
        cursor.execute(definition.compiled.page, definition.compiled.values(run, which=which, limit=limit, offset=offset))
        return [RowBehind(*row[:6], "" if row[0] else indicator.reason_text(row[6])) for row in cursor.fetchall()]


def _figure(definition: InForce, row: tuple[Any, ...]) -> Figure:
    indicator = definition.indicator
    return Figure.of(row, scale=indicator.scale, has_denominator=indicator.denominator is not None)  # type: ignore[arg-type]


def watermark() -> dict[str, int]:
    """The newest history event of each register the definitions read: changes whenever a row is written."""
    events = {slug: register.event_model() for slug in TABLES if (register := registers.get(slug))}
    tables = {slug: model._meta.db_table for slug, model in events.items() if model is not None}
    parts = ", ".join(f'(SELECT max(pgh_id) FROM "{table}")' for table in tables.values())  # noqa: S608 - our own tables
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {parts}")
        return dict(zip(tables, (int(value or 0) for value in cursor.fetchone()), strict=True))


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known of one world on one day: the registers' state now, and the last computation of the day."""

    as_of: dt.date
    demo: bool
    mark: dict[str, int]
    last: Computation | None

    @classmethod
    def of(cls, as_of: dt.date, *, demo: bool) -> Moment:
        return cls(as_of, demo, watermark(), Computation.objects.filter(as_of=as_of, is_demo=demo).first())

    @property
    def is_fresh(self) -> bool:
        return self.last is not None and self.last.watermark == self.mark

    @property
    def takes_snapshots(self) -> bool:
        """Snapshots serve when they are up to date, or when computing on the page would take too long."""
        return self.last is not None and (self.is_fresh or self.last.duration_ms > LIVE_BUDGET_MS)

    def key(self, *parts: object) -> str:
        """A cache key that changes with the registers."""
        marks = ".".join(map(str, self.mark.values()))
        return ":".join(map(str, ("figures", connection.settings_dict["NAME"], self.demo, self.as_of, marks, *parts)))


def figures_now(division: str, *, demo: bool, as_of: dt.date) -> Figures:
    """The figures of every definition for ``division`` on ``as_of``: from the cache, from snapshots, or computed now."""
    moment, definitions = Moment.of(as_of, demo=demo), in_force()
    key = moment.key(division, *(one.pk for one in definitions.values()))
    if (kept := cache.get(key)) is not None:
        return kept
    found = _from_snapshots(division, moment, definitions) if moment.takes_snapshots else None
    if found is None:
        run = run_for(division, demo=demo, as_of=as_of)
        found = Figures(as_of, division, timezone.now(), {target: figure_of(one, run) for target, one in definitions.items()})
    if not found.is_stale:
        cache.set(key, found, CACHE_SECONDS)
    return found


def _from_snapshots(division: str, moment: Moment, definitions: dict[str, InForce]) -> Figures | None:
    """The stored figures of the day; None when a definition in force has none."""
    pks = [one.pk for one in definitions.values()]
    rows = Snapshot.objects.filter(division=division, is_demo=moment.demo, as_of=moment.as_of, definition__in=pks)
    by_target = {row.target: figure_of_snapshot(row) for row in rows}
    if moment.last is None or set(definitions) - set(by_target):
        return None
    return Figures(moment.as_of, division, moment.last.computed_at, by_target, is_stale=not moment.is_fresh)


def county_figures(definition: InForce, *, demo: bool, as_of: dt.date) -> dict[str, Figure]:
    """One figure by county: from the cache, from snapshots, or computed now. A county without rows may be absent."""
    moment = Moment.of(as_of, demo=demo)
    key = moment.key("counties", definition.pk)
    if (kept := cache.get(key)) is not None:
        return kept
    if moment.takes_snapshots:
        rows = Snapshot.objects.filter(is_demo=demo, as_of=as_of, definition=definition.pk).exclude(division=city())
        if found := {row.division: figure_of_snapshot(row) for row in rows}:
            return found
    found = figures_by_division(definition, run_for(city(), demo=demo, as_of=as_of))
    cache.set(key, found, CACHE_SECONDS)
    return found


def figure_of_snapshot(row: Snapshot) -> Figure:
    return Figure(row.numerator, row.denominator, row.counted, row.looked_at, row.value)


def city() -> str:
    return settings.CITY_DIVISION
