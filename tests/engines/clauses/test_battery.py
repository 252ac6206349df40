"""Every clause on its drawn cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.clauses.battery import Case, cases, decisive, drawn


@pytest.mark.parametrize("one", cases(), ids=lambda one: f"{one.clause}:{one.name}")
def test_the_drawn_case_is_judged_as_drawn(one: Case, tmp_path: Path) -> None:
    _, findings = drawn(one, tmp_path)
    found = decisive(findings)
    assert found.verdict.value == one.verdict, found
    if one.verdict == "manual":
        assert found.missing
    if one.value is not None:
        assert found.measured is not None
        if isinstance(one.value, str):
            assert found.measured.value == one.value
        else:
            assert float(str(found.measured.value)) == pytest.approx(one.value, abs=5e-4)
