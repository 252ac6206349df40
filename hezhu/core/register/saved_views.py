"""Saved views: a list's filter, columns and order under a name, for oneself or for everyone of one's unit."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import User
from hezhu.core.access.scoping import require
from hezhu.core.errors import BadInput, Refusal
from hezhu.core.prepared import compiled
from hezhu.core.register.declare import Register
from hezhu.core.register.listing import without_person
from hezhu.core.register.models import SavedView

MOST_VIEWS = 60
LEFT_OUT = ("page", "print")


class TooManyViews(Refusal):
    code = "too-many-views"
    title = _("视图太多")
    message = _("一个登记上最多存 %(limit)s 个视图。先删掉不用的。")


def views_for(user: User, register: Register) -> list[SavedView]:
    """One's own views first, then those that others of the unit share. What a view shows is still what its reader may see."""

    def rows() -> QuerySet[SavedView]:
        shared = Q(shared=True, user__unit=user.unit_id, user__is_demo=user.is_demo, user__is_active=True)
        views = SavedView.objects.filter(Q(user=user) | shared, register=register.slug).select_related("user")
        return views.only("name", "query", "shared", "register", "user__display_name").order_by("shared", "id")

    return compiled(("views", register.slug, user.pk, user.unit_id, user.is_demo), rows).rows()


def save_view(register: Register, *, name: str, query: str, shared: bool, by: User) -> SavedView:
    """Keep ``query`` under ``name``; one's own view of that name is replaced. Raises NotAllowed, BadInput, TooManyViews."""
    require(by, register.permission("view"))
    name = name.strip()[:40]
    if not name:
        raise BadInput(problems=[{"field": "name", "value": "", "reason": gettext("给视图起个名字")}])
    kept = QueryDict(query[:1000], mutable=True)
    if without_person(kept.get("q", "")) != kept.get("q", ""):
        raise BadInput(problems=[{"field": "query", "value": "", "reason": gettext("视图里不能存个人的证件号码或手机号码")}])
    for word in LEFT_OUT:
        kept.pop(word, None)
    mine = SavedView.objects.filter(user=by, register=register.slug)
    if mine.exclude(name=name).count() >= MOST_VIEWS:
        raise TooManyViews(limit=MOST_VIEWS)
    view, _made = SavedView.objects.update_or_create(
        user=by, register=register.slug, name=name, defaults={"query": kept.urlencode()[:1000], "shared": shared}
    )
    return view


def drop_view(register: Register, pk: int, *, by: User) -> bool:
    """Take one's own view away; a view that another shares stays. Whether there was one."""
    return bool(SavedView.objects.filter(user=by, register=register.slug, pk=pk).delete()[0])
