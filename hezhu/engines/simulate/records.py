"""Credit, quality tests and inspections."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from hezhu.engines.simulate.drawing import EPOCH, Rng, choose, stream
from hezhu.engines.simulate.firms import Firms
from hezhu.engines.simulate.projects import Projects
from hezhu.engines.simulate.scales import AS_OF

# Kind, category, what for, points, weight, the trades of which one hears it.
EVENTS: tuple[tuple[str, str, str, float, float, tuple[str, ...]], ...] = (
    ("good", "award", "市级优质工程奖（演示）", 3.0, 30, ("construction", "design", "supervision")),
    ("good", "contribution", "智能建造试点贡献突出（演示）", 2.0, 20, ("construction", "design", "components")),
    ("bad", "criticism", "项目负责人到岗不足被通报（演示）", -2.0, 25, ("construction", "supervision")),
    ("bad", "penalty", "未按图施工受行政处罚（演示）", -5.0, 15, ("construction",)),
    ("bad", "wages", "拖欠农民工工资（演示）", -6.0, 10, ("construction", "labour")),
)
SCORED_MONTHS = 3
SECTORS = {"construction": "housing", "design": "design", "supervision": "supervision", "components": "components"}
TESTS = ("混凝土抗压强度", "钢筋力学性能", "钢筋机械连接", "防水卷材", "灌浆料抗压强度", "保温材料导热系数")
CHECKS = ("安全检查", "质量检查", "双随机抽查", "扬尘检查")


def credit_records(firms: Firms, seed: int) -> pl.DataFrame:
    """About one piece of credit information for every four firms."""
    rng = stream(seed, "credit-records")
    codes, divisions = firms.table["credit_code"].to_list(), firms.table["division"].to_list()
    count = max(len(codes) // 4, 8)
    kinds = rng.choice(len(EVENTS), count, p=np.array([event[4] for event in EVENTS]) / 100)
    concerned = [np.flatnonzero(firms.table["parts"].is_in(list(event[5])).to_numpy()) for event in EVENTS]
    rows = []
    for index, kind in enumerate(kinds):
        nature, category, what, points, *_rest = EVENTS[kind]
        firm = int(rng.choice(concerned[kind]))
        decided = AS_OF - timedelta(days=int(rng.integers(5, 900)))
        rows.append(
            {
                "number": f"XY{index + 1:07d}",
                "name": what,
                "kind": nature,
                "category": category,
                "enterprise": codes[firm],
                "division": divisions[firm],
                "decision_number": f"（演示）建信〔{decided.year}〕{index + 1} 号",
                "authority": "建设部门（演示）",
                "decided_on": decided,
                "score_change": points,
                "published_on": decided + timedelta(days=5),
                "publish_until": decided + timedelta(days=5 + (1095 if nature == "good" else 365)),
            }
        )
    return pl.DataFrame(rows)


def credit_scores(firms: Firms, seed: int) -> pl.DataFrame:
    """The scores of the last SCORED_MONTHS months of firms that are scored; they move little from one month to the next."""
    rng = stream(seed, "credit-scores")
    scored = firms.table.filter(pl.col("parts").is_in(list(SECTORS)))
    score = rng.normal(96, 7, scored.height)
    months = []
    for back in range(SCORED_MONTHS):
        months.append(
            scored.select(
                pl.col("credit_code").alias("enterprise"),
                pl.col("parts").replace_strict(SECTORS).alias("sector"),
                pl.lit(_month_before(back)).alias("month"),
                pl.Series("score", np.round(np.clip(score, 55, 118), 2)),
                pl.lit("市建设局（演示）").alias("evaluated_by"),
            )
        )
        score = score + rng.normal(0, 1.2, scored.height)
    return pl.concat(months)


def _month_before(back: int) -> date:
    """The first day of the month ``back`` months before that of the data."""
    months = AS_OF.year * 12 + AS_OF.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def _days_of_work(projects: Projects, index: int) -> tuple[date, date] | None:
    first, last = EPOCH + timedelta(days=int(projects.starts[index])), EPOCH + timedelta(days=int(projects.ends[index]))
    return (first, min(last, AS_OF)) if first < AS_OF else None


def quality_tests(projects: Projects, firms: Firms, seed: int) -> pl.DataFrame:
    """Reports of the labs: about two a month for every project, three in a hundred not passed. ``client`` must be the owner (57号令 第二十一条)."""
    rng = stream(seed, "quality-tests")
    labs = np.flatnonzero((firms.table["parts"] == "testing").to_numpy())
    credit = firms.table["credit_code"].to_list()
    rows = []
    for index, number in enumerate(projects.numbers):
        span = _days_of_work(projects, index)
        if span is None:
            continue
        for serial in range(int((span[1] - span[0]).days / 15)):
            day = _between(rng, *span)
            rows.append(
                {
                    "project": number,
                    "number": f"JC{number}{serial + 1:04d}",
                    "item": str(rng.choice(TESTS)),
                    "lab": credit[int(rng.choice(labs))],
                    "client": credit[int(projects.parties["owner"][index])],
                    "sampled_on": day,
                    "reported_on": day + timedelta(days=int(rng.integers(3, 29))),
                    "passed": bool(rng.random() < 0.97),
                }
            )
    return pl.DataFrame(rows)


def inspections(projects: Projects, seed: int) -> pl.DataFrame:
    """Visits by the supervision bodies, with the number of problems and whether they were put right."""
    rng = stream(seed, "inspections")
    rows = []
    for index, number in enumerate(projects.numbers):
        span = _days_of_work(projects, index)
        if span is None:
            continue
        for serial in range(int((span[1] - span[0]).days / 60)):
            day = _between(rng, *span)
            problems = int(rng.poisson(1.6))
            late = problems > 0 and rng.random() < 0.06
            rows.append(
                {
                    "project": number,
                    "number": f"XC{number}{serial + 1:04d}",
                    "kind": choose(rng, CHECKS, 1)[0],
                    "visited_on": day,
                    "problems": problems,
                    "put_right_on": None if problems == 0 or late else day + timedelta(days=int(rng.integers(2, 15))),
                }
            )
    return pl.DataFrame(rows, schema_overrides={"put_right_on": pl.Date})


def _between(rng: Rng, first: date, last: date) -> date:
    return first + timedelta(days=int(rng.integers(0, max((last - first).days, 1))))
