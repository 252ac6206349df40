"""Scope the queryset, not the view: ``Model.objects.visible_to(user)`` is the only way a page or API gets rows."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.base import ModelState
from django.db.models.signals import post_init, pre_init
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.divisions import DivisionField
from hezhu.core.access.permissions import Role
from hezhu.core.errors import NotAllowed, NotThere

if TYPE_CHECKING:
    from hezhu.core.access.models import User

OFFICES = {Role.CITY_OFFICE, Role.BUREAU, Role.COUNTY_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR}


class ScopedQuerySet(models.QuerySet):
    model: type[Scoped]  # type: ignore[assignment]

    def visible_to(self, user: Any) -> Self:
        """The rows ``user`` may see: an office sees its divisions, a firm the rows that name it, anyone else nothing."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(self.model.scope_of(user) & self.model.demo_scope(user.is_demo))


class Scoped(models.Model):
    """A row that belongs to a division and is seen only by those it concerns.

    ``unit_paths`` names the lookups that lead to the units a row concerns ("owner", "project__contractor").
    Demonstration rows (演示数据) are seen by demonstration accounts only, and these see no other.
    """

    division = DivisionField(db_index=True)
    is_demo = models.BooleanField(_("演示数据"), default=False, editable=False)

    unit_paths: ClassVar[tuple[str, ...]] = ()
    public_to_signed_in: ClassVar[bool] = False

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **said: Any) -> Self:
        """A row as read. Its values are taken as they are: a page of links reads a thousand rows, and Django's way through each
        model's constructor takes longer than the database. A model with a constructor or listeners of its own goes that way still."""
        if said or not _is_plain(cls):
            return super().from_db(db, field_names, values, **said)
        made = cls.__new__(cls)
        made.__dict__.update(zip(field_names, values, strict=True))
        made._state = ModelState()
        made._state.adding, made._state.db = False, db
        return made

    @classmethod
    def scope_of(cls, user: User) -> Q:
        if cls.public_to_signed_in:
            return Q()
        if user.role in OFFICES:
            return Q(division__in=user.divisions)
        if not cls.unit_paths:
            return Q(pk__in=[])
        scope = Q()
        for path in cls.unit_paths:
            scope |= Q(**{path: user.unit_id})
        return scope

    @classmethod
    def demo_scope(cls, demo: bool) -> Q:
        return Q(is_demo=demo)

    def is_visible_to(self, user: User) -> bool:
        return type(self).objects.visible_to(user).filter(pk=self.pk).exists()


@cache
def _is_plain(model: type[models.Model]) -> bool:
    """Whether a row of ``model`` is its values and nothing else; asked when all models are known."""
    listened = pre_init.has_listeners(model) or post_init.has_listeners(model)
    return model.__init__ is models.Model.__init__ and not listened


def scope_key(user: Any) -> tuple[Any, ...]:
    """All that the rows an account sees hang on: querysets kept under it are the account's own."""
    return (user.pk, user.role, user.divisions, user.unit_id, user.is_demo, user.is_active)


def require(user: Any, permission: str, row: Scoped | None = None) -> None:
    """Raise NotAllowed unless ``user``'s role grants ``permission`` and ``row``, when given, is visible to them."""
    if not getattr(user, "is_authenticated", False) or not user.may(permission):
        raise NotAllowed(permission=permission)
    if row is not None and row.pk is not None and not row.is_visible_to(user):
        raise NotAllowed(permission=permission)


def require_division(user: User, division: str) -> None:
    """Raise NotAllowed unless ``user``'s office serves ``division``: nobody writes a row into another county."""
    if user.role in OFFICES and division not in user.divisions:
        raise NotAllowed(permission=f"division {division}")


def found(rows: models.QuerySet, **lookup: Any) -> Any:
    """The one row of ``rows`` that matches, else NotThere: a row out of scope looks like no row at all."""
    row = rows.filter(**lookup).first()
    if row is None:
        raise NotThere()
    return row
