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


def figures_now(division: str, *, demo: bool, as_of: dt.date) -> Figures:
    """The figures of every definition for ``division`` on ``as_of``: from the cache, a snapshot that is up to date, or live."""
    mark = watermark()
    definitions = in_force()
    versions = ".".join(str(one.pk) for one in definitions.values())
    key = f"figures:{connection.settings_dict['NAME']}:{division}:{demo}:{as_of}:{versions}:{'.'.join(map(str, mark.values()))}"
    if (kept := cache.get(key)) is not None:
        return kept
    last = Computation.objects.filter(as_of=as_of, is_demo=demo).first()
    fresh = last is not None and last.watermark == mark
    if fresh or (last is not None and last.duration_ms > LIVE_BUDGET_MS):
        found = _from_snapshots(division, demo, as_of, definitions, last, is_stale=not fresh)
        if found is not None:
            if fresh:
                cache.set(key, found, CACHE_SECONDS)
            return found
    run = run_for(division, demo=demo, as_of=as_of)
    found = Figures(as_of, division, timezone.now(), {target: figure_of(one, run) for target, one in definitions.items()})
    cache.set(key, found, CACHE_SECONDS)
    return found


def _from_snapshots(
    division: str, demo: bool, as_of: dt.date, definitions: dict[str, InForce], last: Computation | None, *, is_stale: bool
) -> Figures | None:
    """The stored figures of the day; None when a definition in force has none."""
    rows = Snapshot.objects.filter(division=division, is_demo=demo, as_of=as_of)
    by_target = {row.target: figure_of_snapshot(row) for row in rows if row.definition_id in {d.pk for d in definitions.values()}}
    if last is None or set(definitions) - set(by_target):
        return None
    return Figures(as_of, division, last.computed_at, by_target, is_stale)


def figure_of_snapshot(row: Snapshot) -> Figure:
    return Figure(row.numerator, row.denominator, row.counted, row.looked_at, row.value)


def city() -> str:
    return settings.CITY_DIVISION
