"""Two versions of an application beside each other: which figures changed, and which findings are solved, still open, or new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

OPEN = ("fail", "manual")
SAME = 0.0005


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure of both versions; None where a version does not have it. ``change`` is after minus before, None where one is missing."""

    key: str
    title: str
    unit: str
    before: float | None
    after: float | None

    @property
    def change(self) -> float | None:
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Pair:
    """The same finding in both versions; None where a version does not have it, or has it several times and cannot say which."""

    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def shown(self) -> Mapping[str, Any]:
        """What names it: the newer version's."""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """``solved``: open before, not open now; ``still``: open in both; ``new``: open now only. ``worse`` keys went from 需人工 to 不符合."""

    before: int
    after: int
    figures: list[FigureChange] = field(default_factory=list)
    solved: list[Pair] = field(default_factory=list)
    still: list[Pair] = field(default_factory=list)
    new: list[Pair] = field(default_factory=list)
    worse: frozenset[str] = frozenset()


def compare(before: Any, after: Any) -> Comparison:
    """The comparison of two checked versions (PlanVersion), findings matched by rule and subject."""
    old, now = _open(before.findings), _open(after.findings)
    former, settled = _single(before.findings), _single(after.findings)
    return Comparison(
        before=before.number,
        after=after.number,
        figures=_figures(before.figures, after.figures),
        solved=[Pair(one, settled.get(key)) for key, one in old.items() if key not in now],
        still=[Pair(old[key], one) for key, one in now.items() if key in old],
        new=[Pair(former.get(key), one) for key, one in now.items() if key not in old],
        worse=frozenset(
            key for key, one in now.items() if key in old and (old[key]["verdict"], one["verdict"]) == ("manual", "fail")
        ),
    )


def _open(findings: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Open findings by key; several of one rule on one subject are numbered in their order, so that none hides another."""
    seen: Counter[str] = Counter()
    found: dict[str, Mapping[str, Any]] = {}
    for finding in findings:
        if finding["verdict"] not in OPEN:
            continue
        key = finding["key"]
        seen[key] += 1
        found[key if seen[key] == 1 else f"{key}#{seen[key]}"] = finding
    return found


def _single(findings: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Findings that are in order, by key, where there is one of that key."""
    rows = list(findings)
    counted = Counter(one["key"] for one in rows)
    return {one["key"]: one for one in rows if counted[one["key"]] == 1 and one["verdict"] not in OPEN}


def _figures(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> list[FigureChange]:
    """Figures that differ, in the order of the newer version."""
    old, now = {one["key"]: one for one in before}, {one["key"]: one for one in after}
    changes = []
    for key in dict.fromkeys([*now, *old]):
        row = now.get(key) or old[key]
        one = FigureChange(key, row["title"], row["unit"], old.get(key, {}).get("value"), now.get(key, {}).get("value"))
        if (one.before is None) != (one.after is None) or (one.change is not None and abs(one.change) > SAME):
            changes.append(one)
    return changes
