"""The structure of an IDS 1.0 file (ids.xsd 1.0.0): which elements and attributes stand where, how often, with which content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hezhu.engines.review.ids.document import IdsInvalid
from hezhu.engines.review.ids.xml import IDS, XS, Node

MANY = 10**9
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True, slots=True)
class Shape:
    """One element's content: children in order as name → (least, most), attributes as name → pattern, and the required ones."""

    children: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    text: str | None = None
    ordered: bool = True


_ANY = r"(?s:.*)"
_DATE = r"\s*-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(Z|[+-]\d\d:\d\d)?\s*"
_VERSION = r"\s*(IFC2X3|IFC4|IFC4X3_ADD2)(\s+(IFC2X3|IFC4|IFC4X3_ADD2))*\s*"
_COUNT = r"\s*\+?\d+\s*"
_CONDITIONAL = "required|prohibited|optional"
_SIMPLE = "required|prohibited"
_RELATION = (
    "IFCRELAGGREGATES|IFCRELASSIGNSTOGROUP|IFCRELCONTAINEDINSPATIALSTRUCTURE|IFCRELNESTS|IFCRELVOIDSELEMENT IFCRELFILLSELEMENT"
)
_FACETS = ("entity", "partOf", "classification", "attribute", "property", "material")
_REQUIRED_CHILDREN: dict[str, dict[str, tuple[int, int]]] = {
    "entity": {"name": (1, 1), "predefinedType": (0, 1)},
    "partOf": {"entity": (1, 1)},
    "classification": {"value": (0, 1), "system": (1, 1)},
    "attribute": {"name": (1, 1), "value": (0, 1)},
    "property": {"propertySet": (1, 1), "baseName": (1, 1), "value": (0, 1)},
    "material": {"value": (0, 1)},
}
_OWN_ATTRIBUTES = {"partOf": {"relation": _RELATION}, "property": {"dataType": "[A-Z]+"}}
_ON_REQUIREMENTS: dict[str, dict[str, str]] = {
    "entity": {"instructions": _ANY},
    "partOf": {"instructions": _ANY, "cardinality": _SIMPLE},
    "attribute": {"instructions": _ANY, "cardinality": _CONDITIONAL},
}
_INFO_TEXTS = ("title", "copyright", "version", "description", "author", "date", "purpose", "milestone")
_INFO_CONTENT = {"author": r"[^@]+@[^.]+\..+", "date": _DATE}
_VALUES = {"name", "predefinedType", "value", "system", "propertySet", "baseName"}
RESTRICTION_FACETS = (
    "enumeration",
    "pattern",
    "length",
    "minLength",
    "maxLength",
    "minInclusive",
    "maxInclusive",
    "minExclusive",
    "maxExclusive",
    "totalDigits",
    "fractionDigits",
    "whiteSpace",
)


def check_structure(path: Path, root: Node) -> None:
    """Raises ``IdsInvalid`` at the first element that breaks the schema."""
    if root.name != "ids" or root.namespace != IDS:
        raise IdsInvalid(path, root.place, f"不符合 IDS 1.0 结构：根元素应为 {IDS} 的 ids")
    _check(path, root, None)


def _check(path: Path, node: Node, parent: Node | None) -> None:
    if node.namespace == XS:
        _check_restriction(path, node)
        return
    shape = _shape(node, parent)
    if shape is None:
        raise IdsInvalid(path, node.place, f"不符合 IDS 1.0 结构：不认识的元素 {node.name}")
    _check_attributes(path, node, shape)
    _check_children(path, node, shape)
    if shape.text is not None and not re.fullmatch(shape.text, node.text):
        raise IdsInvalid(path, node.place, f"不符合 IDS 1.0 结构：{node.name} 的内容“{node.text.strip()}”不合格式")
    if shape.text is None and node.text.strip():
        raise IdsInvalid(path, node.place, f"不符合 IDS 1.0 结构：{node.name} 里不能直接写文字“{node.text.strip()[:20]}”")
    for child in node.children:
        _check(path, child, node)


def _shape(node: Node, parent: Node | None) -> Shape | None:
    name, above = node.name, parent.name if parent else ""
    if above == "info" and name in _INFO_TEXTS:
        return Shape(text=_INFO_CONTENT.get(name, _ANY))
    if name == "simpleValue":
        return Shape(text=_ANY)
    if name in _VALUES:
        return Shape(children={"simpleValue": (0, 1), "restriction": (0, 1)})
    if name in _FACETS:
        attributes = dict(_OWN_ATTRIBUTES.get(name, {}))
        if above == "requirements":
            attributes |= _ON_REQUIREMENTS.get(name, {**_ON_REQUIREMENTS["attribute"], "uri": _ANY})
        return Shape(children=_REQUIRED_CHILDREN[name], attributes=attributes)
    return _FRAMES.get(name)


_FRAMES = {
    "ids": Shape(children={"info": (1, 1), "specifications": (1, 1)}),
    "info": Shape(children={name: (int(name == "title"), 1) for name in _INFO_TEXTS}),
    "specifications": Shape(children={"specification": (1, MANY)}),
    "specification": Shape(
        children={"applicability": (1, 1), "requirements": (0, 1)},
        attributes={
            "name": _ANY,
            "ifcVersion": _VERSION,
            "identifier": _ANY,
            "description": _ANY,
            "instructions": _ANY,
        },
        required=("name", "ifcVersion"),
    ),
    "applicability": Shape(
        children={"entity": (0, 1), **dict.fromkeys(_FACETS[1:], (0, MANY))},
        attributes={"minOccurs": _COUNT, "maxOccurs": _COUNT + "|unbounded"},
    ),
    "requirements": Shape(
        children=dict.fromkeys(_FACETS, (0, MANY)),
        attributes={"description": _ANY},
        ordered=False,
    ),
}


def _check_attributes(path: Path, node: Node, shape: Shape) -> None:
    for name, value in node.attributes.items():
        if name.startswith((_XSI, _XML)):
            continue
        if name not in shape.attributes:
            raise IdsInvalid(path, node.place, f"不符合 IDS 1.0 结构：{node.name} 不能有属性 {name}")
        if not re.fullmatch(shape.attributes[name], value):
            raise IdsInvalid(path, node.place, f"不符合 IDS 1.0 结构：{node.name} 的属性 {name}=“{value}”不在允许的取值之内")
    for name in shape.required:
        if name not in node.attributes:
            raise IdsInvalid(path, node.place, f"不符合 IDS 1.0 结构：{node.name} 缺少属性 {name}")


def _check_children(path: Path, node: Node, shape: Shape) -> None:
    order = list(shape.children)
    last = 0
    for child in node.children:
        wanted = XS if child.name == "restriction" else IDS
        if child.name not in shape.children or child.namespace != wanted:
            allowed = "、".join(order) or "（无）"
            raise IdsInvalid(path, child.place, f"不符合 IDS 1.0 结构：{node.name} 里不能有 {child.name}，可以有 {allowed}")
        position = order.index(child.name)
        if shape.ordered and position < last:
            raise IdsInvalid(path, child.place, f"不符合 IDS 1.0 结构：{child.name} 的顺序不对，应为 {'、'.join(order)}")
        last = position
    for name, (least, most) in shape.children.items():
        count = len(node.all(name))
        if count < least:
            raise IdsInvalid(path, node.place, f"不符合 IDS 1.0 结构：{node.name} 缺少 {name}")
        if count > most:
            raise IdsInvalid(path, node.place, f"不符合 IDS 1.0 结构：{node.name} 里 {name} 只能有 {most} 个")
    if node.name in _VALUES and len(node.children) != 1:
        raise IdsInvalid(path, node.place, f"不符合 IDS 1.0 结构：{node.name} 须有一个 simpleValue 或 xs:restriction")


def _check_restriction(path: Path, node: Node) -> None:
    if not node.attributes.get("base"):
        raise IdsInvalid(path, node.place, '不符合 IDS 1.0 结构：xs:restriction 缺少属性 base，如 base="xs:string"')
    for child in node.children:
        if child.name == "annotation" and child.namespace == XS:
            continue
        if child.namespace != XS or child.name not in RESTRICTION_FACETS:
            raise IdsInvalid(path, child.place, f"不符合 IDS 1.0 结构：xs:restriction 里不能有 {child.name}")
        if "value" not in child.attributes:
            raise IdsInvalid(path, child.place, f"不符合 IDS 1.0 结构：xs:{child.name} 缺少属性 value")
    repeated = [child for child in node.children if child.name not in ("enumeration", "pattern", "annotation")]
    names = [child.name for child in repeated]
    for child in repeated:
        if names.count(child.name) > 1:
            raise IdsInvalid(path, child.place, f"不符合 IDS 1.0 结构：xs:{child.name} 只能写一次")
