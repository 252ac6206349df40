"""Pages of the declared sources: all of them, one with its quality and runs, and the rows behind a number."""

from __future__ import annotations

import re
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from hezhu.core.access.models import User
from hezhu.core.access.scoping import found as found_row
from hezhu.core.access.scoping import require
from hezhu.core.errors import HezhuError, NotThere
from hezhu.core.files.uploads import taken
from hezhu.core.intake import quality
from hezhu.core.intake.contracts import contract_of
from hezhu.core.intake.errors import SourceInvalid
from hezhu.core.intake.models import DeclaredSource, SourceRun
from hezhu.core.intake.sheets import what_to_fill
from hezhu.core.intake.sources import actions
from hezhu.core.intake.sources.declare import MOST_BYTES, Source, all_sources, source_named
from hezhu.core.intake.sources.skeleton import skeleton
from hezhu.core.intake.tally import CONSISTENCY, UNIQUENESS, CountedPages, held
from hezhu.core.jobs.models import Job
from hezhu.core.register.declare import Register, registers
from hezhu.core.register.values import name_of

ROWS_A_PAGE = 50
_NAMED = re.compile(r"property: register, value: ([a-z-]+)")


def _user(request: HttpRequest) -> User:
    """The account; nobody comes here without one."""
    return cast(User, request.user)


def _source(request: HttpRequest, name: str) -> Source:
    try:
        source = source_named(name)
    except SourceInvalid as error:
        raise NotThere() from error
    require(request.user, source.register.permission("import"))
    if not actions.may_use(source, _user(request)):
        raise NotThere()
    return source


def sources(request: HttpRequest) -> HttpResponse:
    """Every declared source of registers this account may import into; a declaration with a fault says which."""
    shown: list[dict[str, Any]] = []
    for each in all_sources():
        if isinstance(each, SourceInvalid):
            shown.append({"name": each.data["name"], "fault": each.data["reason"]})
        elif actions.may_use(each, _user(request)):
            run = SourceRun.objects.visible_to(request.user).filter(source=each.name).first()
            shown.append({"name": each.name, "source": each, "run": run})
    if not any(_user(request).may(each["source"].register.permission("import")) for each in shown if "source" in each):
        require(request.user, "enterprises.import")
    may_declare = _user(request).may("sources.declare")
    return render(request, "intake/sources.html", {"sources": shown, "may_declare": may_declare, "nav": "libraries"})


def declare(request: HttpRequest, name: str = "") -> HttpResponse:
    """Declare a source by its contract, or (``name``) change what one says. What is wrong with it is said above the text as it was typed."""
    require(request.user, "sources.declare")
    kept = found_row(DeclaredSource.objects.visible_to(request.user).select_related("changed_by"), name=name) if name else None
    register, refusal = _chosen(request, kept.text if kept else request.POST.get("text", "")), None
    text = kept.text if kept else skeleton(register, "my-source", _user(request))
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n")
        try:
            if sent := request.FILES.get("file"):
                text = sent.read(MOST_BYTES).decode("utf-8")
            done = actions.declare(text, by=_user(request), name=name)
            messages.success(request, gettext("来源 %(name)s 已申报。") % {"name": done.name})
            return redirect("intake:source", done.name)
        except (HezhuError, UnicodeDecodeError) as error:
            refusal = error if isinstance(error, HezhuError) else gettext("文件不是 UTF-8 文字")
    open_to = sorted(
        (each for each in registers if _user(request).may(each.permission("import"))), key=lambda each: not each.library
    )
    contract = contract_of(register)
    context = {
        "kept": kept,
        "text": text,
        "refusal": refusal,
        "register": register,
        "registers": open_to,
        "fields": [(each, contract.is_required(each), each.name in contract.key, what_to_fill(each)) for each in contract.fields],
        "nav": "libraries",
    }
    return render(request, "intake/declare.html", context, status=422 if refusal else 200)


def _chosen(request: HttpRequest, text: str) -> Register:
    """The register whose fields the page lists: the one asked for, else the one the text names, else the first of the libraries."""
    named = _NAMED.search(text)
    slugs = [request.GET.get("register", ""), named[1] if named else ""]
    asked = [registers.get(slug) for slug in slugs]
    in_order = [*asked, *sorted(registers, key=lambda each: not each.library)]
    return next(each for each in in_order if each is not None and _user(request).may(each.permission("import")))


@require_POST
def hand_in(request: HttpRequest, name: str) -> HttpResponse:
    """Take the file that was brought to the source's page."""
    source = _source(request, name)
    actions.hand_in(source.name, taken(request), by=_user(request))
    messages.success(request, gettext("文件已收下，正在校验入库，结果显示在运行记录里。"))
    return redirect(reverse("intake:source", args=[source.name]) + "#runs")


def source(request: HttpRequest, name: str) -> HttpResponse:
    """One source: what it is, its quality, its runs."""
    found = _source(request, name)
    counts = {f"sum_{what}": Sum(f"batches__{what}") for what in ("total", "inserted", "updated", "unchanged")}
    runs = (
        SourceRun.objects.visible_to(request.user)
        .filter(source=found.name)
        .select_related("created_by", "job", "file")
        .prefetch_related("batches")
        .annotate(**counts)
        .annotate(sum_held=F("sum_total") - F("sum_inserted") - F("sum_updated") - F("sum_unchanged"))
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
        "going": runs.filter(job__state__in=Job.ACTIVE).order_by("-id").first(),
        "may_edit": found.on_page and _user(request).may("sources.declare"),
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
        rules = {"unique": UNIQUENESS, "consistent": CONSISTENCY}.get(of)
        rows = quality.held_rows(found, request.user).select_related("batch").order_by("batch_id", "line")
        known = held(quality.latest_batches(found, request.user), of if rules else "")
        pages = CountedPages(quality.by_rules(rows, rules) if rules else rows, ROWS_A_PAGE, known)
        context["page"] = pages.get_page(request.GET.get("page"))
        context["title"] = {"unique": gettext("重复的行"), "consistent": gettext("与别处不一致的行")}.get(of, gettext("隔离的行"))
        return render(request, "intake/source_rows.html", context)
    known = quality.known(found, request.user, "all")
    if what == "absent":
        known = quality.known(found, request.user, "absent")
        rows, title = quality.absent_rows(found, request.user), gettext("来源不再列出的行")
    elif what == "empty" and of in quality.fields_of(found):
        known = quality.known(found, request.user, "empty", of)
        rows = quality.empty_rows(found, request.user, of)
        title = gettext("%(label)s为空的行") % {"label": contract_of(found.register).by_name[of].label}
    else:
        rows, title = quality.rows_of(found, request.user).order_by("-pk"), gettext("全部行")
    page = CountedPages(rows, ROWS_A_PAGE, known).get_page(request.GET.get("page"))
    shown = [(row, name_of(row), found.register.url(row)) for row in page]
    return render(request, "intake/source_rows.html", {**context, "page": page, "rows": shown, "title": title})
