"""Cases of ``cn-base/civil.yaml``: stairs, landings, corridors, guards."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.engines.clauses.cases_fire import BEFORE_THE_DWELLING_CODE
from tests.engines.clauses.plans import row, stair, strip, table, under_slab
from tests.engines.ifc.drawing import Drawing, rectangle

table(
    "gb55031-3.2.7-clear-height",
    partial(under_slab, function="地下室"),
    row("pass", "pass", 2.4, height=2.4),
    row("fail", "fail", 1.9, height=1.9),
    row("limit", "pass", 2.0, height=2.0),
    row("beyond", "fail", 1.998, height=1.998),
    row("undecidable", "manual", height=None),
)
table(
    "gb55031-5.3.2-stair-width",
    stair,
    row("pass", "pass", 1.2, width=1.23),
    row("fail", "fail", 1.0, width=1.03),
    row("limit", "pass", 1.1, width=1.13),
    row("beyond", "fail", 1.098, width=1.128),
    row("undecidable", "manual", 1.5, width=1.5, rails=0),
    kind="dwelling",
    on=BEFORE_THE_DWELLING_CODE,
)


def half_landing(drawing: Drawing, depth: float, flights: bool = True, headroom: float | None = None) -> None:
    """A stair that turns on a landing: one flight climbs along x to it, the other back from it."""
    drawing.storey("1F", 0.0)
    whole = drawing.element("IfcStair", "1F", [], Name="楼梯")
    if flights:
        drawing.flight("1F", (0.15,) * 8, 0.28, 1.1, whole=whole)
        steps = [drawing.box(1.96 - (n + 1) * 0.28, 1.2, 1.2, 1.96 - n * 0.28, 2.3, 1.35 + n * 0.15) for n in range(7)]
        drawing.element("IfcStairFlight", "1F", steps, whole, Name="梯段")
    drawing.slab("1F", rectangle(1.96, 0, 1.96 + depth, 2.3), top=1.2, PredefinedType="LANDING")
    if headroom is not None:
        drawing.slab("1F", rectangle(1.96, 0, 1.96 + depth, 2.3), top=1.3 + headroom, thickness=0.1)


table(
    "gb55031-5.3.5-landing",
    half_landing,
    row("pass", "pass", 1.5, depth=1.5),
    row("fail", "fail", 1.0, depth=1.0),
    row("limit", "pass", 1.2, depth=1.2),
    row("beyond", "fail", 1.198, depth=1.198),
    row("undecidable", "manual", depth=1.2, flights=False),
)
table(
    "gb55031-5.3.7-flight-headroom",
    stair,
    row("pass", "pass", 2.4, headroom=2.4),
    row("fail", "fail", 2.0, headroom=2.0),
    row("limit", "pass", 2.2, headroom=2.2),
    row("beyond", "fail", 2.198, headroom=2.198),
    row("undecidable", "manual"),
)
table(
    "gb55031-5.3.7-landing-headroom",
    partial(half_landing, depth=1.2),
    row("pass", "pass", 2.4, headroom=2.4),
    row("fail", "fail", 1.9, headroom=1.9),
    row("limit", "pass", 2.0, headroom=2.0),
    row("beyond", "fail", 1.998, headroom=1.998),
    row("undecidable", "manual"),
)
table(
    "gb55031-5.3.8-riser-count",
    stair,
    row("pass", "pass", 10, count=10),
    row("fail", "fail", 25, count=25),
    row("limit", "pass", 18, count=18),
    row("beyond", "fail", 19, count=19),
    row("undecidable", "manual", 9, count=10, ends=False),
)
table(
    "gb55031-5.3.9-step-size",
    stair,
    row("pass", "pass", riser=0.15, going=0.30),
    row("fail", "fail", 0.2, riser=0.20),
    row("limit", "pass", riser=0.165, going=0.26),
    row("beyond", "fail", 0.182, riser=0.182),
    row("踏步过窄", "fail", 0.248, going=0.248),
    row("undecidable", "manual", 0.17, riser=0.17),
)
_EVEN = (0.15,) * 8
table(
    "gb55031-5.3.10-evenness",
    stair,
    row("pass", "pass", 0.0, risers=_EVEN),
    row("fail", "fail", 0.02, risers=(0.15, 0.15, 0.16, 0.14, 0.15, 0.15)),
    row("limit", "pass", 0.003, risers=(0.15, 0.15, 0.153, 0.15, 0.15, 0.15)),
    row("beyond", "fail", 0.004, risers=(0.15, 0.15, 0.154, 0.15, 0.15, 0.15)),
    row("undecidable", "manual", risers=(0.12, 0.15, 0.15, 0.15, 0.15)),
)
table(
    "gb55031-5.3.12-corridor-width",
    partial(strip, function="走廊"),
    row("pass", "pass", 1.5, width=1.5),
    row("fail", "fail", 1.1, width=1.1),
    row("limit", "pass", 1.3, width=1.3),
    row("beyond", "fail", 1.298, width=1.298),
    row("undecidable", "manual", body=False),
)


def edge_guard(drawing: Drawing, height: float, at_edge: bool = True) -> None:
    """A railing at the edge of a slab, or in its middle."""
    drawing.storey("1F", 0.0)
    drawing.slab("1F", rectangle(0, 0, 8, 8), top=0.0)
    y = 0.02 if at_edge else 4.0
    drawing.element("IfcRailing", "1F", [drawing.box(2, y, height - 0.05, 6, y + 0.06, height)])


table(
    "gb55031-6.6.1-guard-height",
    edge_guard,
    row("pass", "pass", 1.2, height=1.2),
    row("fail", "fail", 0.9, height=0.9),
    row("limit", "pass", 1.1, height=1.1),
    row("beyond", "fail", 1.098, height=1.098),
    row("undecidable", "manual", 1.0, height=1.0, at_edge=False),
)


def railed(drawing: Drawing, rail: float | None, **more: Any) -> None:
    """A flight with a handrail, or beside a railing below which nothing is modelled."""
    if rail is not None:
        stair(drawing, rail=rail, **more)
        return
    drawing.storey("1F", 0.0)
    whole = drawing.element("IfcStair", "1F", [], Name="楼梯")
    drawing.element("IfcRailing", "1F", [drawing.box(0, 0, 0.9, 3, 0.06, 1.0)], whole)


table(
    "gb50352-6.8.8-handrail-height",
    railed,
    row("pass", "pass", 1.0, rail=1.0),
    row("fail", "fail", 0.8, rail=0.8),
    row("limit", "pass", 0.9, rail=0.9),
    row("beyond", "fail", 0.898, rail=0.898),
    row("undecidable", "manual", rail=None),
)


def before_a_flight(drawing: Drawing, away: float, readable: bool = True) -> None:
    """A stairwell whose door stands before a flight that climbs away from it, its first step ``away`` from the wall."""
    drawing.storey("1F", 0.0)
    drawing.room("1F", "走廊", rectangle(0, -3, 4, 0))
    drawing.room("1F", "楼梯间", rectangle(0, 0.1, 4, 6))
    drawing.door("1F", 1.0, 0.0, 1.0)
    start = 0.1 + away
    steps = [drawing.box(0.8, start + n * 0.28, 0.0, 2.2, start + (n + 1) * 0.28, 0.15 * (n + 1)) for n in range(8)]
    slope = [drawing.sloping(((0, 0), (3, 0), (3, 3)), start, start + 1.2)]
    drawing.element("IfcStairFlight", "1F", steps if readable else slope, Name="梯段")


table(
    "gb55031-5.3.6-door-to-step",
    before_a_flight,
    row("pass", "pass", 1.0, away=1.0),
    row("fail", "fail", 0.3, away=0.3),
    row("limit", "pass", 0.6, away=0.6),
    row("beyond", "fail", 0.598, away=0.598),
    row("undecidable", "manual", away=1.0, readable=False),
)
