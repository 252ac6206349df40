"""Two evaluations of one building side by side: design and completion, or two versions, down to the elements that changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from hezhu.engines.prefab.evaluation import Evaluation
from hezhu.engines.prefab.inputs import Contribution, Part

_SAME = 0.005  # share by which a size may differ and still be the same


class Kind(StrEnum):
    """How an element changed between two evaluations."""

    LOST = "lost"
    GAINED = "gained"
    UNSAID = "unsaid"
    SAID = "said"
    REMOVED = "removed"
    ADDED = "added"
    RESIZED = "resized"

    @property
    def label(self) -> str:
        """The words an official reads."""
        return _LABELS[self]


_LABELS = {
    Kind.LOST: "由计入变为不计入",
    Kind.GAINED: "由不计入变为计入",
    Kind.UNSAID: "变为没有说明",
    Kind.SAID: "补上说明",
    Kind.REMOVED: "构件没有了",
    Kind.ADDED: "新增构件",
    Kind.RESIZED: "尺寸变化",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One element whose part in an item changed. Sizes are in the item's unit, None where the element is not there."""

    global_id: str
    name: str
    storey: str
    kind: Kind
    numerator_before: float | None
    numerator_after: float | None
    denominator_before: float | None
    denominator_after: float | None


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """One item in both evaluations. A score is None where it is not known; ``decided_by_sheet`` says that elements do not explain it."""

    id: str
    title: str
    unit: str
    share_before: float | None
    share_after: float | None
    score_before: float | None
    score_after: float | None
    score_max: float
    decided_by_sheet: bool
    changes: tuple[Change, ...]

    @property
    def differs(self) -> bool:
        """Whether score, ratio or any element differs."""
        return bool(self.changes) or self.score_before != self.score_after or self.share_before != self.share_after


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of an evaluation. ``rate_before`` and ``rate_after`` are P in per cent, None while nothing is known."""

    before: str
    after: str
    stage_before: str
    stage_after: str
    rate_before: float | None
    rate_after: float | None
    items: tuple[ItemDifference, ...]

    @property
    def points(self) -> float | None:
        """The difference in percentage points (个百分点)."""
        if self.rate_before is None or self.rate_after is None:
            return None
        return round(self.rate_after - self.rate_before, 1)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {**asdict(self), "points": self.points}


def compare(before: Evaluation, after: Evaluation) -> Comparison:
    """The differences item by item. Raises ``ValueError`` for evaluations by different profiles: their points do not compare."""
    if before.rate.profile != after.rate.profile:
        raise ValueError(f"两次评价的评分表不同（{before.rate.profile}、{after.rate.profile}），不能比较；用同一评分表重算")
    items = []
    for one, other in zip(before.rate.items, after.rate.items, strict=True):
        changes = changed(before.elements(one.id), after.elements(one.id))
        items.append(
            ItemDifference(
                id=one.id,
                title=one.title,
                unit=one.unit,
                share_before=one.input.share if one.input else None,
                share_after=other.input.share if other.input else None,
                score_before=one.score,
                score_after=other.score,
                score_max=one.score_max,
                decided_by_sheet=any(side.input is not None and side.input.provenance == "sheet" for side in (one, other)),
                changes=tuple(changes),
            )
        )
    rates = [side.rate.rate if side.rate.has_data else None for side in (before, after)]
    return Comparison(before.model, after.model, before.stage.value, after.stage.value, rates[0], rates[1], tuple(items))


def changed(before: Sequence[Contribution], after: Sequence[Contribution]) -> list[Change]:
    """Elements whose part changed, matched by GlobalId; the rest by storey, class and name where that is unmistakable."""
    pairs, left, right = _match(before, after)
    found = [change for one, other in pairs if (change := _change(one, other)) is not None]
    found += [_only(one, Kind.REMOVED) for one in left]
    found += [_only(other, Kind.ADDED) for other in right]
    order = {kind: number for number, kind in enumerate(Kind)}
    return sorted(found, key=lambda change: (order[change.kind], change.storey, change.name))


def _match(
    before: Sequence[Contribution], after: Sequence[Contribution]
) -> tuple[list[tuple[Contribution, Contribution]], list[Contribution], list[Contribution]]:
    """Pairs, and what is left on either side. A re-export that gave new GlobalIds still pairs by storey, class and name."""
    later = {row.global_id: row for row in after}
    pairs = [(row, later[row.global_id]) for row in before if row.global_id in later]
    known = {row.global_id for row, _ in pairs}
    left, right = (
        _by_place(r for r in before if r.global_id not in known),
        _by_place(r for r in after if r.global_id not in known),
    )
    for place in [place for place in left if len(left[place]) == 1 and len(right.get(place, ())) == 1 and place[2]]:
        pairs.append((left.pop(place)[0], right.pop(place)[0]))
    return pairs, [row for rows in left.values() for row in rows], [row for rows in right.values() for row in rows]


def _by_place(rows: Iterable[Contribution]) -> dict[tuple[str, str, str], list[Contribution]]:
    places: dict[tuple[str, str, str], list[Contribution]] = defaultdict(list)
    for row in rows:
        places[(row.storey, row.ifc_class, row.name)].append(row)
    return places


def _change(one: Contribution, other: Contribution) -> Change | None:
    kind = _kind(one, other)
    if kind is None:
        return None
    return Change(
        other.global_id, other.name, other.storey, kind, one.numerator, other.numerator, one.denominator, other.denominator
    )


def _kind(one: Contribution, other: Contribution) -> Kind | None:
    if one.part is not other.part:
        if other.part is Part.SILENT:
            return Kind.UNSAID
        if one.part is Part.SILENT:
            return Kind.SAID
        return Kind.GAINED if other.part is Part.COUNTED else Kind.LOST
    moved = any(
        abs(a - b) > _SAME * max(abs(a), abs(b))
        for a, b in ((one.numerator, other.numerator), (one.denominator, other.denominator))
    )
    return Kind.RESIZED if moved else None


def _only(row: Contribution, kind: Kind) -> Change:
    sizes: tuple[float | None, ...] = (row.numerator, None, row.denominator, None)
    if kind is Kind.ADDED:
        sizes = (None, row.numerator, None, row.denominator)
    return Change(row.global_id, row.name, row.storey, kind, *sizes)
