"""Horizontal members: plan area of precast slabs, beams, flights, balconies over the plan area of the storeys (4.0.4, 4.0.5).

On each level overlapping projections count once: slabs first, beams only where no slab above them already counts.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.ifc import Element, Storey
from hezhu.engines.prefab.clues import NOTHING, Answer, Clues
from hezhu.engines.prefab.inputs import ItemInput, Provenance
from hezhu.engines.prefab.shapes import Outline, Shapes, Size, sides
from hezhu.engines.prefab.storeys import Storeys
from hezhu.engines.prefab.tally import Tally, as_input

_GRID_M = 1e-4
_SLIVER_M2 = 1e-3
NO_PLAN = "各楼层建筑平面面积：楼层上没有墙和房间，也没有 GrossFloorArea"


class Horizontal:
    """The horizontal members of one model."""

    def __init__(self, clues: Clues, shapes: Shapes, storeys: Storeys) -> None:
        self.clues, self.shapes, self.storeys = clues, shapes, storeys
        self.model = clues.model

    def members(self) -> list[Element]:
        """Slabs, flights and beams above ground. Of the lowest floor only what projects: its slab covers what lies below."""
        found: list[Element] = []
        for row in self.clues.table["horizontal_members"]:
            for element in self.storeys.above_ground(self.model.of_class(row["class"])):
                if element.predefined_type not in row["without"]:
                    found.append(element)
        return found

    def item(self) -> ItemInput:
        """A1b / A."""
        members = self.members()
        if not members:
            return ItemInput(Provenance.MODEL, missing="没有楼板、梁、梯段")
        answers = {member.step_id: self._counts(member) for member in members}
        if not any(answer.value for answer in answers.values()):
            return _nothing_said(members, answers, self.clues.ask("prefabricated"))
        if not self.storeys.area:
            ids = tuple(member.global_id for member in members)
            return ItemInput(Provenance.MODEL, considered=ids, missing=NO_PLAN)
        self.shapes.prepare(members, openings=False)
        tally = Tally(self.clues.number("differs"))
        numerators = self._levels(tally, members, answers)
        return as_input(
            tally,
            nothing="没有带面积的楼板、梁、梯段",
            unsaid="楼板、梁、梯段没有标明是否预制",
            storeys=self.storeys.sums(numerators),
            notes=self.storeys.notes(),
        )

    def _counts(self, element: Element) -> Answer:
        precast = self.clues.says(element, "prefabricated")
        formless = self.clues.says(element, "formless") if precast.value is not True else NOTHING
        return formless if formless.value else precast

    def _levels(self, tally: Tally, members: Sequence[Element], answers: dict[int, Answer]) -> dict[Storey, float]:
        """Adds every member level by level; the counted area of each level."""
        by_level: dict[Storey, list[Element]] = defaultdict(list)
        ground = min((plan.storey.elevation_m or 0.0 for plan in self.storeys.plans), default=-math.inf)
        for member in members:
            sloping = "Flight" in member.ifc_class or member.predefined_type == "LANDING"
            level = self.storeys.level_of(member, sloping=sloping)
            on_ground = level.elevation_m is not None and level.elevation_m <= ground
            if on_ground and not sloping and not self.storeys.is_projecting(member):
                continue
            by_level[level].append(member)
        return {level: self._level(tally, found, answers) for level, found in by_level.items()}

    def _level(self, tally: Tally, members: Sequence[Element], answers: dict[int, Answer]) -> float:
        """One level: counted members first, so that a silent or cast one below them takes nothing away."""
        joined = {
            m.step_id: answers[m.step_id] if answers[m.step_id].value else self._strip(m, members, answers) for m in members
        }
        order = sorted(members, key=lambda m: (joined[m.step_id].value is not True, "Beam" in m.ifc_class))
        covered: BaseGeometry = Polygon()
        counted = 0.0
        for member in order:
            size, ground = self.shapes.plan_area(member), self.shapes.plan(member)
            if size is None:  # the denominator is the storeys' own area: what has no area can only lower the ratio
                continue
            own = size if ground.is_empty else _free(size, ground, covered)
            answer = joined[member.step_id]
            tally.add(member, own, answer, lacking=self.clues.ask("prefabricated"))
            if answer.value:
                counted += own.value
                covered = covered.union(ground)
        return counted

    def _strip(self, member: Element, members: Sequence[Element], answers: dict[int, Answer]) -> Answer:
        """A narrow cast strip between precast members counts (4.0.5)."""
        rule = self.clues.table["cast_joints"]["slab_strip"]
        ground = self.shapes.plan(member)
        width = sides(ground)[0] if not ground.is_empty else 0.0
        if not 0 < width <= float(rule["max_width_m"]) + 1e-4 or "Slab" not in member.ifc_class:
            return answers[member.step_id]
        touch = self.clues.number("touch_m")
        beside = [
            other
            for other in members
            if other is not member and answers[other.step_id].value and _along(ground, self.shapes.plan(other), touch, width)
        ]
        if len(beside) >= 2:
            return Answer(True, f"4.0.5 {rule['title']}，宽 {width:.2f} m，限 {float(rule['max_width_m']):.2f} m")
        return answers[member.step_id]


def _free(size: Size, ground: Outline, covered: BaseGeometry) -> Size:
    """What of a member's plan is not covered yet. A declared area is only compared with a plan that is wholly free."""
    free = float(ground.difference(covered, grid_size=_GRID_M).area) if not covered.is_empty else float(ground.area)
    if free >= 0.999 * ground.area:
        return size
    return Size(free if free > _SLIVER_M2 else 0.0, "几何，扣除重叠")


def _along(strip: Outline, other: Outline, touch: float, width: float) -> bool:
    """Whether another member lies along the strip, not only at its end."""
    return bool(strip.buffer(touch, join_style="mitre").intersection(other).area > touch * (width + 2 * touch))


def _nothing_said(members: Sequence[Element], answers: dict[int, Answer], ask: str) -> ItemInput:
    """No member is said to be precast: 0 where all are said to be cast, else unknown."""
    ids = tuple(member.global_id for member in members)
    silent = tuple(member.global_id for member in members if answers[member.step_id].value is None)
    if not silent:
        return ItemInput(Provenance.MODEL, ratio=0.0, considered=ids, note="水平构件全部标明现浇")
    missing = "楼板、梁、梯段没有标明是否预制"
    return ItemInput(Provenance.MODEL, considered=ids, silent=silent, missing=missing, lacking=(ask,))
