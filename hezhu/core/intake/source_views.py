"""Pages of the declared sources: all of them, one with its quality and runs, and the rows behind a number."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from hezhu.core.access.models import User
from hezhu.core.access.scoping import require
from hezhu.core.errors import NotThere
from hezhu.core.intake import quality
from hezhu.core.intake.contracts import contract_of
from hezhu.core.intake.errors import SourceInvalid
from hezhu.core.intake.models import SourceRun
from hezhu.core.intake.sources import actions
from hezhu.core.intake.sources.declare import Source, all_sources, source_named
from hezhu.core.register.values import name_of

ROWS_A_PAGE = 50


def _user(request: HttpRequest) -> User:
    """The account; nobody comes here without one."""
    return cast(User, request.user)


def _source(request: HttpRequest, name: str) -> Source:
    try:
        source = source_named(name)
    except SourceInvalid as error:
        raise NotThere() from error
    require(request.user, source.register.permission("import"))
    return source


def sources(request: HttpRequest) -> HttpResponse:
    """Every declared source of registers this account may import into; a declaration with a fault says which."""
    shown: list[dict[str, Any]] = []
    for each in all_sources():
        if isinstance(each, SourceInvalid):
            shown.append({"name": each.data["name"], "fault": each.data["reason"]})
        elif _user(request).may(each.register.permission("import")):
            run = SourceRun.objects.visible_to(request.user).filter(source=each.name).first()
            shown.append({"name": each.name, "source": each, "run": run})
    if not any(_user(request).may(each["source"].register.permission("import")) for each in shown if "source" in each):
        require(request.user, "enterprises.import")
    return render(request, "intake/sources.html", {"sources": shown, "nav": "libraries"})


def source(request: HttpRequest, name: str) -> HttpResponse:
    """One source: what it is, its quality, its runs."""
    found = _source(request, name)
    counts = {f"sum_{what}": Sum(f"batches__{what}") for what in ("total", "inserted", "updated", "unchanged")}
    runs = (
        SourceRun.objects.visible_to(request.user)
        .filter(source=found.name)
        .select_related("created_by", "job")
        .annotate(**counts)
    )
    fields = contract_of(found.register).by_name
    context = {
        "source": found,
        "quality": quality.quality_of(found, request.user),
        "runs": Paginator(runs.order_by("-id"), 20).get_page(request.GET.get("page")),
        "columns": [
            (title, fields[field].label if field else "", found.translations.get(field), found.retired.get(field))
            for title, field in found.columns.items()
        ],
        "nav": "libraries",
    }  # fmt: skip
    return render(request, "intake/source.html", context)


@require_POST
def run(request: HttpRequest, name: str) -> HttpResponse:
    """Run now."""
    found = _source(request, name)
    actions.start(found.name, by=_user(request))
    messages.success(request, gettext("已排队，运行结果显示在下面。"))
    return redirect("intake:source", found.name)


def source_rows(request: HttpRequest, name: str) -> HttpResponse:
    """The rows behind a number of the quality panel."""
    found = _source(request, name)
    what, of = request.GET.get("what", ""), request.GET.get("of", "")
    context: dict[str, Any] = {"source": found, "nav": "libraries", "what": what}
    if what == "held":
        rules = {"unique": quality.UNIQUENESS, "consistent": quality.CONSISTENCY}.get(of)
        held = quality.held_rows(found, request.user).select_related("batch").order_by("batch_id", "line")
        context["page"] = Paginator(quality.by_rules(held, rules) if rules else held, ROWS_A_PAGE).get_page(
            request.GET.get("page")
        )
        context["title"] = {"unique": gettext("重复的行"), "consistent": gettext("与别处不一致的行")}.get(of, gettext("隔离的行"))
        return render(request, "intake/source_rows.html", context)
    if what == "absent":
        rows, title = quality.absent_rows(found, request.user), gettext("来源不再列出的行")
    elif what == "empty" and of in contract_of(found.register).by_name:
        rows = quality.empty_rows(found, request.user, of)
        title = gettext("%(label)s为空的行") % {"label": contract_of(found.register).by_name[of].label}
    else:
        rows, title = quality.rows_of(found, request.user).order_by("-pk"), gettext("全部行")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    shown = [(row, name_of(row), found.register.url(row)) for row in page]
    return render(request, "intake/source_rows.html", {**context, "page": page, "rows": shown, "title": title})
