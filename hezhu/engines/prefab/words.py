"""Units as people read them, and columns of a terminal, where a Chinese character is two wide."""

from __future__ import annotations

import unicodedata

UNITS = {"m2": "㎡", "m3": "m³"}


def columns(*cells: tuple[str, int] | str) -> str:
    """Cells with a width are right-aligned to it, plain text is appended as it is."""
    return "".join(cell if isinstance(cell, str) else _right(*cell) for cell in cells)


def _right(text: str, width: int) -> str:
    wide = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return " " * max(0, width - wide) + text
