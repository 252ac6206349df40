"""全局搜索: registers, tasks, targets and review cases, as far as the account sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.core.register import everywhere
from hezhu.core.register import search as grams
from hezhu.core.register.everywhere import WORDS, Other
from hezhu.core.register.libraries import LIBRARIES
from hezhu.core.register.values import display, name_of
from hezhu.programme.models import Requirement, Target
from hezhu.registers.projects.elements import ElementLink

SHOWN = 8
SUGGESTED, SUGGESTED_GROUPS = 4, 7
GLOBAL_ID = 22


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    title: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class HitGroup:
    """What was found of one kind, under its library; ``more_url`` lists all of them."""

    label: str
    hits: list[Hit]
    more_url: str = ""
    library: str = ""
    has_more: bool = False


def search(request: HttpRequest) -> HttpResponse:
    """Groups of hits for ``q``; a full code leads straight to its page."""
    text = asked(request)
    if address := exact(request.user, text):
        return redirect(address)
    context = {"nav": "", "global_query": text, "is_short": len(text) < grams.MINIMUM, "groups": find(request.user, text, SHOWN)}
    return render(request, "portal/search.html", context)


def suggest(request: HttpRequest) -> HttpResponse:
    """The first hits while one types, as a list box."""
    text = asked(request)
    groups = find(request.user, text, SUGGESTED)
    context = {"text": text, "groups": groups[:SUGGESTED_GROUPS], "is_short": len(text) < grams.MINIMUM}
    return render(request, "portal/_suggest.html", context)


def asked(request: HttpRequest) -> str:
    """The words asked for; characters that no name holds are left out."""
    return " ".join(request.GET.get("q", "").replace("\x00", "").split())[:80]


def exact(user: Any, text: str) -> str:
    """The page of the task, target or case whose code ``text`` is; empty when there is none."""
    code = text.upper()
    if not text.isascii():
        return ""
    if user.may("targets.view") and Target.objects.visible_to(user).filter(code=code).exists():
        return reverse("portal:target", args=[code])
    if user.may("programme.view") and Requirement.objects.visible_to(user).filter(code=code).exists():
        return reverse("programme:task", args=[code])
    if user.may("bim.view") and (case := ReviewCase.objects.visible_to(user).filter(number=code).first()):
        return case.get_absolute_url()
    return ""


def find(user: Any, text: str, limit: int) -> list[HitGroup]:
    """Everything that holds every word of ``text``, by kind: registers by library first, then elements, tasks, targets, cases."""
    if len(text) < grams.MINIMUM:
        return []
    found, further = everywhere.look(user, text, limit, OTHERS)
    groups = [_of_register(each, text) for each in found]
    plan = _plan(further.get("tasks", []), further.get("targets", []))
    return [
        group for group in (*groups, *_elements(user, text), *plan, *_reviews(user, text, further.get("cases", []))) if group.hits
    ]


def _of_register(found: everywhere.Found, text: str) -> HitGroup:
    register = found.register
    more = f"{reverse('register:list', args=[register.slug])}?{urlencode({'q': text})}"
    hits = [Hit(name_of(row), _code(register, row), register.url(row)) for row in found.rows]
    return HitGroup(register.label, hits, more, str(LIBRARIES.get(register.library, "")), found.more)


def _code(register: Any, row: Any) -> str:
    """What tells rows of one name apart: the key's columns as every page shows them, personal numbers masked."""
    shown = [str(display(row, row._meta.get_field(name))) for name in register.key]
    return " · ".join(text for text in shown if text != str(row))


def _elements(user: Any, text: str) -> list[HitGroup]:
    """Elements of models that records are tied to, by their whole GlobalId."""
    if len(text) != GLOBAL_ID:
        return []
    links = ElementLink.objects.visible_to(user).filter(global_id=text).select_related("project")[:SHOWN]
    pages = {link.project.number: link for link in links}
    hits = [Hit(text, str(link.project), reverse("projects:element", args=[number, text])) for number, link in pages.items()]
    return [HitGroup(_("构件"), hits)]


def _tasks(user: Any) -> QuerySet:
    return Requirement.objects.visible_to(user).filter(
        Q(code__icontains=WORDS) | Q(text__icontains=WORDS) | Q(units_text__icontains=WORDS)
    )


def _targets(user: Any) -> QuerySet:
    return Target.objects.visible_to(user).filter(Q(code__icontains=WORDS) | Q(name__icontains=WORDS) | Q(quote__icontains=WORDS))


def _cases(user: Any) -> QuerySet:
    return ReviewCase.objects.visible_to(user).filter(
        Q(number__icontains=WORDS) | Q(project__name__icontains=WORDS) | Q(building__name__icontains=WORDS)
    )


OTHERS = (
    Other("tasks", "programme.view", _tasks),
    Other("targets", "targets.view", _targets),
    Other("cases", "bim.view", _cases),
)


def _plan(tasks: list[int], targets: list[int]) -> list[HitGroup]:
    """Tasks and targets by their keys, which the account may see."""
    found = []
    if tasks:
        lead = Coalesce(NullIf("lead_unit__short_name", Value("")), "lead_unit__name")
        named = Requirement.objects.filter(pk__in=tasks).values_list("code", "text", lead)
        hits = [Hit(words, f"{code} · {lead}", reverse("programme:task", args=[code])) for code, words, lead in named]
        found.append(HitGroup(_("试点任务"), hits))
    if targets:
        names = Target.objects.filter(pk__in=targets).values_list("code", "name")
        found.append(HitGroup(_("试点目标"), [Hit(name, code, reverse("portal:target", args=[code])) for code, name in names]))
    return found


def _reviews(user: Any, text: str, cases: list[int]) -> list[HitGroup]:
    """Cases by number, project or building; and by the GlobalId of an element that a finding is about."""
    hits = []
    if cases:
        states = dict(ReviewCase.State.choices)
        named = ReviewCase.objects.filter(pk__in=cases).values_list("project__name", "number", "state")
        hits = [
            Hit(name, f"{number} · {states.get(state, state)}", reverse("bim:case", args=[number]))
            for name, number, state in named
        ]
    if len(text) == GLOBAL_ID and user.may("bim.view"):
        seen = ReviewCase.objects.visible_to(user)
        findings = CaseFinding.objects.filter(case__in=seen, global_id=text).select_related("case")[:SHOWN]
        hits += [Hit(row.title, f"{row.case.number} · {text}", row.case.get_absolute_url()) for row in findings]
    return [HitGroup(_("BIM 审查"), hits)]
