"""Facets in Chinese phrases, for reports."""

from __future__ import annotations

from hezhu.engines.review.ids.document import (
    AttributeFacet,
    ClassificationFacet,
    EntityFacet,
    Facet,
    MaterialFacet,
    PartOfFacet,
    PropertyFacet,
    Simple,
    Value,
)

_RESTRICTIONS = {
    "enumeration": "{0} 之一",
    "pattern": "形如 {0}",
    "length": "长度 {0}",
    "minLength": "长度不小于 {0}",
    "maxLength": "长度不大于 {0}",
    "minInclusive": "不小于 {0}",
    "maxInclusive": "不大于 {0}",
    "minExclusive": "大于 {0}",
    "maxExclusive": "小于 {0}",
    "totalDigits": "不多于 {0} 位数字",
    "fractionDigits": "不多于 {0} 位小数",
}


def subject_of(facet: Facet) -> str:
    """What a requirement is about: 属性 Pset_WallCommon.FireRating."""
    if isinstance(facet, PropertyFacet):
        return f"属性 {words(facet.property_set)}.{words(facet.base_name)}"
    if isinstance(facet, AttributeFacet):
        return f"字段 {words(facet.name)}"
    if isinstance(facet, ClassificationFacet):
        return f"分类编码 {words(facet.system)}".rstrip()
    if isinstance(facet, MaterialFacet):
        return "材料"
    if isinstance(facet, PartOfFacet):
        return f"所属对象 {words(facet.entity.name)}".rstrip()
    if isinstance(facet, EntityFacet):
        return f"类型 {words(facet.name)}".rstrip()
    raise TypeError(f"not a facet of IDS 1.0: {facet!r}")


def asked_value(facet: Facet) -> Value | None:
    """The value a requirement asks for, where it asks for one."""
    if isinstance(facet, EntityFacet):
        return facet.predefined_type
    if isinstance(facet, PartOfFacet):
        return facet.entity.predefined_type
    value: Value | None = getattr(facet, "value", None)
    return value


def describe(facet: Facet) -> str:
    """A requirement in one phrase: 属性 Pset_WallCommon.FireRating 须填写."""
    value = words(asked_value(facet))
    if facet.cardinality == "prohibited":
        return f"{subject_of(facet)} 不得{'为 ' + value if value else '出现'}"
    start = "如填写，" if facet.cardinality == "optional" else ""
    return f"{subject_of(facet)} {start}须{'为 ' + value if value else '填写'}"


def words(value: Value | None) -> str:
    """A value or restriction in words; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, Simple):
        return value.text
    return "、".join(_RESTRICTIONS[name].format("、".join(texts)) for name, texts in value.options)
