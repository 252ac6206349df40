"""Cases of ``cn-base/fire.yaml``: widths and heights of the way out."""

from __future__ import annotations

import datetime as dt
from functools import partial

from tests.engines.clauses.plans import door_between, outer_door, row, stair, strip, table, under_slab

BEFORE_THE_DWELLING_CODE = dt.date(2024, 6, 1)  # GB 55038-2025 took these matters over for dwellings on 2025-05-01

table(
    "gb55037-7.1.4-exit-door-width",
    partial(door_between, north="走廊", south="楼梯间"),
    row("pass", "pass", 0.9, clear=0.9),
    row("fail", "fail", 0.7, clear=0.7),
    row("limit", "pass", 0.8, clear=0.8),
    row("beyond", "fail", 0.798, clear=0.798),
    row("undecidable", "manual", clear=0.9, operation="SLIDING_TO_LEFT"),
)
table(
    "gb55037-7.1.4-ground-exit-width",
    partial(outer_door, room="门厅"),
    row("pass", "pass", 1.2, clear=1.2),
    row("fail", "fail", 0.9, clear=0.9),
    row("limit", "pass", 1.1, clear=1.1),
    row("beyond", "fail", 1.098, clear=1.098),
    row("undecidable", "manual", clear=1.2, operation="SLIDING_TO_LEFT"),
)
# The clear width runs from the axis of the rail, 30 mm from the edge of the tread.
table(
    "gb55037-7.1.4-dwelling-stair-width",
    stair,
    row("pass", "pass", 1.2, width=1.23),
    row("fail", "fail", 1.0, width=1.03),
    row("limit", "pass", 1.1, width=1.13),
    row("beyond", "fail", 1.098, width=1.128),
    row("undecidable", "manual", 1.5, width=1.5, rails=0),
    row("不大于18m", "pass", 1.0, {"height_m": 18.0}, width=1.03),
    kind="dwelling",
    on=BEFORE_THE_DWELLING_CODE,
    height_m=30.0,
)
table(
    "gb55037-7.1.4-stair-width",
    stair,
    row("pass", "pass", 1.2, width=1.23),
    row("fail", "fail", 1.0, width=1.03),
    row("limit", "pass", 1.1, width=1.13),
    row("beyond", "fail", 1.098, width=1.128),
    row("undecidable", "manual", 1.5, width=1.5, rails=0),
)
table(
    "gb55037-7.1.4-corridor-width",
    partial(strip, function="走廊"),
    row("pass", "pass", 1.5, width=1.5),
    row("fail", "fail", 1.0, width=1.0),
    row("limit", "pass", 1.1, width=1.1),
    row("beyond", "fail", 1.098, width=1.098),
    row("undecidable", "manual", body=False),
    kind="dwelling",
    on=BEFORE_THE_DWELLING_CODE,
)
table(
    "gb55037-7.1.5-clear-height",
    partial(under_slab, function="门厅"),
    row("pass", "pass", 2.4, height=2.4),
    row("fail", "fail", 2.0, height=2.0),
    row("limit", "pass", 2.1, height=2.1),
    row("beyond", "fail", 2.098, height=2.098),
    row("undecidable", "manual", height=None),
)
