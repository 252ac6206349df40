"""Every clause on its drawn cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from hezhu.engines.findings import Verdict
from tests.engines.clauses.battery import Case, cases, judged

_ORDER = {Verdict.FAIL: 0, Verdict.MANUAL: 1, Verdict.PASS: 2, Verdict.NOT_APPLICABLE: 3}


@pytest.mark.parametrize("one", cases(), ids=lambda one: f"{one.clause}:{one.name}")
def test_the_drawn_case_is_judged_as_drawn(one: Case, tmp_path: Path) -> None:
    decisive = min(judged(one, tmp_path), key=lambda finding: _ORDER[finding.verdict])
    assert decisive.verdict.value == one.verdict, decisive
    if one.verdict == "manual":
        assert decisive.missing
    if one.value is not None:
        assert decisive.measured is not None
        if isinstance(one.value, str):
            assert decisive.measured.value == one.value
        else:
            assert float(str(decisive.measured.value)) == pytest.approx(one.value, abs=5e-4)
