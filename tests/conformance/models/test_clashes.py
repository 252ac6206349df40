"""Clashes and duplicates of public models: what is found is pinned and was compared with the elements' own boxes."""

from __future__ import annotations

from pathlib import Path

import pytest

from hezhu.engines import ifc
from hezhu.engines.review.clash import ClashStudy, clash

pytestmark = pytest.mark.outside


def found(outside_data: Path, name: str) -> ClashStudy:
    return clash([ifc.read(outside_data / "ifc" / name)])


def test_duplex(outside_data: Path) -> None:
    """One ceiling is modelled twice: both boxes run from (2.57, −9.73, 2.60) to (4.13, −7.68, 2.66)."""
    result = found(outside_data, "duplex.ifc")
    assert result.by_rule() == {"clash-duplicate": 1}
    (group,) = result.groups
    assert [body.element.name.rpartition(":")[2] for body in group] == ["187462", "187470"]


def test_the_office(outside_data: Path) -> None:
    """A mirror from x = 16.9116 to 16.9307 stands with its whole thickness of 19.05 mm in the two walls at its ends."""
    result = found(outside_data, "office_a.ifc")
    assert result.by_rule() == {"clash-mep-architecture": 2}
    for each in result.clashes:
        assert each.first.element.name.startswith("M_Mirror")
        assert each.found.depth_m == pytest.approx(16.930653 - 16.911603, abs=1e-6)  # type: ignore[union-attr]
    assert result.excused["门窗填在所在墙的洞口里"] > 100


def test_the_house_whose_rafters_run_into_the_roof(outside_data: Path) -> None:
    """All 42 rafters (Sparren), 8 cm wide, lie within the two roof slabs."""
    result = found(outside_data, "fzk_haus_ifc4.ifc")
    rafters = {element.global_id for element in result.federation.models[0].of_class("IfcMember")}
    assert {each.first.element.global_id for each in result.clashes} == rafters
    depths = [each.found.depth_m for each in result.clashes]  # type: ignore[union-attr]
    assert depths == pytest.approx([0.08] * 42, abs=1e-4)
