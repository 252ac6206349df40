"""Every rule of the pack on generated sites."""

from __future__ import annotations

from pathlib import Path

import pytest

from hezhu.engines.findings import Verdict
from hezhu.engines.review.planning import load_planning
from tests.engines.planning.battery import REQUIRED, Case, cases, decisive, judged


@pytest.mark.parametrize("one", cases(), ids=lambda one: f"{one.rule}-{one.name}-{one.clause}-{one.note}".replace(" ", "_"))
def test_a_site_is_judged_as_drawn(one: Case, tmp_path: Path) -> None:
    finding = decisive(judged(one, tmp_path))
    told = (finding.verdict.value, finding.measured, finding.required, finding.missing, finding.method)
    assert finding.verdict.value == one.expected, told
    if one.value is not None:
        assert finding.measured is not None, told
        assert finding.measured.value == pytest.approx(one.value, abs=2e-4), told
    if one.clause:
        assert finding.source.clause == one.clause
    if finding.verdict in (Verdict.PASS, Verdict.FAIL):
        assert finding.shape is not None, "a measured value can be drawn"
        assert finding.method
        assert finding.required is not None


def test_every_rule_has_its_four_cases() -> None:
    have = {(one.rule, one.name) for one in cases()}
    lacking = [f"{rule.id}: {name}" for rule in load_planning().rules for name in REQUIRED if (rule.id, name) not in have]
    assert lacking == []


def test_every_row_of_the_spacing_rules_decides_a_case() -> None:
    rows = {(rule.id, row["clause"]) for rule in load_planning().rules for row in rule.data.get("rows", ())}
    for name in ("pass", "limit", "fail"):
        assert {(one.rule, one.clause) for one in cases() if one.clause and one.name == name} == rows
