"""Four drawn cases for every clause: one that passes, one that fails, the limit itself, and one no model can decide.

A module ``cases_*.py`` in this folder holds the cases of one file of the clause pack. ``@case`` registers a function that draws
on an empty ``Drawing``; the names say what is shown:

- ``pass`` and ``fail``: clearly on either side;
- ``limit``: exactly on the limit, which still passes;
- ``beyond``: on the wrong side of the limit by no more than 2 mm (or the least step of a count), which fails: the pack's
  measuring tolerance is 1 mm;
- ``undecidable``: the model does not carry what the clause asks about, so the verdict is manual and ``missing`` is not empty;
- any other name: a further case.

A clause without a measured limit lists in ``WITHOUT_LIMIT`` why ``limit`` and ``beyond`` have no meaning for it.
"""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from hezhu.engines import review
from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.review import ReviewContext
from hezhu.engines.review.run import judge_clause
from hezhu.engines.review.site import Site
from tests.engines.ifc.drawing import Drawing

TODAY = dt.date(2026, 11, 23)
REQUIRED = ("pass", "fail", "limit", "beyond", "undecidable")
_MEASURED = ("limit", "beyond")
_ORDER = {Verdict.FAIL: 0, Verdict.MANUAL: 1, Verdict.PASS: 2, Verdict.NOT_APPLICABLE: 3}
Draw = Callable[[Drawing], None]


@dataclass(frozen=True)
class Case:
    """One drawn model and what a clause says of it. ``value`` is the measured value of the decisive finding, in its unit."""

    clause: str
    name: str
    verdict: str
    draw: Draw
    value: float | str | None = None
    kind: str = "public"
    building: str = ""
    known: dict[str, Any] = field(default_factory=dict)


_CASES: list[Case] = []
WITHOUT_LIMIT: dict[str, str] = {}


def case(
    clause: str, name: str, verdict: str, value: float | str | None = None, kind: str = "public", building: str = "", **known: Any
) -> Callable[[Draw], Draw]:
    """Registers a drawing as a case; may be used several times on one drawing. ``known`` goes to ``ReviewContext``."""

    def register(draw: Draw) -> Draw:
        _CASES.append(Case(clause, name, verdict, draw, value, kind, building, known))
        return draw

    return register


@lru_cache(maxsize=1)
def cases() -> tuple[Case, ...]:
    """All cases of all modules of this folder."""
    for path in sorted(Path(__file__).parent.glob("cases_*.py")):
        importlib.import_module(f"tests.engines.clauses.{path.stem}")
    return tuple(_CASES)


def drawn(one: Case, folder: Path) -> tuple[Site, list[Finding]]:
    """The drawn model, and the findings of the clause on it."""
    drawing = Drawing(one.building)
    one.draw(drawing)
    pack = review.load_pack()
    site = Site(drawing.read(folder), pack, ReviewContext(one.kind, TODAY, **one.known))
    return site, judge_clause(site, next(row for row in pack.clauses if row.id == one.clause))


def decisive(findings: list[Finding]) -> Finding:
    """The finding that counts: a failure before a doubt before a pass."""
    return min(findings, key=lambda finding: _ORDER[finding.verdict])


def lacking(clauses: list[str]) -> list[str]:
    """``clause: name`` of every case that is required and missing."""
    have = {(one.clause, one.name) for one in cases()}
    return [
        f"{clause}: {name}"
        for clause in clauses
        for name in REQUIRED
        if (clause, name) not in have and not (name in _MEASURED and clause in WITHOUT_LIMIT)
    ]
