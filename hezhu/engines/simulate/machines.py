"""Machines: their filing, their stays on projects with every step of the way, and the checks in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from hezhu.engines.simulate.drawing import EPOCH, Rng, Row, stream
from hezhu.engines.simulate.firms import Firms
from hezhu.engines.simulate.projects import Projects
from hezhu.engines.simulate.scales import AS_OF

KINDS = (
    ("tower_crane", "QTZ80", 46),
    ("hoist", "SC200/200", 34),
    ("basket", "ZLP630", 12),
    ("piling", "SWDM20", 4),
    ("robot", "ART-F2", 4),
)
_ON_PROJECT = (1, 5)
_INSPECTION_DAYS = 365
_MAINTENANCE_DAYS = 30


@dataclass(frozen=True)
class Fleet:
    """The three registers of machinery; ``overdue`` are the installations whose inspection ran out while in use, planted."""

    machines: pl.DataFrame
    installations: pl.DataFrame
    checks: pl.DataFrame
    overdue: list[tuple[str, str, date]]


def make(seed: int, projects: Projects, firms: Firms, planted: int) -> Fleet:
    """Machines for every project that has begun. ``planted`` installations in use have an inspection that ran out."""
    rng = stream(seed, "machines")
    owners = np.flatnonzero((firms.table["parts"] == "equipment_rental").to_numpy())
    labs = np.flatnonzero((firms.table["parts"] == "testing").to_numpy())
    machines: list[Row] = []
    stays: list[Row] = []
    checks: list[Row] = []
    overdue: list[tuple[str, str, date]] = []
    for index, row in enumerate(projects.table.iter_rows(named=True)):
        if row["started_on"] is None:
            continue
        for serial in range(int(rng.integers(*_ON_PROJECT))):
            machine = _machine(rng, len(machines), row, firms, int(rng.choice(owners)))
            stay = _stay(rng, machine, row, serial, firms, projects, index, int(rng.choice(labs)))
            if len(overdue) < planted and _long_in_use(stay):
                _run_out(stay)
                overdue.append((machine["number"], stay["number"], stay["inspection_expires_on"]))
            machine["state"] = "idle" if stay["dismantled_on"] else "in_use"
            machines.append(machine)
            stays.append(stay)
            checks += _checks(rng, stay)
    dates = {"dismantle_noticed_on": pl.Date, "dismantled_on": pl.Date, "maintenance_due_on": pl.Date}
    return Fleet(pl.DataFrame(machines), pl.DataFrame(stays, schema_overrides=dates), pl.DataFrame(checks), overdue)


def _machine(rng: Rng, serial: int, project: Row, firms: Firms, owner: int) -> Row:
    kind, model, _share = KINDS[rng.choice(len(KINDS), p=np.array([share for *_rest, share in KINDS]) / 100)]
    made = AS_OF - timedelta(days=int(rng.integers(400, 9 * 365)))
    return {
        "number": f"浙F{project['division'][2:]}-{kind[:2].upper()}{serial + 1:06d}",
        "kind": kind,
        "model_name": model,
        "serial_number": f"SN{serial + 1:08d}",
        "maker": "示例重工制造有限公司",
        "made_on": made,
        "rated_moment_knm": 800.0 if kind == "tower_crane" else None,
        "owner": firms.table["credit_code"][owner],
        "filed_on": made + timedelta(days=int(rng.integers(20, 90))),
        "filing_authority": "建设部门（演示）",
        "division": project["division"],
    }


def _stay(
    rng: Rng,
    machine: Row,
    project: Row,
    serial: int,
    firms: Firms,
    projects: Projects,
    index: int,
    lab: int,
) -> Row:
    credit = firms.table["credit_code"]
    noticed = EPOCH + timedelta(days=int(projects.starts[index] + rng.integers(10, 60)))
    installed = noticed + timedelta(days=int(rng.integers(3, 8)))
    inspected = installed + timedelta(days=int(rng.integers(2, 9)))
    accepted = inspected + timedelta(days=int(rng.integers(1, 6)))
    registered = accepted + timedelta(days=int(rng.integers(2, 26)))
    dismantled = EPOCH + timedelta(days=int(projects.ends[index] - rng.integers(40, 120)))
    gone = dismantled <= AS_OF
    renewed = inspected
    while renewed + timedelta(days=_INSPECTION_DAYS) < (dismantled if gone else AS_OF):
        renewed += timedelta(days=_INSPECTION_DAYS - 15)
    return {
        "machine": machine["number"],
        "project": project["number"],
        "number": f"{project['number']}-{serial + 1}#",
        "installer": machine["owner"],
        "user": credit[int(projects.parties["contractor"][index])],
        "supervisor": credit[int(projects.parties["supervisor"][index])],
        "notice_number": f"AZ{project['number']}{serial + 1:02d}",
        "noticed_on": noticed,
        "installed_on": installed,
        "self_checked_on": installed,
        "inspected_on": renewed,
        "inspection_body": credit[lab],
        "inspection_number": f"JY{project['number']}{serial + 1:02d}",
        "inspection_passed": True,
        "inspection_expires_on": renewed + timedelta(days=_INSPECTION_DAYS),
        "accepted_on": accepted,
        "registration_number": f"SY{project['number']}{serial + 1:02d}",
        "registered_on": registered,
        "maintenance_due_on": None if gone else AS_OF + timedelta(days=int(rng.integers(1, _MAINTENANCE_DAYS))),
        "dismantle_noticed_on": dismantled - timedelta(days=4) if gone else None,
        "dismantled_on": dismantled if gone else None,
    }


def _long_in_use(stay: Row) -> bool:
    """In use, and for long enough that its first inspection could have run out."""
    return stay["dismantled_on"] is None and (AS_OF - stay["installed_on"]).days > _INSPECTION_DAYS + 60


def _run_out(stay: Row) -> None:
    """The inspection was never renewed."""
    stay["inspected_on"] = stay["accepted_on"] - timedelta(days=2)
    stay["inspection_expires_on"] = stay["inspected_on"] + timedelta(days=_INSPECTION_DAYS)


def _checks(rng: Rng, stay: Row) -> list[Row]:
    """Maintenance about once a month while the machine stands."""
    end = stay["dismantled_on"] or AS_OF
    day: date = stay["registered_on"]
    rows: list[Row] = []
    while (day := day + timedelta(days=int(rng.integers(26, 36)))) <= end:
        passed = bool(rng.random() < 0.96)
        rows.append(
            {
                "installation": stay["number"],
                "kind": "maintenance",
                "number": f"WB-{stay['number']}-{len(rows) + 1:02d}",
                "checked_on": day,
                "checked_by": stay["installer"],
                "passed": passed,
                "finding": "" if passed else str(rng.choice(["限位器失灵", "钢丝绳磨损超标", "连接螺栓松动", "附墙件锈蚀"])),
                "next_due_on": day + timedelta(days=_MAINTENANCE_DAYS),
            }
        )
    return rows
