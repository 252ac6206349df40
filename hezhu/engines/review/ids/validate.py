"""Whether an IDS makes sense: names, types and values the IFC schemas know, and requirements that can be met at all.

A name counts as known when one of the specification's IFC versions knows it: a specification may serve several versions.
"""

from __future__ import annotations

from pathlib import Path

from hezhu.engines.review.ids.document import (
    AttributeFacet,
    Document,
    EntityFacet,
    Facet,
    IdsInvalid,
    PartOfFacet,
    PropertyFacet,
    Restriction,
    Simple,
    Specification,
    Value,
)
from hezhu.engines.review.ids.schema import Attribute, Kind, Schema, schema
from hezhu.engines.review.ids.value_rules import check_value
from hezhu.engines.review.ids.values import compile_value


def validate(document: Document) -> None:
    """Raises ``IdsInvalid`` at the first specification or facet that is wrong or can never be met."""
    for specification in document.specifications:
        _Checker(document.path, specification).check()


class _Checker:
    def __init__(self, path: Path, specification: Specification) -> None:
        self.path, self.specification = path, specification
        self.schemas = [schema(version) for version in specification.versions]
        self.versions = "、".join(specification.versions)

    def check(self) -> None:
        specification = self.specification
        if specification.occurs == "prohibited" and specification.requirements:
            self.refuse(specification.place, "禁止出现的对象（maxOccurs=0）不能再带要求")
        if not specification.applicability:
            self.refuse(specification.place, "没有说明对哪些对象（applicability 是空的）")
        for facet in (*specification.applicability, *specification.requirements):
            self.facet(facet)
        self.entities_meet()
        for facet in specification.requirements:
            if isinstance(facet, AttributeFacet):
                self.attribute_of_class(facet)

    def refuse(self, place: str, reason: str) -> None:
        raise IdsInvalid(self.path, place, f"{reason}（规格“{self.specification.name}”）")

    def facet(self, facet: Facet) -> None:
        for name in ("name", "value", "predefined_type", "property_set", "base_name", "system"):
            value = getattr(facet, name, None)
            if value is not None:
                self.text_or_value(facet, name, value)
        if isinstance(facet, EntityFacet):
            self.entity(facet)
        elif isinstance(facet, PartOfFacet):
            self.facet(facet.entity)
        elif isinstance(facet, AttributeFacet):
            self.attribute(facet)
        elif isinstance(facet, PropertyFacet):
            self.property(facet)

    def text_or_value(self, facet: Facet, name: str, value: Value) -> None:
        """Every value by itself; those that are no measured values are texts."""
        is_measured = name == "value" and isinstance(facet, AttributeFacet | PropertyFacet)
        if isinstance(value, Simple) and not value.text.strip() and not is_measured:
            self.refuse(value.place, "值是空的")
        reason = check_value(value, None if is_measured else {"text"})
        if reason:
            self.refuse(value.place, reason)

    def entity(self, facet: EntityFacet) -> None:
        for text in _listed(facet.name):
            if text != text.upper():
                self.refuse(facet.name.place, f"IFC 类名须全部大写：{text}")
        if not self.named(facet.name):
            self.refuse(facet.name.place, f"{self.versions} 中没有这个类：{_written(facet.name)}")

    def named(self, name: Value) -> list[tuple[Schema, str]]:
        """The classes a name means, schema by schema."""
        listed = _listed(name)
        if listed and (isinstance(name, Simple) or len(name.options) == 1):
            return [(each, text) for each in self.schemas for text in listed if text in each.class_names]
        wanted = compile_value(name)
        return [(each, entity) for each in self.schemas for entity in each.class_names if wanted(entity)]

    def attribute(self, facet: AttributeFacet) -> None:
        """Some class has the attribute; the applicable classes are asked first, because they mostly do."""
        wanted = compile_value(facet.name)
        first = next((each for each in self.specification.applicability if isinstance(each, EntityFacet)), None)
        likely = [pair for pair in (self.named(first.name) if first else ()) if pair[1] in pair[0].entities]
        everything = ((each, entity) for each in self.schemas for entity in each.entities)
        if not any(
            wanted(name) for pairs in (likely, everything) for known, entity in pairs for name in known.attributes(entity)
        ):
            self.refuse(facet.name.place, f"{self.versions} 中没有这个字段（或是推导、反向字段）：{_written(facet.name)}")

    def property(self, facet: PropertyFacet) -> None:
        if not facet.data_type:
            return
        kinds = {kind for each in self.schemas if (kind := each.kind(facet.data_type))}
        if not kinds:
            self.refuse(facet.place, f"{self.versions} 中没有这个数据类型：{facet.data_type}")
        if facet.value is not None:
            reason = check_value(facet.value, kinds)
            if reason:
                self.refuse(facet.value.place, f"{facet.data_type}：{reason}")

    def entities_meet(self) -> None:
        """A required class that none of the applicable objects can have is never met."""
        first = next((each for each in self.specification.applicability if isinstance(each, EntityFacet)), None)
        for facet in self.specification.requirements:
            if first is None or not isinstance(facet, EntityFacet):
                continue
            applicable = {name for _, name in self.named(first.name)}
            wanted = compile_value(facet.name)
            if not self.may_be_old() and not any(wanted(name) for name in applicable):
                self.refuse(facet.place, f"永远不能满足：{_written(first.name)} 不会是 {_written(facet.name)}")

    def may_be_old(self) -> bool:
        """In IFC2X3 an occurrence may also be asked for by the class of its type."""
        return "IFC2X3" in self.specification.versions

    def attribute_of_class(self, facet: AttributeFacet) -> None:
        """A required attribute none of the applicable classes has, or a value of a kind it cannot hold, is never met."""
        first = next((each for each in self.specification.applicability if isinstance(each, EntityFacet)), None)
        if first is None or facet.cardinality == "prohibited":
            return
        wanted = compile_value(facet.name)
        found: list[Attribute] = [
            attribute
            for known, entity in self.named(first.name)
            if entity in known.entities
            for name, attribute in known.attributes(entity).items()
            if wanted(name)
        ]
        if not found:
            self.refuse(facet.name.place, f"永远不能满足：{_written(first.name)} 没有字段 {_written(facet.name)}")
        if facet.value is None:
            return
        kinds: set[Kind] = {attribute.kind for attribute in found}
        if kinds <= {"list", "entity"}:
            self.refuse(facet.value.place, f"永远不能满足：字段 {_written(facet.name)} 是对象或列表，不能要求取值")
        if not kinds & {"select", "list", "entity"}:
            reason = check_value(facet.value, kinds)
            if reason:
                self.refuse(facet.value.place, f"字段 {_written(facet.name)}：{reason}")


def _listed(value: Value) -> tuple[str, ...]:
    if isinstance(value, Simple):
        return (value.text,)
    return tuple(text for name, texts in value.options if name == "enumeration" for text in texts)


def _written(value: Value) -> str:
    if isinstance(value, Restriction):
        return "、".join(text for _, texts in value.options for text in texts)
    return value.text
