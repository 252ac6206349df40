"""Cases of ``cn-base/dwelling.yaml``."""

from __future__ import annotations

from tests.engines.clauses.battery import case
from tests.engines.ifc.drawing import Drawing, rectangle


def _bedroom(drawing: Drawing, depth: float) -> None:
    drawing.storey("1F", 0.0)
    drawing.room("1F", "卧室", rectangle(0, 0, 2.0, depth))


@case("gb55038-4.1.1-bedroom-area", "pass", "pass", 6.0, kind="dwelling")
def _large(drawing: Drawing) -> None:
    _bedroom(drawing, 3.0)


@case("gb55038-4.1.1-bedroom-area", "limit", "pass", 5.0, kind="dwelling")
def _just(drawing: Drawing) -> None:
    _bedroom(drawing, 2.5)
