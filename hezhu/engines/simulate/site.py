"""People on sites: who is on which project, when; teams, contracts, training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from hezhu.engines.simulate.drawing import Rng, Whole, as_dates, choose, day_number, stream
from hezhu.engines.simulate.firms import Firms
from hezhu.engines.simulate.people import LEADERS, TRADES, People
from hezhu.engines.simulate.projects import LABOUR_FIRMS, Projects
from hezhu.engines.simulate.scales import AS_OF, Scale

DAYS_IN_MONTH = 30.4
SHORTEST_STAY = 5
NO_TEAM = -1
_TRADE_INDEX = {trade: index for index, (trade, _share) in enumerate(TRADES)}


@dataclass(frozen=True)
class Stays:
    """Every stay of a person on a project. ``duty`` is an index into LEADERS, or −1 for workers; ``left`` is the last day, ``stays`` marks
    those still there. ``firm`` is an index of the firms, ``team`` one of ``team_numbers``."""

    person: Whole
    project: Whole
    firm: Whole
    team: Whole
    duty: Whole
    entered: Whole
    left: Whole
    still_there: Whole
    teams: pl.DataFrame
    team_numbers: list[str]

    def __len__(self) -> int:
        return len(self.person)


def window(scale: Scale) -> int:
    """The first day of attendance."""
    return day_number(AS_OF) - int(scale.months * DAYS_IN_MONTH) + 1


def make(scale: Scale, seed: int, projects: Projects, people: People, firms: Firms) -> Stays:
    """Leaders stay for the whole of their project; workers have up to two stays that never overlap."""
    rng = stream(seed, "assignments")
    first, last = window(scale), day_number(AS_OF)
    leaders = _leaders(projects, people, last)
    workers = _workers(rng, scale, projects, people, first, last)
    person, project, duty, entered, left = (np.concatenate(pair) for pair in zip(leaders, workers, strict=True))
    trade = np.array([_TRADE_INDEX[people.trades[index]] for index in person])
    crew = (trade + project) % LABOUR_FIRMS  # on a project all of one trade are with one labour firm
    firm = np.where(duty >= 0, projects.parties["contractor"][project], projects.labour[project, crew])
    supervising = duty == [key for key, *_ in LEADERS].index("supervisor")
    firm = np.where(supervising, projects.parties["supervisor"][project], firm)
    team, teams, numbers = _teams(projects, firms, project, firm, np.where(duty >= 0, -1, trade), entered)
    return Stays(
        person, project, firm, team, duty, entered, np.minimum(left, last), (left >= last).astype(np.int64), teams, numbers
    )


def _leaders(projects: Projects, people: People, last: int) -> tuple[Whole, ...]:
    begun = np.flatnonzero(projects.starts <= last)
    size = len(LEADERS)
    person = people.leaders[begun].reshape(-1)
    project = np.repeat(begun, size)
    duty = np.tile(np.arange(size), len(begun))
    return person, project, duty, projects.starts[project], projects.ends[project]


def _workers(rng: Rng, scale: Scale, projects: Projects, people: People, first: int, last: int) -> tuple[Whole, ...]:
    """Two stays each, chosen among the projects under way on the day of entry; what does not fit into the project is cut."""
    span, size = last - first, len(people.workers)
    entry = first + (rng.uniform(-0.25, 0.3, size) * span).astype(np.int64)
    stay = (rng.uniform(0.25, 0.75, size) * span).astype(np.int64)
    again = entry + stay + (rng.uniform(0.01, 0.08, size) * span).astype(np.int64) + 1
    second = (rng.uniform(0.2, 0.6, size) * span).astype(np.int64)
    person = np.concatenate([people.workers, people.workers])
    entered, left = np.concatenate([entry, again]), np.concatenate([entry + stay, again + second])
    project = _project_of(rng, projects, entered, first, last)
    entered = np.maximum(entered, projects.starts[project])
    left = np.minimum(left, projects.ends[project])
    kept = (left - entered >= SHORTEST_STAY) & (entered <= last)
    none = np.full(int(kept.sum()), -1)
    return person[kept], project[kept], none, entered[kept], left[kept]


def _project_of(rng: Rng, projects: Projects, entered: Whole, first: int, last: int) -> Whole:
    """A project under way on each day of entry, large ones more often; found for whole weeks at once."""
    area = projects.table["area_m2"].to_numpy()
    chosen = np.zeros(len(entered), dtype=np.int64)
    week = np.clip(entered, first, last) // 7
    for number in np.unique(week):
        rows = np.flatnonzero(week == number)
        running = projects.running(int(number) * 7 + 3)
        if len(running) == 0:
            running = np.arange(len(area))
        share = area[running] / area[running].sum()
        chosen[rows] = rng.choice(running, len(rows), p=share)
    return chosen


def _teams(
    projects: Projects, firms: Firms, project: Whole, firm: Whole, trade: Whole, entered: Whole
) -> tuple[Whole, pl.DataFrame, list[str]]:
    """One team for each project, firm and trade; those in charge are in none."""
    working = np.flatnonzero(trade >= 0)
    keys = np.stack([project[working], firm[working], trade[working]], axis=1)
    unique, inverse = np.unique(keys, axis=0, return_inverse=True)
    team = np.full(len(project), NO_TEAM)
    team[working] = inverse.reshape(-1)
    since = np.full(len(unique), np.iinfo(np.int64).max)
    np.minimum.at(since, team[working], entered[working])
    numbers = [f"{projects.numbers[p]}-{index:06d}" for index, (p, _f, _t) in enumerate(unique)]
    codes, credit = firms.table["name"].to_list(), firms.table["credit_code"].to_list()
    frame = pl.DataFrame(
        {
            "project": [projects.numbers[p] for p, _f, _t in unique],
            "number": numbers,
            "name": [f"{codes[f][2:8]}{index + 1}班" for index, (_p, f, _t) in enumerate(unique)],
            "enterprise": [credit[f] for _p, f, _t in unique],
            "work_type": [TRADES[t][0] for _p, _f, t in unique],
            "entered_on": pl.Series(as_dates(since), dtype=pl.Date),
        }
    )
    return team, frame, numbers


def _taken(values: list[str], rows: Whole) -> pl.Series:
    """The texts of many rows, without making each in Python."""
    return pl.Series(values).gather(pl.Series(rows))


def named(stays: Stays, rows: Whole, projects: Projects, people: People, firms: Firms) -> pl.DataFrame:
    """Project, person, firm and team of stays, as the registers name them."""
    team = stays.team[rows]
    numbers = _taken([*stays.team_numbers, ""], np.where(team < 0, len(stays.team_numbers), team))
    return pl.DataFrame(
        {
            "project": _taken(projects.numbers, stays.project[rows]),
            "person": _taken(people.id_numbers, stays.person[rows]),
            "enterprise": _taken(firms.table["credit_code"].to_list(), stays.firm[rows]),
            "team": numbers,
        }
    )


def assignments(stays: Stays, projects: Projects, people: People, firms: Firms) -> pl.DataFrame:
    """The register 项目人员."""
    rows = np.arange(len(stays))
    duties = [*(key for key, *_ in LEADERS), "worker"]
    trades = _taken(people.trades, stays.person)
    leads = stays.duty >= 0
    return named(stays, rows, projects, people, firms).with_columns(
        work_role=pl.Series(np.where(leads, "10", "20").tolist()),
        duty=pl.Series([duties[duty] for duty in np.where(leads, stays.duty, len(LEADERS))]),
        work_type=pl.when(pl.Series(leads)).then(pl.lit("900")).otherwise(trades),
        entered_on=pl.Series(as_dates(stays.entered), dtype=pl.Date),
        left_on=pl.Series(as_dates(stays.left, stays.still_there == 1), dtype=pl.Date),
    )


def contracts(stays: Stays, projects: Projects, people: People, firms: Firms, seed: int) -> pl.DataFrame:
    """劳动合同: one for each stay of a worker."""
    rng = stream(seed, "work-contracts")
    rows = np.flatnonzero(stays.duty < 0)
    frame = named(stays, rows, projects, people, firms).drop("team")
    return frame.with_columns(
        number=pl.Series([f"LD{row:09d}" for row in rows]),
        period_type=pl.Series(choose(rng, ["0", "1"], len(rows), [30, 70]).tolist()),
        signed_on=pl.Series(as_dates(stays.entered[rows] - rng.integers(0, 3, len(rows))), dtype=pl.Date),
        starts_on=pl.Series(as_dates(stays.entered[rows]), dtype=pl.Date),
        unit_price_yuan=pl.Series(rng.integers(22, 48, len(rows)) * 10.0),
        pay_unit=pl.lit("元/天"),
    )


def trainings(stays: Stays, projects: Projects, people: People, firms: Firms, seed: int) -> pl.DataFrame:
    """入场教育: one for each stay, on the day of entry."""
    rng = stream(seed, "trainings")
    rows = np.arange(len(stays))
    frame = named(stays, rows, projects, people, firms).select("project", "person")
    return frame.with_columns(
        kind=pl.lit("003002"),
        name=pl.lit("入场三级安全教育"),
        held_on=pl.Series(as_dates(stays.entered), dtype=pl.Date),
        hours=pl.Series(choose(rng, [8.0, 16.0, 24.0], len(rows)).astype(float)),
        organiser=pl.lit("项目部（演示）"),
        passed=pl.Series((rng.random(len(rows)) < 0.985).tolist()),
    )
