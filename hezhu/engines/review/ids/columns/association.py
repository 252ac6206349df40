"""Classifications and materials of many objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hezhu.engines.review.ids.columns.codes import ABSENT, Codes, Gathered, Judged, Miss, coded, distinct
from hezhu.engines.review.ids.columns.model import Columns
from hezhu.engines.review.ids.columns.records import Record
from hezhu.engines.review.ids.document import ClassificationFacet, MaterialFacet
from hezhu.engines.review.ids.values import Test, compile_value

_NO_CODE = "（无编码）"
# References above references; a circle ends here
_DEEPEST = 100
_USAGES = {"IFCMATERIALLAYERSETUSAGE": "ForLayerSet", "IFCMATERIALPROFILESETUSAGE": "ForProfileSet"}
_PARTS = ("Materials", "MaterialLayers", "MaterialProfiles", "MaterialConstituents")
_NAMES = ("Name", "LayerSetName", "Category")


@dataclass(frozen=True, slots=True)
class Reference:
    """A classification reference or one above it: its code (None for the bare system) and the system's name."""

    code: str | None
    system: str | None


def judge_classification(facet: ClassificationFacet, columns: Columns, rows: Codes) -> Judged:
    """One of an object's references, or of its type's for systems in which it has none of its own, is the one asked for."""
    system, code = compile_value(facet.system), None if facet.value is None else compile_value(facet.value)
    own, own_chains = _chains(columns, rows)
    types = columns.type_of(rows)
    inherited, chains = _chains(columns, types)
    codes, combinations = distinct(own, inherited)
    misses = [_unclassified(_references(own_chains[mine], chains[of_type]), system, code) for mine, of_type in combinations]
    return Judged(codes, misses)


def _references(own: tuple[Reference, ...], inherited: tuple[Reference, ...]) -> tuple[Reference, ...]:
    systems = {reference.system for reference in own}
    return own + tuple(reference for reference in inherited if reference.system not in systems)


def _unclassified(references: tuple[Reference, ...], system: Test, code: Test | None) -> Miss | None:
    if not references:
        return ABSENT
    for each in references:
        if each.system is not None and system(each.system) and (code is None or (each.code is not None and code(each.code))):
            return None
    return Miss(False, tuple(dict.fromkeys(each.code or each.system or _NO_CODE for each in references)))


def _chains(columns: Columns, rows: Codes) -> tuple[Codes, list[tuple[Reference, ...]]]:
    """The references of each row with all those above them, as codes."""
    place, relating = columns.classifications.expand(rows)
    unique, inverse = np.unique(relating, return_inverse=True)
    alike, samples = _alike(columns, unique)
    kinds = alike[inverse]
    chains: dict[tuple[int, ...], int] = {(): 0}
    codes = np.zeros(len(rows), dtype=np.int64)
    counts = np.bincount(place, minlength=len(rows)) if len(place) else codes
    single = counts[place] == 1
    known = np.array([chains.setdefault((kind,), len(chains)) for kind in range(len(samples))], dtype=np.int64)
    codes[place[single]] = known[kinds[single]]
    several: dict[int, list[int]] = {}
    for at, kind in zip(place[~single].tolist(), kinds[~single].tolist(), strict=True):
        several.setdefault(at, []).append(kind)
    for at, given in several.items():
        codes[at] = chains.setdefault(tuple(given), len(chains))
    texts = [tuple(_chain(columns.records.at(row))) for row in samples]
    return codes, [tuple(dict.fromkeys(each for kind in key for each in texts[kind])) for key in chains]


def _alike(columns: Columns, rows: Codes) -> tuple[Codes, list[int]]:
    """References that say the same as codes, and one row of each: programs write one for every object."""
    codes = np.zeros(len(rows), dtype=np.int64)
    samples: list[int] = []
    for name, here in columns.by_class(rows):
        attributes = ("Identification", "ItemReference", "ReferencedSource") if name == "IFCCLASSIFICATIONREFERENCE" else ()
        parts = [coded(columns.column(rows[here], name, attribute))[0] for attribute in attributes]
        combined = distinct(*parts)[0] if parts else np.arange(len(here))
        codes[here] = combined + len(samples)
        samples += rows[here][np.unique(combined, return_index=True)[1]].tolist()
    return codes, samples


def _chain(reference: Record) -> Iterator[Reference]:
    codes: list[str | None] = []
    system: str | None = None
    each: Record | None = reference
    while each is not None and len(codes) < _DEEPEST:
        if each.kind == "IFCCLASSIFICATION":
            system = each.text("Name")
            break
        codes.append(each.text("Identification") or each.text("ItemReference") or None)
        each = each.one("ReferencedSource")
    for code in codes or [None]:
        yield Reference(code, system)


def judge_material(facet: MaterialFacet, columns: Columns, rows: Codes) -> Judged:
    """A material of that name or category, or a set that has such a part; the object's own before its type's."""
    asked = None if facet.value is None else compile_value(facet.value)
    found = Gathered(len(rows))
    found.codes[:] = found.code(ABSENT)
    own = columns.materials.first(rows)
    types = columns.type_of(rows)
    given = np.where(own >= 0, own, columns.materials.first(types))
    known = np.flatnonzero(given >= 0)
    unique, inverse = np.unique(_without_usages(columns, given[known]), return_inverse=True)
    misses: list[Miss | None] = []
    for row in unique.tolist():
        names = sorted(set(_material_names(columns.records.at(row))))
        refused = asked is not None and not any(asked(name) for name in names)
        misses.append(Miss(False, tuple(names)) if refused else None)
    found.put(known, inverse, misses)
    return found.judged()


def _without_usages(columns: Columns, rows: Codes) -> Codes:
    """A layer or profile set in place of how one object uses it."""
    unique, inverse = np.unique(rows, return_inverse=True)
    for name, here in columns.by_class(unique):
        if name in _USAGES:
            used = columns.instances.reference(unique[here], columns.instances.schema.position(name, _USAGES[name]))
            found = columns.instances.row_of(used.fill_null(-1).to_numpy())
            unique[here] = np.where(found >= 0, found, unique[here])
    return unique[inverse]


def _material_names(material: Record) -> Iterator[str]:
    parts = [material, *(part for name in _PARTS for part in material.many(name))]
    parts += [inner for part in parts if (inner := part.one("Material")) is not None]
    for part in parts:
        for name in _NAMES:
            if text := part.text(name):
                yield text
