"""Objects by their record numbers as subjects of findings: GlobalId, class, name, storey."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from hezhu.engines.findings import Subject
from hezhu.engines.review.ids.columns.codes import Codes
from hezhu.engines.review.ids.columns.model import Columns
from hezhu.engines.review.ids.outcome import Numbers

_CHUNK = 20_000
# Sites in sites, parts of parts; a circle ends here
_DEEPEST = 50


class Subjects(Protocol):
    """Names the objects of a model. Asked in portions, so that a report never holds them all."""

    def subjects(self, numbers: Numbers) -> Iterator[Subject]:
        """One for each record number, in that order."""
        ...


class ColumnSubjects:
    """Subjects of one model."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._storeys = columns.instances.rows("IfcBuildingStorey")
        self._storey_names = self._names_of_storeys()

    def subjects(self, numbers: Numbers) -> Iterator[Subject]:
        for start in range(0, len(numbers), _CHUNK):
            yield from self._portion(numbers[start : start + _CHUNK])

    def _portion(self, numbers: Numbers) -> Iterator[Subject]:
        columns = self._columns
        rows = columns.instances.row_of(numbers)
        id_codes, ids = columns.texts(rows, "GlobalId")
        name_codes, names = columns.texts(rows, "Name")
        classes = columns.instances.schema.classes
        class_names = [known.name if (known := classes.get(name)) else name for name in columns.instances.class_names]
        storeys = self._storey_of(rows)
        columns_of_portion = (numbers, id_codes, name_codes, columns.instances.class_code[rows], storeys)
        for number, id_code, name_code, kind, storey in zip(*(each.tolist() for each in columns_of_portion), strict=True):
            known_id = ids[id_code]
            name = names[name_code] or ("" if known_id else f"#{number}")
            yield Subject(known_id or None, class_names[kind], name, self._storey_names[storey])

    def _names_of_storeys(self) -> list[str]:
        """Names in the order of the storeys' rows; an empty one at the end for objects on none."""
        codes, names = self._columns.texts(self._storeys, "Name")
        long_codes, long_names = self._columns.texts(self._storeys, "LongName")
        pairs = zip(codes.tolist(), long_codes.tolist(), strict=True)
        return [names[code].strip() or long_names[long_code].strip() for code, long_code in pairs] + [""]

    def _storey_of(self, rows: Codes) -> Codes:
        """Which storey each row is below, as a position in the list of storeys; the last for none."""
        found = np.full(len(rows), len(self._storeys), dtype=np.int64)
        if not len(self._storeys):
            return found
        left = np.arange(len(rows))
        above = rows
        for _ in range(_DEEPEST):
            above = self._columns.homes.last(above)
            left, above = left[above >= 0], above[above >= 0]
            if not len(left):
                break
            place = np.minimum(np.searchsorted(self._storeys, above), len(self._storeys) - 1)
            hit = self._storeys[place] == above
            found[left[hit]] = place[hit]
            left, above = left[~hit], above[~hit]
        return found
