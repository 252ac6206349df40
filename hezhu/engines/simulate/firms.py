"""Firms with their papers: enterprises, qualifications, safety licences, and the units as which they act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from hezhu.engines.codes.division import divisions as known_divisions
from hezhu.engines.simulate.drawing import EPOCH, Rng, as_dates, choose, day_number, person_names, stream, words
from hezhu.engines.simulate.identifiers import credit_codes, phones
from hezhu.engines.simulate.scales import AS_OF, Scale
from hezhu.engines.simulate.titles import distinctions

# How common each part of the industry is, and its code of the list corp_role.
PARTS: dict[str, tuple[float, str]] = {
    "construction": (34, "3"),
    "labour": (18, "99"),
    "development": (12, "99"),
    "design": (8, "2"),
    "supervision": (7, "4"),
    "components": (5, "99"),
    "equipment_rental": (5, "99"),
    "survey": (4, "1"),
    "testing": (4, "6"),
    "agency": (2, "99"),
    "costing": (1, "99"),
}
# Part → type of the list qualification_type, name, grades (code of project_level, word).
QUALIFIED: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "construction": ("3", "建筑工程施工总承包", ("310", "311", "312", "313")),
    "labour": ("3", "施工劳务", ("313",)),
    "design": ("2", "建筑行业（建筑工程）设计", ("201", "202", "203")),
    "survey": ("1", "工程勘察", ("201", "202", "203")),
    "supervision": ("4", "房屋建筑工程监理", ("201", "202", "203")),
    "testing": ("10", "建设工程质量检测", ("202", "203")),
}
GRADE_WORDS = {"310": "特级", "311": "一级", "312": "二级", "313": "三级", "201": "甲级", "202": "乙级", "203": "丙级"}
# Part → fields of intelligent construction (plan L20) a firm of it may work in.
SMART: dict[str, tuple[str, ...]] = {
    "design": ("digital_design", "digital_design、industry_internet"),
    "components": ("smart_production", "smart_production、robots"),
    "construction": ("smart_construction", "smart_construction、robots", "industry_internet"),
    "equipment_rental": ("robots",),
}
_SMART_SHARE = 0.12
_PHONE_START = 5_000_000
_YEARS = 365


@dataclass(frozen=True)
class Firms:
    """``table`` has a row for each firm; ``of`` finds those of one part of the industry."""

    table: pl.DataFrame

    def of(self, part: str) -> pl.DataFrame:
        """The firms whose chief part is ``part``."""
        return self.table.filter(pl.col("parts") == part)


def make(scale: Scale, seed: int) -> Firms:
    """All firms of the city; names are invented and begin with 示例."""
    rng = stream(seed, "enterprises")
    size = scale.firms
    parts = _parts(rng, size)
    divisions = choose(rng, list(words()["places"]), size)
    founded = day_number(AS_OF) - rng.integers(2 * _YEARS, 28 * _YEARS, size)
    titles, titled = distinctions(parts, seed)
    smart = [
        str(rng.choice(SMART[part])) if part in SMART and (lucky or title) else ""
        for part, lucky, title in zip(parts, rng.random(size) < _SMART_SHARE, titles, strict=True)
    ]
    table = pl.DataFrame(
        {
            "credit_code": credit_codes(rng, divisions.astype(str)),
            "name": _names(rng, parts, divisions),
            "division": divisions.tolist(),
            "role": [PARTS[part][1] for part in parts],
            "parts": parts,
            "smart_fields": smart,
            "titles": titles,
            "titled_on": titled,
            "registration_type": choose(rng, ["159", "151", "160", "170"], size, [70, 6, 6, 18]).tolist(),
            "state": "active",
            "founded_on": as_dates(founded),
            "legal_representative": person_names(rng, size),
            "phone": phones(_PHONE_START, size),
            "registered_capital_wan_yuan": [float(value) for value in np.round(10 ** rng.uniform(2, 4.5, size), 0)],
            "employees": rng.integers(8, 900, size),
            "address": [
                f"{known_divisions()[str(division)].name} 演示地址 {number} 号"
                for division, number in zip(divisions, rng.integers(1, 900, size), strict=True)
            ],
        },
        schema_overrides={"founded_on": pl.Date, "titled_on": pl.Date},
    )
    return Firms(_with_papers(table, seed))


def _with_papers(table: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The chief qualification and the safety licence of each firm beside its name, as the register shows them."""
    firms = Firms(table)
    chief = qualifications(firms, seed).select(credit_code="enterprise", main_qualification="name")
    licence = safety_licences(firms, seed).select(
        credit_code="enterprise", safety_licence="number", safety_licence_expires_on="expires_on"
    )
    return table.join(chief, on="credit_code", how="left", maintain_order="left").join(
        licence, on="credit_code", how="left", maintain_order="left"
    )


def _parts(rng: Rng, size: int) -> list[str]:
    """Every part at least once in the smallest city, then by weight."""
    ones = [part for part in PARTS for _ in range(2)]
    rest = choose(rng, list(PARTS), max(size - len(ones), 0), [weight for weight, _role in PARTS.values()]).tolist()
    return [*ones, *rest][:size]


def _names(rng: Rng, parts: list[str], divisions: np.ndarray) -> list[str]:
    """示例 + place + word + trade + 有限公司; a number where the words have run out."""
    taken: dict[str, int] = {}
    names = []
    for part, division in zip(parts, divisions, strict=True):
        place = words()["places"][division][int(rng.integers(0, len(words()["places"][division])))]
        word = words()["firm_words"][int(rng.integers(0, len(words()["firm_words"])))]
        trade = words()["trades"][part][int(rng.integers(0, len(words()["trades"][part])))]
        stem = f"示例{place}{word}{trade}"
        taken[stem] = taken.get(stem, 0) + 1
        number = "" if taken[stem] == 1 else f"（{taken[stem]}）"
        names.append(f"{stem}{number}有限公司")
    return names


def units(firms: Firms) -> pl.DataFrame:
    """The units as which the firms take part: projects name their five parties by them."""
    return firms.table.select("name", pl.lit("enterprise").alias("kind"), "division", "credit_code")


def qualifications(firms: Firms, seed: int) -> pl.DataFrame:
    """One chief qualification for each firm that needs one; five years, a few run out."""
    rng = stream(seed, "qualifications")
    rows = []
    for index, row in enumerate(firms.table.filter(pl.col("parts").is_in(list(QUALIFIED))).iter_rows(named=True)):
        kind, name, grades = QUALIFIED[row["parts"]]
        grade = grades[min(int(rng.exponential(0.8) + (len(grades) > 2)), len(grades) - 1)]
        issued = AS_OF - timedelta(days=int(rng.integers(30, 5 * _YEARS + 120)))
        expires = issued + timedelta(days=5 * _YEARS)
        rows.append(
            {
                "enterprise": row["credit_code"],
                "number": f"D333{index + 1:06d}",
                "qualification_type": kind,
                "name": f"{name}{GRADE_WORDS[grade]}",
                "level": grade,
                "origin": "001",
                "state": "001" if expires >= AS_OF else "003",
                "authority": "浙江省住房和城乡建设厅（演示）",
                "issued_on": issued,
                "expires_on": expires,
            }
        )
    return pl.DataFrame(rows)


def safety_licences(firms: Firms, seed: int) -> pl.DataFrame:
    """安全生产许可证 of construction and labour firms: three years."""
    rng = stream(seed, "safety-licences")
    needing = firms.table.filter(pl.col("parts").is_in(["construction", "labour"]))
    age = rng.integers(10, 3 * _YEARS + 40, needing.height)
    issued = day_number(AS_OF) - age
    return needing.select(pl.col("credit_code").alias("enterprise")).with_columns(
        number=pl.Series(
            [f"（浙）JZ安许证字[{(EPOCH + timedelta(days=int(day))).year}]{i + 1:06d}" for i, day in enumerate(issued)]
        ),
        scope=pl.lit("建筑施工"),
        authority=pl.lit("浙江省住房和城乡建设厅（演示）"),
        issued_on=pl.Series(as_dates(issued), dtype=pl.Date),
        expires_on=pl.Series(as_dates(issued + 3 * _YEARS), dtype=pl.Date),
        state=pl.lit("valid"),
    )
