"""The element reference (构件引用): a project and the GlobalId of a building element, and what other rooms tie to it.

Every room names an element the same way, whatever model version or discipline it stands in. A room that knows something of elements (an
inspection lot, an acceptance record, a part, a document) ties it here with ``actions.link_elements`` and needs to know no model; a room
that has a view of elements hands in a section of the element's page with ``add_section``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import User
from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.registers.projects.models import PARTIES, Project

# IfcGloballyUniqueId: 128 bits in 22 signs of this alphabet, the first of which carries two bits (ISO 10303-21 form, buildingSMART).
GLOBAL_ID = re.compile(r"^[0-3][0-9A-Za-z_$]{21}$")


@keeps_history()
class ElementLink(Scoped):
    """One element tied to one record of another room. ``target`` names the record within its kind, ``url`` leads to it."""

    class Kind(models.TextChoices):
        LOT = "lot", _("检验批")
        ACCEPTANCE = "acceptance", _("验收记录")
        PART = "part", _("预制构件")
        DOCUMENT = "document", _("文档")
        OTHER = "other", _("其他")

    project = models.ForeignKey(Project, verbose_name=_("项目"), on_delete=models.PROTECT, related_name="element_links")
    global_id = models.CharField("GlobalId", max_length=22)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    target = models.CharField(_("记录编号"), max_length=120)
    title = models.CharField(_("名称"), max_length=200)
    url = models.CharField(_("地址"), max_length=300, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("关联人"), on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("关联时间"), auto_now_add=True)

    unit_paths: ClassVar[tuple[str, ...]] = tuple(f"project__{party}" for party in PARTIES)

    class Meta:
        verbose_name = _("构件关联")
        verbose_name_plural = _("构件关联")
        ordering: ClassVar[list[str]] = ["kind", "target"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["project", "global_id", "kind", "target"], name="element_link_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["project", "kind", "target"])]

    def __str__(self) -> str:
        return f"{self.global_id} {self.title}"


@dataclass(frozen=True, slots=True)
class ElementSection:
    """A room's part of the element's page. ``content`` gives the values of its template, or None when it has nothing on the element."""

    key: str
    template: str
    content: Callable[[Project, str, User], dict[str, Any] | None]
    order: int = 50
    heads: bool = field(default=False)


_sections: dict[str, ElementSection] = {}


def add_section(section: ElementSection) -> None:
    """Hand in a room's section; the same key replaces. A section with ``heads`` may give ``name`` and ``ifc_class`` for the heading."""
    _sections[section.key] = section


def sections_of(project: Project, global_id: str, user: User) -> list[tuple[ElementSection, dict[str, Any]]]:
    """The sections that have something to say, in their order."""
    ordered = sorted(_sections.values(), key=lambda section: section.order)
    return [(section, values) for section in ordered if (values := section.content(project, global_id, user)) is not None]


def links_of(project: Project, global_id: str, user: User) -> list[ElementLink]:
    """What an account may see of what is tied to an element."""
    return list(ElementLink.objects.visible_to(user).filter(project=project, global_id=global_id).select_related("added_by"))
