"""What many objects are part of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from hezhu.engines.review.ids.columns.codes import Codes, Gathered, Judged, Miss
from hezhu.engines.review.ids.columns.edges import Edges
from hezhu.engines.review.ids.columns.entity import judge_entity
from hezhu.engines.review.ids.columns.model import Columns
from hezhu.engines.review.ids.document import PartOfFacet

_Step = Callable[[int], int | None]


def judge_part_of(facet: PartOfFacet, columns: Columns, rows: Codes) -> Judged:
    """One of the wholes, by the relation asked for or by any, is of that class."""
    walk = _Walk(columns, facet)
    found = Gathered(len(rows))
    # Objects that begin the same way end the same way.
    start = walk.start(rows)
    _, first, codes = np.unique(start, return_index=True, return_inverse=True)
    found.put(np.arange(len(rows)), codes, walk.misses([walk.wholes(row) for row in rows[first].tolist()]))
    return found.judged()


class _Walk:
    """The wholes of an object by one relation of IDS, nearest first, and whether one is of the class asked for."""

    def __init__(self, columns: Columns, facet: PartOfFacet) -> None:
        self._columns, self._facet = columns, facet
        self._firsts: dict[int, dict[int, int]] = {}

    def start(self, rows: Codes) -> Codes:
        """A number for each row, equal only where the wholes are the same."""
        columns, relation = self._columns, self._facet.relation
        if relation == "IFCRELAGGREGATES":
            return columns.aggregates.first(rows)
        if relation == "IFCRELNESTS":
            return columns.nests.first(rows)
        if relation in ("", "IFCRELCONTAINEDINSPATIALSTRUCTURE"):
            container = columns.containers.first(rows)
            return np.where(container >= 0, container, -1 - rows)
        return rows

    def wholes(self, row: int) -> list[int]:
        """What the object is part of."""
        columns, relation = self._columns, self._facet.relation
        if relation == "IFCRELAGGREGATES":
            return list(_ancestors(row, self._first(columns.aggregates)))
        if relation == "IFCRELNESTS":
            return list(_ancestors(row, self._first(columns.nests)))
        if relation == "IFCRELASSIGNSTOGROUP":
            return columns.groups.of(row)
        if relation == "IFCRELCONTAINEDINSPATIALSTRUCTURE":
            return self._container(row)
        if relation:
            opening = self._first(columns.fills)(row)
            return [*columns.voids.of(row), *(columns.voids.of(opening) if opening is not None else ())]
        return list(_ancestors(row, self._parent))

    def misses(self, listed: list[list[int]]) -> list[Miss | None]:
        """For the wholes of each object: None where one of them is of the class asked for, else the classes there are."""
        rows = np.array(sorted({row for wholes in listed for row in wholes}), dtype=np.int64)
        met = judge_entity(self._facet.entity, self._columns, rows).met() if len(rows) else np.zeros(0, dtype=np.bool_)
        sought = set(rows[met].tolist())
        names, codes = self._columns.instances.class_names, self._columns.instances.class_code
        return [
            None if not sought.isdisjoint(wholes) else Miss(not wholes, tuple(names[int(codes[row])] for row in wholes))
            for wholes in listed
        ]

    def _first(self, edges: Edges) -> _Step:
        known = self._firsts.get(id(edges))
        if known is None:
            known = dict(zip(edges.source[::-1].tolist(), edges.target[::-1].tolist(), strict=True))
            self._firsts[id(edges)] = known
        return known.get

    def _container(self, row: int) -> list[int]:
        """What contains the object, or, for a part or a filling, what contains the object it belongs to."""
        for each in [row, *_ancestors(row, self._part_of)]:
            container = self._first(self._columns.containers)(each)
            if container is not None:
                return [container]
        return []

    def _part_of(self, part: int) -> int | None:
        columns = self._columns
        for edges in (columns.aggregates, columns.nests, columns.fills, columns.voids, columns.adheres):
            whole = self._first(edges)(part)
            if whole is not None:
                return whole
        return None

    def _parent(self, part: int) -> int | None:
        for step in (self._first(self._columns.containers), self._part_of, self._first(self._columns.groups)):
            whole = step(part)
            if whole is not None:
                return whole
        return None


def _ancestors(row: int, parent: _Step) -> Iterator[int]:
    """Upwards from the row; a model whose relations run in a circle ends the walk."""
    seen = {row}
    above = parent(row)
    while above is not None and above not in seen:
        seen.add(above)
        yield above
        above = parent(above)
