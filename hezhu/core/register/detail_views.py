"""The page of one row: facts, statutory way, what the other libraries hold about it, and all of that as of a past day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext

from hezhu.core.access.requests import SignedInRequest
from hezhu.core.history.changes import changes_of
from hezhu.core.register.absence import mark_of
from hezhu.core.register.counting import counts
from hezhu.core.register.declare import Register, registers
from hezhu.core.register.groups import GROUPS, opened
from hezhu.core.register.lamps import lamp_of
from hezhu.core.register.libraries import LIBRARIES
from hezhu.core.register.links import COUNTED_UP_TO, Link, library_of, permitted
from hezhu.core.register.origins import batch_tellers, origins_of
from hezhu.core.register.past import day_of, linked_on, state_on
from hezhu.core.register.tables import table_of
from hezhu.core.register.values import display

SHOWN_ROWS = 50
SHOWN_WITH_LIST = 20  # where a list of its own is one step away


@dataclass
class Section:
    """The linked rows of one register: how many, and, on the tab that is open, a table of the first ones."""

    register: Register
    count: int
    table: Any = None
    all_url: str = ""

    @property
    def shown_count(self) -> str:
        return f"{COUNTED_UP_TO}+" if self.count > COUNTED_UP_TO else str(self.count)


@dataclass
class Tab:
    """The sections of one library."""

    slug: str
    label: Any
    sections: list[Section] = field(default_factory=list)

    @property
    def count(self) -> str:
        total = sum(section.count for section in self.sections)
        return f"{COUNTED_UP_TO}+" if any(s.count > COUNTED_UP_TO for s in self.sections) else str(total)


def tabs_of(
    register: Register, row: Any, user: Any, *, open_tab: str = "", day: date | None = None, request: Any = None
) -> list[Tab]:
    """One tab for each library that holds something about ``row``, today or on ``day``; tables only on the open one."""
    tabs: dict[str, Tab] = {}
    links = list(permitted(register, user))
    numbers = counts(links, row, user) if day is None else [0] * len(links)
    for link, number in zip(links, numbers, strict=True):
        slug = library_of(link.register) or "more"
        tab = tabs.setdefault(slug, Tab(slug, LIBRARIES.get(slug) or gettext("其他")))
        section = _section(link, row, user, day, number, request if slug == open_tab else None)
        if section.count:
            tab.sections.append(section)
    return [tab for tab in tabs.values() if tab.sections]


def _section(link: Link, row: Any, user: Any, day: date | None, number: int, request: Any) -> Section:
    if day is not None:
        held = linked_on(link, row, user, day)
        section, first = Section(link.register, len(held)), held[:SHOWN_ROWS]
    else:
        section, shown = Section(link.register, number), SHOWN_WITH_LIST if link.only_field else SHOWN_ROWS
        first = []
        if request and section.count:
            first = link.first(row, user, link.register.columns, shown)
        if link.only_field:
            section.all_url = reverse("register:list", args=[link.register.slug]) + f"?{link.only_field}={row.pk}"
    if request is not None and first:
        columns = [name for name in link.register.columns if name != link.only_field] or list(link.register.columns)
        section.table = table_of(link.register, columns, day=day)(first, request=request)
    return section


def _fact(row: Any, field: Any) -> Any:
    """A value in words; what leads to another record leads there."""
    text = display(row, field)
    target = registers.of(field.related_model) if field.is_relation else None
    pk = getattr(row, field.attname)
    if target is None or pk is None:
        return text
    return format_html('<a href="{}">{}</a>', target.at(pk), text)


def _absence(register: Register, row: Any, user: Any) -> dict[str, Any] | None:
    """Since when, and by which batch, the row's source no longer lists it; the batch is linked for those who see it."""
    mark = mark_of(register, row) if register.has_lineage else None
    if mark is None:
        return None
    number = mark.batch.number
    batch = next((told[number] for teller in batch_tellers if number in (told := teller([number], user))), None)
    return {"since": mark.batch.committed_at, "source": mark.source, "number": number, "batch": batch}


def detail(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """One row. ``?on=`` shows it as it stood at the end of that day, ``?tab=`` opens a library."""
    register = opened(request, slug)
    row = register.row(request.user, pk)
    day = day_of(request.GET.get("on", ""))
    state = state_on(register, pk, day) if day else None
    told = state.event if state else row
    open_tab = request.GET.get("tab", "")
    tabs = tabs_of(register, told, request.user, open_tab=open_tab, day=day, request=request) if told else []
    if open_tab not in {"", "changes", "origins"} and open_tab not in {tab.slug for tab in tabs}:
        open_tab = ""
    personal = register.personal_fields()
    cells = origins_of(register, row, request.user) if open_tab == "origins" else []
    context = {
        "register": register,
        "row": row,
        "told": told,
        "day": day,
        "state": state,
        "yesterday": timezone.localdate() - timedelta(days=1),
        "nav": register.nav,
        "group_title": GROUPS.get(register.group, ""),
        "facts": [(f, _fact(told, f), f.name in personal) for f in register.fields() if hasattr(told, f.attname)] if told else [],
        "lamp_shown": lamp_of(register, told, day) if told and (day is None or register.valid_until) else None,
        "way": register.way(row) if register.way and day is None else [],
        "tabs": tabs,
        "open_tab": open_tab,
        "changes": changes_of(register, row)[:50] if open_tab in {"", "changes"} else [],
        "cells": cells,
        "never_filled": [cell.field.verbose_name for cell in cells if cell.never_filled],
        "absence": _absence(register, row, request.user) if day is None else None,
        "keeps_history": register.event_model() is not None,
        "may_change": request.user.may(register.permission("change")) and not register.append_only,
        "may_unmask": request.user.may("personal.unmask") and day is None,
    }
    return render(request, "register/detail.html", context)
