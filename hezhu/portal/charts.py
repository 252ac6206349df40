"""Geometry of the server-side charts: sparkline, trend and the seven fields. Pure numbers; templates draw them as SVG."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from hezhu.portal.cards import Point

SPARK_WIDTH, SPARK_HEIGHT = 84.0, 28.0
WIDTH, HEIGHT = 590.0, 262.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 60.0, 20.0, 32.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One drawn point of a series."""

    x: float
    y: float
    value: Decimal
    as_of: dt.date


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A small line without axes; ``goal_y`` is where the dashed target line runs."""

    points: str
    end_x: float
    end_y: float
    goal_y: float | None


def sparkline(points: Sequence[Point], goal: Decimal | None) -> Sparkline | None:
    """The line of the known values; None with fewer than two."""
    known = [float(point.value) for point in points if point.value is not None]
    if len(known) < 2:
        return None
    values = [*known, float(goal)] if goal is not None else known
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = (SPARK_WIDTH - 6) / (len(known) - 1)

    def y(value: float) -> float:
        return round(SPARK_HEIGHT - 4 - (value - low) / span * (SPARK_HEIGHT - 8), 1)

    places = [(round(2 + number * step, 1), y(value)) for number, value in enumerate(known)]
    text = " ".join(f"{x},{top}" for x, top in places)
    return Sparkline(text, *places[-1], y(float(goal)) if goal is not None else None)


@dataclass(frozen=True, slots=True)
class Tick:
    """One label on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A line chart over time. ``runs`` are the unbroken stretches (a yearly count starts anew each January)."""

    width: float
    height: float
    runs: list[str]
    marks: list[Mark]
    across: list[Tick]
    down: list[Tick]
    goal_y: float | None
    breaks: list[Tick]
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = HEIGHT - BOTTOM

    @property
    def last(self) -> Mark:
        return self.marks[-1]


def trend(points: Sequence[Point], goal: Decimal | None, *, restarts: bool) -> Trend | None:
    """The chart of ``points``; None with fewer than two known values. ``restarts``: the figure begins anew every year."""
    known = [point for point in points if point.value is not None]
    if len(known) < 2:
        return None
    values = [float(point.value or 0) for point in known] + ([float(goal)] if goal is not None else [])
    steps = nice_steps(min(values), max(values))
    first, last = known[0].as_of, known[-1].as_of
    days = (last - first).days or 1

    def x(day: dt.date) -> float:
        return round(LEFT + 16 + (day - first).days / days * (WIDTH - RIGHT - LEFT - 16), 1)

    def y(value: float) -> float:
        share = (value - steps[0]) / (steps[-1] - steps[0])
        return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP), 1)

    marks = [Mark(x(point.as_of), y(float(point.value or 0)), point.value or Decimal(0), point.as_of) for point in known]
    runs: list[list[Mark]] = [[]]
    breaks: list[Tick] = []
    for mark in marks:
        before = runs[-1][-1] if runs[-1] else None
        if restarts and before is not None and before.as_of.year != mark.as_of.year:
            breaks.append(Tick(round((before.x + mark.x) / 2, 1), str(mark.as_of.year)))
            runs.append([])
        runs[-1].append(mark)
    return Trend(
        WIDTH,
        HEIGHT,
        [" ".join(f"{mark.x},{mark.y}" for mark in run) for run in runs],
        marks,
        _month_ticks(marks),
        [Tick(y(step), f"{step:,.10g}") for step in steps],
        y(float(goal)) if goal is not None else None,
        breaks,
    )


def _month_ticks(marks: Sequence[Mark]) -> list[Tick]:
    """One label a month, thinned where they would touch."""
    ticks: list[Tick] = []
    for mark in marks:
        if not ticks or mark.x - ticks[-1].at >= 34:
            ticks.append(Tick(mark.x, f"{mark.as_of:%y-%m}"))
    return ticks


def nice_steps(low: float, high: float, count: int = 4) -> list[float]:
    """Round values that cover ``low`` to ``high`` in about ``count`` steps; whole ones when both ends are whole."""
    if high <= low:
        low, high = (max(0.0, low - 1) if low >= 0 else low - 1), high + 1
    step = round_step((high - low) / count, whole=low == int(low) and high == int(high))
    start = math.floor(low / step) * step
    steps = [start]
    while steps[-1] < high - step * 1e-9:
        steps.append(round(steps[-1] + step, 10))
    return steps


def round_step(raw: float, *, whole: bool) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is at least ``raw``; at least 1 when ``whole``."""
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    return max(step, 1.0) if whole else step


# 南湖 in the middle, around it clockwise from upper left: 秀洲, 嘉善, 平湖, 海盐, 海宁, 桐乡.
FIELDS = {
    "330402": (184.0, 198.0),
    "330411": (124.3, 94.5),
    "330421": (243.7, 94.5),
    "330482": (303.3, 198.0),
    "330424": (243.7, 301.5),
    "330481": (124.3, 301.5),
    "330483": (64.7, 198.0),
}
RADIUS = 66.0
SHADES = ("#ebf3dd", "#cfe0ad", "#a9c873", "#8fb34f")
NONE_SHADE = "#ffffff"


@dataclass(frozen=True, slots=True)
class Hexagon:
    """One county: ``kind`` is value, below (under the target) or none; ``shade`` its fill."""

    code: str
    name: str
    x: float
    y: float
    outline: str
    inner: str
    value: Decimal | None
    kind: str
    shade: str
    has_water: bool
    below: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of the legend; ``kind`` below is the hatched one."""

    kind: str
    shade: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class SevenFields:
    """The schematic of the seven counties, coloured by one figure. It shows no boundary of any division."""

    hexagons: list[Hexagon]
    keys: list[Key] = field(default_factory=list)


def seven_fields(names: Mapping[str, str], values: Mapping[str, Decimal | None], goal: Decimal | None) -> SevenFields:
    """``names`` by division code; ``goal`` only where the same target holds for each county. Counts are shaded from 1."""
    known = sorted(float(value) for value in values.values() if value is not None)
    counts = goal is None and all(value == int(value) for value in known)
    floor = float(goal) if goal is not None else float(counts)
    top = max([*known, floor]) + counts
    steps = shade_steps(floor, top, whole=counts) if known and top > floor and any(known) else []
    hexagons = []
    for code, (x, y) in FIELDS.items():
        if code not in names:
            continue
        value = values.get(code)
        kind, shade = _shade(value, goal, steps)
        outline = _outline(x, y, RADIUS)
        has_water = code == "330402"
        below = f"{goal - value:.1f}" if kind == "below" and goal is not None and value is not None else ""
        inner = _outline(x, y, RADIUS - 13)
        hexagons.append(Hexagon(code, names[code], x, y, outline, inner, value, kind, shade, has_water, below))
    keys = [Key("below", "", None, float(goal))] if goal is not None else []
    keys += [Key("value", SHADES[number], low, high - counts) for number, (low, high) in enumerate(itertools.pairwise(steps))]
    return SevenFields(hexagons, keys)


def shade_steps(low: float, high: float, *, whole: bool = False) -> list[float]:
    """Bounds of at most four shades between ``low`` and ``high``, on round values."""
    step = round_step((high - low) / len(SHADES), whole=whole)
    bounds = [low]
    while bounds[-1] < high and len(bounds) <= len(SHADES):
        bounds.append(round(bounds[-1] + step, 10))
    return bounds


def _shade(value: Decimal | None, goal: Decimal | None, steps: Sequence[float]) -> tuple[str, str]:
    if value is None:
        return "none", NONE_SHADE
    if goal is not None and value < goal:
        return "below", NONE_SHADE
    if goal is None and not value:
        return "value", NONE_SHADE
    index = sum(1 for bound in steps[1:] if float(value) >= bound)
    return "value", SHADES[min(index, len(SHADES) - 1)]


def _outline(x: float, y: float, radius: float) -> str:
    """A hexagon standing on a corner."""
    half = radius * math.sqrt(3) / 2
    corners = [(0, -radius), (half, -radius / 2), (half, radius / 2), (0, radius), (-half, radius / 2), (-half, -radius / 2)]
    return "M" + "L".join(f"{x + dx:.1f} {y + dy:.1f}" for dx, dy in corners) + "z"
