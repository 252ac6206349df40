"""Character strings of ISO 10303-21: from what stands between two quotes to text.

Clause 6.4.3 of ISO 10303-21:2016: ``''`` is one quote, ``\\\\`` one backslash, ``\\X\\hh`` a Latin-1 character, ``\\X2\\…\\X0\\`` UTF-16,
``\\X4\\…\\X0\\`` UTF-32, ``\\S\\c`` the character 128 above ``c`` in the part of ISO 8859 that ``\\PA\\`` … ``\\PI\\`` has chosen.
"""

from __future__ import annotations

import re

import polars as pl

_DIRECTIVE = re.compile(
    r"''|\\\\|\\X2\\(?P<x2>(?:[0-9A-Fa-f]{4})*)\\X0\\|\\X4\\(?P<x4>(?:[0-9A-Fa-f]{8})*)\\X0\\"
    r"|\\X\\(?P<x>[0-9A-Fa-f]{2})|\\S\\(?P<s>''|.)|\\P(?P<p>[A-I])\\|\\[NF]\\|[\r\n]",
    re.DOTALL,
)
_HIGHEST_CODE_POINT = 0x10FFFF
_REPLACEMENT = "\ufffd"


def decode_string(raw: str) -> str:
    """The text of one string token, given without its outer quotes. A directive that is not well-formed stays as written."""
    if "\\" not in raw and "'" not in raw and "\n" not in raw and "\r" not in raw:
        return raw
    page = "iso8859-1"

    def one(found: re.Match[str]) -> str:
        nonlocal page
        kind = found.lastgroup
        if kind == "x2":
            return bytes.fromhex(found["x2"]).decode("utf-16-be", "replace")
        if kind == "x4":
            return _utf32(found["x4"])
        if kind == "x":
            return chr(int(found["x"], 16))
        if kind == "s":
            return bytes([(ord(found["s"][0]) & 0x7F) | 0x80]).decode(page, "replace")
        if kind == "p":
            page = f"iso8859-{ord(found['p']) - ord('A') + 1}"
            return ""
        return {"''": "'", "\\\\": "\\"}.get(found[0], "")

    return _DIRECTIVE.sub(one, raw)


def decode_strings(raw: pl.Series, among: pl.Series | None = None) -> pl.Series:
    """``decode_string`` over a column, or over those of it that ``among`` marks; each distinct text that needs it is decoded once."""
    touched = raw.str.contains(r"[\\'\r\n]").fill_null(False)
    if among is not None:
        touched &= among
    if not touched.any():
        return raw
    some = raw.filter(touched)
    written = some.unique()
    plain = pl.Series([decode_string(text) for text in written.to_list()], dtype=pl.String)
    decoded = some.replace(written, plain).gather((touched.cum_sum().cast(pl.Int64) - 1).clip(0))
    return decoded.zip_with(touched, raw)


def encode_string(text: str) -> str:
    """A string token without its outer quotes, in the characters every reader understands (ASCII and \\X2\\, \\X4\\)."""
    parts: list[str] = []
    for run in re.findall(r"[ -~]+|[^ -~]+", text):
        if " " <= run[0] <= "~":
            parts.append(run.replace("\\", "\\\\").replace("'", "''"))
        elif all(ord(character) <= 0xFFFF for character in run):
            parts.append("\\X2\\" + run.encode("utf-16-be").hex().upper() + "\\X0\\")
        else:
            parts.append("\\X4\\" + run.encode("utf-32-be").hex().upper() + "\\X0\\")
    return "".join(parts)


def _utf32(digits: str) -> str:
    points = (int(digits[at : at + 8], 16) for at in range(0, len(digits), 8))
    return "".join(chr(p) if p <= _HIGHEST_CODE_POINT and not 0xD800 <= p <= 0xDFFF else _REPLACEMENT for p in points)
