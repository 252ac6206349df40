"""Single records of a scanned file, for the few places where a column would say nothing more: units, materials, codes, value lists."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat

import numpy as np

from hezhu.engines.ifc.tables.instances import Instances, parse_value
from hezhu.engines.ifc.tables.instances import Value as Written
from hezhu.engines.review.ids.columns.codes import Codes

_PORTION = 512


@dataclass(frozen=True, slots=True)
class Typed:
    """``IFCLABEL('x')``: the name of a defined type in upper case, and its value."""

    kind: str
    value: Value


@dataclass(frozen=True, slots=True)
class Record:
    """One instance: its row, its class in upper case, and the values it gives, references followed one step at a time."""

    row: int
    kind: str
    _written: tuple[str | None, ...]
    _records: Records

    def get(self, attribute: str) -> Value:
        """The value of an attribute; None where it is not given or the class has no such attribute."""
        position = self._records.instances.schema.position(self.kind, attribute)
        written = self._written[position] if position is not None else None
        return None if written is None else self._records.value(parse_value(written))

    def text(self, attribute: str) -> str:
        """The value where it is a text, else an empty one."""
        value = self.get(attribute)
        return value if isinstance(value, str) else ""

    def one(self, attribute: str) -> Record | None:
        """The record that a single reference names."""
        value = self.get(attribute)
        return value if isinstance(value, Record) else None

    def many(self, attribute: str) -> list[Record]:
        """The records that a list of references names."""
        value = self.get(attribute)
        return [each for each in value if isinstance(each, Record)] if isinstance(value, list) else []


Value = None | bool | int | float | str | list["Value"] | Typed | Record


class Records:
    """Records by row. Who reads one often reads its neighbours of the same class, so that they are fetched with it."""

    def __init__(self, instances: Instances) -> None:
        self.instances = instances
        self._known: dict[int, Record] = {}
        self._rows: dict[int, Codes] = {}

    def at(self, row: int) -> Record:
        """The record of a row."""
        if row not in self._known:
            self._fetch(row)
        return self._known[row]

    def rows(self, code: int) -> Codes:
        """The rows of a class by its code, in file order."""
        if code not in self._rows:
            self._rows[code] = np.flatnonzero(self.instances.class_code == code)
        return self._rows[code]

    def _fetch(self, row: int) -> None:
        code = int(self.instances.class_code[row])
        rows = self.rows(code)
        rows = rows[int(np.searchsorted(rows, row)) :][:_PORTION]
        kind = self.instances.class_names[code]
        known = self.instances.schema.classes.get(kind)
        columns = [self.instances.raw(rows, position).to_list() for position in range(len(known.attributes) if known else 0)]
        values = zip(*columns, strict=True) if columns else repeat((), len(rows))
        for each, written in zip(rows.tolist(), values, strict=True):
            self._known.setdefault(each, Record(each, kind, written, self))

    def named(self, reference: str | None) -> Record | None:
        """The record of a reference as written, ``#12``; None for anything else and for a number the file does not have."""
        number = (reference or "")[1:].strip()
        found = self.value({"ref": int(number)}) if number.isdigit() else None
        return found if isinstance(found, Record) else None

    def value(self, written: Written) -> Value:
        """A value as ``Instances`` decodes it, with records and typed values in place of their dictionaries."""
        if isinstance(written, list):
            return [self.value(each) for each in written]
        if not isinstance(written, dict):
            return written
        ((kind, inner),) = written.items()
        if kind != "ref":
            return Typed(kind, self.value(inner))
        row = self.instances.row_of_one(inner) if isinstance(inner, int) else -1
        return self.at(row) if row >= 0 else None
