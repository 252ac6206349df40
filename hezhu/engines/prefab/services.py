"""Separated services: length of electrical, water and heating runs outside the structure over all of them (4.0.13).

A run says so itself; else its axis is laid against the model: inside a slab, a column, a bearing or a masonry wall it is
buried, inside another wall or in the screed above a slab nobody can tell from the shape, elsewhere it is separated.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import shapely
from shapely import LineString

from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry.mesh import Floats
from hezhu.engines.prefab.clues import Answer, Clues
from hezhu.engines.prefab.inputs import ItemInput, Provenance
from hezhu.engines.prefab.shapes import SHAPE, Outline, Shapes, Size
from hezhu.engines.prefab.storeys import Storeys
from hezhu.engines.prefab.tally import Tally, as_input
from hezhu.engines.prefab.walls import Walls

_UPRIGHT = 0.7  # cosine from which a run is a riser
_STEP_M = 0.02
_LEAST_M = 0.01
BURIED, UNSURE = "buried", "unsure"


class Services:
    """The runs of one model and the solids they may lie in."""

    def __init__(self, clues: Clues, shapes: Shapes, storeys: Storeys, walls: Walls) -> None:
        self.clues, self.shapes, self.storeys, self.walls = clues, shapes, storeys, walls
        self.model = clues.model

    @cached_property
    def runs(self) -> list[Element]:
        """Runs above ground of the classes that the standard names; no ducts."""
        table = self.clues.table["services"]
        found = {run.step_id: run for name in table["classes"] for run in self.model.of_class(name)}
        for name in table["without"]:
            for other in self.model.of_class(name):
                found.pop(other.step_id, None)
        words = table["without_words"]
        named = (run for run in found.values() if not _called(run, words))
        return self.storeys.above_ground(named)

    def item(self, upright: bool | None = None) -> ItemInput:
        """L3d / L. ``upright`` keeps risers only, or level runs only."""
        if not self.runs:
            return ItemInput(Provenance.MODEL, missing="模型没有管线")
        self.shapes.prepare([*self.runs, *(element for element, _ in self._solids)], openings=False)
        tally = Tally(self.clues.number("differs"))
        for run in self.runs:
            ends = self.shapes.axis(run)
            if upright is not None and (ends is None or _is_upright(*ends) is not upright):
                continue
            size = self._length(run, ends)
            answer, part = self._judge(run, ends)
            tally.add(run, size, answer, part=part, lacking=self.clues.ask("separated_services"), basis=answer.basis)
        return as_input(tally, nothing="模型没有管线", unsaid="管线没有标明是否分离，也不能从位置判断")

    def _length(self, run: Element, ends: tuple[Floats, Floats] | None) -> Size | None:
        declared = run.quantities.get("Length")
        if ends is not None:
            return Size(float(np.linalg.norm(ends[1] - ends[0])), SHAPE, declared)
        return None if declared is None else Size(declared, "工程量（Qto）")

    def _judge(self, run: Element, ends: tuple[Floats, Floats] | None) -> tuple[Answer, float | None]:
        """What the run says, else what its place shows, with the separated length in m."""
        said = self.clues.says(run, "separated_services")
        if said.value is not None or ends is None:
            return said, None
        length = float(np.linalg.norm(ends[1] - ends[0]))
        buried, unsure = self._inside(*ends)
        if unsure > _LEAST_M:
            return Answer(None, f"几何：{unsure:.2f} m 在非承重墙内或贴近楼板，看不出是否分离"), None
        if buried >= length - _LEAST_M:
            return Answer(False, "几何：埋在结构或砌体内"), None
        if buried > _LEAST_M:
            return Answer(True, f"几何：{buried:.2f} m 埋在结构或砌体内，其余分离"), length - buried
        return Answer(True, "几何：不在结构和墙体内"), None

    @cached_property
    def _solids(self) -> list[tuple[Element, str]]:
        """What a run may lie in, and what that means."""
        rows: list[tuple[Element, str]] = [(e, BURIED) for e in self.model.of_class("IfcSlab", "IfcColumn", "IfcBeam")]
        for wall in self.walls.all:
            buries = self.walls.bearing(wall).value or self.clues.says(wall, "masonry").value
            rows.append((wall, BURIED if buries else UNSURE))
        return rows

    @cached_property
    def _index(self) -> tuple[list[tuple[Outline, float, float, str, bool]], shapely.STRtree]:
        rows = []
        for element, meaning in self._solids:
            ground, reach = self.shapes.plan(element), self.shapes.reach(element)
            if not ground.is_empty and reach is not None:
                rows.append((ground, *reach, meaning, "Slab" in element.ifc_class))
        return rows, shapely.STRtree([row[0] for row in rows])

    def _inside(self, start: Floats, end: Floats) -> tuple[float, float]:
        """Length of the axis that is buried, and that nobody can tell, m."""
        length = float(np.linalg.norm(end - start))
        count = max(int(np.ceil(length / _STEP_M)), 1)
        places = start + (end - start) * ((np.arange(count) + 0.5) / count)[:, None]
        points = shapely.points(places[:, :2])
        rows, tree = self._index
        buried, unsure = np.zeros(count, bool), np.zeros(count, bool)
        screed = 0.0 if _is_upright(start, end) else self.clues.number("screed_m")
        for index in tree.query(LineString([start[:2], end[:2]]).buffer(_STEP_M)):
            ground, low, high, meaning, is_slab = rows[index]
            over = shapely.covers(ground, points)
            inside = over & (places[:, 2] >= low) & (places[:, 2] <= high)
            buried |= inside & (meaning == BURIED)
            unsure |= inside & (meaning == UNSURE)
            if is_slab:
                unsure |= over & (places[:, 2] > high) & (places[:, 2] <= high + screed)
        return float(buried.mean() * length), float((unsure & ~buried).mean() * length)


def _is_upright(start: Floats, end: Floats) -> bool:
    along = end - start
    return bool(abs(along[2]) > _UPRIGHT * np.linalg.norm(along))


def _called(run: Element, words: list[str]) -> bool:
    text = " ".join((run.name, run.object_type, run.type_name)).lower()
    return any(word.lower() in text for word in words)
