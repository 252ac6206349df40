"""Storeys above ground: their plan area (建筑平面面积) and the level a horizontal member belongs to.

The plan of a storey is the outline of its walls and rooms with what lies inside filled, and the balconies at its level. Only an
empty hole larger than a shaft stays open: a courtyard.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.ifc import Element, Model, Storey, properties
from hezhu.engines.prefab.clues import Clues
from hezhu.engines.prefab.inputs import StoreySum
from hezhu.engines.prefab.shapes import SHAPE, Outline, Shapes, Size

_GRID_M = 1e-4
_LEVEL_M = 0.05
_ROOF_M = 1.5
ROOF = Storey("", "屋顶", None, 0.0, 0)
NO_LEVEL = Storey("", "未归入楼层", None, 0.0, 0)


@dataclass(frozen=True, slots=True)
class Plan:
    """One storey above ground with its plan outline and area, m2."""

    storey: Storey
    outline: Outline
    area: Size


class Storeys:
    """The storeys of one model that lie above ground."""

    def __init__(self, model: Model, clues: Clues, shapes: Shapes) -> None:
        self.model, self.clues, self.shapes = model, clues, shapes
        self._ground = clues.number("below_ground_m")

    def is_above(self, storey: Storey) -> bool:
        """Whether the storey is not 室外地坪以下; one without an elevation is."""
        return storey.elevation_m is None or storey.elevation_m >= self._ground

    def above_ground(self, elements: Iterable[Element]) -> list[Element]:
        """Elements on no storey below the ground."""
        return [element for element in elements if element.storey is None or self.is_above(element.storey)]

    @cached_property
    def levels(self) -> list[Storey]:
        """Storeys above ground with a known level, from the lowest up."""
        return [storey for storey in self.model.storeys if storey.elevation_m is not None and self.is_above(storey)]

    @cached_property
    def plans(self) -> list[Plan]:
        """Storeys that enclose something, with their plan area. Roof levels with a parapet only are none."""
        walls = [wall for wall in self.model.of_class("IfcWall", "IfcCurtainWall") if wall.predefined_type != "PARAPET"]
        panels = [part for wall in walls for part in self.parts_of(wall)]
        spaces = self.model.spaces
        self.shapes.prepare([*walls, *panels, *spaces, *self._slabs], openings=False)
        found = []
        for storey in (storey for storey in self.model.storeys if self.is_above(storey)):
            rooms = [self.shapes.plan(space) for space in spaces if space.storey == storey]
            standing = [self.shapes.plan(e) for e in (*walls, *panels) if e.storey == storey]
            made = self._plan(storey, rooms, standing)
            if made is not None:
                found.append(made)
        return found

    def parts_of(self, element: Element) -> list[Element]:
        """The parts an element is made of, where it has no shape of its own."""
        return [part for global_id in element.parts if (part := self.model.element(global_id)) is not None]

    @cached_property
    def _slabs(self) -> list[Element]:
        return self.model.of_class("IfcSlab")

    def _plan(self, storey: Storey, rooms: Sequence[Outline], standing: Sequence[Outline]) -> Plan | None:
        declared = self._declared(storey)
        balconies = [self.shapes.plan(slab) for slab in self._slabs if slab.storey == storey and self.is_projecting(slab)]
        pieces = [piece for piece in (*rooms, *standing) if not piece.is_empty]
        enclosed = self._filled(storey, pieces, rooms) if pieces else Polygon()
        whole = shapely.union_all([enclosed, *balconies], grid_size=_GRID_M) if pieces else enclosed
        if whole.area > 0:
            return Plan(storey, _polygons(whole), Size(float(whole.area), SHAPE, declared))
        return None if declared is None else Plan(storey, Polygon(), Size(declared, "工程量（Qto）"))

    def _filled(self, storey: Storey, pieces: Sequence[Outline], rooms: Sequence[Outline]) -> BaseGeometry:
        """The outline of what stands on the storey, cracks and openings closed, holes filled but for courtyards."""
        gap = self.clues.number("plan_gap_m") / 2
        merged = shapely.union_all(list(pieces), grid_size=_GRID_M)
        closed = merged.buffer(gap, join_style="mitre").buffer(-gap, join_style="mitre").union(merged)
        covers = shapely.union_all([*rooms, *(self.shapes.plan(slab) for slab in self._slabs if slab.storey == storey)])
        shaft = self.clues.number("shaft_m2")
        kept = []
        for part in shapely.get_parts(closed):
            courts = [ring for ring in part.interiors if self._is_court(Polygon(ring), covers, shaft)]
            kept.append(Polygon(part.exterior, courts))
        return shapely.union_all(kept, grid_size=_GRID_M)

    @staticmethod
    def _is_court(hole: Polygon, covers: BaseGeometry, shaft: float) -> bool:
        return bool(hole.area > shaft and hole.intersection(covers).area < 0.5 * hole.area)

    def _declared(self, storey: Storey) -> float | None:
        entity = self.model.file.by_guid(storey.global_id) if storey.global_id else None
        return properties.quantities(entity, self.model.units).get("GrossFloorArea") if entity is not None else None

    def is_projecting(self, element: Element) -> bool:
        """Whether a slab is a balcony, an air-conditioner plate or a canopy, by its names."""
        text = " ".join((element.name, element.object_type, element.type_name)).lower()
        return any(word.lower() in text for word in self.clues.table["projecting"]["words"])

    def level_of(self, element: Element, *, sloping: bool) -> Storey:
        """The level a member belongs to: a slab or beam to the nearest one, a flight or landing to the next one up.

        What lies well above the highest storey of the model is its roof.
        """
        reach = self.shapes.reach(element)
        if reach is None or not self.levels:
            return element.storey or NO_LEVEL
        low, high = reach
        if high > self._z(self.levels[-1]) + _ROOF_M:
            return ROOF
        if sloping:
            middle = (low + high) / 2
            return next((level for level in self.levels if self._z(level) >= middle - _LEVEL_M), self.levels[-1])
        return min(self.levels, key=lambda level: abs(self._z(level) - high))

    def _z(self, storey: Storey) -> float:
        """Height of a storey in the model's axes."""
        return storey.z_m if any(level.z_m for level in self.levels) else float(storey.elevation_m or 0.0)

    @cached_property
    def area(self) -> float:
        """Plan area of all storeys, m2."""
        return sum(plan.area.value for plan in self.plans)

    def sums(self, numerators: dict[Storey, float]) -> tuple[StoreySum, ...]:
        """Numerators by level over the plan areas. A roof's numerator stands in a row of its own, without a plan."""
        rows = [
            StoreySum(plan.storey.name, round(numerators.get(plan.storey, 0.0), 6), round(plan.area.value, 6))
            for plan in self.plans
        ]
        planned = {plan.storey for plan in self.plans}
        bare = ((level, n) for level, n in numerators.items() if level not in planned and n)
        return (*rows, *(StoreySum(level.name, round(n, 6), 0.0) for level, n in bare))

    def notes(self) -> list[str]:
        """Storeys whose declared floor area is not that of the geometry, and those counted by the declared one alone."""
        share = self.clues.number("differs")
        found = [
            f"{plan.storey.name} 的建筑平面面积几何为 {plan.area.value:.2f} ㎡，模型申报 {plan.area.declared:.2f} ㎡，按几何计"
            for plan in self.plans
            if plan.area.differs(share)
        ]
        bare = [plan.storey.name for plan in self.plans if plan.area.how != SHAPE]
        if bare:
            found.append(f"{'、'.join(bare)} 没有墙和房间，平面面积按模型申报")
        buildings = {plan.storey.building for plan in self.plans}
        if len(buildings) > 1:
            found.append(f"模型有 {len(buildings)} 栋建筑，这里合在一起算；装配率应按单体建筑分别评价（3.0.1），请分开送审")
        return found


def _polygons(shape: BaseGeometry) -> Outline:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)
