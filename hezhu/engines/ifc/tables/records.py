"""The records ``#number=CLASS(…);`` of a STEP file: where each stands, and whether it is whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hezhu.engines.ifc.tables.bits import Bytes, Flags, Narrow, Offsets, next_set, positions
from hezhu.engines.ifc.tables.class_names import ClassNames
from hezhu.engines.ifc.tables.spans import MOST_DIGITS, after_blanks, before_blanks, digits, first_bytes
from hezhu.engines.ifc.tables.structure import CLOSE, EQUALS, HASH, Depth, Structure, offset_type

# Statements looked at together: temporary arrays of this length stay in the processor's cache.
_STATEMENTS = 1 << 15


@dataclass(frozen=True, slots=True)
class Records:
    """One entry for each statement that begins with a number sign, in file order.

    ``code`` is the place of its class among ``names``; ``opening`` and ``closing`` are the offsets of the brackets around the arguments.
    ``sound`` is false where number, equals sign, name or brackets are not as they must be; ``ids`` is then 0 or the number, ``complex``
    true for a record of several classes, and nothing else means anything. ``stray`` are the offsets of all other statements.
    """

    names: ClassNames
    ids: Offsets
    code: Narrow
    opening: Narrow
    closing: Narrow
    sound: Flags
    complex: Flags
    stray: Offsets


def find_records(data: Bytes, marks: Structure) -> Records:
    """All records. A statement ends with a semicolon; what stands behind the last one is a statement, too."""
    end = marks.end
    if not len(end) or end[-1] < len(data) - 1:
        end = np.append(end, np.array([len(data)], dtype=end.dtype))
    names, depth, stray, count = ClassNames(data), Depth(marks), [end[:0]], 0
    offset = offset_type(data)
    kinds = (np.int64, np.int32, offset, offset, np.bool_, np.bool_)
    members: list[Narrow] = [np.empty(len(end), dtype=kind) for kind in kinds]
    for base in range(0, len(end), _STATEMENTS):
        stop = end[base : base + _STATEMENTS].astype(np.int64)
        begin = after_blanks(data, np.concatenate([[int(end[base - 1]) + 1 if base else 0], stop[:-1] + 1]), stop)
        is_record = first_bytes(data, begin, stop) == HASH
        if not is_record.all():
            stray.append(begin[~is_record & (begin < stop)])
            begin, stop = begin[is_record], stop[is_record]
        for member, values in zip(members, _batch(data, marks, depth, names, begin, stop), strict=True):
            member[count : count + len(begin)] = values
        count += len(begin)
    ids, code, opening, closing, sound, complex_ = (member[:count] for member in members)
    return Records(names, ids, code, opening, closing, sound, complex_, np.concatenate(stray))


def _batch(
    data: Bytes, marks: Structure, depth: Depth, names: ClassNames, begin: Offsets, end: Offsets
) -> tuple[Offsets, Offsets, Offsets, Offsets, Flags, Flags]:
    """``ids`` to ``complex`` of Records for statements that begin with a number sign."""
    ids, equals = _numbers(data, begin + 1, end)
    name = after_blanks(data, np.minimum(equals + 1, end), end)
    opening = np.minimum(next_set(marks.opening, name, len(data)), end)
    behind = before_blanks(data, opening, end)
    sound = (ids >= 0) & (first_bytes(data, equals, end) == EQUALS) & (opening < end) & (end < len(data))
    sound &= first_bytes(data, behind - 1, behind) == CLOSE
    sound &= _closed_once(marks, depth, begin, end, opening)
    code = names.codes(name, before_blanks(data, name, opening))
    return np.maximum(ids, 0), code, opening, behind - 1, sound & (code >= 0), sound & (name == opening)


def _numbers(data: Bytes, at: Offsets, end: Offsets) -> tuple[Offsets, Offsets]:
    """The number at each offset, −1 where there is none, and where the next byte above the blank stands."""
    number, count = digits(data, at)
    loose = np.flatnonzero(count == 0)
    if len(loose):
        at[loose] = after_blanks(data, at[loose], end[loose])
        number[loose], count[loose] = digits(data, at[loose])
    number[(count == 0) | (count > MOST_DIGITS)] = -1
    return number, after_blanks(data, np.minimum(at + count, end), end)


def _closed_once(marks: Structure, depth: Depth, begin: Offsets, end: Offsets, opening: Offsets) -> Flags:
    """Which records have as many brackets closed as opened, and no second group of them behind the first."""
    before = depth.before(begin)
    balanced = depth.before(end) == before
    if not len(begin):
        return balanced
    # A second group begins with a bracket at depth 0. Behind another opening bracket the depth is 1 at least: not looked at.
    first, last = int(begin[0]) >> 6, int(end[-1]) >> 6
    bits = marks.opening[first : last + 1]
    at = positions(bits & ~(bits << np.uint64(1))) + first * 64
    at = at[(at >= begin[0]) & (at < end[-1])]
    level = depth.before(at)
    if not balanced.all() or before.any():
        level -= before[np.searchsorted(begin, at, side="right") - 1]
    outermost = at[level <= 0]
    if np.array_equal(outermost, opening):
        return balanced
    owner = np.searchsorted(begin, outermost, side="right") - 1
    owner = owner[outermost < end[owner]]
    return balanced & (np.bincount(owner, minlength=len(begin)) == 1)
