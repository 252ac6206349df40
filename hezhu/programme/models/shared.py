"""Rows of the published plan: the same for the real and the demonstration city, open to everyone who signs in."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import Q

from hezhu.core.access.scoping import Scoped


class PlanRow(Scoped):
    """A row of the plan itself. It carries no judgement of anybody's work, so both worlds may read it."""

    public_to_signed_in: ClassVar[bool] = True

    class Meta:
        abstract = True

    @classmethod
    def demo_scope(cls, demo: bool) -> Q:
        return Q(is_demo=False)
