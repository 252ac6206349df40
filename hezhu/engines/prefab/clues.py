"""What elements say of themselves, read by the clues of ``rulepacks/assembly/model-quantities.yaml``.

A clue is a property, a property set that is there, a predefined type, a class, a classification code, a material or a name.
The first clue that answers counts; an element about which none answers is silent. Nothing is taken for granted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hezhu.engines.ifc import Element, Model
from hezhu.engines.prefab.profile import ProfileInvalid, read_table

TABLE = "model-quantities"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an element says: True, False or nothing, by which clue, and whether that is only a name."""

    value: bool | None
    basis: str = ""
    weak: bool = False

    @property
    def negated(self) -> Answer:
        """The opposite, on the same grounds; nothing stays nothing."""
        return self if self.value is None else Answer(not self.value, self.basis, self.weak)


NOTHING = Answer(None)
Psets = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Subject:
    """The facts of one element that clues look at."""

    psets: Psets
    ifc_class: str = ""
    predefined: str = ""
    names: tuple[str, ...] = ()
    element: Element | None = None


class Clues:
    """The table of clues, asked of elements. Raises ``ProfileInvalid`` for a clue without a known source."""

    def __init__(self, model: Model, table: Mapping[str, Any] | None = None) -> None:
        self.model = model
        self.table = read_table(TABLE) if table is None else table
        _check_sources(self.table)
        self._remembered: dict[tuple[int, str], Answer] = {}
        self._heard: dict[tuple[int, tuple[str, ...], str], Answer] = {}

    def number(self, name: str) -> float:
        """A number of the table, in the unit its name ends with."""
        return float(self.table["numbers"][name]["value"])

    def ask(self, statement: str) -> str:
        """The property that would make an element state it."""
        return str(self.table["statements"][statement]["ask"])

    def says(self, element: Element, statement: str) -> Answer:
        """What the element, or what it is part of, says to that statement."""
        key = (element.step_id, statement)
        if key not in self._remembered:
            found = self.judge(_subject(element), statement)
            if found.value is None and element.whole and (whole := self.model.element(element.whole)) is not None:
                found = self.says(whole, statement)
            self._remembered[key] = found
        return self._remembered[key]

    def judge(self, subject: Subject, statement: str) -> Answer:
        """The first clue that answers."""
        for clue in self.table["statements"][statement]["clues"]:
            found = _answer(subject, clue, self)
            if found.value is not None:
                return found
        return NOTHING

    def hear(self, texts: tuple[str, ...], clue: Mapping[str, Any], label: str) -> Answer:
        """Whether a word of the clue is in one of the texts; elements of one type are told apart by little else than their number."""
        key = (id(clue), texts, label)
        if key not in self._heard:
            self._heard[key] = _by_words(texts, clue, label)
        return self._heard[key]

    def measure(self, element: Element, name: str) -> float | None:
        """A declared measure in SI units, or None."""
        place = self.table["measures"][name]
        value = element.value(place["property"], place["set"])
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        units = self.model.units
        return float(value) * {"length": units.length, "area": units.area, "volume": units.volume}[place["unit"]]

    def room_kind(self, space: Element) -> str | None:
        """kitchen, bathroom or None, by the room's names."""
        text = f"{space.long_name} {space.object_type} {space.name}".lower()
        for kind, row in self.table["rooms"].items():
            if any(word.lower() in text for word in row["words"]):
                return str(kind)
        return None

    def concrete_share(self, element: Element) -> float:
        """Share (0..1) of concrete in the thickness of a layered member; 1 where no layers tell otherwise."""
        layers = _layers(element)
        words = self.table["concrete_layers"]["words"]
        concrete = sum(thickness for name, thickness in layers if _found(name, words))
        whole = sum(thickness for _, thickness in layers)
        return concrete / whole if concrete and whole else 1.0


def entries(table: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Every entry of the table that has to name a source, with its place for a message."""
    for section, rows in table.items():
        if section in ("sources", "statements"):
            continue
        if isinstance(rows, Sequence):
            yield from ((f"{section} 第 {number} 条", row) for number, row in enumerate(rows, start=1))
        elif "source" in rows:
            yield section, rows
        else:
            yield from ((f"{section}.{key}", row) for key, row in rows.items())
    for name, statement in table["statements"].items():
        yield from ((f"statements.{name} 第 {number} 条", row) for number, row in enumerate(statement["clues"], start=1))


def _check_sources(table: Mapping[str, Any]) -> None:
    for place, row in entries(table):
        if not isinstance(row, Mapping) or row.get("source") not in table["sources"]:
            raise ProfileInvalid(f"评分规则 {TABLE} 的 {place} 没有写明来源（source），应取自 sources 一节")
        if place.startswith("statements.") and not _READERS.keys() & row.keys():
            raise ProfileInvalid(f"评分规则 {TABLE} 的 {place} 没有写明看什么；可用：{'、'.join(_READERS)}")


def _subject(element: Element) -> Subject:
    names = tuple(text for text in (element.name, element.object_type, element.type_name, element.long_name) if text)
    return Subject(element.psets, element.ifc_class, element.predefined_type, names, element)


def _answer(subject: Subject, clue: Mapping[str, Any], clues: Clues) -> Answer:
    weak = bool(clue.get("weak"))
    for key, read in _READERS.items():
        if key in clue:
            found = read(subject, clue, clues)
            return Answer(found.value, found.basis, weak) if weak and found.value is not None else found
    return NOTHING


def _by_property(subject: Subject, clue: Mapping[str, Any], _clues: Clues) -> Answer:
    name = clue["property"]
    for set_name, values in subject.psets.items():
        if clue.get("set", set_name) != set_name or values.get(name) is None:
            continue
        value = values[name]
        if isinstance(value, bool):
            return Answer(value, f"{set_name}.{name}＝{'是' if value else '否'}")
        for key, meaning in (("means_yes", True), ("means_no", False)):
            if str(value).strip() in map(str, clue.get(key, ())):
                return Answer(meaning, f"{set_name}.{name}＝{value}")
    return NOTHING


def _by_set(subject: Subject, clue: Mapping[str, Any], _clues: Clues) -> Answer:
    name = clue["set_present"]
    return Answer(bool(clue["means"]), f"有属性集 {name}") if name in subject.psets else NOTHING


def _by_predefined(subject: Subject, clue: Mapping[str, Any], _clues: Clues) -> Answer:
    for key, meaning in (("means_no", False), ("means_yes", True)):
        if subject.predefined and subject.predefined in clue.get(key, ()):
            return Answer(meaning, f"PredefinedType＝{subject.predefined}")
    return NOTHING


def _by_class(subject: Subject, clue: Mapping[str, Any], _clues: Clues) -> Answer:
    for name in clue["class"]:
        if subject.ifc_class == name or (subject.element is not None and _is_a(subject.element, name)):
            return Answer(bool(clue["means"]), f"{subject.ifc_class}")
    return NOTHING


def _is_a(element: Element, ifc_class: str) -> bool:
    entity: Any = element.entity
    try:
        return bool(entity.is_a(ifc_class))
    except RuntimeError:  # a class this schema does not have
        return False


def _by_code(subject: Subject, clue: Mapping[str, Any], _clues: Clues) -> Answer:
    codes = subject.element.classifications if subject.element is not None else ()
    for code in codes:
        if any(code.code.startswith(begin) for begin in clue["code"]):
            return Answer(bool(clue["means"]), f"分类编码 {code.code}")
    return NOTHING


def _by_material(subject: Subject, clue: Mapping[str, Any], clues: Clues) -> Answer:
    return clues.hear(subject.element.materials if subject.element is not None else (), clue, "材料")


def _by_name(subject: Subject, clue: Mapping[str, Any], clues: Clues) -> Answer:
    return clues.hear(subject.names, clue, "名称")


def _by_words(texts: Sequence[str], clue: Mapping[str, Any], label: str) -> Answer:
    for key, meaning in (("means_no", False), ("means_yes", True)):
        for word in clue.get(key, ()):
            if any(_found(text, (word,)) for text in texts):
                return Answer(meaning, f"{label}含“{word}”")
    return NOTHING


def _found(text: str, words: Iterable[str]) -> bool:
    lowered = text.lower()
    return any(word.lower() in lowered for word in words)


def _layers(element: Element) -> list[tuple[str, float]]:
    """Material name and thickness of each layer; empty for anything but layers."""
    material = element.material
    if material is None or not material.is_a("IfcMaterialLayerSet"):
        return []
    return [
        (layer.Material.Name or "" if layer.Material else "", float(layer.LayerThickness)) for layer in material.MaterialLayers
    ]


_READERS: dict[str, Callable[[Subject, Mapping[str, Any], Clues], Answer]] = {
    "set_present": _by_set,
    "property": _by_property,
    "predefined": _by_predefined,
    "class": _by_class,
    "code": _by_code,
    "material": _by_material,
    "words": _by_name,
}
