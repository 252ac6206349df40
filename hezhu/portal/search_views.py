"""全局搜索: registers, tasks, targets and review cases, as far as the account sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.core.register import search as grams
from hezhu.core.register.declare import registers
from hezhu.programme.models import Requirement, Target

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    title: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class HitGroup:
    """What was found of one kind; ``more_url`` lists all of them."""

    label: str
    hits: list[Hit]
    more_url: str = ""


def search(request: HttpRequest) -> HttpResponse:
    """Groups of hits for ``q``; a full code leads straight to its page."""
    text = " ".join(request.GET.get("q", "").split())[:80]
    if address := exact(request.user, text):
        return redirect(address)
    context = {
        "nav": "",
        "global_query": text,
        "is_short": len(text) < grams.MINIMUM,
        "groups": [group for group in find(request.user, text) if group.hits] if len(text) >= grams.MINIMUM else [],
    }
    return render(request, "portal/search.html", context)


def exact(user: Any, text: str) -> str:
    """The page of the task, target or case whose code ``text`` is; empty when there is none."""
    code = text.upper()
    if user.may("targets.view") and Target.objects.visible_to(user).filter(code=code).exists():
        return reverse("portal:target", args=[code])
    if user.may("programme.view") and Requirement.objects.visible_to(user).filter(code=code).exists():
        return reverse("programme:task", args=[code])
    if user.may("bim.view") and (case := ReviewCase.objects.visible_to(user).filter(number=code).first()):
        return case.get_absolute_url()
    return ""


def find(user: Any, text: str) -> list[HitGroup]:
    """Everything that contains ``text``, by kind."""
    groups = []
    for register, rows in registers.search_all(user, text, SHOWN):
        more = f"{reverse('register:list', args=[register.slug])}?q={text}"
        groups.append(HitGroup(register.label, [Hit(str(row), _code(register, row), register.url(row)) for row in rows], more))
    return [*groups, *_plan(user, text), *_reviews(user, text)]


def _code(register: Any, row: Any) -> str:
    return " · ".join(str(getattr(row, name)) for name in register.key if getattr(row, name) != str(row))


def _plan(user: Any, text: str) -> list[HitGroup]:
    found = []
    if user.may("programme.view"):
        tasks = Requirement.objects.visible_to(user).select_related("lead_unit")
        tasks = tasks.filter(Q(code__icontains=text) | Q(text__icontains=text) | Q(units_text__icontains=text))[:SHOWN]
        hits = [Hit(row.text, f"{row.code} · {row.lead_unit}", reverse("programme:task", args=[row.code])) for row in tasks]
        found.append(HitGroup(_("试点任务"), hits))
    if user.may("targets.view"):
        targets = Target.objects.visible_to(user).filter(
            Q(code__icontains=text) | Q(name__icontains=text) | Q(quote__icontains=text)
        )
        hits = [Hit(row.name, row.code, reverse("portal:target", args=[row.code])) for row in targets[:SHOWN]]
        found.append(HitGroup(_("试点目标"), hits))
    return found


def _reviews(user: Any, text: str) -> list[HitGroup]:
    """Cases by number, project or building; and by the GlobalId of an element that a finding is about."""
    if not user.may("bim.view"):
        return []
    cases = ReviewCase.objects.visible_to(user).select_related("project", "building")
    named = cases.filter(Q(number__icontains=text) | Q(project__name__icontains=text) | Q(building__name__icontains=text))
    hits = [Hit(str(row.project), f"{row.number} · {row.get_state_display()}", row.get_absolute_url()) for row in named[:SHOWN]]
    if len(text) == 22:
        findings = CaseFinding.objects.filter(case__in=cases, global_id=text).select_related("case")[:SHOWN]
        hits += [Hit(row.title, f"{row.case.number} · {text}", row.case.get_absolute_url()) for row in findings]
    return [HitGroup(_("BIM 审查"), hits)]
