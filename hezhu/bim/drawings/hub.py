"""The BIM审图 panel of the project hub."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.bim.drawings.procedure import SLUG
from hezhu.core.access.models import User
from hezhu.core.cases.models import Case
from hezhu.registers.projects.hub import Content, Panel, Todo
from hezhu.registers.projects.models import Project


def content(project: Project, user: User) -> Content | None:
    """The project's drawing reviews. A reader who may submit sees the panel even without one."""
    if not user.may("drawings.view"):
        return None
    cases = list(Case.objects.visible_to(user).filter(drawings__project=project).order_by("-id")[:5])
    may_submit = user.may("drawings.submit")
    if not (cases or may_submit):
        return None
    values = {"cases": cases, "submit_url": reverse("drawings:submit", args=[project.number]) if may_submit else ""}
    late = [
        Todo(_("BIM审图 %(number)s 已逾期") % {"number": case.number}, case.get_absolute_url(), late=True)
        for case in cases
        if case.is_late
    ]
    return Content(len(cases), f"{reverse('cases:list')}?{urlencode({'procedure': SLUG, 'tab': 'all'})}", values, late)


PANEL = Panel("drawings", gettext_lazy("BIM审图"), "bim/drawings/_hub_panel.html", content, order=16)
