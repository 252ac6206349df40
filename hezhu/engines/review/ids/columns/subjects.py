"""Objects by their record numbers as subjects of findings: GlobalId, class, name, storey."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

import numpy as np
import polars as pl

from hezhu.engines.findings import Subject
from hezhu.engines.ifc.tables.placements import placements
from hezhu.engines.review.ids.columns.codes import Codes
from hezhu.engines.review.ids.columns.model import Columns
from hezhu.engines.review.ids.outcome import Numbers

Box = tuple[tuple[float, float, float], tuple[float, float, float]]
_CHUNK = 20_000
# Sites in sites, parts of parts; a circle ends here
_DEEPEST = 50


class Subjects(Protocol):
    """Names the objects of a model. Asked in portions, so that a report never holds them all."""

    def subjects(self, numbers: Numbers) -> Iterator[Subject]:
        """One for each record number, in that order."""
        ...

    def box(self, numbers: Numbers) -> Box | None:
        """Lowest and highest of their places, metres in the model's axes; None where none of them is placed."""
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

    def box(self, numbers: Numbers) -> Box | None:
        places = self._places.filter(pl.col("id").is_in(pl.Series(numbers).implode())).select("x", "y", "z").to_numpy()
        if not len(places):
            return None
        low, high = places.min(axis=0).tolist(), places.max(axis=0).tolist()
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])

    @cached_property
    def _places(self) -> pl.DataFrame:
        convert = self._columns.units.measure("IFCLENGTHMEASURE")
        return placements(self._columns.instances, convert(1.0) if convert else 1.0)

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
