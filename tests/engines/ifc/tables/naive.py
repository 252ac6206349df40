"""A STEP reader that goes byte by byte: slow, and plain enough to be believed. What the reader of the tables is held against."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

_BLANK = rb"[\x00-\x20]*"
_HEAD = re.compile(
    rb"#" + _BLANK + rb"([0-9]{1,18})" + _BLANK + rb"=" + _BLANK + rb"([A-Za-z_!][A-Za-z0-9_]{0,63})" + _BLANK + rb"\("
)
_COMPLEX = re.compile(rb"#" + _BLANK + rb"([0-9]{1,18})" + _BLANK + rb"=" + _BLANK + rb"\(")
_REFERENCE = re.compile(rb"#" + _BLANK + rb"([0-9]{1,18})(?![0-9])" + _BLANK + rb"[,)]")
_BLANKS = bytes(range(33))


@dataclass
class Record:
    number: int
    name: str
    arguments: list[bytes]
    references: list[int]


@dataclass
class Parsed:
    """Records in file order, the first of each number; how many were malformed, complex, or had a number for the second time."""

    records: list[Record] = field(default_factory=list)
    malformed: int = 0
    complex: int = 0
    duplicate: int = 0


def parse(content: bytes) -> Parsed:
    parsed, taken = Parsed(), set()
    for statement, whole in _statements(_without_comments(content)):
        text = statement.strip(_BLANKS)
        if not text.startswith(b"#"):
            parsed.malformed += bool(text) and not re.match(rb"[A-Za-z!<]", text)
            continue
        record = _record(text) if whole else None
        if record is None:
            parsed.malformed += 1
        elif isinstance(record, str):
            parsed.complex += 1
        elif record.number in taken:
            parsed.duplicate += 1
        else:
            taken.add(record.number)
            parsed.records.append(record)
    return parsed


def _without_comments(content: bytes) -> bytes:
    out, inside, at = bytearray(), False, 0
    while at < len(content):
        if not inside and content[at : at + 2] == b"/*":
            stop = content.find(b"*/", at + 2)
            stop = len(content) if stop < 0 else stop + 2
            out += b" " * (stop - at)
            at = stop
            continue
        inside ^= content[at] == ord("'")
        out.append(content[at])
        at += 1
    return bytes(out)


def _statements(content: bytes) -> list[tuple[bytes, bool]]:
    """Statements, and whether each ends with a semicolon."""
    found, inside, start = [], False, 0
    for at, byte in enumerate(content):
        inside ^= byte == ord("'")
        if byte == ord(";") and not inside:
            found.append((content[start:at], True))
            start = at + 1
    return [*found, (content[start:], False)]


def _record(text: bytes) -> Record | str | None:
    head = _HEAD.match(text) or _COMPLEX.match(text)
    if head is None:
        return None
    opening = head.end() - 1
    commas, depth, inside = [], 0, False
    for at in range(opening, len(text)):
        byte = text[at]
        inside ^= byte == ord("'")
        if inside:
            continue
        depth += (byte == ord("(")) - (byte == ord(")"))
        if depth == 0 and at < len(text) - 1:
            return None
        if depth == 1 and byte == ord(","):
            commas.append(at)
    if depth or inside or text[-1:] != b")":
        return None
    if head.re is _COMPLEX:
        return "complex"
    bounds = [opening, *commas, len(text) - 1]
    arguments = [text[one + 1 : two].strip(_BLANKS) for one, two in pairwise(bounds)]
    bare = re.sub(rb"'[^']*'", lambda string: b"x" * len(string[0]), text[opening:])
    references = [int(found[1]) for found in _REFERENCE.finditer(bare)]
    return Record(int(head[1]), head[2].decode().upper(), [] if arguments == [b""] else arguments, references)
