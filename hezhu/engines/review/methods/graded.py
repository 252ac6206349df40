"""Limits that a regulation gives in a table: by fire class, by building height, by where a door lies, by sprinklers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hezhu.engines.findings import Shape
from hezhu.engines.review.judgement import Judgement, Limit, cannot_judge, judge
from hezhu.engines.review.pack import Clause
from hezhu.engines.review.site import Site

FIRE_CLASS = "建筑耐火等级（Pset_BuildingCommon.FireProtectionClass）"
SPRINKLERS = "自动喷水灭火系统的设置（Pset_BuildingCommon.SprinklerProtection）"
HEIGHT = "建筑高度"


@dataclass(frozen=True, slots=True)
class Graded:
    """What is known of a limit: ``sure`` holds whatever the model leaves open, ``last`` is the most that any case allows, and
    ``open`` names in Chinese what decides between them.
    """

    sure: Limit
    last: Limit
    open: tuple[str, ...]


def graded(clause: Clause, site: Site, rows: Sequence[str], open_rows: str = "", more: float = 0.0) -> Graded:
    """The limit of a table for this building.

    A table's limits are named ``ROW`` (fire class one and two), ``ROW_3``, ``ROW_4``, and ``ROW_high`` for buildings above
    ``high_above``; a name that is missing means that the table makes no difference. ``rows`` are those that may hold, and
    ``open_rows`` says what decides between them. ``sprinklered`` multiplies, unless the building says that it has none, and
    ``more`` is added to ``last``.
    """
    missing = [open_rows] if len(rows) > 1 else []
    values, unknown = _values(clause, site, rows)
    missing += unknown
    factor = clause.limits["sprinklered"].value if "sprinklered" in clause.limits else 1.0
    if factor > 1 and site.sprinklered is None:
        missing.append(SPRINKLERS)
    unit = clause.limit(_first(clause, rows)).unit
    sure = min(values) * (factor if site.sprinklered else 1.0)
    last = max(values) * (1.0 if site.sprinklered is False else factor) + more
    return Graded(Limit("<=", round(sure, 4), unit), Limit("<=", round(last, 4), unit), tuple(missing))


def _first(clause: Clause, rows: Sequence[str]) -> str:
    return next(name for row in rows for name in (row, f"{row}_high") if name in clause.limits)


def _values(clause: Clause, site: Site, rows: Sequence[str]) -> tuple[list[float], list[str]]:
    names: list[str] = []
    unknown: list[str] = []
    high_above = clause.limits.get("high_above")
    high = None if high_above is None or site.height_m is None else site.height_m > high_above.value
    if high_above is not None and high is None and any(f"{row}_high" in clause.limits for row in rows):
        unknown.append(HEIGHT)
    classes = ["", "_3", "_4"] if site.fire_class is None else ["" if site.fire_class < 3 else f"_{site.fire_class}"]
    for row in rows:
        if high is not False and f"{row}_high" in clause.limits:
            names.append(f"{row}_high")
        if high is not True or f"{row}_high" not in clause.limits:
            names += [f"{row}{each}" if f"{row}{each}" in clause.limits else row for each in classes]
    if site.fire_class is None and any(f"{row}{each}" in clause.limits for row in rows for each in ("_3", "_4")) and not high:
        unknown.insert(0, FIRE_CLASS)
    return [clause.limit(name).value for name in names], unknown


def judge_graded(
    value: float, limits: Graded, site: Site, how: str, shape: Shape | None, *others: str, certain: bool = True, **detail: object
) -> Judgement:
    """Pass within ``sure``, fail beyond ``last``, else 需人工 with what is open and ``others``. Where a value is only an upper
    bound (``certain`` False) it cannot fail.
    """
    tolerance = site.pack.tolerance(limits.sure)
    if limits.sure.met_by(value, tolerance):
        return judge(value, limits.sure, tolerance, how, shape, **detail)
    if certain and not limits.last.met_by(value, tolerance):
        return judge(value, limits.last, tolerance, how, shape, **detail)
    missing = (*limits.open, *others)
    return cannot_judge(*missing, limit=limits.sure, measured=value, how=how, shape=shape, **detail)
