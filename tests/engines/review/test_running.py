"""A run as a whole: findings, summary, progress, and the same keys again."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from hezhu.engines import review
from tests.engines.ifc.drawing import Drawing, rectangle

TODAY = dt.date(2026, 11, 23)


def small(folder: Path) -> review.Review:
    d = Drawing("住宅")
    d.storey("1F", 0.0)
    d.room("1F", "卧室", rectangle(0, 0, 2, 2))
    return review.run(d.read(folder), review.load_pack(), review.ReviewContext(on=TODAY))


def test_the_summary_is_plain_json(tmp_path: Path) -> None:
    summary = json.loads(json.dumps(small(tmp_path).summary(), ensure_ascii=False))
    assert summary["model"]["schema"] == "IFC4"
    assert summary["model"]["spaces"] == 1
    assert summary["pack"]["name"] == "cn-base"
    assert summary["pack"]["clauses_in_force"] == 186
    assert summary["pack"]["unconfirmed"] == 181
    assert sum(summary["counts"].values()) == len(small(tmp_path).findings)
    assert set(summary["seconds"]) == {"geometry", "clauses", "ids"}


def test_keys_are_unique_and_the_same_in_every_run(tmp_path: Path) -> None:
    first, second = ([finding.key for finding in small(tmp_path).findings] for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first)


def test_every_clause_in_force_has_at_least_one_finding(tmp_path: Path) -> None:
    rules = {finding.rule for finding in small(tmp_path).findings}
    assert rules == {clause.id for clause in review.load_pack().in_force(TODAY)}


def test_progress_rises_to_one(tmp_path: Path) -> None:
    d = Drawing("住宅")
    d.storey("1F", 0.0)
    told: list[tuple[float, str]] = []
    review.run(d.read(tmp_path), review.load_pack(), progress=lambda share, label: told.append((share, label)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert told[0] == (0.05, "量取几何")
    assert told[-1] == (1.0, "完成")


def test_flights_of_one_body_give_one_finding_and_the_worst_counts(tmp_path: Path) -> None:
    d = Drawing("住宅")
    d.storey("1F", 0.0)
    lower = [d.box(n * 0.28, 0, 0, (n + 1) * 0.28, 1.2, (n + 1) * 0.15) for n in range(4)]
    landing = [d.box(1.12, 0, 0.6, 2.4, 1.2, 0.75)]
    upper = [d.box(2.4 + n * 0.28, 0, 0.75, 2.4 + (n + 1) * 0.28, 1.2, 0.75 + (n + 1) * 0.19) for n in range(4)]
    d.element("IfcStair", "1F", [*lower, *landing, *upper], Name="楼梯")
    outcome = review.run(d.read(tmp_path), review.load_pack(), review.ReviewContext(on=TODAY))
    (found,) = [row for row in outcome.findings if row.rule == "gb55038-4.2.2-step-size"]
    assert found.verdict.value == "fail"
    assert found.measured.value == 0.19
    assert found.detail["places"] == 2
