"""The left navigation, in the order the house gives it. A room appears when it has pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Room:
    """One entry: key (a page names it as ``nav``), label, icon, url name and the permission that opens it."""

    key: str
    label: str | Promise
    icon: str
    url: str
    permission: str
    argument: str | None = None


ROOMS = (
    Room("overview", _("总览"), "layout-dashboard", "portal:overview", "targets.view"),
    Room("tasks", _("试点任务"), "list-check", "programme:tasks", "programme.view"),
    Room("projects", pgettext_lazy("rooms", "项目"), "building", "register:list", "projects.view", "projects"),
    Room("bim", _("BIM审查"), "box", "bim:cases", "bim.view"),
    Room("libraries", _("六库"), "database", "register:index", "enterprises.view", "libraries"),
    Room("statistics", _("统计"), "chart-bar", "portal:targets", "targets.view"),
    Room("industry", _("产业与人才"), "users-group", "register:index", "policies.view", "industry"),
    Room("system", _("系统"), "settings", "access:account", ""),
)


def rooms_for(user: Any) -> list[dict[str, Any]]:
    """The rooms this account may enter, with their addresses."""
    shown = []
    for room in ROOMS:
        if room.permission and not user.may(room.permission):
            continue
        if address := _address(room):
            shown.append({"key": room.key, "label": room.label, "icon": room.icon, "url": address})
    return shown


@cache
def _address(room: Room) -> str:
    """Where a room is; "" while it has no page."""
    try:
        return reverse(room.url, args=[room.argument] if room.argument else [])
    except NoReverseMatch:
        return ""
