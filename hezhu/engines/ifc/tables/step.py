"""A STEP file (ISO 10303-21) as arrays: which instances it has, of which class, and where each of their arguments stands.

No record is visited one by one. The bytes that give a file its structure are found in one pass, those inside strings are
left out by counting quotes (a doubled quote counts twice and so changes nothing), and the depth of the brackets tells
which comma parts two arguments of the instance itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from hezhu.engines.ifc.tables.spans import Bytes, Flags, Offsets, texts, trimmed, whole_numbers

_STRUCTURE = np.zeros(256, dtype=np.bool_)
_STRUCTURE[[ord(mark) for mark in "'(),;=#"]] = True
_QUOTE, _OPEN, _CLOSE, _COMMA, _END, _EQUALS, _HASH = (ord(mark) for mark in "'(),;=#")
_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the file itself. ``code`` is stable; ``message`` is Chinese and names place and remedy."""

    code: str
    instance: int
    message: str


@dataclass(frozen=True, slots=True)
class StepFile:
    """Instances (one row each, in file order) and their arguments.

    ``first_argument[row]`` to ``first_argument[row + 1]`` are the arguments of a row; ``argument_start`` and ``argument_end`` are
    their byte offsets in ``data``. ``reference_*`` list every ``#n`` inside an instance: its row, argument number from 0, target.
    A number given twice keeps its first instance, as the later one is what no earlier reference can have meant.
    """

    data: Bytes
    ids: Offsets
    classes: pl.Series
    first_argument: Offsets
    argument_start: Offsets
    argument_end: Offsets
    reference_row: Offsets
    reference_argument: Offsets
    reference_target: Offsets
    problems: list[Problem] = field(default_factory=list)


def scan(content: bytes) -> StepFile:
    """Read the structure of a STEP file. Never raises on malformed records: they are left out and named in ``problems``."""
    content = without_comments(content)
    data = np.frombuffer(content, dtype=np.uint8)
    at, kind = _structure(data)
    problems: list[Problem] = []
    if content.count(b"'") % 2:
        problems.append(Problem("open-string", 0, "文件中有一处字符串缺少结束引号，其后的内容可能错位，请重新导出。"))
    depth = _depths(kind)
    record_open = _record_openings(kind)
    statement = np.cumsum(kind == _END) - (kind == _END)
    row_of_statement = np.full(int(statement[-1]) + 1 if len(statement) else 1, -1, dtype=np.int64)
    row_of_statement[statement[record_open]] = np.arange(len(record_open))
    row = row_of_statement[statement] if len(statement) else statement
    ids, sound = whole_numbers(data, *trimmed(data, at[record_open - 2] + 1, at[record_open - 1]))
    names = texts(data, *trimmed(data, at[record_open - 1] + 1, at[record_open])).str.to_uppercase()
    closed = _closed_rows(kind, depth, row, len(record_open))
    keep = sound & closed & _first_of_each(ids, sound & closed)
    problems += _record_problems(ids, sound, closed, keep)
    kept = np.full(len(keep) + 1, -1, dtype=np.int64)
    kept[:-1][keep] = np.arange(int(keep.sum()))
    row = kept[row]
    first, start, end = _arguments(data, at, kind, depth, row, int(keep.sum()))
    reference_row, reference_argument, target, broken = _references(data, at, kind, row, first, start)
    ids = ids[keep]
    problems += [Problem("bad-reference", int(ids[r]), f"实例 #{ids[r]} 中有一处引用不是编号，请重新导出。") for r in broken]
    problems += _missing(ids, reference_row, target)
    return StepFile(
        data, ids, names.filter(pl.Series(keep)), first, start, end, reference_row, reference_argument, target, problems
    )


def without_comments(content: bytes) -> bytes:
    """The same bytes with every comment outside strings turned into blanks, so that offsets stay."""
    if b"/*" not in content:
        return content
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


def _structure(data: Bytes) -> tuple[Offsets, Bytes]:
    """Offsets and bytes of the structure marks that stand outside strings."""
    blocks = [np.flatnonzero(_STRUCTURE[data[base : base + _BLOCK]]) + base for base in range(0, len(data), _BLOCK)]
    at = np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.int64)
    kind = data[at]
    quote = kind == _QUOTE
    outside = ~quote & (np.cumsum(quote, dtype=np.int32) & 1 == 0)
    return at[outside], kind[outside]


def _depths(kind: Bytes) -> npt.NDArray[np.int32]:
    """Bracket depth after each mark, counted anew in every statement so that one lost bracket spoils only its own."""
    depth = np.cumsum((kind == _OPEN).astype(np.int8) - (kind == _CLOSE).astype(np.int8), dtype=np.int32)
    ends = np.flatnonzero(kind == _END)
    if len(ends) and depth[ends].any():
        before = np.concatenate([[0], depth[ends]]).astype(np.int32)
        depth = depth - np.repeat(before, np.diff(np.concatenate([[0], ends + 1, [len(kind)]])))
    return depth


def _record_openings(kind: Bytes) -> Offsets:
    """Marks that open the arguments of an instance: the bracket of ``; #n = CLASS (``."""
    opening = np.flatnonzero(kind == _OPEN)
    opening = opening[opening >= 2]
    opening = opening[(kind[opening - 1] == _EQUALS) & (kind[opening - 2] == _HASH)]
    return opening[(opening == 2) | (kind[opening - 3] == _END)]


def _closed_rows(kind: Bytes, depth: npt.NDArray[np.int32], row: Offsets, rows: int) -> Flags:
    """Which instances come back to depth 0 exactly once and stay there until their semicolon."""
    inside = row >= 0
    endings = np.bincount(row[inside & (kind == _CLOSE) & (depth == 0)], minlength=rows)
    semicolons = np.bincount(row[inside & (kind == _END) & (depth == 0)], minlength=rows)
    strays = np.bincount(row[inside & ((depth < 0) | ((kind == _COMMA) & (depth == 0)))], minlength=rows)
    return (endings == 1) & (semicolons == 1) & (strays == 0)


def _first_of_each(ids: Offsets, usable: Flags) -> Flags:
    first = np.zeros(len(ids), dtype=np.bool_)
    rows = np.flatnonzero(usable)
    first[rows[np.unique(ids[rows], return_index=True)[1]]] = True
    return first


def _record_problems(ids: Offsets, sound: Flags, closed: Flags, keep: Flags) -> list[Problem]:
    problems = [
        Problem("malformed", int(ids[row]), f"实例 #{ids[row]} 的记录不完整（编号或括号有误），已跳过，请重新导出。")
        for row in np.flatnonzero(~(sound & closed))
    ]
    return problems + [
        Problem("duplicate", int(ids[row]), f"实例编号 #{ids[row]} 重复，只采用第一次出现的记录，请重新导出。")
        for row in np.flatnonzero(sound & closed & ~keep)
    ]


def _arguments(
    data: Bytes, at: Offsets, kind: Bytes, depth: npt.NDArray[np.int32], row: Offsets, rows: int
) -> tuple[Offsets, Offsets, Offsets]:
    """First argument of each row (rows + 1 values), and start and end of every argument."""
    opens = (kind == _OPEN) & (depth == 1)
    opens[1:] &= kind[:-1] == _EQUALS
    parts = (row >= 0) & (opens | ((kind == _COMMA) & (depth == 1)) | ((kind == _CLOSE) & (depth == 0)))
    marks = np.flatnonzero(parts)
    begins = np.flatnonzero(kind[marks] != _CLOSE)
    start, end = trimmed(data, at[marks[begins]] + 1, at[marks[begins + 1]])
    owner = row[marks[begins]]
    count = np.bincount(owner, minlength=rows)
    empty = (count[owner] == 1) & (start == end)
    if empty.any():
        owner, start, end = owner[~empty], start[~empty], end[~empty]
        count = np.bincount(owner, minlength=rows)
    return np.concatenate([[0], np.cumsum(count)]).astype(np.int64), start, end


def _references(
    data: Bytes, at: Offsets, kind: Bytes, row: Offsets, first: Offsets, start: Offsets
) -> tuple[Offsets, Offsets, Offsets, Offsets]:
    """Row, argument number and target of every reference, and the rows in which one is no number."""
    hashes = np.flatnonzero((kind == _HASH) & (row >= 0))
    hashes = hashes[hashes + 1 < len(kind)]
    hashes = hashes[kind[hashes + 1] != _EQUALS]
    target, sound = whole_numbers(data, *trimmed(data, at[hashes] + 1, at[hashes + 1]))
    owner = row[hashes]
    broken = np.unique(owner[~sound])
    hashes, target, owner = hashes[sound], target[sound], owner[sound]
    argument = np.searchsorted(start, at[hashes], side="right") - 1 - first[owner]
    return owner, argument, target, broken


def _missing(ids: Offsets, reference_row: Offsets, target: Offsets) -> list[Problem]:
    absent = np.flatnonzero(~np.isin(target, ids))
    return [
        Problem("missing-reference", int(ids[reference_row[i]]), f"实例 #{ids[reference_row[i]]} 引用的 #{target[i]} 不存在。")
        for i in absent
    ]
