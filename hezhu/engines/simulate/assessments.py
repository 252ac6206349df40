"""What the platform itself works out of models: assembly rates of buildings and first published models. No import brings these.

A reader of the files writes them by the platform's own actions, as the review of a model would.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from hezhu.engines.simulate.drawing import Rng, stream
from hezhu.engines.simulate.projects import Projects

# Kind of building → share of prefab buildings among those assessed.
_PREFAB_SHARE = {"dwelling": 0.46, "public": 0.4, "industrial": 0.38}
_ASSESSED, _PUBLISHED = 0.93, 0.8
# A prefab building's rate is 50 % or more (GB/T 51129-2017, 4.0.1).
_LINE = 50.0


def assembly(buildings: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The assembly rate of most buildings, in per cent, with whether it counts as 装配式建筑 and why."""
    rng = stream(seed, "assembly-assessments")
    rows = []
    for row in buildings.iter_rows(named=True):
        if rng.random() >= _ASSESSED:
            continue
        rate, is_prefab, reason = _judged(rng, _PREFAB_SHARE[row["kind"]])
        rows.append({"project": row["project"], "code": row["code"], "rate": rate, "is_prefab": is_prefab, "reason": reason})
    return pl.DataFrame(rows)


def _judged(rng: Rng, share: float) -> tuple[float, bool, str]:
    if rng.random() < share:
        return round(float(rng.uniform(_LINE, 78)), 1), True, "装配率、主体结构、围护墙与内隔墙、全装修均达到"
    if rng.random() < 0.06:
        return round(float(rng.uniform(_LINE, 60)), 1), False, "未采用全装修"
    return round(float(rng.uniform(14, _LINE - 0.1)), 1), False, "装配率低于 50%"


def publications(projects: Projects, seed: int) -> pl.DataFrame:
    """The day of the first published model of most projects that say they use BIM: within two months before the permit."""
    rng = stream(seed, "model-publications")
    rows = [
        {
            "project": row["number"],
            "published_on": row["permit_issued_on"] - timedelta(days=int(rng.integers(20, 60))),
        }
        for row in projects.table.iter_rows(named=True)
        if row["uses_bim"] and rng.random() < _PUBLISHED
    ]
    return pl.DataFrame(rows, schema={"project": pl.String, "published_on": pl.Date})
