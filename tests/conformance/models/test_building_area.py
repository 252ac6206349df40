"""Building area of three public models against values worked out by hand from their coordinates."""

from __future__ import annotations

from pathlib import Path

import pytest

from hezhu.engines import ifc
from hezhu.engines.review.area import BuildingArea, building_area

pytestmark = pytest.mark.outside


def measured(outside_data: Path, name: str) -> BuildingArea:
    return building_area(ifc.read(outside_data / "ifc" / name))


def sums(result: BuildingArea) -> dict[str, tuple[float, float, float, float]]:
    """Plan areas per storey: full, half, none, undecided."""
    return {
        row.storey.name: (round(row.full_m2, 2), round(row.half_m2, 2), round(row.none_m2, 2), round(row.undecided_m2, 2))
        for row in result.storeys
    }


def test_duplex(outside_data: Path) -> None:
    """Outer faces 8.80 × 17.80 = 156.64 m² on both storeys (3.10 m and 2.90 m to the roof's underside): 313.28 m².

    The stair openings count with their storey. The two slabs on grade before the doors (5.80 × 4.38 ≈ 25.42) have no roof, the
    roof terrace none either; the foundation level has neither floor nor room.
    """
    result = measured(outside_data, "duplex.ifc")
    assert sums(result) == {
        "Level 1": (156.64, 0.0, 50.84, 0.0),
        "Level 2": (156.64, 0.0, 0.0, 0.0),
        "Roof": (0.0, 0.0, 132.93, 0.0),
    }
    assert result.total_m2 == pytest.approx(2 * 8.80 * 17.80, abs=0.001)
    assert [storey.name for storey in result.bare] == ["T/FDN"]


def test_the_house_with_a_pitched_roof(outside_data: Path) -> None:
    """Ground floor 12 × 10 = 120 m². Attic floor at 2.70, roof underside 2.9113 at y = −0.5 rising 30° to the ridge at y = 5.

    Clear 1.20 m (z = 3.90): y = −0.5 + (3.90 − 2.9113) / tan 30° = 1.2125; clear 2.10 m (z = 4.80): y = 2.7713.
    Full 12 × 2 × (5 − 2.7713) = 53.49, half 12 × 2 × (2.7713 − 1.2125) = 37.41, none 12 × 2 × 1.2125 = 29.10 m².
    The gallery over the living room (4.26 × 3.71 = 15.80 m², y 0.30–4.01) does not count again; of it 4.26 × 1.2387 = 5.28 lie
    under the full, 6.64 under the half and 3.89 under the low band: 48.21, 30.77 and 25.21 are left. 120 + 48.21 + 15.39.
    """
    result = measured(outside_data, "fzk_haus_ifc4.ifc")
    assert sums(result) == {"Erdgeschoss": (120.0, 0.0, 0.0, 0.0), "Dachgeschoss": (48.21, 30.77, 41.02, 0.0)}
    assert result.total_m2 == pytest.approx(120 + 48.21 + 30.77 / 2, abs=0.02)


def test_the_office(outside_data: Path) -> None:
    """Outer faces 50.5333 × 36.8173 = 1860.50 m² on two storeys without slabs; levels 4.267 m apart, rooms 2.50 m high above.

    Three closed hollows larger than 2 m² without room or floor are left to a person: 2 × 1860.50 = 3721.00 is the most.
    """
    result = measured(outside_data, "office_a.ifc")
    assert sums(result) == {"Level 1": (1855.09, 0.0, 0.0, 5.41), "Level 2": (1857.68, 0.0, 0.0, 2.82)}
    assert result.high_m2 == pytest.approx(2 * 50.5333 * 36.8173, abs=0.01)
    assert [storey.name for storey in result.bare] == ["Roof"]
