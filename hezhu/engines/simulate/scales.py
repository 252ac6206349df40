"""How large a simulated city is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

AS_OF = date(2026, 11, 25)


@dataclass(frozen=True, slots=True)
class Scale:
    """``years`` of permits and ``months`` of attendance up to AS_OF; ``planted`` is how often each irregularity is put in; ``pilots`` is
    the share of projects that are demonstrations of intelligent construction (plan L24: at least five a year, whatever the city's size).
    """

    name: str
    projects: int
    firms: int
    persons: int
    months: int
    years: int
    planted: int
    pilots: float


SCALES: dict[str, Scale] = {
    scale.name: scale
    for scale in (
        Scale("demo", 70, 140, 1_200, 2, 3, 2, 0.25),
        Scale("county", 300, 800, 25_000, 4, 4, 6, 0.1),
        Scale("city", 2_000, 5_000, 200_000, 8, 5, 20, 0.06),
        Scale("province", 22_000, 50_000, 2_000_000, 8, 5, 120, 0.06),
    )
}
