"""Numbers without gaps: 1, 2, 3 … in each series, year and division."""

from __future__ import annotations

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

PATTERNS: dict[str, str] = {}

TAKE = """
    INSERT INTO numbering_counter (series, year, division, is_demo, last) VALUES (%s, %s, %s, %s, 1)
    ON CONFLICT (series, year, division, is_demo) DO UPDATE SET last = numbering_counter.last + 1
    RETURNING last
"""


def add_series(series: str, pattern: str) -> str:
    """Declare how numbers of ``series`` are written, with {year}, {division} and {number}, such as "BS-{year}-{number:04d}"."""
    if PATTERNS.setdefault(series, pattern) != pattern:
        raise ValueError(f"series {series!r} is declared twice, differently")
    return series


def next_number(series: str, *, year: int | None = None, division: str = "", demo: bool = False) -> str:
    """The next number of ``series``, such as "BS-2026-0001"; of this year unless said.

    Call it in the transaction that writes the row it names: others wait for that to end, and a rollback gives the number back, so
    that no number is ever missing. Demonstration numbers start with 演示- and never use up a real one. Raises KeyError for a series
    nobody declared, TransactionManagementError outside a transaction.
    """
    pattern = PATTERNS[series]
    if not connection.in_atomic_block:
        raise TransactionManagementError("next_number must run in the transaction that writes the numbered row")
    year = year or timezone.localdate().year
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [series, year, division, demo])
        number = cursor.fetchone()[0]
    return ("演示-" if demo else "") + pattern.format(year=year, division=division, number=number)


add_series("bim-review", "BS-{year}-{number:04d}")
