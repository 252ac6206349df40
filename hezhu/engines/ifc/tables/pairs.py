"""Relations and lists as pairs of rows: an object and what a relation ties it to, a set and what it holds.

A stored model keeps those that are asked for again and again beside its records (``members``), so that a re-check need not join them anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import numpy as np
import polars as pl

from hezhu.engines.ifc.tables.bits import Offsets
from hezhu.engines.ifc.tables.instances import Instances

Pairs = tuple[Offsets, Offsets]
# Relation, the side of the many, the side of the one.
RELATIONS = (
    ("IfcRelDefinesByType", "RelatedObjects", "RelatingType"),
    ("IfcRelDefinesByProperties", "RelatedObjects", "RelatingPropertyDefinition"),
    ("IfcRelContainedInSpatialStructure", "RelatedElements", "RelatingStructure"),
    ("IfcRelAggregates", "RelatedObjects", "RelatingObject"),
    ("IfcRelNests", "RelatedObjects", "RelatingObject"),
    ("IfcRelAssignsToGroup", "RelatedObjects", "RelatingGroup"),
    ("IfcRelVoidsElement", "RelatedOpeningElement", "RelatingBuildingElement"),
    ("IfcRelFillsElement", "RelatedBuildingElement", "RelatingOpeningElement"),
    ("IfcRelAssociatesMaterial", "RelatedObjects", "RelatingMaterial"),
    ("IfcRelAssociatesClassification", "RelatedObjects", "RelatingClassification"),
)
LISTS = (
    ("IfcTypeObject", "HasPropertySets"),
    ("IfcPropertySet", "HasProperties"),
    ("IfcElementQuantity", "Quantities"),
)
_NONE = np.zeros(0, dtype=np.int64)


def related_pairs(instances: Instances, relation: str, part: str, whole: str) -> Pairs:
    """Row of each part and row of what the relation ties it to; a side that names several gives a pair for each."""
    kept = instances.kept_pairs(pairs_name(relation, part, whole))
    return _joined(instances, relation, part, whole) if kept is None else kept


def listed_pairs(instances: Instances, name: str, attribute: str) -> Pairs:
    """Row of each record of a class and its subtypes and row of what it names; a number that the file does not have is left out."""
    kept = instances.kept_pairs(pairs_name(name, attribute))
    return _listed(instances, name, attribute) if kept is None else kept


def members(instances: Instances) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the pairs worth keeping, for the described rows alone: Arrow streams of ``source`` in ascending order and
    ``target``, each as steps from one to the next, which takes a tenth of the room.
    """
    described = instances.described_rows()
    for relation in RELATIONS:
        yield pairs_name(*relation), _stored(_joined(instances, *relation), described)
    for listed in LISTS:
        yield pairs_name(*listed), _stored(_listed(instances, *listed), described)


def read(content: bytes) -> Pairs:
    """The pairs of one member."""
    steps = pl.read_ipc_stream(BytesIO(content))
    return steps["source"].to_numpy().cumsum(dtype=np.int64), steps["target"].to_numpy().cumsum(dtype=np.int64)


def pairs_name(*parts: str) -> str:
    """What the pairs of a relation or list are called in a stored model."""
    return f"pairs/{'.'.join(parts)}"


def _stored(pairs: Pairs, described: Offsets) -> bytes:
    places = [np.searchsorted(described, side) for side in pairs]
    known = np.isin(pairs[0], described) & np.isin(pairs[1], described)
    source, target = places[0][known], places[1][known]
    order = np.argsort(source, kind="stable")
    sides = {"source": source[order], "target": target[order]}
    steps = {name: np.diff(side, prepend=0).astype(np.int32) for name, side in sides.items()}
    sink = BytesIO()
    pl.DataFrame(steps).write_ipc_stream(sink, compression="zstd")
    return sink.getvalue()


def _joined(instances: Instances, relation: str, part: str, whole: str) -> Pairs:
    source, parts = _listed(instances, relation, part)
    owner, wholes = _singles(instances, relation, whole) or _listed(instances, relation, whole)
    known = wholes >= 0
    owner, wholes = owner[known], wholes[known]
    order = np.argsort(owner, kind="stable")
    owner, wholes = owner[order], wholes[order]
    start = np.searchsorted(owner, source)
    count = np.searchsorted(owner, source, side="right") - start
    within = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(parts, count), wholes[np.repeat(start, count) + within]


def _singles(instances: Instances, name: str, attribute: str) -> Pairs | None:
    """The same as ``_listed`` where every record names one, which is quicker to read; None where one names a list or nothing."""
    rows = instances.rows(name)
    targets = instances.reference(rows, instances.schema.position(name, attribute))
    return None if targets.null_count() else (rows, instances.row_of(targets.to_numpy()))


def _listed(instances: Instances, name: str, attribute: str) -> Pairs:
    rows = instances.rows(name)
    position = instances.schema.position(name, attribute)
    if not len(rows) or position is None:
        return _NONE, _NONE
    frame = instances.references(rows, position)
    source = instances.row_of(frame["id"].to_numpy())
    target = instances.row_of(frame["target"].to_numpy())
    known = target >= 0
    return source[known], target[known]
