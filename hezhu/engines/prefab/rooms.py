"""Full decoration, dry floors, integrated kitchens and bathrooms (GB/T 51129-2017 3.0.3, 4.0.10–4.0.12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import shapely

from hezhu.engines.ifc import Element, Storey, properties
from hezhu.engines.ifc.geometry.surfaces import flatten
from hezhu.engines.ifc.geometry.surfaces import outline as outline_of
from hezhu.engines.prefab.clues import Answer, Clues, Subject
from hezhu.engines.prefab.horizontal import NO_PLAN
from hezhu.engines.prefab.inputs import Contribution, ItemInput, Part, Provenance
from hezhu.engines.prefab.shapes import DECLARED, SHAPE, Shapes, Size
from hezhu.engines.prefab.storeys import NO_LEVEL, Storeys
from hezhu.engines.prefab.tally import Tally, as_input

_GRID_M = 1e-4
_FLOOR_QUANTITIES = ("NetFloorArea", "GrossFloorArea")
_FITTED = {"q3b": "橱柜和厨房设备", "q3c": "洁具设备"}


class Rooms:
    """The rooms of one model."""

    def __init__(self, clues: Clues, shapes: Shapes, storeys: Storeys) -> None:
        self.clues, self.shapes, self.storeys = clues, shapes, storeys
        self.model = clues.model

    @property
    def spaces(self) -> list[Element]:
        """Rooms above ground."""
        return self.storeys.above_ground(self.model.spaces)

    def decoration(self) -> ItemInput:
        """Whether the building, or the project, says that it is fully decorated."""
        for ifc_class in ("IfcBuilding", "IfcProject"):
            for entity in self.model.file.by_type(ifc_class):
                said = self.clues.judge(Subject(properties.property_sets(entity), ifc_class), "full_decoration")
                if said.value is not None:
                    part = Part.COUNTED if said.value else Part.LEFT_OUT
                    name = getattr(entity, "Name", None) or ""
                    row = Contribution(entity.GlobalId, ifc_class, name, "", part, 0.0, 0.0, said.basis)
                    return ItemInput(
                        Provenance.MODEL,
                        adopted=said.value,
                        counted=(entity.GlobalId,) if said.value else (),
                        considered=(entity.GlobalId,),
                        elements=(row,),
                    )
        return ItemInput(Provenance.MODEL, missing="建筑没有标明是否全装修", lacking=(self.clues.ask("full_decoration"),))

    def dry_floor(self) -> ItemInput:
        """A3a / A: floors of rooms, and floor coverings, built dry, once where both say so, over the storeys' plan area."""
        coverings = self.storeys.above_ground(self.model.of_class("IfcCovering"))
        floors = [c for c in coverings if c.predefined_type == "FLOORING"]
        said: list[tuple[Element, Answer]] = [(e, self.clues.says(e, "dry_floor")) for e in self.spaces]
        said += [(e, self.clues.says(e, "dry_covering")) for e in floors]
        said = [(element, answer) for element, answer in said if answer.value is not None]
        if not said:
            asked = (self.clues.ask("dry_floor"),)
            ids = tuple(space.global_id for space in self.spaces)
            return ItemInput(Provenance.MODEL, considered=ids, silent=ids, missing="房间没有标明是否干式工法楼面", lacking=asked)
        if not self.storeys.area:
            return ItemInput(Provenance.MODEL, missing=NO_PLAN)
        tally = Tally(self.clues.number("differs"))
        numerators = self._floors(tally, said)
        # Corridors and shafts seldom say anything: they are not in the numerator, and the denominator is the floors' own area.
        return as_input(
            tally,
            nothing="房间没有标明是否干式工法楼面",
            unsaid="房间没有标明是否干式工法楼面",
            storeys=self.storeys.sums(numerators),
            notes=self.storeys.notes(),
        )

    def _floors(self, tally: Tally, said: Sequence[tuple[Element, Answer]]) -> dict[Storey, float]:
        """Adds each floor less what dry floors before it cover on the same storey; the counted area by storey."""
        self.shapes.prepare([element for element, _ in said], openings=False)
        covered: dict[Storey, list[Any]] = defaultdict(list)
        numerators: dict[Storey, float] = defaultdict(float)
        for element, answer in sorted(said, key=lambda row: row[1].value is not True):
            storey = element.storey or NO_LEVEL
            size, ground = self._floor(element)
            if size is None:
                continue
            if covered[storey] and size.how == SHAPE and not ground.is_empty:
                left = ground.difference(shapely.union_all(covered[storey]), grid_size=_GRID_M).area
                size = size if left >= 0.999 * ground.area else Size(float(left), "几何，扣除重叠")
            tally.add(element, size, answer, lacking=self.clues.ask("dry_floor"))
            if answer.value:
                numerators[storey] += size.value
                covered[storey].append(ground)
        return numerators

    def _floor(self, element: Element) -> tuple[Size | None, shapely.Geometry]:
        """Floor area of a room (its own underside) or plan area of a covering."""
        mesh = self.shapes.whole(element)
        declared = next((element.quantities[name] for name in _FLOOR_QUANTITIES if element.quantities.get(name)), None)
        if element.ifc_class != "IfcSpace":
            return self.shapes.plan_area(element), self.shapes.plan(element)
        if mesh is None:
            return (None if declared is None else Size(declared, DECLARED)), shapely.Polygon()
        bottom = mesh.facing_down(0.95)
        ground = outline_of(flatten(bottom[bottom[:, :, 2].max(axis=1) <= float(mesh.low[2]) + 0.05]))
        return (Size(float(ground.area), SHAPE, declared) if ground.area else None), ground

    def wet(self, item_id: str, kind: str, building_kind: str) -> ItemInput:
        """A3b / Ak, A3c / Ab: dry-built wall, ceiling and floor area of the rooms of that kind."""
        label = self.clues.table["rooms"][kind]["label"]
        spaces = [space for space in self.spaces if self.clues.room_kind(space) == kind]
        if not spaces:
            return self._none_of(item_id, kind, label, building_kind)
        answers = {space.step_id: self.clues.says(space, "integrated_room") for space in spaces}
        lacking = self.clues.ask("integrated_room")
        if all(answer.value is None for answer in answers.values()):
            ids = tuple(space.global_id for space in spaces)
            return ItemInput(Provenance.MODEL, considered=ids, silent=ids, missing=f"{label}没有标明是否集成", lacking=(lacking,))
        self.shapes.prepare(spaces, openings=False)
        tally = Tally(self.clues.number("differs"))
        for space in spaces:
            answer = answers[space.step_id]
            size = self._surface(space)
            dry = self._dry(space, size) if answer.value else None
            if answer.value and dry is None:
                answer = Answer(None, "标明集成，没有说明干式工法面积")
            tally.add(space, size, answer, part=dry, lacking=lacking, basis=answer.basis)
        notes = (f"{_FITTED[item_id]}是否全部安装到位须现场核对",)
        return as_input(tally, nothing=f"没有名为{label}的房间", unsaid=f"{label}没有标明是否集成", notes=notes)

    def _none_of(self, item_id: str, kind: str, label: str, building_kind: str) -> ItemInput:
        """Absent by function only where the table allows it for that kind of building and every room says what it is."""
        rules = [r for r in self.clues.table["absent_by_function"] if r["item"] == item_id and r["room"] == kind]
        allowed = any(building_kind in rule["kinds"] for rule in rules)
        nameless = [space for space in self.spaces if not (space.long_name or space.object_type)]
        if allowed and self.spaces and not nameless:
            ids = tuple(space.global_id for space in self.spaces)
            note = f"{len(ids)} 个房间都有功能名称，没有{label}：按建筑功能缺少，计入 Q4（待核）"
            return ItemInput(Provenance.MODEL, absent=True, considered=ids, note=note, notes=(note,))
        missing = f"没有名为{label}的房间"
        if allowed and nameless:
            ids = tuple(space.global_id for space in nameless)
            missing += f"；{len(ids)} 个房间没有功能名称，不能认定功能缺少"
            return ItemInput(Provenance.MODEL, considered=ids, silent=ids, missing=missing, lacking=("房间的 LongName",))
        return ItemInput(Provenance.MODEL, missing=missing)

    def _surface(self, space: Element) -> Size | None:
        declared = self.clues.measure(space, "surface_area")
        faces = self.shapes.room_faces(space)
        if faces is not None:
            return Size(sum(faces), SHAPE, declared)
        return None if declared is None else Size(declared, "申报")

    def _dry(self, space: Element, size: Size | None) -> float | None:
        """Dry area: as declared, else the faces that are said to be dry; None where neither is."""
        declared = self.clues.measure(space, "dry_area")
        if declared is not None:
            # A declared area that fills the declared surface fills the measured one, whatever rounding lies between them.
            whole = self.clues.measure(space, "surface_area")
            return declared if size is None or not whole else declared / whole * size.value
        faces = self.shapes.room_faces(space)
        said = [self.clues.says(space, name).value for name in ("dry_floor", "dry_ceiling", "dry_walls")]
        if faces is None or all(value is None for value in said):
            return None
        return sum(area for area, value in zip(faces, said, strict=True) if value)
