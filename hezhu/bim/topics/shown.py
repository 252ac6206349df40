"""What the page of a topic says: its history in words, and links that are safe to follow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.bim.topics.models import TopicComment, TopicLog
from hezhu.bim.topics.wording import EVENTS, shown

_WORDS = {"status_updated", "type_updated", "priority_updated"}
_ADDED = {"stage_added", "label_added", "label_removed", "stage_updated", "title_updated"}


def history_of(entries: Iterable[TopicLog], names: dict[str, str], comments: dict[str, TopicComment]) -> list[dict[str, Any]]:
    """Newest first: when, who, and what in words."""
    return [
        {
            "at": entry.date,
            "by": names.get(entry.author, entry.author),
            "said": [_sentence(action, names) for action in entry.actions if action["type"] != "viewpoint_updated"],
        }
        for entry in entries
    ]


def _sentence(action: dict[str, Any], names: dict[str, str]) -> str:
    kind, value = action["type"], action.get("value")
    words = str(EVENTS.get(kind, kind))
    if kind in ("viewpoint_added", "description_updated") or not value:
        return str(_("改说明")) if kind == "description_updated" else words
    if kind == "due_date_updated":
        value = _day(value)
    elif kind == "assigned_to_updated":
        value = names.get(value, value)
    elif kind in _WORDS:
        value = shown(value)
    return f"{words} {value[:120]}"


def _day(text: str) -> str:
    try:
        return timezone.localtime(datetime.fromisoformat(text)).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return text


def link_of(link: str) -> tuple[str, str]:
    """The link's text, and its address when it is one that a browser may follow."""
    return link, link if link.lower().startswith(("https://", "http://")) else ""
