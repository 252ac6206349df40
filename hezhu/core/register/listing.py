"""One page of a register's list: filtered, searched, sorted, and counted without reading a million rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import scope_key
from hezhu.core.prepared import MOST, compiled
from hezhu.core.register import absence
from hezhu.core.register.controls import Controls
from hezhu.core.register.declare import Register
from hezhu.engines import codes

EXACT_UP_TO = 10_000
SURELY_MANY = 100_000
DEEPEST_ROW = 10_000
PAGE_SIZES = (20, 50, 100, 500)
ESTIMATE_HOLDS = 10
_COUNTINGS: dict[tuple[Any, ...], Counting] = {}


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows: exact up to EXACT_UP_TO, above that the planner's estimate."""

    rows: int
    exact: bool


@dataclass
class Listing:
    """The rows of one page and what stands around them."""

    rows: list[models.Model]
    count: Count
    page: int
    size: int
    has_next: bool
    controls: Controls
    text: str
    columns: list[str]
    order: str
    ordered: Callable[[], models.QuerySet]

    @property
    def queryset(self) -> models.QuerySet:
        """All rows of the list, not only of the page."""
        return self.ordered()

    @property
    def first(self) -> int:
        return (self.page - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return (self.page - 1) * self.size + len(self.rows)

    @property
    def too_deep(self) -> bool:
        return self.last >= DEEPEST_ROW


def count(rows: models.QuerySet) -> Count:
    """Count ``rows``: exactly when there are few, else as the planner estimates them, in bounded time.

    The planner is asked first: what it takes for many is not counted.
    """
    return _counted(Counting(rows))


class Counting:
    """The statement that counts some rows, written once."""

    def __init__(self, rows: models.QuerySet) -> None:
        try:
            self.sql, self.params = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            self.sql, self.params = "", ()
        self.many, self.asked_at = 0, 0.0

    def estimate(self) -> int:
        """The planner's word."""
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (FORMAT JSON) " + self.sql, self.params)
            plan = cursor.fetchone()[0]
        plan = json.loads(plan) if isinstance(plan, str) else plan
        return int(plan[0]["Plan"]["Plan Rows"])

    def exact(self) -> int:
        """The number up to EXACT_UP_TO + 1."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({self.sql} LIMIT {EXACT_UP_TO + 1}) s", self.params)  # noqa: S608
            return int(cursor.fetchone()[0])

    def exact_with_page(self, start: int, rows: int, *, newest_first: bool) -> tuple[int, list[int]]:
        """``exact``, and the keys of so many rows from ``start`` on: the costly search is done once. No keys where there are too many to count."""
        way = "DESC" if newest_first else ""
        page = f"SELECT pk FROM found ORDER BY pk {way} LIMIT {rows} OFFSET {start}"  # noqa: S608
        sql = (
            f"WITH found AS MATERIALIZED ({self.sql} LIMIT {EXACT_UP_TO + 1}) SELECT (SELECT count(*) FROM found), ARRAY({page})"  # noqa: S608
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, self.params)
            number, keys = cursor.fetchone()
        return number, keys if number <= EXACT_UP_TO else []


def _found_by_words(
    rows: models.QuerySet, drawn: Callable[[models.QuerySet], models.QuerySet], order: tuple[str, ...], start: int, most: int
) -> tuple[list[models.Model], Count]:
    """The page of a search by words, and its count."""
    by_key = {"-id": True, "-pk": True, "id": False, "pk": False}.get(order[0])
    counting = Counting(rows)
    if by_key is None or not counting.sql:
        return list(drawn(rows)[start : start + most]), _counted(counting)
    estimate = counting.estimate()
    if estimate > SURELY_MANY:
        return list(drawn(rows)[start : start + most]), Count(estimate, False)
    number, keys = counting.exact_with_page(start, most, newest_first=by_key)
    if number > EXACT_UP_TO:
        return list(drawn(rows)[start : start + most]), Count(max(estimate, number), False)
    return list(drawn(rows.model._default_manager.filter(pk__in=keys))) if keys else [], Count(number, True)


def _counted(counting: Counting) -> Count:
    """A count that was surely many ESTIMATE_HOLDS seconds ago is not asked for again."""
    if not counting.sql:
        return Count(0, True)
    if counting.many and monotonic() - counting.asked_at < ESTIMATE_HOLDS:
        return Count(counting.many, False)
    estimate = counting.estimate()
    if estimate > SURELY_MANY:
        counting.many, counting.asked_at = estimate, monotonic()
        return Count(estimate, False)
    counting.many = 0
    number = counting.exact()
    return Count(number, True) if number <= EXACT_UP_TO else Count(max(estimate, number), False)


def _kept_count(known: tuple[Any, ...], rows: Callable[[], models.QuerySet]) -> Count:
    counting = _COUNTINGS.get(known)
    if counting is None:
        if len(_COUNTINGS) >= MOST:
            _COUNTINGS.clear()
        counting = _COUNTINGS[known] = Counting(rows())
    return _counted(counting)


def selected(
    register: Register, user: Any, params: QueryDict | dict[str, Any], focus: str | None = None
) -> tuple[Controls, models.QuerySet]:
    """The filter bar and the rows it leaves; the division in focus narrows a reader who serves several."""
    rows = register.rows(user)
    if focus and focus != user.division and not params.get("division"):
        rows = rows.filter(division=focus)
    if register.narrow_by and not any(params.get(name) for name in register.narrow_by):
        rows = rows.none()
    controls = Controls(register, params)
    rows = absence.chosen(register, controls.narrowed(rows), str(params.get(absence.PARAMETER, "")))
    return controls, register.find(rows, str(params.get("q", "")))


def absent_too(register: Register, user: Any, params: QueryDict, focus: str | None = None) -> Count | None:
    """How many rows the same page leaves out because their source no longer lists them; None where there are none, or where they are shown."""
    if params.get(absence.PARAMETER) or register.slug not in absence.marked([register.slug]):
        return None
    asked = params.copy()
    asked[absence.PARAMETER] = absence.ABSENT
    found = count(selected(register, user, asked, focus)[1])
    return found if found.rows else None


def _known(
    register: Register, user: Any, params: QueryDict | dict[str, Any], controls: Controls, focus: str | None
) -> tuple[Any, ...] | None:
    """What the statement of a list hangs on, where it is one of few: no words, no single row it is narrowed to."""
    if str(params.get("q", "")).strip() or not controls.few or register.narrow_by:
        return None
    thinned = register.slug in absence.marked([register.slug])
    today = timezone.localdate()  # 有效性 and conditions are judged by the day
    return (
        "list",
        register.slug,
        register.model,
        controls.chosen,
        focus,
        params.get("division", ""),
        thinned,
        today,
        *scope_key(user),
    )


def page_of(register: Register, user: Any, params: QueryDict, focus: str | None = None) -> Listing:
    """The page that ``params`` (q, filters, sort, cols, page, size) asks for. Unknown values fall back to the declared ones."""
    controls = Controls(register, params)

    @cache
    def rows() -> models.QuerySet:
        return selected(register, user, params, focus)[1]

    names = {f.name: f for f in register.fields()}
    order = params.get("sort", "")
    column = order.lstrip("-")
    keys = (
        (order, "-pk") if column in register.indexed() and column in names and not names[column].is_relation else register.order
    )
    asked_size, asked_page = str(params.get("size", "")), str(params.get("page", ""))
    size = int(asked_size) if asked_size.isdigit() and int(asked_size) in PAGE_SIZES else PAGE_SIZES[0]
    page = max(1, min(int(asked_page) if asked_page.isdigit() else 1, DEEPEST_ROW // size))
    start = (page - 1) * size
    chosen = [name for name in params.get("cols", "").split(",") if name in names] or list(register.columns)

    def drawn(those: models.QuerySet) -> models.QuerySet:
        return register.drawn(those, chosen).order_by(*keys)

    if known := _known(register, user, params, controls, focus):
        first = compiled((*known, tuple(chosen), keys, start, size), lambda: drawn(rows())[start : start + size + 1])
        found, number = first.rows(judged=True), _kept_count(known, rows)
    else:
        found, number = _found_by_words(rows(), drawn, keys, start, size + 1)
    return Listing(
        rows=found[:size],
        count=number,
        page=page,
        size=size,
        has_next=len(found) > size,
        controls=controls,
        text=params.get("q", ""),
        columns=chosen,
        order=order,
        ordered=lambda: rows().order_by(*keys),
    )


def without_person(text: str) -> str:
    """What was searched for, as it may stand on paper: a person's number is masked."""
    for name in ("id-number", "phone"):
        kind = codes.kind(name)
        if kind.mask is not None and kind.is_valid(text.strip()):
            return kind.mask(kind.normalise(text.strip()))
    return text


def filters_in_words(listing: Listing) -> list[tuple[Any, Any]]:
    """What the list is narrowed by, for the head of a printed list: (label, value in words)."""
    said: list[tuple[Any, Any]] = [(_("包含"), without_person(listing.text))] if listing.text else []
    return said + listing.controls.words
