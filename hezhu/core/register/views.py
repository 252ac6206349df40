"""Pages of every register: index, list, form, export. One row is in ``detail_views``, the catalogue in ``catalogue_views``."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from hezhu.core.access.requests import SignedInRequest
from hezhu.core.access.scoping import found
from hezhu.core.errors import NotThere
from hezhu.core.register import absence, actions, export, saved_views
from hezhu.core.register.controls import column_choices
from hezhu.core.register.counted import count
from hezhu.core.register.declare import Register, registers
from hezhu.core.register.filters import relations
from hezhu.core.register.forms import SUGGESTIONS, form_of
from hezhu.core.register.groups import GROUPS, opened
from hezhu.core.register.libraries import libraries_of
from hezhu.core.register.listing import absent_too, filters_in_words, page_of
from hezhu.core.register.tables import table_of
from hezhu.core.register.values import name_of
from hezhu.core.ui.context import focus_division


def index(request: SignedInRequest, group: str) -> HttpResponse:
    """The registers of one group, each with what it holds and how many rows this account sees."""
    if group not in GROUPS:
        raise NotThere()
    if group == "libraries":
        context = {"title": GROUPS[group], "libraries": list(libraries_of(request.user)), "nav": group}
        context["perms_gates"] = request.user.may("gates.view")
        return render(request, "register/libraries.html", context)
    shown = [
        {"register": register, "count": count(absence.chosen(register, register.rows(request.user)))}
        for register in registers
        if register.group == group and request.user.may(register.permission("view"))
    ]
    nav = "system" if group == "system" else group
    return render(request, "register/index.html", {"title": GROUPS[group], "shown": shown, "nav": nav})


def list_rows(request: SignedInRequest, slug: str) -> HttpResponse:
    register = opened(request, slug)
    listing = page_of(register, request.user, request.GET, focus_division(request))
    table = table_of(register, listing.columns)(listing.rows, request=request)
    context = {
        "register": register,
        "listing": listing,
        "table": table,
        "nav": register.nav,
        "group_title": GROUPS.get(register.group, ""),
        "all_columns": register.fields(),
        "column_choices": column_choices(register, listing.columns),
        "may_add": request.user.may(register.permission("add")),
        "may_import": request.user.may(register.permission("import")),
        "may_export": request.user.may(register.permission("export")),
        "saved_views": saved_views.views_for(request.user, register),
        "keeps_history": register.event_model() is not None,
        "filters_in_words": filters_in_words(listing),
        "tabs": [(label, f"?{query}", request.META["QUERY_STRING"] == query) for label, query in register.tabs],
        "narrowed": _narrowed(register, request),
        "absent": absent_too(register, request.user, request.GET, focus_division(request)),
        "may_read": not register.narrow_by or any(request.GET.get(name) for name in register.narrow_by),
        "has_personal": bool(register.personal_fields() & set(listing.columns)),
    }
    return render(request, "register/list.html", context)


def _narrowed(register: Register, request: SignedInRequest) -> list[tuple[Any, str, str]]:
    """The relations the list is narrowed by: label, the row's name as far as the reader sees it, and the query without it."""
    shown = []
    for field in relations(register):
        pk = request.GET.get(field.name, "")
        target = registers.of(field.related_model)
        if not pk.isdigit() or target is None:
            continue
        try:
            row = target.row(request.user, int(pk))
        except NotThere:
            row = None
        rest = request.GET.copy()
        rest.pop(field.name)
        shown.append((field.verbose_name, name_of(row) if row else f"#{pk}", f"?{rest.urlencode()}"))
    if presence := dict(absence.CHOICES).get(request.GET.get(absence.PARAMETER, "")):
        rest = request.GET.copy()
        rest.pop(absence.PARAMETER)
        shown.append((gettext("范围"), str(presence), f"?{rest.urlencode()}"))
    return shown


def export_rows(request: SignedInRequest, slug: str, ending: str) -> HttpResponseBase:
    """What the list shows with the same query, as a file."""
    register = opened(request, slug, "export")
    listing = page_of(register, request.user, request.GET, focus_division(request))
    rows = listing.queryset
    if picked := [int(pk) for pk in request.GET.getlist("row") if pk.isdigit()]:
        rows = rows.filter(pk__in=picked)
    write = {"csv": export.as_csv, "xlsx": export.as_xlsx}.get(ending)
    if write is None:
        raise NotThere()
    return write(register, rows, listing.columns, demo=request.user.is_demo)


def edit(request: SignedInRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Add a row, or change one. A reason is asked for when changing."""
    register = opened(request, slug, "change" if pk else "add")
    row = found(register.rows(request.user), pk=pk) if pk else None
    form = form_of(register, request.user)(request.POST or None, instance=row)
    reason = request.POST.get("reason", "").strip()
    reason_missing = request.method == "POST" and row is not None and len(reason) < 2
    if request.method == "POST":
        _refuse_if_stale(request, row)
        if form.is_valid() and not reason_missing:
            saved = actions.save_form(register, form, by=request.user, reason=reason or gettext("新增"))
            messages.success(request, gettext("已保存。"))
            return redirect(register.url(saved))
    names = {
        name: register_rows for name, field in form.fields.items() if (register_rows := _suggestions(request, field)) is not None
    }
    context = {
        "register": register,
        "row": row,
        "form": form,
        "names": names,
        "reason": reason,
        "reason_missing": reason_missing,
        "nav": register.nav,
        "version": row.updated_at.isoformat() if row is not None and register.has_lineage else "",
    }
    return render(request, "register/edit.html", context, status=422 if form.errors or reason_missing else 200)


def _refuse_if_stale(request: SignedInRequest, row: Any) -> None:
    opened = request.POST.get("version")
    if row is not None and opened and hasattr(row, "updated_at") and row.updated_at.isoformat() != opened:
        raise actions.ChangedMeanwhile()


def _suggestions(request: SignedInRequest, field: Any) -> list[str] | None:
    target = getattr(field, "register", None)
    if target is None:
        return None
    return [name_of(row) for row in target.rows(request.user)[:SUGGESTIONS]]


@require_POST
def unmask(request: SignedInRequest, slug: str, pk: int, field: str) -> HttpResponse:
    """One masked value in clear, after a reason; kept in the log."""
    register = opened(request, slug)
    row = found(register.rows(request.user), pk=pk)
    reason = request.POST.get("reason", "")
    value = actions.read_personal(register, row, field, by=request.user, reason=reason)
    return render(request, "register/unmasked.html", {"value": value})


@require_POST
def save_view(request: SignedInRequest, slug: str) -> HttpResponse:
    """Keep the present filter, columns and order under a name."""
    register = opened(request, slug)
    view = saved_views.save_view(
        register,
        name=request.POST.get("name", ""),
        query=request.POST.get("query", ""),
        shared=request.POST.get("shared") == "on",
        by=request.user,
    )
    return redirect(reverse("register:list", args=[slug]) + f"?{view.query}")


@require_POST
def drop_view(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    if not saved_views.drop_view(opened(request, slug), pk, by=request.user):
        raise NotThere()
    return redirect("register:list", slug)
