"""Attendance by the day, a month at a time, and the pay that follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import polars as pl

from hezhu.engines.simulate.drawing import EPOCH, Rng, Whole, as_dates, choose, day_number, stream
from hezhu.engines.simulate.firms import Firms
from hezhu.engines.simulate.people import People
from hezhu.engines.simulate.projects import Projects
from hezhu.engines.simulate.scales import AS_OF, Scale
from hezhu.engines.simulate.site import Stays, named, window

MINUTE_US = 60_000_000
DAY_US = 1_440 * MINUTE_US
# China Standard Time: gates write local time.
ZONE = "Asia/Shanghai"
_ZONE_US = 8 * 60 * MINUTE_US
_WEEKDAY_SHARE, _SUNDAY_SHARE = 0.86, 0.45
_CHANNELS = (("001", 82), ("006", 8), ("010", 6), ("003", 4))


@dataclass
class Doubles:
    """Days on which persons under watch were on two sites at once: (person, day) → projects."""

    watched: frozenset[int]
    seen: dict[tuple[int, int], list[int]] = field(default_factory=dict)


def months(scale: Scale) -> Iterator[tuple[str, int, int]]:
    """Name, first and last day of each month of the window."""
    first, last = window(scale), day_number(AS_OF)
    day = first
    while day <= last:
        start = EPOCH + timedelta(days=day)
        following = date(start.year + start.month // 12, start.month % 12 + 1, 1)
        end = min(day_number(following) - 1, last)
        yield f"{start:%Y-%m}", day, end
        day = end + 1


def present(rng: Rng, stays: Stays, absent: Whole, first: int, last: int) -> tuple[Whole, Whole]:
    """Stay and day of every day somebody came, in the order of days. ``absent`` are stays that never come."""
    begin, end = np.maximum(stays.entered, first), np.minimum(stays.left, last)
    length = np.clip(end - begin + 1, 0, None)
    length[absent] = 0
    stay = np.repeat(np.arange(len(stays)), length)
    day = np.repeat(begin, length) + np.arange(len(stay)) - np.repeat(np.cumsum(length) - length, length)
    share = np.where((day + 3) % 7 == 6, _SUNDAY_SHARE, _WEEKDAY_SHARE)  # 1970-01-01 was a Thursday
    came = rng.random(len(stay)) < share
    stay, day = stay[came], day[came]
    order = np.argsort(day, kind="stable")
    return stay[order], day[order]


def write_month(
    rng: Rng, stays: Stays, stay: Whole, day: Whole, projects: Projects, people: People, firms: Firms
) -> pl.DataFrame:
    """The register 考勤 for one month: first entry between 5:50 and 8:10, last exit between 16:30 and 19:00."""
    size = len(stay)
    midnight = day * DAY_US - _ZONE_US
    entry = midnight + rng.integers(350, 490, size) * MINUTE_US + rng.integers(0, MINUTE_US, size)
    leave = midnight + rng.integers(990, 1_140, size) * MINUTE_US + rng.integers(0, MINUTE_US, size)
    frame = named(stays, stay, projects, people, firms).drop("enterprise")
    return frame.with_columns(
        day=pl.Series(day.astype(np.int32)).cast(pl.Date),
        first_in_at=_moment(entry),
        last_out_at=_moment(leave),
        passes=pl.Series(choose(rng, [2, 4, 6], size, [55, 40, 5]).astype(np.int16)),
        channel=pl.Series(choose(rng, [code for code, _ in _CHANNELS], size, [share for _, share in _CHANNELS]).tolist()),
    )


def _moment(microseconds: Whole) -> pl.Series:
    return pl.Series(microseconds).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(ZONE)


def note_doubles(doubles: Doubles, stays: Stays, stay: Whole, day: Whole) -> None:
    """Keep the days on which a watched person came to two projects."""
    rows = np.flatnonzero(np.isin(stays.person[stay], list(doubles.watched)))
    for row in rows:
        key = (int(stays.person[stay[row]]), int(day[row]))
        doubles.seen.setdefault(key, []).append(int(stays.project[stay[row]]))


def payroll(stays: Stays, days: Whole, month: date, projects: Projects, people: People, firms: Firms, seed: int) -> pl.DataFrame:
    """Pay of one month by person and project; ``days`` counts those each stay came. A few are paid short or not at all."""
    rng = stream(seed, f"payrolls {month:%Y-%m}")
    worked = np.flatnonzero((days > 0) & (stays.duty < 0))
    pairs = np.stack([stays.person[worked], stays.project[worked]], axis=1)
    _pairs, firsts, pair = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    rows, came = worked[firsts], np.bincount(pair.reshape(-1), weights=days[worked])
    due = came * rng.integers(22, 48, len(rows)) * 10.0
    luck = rng.random(len(rows))
    paid = np.where(luck < 0.004, np.nan, np.where(luck < 0.01, np.round(due * 0.7, 2), due))
    settled = day_number(month) + 31 + rng.integers(8, 20, len(rows))
    unpaid = np.isnan(paid) | (settled > day_number(AS_OF))
    return named(stays, rows, projects, people, firms).with_columns(
        month=pl.lit(month),
        days_worked=pl.Series(came),
        due_yuan=pl.Series(due),
        paid_yuan=pl.Series(
            [None if none else value for value, none in zip(paid.tolist(), unpaid, strict=True)], dtype=pl.Float64
        ),
        paid_on=pl.Series(as_dates(settled, unpaid), dtype=pl.Date),
        bank=pl.lit("102"),
    )
