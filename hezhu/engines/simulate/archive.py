"""What remains of a project: the drawings and papers of 图档库, and the performance record of who built it."""

from __future__ import annotations

import polars as pl

from hezhu.engines.simulate.drawing import Row
from hezhu.engines.simulate.firms import Firms
from hezhu.engines.simulate.people import People
from hezhu.engines.simulate.projects import Projects

# Discipline → number, name of its chief drawing.
DRAWINGS = (
    ("architecture", "A-01", "建筑施工图"),
    ("structure", "S-01", "结构施工图"),
    ("plumbing", "P-01", "给排水施工图"),
    ("electrical", "E-01", "电气施工图"),
)
# Number, name, kind, stage, discipline, archive class, how long it is kept, the date it bears; a paper without its date does not exist yet.
PAPERS = (
    *((mark, name, "drawing", "construction_drawing", key, "A3", "long", "review_passed_on") for key, mark, name in DRAWINGS),
    ("XK-01", "施工许可证", "certificate", "approval", "", "A6", "permanent", "permit_issued_on"),
    ("JG-01", "竣工图", "drawing", "completion", "", "D", "long", "completed_on"),
    ("YS-01", "竣工验收报告", "report", "completion", "", "E1", "permanent", "completed_on"),
)


def documents(projects: Projects, firms: Firms) -> pl.DataFrame:
    """Entries without files: what a register of drawings tells before anybody hands the drawings in."""
    credit = firms.table["credit_code"].to_list()
    rows = []
    for index, row in enumerate(projects.table.iter_rows(named=True)):
        designer = credit[projects.parties["designer"][index]]
        rows += [_document(row, paper, designer) for paper in PAPERS if row[paper[-1]]]
    return pl.DataFrame(rows, schema_overrides={"dated_on": pl.Date})


def _document(project: Row, paper: tuple[str, ...], designer: str) -> Row:
    mark, name, kind, stage, discipline, archive_class, retention, dated = paper
    return {
        "number": f"{project['number']}-{mark}",
        "version": 1,
        "name": f"{project['name']}{name}",
        "kind": kind,
        "project": project["number"],
        "division": project["division"],
        "enterprise": designer if kind == "drawing" else None,
        "stage": stage,
        "discipline": discipline,
        "archive_class": archive_class,
        "retention": retention,
        "dated_on": project[dated],
        "origin": "演示数据",
    }


def performance(projects: Projects, people: People, firms: Firms) -> pl.DataFrame:
    """业绩 of the builder and the head of every project that is finished."""
    credit = firms.table["credit_code"].to_list()
    rows = [
        {
            "project": row["number"],
            "number": f"YJ-{row['number']}-001",
            "name": row["name"],
            "enterprise": credit[projects.parties["contractor"][index]],
            "role": "3",
            "head": people.id_numbers[people.leaders[index, 0]],
            "amount_wan_yuan": round(row["investment_wan_yuan"] * 0.68, 2),
            "ended_on": row["completed_on"],
        }
        for index, row in enumerate(projects.table.iter_rows(named=True))
        if row["completed_on"]
    ]
    return pl.DataFrame(rows)
