"""A coherent city in files: every table from the same firms, people and projects, and the truth about what was planted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from hezhu.engines.simulate import (
    archive,
    assessments,
    attendance,
    documents,
    firms,
    machines,
    people,
    planted,
    projects,
    records,
    site,
    titles,
)
from hezhu.engines.simulate.drawing import Whole, day_number, stream, words
from hezhu.engines.simulate.planted import Truth
from hezhu.engines.simulate.scales import AS_OF, SCALES, Scale
from hezhu.engines.simulate.writing import Writer

Say = Callable[[str], None]


@dataclass(frozen=True)
class City:
    """What was written: rows by table (a register's slug where there is one) and the planted irregularities."""

    folder: Path
    rows: dict[str, int]
    truths: list[Truth]


def simulate(scale: str, seed: int, folder: Path, say: Say = lambda line: None) -> City:
    """Write the city of ``scale`` into ``folder``: one Parquet file a table (attendance and pay: one a month), ``truth.json``,
    ``manifest.json``. The same scale and seed give the same bytes. Raises KeyError for an unknown scale, FileExistsError when the
    folder holds something else than an earlier simulation.
    """
    size = SCALES[scale]
    if folder.exists() and any(folder.iterdir()) and not (folder / "manifest.json").exists():
        raise FileExistsError(folder)
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    writer = Writer(part)
    truths = _write(size, seed, writer, say)
    told = [truth.as_dict() for truth in truths]
    (part / "truth.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    manifest = {"label": words()["label"], "scale": scale, "seed": seed, "as_of": AS_OF.isoformat(), "rows": writer.rows}
    (part / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)
    return City(folder, writer.rows, truths)


def _write(scale: Scale, seed: int, writer: Writer, say: Say) -> list[Truth]:
    say("企业")
    regular = firms.make(scale, seed)
    all_projects = projects.make(scale, seed, regular)
    everyone, shells, truths = planted.more_firms(scale, seed, regular)
    all_projects, rings, found = planted.rings(scale, seed, all_projects, regular)
    truths += found
    placed, found = planted.shell_contracts(seed, all_projects, shells, everyone)
    truths += found
    everyone = firms.Firms(titles.institutions(everyone.table, seed))
    told = firms.Firms(everyone.table.sample(fraction=1, shuffle=True, seed=seed))  # what was planted stands among the others
    writer.table("units", firms.units(told))
    writer.table("enterprises", told.table)
    writer.table("qualifications", firms.qualifications(regular, seed))
    writer.table("safety-licences", firms.safety_licences(regular, seed))
    say("项目")
    writer.table("projects", all_projects.table)
    buildings = projects.buildings(all_projects, seed)
    writer.table("buildings", buildings)
    writer.table("assembly-assessments", assessments.assembly(buildings, seed))
    writer.table("model-publications", assessments.publications(all_projects, seed))
    say("人员")
    staff, columns = people.make(scale, seed, all_projects)
    truths += _people(scale, seed, writer, all_projects, staff, columns, everyone, say)
    say("程序文件")
    _documents(seed, writer, all_projects, staff, everyone, rings, placed)
    say("设备、检测、信用")
    fleet = machines.make(seed, all_projects, regular, scale.planted)
    writer.table("machines", fleet.machines)
    writer.table("machine-installations", fleet.installations)
    writer.table("machine-checks", fleet.checks)
    truths += planted.truths_of_machines(fleet.overdue)
    writer.table("quality-tests", records.quality_tests(all_projects, regular, seed))
    writer.table("inspections", records.inspections(all_projects, seed))
    writer.table("credit-records", records.credit_records(regular, seed))
    writer.table("credit-scores", records.credit_scores(regular, seed))
    return truths


def _documents(
    seed: int,
    writer: Writer,
    all_projects: projects.Projects,
    staff: people.People,
    everyone: firms.Firms,
    rings: dict[int, list[int]],
    shells: dict[int, int],
) -> None:
    writer.table("project-parties", documents.parties(all_projects, staff, everyone))
    writer.table("smart-requirements", documents.requirements(all_projects, seed))
    writer.table("approvals", documents.approvals(all_projects))
    won, bids = documents.tenders(all_projects, staff, everyone, seed, rings)
    writer.table("tenders", won)
    writer.table("bids", bids)
    writer.table("contract-filings", documents.contracts(all_projects, staff, everyone, seed, shells))
    writer.table("drawing-review-filings", documents.reviews(all_projects, everyone, seed))
    writer.table("supervision-filings", documents.supervision(all_projects))
    writer.table("permits", documents.permits(all_projects, everyone))
    writer.table("completions", documents.completions(all_projects, seed))
    writer.table("performance-records", archive.performance(all_projects, staff, everyone))
    writer.table("documents", archive.documents(all_projects, everyone))


def _people(
    scale: Scale,
    seed: int,
    writer: Writer,
    all_projects: projects.Projects,
    staff: people.People,
    columns: dict[str, list[object]],
    everyone: firms.Firms,
    say: Say,
) -> list[Truth]:
    truths = planted.shared_phones(scale, seed, staff, columns)
    stays = site.make(scale, seed, all_projects, staff, everyone)
    stays, doubled = planted.second_sites(scale, seed, all_projects, stays)
    absent, found = planted.hung_certificates(scale, seed, all_projects, staff, stays, everyone)
    truths += found
    employers, divisions, since = _employers(staff, stays, all_projects, everyone)
    writer.table("people", people.table(columns, employers, divisions, since))
    writer.table("certificates", people.certificates(staff, all_projects, everyone, employers, seed))
    writer.table("teams", stays.teams)
    writer.table("assignments", site.assignments(stays, all_projects, staff, everyone))
    writer.table("work-contracts", site.contracts(stays, all_projects, staff, everyone, seed))
    writer.table("trainings", site.trainings(stays, all_projects, staff, everyone, seed))
    doubles = attendance.Doubles(frozenset(int(person) for person in doubled))
    for name, first, last in attendance.months(scale):
        say(f"考勤 {name}")
        rng = stream(seed, f"attendance {name}")
        stay, day = attendance.present(rng, stays, absent, first, last)
        attendance.note_doubles(doubles, stays, stay, day)
        writer.part("attendance", name, attendance.write_month(rng, stays, stay, day, all_projects, staff, everyone))
        days = np.bincount(stay, minlength=len(stays))
        month = date.fromisoformat(f"{name}-01")
        writer.part("payrolls", name, attendance.payroll(stays, days, month, all_projects, staff, everyone, seed))
    return truths + planted.truths_of_doubles(doubles.seen, all_projects, staff)


def _employers(
    staff: people.People, stays: site.Stays, all_projects: projects.Projects, everyone: firms.Firms
) -> tuple[list[str], list[str], Whole]:
    """Everybody's firm and division: those of the last stay; who was nowhere is with a labour firm of the first division."""
    firm = np.full(staff.size, int(np.flatnonzero((everyone.table["parts"] == "labour").to_numpy())[0]))
    place = np.zeros(staff.size, np.int64)
    since = np.full(staff.size, day_number(AS_OF) - 30)
    order = np.argsort(stays.entered, kind="stable")
    firm[stays.person[order]] = stays.firm[order]
    place[stays.person[order]] = stays.project[order]
    since[stays.person[order]] = stays.entered[order]
    credit = pl.Series(everyone.table["credit_code"].to_list()).gather(pl.Series(firm)).to_list()
    division = pl.Series(all_projects.table["division"].to_list()).gather(pl.Series(place)).to_list()
    return credit, division, since
