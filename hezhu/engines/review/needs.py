"""What a model must carry: ``rulepacks/needs.yaml`` says it per method and per engine, and becomes an IDS 1.0 file for a pack.

The IDS is generated from data: a specification is in it when a clause of the pack uses a method that needs it, or an engine
does; its description says which.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

import yaml

from hezhu.engines.review.pack import Pack, PackInvalid, rulepacks_folder
from hezhu.engines.review.recognition import Recognition

IDS = "http://standards.buildingsmart.org/IDS"
XS = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_ASKS = ("attribute", "property", "classification", "part_of")
_FIELDS = ("title", "version", "date", "about", "purpose", "milestone")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_SPECIAL = re.compile(r"([.\\?*+(){}\[\]|^$-])")
_NAMED = 6


@dataclass(frozen=True, slots=True)
class Specification:
    """One data requirement, as the file writes it. ``asks`` and ``where`` are its own small tables."""

    id: str
    name: str
    text: str
    entities: tuple[str, ...]
    asks: tuple[Mapping[str, Any], ...]
    where: Mapping[str, Any] = field(default_factory=dict)
    least: int = 0


@dataclass(frozen=True, slots=True)
class Needs:
    """The whole table: specifications, and which of them a method or an engine needs."""

    about: Mapping[str, str]
    versions: tuple[str, ...]
    specifications: Mapping[str, Specification]
    methods: Mapping[str, tuple[str, ...]]
    engines: Mapping[str, tuple[str, ...]]

    def of(self, pack: Pack, on: dt.date | None = None) -> dict[str, tuple[list[str], list[str]]]:
        """For every needed specification the clauses (standard and number) and the engines that need it, in file order.

        With a date only clauses in force count.
        """
        clauses = pack.clauses if on is None else pack.in_force(on)
        found: dict[str, tuple[list[str], list[str]]] = {key: ([], []) for key in self.specifications}
        for clause in clauses:
            number = f"{' '.join(clause.standard.split(' ')[:2])} {clause.clause}"
            for key in self.methods.get(clause.method, ()):
                if number not in found[key][0]:
                    found[key][0].append(number)
        for engine, keys in self.engines.items():
            for key in keys:
                found[key][1].append(engine)
        return {key: users for key, users in found.items() if users[0] or users[1]}

    def unknown(self, pack: Pack) -> list[str]:
        """Methods of the pack's clauses that the table does not list."""
        return sorted({clause.method for clause in pack.clauses} - self.methods.keys())


def load_needs() -> Needs:
    """The table at hand. Raises PackInvalid with the field and the remedy."""
    path = rulepacks_folder() / "needs.yaml"
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = {key: read_specification(key, row) for key, row in data["specifications"].items()}
        needs = Needs(
            about={key: str(data[key]) for key in _FIELDS},
            versions=tuple(map(str, data["versions"])),
            specifications=found,
            methods={key: tuple(map(str, rows)) for key, rows in data["methods"].items()},
            engines={key: tuple(map(str, rows)) for key, rows in data["engines"].items()},
        )
    except KeyError as error:
        raise PackInvalid(f"数据需求 {path.name} 缺少字段 {error}，请补充。") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, AttributeError, ValueError) as error:
        raise PackInvalid(f"数据需求 {path.name} 读不出来：{error}") from error
    for user, keys in (*needs.methods.items(), *needs.engines.items()):
        if lost := [key for key in keys if key not in found]:
            raise PackInvalid(f"数据需求 {path.name}：“{user}”引用了没有定义的规格 {'、'.join(lost)}。")
    return needs


def read_specification(key: str, row: Mapping[str, Any]) -> Specification:
    """One entry of ``specifications``. Raises KeyError and ValueError for what is missing or wrong."""
    for ask in row["asks"]:
        if sum(kind in ask for kind in _ASKS) != 1:
            raise ValueError(f"规格 {key} 的 asks 每项应有 {'、'.join(_ASKS)} 之一")
    return Specification(
        id=key,
        name=str(row["name"]),
        text=str(row["text"]),
        entities=tuple(map(str, row["entities"])),
        asks=tuple(row["asks"]),
        where=row.get("where") or {},
        least=int(row.get("least", 0)),
    )


def write_ids(needs: Needs, pack: Pack, on: dt.date | None = None) -> str:
    """The IDS 1.0 text of everything the pack's clauses and the engines need."""
    about = {**needs.about, "about": f"{needs.about['about']}条文包：{pack.title} {pack.version}。"}
    rows = [
        (needs.specifications[key], needs.versions, _used_by(clauses, engines))
        for key, (clauses, engines) in needs.of(pack, on).items()
    ]
    return ids_text(about, rows, pack.recognition)


def ids_text(
    about: Mapping[str, str], rows: Iterable[tuple[Specification, tuple[str, ...], str]], recognition: Recognition
) -> str:
    """The IDS 1.0 text of specifications, each with the schemas it is for and what it is used for."""
    register_namespace("", IDS)
    register_namespace("xs", XS)
    register_namespace("xsi", XSI)
    root = Element(f"{{{IDS}}}ids", {f"{{{XSI}}}schemaLocation": f"{IDS} {IDS}/1.0/ids.xsd"})
    info = SubElement(root, f"{{{IDS}}}info")
    for tag, key in (
        ("title", "title"),
        ("version", "version"),
        ("description", "about"),
        ("date", "date"),
        ("purpose", "purpose"),
        ("milestone", "milestone"),
    ):
        SubElement(info, f"{{{IDS}}}{tag}").text = about[key]
    listed = SubElement(root, f"{{{IDS}}}specifications")
    for specification, versions, used_by in rows:
        _write(listed, specification, versions, used_by, recognition)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _used_by(clauses: list[str], engines: list[str]) -> str:
    parts = []
    if clauses:
        more = f"等 {len(clauses)} 条" if len(clauses) > _NAMED else ""
        parts.append("、".join(clauses[:_NAMED]) + more)
    return f"用于：{'；'.join([*parts, *engines])}。"


def _write(parent: Element, spec: Specification, versions: tuple[str, ...], used_by: str, recognition: Recognition) -> None:
    row = SubElement(
        parent,
        f"{{{IDS}}}specification",
        name=spec.name,
        identifier=spec.id,
        ifcVersion=" ".join(versions),
        description=used_by,
        instructions=spec.text,
    )
    concerned = SubElement(row, f"{{{IDS}}}applicability", minOccurs=str(spec.least), maxOccurs="unbounded")
    name = SubElement(SubElement(concerned, f"{{{IDS}}}entity"), f"{{{IDS}}}name")
    _one_of(name, spec.entities)
    if spec.where:
        _attribute(concerned, spec.where, recognition)
    asked = SubElement(row, f"{{{IDS}}}requirements")
    for ask in spec.asks:
        _ask(asked, ask, recognition)


def _ask(parent: Element, ask: Mapping[str, Any], recognition: Recognition) -> None:
    if "part_of" in ask:
        facet = SubElement(parent, f"{{{IDS}}}partOf", relation=str(ask["relation"]), cardinality="required")
        _one_of(SubElement(SubElement(facet, f"{{{IDS}}}entity"), f"{{{IDS}}}name"), (str(ask["part_of"]),))
    elif "classification" in ask:
        facet = SubElement(parent, f"{{{IDS}}}classification", cardinality="required")
        _value(facet, ask, recognition)
        _one_of(SubElement(facet, f"{{{IDS}}}system"), (str(ask["classification"]),))
    elif "property" in ask:
        facet = SubElement(parent, f"{{{IDS}}}property", cardinality="required", dataType=str(ask["type"]))
        group, name = ask["property"]
        _one_of(SubElement(facet, f"{{{IDS}}}propertySet"), (str(group),))
        _one_of(SubElement(facet, f"{{{IDS}}}baseName"), (str(name),))
        _value(facet, ask, recognition)
    else:
        _attribute(parent, ask, recognition).set("cardinality", "required")


def _attribute(parent: Element, row: Mapping[str, Any], recognition: Recognition) -> Element:
    facet = SubElement(parent, f"{{{IDS}}}attribute")
    _one_of(SubElement(facet, f"{{{IDS}}}name"), (str(row["attribute"]),))
    _value(facet, row, recognition)
    return facet


def _one_of(parent: Element, values: tuple[str, ...]) -> None:
    """One value, or a list of them."""
    if len(values) == 1:
        SubElement(parent, f"{{{IDS}}}simpleValue").text = values[0]
        return
    listed = SubElement(parent, f"{{{XS}}}restriction", base="xs:string")
    for value in values:
        SubElement(listed, f"{{{XS}}}enumeration", value=value)


def _value(facet: Element, row: Mapping[str, Any], recognition: Recognition) -> None:
    """The pattern a value must fit, given or made of recognition words."""
    pattern = row.get("pattern") or (_words(recognition, str(row["words"])) if "words" in row else None)
    if pattern:
        restriction = SubElement(SubElement(facet, f"{{{IDS}}}value"), f"{{{XS}}}restriction", base="xs:string")
        SubElement(restriction, f"{{{XS}}}pattern", value=str(pattern))


def _words(recognition: Recognition, group: str) -> str:
    """A pattern that holds for every name with one of the Chinese words of a function group (or of all functions)."""
    words = [
        word
        for function in recognition.functions
        if group == "all" or group in function.groups
        for word in function.words
        if _CJK.search(word)
    ]
    if not words:
        raise PackInvalid(f"数据需求 needs.yaml：识别词表中没有功能组“{group}”，请改正 words。")
    short = [word for word in dict.fromkeys(words) if not any(other != word and other in word for other in words)]
    plain = "|".join(_SPECIAL.sub(r"\\\1", word) for word in short)
    return f".*({plain}).*"
