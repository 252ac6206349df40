"""Projects and their unit buildings, with the firms that take part and the dates of their life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from hezhu.engines.codes.division import divisions as known_divisions
from hezhu.engines.codes.project import build_project
from hezhu.engines.simulate.drawing import EPOCH, Rng, Row, Whole, as_dates, choose, day_number, person_names, stream, words
from hezhu.engines.simulate.firms import Firms
from hezhu.engines.simulate.identifiers import phones
from hezhu.engines.simulate.scales import AS_OF, Scale

FIVE = {
    "owner": "development",
    "surveyor": "survey",
    "designer": "design",
    "contractor": "construction",
    "supervisor": "supervision",
}
LABOUR_FIRMS = 3
_PHONE_START = 6_000_000
_YEAR = 365
_STRUCTURES = {"dwelling": "005", "public": "003", "industrial": "014"}
_STOREY_M = {"dwelling": 3.0, "public": 4.2, "industrial": 6.0}


@dataclass(frozen=True)
class Projects:
    """``table`` is the register; the arrays beside it have one entry for each of its rows.

    ``parties`` maps a part to indices of firms, ``labour`` holds LABOUR_FIRMS of them; days are day numbers, ``ends`` is the day of
    completion, planned where it lies after AS_OF.
    """

    table: pl.DataFrame
    kinds: list[Row]
    parties: dict[str, Whole]
    labour: Whole
    permits: Whole
    starts: Whole
    ends: Whole

    @property
    def numbers(self) -> list[str]:
        return self.table["number"].to_list()

    def running(self, day: int) -> Whole:
        """Which projects are being built on a day."""
        return np.flatnonzero((self.starts <= day) & (self.ends >= day))


def make(scale: Scale, seed: int, firms: Firms) -> Projects:
    """All projects: permits spread evenly over the years before AS_OF, every date in the statutory order."""
    rng = stream(seed, "projects")
    size = scale.projects
    kinds = choose(rng, words()["project_kinds"], size, [kind["weight"] for kind in words()["project_kinds"]]).tolist()
    divisions = _dealt(rng, size)
    parties = {part: _firms_of(rng, firms, trade, size) for part, trade in FIVE.items()}
    labour = np.stack([_firms_of(rng, firms, "labour", size) for _ in range(LABOUR_FIRMS)], axis=1)
    today = day_number(AS_OF)
    # One permit in each of as many equal spans of time, on any day of it.
    permits = today - ((np.arange(size)[::-1] + rng.random(size)) * scale.years * _YEAR / size).astype(np.int64)
    starts = permits + rng.integers(5, 40, size)
    ends = starts + rng.integers(300, 900, size)
    table = _table(rng, scale, firms, kinds, divisions, parties, permits, starts, ends)
    return Projects(table, kinds, parties, labour, permits, starts, ends)


def _firms_of(rng: Rng, firms: Firms, trade: str, size: int) -> Whole:
    """Firms of one trade; large ones come more often."""
    rows = np.flatnonzero((firms.table["parts"] == trade).to_numpy())
    share = firms.table["employees"].to_numpy()[rows].astype(float) ** 1.2
    return rng.choice(rows, size, p=share / share.sum())


def _dealt(rng: Rng, size: int) -> list[str]:
    """Divisions in the order of permits, dealt from a pack that names each: every county has new projects in every year."""
    pack = words()["deal"]
    packs = [rng.permutation(pack) for _ in range(size // len(pack) + 1)]
    return np.concatenate(packs)[:size].tolist()


def _table(
    rng: Rng,
    scale: Scale,
    firms: Firms,
    kinds: list[Row],
    divisions: list[str],
    parties: dict[str, Whole],
    permits: Whole,
    starts: Whole,
    ends: Whole,
) -> pl.DataFrame:
    size, today = len(kinds), day_number(AS_OF)
    approved = permits - rng.integers(120, 260, size)
    categories = ["02" if kind["function"] == "bridge" else "01" for kind in kinds]
    numbers = _numbers(divisions, approved, categories)
    per_building = [
        rng.uniform(*kind["area"]) * int(rng.integers(kind["buildings"][0], kind["buildings"][1] + 1)) for kind in kinds
    ]
    area = np.round(per_building, 0)
    public = np.array(
        [kind["function"] in {"affordable", "school", "hospital", "community", "venue", "bridge"} for kind in kinds]
    )
    names = firms.table["name"].to_list()
    done, begun = ends < today, starts <= today
    before = {
        "land_contract_on": approved - rng.integers(20, 90, size),
        "approved_on": approved,
        "planning_permit_on": permits - rng.integers(70, 110, size),
        "review_passed_on": permits - rng.integers(25, 60, size),
        "contract_filed_on": permits - rng.integers(6, 24, size),
        "permit_issued_on": permits,
        "planned_start_on": starts,
        "planned_end_on": ends,
    }
    archived = ends + rng.integers(30, 150, size)
    dates = {name: pl.Series(as_dates(days), dtype=pl.Date) for name, days in before.items()}
    dates["started_on"] = pl.Series(as_dates(starts, ~begun), dtype=pl.Date)
    dates["completed_on"] = pl.Series(as_dates(ends, ~done), dtype=pl.Date)
    dates["archived_on"] = pl.Series(as_dates(archived, archived >= today), dtype=pl.Date)
    pilot = rng.random(size) < scale.pilots
    return pl.DataFrame(
        {
            "number": numbers,
            "name": _names(rng, kinds, divisions),
            "division": divisions,
            "category": categories,
            "nature": choose(rng, ["001", "002", "003"], size, [84, 8, 8]).tolist(),
            "function": [kind["function"] for kind in kinds],
            "status": np.where(done, "004", np.where(begun, "003", "002")).tolist(),
            "address": [
                f"{known_divisions()[division].name} 演示地块 {plot} 号"
                for division, plot in zip(divisions, rng.integers(1, 9000, size), strict=True)
            ],
            "area_m2": area.tolist(),
            "land_area_m2": np.round(area / rng.uniform(1.2, 2.4, size), 0).tolist(),
            "investment_wan_yuan": np.round(area * rng.uniform(0.35, 0.7, size), 2).tolist(),
            "is_government_funded": public.tolist(),
            "funding": np.where(public, "government", choose(rng, ["private", "state", "mixed"], size, [80, 14, 6])).tolist(),
            "delivery": choose(rng, ["general", "epc", "parallel"], size, [70, 24, 6]).tolist(),
            "uses_whole_process_consulting": (rng.random(size) < 0.12).tolist(),
            "is_pilot_demonstration": pilot.tolist(),
            "demonstration_year": [
                (EPOCH + timedelta(days=int(day))).year if is_pilot else None
                for day, is_pilot in zip(permits, pilot, strict=True)
            ],
            "uses_bim": (rng.random(size) < 0.4 + 0.4 * pilot).tolist(),
            **{part: [names[index] for index in chosen] for part, chosen in parties.items()},
            "owner_contact": person_names(rng, size),
            "owner_phone": phones(_PHONE_START, size),
            "permit_number": [f"{number}-SX-001" for number in numbers],
            **dates,
        }
    )


def _numbers(divisions: list[str], approved: Whole, categories: list[str]) -> list[str]:
    """工程项目编号: the serial counts the projects of a division and day, further days are taken when a day is full."""
    taken: dict[tuple[str, int], int] = {}
    numbers = []
    for division, day, category in zip(divisions, approved, categories, strict=True):
        place = (division, int(day))
        while taken.get(place, 0) >= 99:
            place = (division, place[1] - 1)
        taken[place] = taken.get(place, 0) + 1
        numbers.append(build_project(division, EPOCH + timedelta(days=place[1]), category, taken[place]))
    return numbers


def _names(rng: Rng, kinds: list[Row], divisions: list[str]) -> list[str]:
    taken: dict[str, int] = {}
    names = []
    for kind, division in zip(kinds, divisions, strict=True):
        places = words()["places"][division]
        stem = f"示例{places[int(rng.integers(0, len(places)))]}{kind['name']}"
        taken[stem] = taken.get(stem, 0) + 1
        names.append(f"{stem}{taken[stem]}期")
    return names


def buildings(projects: Projects, seed: int) -> pl.DataFrame:
    """Unit buildings that share the project's area; works of the street have none. Their assembly rates are in ``assessments``."""
    rng = stream(seed, "buildings")
    rows = []
    for row, kind in zip(projects.table.iter_rows(named=True), projects.kinds, strict=True):
        if kind["kind"] == "other":
            continue
        low, high = kind["buildings"]
        count = int(rng.integers(low, high + 1))
        weights = rng.uniform(0.7, 1.3, count)
        for index, weight in enumerate(weights / weights.sum()):
            rows.append(_building(rng, row, kind, index, float(weight)))
    return pl.DataFrame(rows)


def _building(rng: Rng, project: Row, kind: Row, index: int, share: float) -> Row:
    low, high = kind["storeys"]
    storeys, use = int(rng.integers(low, high + 1)), str(kind["kind"])
    area = round(float(project["area_m2"]) * share, 2)
    return {
        "project": project["number"],
        "code": f"{index + 1}#",
        "name": f"{index + 1}# 楼",
        "division": project["division"],
        "kind": use,
        "structure": _STRUCTURES[use],
        "area_m2": area,
        "above_ground_area_m2": round(area * 0.85, 2),
        "storeys_above": storeys,
        "storeys_below": int(rng.integers(0, 3)),
        "height_m": round(storeys * _STOREY_M[use] + 0.45, 2),
        "dwellings": storeys * int(rng.integers(2, 5)) if use == "dwelling" else None,
        "green_level": str(rng.choice(["001", "002", "003"])),
        "seismic_intensity": "003",
        "permit_number": project["permit_number"],
        "is_new": project["nature"] == "001",
        "permit_issued_on": project["permit_issued_on"],
    }
