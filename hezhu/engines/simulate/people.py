"""The people of the industry: those in charge on projects, and workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from hezhu.engines.simulate.drawing import EPOCH, Rng, Row, Whole, as_dates, choose, day_number, person_names, stream
from hezhu.engines.simulate.firms import Firms
from hezhu.engines.simulate.identifiers import identities, phones
from hezhu.engines.simulate.projects import Projects
from hezhu.engines.simulate.scales import AS_OF, Scale

# Who leads a project: duty of the register, the party that sends them, certificate kind, its name, number pattern, code of work_role.
LEADERS: tuple[tuple[str, str, str, str, str], ...] = (
    ("head", "contractor", "safety_b", "项目负责人安全生产考核合格证", "浙建安B"),
    ("technical", "contractor", "title", "工程师职称证书", "浙工程师"),
    ("safety", "contractor", "safety_c3", "专职安全员考核合格证", "浙建安C3"),
    ("quality", "contractor", "post", "质量员岗位证书", "浙建岗"),
    ("supervisor", "supervisor", "registration", "注册监理工程师", "33"),
)
TRADES: tuple[tuple[str, float], ...] = (
    ("010", 14), ("020", 17), ("030", 9), ("040", 9), ("050", 15), ("060", 3), ("100", 3), ("110", 4), ("130", 5), ("170", 2), ("180", 2),
    ("190", 8), ("230", 3), ("240", 4), ("270", 4), ("250", 6),
)  # fmt: skip
# Trades of special operation (建筑施工特种作业): nobody works in them without a certificate.
SPECIAL_TRADES = ("030", "080", "130", "170", "180")
SKILLS: tuple[tuple[str, float], ...] = (("L6", 12), ("L5", 38), ("L4", 30), ("L3", 14), ("L2", 4), ("L1", 2))


@dataclass(frozen=True)
class People:
    """``leaders[p, d]`` is the person in duty ``d`` of project ``p``; ``workers`` are all others. Numbers are rows of the table."""

    id_numbers: list[str]
    phones: list[str]
    leaders: Whole
    workers: Whole
    trades: list[str]

    @property
    def size(self) -> int:
        return len(self.id_numbers)


def make(scale: Scale, seed: int, projects: Projects) -> tuple[People, dict[str, list[object]]]:
    """Everybody, and the columns that do not depend on where they work."""
    rng = stream(seed, "people")
    in_charge = len(projects.numbers) * len(LEADERS)
    size = max(scale.persons, in_charge + 1)
    women = (rng.random(size) < 0.12).astype(np.int64)
    born, id_numbers = identities(0, women)
    people = People(
        id_numbers=id_numbers,
        phones=phones(0, size),
        leaders=np.arange(in_charge).reshape(-1, len(LEADERS)),
        workers=np.arange(in_charge, size),
        trades=choose(rng, [trade for trade, _ in TRADES], size, [weight for _, weight in TRADES]).tolist(),
    )
    is_worker = np.arange(size) >= in_charge
    columns: dict[str, list[object]] = {
        "name": list(person_names(rng, size)),
        "id_card_type": ["01"] * size,
        "id_number": list(id_numbers),
        "phone": list(people.phones),
        "gender": women.astype(str).tolist(),
        "born_in_year": [(EPOCH + timedelta(days=int(day))).year for day in born],
        "education": np.where(
            is_worker, choose(rng, ["01", "02", "03", "04"], size, [25, 50, 18, 7]), choose(rng, ["05", "06", "07"], size)
        ).tolist(),
        "work_type": [trade if worker else "" for trade, worker in zip(people.trades, is_worker, strict=True)],
        "skill_level": np.where(
            is_worker, choose(rng, [skill for skill, _ in SKILLS], size, [weight for _, weight in SKILLS]), ""
        ).tolist(),
        "trained_on": list(as_dates(day_number(AS_OF) - rng.integers(5, 700, size))),
    }
    columns["kinds"] = [_kinds(worker, trade) for worker, trade in zip(is_worker, people.trades, strict=True)]
    for duty, (key, *_rest) in enumerate(LEADERS):
        for person in people.leaders[:, duty]:
            columns["kinds"][person] = {"head": "registered、safety", "safety": "safety", "supervisor": "registered"}.get(
                key, "technical"
            )
    return people, columns


def _kinds(worker: bool, trade: str) -> str:
    if not worker:
        return "technical"
    return "worker、special" if trade in SPECIAL_TRADES else "worker"


def table(columns: dict[str, list[object]], employers: list[str], divisions: list[str], since: Whole) -> pl.DataFrame:
    """The register 人员: who employs everybody is known once they have been sent to projects."""
    frame = pl.DataFrame(columns, schema_overrides={"trained_on": pl.Date})
    return frame.with_columns(
        employer=pl.Series(employers),
        employed_on=pl.Series(as_dates(since), dtype=pl.Date),
        division=pl.Series(divisions),
        position=pl.lit(""),
    )


def certificates(people: People, projects: Projects, firms: Firms, employers: list[str], seed: int) -> pl.DataFrame:
    """Papers of those in charge and of special operators; a few have run out."""
    rng = stream(seed, "certificates")
    rows: list[Row] = []
    for duty, (_key, _party, kind, name, prefix) in enumerate(LEADERS):
        for person in people.leaders[:, duty]:
            rows.append(_certificate(rng, people, int(person), kind, name, f"{prefix}(2024){int(person):07d}", employers))
    registered = people.leaders[:, 0]
    rows += [
        _certificate(rng, people, int(person), "registration", "一级注册建造师", f"浙133{int(person):09d}", employers)
        for person in registered
    ]
    for person in people.workers:
        if people.trades[person] in SPECIAL_TRADES:
            number = f"浙A0{people.trades[person]}{int(person):08d}"
            rows.append(_certificate(rng, people, int(person), "special", "建筑施工特种作业操作资格证", number, employers))
    return pl.DataFrame(rows)


def _certificate(rng: Rng, people: People, person: int, kind: str, name: str, number: str, employers: list[str]) -> Row:
    years = 2 if kind == "special" else 3
    issued = AS_OF - timedelta(days=int(rng.integers(10, years * 365 + 15)))
    return {
        "person": people.id_numbers[person],
        "kind": kind,
        "number": number,
        "name": name,
        "enterprise": employers[person],
        "authority": "浙江省住房和城乡建设厅（演示）",
        "issued_on": issued,
        "expires_on": issued + timedelta(days=years * 365),
        "state": "1",
    }
