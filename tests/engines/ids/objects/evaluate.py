"""The six facets as tests on the facts of a model, compiled once per specification."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from hezhu.engines.review.ids.document import (
    AttributeFacet,
    ClassificationFacet,
    EntityFacet,
    Facet,
    MaterialFacet,
    PartOfFacet,
    PropertyFacet,
    Specification,
    Value,
)
from hezhu.engines.review.ids.values import Plain, Test, compile_value
from tests.engines.ids.objects.facts import Facts, Instance, PropertyValue


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one requirement does not hold: ``absent`` (nothing there), ``refused`` (``actual`` is not what is asked), ``prohibited``."""

    facet: Facet
    kind: str
    actual: tuple[Plain, ...] = ()


@dataclass(frozen=True, slots=True)
class _Miss:
    """A facet that is not met. ``absent`` means that there is nothing to compare, so that an optional facet is content."""

    absent: bool
    actual: tuple[Plain, ...] = ()


_ABSENT = _Miss(True)
Match = Callable[[Instance], _Miss | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One specification on one model: what it applies to, and for each that fails, in file order, why."""

    applicable: list[Instance]
    failed: list[tuple[Instance, list[Failure]]]


def evaluate(specification: Specification, facts: Facts) -> Outcome:
    """Checks one specification. Whether there must be applicable objects at all is left to the caller."""
    applicable = list(_applicable(specification.applicability, facts))
    tests = [(facet, _compile(facet, facts)) for facet in specification.requirements]
    failed = []
    for instance in applicable:
        reasons = [failure for facet, match in tests if (failure := _judge(facet, match(instance)))]
        if reasons:
            failed.append((instance, reasons))
    return Outcome(applicable, failed)


def _judge(facet: Facet, miss: _Miss | None) -> Failure | None:
    if facet.cardinality == "prohibited":
        return Failure(facet, "prohibited") if miss is None else None
    if miss is None or (miss.absent and facet.cardinality == "optional"):
        return None
    return Failure(facet, "refused" if miss.actual else "absent", miss.actual)


def _applicable(facets: tuple[Facet, ...], facts: Facts) -> Iterator[Instance]:
    """The first facet chooses classes, so that only their instances are looked at."""
    first, rest = (facets[0], facets[1:]) if facets else (None, ())
    classes = list(_candidate_classes(first, facts))
    tests = [_compile(facet, facts) for facet in rest]
    if first is not None and not (isinstance(first, EntityFacet) and first.predefined_type is None):
        tests.insert(0, _compile(first, facts))
    seen: set[int] = set()
    for name in classes:
        for instance in facts.instances(name):
            if all(test(instance) is None for test in tests):
                key = hash(instance)
                if key not in seen:
                    seen.add(key)
                    yield instance


def _candidate_classes(first: Facet | None, facts: Facts) -> Iterator[str]:
    if isinstance(first, EntityFacet):
        wanted = compile_value(first.name)
        yield from (name for name in facts.classes() if wanted(name))
    elif isinstance(first, AttributeFacet):
        wanted = compile_value(first.name)
        yield from (name for name in facts.classes() if any(wanted(each) for each in facts.attribute_names(name)))
    else:
        roots = {"IFCOBJECTDEFINITION"}
        if isinstance(first, PropertyFacet | ClassificationFacet):
            roots |= {"IFCMATERIALDEFINITION", "IFCMATERIAL", "IFCPROFILEDEF"}
        yield from (name for name in facts.classes() if roots & facts.supertypes(name))


def _compile(facet: Facet, facts: Facts) -> Match:
    return _COMPILERS[type(facet)](facet, facts)


def _optional(value: Value | None) -> Test | None:
    return None if value is None else compile_value(value)


def _entity(facet: Any, facts: Facts) -> Match:
    entity = cast(EntityFacet, facet)
    name, kind = compile_value(entity.name), _optional(entity.predefined_type)

    def match(instance: Instance) -> _Miss | None:
        names = facts.class_names(instance)
        if not any(name(each) for each in names):
            return _Miss(False, (names[-1],))
        if kind is None:
            return None
        kinds = facts.predefined_types(instance)
        return None if any(kind(each) for each in kinds) else _Miss(False, kinds[-1:])

    return match


def _attribute(facet: Any, facts: Facts) -> Match:
    attribute = cast(AttributeFacet, facet)
    name, asked = compile_value(attribute.name), _optional(attribute.value)

    def match(instance: Instance) -> _Miss | None:
        found = facts.attributes(instance, name)
        given = [each for each in found if not each.empty]
        if not given:
            written = tuple(each.plain for each in found if each.plain is not None)
            return _Miss(False, written) if written else _ABSENT
        if asked is None:
            return None
        wrong = [each for each in given if each.plain is None or not asked(each.plain)]
        return _Miss(False, tuple("（对象或列表）" if each.plain is None else each.plain for each in wrong)) if wrong else None

    return match


def _property(facet: Any, facts: Facts) -> Match:
    prop = cast(PropertyFacet, facet)
    pset, base, asked = compile_value(prop.property_set), compile_value(prop.base_name), _optional(prop.value)

    def match(instance: Instance) -> _Miss | None:
        psets = facts.psets(instance, pset)
        if not psets:
            return _ABSENT
        misses: list[_Miss] = []
        for values in psets.values():
            given = [value for name, value in values.items() if base(name) and (value.columns or not value.supported)]
            if not given:
                misses.append(_ABSENT)
            misses += [miss for value in given if (miss := _value_miss(value, prop.data_type, asked))]
        # What is there and wrong weighs more than what another set does not have.
        return next((miss for miss in misses if not miss.absent), misses[0] if misses else None)

    return match


def _value_miss(value: PropertyValue, data_type: str, asked: Test | None) -> _Miss | None:
    if not value.supported:
        return _Miss(False)
    columns = [column for column in value.columns if not data_type or column[0] == data_type]
    if not columns:
        return _Miss(False, tuple(column[0] for column in value.columns))
    if asked is None or any(asked(each) for _, values in columns for each in values):
        return None
    return _Miss(False, tuple(each for _, values in columns for each in values))


def _classification(facet: Any, facts: Facts) -> Match:
    classification = cast(ClassificationFacet, facet)
    system, code = compile_value(classification.system), _optional(classification.value)

    def match(instance: Instance) -> _Miss | None:
        references = facts.classifications(instance)
        if not references:
            return _ABSENT
        for each in references:
            if each.system is not None and system(each.system) and (code is None or (each.code is not None and code(each.code))):
                return None
        return _Miss(False, tuple(dict.fromkeys(each.code or each.system or "（无编码）" for each in references)))

    return match


def _material(facet: Any, facts: Facts) -> Match:
    asked = _optional(cast(MaterialFacet, facet).value)

    def match(instance: Instance) -> _Miss | None:
        names = facts.materials(instance)
        if names is None:
            return _ABSENT
        if asked is None or any(asked(name) for name in names):
            return None
        return _Miss(False, tuple(sorted(names)))

    return match


def _part_of(facet: Any, facts: Facts) -> Match:
    part_of = cast(PartOfFacet, facet)
    whole = _entity(part_of.entity, facts)

    def match(instance: Instance) -> _Miss | None:
        seen = []
        for each in facts.wholes(instance, part_of.relation):
            if whole(each) is None:
                return None
            seen.append(facts.class_names(each)[0])
        return _Miss(not seen, tuple(seen))

    return match


_COMPILERS: dict[type[Facet], Callable[[Any, Facts], Match]] = {
    EntityFacet: _entity,
    AttributeFacet: _attribute,
    PropertyFacet: _property,
    ClassificationFacet: _classification,
    MaterialFacet: _material,
    PartOfFacet: _part_of,
}
