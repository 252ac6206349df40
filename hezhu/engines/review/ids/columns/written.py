"""What stands in a file as the value that a test is given."""

from __future__ import annotations

import re

from hezhu.engines.ifc.tables.strings import decode_string
from hezhu.engines.review.ids.values import Plain

_TYPED = re.compile(r"([A-Za-z]\w*)\s*\(\s*(.*?)\s*\)", re.DOTALL)
_INTEGER = re.compile(r"[+-]?\d+")
_MARKS: dict[str, Plain] = {".T.": True, ".F.": False, ".U.": "UNKNOWN"}
_HEX_BITS = 4


def typed_value(written: str) -> tuple[str, Plain | None]:
    """Defined type in upper case, or empty, and value of ``IFCLABEL('x')`` or ``'x'``; None for what is no single value."""
    if written[0].isalpha() and (found := _TYPED.fullmatch(written)):
        return found[1].upper(), plain_value(found[2])
    return "", plain_value(written)


def plain_value(written: str) -> Plain | None:
    """Text, number, truth value or enumeration as written; None for ``$``, lists, references and what is no value."""
    if not written or written[0] in "$*(#":
        return None
    if written[0] == "'":
        return decode_string(written[1:-1])
    if written[0] == ".":
        return _MARKS.get(written.upper(), written.strip("."))
    if written[0] == '"':
        return _bits(written[1:-1])
    try:
        return int(written) if _INTEGER.fullmatch(written) else float(written)
    except ValueError:
        return None


def _bits(digits: str) -> str:
    """A binary as ones and zeros: its first digit says how many bits of the next one do not count (ISO 10303-21, 6.4.6)."""
    try:
        unused, bits = int(digits[:1] or "0"), int(digits[1:] or "0", 16)
    except ValueError:
        return digits
    return f"{bits:0{_HEX_BITS * (len(digits) - 1)}b}"[unused:]
