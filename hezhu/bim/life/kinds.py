"""The words by which model versions are told apart.

Stages follow GB/T 51301-2018 (方案、初步、施工图、深化设计) and the stages after design; disciplines are those a Chinese design institute
signs for, and 装配式. Statuses are the four areas of ISO 19650-1:2018, 12 (work in progress, shared, published, archive).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """The stage of the project a model is made for, in the order of time."""

    SCHEME = "scheme", _("方案")
    PRELIMINARY = "preliminary", _("初设")
    CONSTRUCTION_DRAWING = "construction_drawing", _("施工图")
    DETAILING = "detailing", _("深化")
    CONSTRUCTION = "construction", _("施工")
    COMPLETION = "completion", _("竣工")


class Discipline(models.TextChoices):
    """Whose part of the building a model holds."""

    SITE = "site", _("总图")
    ARCHITECTURE = "architecture", _("建筑")
    STRUCTURE = "structure", _("结构")
    PLUMBING = "plumbing", _("给排水")
    HVAC = "hvac", _("暖通")
    ELECTRICAL = "electrical", _("电气")
    PREFAB = "prefab", _("装配式")


class Status(models.TextChoices):
    """How far a version may be relied on."""

    WIP = "wip", _("工作中")
    SHARED = "shared", _("共享")
    PUBLISHED = "published", _("出版")
    ARCHIVED = "archived", _("存档")
