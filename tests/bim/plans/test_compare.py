"""Two versions beside each other, on findings and figures made by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hezhu.bim.plans.compare import compare


def finding(key: str, verdict: str = "fail") -> dict[str, Any]:
    return {"key": key, "verdict": verdict, "title": key}


def figure(key: str, value: float | None) -> dict[str, Any]:
    return {"key": key, "title": key, "unit": "", "value": value}


def version(number: int, findings: list[Any], figures: list[Any]) -> Any:
    return SimpleNamespace(number=number, findings=findings, figures=figures)


def keys(rows: list[Any]) -> list[str]:
    return [pair.shown["key"] for pair in rows]


def test_what_is_solved_still_open_and_new() -> None:
    before = version(1, [finding("a"), finding("b", "manual"), finding("c"), finding("d", "pass")], [])
    after = version(3, [finding("a", "pass"), finding("b"), finding("c"), finding("d")], [])
    found = compare(before, after)
    assert (found.before, found.after) == (1, 3)
    assert (keys(found.solved), keys(found.still), keys(found.new)) == (["a"], ["b", "c"], ["d"])
    assert found.worse == {"b"}
    solved, new = found.solved[0], found.new[0]
    assert solved.before is not None
    assert solved.after is not None
    assert new.before is not None
    assert (solved.before["verdict"], solved.after["verdict"], new.before["verdict"]) == ("fail", "pass", "pass")


def test_several_findings_of_one_rule_on_one_subject_are_counted_singly() -> None:
    found = compare(version(1, [finding("a")] * 3, []), version(2, [finding("a")] * 2, []))
    assert (len(found.solved), len(found.still), len(found.new)) == (1, 2, 0)


def test_figures_that_changed_came_or_went() -> None:
    before = version(1, [], [figure("far", 2.0), figure("height", 50.0), figure("green", None), figure("gone", 1.0)])
    after = version(2, [], [figure("far", 2.1), figure("height", 50.0001), figure("green", 0.3)])
    changes = compare(before, after).figures
    assert [(one.key, one.before, one.after) for one in changes] == [
        ("far", 2.0, 2.1),
        ("green", None, 0.3),
        ("gone", 1.0, None),
    ]
    assert changes[0].change is not None
    assert round(changes[0].change, 6) == 0.1
    assert changes[1].change is None
