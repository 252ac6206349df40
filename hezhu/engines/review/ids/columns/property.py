"""Properties and quantities of many objects: objects → sets of the wanted names → properties of the wanted names → values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from hezhu.engines.review.ids.columns.codes import ABSENT, Codes, Gathered, Judged, Miss
from hezhu.engines.review.ids.columns.edges import Edges
from hezhu.engines.review.ids.columns.model import Columns
from hezhu.engines.review.ids.columns.property_values import PropertyValue, predefined_values, property_values
from hezhu.engines.review.ids.document import PropertyFacet
from hezhu.engines.review.ids.values import Test, compile_value

Answers = Callable[[Sequence[PropertyValue]], Codes]
_HOLDERS = ("HasProperties", "Quantities", "Properties", "ExtendedProperties")


class _Sets(NamedTuple):
    """Sets of the wanted names, object by object, the type's first: position of the object, row of the set, code of its name."""

    position: Codes
    definition: Codes
    name: Codes


class _Members(NamedTuple):
    """Properties of the wanted names: row of the set, code of the property's name, code of its answer."""

    definition: Codes
    name: Codes
    answer: Codes


def judge_property(facet: PropertyFacet, columns: Columns, rows: Codes) -> Judged:
    """Every set of a wanted name has a property of a wanted name, and each that has a value has one that is asked for."""
    sets = _sets(columns, rows, compile_value(facet.property_set))
    found = Gathered(len(rows))
    absent, met = found.code(ABSENT), found.code(None)
    not_given = -1
    found.codes[:] = absent
    if not len(sets.position):
        return found.judged()

    asked = None if facet.value is None else compile_value(facet.value)

    def answers(values: Sequence[PropertyValue]) -> Codes:
        codes = [
            found.code(_miss(each, facet.data_type, asked)) if each.columns or not each.supported else not_given
            for each in values
        ]
        return np.array(codes, dtype=np.int64)

    members = _members(columns, np.unique(sets.definition), compile_value(facet.base_name), answers)
    ranked, given = _table(sets, members, not_given)
    found.codes[sets.position] = met
    lacking = ranked.join(given, on=["object", "set"], how="anti")
    found.codes[lacking["object"].to_numpy()] = absent
    # What is there and wrong weighs more than what another set does not have.
    wrong = given.filter(pl.col("answer") != met).join(ranked, on=["object", "set"]).sort("rank", "sequence")
    first = wrong.unique("object", keep="first", maintain_order=True)
    found.codes[first["object"].to_numpy()] = first["answer"].to_numpy()
    return found.judged()


def _sets(columns: Columns, rows: Codes, wanted: Test) -> _Sets:
    sets, names = columns.remembered("sets", rows, lambda: _all_sets(columns, rows))
    good = np.array([bool(name) and wanted(name) for name in names], dtype=np.bool_)
    keep = good[sets.name] if len(good) else np.zeros(0, dtype=np.bool_)
    return _Sets(sets.position[keep], sets.definition[keep], sets.name[keep])


def _all_sets(columns: Columns, rows: Codes) -> tuple[_Sets, list[str]]:
    """Sets of any name, and the names by code."""
    types = columns.type_of(rows)
    typed = np.flatnonzero(types >= 0)
    place, of_type = columns.type_definitions.expand(types[typed])
    position, definition = [typed[place]], [of_type]
    # An object has sets of its own, or those of a material or profile, or those of the type that it is.
    left = np.arange(len(rows))
    for edges in (columns.definitions, columns.resource_definitions, columns.type_definitions):
        place, own = edges.expand(rows[left])
        position.append(left[place])
        definition.append(own)
        left = left[edges.counts(rows[left]) == 0]
    places, definitions = np.concatenate(position), np.concatenate(definition)
    unique, inverse = np.unique(definitions, return_inverse=True)
    codes, names = columns.texts(unique, "Name")
    return _Sets(places, definitions, codes[inverse]), names


def _members(columns: Columns, definitions: Codes, wanted: Test, answers: Answers) -> _Members:
    names: dict[str, int] = {}
    parts: list[_Members] = []
    for kind, here in columns.by_class(definitions):
        rows = definitions[here]
        positions = (columns.instances.schema.position(kind, holder) for holder in _HOLDERS)
        position = next((each for each in positions if each is not None), None)
        if position is None:
            parts += [_predefined(columns, row, wanted, answers, names) for row in rows.tolist()]
        else:
            parts.append(_listed(columns, rows, kind, position, wanted, answers, names))
    return _Members(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _listed(
    columns: Columns, rows: Codes, kind: str, position: int, wanted: Test, answers: Answers, names: dict[str, int]
) -> _Members:
    definition, prop = columns.held(rows, kind, position)
    unique, inverse = np.unique(prop, return_inverse=True)
    codes, texts = columns.texts(unique, "Name")
    chosen = np.array([names.setdefault(text, len(names)) if wanted(text) else -1 for text in texts], dtype=np.int64)
    name = chosen[codes] if len(chosen) else codes
    keep = name >= 0
    answer = np.zeros(len(unique), dtype=np.int64)
    value_codes, values = property_values(columns, unique[keep])
    answer[keep] = answers(values)[value_codes]
    inside = keep[inverse]
    return _Members(definition[inside], name[inverse][inside], answer[inverse][inside])


def _predefined(columns: Columns, row: int, wanted: Test, answers: Answers, names: dict[str, int]) -> _Members:
    found = [(name, value) for name, value in predefined_values(columns, row) if wanted(name)]
    codes = np.array([names.setdefault(name, len(names)) for name, _ in found], dtype=np.int64)
    return _Members(np.full(len(found), row, dtype=np.int64), codes, answers([value for _, value in found]))


def _table(sets: _Sets, members: _Members, not_given: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``object, set, rank``: the set names of each object in order; ``object, set, sequence, answer``: its given properties.

    Where sets of one object share a name, a later property of the same name takes the place of the earlier one.
    """
    ranked = pl.DataFrame({"object": sets.position, "set": sets.name}).with_row_index("rank")
    edges = Edges(members.definition, np.arange(len(members.definition)))
    place, member = edges.expand(sets.definition)
    entries = pl.DataFrame(
        {
            "object": sets.position[place],
            "set": sets.name[place],
            "name": members.name[member],
            "answer": members.answer[member],
        }
    ).with_row_index("sequence")
    latest = entries.group_by("object", "set", "name").agg(pl.first("sequence"), pl.last("answer"))
    first = ranked.unique(["object", "set"], keep="first", maintain_order=True)
    return first, latest.filter(pl.col("answer") != not_given).drop("name")


def _miss(value: PropertyValue, data_type: str, asked: Test | None) -> Miss | None:
    if not value.supported:
        return Miss(False)
    columns = [column for column in value.columns if not data_type or column[0] == data_type]
    if not columns:
        return Miss(False, tuple(column[0] for column in value.columns))
    if asked is None or any(asked(each) for _, values in columns for each in values):
        return None
    return Miss(False, tuple(each for _, values in columns for each in values))
