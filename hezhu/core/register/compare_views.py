"""The page that compares a register on two days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from hezhu.core.access.divisions import division_names
from hezhu.core.access.requests import SignedInRequest
from hezhu.core.errors import NotThere
from hezhu.core.register.comparing import MOST_ROWS, Comparison, compare
from hezhu.core.register.declare import Register
from hezhu.core.register.groups import GROUPS, opened
from hezhu.core.register.values import display, name_of

PAGE_ROWS = 100
KINDS = ("added", "removed", "changed")


def compare_days(request: SignedInRequest, slug: str) -> HttpResponse:
    """``?from=`` and ``?to=`` are days (default: a week ago and today), ``?kind=`` one of added, removed, changed."""
    register = opened(request, slug)
    if register.event_model() is None:
        raise NotThere()
    today = timezone.localdate()
    first = min(_day(request.GET.get("from", ""), today - timedelta(days=7)), today)
    second = min(_day(request.GET.get("to", ""), today), today)
    first, second = min(first, second), max(first, second)
    names = division_names()
    division = request.GET.get("division", "")
    division = division if division in request.user.divisions else ""
    result = compare(register, request.user, first, second, division=division)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else next((k for k in KINDS if getattr(result, k)), "added")
    page = Paginator(_lines(register, result, kind), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "register": register,
        "group_title": GROUPS.get(register.group, ""),
        "nav": register.nav,
        "first": first,
        "second": second,
        "today": today,
        "result": result,
        "kind": kind,
        "counts": {k: len(getattr(result, k)) for k in KINDS},
        "page": page,
        "most_rows": MOST_ROWS,
        "divisions": [(code, names[code]) for code in request.user.divisions if code in names],
        "division": division,
    }
    return render(request, "register/compare.html", context)


def _day(text: str, default: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return default


def _lines(register: Register, result: Comparison, kind: str) -> list[tuple[Any, str, Any]]:
    """(event, name, what stands beside it): the differences of a changed row, the first columns of another."""
    if kind == "changed":
        return [(each.row, name_of(each.row), each.fields) for each in result.changed]
    by_name = {field.name: field for field in register.fields()}
    columns = [by_name[name] for name in register.columns[1:5]]
    return [
        (row, name_of(row), [(c.verbose_name, display(row, c)) for c in columns if hasattr(row, c.attname)])
        for row in getattr(result, kind)
    ]
