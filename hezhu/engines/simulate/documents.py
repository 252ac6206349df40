"""The papers of a project: parties, requirements, approvals, tenders with their bids, contracts, review, supervision, permit, completion."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from hezhu.engines.simulate.drawing import Rng, Row, stream
from hezhu.engines.simulate.firms import Firms
from hezhu.engines.simulate.people import LEADERS, People
from hezhu.engines.simulate.projects import Projects

# Part → code of project_corp_type.
ROLES = {"owner": "008", "surveyor": "010", "designer": "011", "contractor": "009", "supervisor": "007"}
LABOUR_ROLE = "006"
# Kind → (authority, name) of the approvals every project has.
APPROVALS = {
    "project": ("发展和改革部门（演示）", "立项批复"),
    "planning": ("自然资源和规划部门（演示）", "建设工程规划许可证"),
    "fire": ("建设部门（演示）", "消防设计审查意见书"),
    "defence": ("人防部门（演示）", "人防审查意见"),
}
_BIDDERS = (3, 8)


def parties(projects: Projects, people: People, firms: Firms) -> pl.DataFrame:
    """参建单位 with the persons in charge."""
    credit = firms.table["credit_code"].to_list()
    heads = {"contractor": 0, "supervisor": len(LEADERS) - 1}
    rows = []
    for index, row in enumerate(projects.table.iter_rows(named=True)):
        for part, role in ROLES.items():
            head = people.id_numbers[people.leaders[index, heads[part]]] if part in heads else None
            rows.append(_party(row, role, credit[projects.parties[part][index]], head))
        for firm in dict.fromkeys(projects.labour[index].tolist()):
            rows.append(_party(row, LABOUR_ROLE, credit[firm], None))
    return pl.DataFrame(rows, schema_overrides={"joined_on": pl.Date, "left_on": pl.Date})


def _party(project: Row, role: str, firm: str, head: str | None) -> Row:
    return {
        "project": project["number"],
        "role": role,
        "enterprise": firm,
        "head": head,
        "joined_on": project["permit_issued_on"],
        "left_on": project["completed_on"],
    }


def requirements(projects: Projects, seed: int) -> pl.DataFrame:
    """智能建造要求 in land contracts and budgets (plan L16) of about one project in six, and of every demonstration."""
    rng = stream(seed, "smart-requirements")
    rows = []
    for row in projects.table.iter_rows(named=True):
        if not row["is_pilot_demonstration"] and rng.random() > 0.16:
            continue
        kind = "budget" if row["is_government_funded"] else "land"
        rows.append(
            {
                "project": row["number"],
                "kind": kind,
                "number": f"{'概' if kind == 'budget' else '地'}〔{row['land_contract_on'].year}〕{row['number'][-8:]}",
                "name": "采用智能建造技术，装配率不低于规划条件" if kind == "land" else "智能建造增量费用列入概算",
                "authority": "自然资源和规划部门（演示）" if kind == "land" else "发展和改革部门（演示）",
                "signed_on": row["land_contract_on"],
                "amount_wan_yuan": round(row["investment_wan_yuan"] * 0.02, 2) if kind == "budget" else None,
                "state": "met" if row["completed_on"] else "required",
            }
        )
    return pl.DataFrame(rows, schema_overrides={"amount_wan_yuan": pl.Float64})


def approvals(projects: Projects) -> pl.DataFrame:
    """立项, 规划, 消防 and 人防."""
    days = {"project": "approved_on", "planning": "planning_permit_on", "fire": "review_passed_on", "defence": "review_passed_on"}
    rows = []
    for row in projects.table.iter_rows(named=True):
        for kind, (authority, name) in APPROVALS.items():
            issued = row[days[kind]]
            number = f"{kind[:2].upper()}-{row['number']}"
            rows.append({"project": row["number"], "kind": kind, "number": number, "name": f"{row['name']}{name}",
                         "authority": authority, "level": "003", "issued_on": issued})  # fmt: skip
    return pl.DataFrame(rows)


def tenders(
    projects: Projects, people: People, firms: Firms, seed: int, rings: dict[int, list[int]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One construction tender a project, and all its bids. ``rings``: project → firms that bid there by agreement, the winner first."""
    rng = stream(seed, "tenders")
    builders = np.flatnonzero((firms.table["parts"] == "construction").to_numpy())
    won, bids = [], []
    for index, row in enumerate(projects.table.iter_rows(named=True)):
        number = f"{row['number']}-{'BE' if row['delivery'] == 'epc' else 'BD'}-001"
        ceiling = row["investment_wan_yuan"] * 0.72
        winner = int(projects.parties["contractor"][index])
        ring = rings.get(index)
        bidders, prices = _agreed(rng, ring, ceiling) if ring else _competed(rng, winner, builders, ceiling)
        opened = row["contract_filed_on"] - timedelta(days=int(rng.integers(20, 45)))
        won.append(_award(row, number, firms, winner, people.id_numbers[people.leaders[index, 0]], min(prices), opened))
        bids += _bids(rng, firms, row["number"], number, bidders, prices, opened, bool(ring))
    return pl.DataFrame(won), pl.DataFrame(bids)


def _competed(rng: Rng, winner: int, builders: np.ndarray, ceiling: float) -> tuple[list[int], list[float]]:
    count = int(rng.integers(*_BIDDERS))
    others = [int(firm) for firm in rng.choice(builders, min(count, len(builders)), replace=False) if firm != winner][: count - 1]
    lowest = ceiling * rng.uniform(0.86, 0.96)
    return [winner, *others], [round(lowest, 2), *(round(lowest * rng.uniform(1.004, 1.09), 2) for _ in others)]


def _agreed(rng: Rng, ring: list[int], ceiling: float) -> tuple[list[int], list[float]]:
    """Prices a constant step apart, close under the ceiling: what people who divide the work among themselves write."""
    lowest = ceiling * rng.uniform(0.965, 0.98)
    return ring, [round(lowest * (1 + 0.005 * step), 2) for step in range(len(ring))]


def _award(row: Row, number: str, firms: Firms, winner: int, head: str, price: float, opened: date) -> Row:
    return {
        "project": row["number"],
        "number": number,
        "name": f"{row['name']}施工",
        "tender_class": "006" if row["delivery"] == "epc" else "003",
        "method": "001" if row["is_government_funded"] else "002",
        "awarded_on": opened + timedelta(days=7),
        "amount_wan_yuan": price,
        "area_m2": row["area_m2"],
        "winner": firms.table["credit_code"][winner],
        "head": head,
        "requires_smart": row["is_pilot_demonstration"],
    }


def _bids(
    rng: Rng, firms: Firms, project: str, tender: str, bidders: list[int], prices: list[float], opened: date, agreed: bool
) -> list[Row]:
    """``machine`` is the mark of the computer a bid was written on; members of a ring share theirs."""
    shared = f"{int(rng.integers(0, 2**40)):010X}"
    return [
        {
            "project": project,
            "tender": tender,
            "bidder": firms.table["credit_code"][bidder],
            "price_wan_yuan": price,
            "opened_on": opened,
            "machine": shared if agreed else f"{int(rng.integers(0, 2**40)):010X}",
            "won": place == 0,
        }
        for place, (bidder, price) in enumerate(zip(bidders, prices, strict=True))
    ]


def contracts(projects: Projects, people: People, firms: Firms, seed: int, shells: dict[int, int]) -> pl.DataFrame:
    """合同备案: 总包, 监理 and 劳务. ``shells``: project → a firm that has a labour contract there and nobody on the site."""
    rng = stream(seed, "contract-filings")
    credit = firms.table["credit_code"].to_list()
    rows = []
    for index, row in enumerate(projects.table.iter_rows(named=True)):
        owner, builder = credit[projects.parties["owner"][index]], credit[projects.parties["contractor"][index]]
        watcher, price = credit[projects.parties["supervisor"][index]], row["investment_wan_yuan"] * 0.68
        chief = "600" if row["delivery"] == "epc" else "301"
        head = people.id_numbers[people.leaders[index, 0]]
        rows.append(_contract(row, "HZ", 1, chief, owner, builder, price, head))
        rows.append(_contract(row, "HE", 1, "400", owner, watcher, price * 0.018, None))
        crews = [*dict.fromkeys(projects.labour[index].tolist()), *([shells[index]] if index in shells else [])]
        for serial, firm in enumerate(crews, start=1):
            share = price * rng.uniform(0.05, 0.09)
            rows.append(_contract(row, "HL", serial, "303", builder, credit[firm], share, None))
    return pl.DataFrame(rows)


def _contract(row: Row, mark: str, serial: int, kind: str, party_a: str, party_b: str, price: float, head: str | None) -> Row:
    words = {"HZ": "施工", "HE": "监理", "HL": "劳务"}
    return {
        "project": row["number"],
        "number": f"{row['number']}-{mark}-{serial:03d}",
        "name": f"{row['name']}{words[mark]}合同",
        "contract_type": kind,
        "signed_on": row["contract_filed_on"],
        "amount_wan_yuan": round(price, 2),
        "party_a": party_a,
        "party_b": party_b,
        "head": head,
        "starts_on": row["planned_start_on"],
        "ends_on": row["planned_end_on"],
    }


def reviews(projects: Projects, firms: Firms, seed: int) -> pl.DataFrame:
    """施工图审查合格书."""
    rng = stream(seed, "drawing-review-filings")
    credit = firms.table["credit_code"].to_list()
    return pl.DataFrame(
        {
            "project": row["number"],
            "number": f"{row['number']}-TX-001",
            "name": f"{row['name']}施工图",
            "surveyor": credit[projects.parties["surveyor"][index]],
            "designer": credit[projects.parties["designer"][index]],
            "reviewed_on": row["review_passed_on"],
            "area_m2": row["area_m2"],
            "passed_first": bool(rng.random() < 0.31),
            "mandatory_breaches": int(rng.poisson(1.4)),
        }
        for index, row in enumerate(projects.table.iter_rows(named=True))
    )


def supervision(projects: Projects) -> pl.DataFrame:
    """质量监督 and 安全监督."""
    rows = []
    for row in projects.table.iter_rows(named=True):
        for kind, mark, authority in (
            ("quality", "ZJ", "质量安全服务中心（演示）"),
            ("safety", "AJ", "质量安全服务中心（演示）"),
        ):
            rows.append({"project": row["number"], "kind": kind, "number": f"{mark}-{row['number']}", "authority": authority,
                         "filed_on": row["permit_issued_on"] - timedelta(days=3), "ended_on": row["completed_on"]})  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"ended_on": pl.Date})


def permits(projects: Projects, firms: Firms) -> pl.DataFrame:
    """施工许可证 with the five parties."""
    credit = firms.table["credit_code"].to_list()
    rows = []
    for index, row in enumerate(projects.table.iter_rows(named=True)):
        rows.append(
            {
                "project": row["number"],
                "number": row["permit_number"],
                "name": row["name"],
                "area_m2": row["area_m2"],
                "price_wan_yuan": round(row["investment_wan_yuan"] * 0.68, 2),
                "issued_on": row["permit_issued_on"],
                "authority": "建设部门（演示）",
                "starts_on": row["planned_start_on"],
                "ends_on": row["planned_end_on"],
                "state": "closed" if row["completed_on"] else "valid",
                **{part: credit[projects.parties[part][index]] for part in ROLES},
            }
        )
    return pl.DataFrame(rows)


def completions(projects: Projects, seed: int) -> pl.DataFrame:
    """竣工验收备案 of what is finished."""
    rng = stream(seed, "completions")
    rows = [
        {
            "project": row["number"],
            "number": f"{row['number']}-JX-001",
            "name": row["name"],
            "cost_wan_yuan": round(row["investment_wan_yuan"] * float(rng.uniform(0.66, 0.74)), 2),
            "area_m2": row["area_m2"],
            "began_on": row["started_on"],
            "ended_on": row["completed_on"] - timedelta(days=12),
            "filed_on": row["completed_on"],
            "authority": "建设部门（演示）",
        }
        for row in projects.table.iter_rows(named=True)
        if row["completed_on"]
    ]
    return pl.DataFrame(rows)
