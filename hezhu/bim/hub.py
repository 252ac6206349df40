"""The BIM panel of the project hub."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.bim import federation
from hezhu.bim.models import ReviewCase, Topic
from hezhu.bim.topics.wording import is_closed
from hezhu.core.access.models import User
from hezhu.engines.findings import Verdict
from hezhu.registers.projects.hub import Content, Panel, Todo
from hezhu.registers.projects.models import Project

RECENT = 3


def content(project: Project, user: User) -> Content | None:
    """The project's latest cases, with what waits there. A reader who may submit sees the panel even without a case."""
    if not user.may("bim.view"):
        return None
    cases = (
        ReviewCase.objects.visible_to(user)
        .filter(project=project)
        .defer("summary", "assembly")
        .select_related("building", "job", "model_version__viewer_file")
    )
    rows = list(cases.order_by("-id")[:RECENT])
    count = cases.count()
    if not rows and not user.may("bim.submit"):
        return None
    statuses = dict(Topic.objects.visible_to(user).filter(project=project).order_by().values_list("status").annotate(Count("pk")))
    values: dict[str, Any] = {
        "topics_url": reverse("bim:topics", args=[project.number]),
        "topics": sum(statuses.values()),
        "open_topics": sum(count for status, count in statuses.items() if not is_closed(status)),
        "cases": rows,
        "latest": rows[0] if rows else None,
        "verdicts": [(verdict.value, rows[0].count_of(verdict.value)) for verdict in Verdict] if rows else [],
        "view_url": federation.address(project) if any(case.viewer_file for case in rows) else "",
        "submit_url": f"{reverse('bim:submit')}?{urlencode({'project': project.number})}" if user.may("bim.submit") else "",
    }
    waiting = [case for case in rows if case.state == ReviewCase.State.AWAITING_DECISION and case.undecided]
    todo = [
        Todo(
            _("%(what)s 第 %(version)d 版有 %(count)d 项待决")
            % {"what": case.building or project, "version": case.version, "count": case.undecided},
            case.get_absolute_url(),
            sub=f"BIM · {case.number}",
        )
        for case in waiting
    ]
    return Content(count, f"{reverse('bim:cases')}?{urlencode({'tab': 'all', 'q': project.number})}", values, todo)


PANEL = Panel("bim", gettext_lazy("BIM"), "bim/_hub_panel.html", content, order=20)
