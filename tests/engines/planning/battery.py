"""Sites for every rule of the planning pack: one that passes, one that fails, the limit itself, and one no model can decide.

Each case is a generated IFC file, read and judged like any other. ``value`` is the measured value of the decisive finding.
"""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from hezhu.engines import ifc
from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.review.planning import load_planning, read_conditions, run
from hezhu.engines.review.planning.sample import Block, Mark, SiteSpec, rectangle, write_site

TODAY = dt.date(2026, 11, 23)
REQUIRED = ("pass", "fail", "limit", "undecidable")
NEW, OLD = {"Zone": "new_town"}, {"Zone": "old_town"}
HECTARE = rectangle(0, 0, 100, 100)
_ORDER = (Verdict.FAIL, Verdict.MANUAL, Verdict.PASS, Verdict.NOT_APPLICABLE)
_VERDICTS = {"pass": "pass", "limit": "pass", "fail": "fail", "beyond": "fail", "undecidable": "manual"}


@dataclass(frozen=True)
class Case:
    """One site and what one rule says of it. ``subject`` picks one finding; else the worst counts."""

    rule: str
    name: str
    spec: SiteSpec
    value: float | None = None
    verdict: str = ""
    conditions: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    clause: str = ""
    note: str = ""

    @property
    def expected(self) -> str:
        return self.verdict or _VERDICTS[self.name]


_CASES: list[Case] = []


def case(rule: str, name: str, spec: SiteSpec, value: float | None = None, verdict: str = "", **more: Any) -> None:
    """Registers a case."""
    _CASES.append(Case(rule, name, spec, value, verdict, **more))


def site(*blocks: Block, marks: tuple[Mark, ...] = (), boundary: Any = None, north: float = 0.0, **facts: Any) -> SiteSpec:
    """A site in the new town unless ``Zone`` says otherwise; ``Zone=None`` leaves it out."""
    stated = {"Zone": "new_town", **facts}
    return SiteSpec(blocks, marks, boundary, {k: v for k, v in stated.items() if v is not None}, north)


@lru_cache(maxsize=1)
def cases() -> tuple[Case, ...]:
    """All cases of all modules of this folder."""
    for path in sorted(Path(__file__).parent.glob("cases_*.py")):
        importlib.import_module(f"tests.engines.planning.{path.stem}")
    return tuple(_CASES)


def judged(one: Case, folder: Path) -> list[Finding]:
    """The findings of the rule on the generated model."""
    pack = load_planning()
    conditions = None
    if one.conditions:
        file = folder / "conditions.yaml"
        file.write_text(yaml.safe_dump(dict(one.conditions), allow_unicode=True), encoding="utf-8")
        conditions = read_conditions(file, pack.words)
    model = ifc.read(write_site(folder / "site.ifc", one.spec))
    found = [finding for finding in run(model, pack, conditions, TODAY).findings if finding.rule == one.rule]
    return [finding for finding in found if not one.subject or finding.subject.name == one.subject]


def decisive(findings: list[Finding]) -> Finding:
    """The finding that counts: a failure before a doubt before a pass."""
    return min(findings, key=lambda finding: _ORDER.index(finding.verdict))
