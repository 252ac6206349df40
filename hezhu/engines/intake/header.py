"""Where the titles stand: sheets come with title rows above, two-level headers with merged cells, and repeated titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hezhu.engines.intake.contract import Contract
from hezhu.engines.intake.mapping import plain_title, titles_of

ROWS_SEARCHED = 30
_LEAST_MATCHES = 1

Row = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Header:
    """The titles found: ``first`` and ``last`` are the rows they take (0-based), ``titles`` has one per column, "" where there is none."""

    first: int
    last: int
    titles: tuple[str, ...]


def find_header(rows: Sequence[Row], contract: Contract | None) -> Header | None:
    """The header among the first rows, or None when none of them carries a title of the contract.

    The row with the most titles known to the contract wins; two rows are read as one header only when together they carry more, so that
    a title row above never becomes part of it. Without a contract it is the first row with more than half of its cells filled.
    """
    if contract is None:
        return _fullest(rows)
    known = frozenset().union(*(titles_of(each) for each in contract.fields))
    best: tuple[tuple[int, int], Header] | None = None
    for position, row in enumerate(rows[:ROWS_SEARCHED]):
        one = Header(position, position, tuple(_cell(cell) for cell in row))
        candidates = [one]
        if position + 1 < len(rows):
            candidates.append(Header(position, position + 1, _joined(row, rows[position + 1], known)))
        for header in candidates:
            matches = len({plain_title(title) for title in header.titles if title} & known)
            rank = (matches, header.first - header.last)
            if matches >= _LEAST_MATCHES and (best is None or rank > best[0]):
                best = (rank, header)
    return best[1] if best else None


def _fullest(rows: Sequence[Row]) -> Header | None:
    for position, row in enumerate(rows[:ROWS_SEARCHED]):
        titles = tuple(_cell(cell) for cell in row)
        if sum(map(bool, titles)) * 2 > len(titles):
            return Header(position, position, titles)
    return None


def _cell(text: str | None) -> str:
    return " ".join((text or "").split())


def _joined(upper: Row, lower: Row, known: frozenset[str]) -> tuple[str, ...]:
    """A two-level header as one: an empty upper cell belongs to the merged one on its left; 建设单位 over 名称 is 建设单位名称."""
    titles: list[str] = []
    group = ""
    for above, below in zip(upper, lower, strict=True):
        top, bottom = _cell(above), _cell(below)
        group = top or (group if bottom else "")
        joined = group + bottom if bottom else top
        titles.append(next((title for title in (joined, bottom, top) if title and plain_title(title) in known), joined))
    return tuple(titles)


def unique_titles(titles: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Titles made unique by their column number, and those that were repeated. A column without a title is （第 3 列）."""
    seen: set[str] = set()
    repeated: list[str] = []
    unique: list[str] = []
    for number, title in enumerate(titles, start=1):
        if not title:
            name = f"（第 {number} 列）"
        elif title in seen:
            repeated.append(title)
            name = f"{title}（第 {number} 列）"
        else:
            name = title
        seen.add(name)
        unique.append(name)
    return tuple(unique), tuple(dict.fromkeys(repeated))
