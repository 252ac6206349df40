"""Enclosing and inner walls: faces of non-masonry and of integrated walls (GB/T 51129-2017 4.0.6–4.0.9).

A face is one side of the wall, openings not deducted. A wall that does not say whether it is an outer one is asked by its
place: with open air beyond one of its sides it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hezhu.engines.ifc import Element
from hezhu.engines.ifc.geometry.mesh import Mesh
from hezhu.engines.ifc.geometry.surfaces import plan
from hezhu.engines.prefab.clues import NOTHING, Answer, Clues
from hezhu.engines.prefab.inputs import ItemInput, Provenance
from hezhu.engines.prefab.shapes import SHAPE, Shapes, Size, wall_face, wall_sides
from hezhu.engines.prefab.storeys import Storeys
from hezhu.engines.prefab.tally import Tally, as_input

_BEYOND_M = 0.1
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One item on walls: which walls, what must be said of them, and the words where it is not."""

    outer: bool
    hung_only: bool
    statement: str
    negated: bool
    unsaid: str


ITEMS = {
    "q2a": _Wanted(True, True, "masonry", True, "外墙没有标明是否砌筑"),
    "q2b": _Wanted(True, False, "integrated_insulation", False, "外墙没有标明是否一体化"),
    "q2b-board": _Wanted(True, False, "insulation_board", False, "外墙没有标明是否采用一体化板"),
    "q2b-insulation": _Wanted(True, False, "integrated_wall_insulation", False, "外墙没有标明墙体与保温是否一体化"),
    "q2c": _Wanted(False, True, "masonry", True, "内墙没有标明是否砌筑"),
    "q2d": _Wanted(False, True, "integrated_services", False, "内墙没有标明是否一体化"),
    "q2d-services": _Wanted(False, True, "integrated_pipes", False, "内墙没有标明墙体与管线是否一体化"),
}


class Walls:
    """The walls of one model, sorted once into outer and inner, bearing and not."""

    def __init__(self, clues: Clues, shapes: Shapes, storeys: Storeys) -> None:
        self.clues, self.shapes, self.storeys = clues, shapes, storeys
        self.model = clues.model

    @cached_property
    def all(self) -> list[Element]:
        """Walls and curtain walls above ground, without parapets."""
        found = self.storeys.above_ground(self.model.of_class("IfcWall", "IfcCurtainWall"))
        return [wall for wall in found if wall.predefined_type != "PARAPET" and "女儿墙" not in wall.object_type + wall.name]

    def bearing(self, wall: Element) -> Answer:
        """Whether the wall is load-bearing; a curtain wall never is."""
        return Answer(False, wall.ifc_class) if wall.ifc_class == "IfcCurtainWall" else self.clues.says(wall, "load_bearing")

    @cached_property
    def _outside(self) -> dict[int, Answer]:
        return {wall.step_id: self._external(wall) for wall in self.all}

    def _external(self, wall: Element) -> Answer:
        said = self.clues.says(wall, "external")
        if said.value is not None:
            return said
        here = next((one for one in self.storeys.plans if one.storey == wall.storey and not one.outline.is_empty), None)
        ground = self.shapes.plan(wall)
        if here is None or ground.is_empty:
            return said
        outline = here.outline
        beside = [float(line.difference(outline).length / line.length) for line in wall_sides(ground, _BEYOND_M) if line.length]
        if max(beside, default=0.0) > _MOSTLY:
            return Answer(True, "几何：一侧在楼层轮廓之外")
        return Answer(False, "几何：两侧都在楼层轮廓之内") if beside else said

    def item(self, item_id: str) -> ItemInput:
        """The share of one item of the table ``ITEMS``."""
        wanted = ITEMS[item_id]
        label = ("非承重" if wanted.hung_only else "") + ("外墙" if wanted.outer else "内墙")
        rows = [(wall, belongs) for wall in self.all if (belongs := self._belongs(wall, wanted)).value is not False]
        answers = {wall.step_id: self._counts(wall, wanted) for wall, _ in rows}
        nothing = f"没有标明为{label}的墙"
        if not any(belongs.value for _, belongs in rows):
            silent = tuple(wall.global_id for wall, _ in rows)
            asked = tuple(dict.fromkeys(self._lacking(wall, wanted) for wall, _ in rows))
            return ItemInput(Provenance.MODEL, considered=silent, silent=silent, missing=nothing, lacking=asked)
        if all(answer.value is None for answer in answers.values()):
            ids = tuple(wall.global_id for wall, _ in rows)
            asked = (self.clues.ask(wanted.statement),)
            return ItemInput(Provenance.MODEL, considered=ids, silent=ids, missing=wanted.unsaid, lacking=asked)
        self.shapes.prepare([piece for wall, _ in rows for piece in (wall, *self.storeys.parts_of(wall))], openings=False)
        tally = Tally(self.clues.number("differs"))
        for wall, belongs in rows:
            surely = NOTHING if belongs.value else belongs
            lacking = self.clues.ask(wanted.statement) if belongs.value else self._lacking(wall, wanted)
            tally.add(wall, self._size(wall), answers[wall.step_id], belongs=surely, lacking=lacking)
        notes = self._placed([wall for wall, _ in rows])
        return as_input(tally, nothing=nothing, unsaid=wanted.unsaid, notes=notes)

    def _belongs(self, wall: Element, wanted: _Wanted) -> Answer:
        outside = self._outside[wall.step_id]
        if outside.value is not None and outside.value is not wanted.outer:
            return Answer(False)
        bearing = self.bearing(wall) if wanted.hung_only else Answer(False)
        if bearing.value is True:
            return Answer(False)
        undecided = outside.value is None or bearing.value is None
        return Answer(None, "没有说明内外或是否承重") if undecided else Answer(True, outside.basis)

    def _lacking(self, wall: Element, wanted: _Wanted) -> str:
        statement = "external" if self._outside[wall.step_id].value is None else "load_bearing"
        return self.clues.ask(statement if wanted.hung_only else "external")

    def _counts(self, wall: Element, wanted: _Wanted) -> Answer:
        said = self.clues.says(wall, wanted.statement)
        return said.negated if wanted.negated else said

    def _size(self, wall: Element) -> Size | None:
        """The wall's face; of a curtain wall without a shape of its own that of its parts together."""
        own = self.shapes.side_area(wall)
        if own is not None and own.how == SHAPE:
            return own
        meshes = [mesh for part in self.storeys.parts_of(wall) if (mesh := self.shapes.whole(part)) is not None]
        whole = _joined(meshes) if meshes else None
        face = wall_face(whole, plan(whole)) if whole is not None else None
        return Size(face, SHAPE, own.declared if own else None) if face else own

    def _placed(self, walls: list[Element]) -> list[str]:
        placed = [wall for wall in walls if self._outside[wall.step_id].basis.startswith("几何")]
        return [f"{len(placed)} 面墙没有标明内外，按位置判断"] if placed else []

    def formwork(self) -> ItemInput:
        """Vertical members cast with fine or lost formwork, by their faces (Zhejiang's own row)."""
        statement = "fine_formwork"
        bearing = [wall for wall in self.all if self.bearing(wall).value]
        cast = [wall for wall in bearing if self.clues.says(wall, "prefabricated").value is not True]
        answers = {wall.step_id: self.clues.says(wall, statement) for wall in cast}
        if all(answer.value is None for answer in answers.values()):
            ids = tuple(wall.global_id for wall in cast)
            missing = "现浇竖向构件没有标明模板工艺" if cast else "没有标明承重的现浇墙"
            return ItemInput(Provenance.MODEL, considered=ids, silent=ids, missing=missing, lacking=(self.clues.ask(statement),))
        tally = Tally(self.clues.number("differs"))
        self.shapes.prepare(cast, openings=False)
        for wall in cast:
            tally.add(wall, self._size(wall), answers[wall.step_id], lacking=self.clues.ask(statement))
        return as_input(tally, nothing="没有标明承重的现浇墙", unsaid="现浇竖向构件没有标明模板工艺")


def _joined(meshes: list[Mesh]) -> Mesh:
    """Several meshes as one."""
    shifts = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes[:-1])])
    faces = np.concatenate([mesh.faces + shift for mesh, shift in zip(meshes, shifts, strict=True)])
    return Mesh(np.concatenate([mesh.vertices for mesh in meshes]), faces)
