"""Vertical members: precast concrete over all concrete of columns, braces, bearing walls (GB/T 51129-2017 4.0.2, 4.0.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from hezhu.engines.ifc import Element
from hezhu.engines.prefab.clues import NOTHING, Answer, Clues
from hezhu.engines.prefab.inputs import Contribution, ItemInput, Part, Provenance
from hezhu.engines.prefab.joints import Joints
from hezhu.engines.prefab.shapes import Shapes, Size, sides
from hezhu.engines.prefab.storeys import Storeys
from hezhu.engines.prefab.tally import Tally, as_input

_OVERLAP_M3 = 0.01


@dataclass(frozen=True, slots=True)
class Member:
    """A vertical member and whether it surely is one."""

    element: Element
    belongs: Answer
    lacking: str


class Vertical:
    """The vertical members of one model."""

    def __init__(self, clues: Clues, shapes: Shapes, storeys: Storeys) -> None:
        self.clues, self.shapes, self.storeys = clues, shapes, storeys
        self.model = clues.model

    def members(self) -> list[Member]:
        """Members above ground. One made of parts is taken by its parts where it has no shape of its own."""
        found: dict[int, Member] = {}
        for row in self.clues.table["vertical_members"]:
            for element in self.storeys.above_ground(self.model.of_class(row["class"])):
                belongs = self.clues.says(element, row["when"])
                if belongs.value is False or element.predefined_type == "PARAPET":
                    continue
                member = Member(element, belongs, self.clues.ask(row["when"]))
                for piece in self._pieces(element):
                    found.setdefault(piece.step_id, Member(piece, member.belongs, member.lacking))
        return list(found.values())

    def _pieces(self, element: Element) -> list[Element]:
        has_shape = getattr(element.entity, "Representation", None) is not None
        parts = [] if has_shape else self.storeys.parts_of(element)
        return parts or [element]

    def item(self) -> ItemInput:
        """V1a / V. Steel and timber members hold no concrete; where there are no others, the ratio is the table's."""
        members = self.members()
        steel = [m for m in members if self.clues.says(m.element, "steel_or_timber").value is True]
        concrete = [m for m in members if m not in steel]
        if steel and not any(m.belongs.value for m in concrete):
            return self._steel([m.element for m in steel])
        answers = {m.element.step_id: self.clues.says(m.element, "prefabricated") for m in concrete}
        if not any(answer.value for answer in answers.values()):
            return self._nothing_said(concrete, answers)
        self.shapes.prepare([m.element for m in concrete], openings=True)
        self.shapes.prepare([m.element for m in concrete], openings=False)
        tally = Tally(self.clues.number("differs"))
        joints = Joints(self.clues, self.shapes, self._cast_and_precast(concrete, answers))
        doubtful = self._joint_notes(tally, concrete, answers, joints)
        notes = [*doubtful, *self._overlaps([m.element for m in concrete])]
        if steel:
            notes.append(f"{len(steel)} 个钢、木构件不含混凝土，不计入总体积")
        return as_input(tally, nothing="没有标明承重的墙或柱", unsaid="竖向构件没有标明是否预制", notes=notes)

    def _cast_and_precast(self, members: Sequence[Member], answers: dict[int, Answer]) -> list[tuple[Element, bool]]:
        """Members with whether they are precast; beams beside them, which nodes and belts need, too."""
        known = [(m.element, answers[m.element.step_id].value is True) for m in members]
        beams = [beam for beam in self.storeys.above_ground(self.model.of_class("IfcBeam")) if beam.step_id not in answers]
        return [*known, *((beam, self.clues.says(beam, "prefabricated").value is True) for beam in beams)]

    def _joint_notes(self, tally: Tally, members: Sequence[Member], answers: dict[int, Answer], joints: Joints) -> list[str]:
        """Adds every member, and says which cast joints counted and on what grounds."""
        detected = declared = refused = 0
        for member in members:
            element, answer = member.element, answers[member.element.step_id]
            size = self._concrete(element)
            lacking = self.clues.ask("prefabricated")
            belongs = NOTHING if member.belongs.value else member.belongs
            joint = joints.judge(element) if answer.value is not True and member.belongs.value else NOTHING
            if joint.basis:
                detected += joint.value is True
                tally.add(element, size, joint, lacking="由人核对后浇段", basis=joint.basis)
                continue
            part, basis, is_declared, is_refused = self._declared_split(element, answer, size)
            declared, refused = declared + is_declared, refused + is_refused
            wanted = lacking if member.belongs.value else member.lacking
            tally.add(element, size, answer, belongs=_doubt(belongs, member), part=part, lacking=wanted, basis=basis)
        notes = [f"{detected} 处后浇混凝土按几何核对计入（4.0.3，待核）"] if detected else []
        if declared:
            notes.append(f"{declared} 个预制构件申报了可计入的后浇体积，模型没有单独建出，宽度按体积折算")
        if refused:
            notes.append(f"{refused} 个预制构件申报的后浇体积折算宽度超过限值，没有计入")
        return notes

    def _concrete(self, element: Element) -> Size | None:
        size = self.shapes.volume(element)
        share = self.clues.concrete_share(element)
        if size is None or share == 1.0:
            return size
        return Size(size.value * share, size.how, None if size.declared is None else size.declared * share)

    def _declared_split(self, element: Element, answer: Answer, size: Size | None) -> tuple[float | None, str, bool, bool]:
        """Counted volume where the model states how much is precast and how much cast joint may be added."""
        own = self.clues.measure(element, "precast_volume")
        joint = self.clues.measure(element, "countable_cast_volume") or 0.0
        if answer.value is not True or size is None or own is None:
            return None, "", False, False
        if joint and not self._joint_fits(element, joint):
            return own, f"{answer.basis}；后浇 {joint:.3f} m³ 超宽未计", False, True
        return own + joint, answer.basis + (f"；含申报后浇 {joint:.3f} m³" if joint else ""), joint > 0, False

    def _joint_fits(self, element: Element, joint: float) -> bool:
        """Whether a declared joint, spread over the wall's thickness and height, is no wider than a countable strip."""
        reach, (thickness, _) = self.shapes.reach(element), sides(self.shapes.plan(element))
        if reach is None or not thickness:
            return False
        widest = float(self.clues.table["cast_joints"]["strip"]["max_width_m"])
        return joint / (thickness * (reach[1] - reach[0])) <= widest + 1e-6

    def _steel(self, elements: Sequence[Element]) -> ItemInput:
        row = self.clues.table["steel_and_timber"]
        contributions = tuple(
            Contribution(
                element.global_id,
                element.ifc_class,
                element.name,
                element.storey.name if element.storey else "",
                Part.COUNTED,
                0.0,
                0.0,
                self.clues.says(element, "steel_or_timber").basis,
            )
            for element in elements
        )
        ids = tuple(element.global_id for element in elements)
        return ItemInput(
            Provenance.MODEL,
            ratio=float(row["ratio"]),
            counted=ids,
            considered=ids,
            elements=contributions,
            notes=(f"{row['title']}（待核）",),
        )

    def _nothing_said(self, members: Sequence[Member], answers: dict[int, Answer]) -> ItemInput:
        """No member is said to be precast: known to be 0 where every one is said to be cast, else unknown. No shape is made."""
        if not members:
            return ItemInput(Provenance.MODEL, missing="没有标明承重的墙或柱")
        known = [m for m in members if m.belongs.value]
        said = [m for m in known if answers[m.element.step_id].value is False]
        ids = tuple(m.element.global_id for m in members)
        if said and len(said) == len(members):
            return ItemInput(Provenance.MODEL, ratio=0.0, considered=ids, note="竖向构件全部标明现浇")
        missing = "没有标明承重的墙或柱" if not known else "竖向构件没有标明是否预制"
        silent = tuple(m.element.global_id for m in members if m not in said)
        asked = dict.fromkeys([*(m.lacking for m in members if m.belongs.value is None), self.clues.ask("prefabricated")])
        return ItemInput(Provenance.MODEL, considered=ids, silent=silent, missing=missing, lacking=tuple(asked))

    def _overlaps(self, elements: Sequence[Element]) -> list[str]:
        """Volume that two members both fill: it is counted twice."""
        plans = [self.shapes.plan(element) for element in elements]
        reaches = [self.shapes.reach(element) for element in elements]
        tree = shapely.STRtree(plans)
        pairs, total = 0, 0.0
        for first, second in zip(*tree.query(plans, predicate="intersects"), strict=True):
            one, other = reaches[first], reaches[second]
            if first >= second or one is None or other is None:
                continue
            height = min(one[1], other[1]) - max(one[0], other[0])
            shared = plans[first].intersection(plans[second]).area * height if height > 0 else 0.0
            if shared > _OVERLAP_M3:
                pairs, total = pairs + 1, total + shared
        return [f"{pairs} 处竖向构件互相重叠，约 {total:.2f} m³ 被计了两次，应在模型中剪切"] if pairs else []


def _doubt(belongs: Answer, member: Member) -> Answer:
    return NOTHING if belongs is NOTHING and member.belongs.value else Answer(None, "不知道是否承重")
