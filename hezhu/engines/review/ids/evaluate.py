"""The six facets of a specification as tests on columns: each different value is tested once, objects are only numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from hezhu.engines.review.ids.columns.association import judge_classification, judge_material
from hezhu.engines.review.ids.columns.attribute import judge_attribute
from hezhu.engines.review.ids.columns.codes import Codes, Judged, Miss
from hezhu.engines.review.ids.columns.entity import judge_entity
from hezhu.engines.review.ids.columns.model import Columns
from hezhu.engines.review.ids.columns.part_of import judge_part_of
from hezhu.engines.review.ids.columns.property import judge_property
from hezhu.engines.review.ids.document import (
    AttributeFacet,
    ClassificationFacet,
    EntityFacet,
    Facet,
    MaterialFacet,
    PartOfFacet,
    PropertyFacet,
    Specification,
)
from hezhu.engines.review.ids.outcome import Failure, Outcome, Reasons
from hezhu.engines.review.ids.values import compile_value

_JUDGES: dict[type[Facet], Callable[[Any, Columns, Codes], Judged]] = {
    EntityFacet: judge_entity,
    AttributeFacet: judge_attribute,
    PropertyFacet: judge_property,
    ClassificationFacet: judge_classification,
    MaterialFacet: judge_material,
    PartOfFacet: judge_part_of,
}
_RESOURCES = frozenset({"IFCMATERIALDEFINITION", "IFCMATERIAL", "IFCPROFILEDEF"})


def evaluate(specification: Specification, columns: Columns) -> Outcome:
    """Checks one specification on one model."""
    rows = _applicable(specification.applicability, columns)
    rows = rows[np.argsort(columns.instances.step.ids[rows], kind="stable")]
    judged = [(_judge(facet, columns, rows), facet) for facet in specification.requirements]
    reasons = [(each.codes, [_failure(facet, miss) for miss in each.misses]) for each, facet in judged]
    fails = np.zeros(len(rows), dtype=np.bool_)
    for codes, failures in reasons:
        fails |= np.array([failure is not None for failure in failures], dtype=np.bool_)[codes]
    failed = fails if specification.occurs != "prohibited" else np.ones(len(rows), dtype=np.bool_)
    ids = columns.instances.step.ids
    return Outcome(
        specification,
        applicable=len(rows),
        failed=ids[rows[failed]],
        reasons=tuple(Reasons(codes[failed], failures) for codes, failures in reasons),
    )


def _judge(facet: Facet, columns: Columns, rows: Codes) -> Judged:
    return _JUDGES[type(facet)](facet, columns, rows)


def _failure(facet: Facet, miss: Miss | None) -> Failure | None:
    if facet.cardinality == "prohibited":
        return Failure(facet, "prohibited") if miss is None else None
    if miss is None or (miss.absent and facet.cardinality == "optional"):
        return None
    return Failure(facet, "refused" if miss.actual else "absent", miss.actual)


def _applicable(facets: tuple[Facet, ...], columns: Columns) -> Codes:
    """The first facet chooses classes, so that only their instances are looked at; each other facet leaves fewer."""
    first, rest = (facets[0], facets[1:]) if facets else (None, ())
    rows = columns.rows_of(_candidate_classes(first, columns))
    is_settled = first is None or (isinstance(first, EntityFacet) and first.predefined_type is None)
    for facet in rest if is_settled else facets:
        rows = rows[_judge(facet, columns, rows).met()]
    return rows


def _candidate_classes(first: Facet | None, columns: Columns) -> Iterator[str]:
    if isinstance(first, EntityFacet):
        wanted = compile_value(first.name)
        yield from (name for name in columns.classes() if wanted(name))
    elif isinstance(first, AttributeFacet):
        wanted = compile_value(first.name)
        known = (name for name in columns.classes() if name in columns.schema.entities)
        yield from (name for name in known if any(wanted(each) for each in columns.schema.attributes(name)))
    else:
        roots = frozenset({"IFCOBJECTDEFINITION"})
        if isinstance(first, PropertyFacet | ClassificationFacet):
            roots |= _RESOURCES
        yield from (name for name in columns.classes() if roots & columns.supertypes(name))
