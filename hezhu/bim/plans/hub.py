"""The BIM报建 panel of the project hub."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.bim.plans.models import PlanConditions
from hezhu.bim.plans.procedure import SLUG
from hezhu.core.access.models import User
from hezhu.core.cases.models import Case
from hezhu.registers.projects.hub import Content, Panel, Todo
from hezhu.registers.projects.models import Project


def content(project: Project, user: User) -> Content | None:
    """The project's applications and its planning conditions. A reader who may apply sees the panel even without one."""
    if not user.may("plans.view"):
        return None
    cases = list(Case.objects.visible_to(user).filter(plan__project=project).order_by("-id")[:5])
    conditions = PlanConditions.objects.visible_to(user).filter(project=project).first()
    may_apply, may_fix = user.may("plans.apply") and not any(case.is_open for case in cases), user.may("plans.decide")
    if not (cases or conditions or may_apply or may_fix):
        return None
    values = {
        "cases": cases,
        "conditions": conditions,
        "apply_url": reverse("plans:apply", args=[project.number]) if may_apply else "",
        "conditions_url": reverse("plans:conditions", args=[project.number]) if may_fix else "",
    }
    late = [
        Todo(_("BIM报建 %(number)s 已逾期") % {"number": case.number}, case.get_absolute_url(), late=True)
        for case in cases
        if case.is_late
    ]
    return Content(len(cases), f"{reverse('cases:list')}?{urlencode({'procedure': SLUG, 'tab': 'all'})}", values, late)


PANEL = Panel("plans", gettext_lazy("BIM报建"), "bim/plans/_hub_panel.html", content, order=15)
