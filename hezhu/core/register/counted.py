"""How many rows there are, told in bounded time; and where finding them is what costs, the page by the same search."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

from hezhu.core.prepared import MOST

EXACT_UP_TO = 10_000
LOOKED_THROUGH = 20_000  # where each row is costly to find: by words
SURELY_MANY = 100_000
ESTIMATE_HOLDS = 10  # seconds
BY_KEY = {"-id": "DESC", "-pk": "DESC", "id": "ASC", "pk": "ASC"}


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows: exact up to EXACT_UP_TO at least, above that the planner's estimate."""

    rows: int
    exact: bool


class Counting:
    """The statement that counts some rows, written once.

    The planner is asked first: what it takes for many is not counted. What was found to be too many to tell exactly is not looked at again
    for ESTIMATE_HOLDS seconds: it is told by the estimate either way.
    """

    def __init__(self, rows: models.QuerySet) -> None:
        try:
            self.sql, self.params = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            self.sql, self.params = "", ()
        self.estimate, self.many, self.asked_at = 0, False, 0.0

    def count(self) -> Count:
        """The number, exact when there are few."""
        if not self.sql:
            return Count(0, True)
        if self._are_many():
            return Count(self.estimate, False)
        [(number,)] = self._asked(f"SELECT count(*) FROM ({self.sql} LIMIT {EXACT_UP_TO + 1}) s")  # noqa: S608
        return self._told(number, EXACT_UP_TO)

    def with_page(self, start: int, rows: int, order: str, *, most: int | None = None) -> tuple[Count, list[int] | None]:
        """``count``, and the keys of so many rows from ``start`` on in ``order``: they are found once for both.

        None where the keys do not follow from it: in another order than by key, or where there are more than ``most`` (EXACT_UP_TO).
        """
        most = EXACT_UP_TO if most is None else most
        if not self.sql:
            return Count(0, True), []
        if order not in BY_KEY or self._are_many():
            return self.count(), None
        page = f"SELECT pk FROM found ORDER BY pk {BY_KEY[order]} LIMIT {rows} OFFSET {start}"  # noqa: S608
        found = f"WITH found AS MATERIALIZED ({self.sql} LIMIT {most + 1})"
        [(number, keys)] = self._asked(f"{found} SELECT (SELECT count(*) FROM found), ARRAY({page})")  # noqa: S608
        return self._told(number, most), keys if number <= most else None

    def _told(self, number: int, most: int) -> Count:
        if number <= most:
            return Count(number, True)
        self.estimate, self.many, self.asked_at = max(self.estimate, number), True, monotonic()
        return Count(self.estimate, False)

    def _are_many(self) -> bool:
        if not self.many or monotonic() - self.asked_at > ESTIMATE_HOLDS:
            [(plan,)] = self._asked(f"EXPLAIN (FORMAT JSON) {self.sql}")
            plan = json.loads(plan) if isinstance(plan, str) else plan
            self.estimate, self.asked_at = int(plan[0]["Plan"]["Plan Rows"]), monotonic()
            self.many = self.estimate > SURELY_MANY
        return self.many

    def _asked(self, sql: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, self.params)
            return cursor.fetchall()


def count(rows: models.QuerySet) -> Count:
    """Count ``rows``: exactly when there are few, else as the planner estimates them."""
    return Counting(rows).count()


_COUNTINGS: dict[tuple[Any, ...], Counting] = {}


def counting_of(known: tuple[Any, ...], rows: Callable[[], models.QuerySet]) -> Counting:
    """The counting of rows that hang on ``known`` alone; ``rows`` makes them the first time."""
    counting = _COUNTINGS.get(known)
    if counting is None:
        if len(_COUNTINGS) >= MOST:
            _COUNTINGS.clear()
        counting = _COUNTINGS[known] = Counting(rows())
    return counting
