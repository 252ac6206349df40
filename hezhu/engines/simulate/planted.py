"""Irregularities put in on purpose, each told in the truth file: what a supervisor's analysis ought to find.

Firms that exist for an irregularity alone stand behind the regular ones in the table of firms; people and stays are changed in place.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from hezhu.engines.simulate.drawing import EPOCH, Rng, Whole, as_dates, day_number, stream
from hezhu.engines.simulate.firms import Firms
from hezhu.engines.simulate.identifiers import credit_codes
from hezhu.engines.simulate.people import People
from hezhu.engines.simulate.projects import Projects
from hezhu.engines.simulate.scales import AS_OF, Scale
from hezhu.engines.simulate.site import Stays, window

RING = 4
TENDERS_OF_RING = 3
SHARED_BY = 4
_OVERLAP_DAYS = (8, 20)
_PAPERS = ("titles", "titled_on", "main_qualification", "safety_licence", "safety_licence_expires_on")
_VARIANTS = (
    ("建工", "建筑工程"),
    ("建设", "工程建设"),
    ("建筑设计", "设计咨询"),
    ("建筑劳务", "劳务"),
    ("劳务", "建筑劳务"),
    ("置业", "房地产"),
    ("构件", "建筑构件"),
)


@dataclass(frozen=True, slots=True)
class Truth:
    """One planted irregularity. ``subjects`` are keys of registers: ID numbers, credit codes, numbers of projects, machines, tenders."""

    kind: str
    subjects: tuple[str, ...]
    since: date | None
    until: date | None
    explanation: str

    def as_dict(self) -> dict[str, Any]:
        days = {"since": self.since and self.since.isoformat(), "until": self.until and self.until.isoformat()}
        return asdict(self) | {"subjects": list(self.subjects)} | days


def more_firms(scale: Scale, seed: int, firms: Firms) -> tuple[Firms, list[int], list[Truth]]:
    """Shell subcontractors, and second names of firms that exist. Returns the firms, the rows of the shells, and the truth of the doubles."""
    rng = stream(seed, "planted firms")
    size, table = scale.planted, firms.table
    # A firm of paper has none of those that a firm is given once.
    no_papers = {name: pl.lit(None, table.schema[name]) for name in _PAPERS}
    base = table.filter(pl.col("parts") == "labour").sample(size, with_replacement=True, seed=int(rng.integers(0, 2**31)))
    shells = base.with_columns(
        credit_code=pl.Series(credit_codes(rng, base["division"].to_numpy().astype(str))),
        name=pl.Series([f"示例捷{index + 1:02d}劳务服务有限公司" for index in range(size)]),
        founded_on=pl.Series(as_dates(day_number(AS_OF) - rng.integers(60, 200, size)), dtype=pl.Date),
        registered_capital_wan_yuan=pl.lit(10.0),
        employees=pl.Series(rng.integers(0, 3, size)),
        **no_papers,
    )
    twice = rng.choice(table.height, size, replace=False)
    originals = table[twice]
    doubles = originals.with_columns(
        credit_code=pl.Series(credit_codes(rng, originals["division"].to_numpy().astype(str))),
        name=pl.Series([_variant(name) for name in originals["name"]]),
        **no_papers,
    )
    truths = [
        Truth("two-names", (one, other), None, None, f"{name} 与 {variant}：法定代表人、电话、住所相同")
        for one, other, name, variant in zip(
            originals["credit_code"], doubles["credit_code"], originals["name"], doubles["name"], strict=True
        )
    ]
    everything = pl.concat([table, shells.select(table.columns), doubles.select(table.columns)])
    return Firms(everything), list(range(table.height, table.height + size)), truths


def _variant(name: str) -> str:
    """How the same firm writes itself elsewhere."""
    for word, other in _VARIANTS:
        if word in name:
            return name.replace(word, other, 1)
    return name.replace("有限公司", "有限责任公司")


def shell_contracts(seed: int, projects: Projects, shells: list[int], firms: Firms) -> tuple[dict[int, int], list[Truth]]:
    """Project → shell firm that holds a labour contract there."""
    rng = stream(seed, "planted shells")
    running = projects.running(day_number(AS_OF))
    chosen = rng.choice(running, min(len(shells), len(running)), replace=False)
    placed = {int(project): firm for project, firm in zip(chosen, shells, strict=False)}
    return placed, [
        Truth(
            "shell-subcontractor",
            (firms.table["credit_code"][int(firm)], projects.numbers[project]),
            None,
            None,
            "有劳务合同，成立不满一年，没有班组、人员、考勤和工资",
        )
        for project, firm in placed.items()
    ]


def rings(scale: Scale, seed: int, projects: Projects, firms: Firms) -> tuple[Projects, dict[int, list[int]], list[Truth]]:
    """Groups of builders that take turns in winning. Returns the projects with the winners as contractors."""
    rng = stream(seed, "planted rings")
    builders = np.flatnonzero((firms.table["parts"] == "construction").to_numpy())
    wanted = min(scale.planted * TENDERS_OF_RING, len(projects.numbers) // 4)
    chosen = rng.choice(len(projects.numbers), wanted, replace=False)
    contractors, contractor_names = projects.parties["contractor"].copy(), projects.table["contractor"].to_list()
    found: dict[int, list[int]] = {}
    truths = []
    for start in range(0, wanted - TENDERS_OF_RING + 1, TENDERS_OF_RING):
        ring = [int(firm) for firm in rng.choice(builders, min(RING, len(builders)), replace=False)]
        group = [int(project) for project in chosen[start : start + TENDERS_OF_RING]]
        for turn, project in enumerate(group):
            found[project] = [*ring[turn % len(ring) :], *ring[: turn % len(ring)]]
            contractors[project] = found[project][0]
            contractor_names[project] = firms.table["name"][found[project][0]]
        subjects = (*(firms.table["credit_code"][firm] for firm in ring), *(projects.numbers[project] for project in group))
        truths.append(Truth("collusive-bids", subjects, None, None, "同一组企业轮流中标，报价等差，标书出自同一台电脑"))
    table = projects.table.with_columns(contractor=pl.Series(contractor_names))
    return replace(projects, table=table, parties=projects.parties | {"contractor": contractors}), found, truths


def shared_phones(scale: Scale, seed: int, people: People, columns: dict[str, list[object]]) -> list[Truth]:
    """Groups of workers that gave one and the same telephone number."""
    rng = stream(seed, "planted phones")
    chosen = rng.choice(people.workers, scale.planted * SHARED_BY, replace=False).reshape(-1, SHARED_BY)
    truths = []
    for group in chosen:
        number = people.phones[group[0]]
        for person in group:
            columns["phone"][person] = number
        truths.append(
            Truth("shared-phone", tuple(people.id_numbers[person] for person in group), None, None, f"共用手机号 {number}")
        )
    return truths


def second_sites(scale: Scale, seed: int, projects: Projects, stays: Stays) -> tuple[Stays, Whole]:
    """Workers who are also sent to a second project on the same days. Returns the stays with those added, and the persons."""
    rng = stream(seed, "planted second sites")
    longest = int(_OVERLAP_DAYS[1])
    last = day_number(AS_OF)
    fit = np.flatnonzero((stays.duty < 0) & (stays.left - np.maximum(stays.entered, window(scale)) > longest + 2))
    once = np.array(sorted({int(stays.person[row]): int(row) for row in fit}.values()))
    chosen = rng.choice(once, min(scale.planted, len(once)), replace=False)
    length = rng.integers(*_OVERLAP_DAYS, len(chosen))
    entered = np.maximum(stays.entered[chosen], window(scale)) + 1
    other = np.array(
        [_another(rng, projects, int(stays.project[row]), int(day)) for row, day in zip(chosen, entered, strict=True)]
    )
    added = Stays(
        person=np.concatenate([stays.person, stays.person[chosen]]),
        project=np.concatenate([stays.project, other]),
        firm=np.concatenate([stays.firm, stays.firm[chosen]]),
        team=np.concatenate([stays.team, np.full(len(chosen), -1)]),
        duty=np.concatenate([stays.duty, np.full(len(chosen), -1)]),
        entered=np.concatenate([stays.entered, entered]),
        left=np.concatenate([stays.left, np.minimum(entered + length, last)]),
        still_there=np.concatenate([stays.still_there, np.zeros(len(chosen), np.int64)]),
        teams=stays.teams,
        team_numbers=stays.team_numbers,
    )
    return added, stays.person[chosen]


def _another(rng: Rng, projects: Projects, project: int, day: int) -> int:
    running = projects.running(day)
    others = running[running != project]
    return int(rng.choice(others)) if len(others) else (project + 1) % len(projects.numbers)


def hung_certificates(
    scale: Scale, seed: int, projects: Projects, people: People, stays: Stays, firms: Firms
) -> tuple[Whole, list[Truth]]:
    """Heads of projects whose certificate is with the builder and who never come. Returns the stays without attendance."""
    rng = stream(seed, "planted certificates")
    first, last = window(scale), day_number(AS_OF)
    heads = np.flatnonzero((stays.duty == 0) & (stays.left >= last) & (stays.entered < first + 10))
    chosen = rng.choice(heads, min(scale.planted, len(heads)), replace=False)
    truths = [
        Truth(
            "hung-certificate",
            (
                people.id_numbers[stays.person[row]],
                projects.numbers[stays.project[row]],
                firms.table["credit_code"][int(stays.firm[row])],
            ),
            EPOCH + timedelta(days=int(max(stays.entered[row], first))),
            AS_OF,
            "项目负责人证书注册在施工单位，在岗期间没有一天考勤",
        )
        for row in chosen
    ]
    return chosen, truths


def truths_of_doubles(seen: dict[tuple[int, int], list[int]], projects: Projects, people: People) -> list[Truth]:
    """What became of the second sites: one truth for each person with the days on which both gates saw them."""
    days: dict[int, list[int]] = {}
    places: dict[int, set[int]] = {}
    for (person, day), found in seen.items():
        if len(set(found)) > 1:
            days.setdefault(person, []).append(day)
            places.setdefault(person, set()).update(found)
    return [
        Truth(
            "two-sites-at-once",
            (people.id_numbers[person], *sorted(projects.numbers[project] for project in places[person])),
            EPOCH + timedelta(days=min(all_days)),
            EPOCH + timedelta(days=max(all_days)),
            f"同一天在两个工地同时在岗，共 {len(all_days)} 天",
        )
        for person, all_days in sorted(days.items())
    ]


def truths_of_machines(overdue: list[tuple[str, str, date]]) -> list[Truth]:
    """Machines in use after their inspection ran out."""
    return [
        Truth("expired-inspection", (machine, stay), expired, AS_OF, "检验有效期已过，仍在使用")
        for machine, stay, expired in overdue
    ]
