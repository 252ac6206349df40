"""What the page of a topic says: its history in words, and links that are safe to follow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.bim.topics.models import TopicDocument, TopicLog
from hezhu.bim.topics.wording import EVENTS, shown

_WORDS = {"status_updated", "type_updated", "priority_updated"}


def history_of(entries: Iterable[TopicLog], names: dict[str, str]) -> list[dict[str, Any]]:
    """Newest first: when, who, and what in words."""
    return [
        {
            "at": entry.date,
            "by": names.get(entry.author, entry.author),
            "said": [_sentence(action, names) for action in _telling(entry.actions)],
        }
        for entry in entries
    ]


def _telling(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a reader wants of an entry: what was raised or said stands on the page already."""
    begun = [action for action in actions if action["type"] in ("topic_created", "comment_created")]
    return begun or actions


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


def name_of_file(item: dict[str, Any]) -> str:
    """What a header file is called: by its name, its place, or its project's GlobalId."""
    return str(item.get("filename") or item.get("reference") or item.get("ifc_project") or "—")


def reference_of(item: dict[str, Any], documents: dict[str, TopicDocument]) -> tuple[str, str, TopicDocument | None]:
    """Words, address outside, and the document kept here, of a document reference."""
    kept = documents.get(item.get("document_guid", ""))
    words = item.get("description") or (kept.filename if kept else "") or item.get("url") or item.get("document_guid") or ""
    return str(words), str(item.get("url") or ""), kept
