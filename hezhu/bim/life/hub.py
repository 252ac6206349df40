"""The panel of model versions on the project hub."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.bim.life.kinds import Status
from hezhu.bim.life.shown import visible_versions
from hezhu.core.access.models import User
from hezhu.registers.projects.hub import Content, Panel, Todo
from hezhu.registers.projects.models import Project

RECENT = 4


def content(project: Project, user: User) -> Content | None:
    """The latest versions and how many are published. A reader who may upload sees the panel even without one."""
    if not user.may("bim.view"):
        return None
    versions = visible_versions(user).filter(project=project).defer("facts")
    count = versions.count()
    if not count and not user.may("bim.submit"):
        return None
    rows = list(versions.order_by("-pk")[:RECENT])
    url = reverse("life:models", args=[project.number])
    values = {
        "versions": rows,
        "published": versions.filter(status=Status.PUBLISHED).count(),
        "url": url,
        "upload_url": reverse("life:upload", args=[project.number]) if user.may("bim.submit") else "",
    }
    todo = [
        Todo(
            _("%(version)s 有 %(count)d 条提醒") % {"version": row, "count": len(row.warnings)},
            row.get_absolute_url(),
            sub=_("模型版本"),
        )
        for row in rows
        if row.warnings and row.unit_id == user.unit_id and row.status != Status.ARCHIVED
    ]
    return Content(count, url, values, todo)


PANEL = Panel("models", gettext_lazy("模型版本"), "bim/life/_hub_panel.html", content, order=18)
