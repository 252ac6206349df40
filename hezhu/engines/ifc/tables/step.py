"""A STEP file (ISO 10303-21) as arrays: which instances it has, of which class, and where each record's arguments stand.

The first pass only finds the records; ``arguments.py`` parts their arguments when somebody asks for them. No record is visited one
by one: the marks that give a file its structure are sets of offsets (``structure.py``), and every step is a step of all records.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from hezhu.engines.ifc.tables import problems as problem
from hezhu.engines.ifc.tables.arguments import Arguments
from hezhu.engines.ifc.tables.bits import Bytes, Narrow, Offsets, Words
from hezhu.engines.ifc.tables.problems import Problem
from hezhu.engines.ifc.tables.records import find_records
from hezhu.engines.ifc.tables.rows import RowNumbers
from hezhu.engines.ifc.tables.spans import texts
from hezhu.engines.ifc.tables.structure import structure

# What stands beside the records of a sound file: DATA, ENDSEC, FILE_NAME(…), the anchors and references of edition 3.
_KEYWORD = r"^[A-Za-z!<]"
_SHOWN_BYTES = 30
_INT16_END = 1 << 15


@dataclass(frozen=True)
class StepFile:
    """Instances, one row each, in file order; ``opening`` and ``closing`` are the offsets of the brackets around their arguments.

    ``class_names`` are in upper case and sorted, ``class_code`` is each row's place among them. ``marks`` are the brackets and commas
    outside strings, ``hashes`` the number signs. A number given twice keeps its first instance, as the later one is what
    no earlier reference can have meant.
    """

    data: Bytes
    ids: Offsets
    class_names: list[str]
    class_code: Narrow
    opening: Narrow
    closing: Narrow
    marks: Words
    hashes: Words
    numbers: RowNumbers
    record_problems: list[Problem] = field(default_factory=list)

    @cached_property
    def classes(self) -> pl.Series:
        """The class of each row by its name."""
        return pl.Series(self.class_names, dtype=pl.String).gather(pl.Series(self.class_code.astype(np.uint32)))

    @cached_property
    def arguments(self) -> Arguments:
        """The arguments of the records, parted on demand."""
        return Arguments(self.data, self.marks, self.hashes, self.opening, self.closing)

    @cached_property
    def problems(self) -> list[Problem]:
        """Everything wrong with the file itself. The first look at it reads every reference."""
        found = problem.reference_problems(self.data, self.hashes, self.ids, self.opening, self.closing, self.numbers)
        return self.record_problems + found


def scan(content: bytes) -> StepFile:
    """Read the structure of a STEP file. Never raises on malformed records: they are left out and named in ``problems``."""
    data = np.frombuffer(content, dtype=np.uint8)
    marks = structure(data)
    if marks.comments:
        data = np.frombuffer(without_comments(content), dtype=np.uint8)
        marks = structure(data)
    found = find_records(data, marks)
    problems = [problem.OPEN_STRING] if marks.open_string else []
    problems += problem.malformed(found.ids[~found.sound & ~found.complex]) + problem.complex_records(found.ids[found.complex])
    problems += _stray(data, found.stray)
    rows: Offsets | slice = slice(None) if found.sound.all() else np.flatnonzero(found.sound)
    numbers = RowNumbers(found.ids[rows])
    if numbers.repeated:
        rows, first = np.flatnonzero(found.sound), numbers.first_of_each()
        problems += problem.duplicates(found.ids[rows[~first]])
        rows = rows[first]
        numbers = RowNumbers(found.ids[rows])
    names, code = _sorted(found.names.found, found.code[rows])
    opening, closing = found.opening[rows], found.closing[rows]
    return StepFile(data, found.ids[rows], names, code, opening, closing, marks.marks, marks.hash, numbers, problems)


def without_comments(content: bytes) -> bytes:
    """The same bytes with every comment outside strings turned into blanks, so that offsets stay."""
    text = bytearray(content)
    position, quotes = 0, 0
    while (found := text.find(b"/*", position)) >= 0:
        quotes += text.count(b"'", position, found)
        if quotes % 2:
            position = found + 2
            continue
        stop = text.find(b"*/", found + 2)
        stop = len(text) if stop < 0 else stop + 2
        text[found:stop] = b" " * (stop - found)
        position = stop
    return bytes(text)


def _sorted(names: list[str], code: Narrow) -> tuple[list[str], Narrow]:
    """The names that rows have, in order, and the codes among them."""
    used = np.flatnonzero(np.bincount(code, minlength=len(names))).tolist()
    kept = sorted(names[number] for number in used)
    place = {name: number for number, name in enumerate(kept)}
    new = np.array([place.get(name, -1) for name in names], dtype=np.int16 if len(kept) < _INT16_END else np.int32)
    return kept, new[code]


def _stray(data: Bytes, at: Offsets) -> list[Problem]:
    """Statements that are neither records nor keywords of the file's sections."""
    written = texts(data, at, np.minimum(at + _SHOWN_BYTES, len(data)))
    return problem.stray(written.filter(~written.str.contains(_KEYWORD)).to_list())
