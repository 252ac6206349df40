"""Single records of a scanned file, for the few places where a column would say nothing more: units, materials, codes, value lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hezhu.engines.ifc.tables.instances import Instances
from hezhu.engines.ifc.tables.instances import Value as Written


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
    _arguments: list[Written]
    _records: Records

    def get(self, attribute: str) -> Value:
        """The value of an attribute; None where it is not given or the class has no such attribute."""
        position = self._records.instances.schema.position(self.kind, attribute)
        if position is None or position >= len(self._arguments):
            return None
        return self._records.value(self._arguments[position])

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
    """Records by row, each decoded once."""

    def __init__(self, instances: Instances) -> None:
        self.instances = instances
        self._known: dict[int, Record] = {}

    def at(self, row: int) -> Record:
        """The record of a row."""
        record = self._known.get(row)
        if record is None:
            kind = self.instances.class_names[int(self.instances.class_code[row])]
            record = self._known[row] = Record(row, kind, self.instances.record(row), self)
        return record

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
        row = int(self.instances.row_of(np.array([inner], dtype=np.int64))[0])
        return self.at(row) if row >= 0 else None
