"""An IDS file read into a ``Document``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from hezhu.engines.review.ids import xml
from hezhu.engines.review.ids.document import (
    AttributeFacet,
    Cardinality,
    ClassificationFacet,
    Document,
    EntityFacet,
    Facet,
    IdsInvalid,
    MaterialFacet,
    PartOfFacet,
    PropertyFacet,
    Restriction,
    Simple,
    Specification,
    Value,
)
from hezhu.engines.review.ids.structure import check_structure


def parse(path: Path) -> Document:
    """The document, in the structure of the schema; its meaning is not checked yet. Raises ``IdsInvalid``."""
    root = xml.read(path)
    check_structure(path, root)
    info = root.one("info")
    listed = root.one("specifications")
    return Document(
        path=path,
        info={child.name: child.text.strip() for child in (info.children if info else [])},
        specifications=tuple(
            _specification(path, node, number) for number, node in enumerate(listed.children if listed else [], start=1)
        ),
    )


def _specification(path: Path, node: xml.Node, number: int) -> Specification:
    applicability = node.one("applicability")
    requirements = node.one("requirements")
    return Specification(
        name=node.attributes["name"],
        identifier=node.attributes.get("identifier") or str(number),
        versions=tuple(dict.fromkeys(node.attributes["ifcVersion"].split())),
        occurs=_occurs(path, cast(xml.Node, applicability)),
        applicability=tuple(_facet(child) for child in (applicability.children if applicability else [])),
        requirements=tuple(_facet(child) for child in (requirements.children if requirements else [])),
        description=node.attributes.get("description", ""),
        instructions=node.attributes.get("instructions", ""),
        place=f"{node.place}“{node.attributes['name']}”",
    )


def _occurs(path: Path, node: xml.Node) -> Cardinality:
    """xs:occurs on applicability: 0..unbounded optional, 1..unbounded required, 0..0 prohibited; both default to 1 as in XSD."""
    least = int(node.attributes.get("minOccurs", "1"))
    written = node.attributes.get("maxOccurs", "1").strip()
    most = None if written == "unbounded" else int(written)
    if most == 0 and least == 0:
        return "prohibited"
    if least > 1 or (most is not None and (most > 1 or most < least)):
        raise IdsInvalid(
            path, node.place, f"minOccurs={least}、maxOccurs={written}：只能是 0 到 unbounded、1 到 unbounded，或 0 到 0（禁止）"
        )
    return "optional" if least == 0 else "required"


def _facet(node: xml.Node) -> Facet:
    shared: dict[str, Any] = {
        "place": node.place,
        "cardinality": node.attributes.get("cardinality", "required"),
        "instructions": node.attributes.get("instructions", ""),
    }
    if node.name == "entity":
        return EntityFacet(name=_must(node, "name"), predefined_type=_value(node, "predefinedType"), **shared)
    if node.name == "attribute":
        return AttributeFacet(name=_must(node, "name"), value=_value(node, "value"), **shared)
    if node.name == "property":
        return PropertyFacet(
            property_set=_must(node, "propertySet"),
            base_name=_must(node, "baseName"),
            value=_value(node, "value"),
            data_type=node.attributes.get("dataType", ""),
            **shared,
        )
    if node.name == "classification":
        return ClassificationFacet(system=_must(node, "system"), value=_value(node, "value"), **shared)
    if node.name == "material":
        return MaterialFacet(value=_value(node, "value"), **shared)
    whole = _facet(cast(xml.Node, node.one("entity")))
    return PartOfFacet(entity=cast(EntityFacet, whole), relation=node.attributes.get("relation", ""), **shared)


def _must(node: xml.Node, name: str) -> Value:
    return cast(Value, _value(node, name))


def _value(node: xml.Node, name: str) -> Value | None:
    holder = node.one(name)
    if holder is None:
        return None
    content = holder.children[0]
    if content.name == "simpleValue":
        return Simple(content.text, content.place)
    options: dict[str, list[str]] = {}
    for child in content.children:
        if child.name not in ("annotation", "whiteSpace"):
            options.setdefault(child.name, []).append(child.attributes["value"])
    base = content.attributes["base"].rpartition(":")[2]
    return Restriction(base, tuple((key, tuple(values)) for key, values in options.items()), content.place)
