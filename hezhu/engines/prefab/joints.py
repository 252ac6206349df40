"""Cast concrete between precast members that the standard lets count as precast (GB/T 51129-2017 4.0.3), found by shape.

A vertical strip between wall panels, a belt between panels one above the other, a node of precast column and beam, a
connection between precast columns. Limits and their sources are in ``rulepacks/assembly/model-quantities.yaml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from hezhu.engines.ifc import Element
from hezhu.engines.prefab.clues import NOTHING, Answer, Clues
from hezhu.engines.prefab.shapes import Outline, Shapes, sides

_BESIDE = 0.5  # share of a strip's height, or of a belt's plan, that panels have to adjoin
_ROUNDING_M = 1e-4
_WALLS = ("IfcWall", "IfcWallStandardCase", "IfcBuildingElementPart", "IfcPlate")


@dataclass(frozen=True, slots=True)
class _Body:
    """A member's plan and reach in height."""

    element: Element
    plan: Outline
    low: float
    high: float

    @property
    def height(self) -> float:
        return self.high - self.low


class Joints:
    """Judges cast members against the precast ones around them."""

    def __init__(self, clues: Clues, shapes: Shapes, members: Sequence[tuple[Element, bool]]) -> None:
        self.clues, self.shapes = clues, shapes
        self.rules = clues.table["cast_joints"]
        self._touch = clues.number("touch_m")
        shapes.prepare([element for element, _ in members], openings=False)
        bodies = (self._body(element) for element, is_precast in members if is_precast)
        self._precast = [body for body in bodies if body is not None]
        self._tree = shapely.STRtree([body.plan for body in self._precast])

    def judge(self, element: Element) -> Answer:
        """Counts, does not count, or a person has to look; nothing (``NOTHING``) for a member that is no joint at all."""
        body = self._body(element)
        if body is None or not self._precast:
            return self._unplaced(element)
        near = self._near(body)
        for rule in (self._belt, self._strip, self._node, self._connection):
            found = rule(body, near)
            if found.basis:
                return found
        return self._unplaced(element)

    def _unplaced(self, element: Element) -> Answer:
        if self.clues.says(element, "cast_joint").value:
            return Answer(None, "名称是后浇部位，几何上没有找到相接的预制构件")
        return NOTHING

    def _body(self, element: Element) -> _Body | None:
        reach, ground = self.shapes.reach(element), self.shapes.plan(element)
        return None if reach is None or ground.is_empty else _Body(element, ground, *reach)

    def _near(self, body: _Body) -> list[_Body]:
        """Precast members that touch the body, in plan and in height."""
        found = (self._precast[index] for index in self._tree.query(body.plan, predicate="dwithin", distance=self._touch))
        return [
            other
            for other in found
            if other.element.step_id != body.element.step_id
            and other.low <= body.high + self._touch
            and other.high >= body.low - self._touch
        ]

    def _strip(self, body: _Body, near: list[_Body]) -> Answer:
        """Between at least two panels beside it, no wider than the limit in either direction."""
        panels = [
            other
            for other in near
            if other.element.ifc_class in _WALLS
            and min(other.high, body.high) - max(other.low, body.low) >= _BESIDE * body.height
        ]
        if len(panels) < 2:
            return NOTHING
        width, limit = sides(body.plan)[1], float(self.rules["strip"]["max_width_m"])
        is_column = "Column" in body.element.ifc_class and not self.clues.says(body.element, "cast_joint").value
        if is_column and width <= limit + _ROUNDING_M:
            return Answer(None, "现浇柱在预制墙板之间，是后浇段还是框架柱由人核对")
        return _limit(self.rules["strip"], "宽", width, limit, body.element, self)

    def _belt(self, body: _Body, near: list[_Body]) -> Answer:
        """Between panels below and above it, no higher than the limit. With panels on one side only, a person decides."""
        rule = self.rules["belt"]
        limit = float(rule["max_height_m"])
        below = self._covered(body, [other for other in near if abs(other.high - body.low) <= self._touch])
        above = self._covered(body, [other for other in near if abs(other.low - body.high) <= self._touch])
        if not (below or above) or (body.height > limit + _ROUNDING_M and not (below and above)):
            return NOTHING
        if below and above:
            return _limit(rule, "高", body.height, limit, body.element, self)
        return Answer(None, f"{rule['title']}：只有{'下' if below else '上'}方有预制墙板")

    def _covered(self, body: _Body, panels: list[_Body]) -> bool:
        panels = [panel for panel in panels if panel.element.ifc_class in _WALLS]
        shared = shapely.union_all([panel.plan for panel in panels]).intersection(body.plan).area if panels else 0.0
        return bool(shared >= _BESIDE * body.plan.area)

    def _node(self, body: _Body, near: list[_Body]) -> Answer:
        """Where a precast column meets precast beams: within the depth of the beams and their topping."""
        beams = [other for other in near if "Beam" in other.element.ifc_class]
        if not beams or not self._columns(body, near):
            return NOTHING
        low = min(beam.low for beam in beams) - self._touch
        high = max(beam.high for beam in beams) + self.clues.number("topping_m")
        title = self.rules["node"]["title"]
        if body.low >= low and body.high <= high:
            return Answer(True, f"4.0.3 {title}")
        return Answer(False, f"{title}：超出梁高范围，不计入")

    def _connection(self, body: _Body, near: list[_Body]) -> Answer:
        """Between two precast columns one above the other, no higher than the smaller side of the column."""
        columns = self._columns(body, near)
        below = [column for column in columns if abs(column.high - body.low) <= self._touch]
        above = [column for column in columns if abs(column.low - body.high) <= self._touch]
        if not below or not above:
            return NOTHING
        smaller = min(sides(column.plan)[0] for column in (*below, *above))
        return _limit(self.rules["connection"], "高", body.height, smaller, body.element, self)

    def _columns(self, body: _Body, near: list[_Body]) -> list[_Body]:
        """Precast columns straight above or below."""
        return [
            other
            for other in near
            if "Column" in other.element.ifc_class and other.plan.intersection(body.plan).area >= _BESIDE * body.plan.area
        ]


def _limit(rule: dict[str, Any], word: str, value: float, limit: float, element: Element, joints: Joints) -> Answer:
    """Whether a length keeps its limit. A plain member that is too long is no joint; only one called so is told it does not count."""
    if value <= limit + _ROUNDING_M:
        return Answer(True, f"4.0.3 {rule['title']}，{word} {value:.2f} m，限 {limit:.2f} m")
    if joints.clues.says(element, "cast_joint").value:
        return Answer(False, f"{rule['title']}：{word} {value:.2f} m 超过 {limit:.2f} m，不计入")
    return NOTHING
