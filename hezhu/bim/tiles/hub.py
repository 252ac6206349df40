"""The city model's panel of the project hub."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from hezhu.bim.life.models import ModelVersion
from hezhu.bim.tiles.models import ModelTiles, ProjectPlacement
from hezhu.core.access.models import User
from hezhu.registers.projects.hub import Content, Panel
from hezhu.registers.projects.models import Project


def content(project: Project, user: User) -> Content | None:
    """Whether the models have a place, and how many have tiles; nothing for a project without models that nobody placed."""
    if not user.may("bim.view"):
        return None
    versions = ModelVersion.objects.visible_to(user).filter(project=project)
    placed = ProjectPlacement.objects.filter(project=project).exists()
    count = versions.count()
    if not count and not placed:
        return None
    made = versions.filter(tiles__state=ModelTiles.State.DONE)
    values: dict[str, Any] = {
        "placed": placed,
        "stated": made.filter(tiles__stated__isnull=False).exists(),
        "made": made.count(),
        "count": count,
    }
    return Content(count, reverse("tiles:placement", args=[project.number]), values)


PANEL = Panel("city-model", gettext_lazy("城市模型"), "bim/tiles/_hub_panel.html", content, order=26)
