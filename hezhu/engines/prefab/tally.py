"""Sums over elements: who counts, who does not, who is silent, and what that leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hezhu.engines.ifc import Element
from hezhu.engines.prefab.clues import NOTHING, Answer
from hezhu.engines.prefab.inputs import Contribution, ItemInput, Part, Provenance, StoreySum
from hezhu.engines.prefab.shapes import Size

_NO_STOREY = "未归入楼层"
_NAMED = 3
_ROW_PLACES, _SUM_PLACES = 9, 6  # a ratio of exactly 35 % must survive the noise of a mesh


@dataclass(slots=True)
class Tally:
    """The sums of one item while its elements are looked at.

    ``open_numerator`` is what silent elements could still add, ``open_denominator`` what would leave the denominator if they
    turned out not to belong. ``unmeasured`` are elements without any size whose absence could raise the ratio.
    """

    differs: float
    rows: list[Contribution] = field(default_factory=list)
    unmeasured: list[Element] = field(default_factory=list)
    different: list[Contribution] = field(default_factory=list)
    open_numerator: float = 0.0
    open_denominator: float = 0.0

    def add(
        self,
        element: Element,
        size: Size | None,
        counts: Answer,
        *,
        belongs: Answer = NOTHING,
        part: float | None = None,
        lacking: str = "",
        basis: str = "",
    ) -> None:
        """One element. ``belongs`` True or nothing given: it is in the denominator; ``part`` is the counted part of its size.

        An element whose belonging is undecided (``belongs`` without a value, ``lacking`` given) stays in the denominator where
        that can only lower the ratio, and is listed as silent.
        """
        doubtful = belongs is not NOTHING and belongs.value is None
        if size is None:
            if counts.value is not True:  # leaving out a counted element can only lower the ratio
                self.unmeasured.append(element)
            return
        value = size.value
        given = min(value if part is None else part, value)
        if doubtful:
            row = self._doubtful(element, size, counts, value, lacking)
        elif counts.value is None:
            self.open_numerator += value
            row = _row(element, size, Part.SILENT, 0.0, value, basis or "没有说明", undecided=value, lacking=lacking)
        elif counts.value:
            row = _row(element, size, Part.COUNTED, given, value, basis or counts.basis, weak=counts.weak, lacking=lacking)
        else:
            row = _row(element, size, Part.LEFT_OUT, 0.0, value, basis or counts.basis, weak=counts.weak, lacking=lacking)
        self.rows.append(row)
        if size.differs(self.differs):
            self.different.append(row)

    def _doubtful(self, element: Element, size: Size, counts: Answer, value: float, lacking: str) -> Contribution:
        inside = 0.0 if counts.value else value
        self.open_numerator += 0.0 if counts.value is False else value
        self.open_denominator += inside
        undecided = 0.0 if counts.value is False else value
        return _row(element, size, Part.SILENT, 0.0, inside, "不知道是否属于这一项", undecided=undecided, lacking=lacking)

    def ids(self, *parts: Part) -> tuple[str, ...]:
        """GlobalIds of the elements that play one of these parts."""
        return tuple(row.global_id for row in self.rows if row.part in parts)


def _row(
    element: Element,
    size: Size,
    part: Part,
    numerator: float,
    denominator: float,
    basis: str,
    *,
    undecided: float = 0.0,
    weak: bool = False,
    lacking: str = "",
) -> Contribution:
    return Contribution(
        global_id=element.global_id,
        ifc_class=element.ifc_class,
        name=element.name,
        storey=element.storey.name if element.storey else _NO_STOREY,
        part=part,
        numerator=round(numerator, _ROW_PLACES),
        denominator=round(denominator, _ROW_PLACES),
        basis=basis,
        measured=size.how,
        declared=None if size.declared is None else round(size.declared, _ROW_PLACES),
        undecided=round(undecided, _ROW_PLACES),
        weak=weak,
        lacking=lacking if part is Part.SILENT or weak else "",
    )


def as_input(
    tally: Tally,
    *,
    nothing: str,
    unsaid: str,
    storeys: Sequence[StoreySum] | None = None,
    notes: Iterable[str] = (),
) -> ItemInput:
    """Turns sums into an input, or into one that names what is missing.

    ``storeys`` replaces the sums by the elements' own storeys, for items whose denominator is the plan area of the storeys.
    """
    rows = tuple(tally.rows)
    silent = tally.ids(Part.SILENT)
    lacking = tuple(dict.fromkeys(row.lacking for row in rows if row.lacking))
    listed: dict[str, Any] = {"considered": tally.ids(*Part), "silent": silent, "elements": rows, "lacking": lacking}
    if not rows and not tally.unmeasured:
        return ItemInput(Provenance.MODEL, missing=nothing)
    if tally.unmeasured:
        missing = f"{len(tally.unmeasured)} 个构件没有实体也没有工程量（Qto）：{_names(tally.unmeasured)}"
        return ItemInput(Provenance.MODEL, missing=missing, **listed)
    if len(silent) == len(rows):
        return ItemInput(Provenance.MODEL, missing=unsaid, **listed)
    sums = by_storey(rows) if storeys is None else tuple(storeys)
    numerator, denominator = sum(row.numerator for row in rows), sum(row.denominator for row in sums)
    least = max(denominator - tally.open_denominator, 1e-9)
    highest = min(1.0, (numerator + tally.open_numerator) / least)
    return ItemInput(
        Provenance.MODEL,
        numerator=round(numerator, _SUM_PLACES),
        denominator=round(denominator, _SUM_PLACES),
        counted=tally.ids(Part.COUNTED),
        highest=round(highest, 10) if silent else None,
        by_name=sum(row.weak for row in rows),
        by_name_amount=round(sum(row.numerator for row in rows if row.weak), _SUM_PLACES),
        storeys=sums,
        notes=(*_differences(tally), *_weak(rows), *notes),
        **listed,
    )


def by_storey(rows: Iterable[Contribution]) -> tuple[StoreySum, ...]:
    """Sums by the storey of the elements, in the order storeys first appear."""
    sums: dict[str, tuple[float, float]] = {}
    for row in rows:
        numerator, denominator = sums.get(row.storey, (0.0, 0.0))
        sums[row.storey] = numerator + row.numerator, denominator + row.denominator
    return tuple(StoreySum(name, round(n, _SUM_PLACES), round(d, _SUM_PLACES)) for name, (n, d) in sums.items())


def _differences(tally: Tally) -> list[str]:
    if not tally.different:
        return []
    named = "、".join(row.name or row.global_id for row in tally.different[:_NAMED])
    more = " 等" if len(tally.different) > _NAMED else ""
    return [f"{len(tally.different)} 个构件的几何与模型申报的工程量相差超过 {tally.differs:.0%}，按几何计：{named}{more}"]


def _weak(rows: Sequence[Contribution]) -> list[str]:
    weak = [row for row in rows if row.weak]
    if not weak:
        return []
    asked = "、".join(dict.fromkeys(row.lacking for row in weak if row.lacking))
    return [f"{len(weak)} 个构件只凭名称或材料判断，应补 {asked}" if asked else f"{len(weak)} 个构件只凭名称或材料判断"]


def _names(elements: Sequence[Element]) -> str:
    named = "、".join(element.name or element.global_id for element in elements[:_NAMED])
    return named + (" 等" if len(elements) > _NAMED else "")
