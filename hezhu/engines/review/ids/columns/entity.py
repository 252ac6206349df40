"""Class and predefined type of many objects."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hezhu.engines.ifc.tables.strings import decode_string
from hezhu.engines.review.ids.columns.codes import Codes, Gathered, Judged, Miss, coded, distinct
from hezhu.engines.review.ids.columns.model import Columns
from hezhu.engines.review.ids.document import EntityFacet
from hezhu.engines.review.ids.values import compile_value

Kinds = tuple[str, ...]
_USER_DEFINED, _NOT_DEFINED = "USERDEFINED", "NOTDEFINED"
_OF_TYPES = ("ElementType", "ProcessType", "ResourceType")
_OF_OCCURRENCES = ("ObjectType", *_OF_TYPES)


def judge_entity(facet: EntityFacet, columns: Columns, rows: Codes) -> Judged:
    """The class exactly, under any of the names of an object; then the predefined type."""
    wanted = compile_value(facet.name)
    codes, names = columns.names(rows)
    misses = [None if any(wanted(each) for each in given) else Miss(False, (given[-1],)) for given in names]
    if facet.predefined_type is None:
        return Judged(codes, misses)
    kind = compile_value(facet.predefined_type)
    found = Gathered(len(rows))
    found.put(np.arange(len(rows)), codes, misses)
    named = Judged(codes, misses).met()
    kind_codes, kinds = predefined_types(columns, rows[named])
    found.put(named, kind_codes, [None if any(kind(each) for each in given) else Miss(False, given[-1:]) for given in kinds])
    return found.judged()


def predefined_types(columns: Columns, rows: Codes) -> tuple[Codes, list[Kinds]]:
    """Predefined type, user-defined one, or both as ``USERDEFINED`` and the text; the type's goes before the occurrence's."""
    own_codes, own = _own_types(columns, rows, _OF_OCCURRENCES)
    types = columns.type_of(rows)
    typed = np.flatnonzero(types >= 0)
    if not len(typed):
        return own_codes, own
    type_codes, inherited = _own_types(columns, types[typed], _OF_TYPES)
    kinds = [*own, *inherited]
    counts = np.array([bool(given) and given[0] != _NOT_DEFINED for given in inherited], dtype=np.bool_)[type_codes]
    own_codes[typed[counts]] = type_codes[counts] + len(own)
    return own_codes, kinds


def _own_types(columns: Columns, rows: Codes, texts: Sequence[str]) -> tuple[Codes, list[Kinds]]:
    """The same of the rows themselves; ``texts`` are the attributes that hold a user-defined type."""
    codes = np.zeros(len(rows), dtype=np.int64)
    kinds: dict[Kinds, int] = {}
    for name, here in columns.by_class(rows):
        parts = [coded(columns.column(rows[here], name, attribute)) for attribute in ("PredefinedType", *texts)]
        combined, combinations = distinct(*(part for part, _ in parts))
        answers = []
        for combination in combinations:
            written = [values[code] for code, (_, values) in zip(combination, parts, strict=True)]
            answers.append(kinds.setdefault(_kinds(written[0], written[1:]), len(kinds)))
        codes[here] = np.array(answers, dtype=np.int64)[combined]
    return codes, list(kinds)


def _kinds(predefined: str | None, texts: Sequence[str | None]) -> Kinds:
    value = (predefined or "").strip(".")
    if value and value != _USER_DEFINED:
        return (value,)
    text = next((text for written in texts if written and (text := decode_string(written[1:-1]))), "")
    return (*((_USER_DEFINED,) if value else ()), *((text,) if text else ()))
