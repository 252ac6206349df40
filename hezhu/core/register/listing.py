"""One page of a register's list: filtered, searched, sorted, and counted without reading a million rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import scope_key
from hezhu.core.prepared import HOLE, compiled
from hezhu.core.register import absence
from hezhu.core.register.controls import Controls
from hezhu.core.register.counted import EXACT_UP_TO, LOOKED_THROUGH, Count, Counting, count, counting_of
from hezhu.core.register.declare import Register
from hezhu.engines import codes

DEEPEST_ROW = 10_000
PAGE_SIZES = (20, 50, 100, 500)


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
        params.get(absence.PARAMETER, ""),
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

    known = _known(register, user, params, controls, focus)
    if known and not controls.chosen:
        first = compiled((*known, tuple(chosen), keys, start, size), lambda: drawn(rows())[start : start + size + 1])
        found, number = first.rows(judged=True), counting_of(known, rows).count()
    else:
        counting = counting_of(known, rows) if known else Counting(rows())
        number, pks = counting.with_page(
            start, size + 1, keys[0], most=LOOKED_THROUGH if str(params.get("q", "")) else EXACT_UP_TO
        )
        found = (
            list(drawn(rows())[start : start + size + 1])
            if pks is None
            else _rows_of(register, pks, tuple(chosen), keys, size + 1)
        )
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


def _rows_of(
    register: Register, pks: list[int], columns: tuple[str, ...], order: tuple[str, ...], most: int
) -> list[models.Model]:
    """The rows of these keys, which the reader's own scope has left, in order."""
    if not pks:
        return []

    def rows() -> models.QuerySet:
        those = register.model._default_manager.filter(pk__in=[HOLE + n for n in range(most)])
        return register.drawn(those, columns).order_by(*order)

    read = compiled(("rows", register.slug, register.model, columns, order, most), rows)
    return read.rows(*pks, *[-1] * (most - len(pks)))


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
