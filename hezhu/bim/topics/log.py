"""The log of a topic: which of its fields changed, as events of the BCF API 3.0 (3.9.1, 3.10.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from hezhu.bim.topics.models import Topic, TopicLog

LIMITS = {"title_updated": 128, "description_updated": 1024, "comment_text_updated": 1024}
FIELDS = {
    "title": "title",
    "description": "description",
    "status": "status",
    "type": "type",
    "priority": "priority",
    "due_date": "due_date",
    "assigned_to": "assigned_to",
    "stage": "stage",
}


def write(
    topic: Topic, author: str, at: datetime, actions: Iterable[tuple[str, str | None]], comment: UUID | None = None
) -> None:
    """Adds one entry; nothing when there is nothing to say."""
    if row := entry(topic, author, at, actions, comment):
        row.save()


def entry(
    topic: Topic, author: str, at: datetime, actions: Iterable[tuple[str, str | None]], comment: UUID | None = None
) -> TopicLog | None:
    """The entry, not saved."""
    said = [{"type": kind, "value": value if value is None else value[: LIMITS.get(kind, 1024)]} for kind, value in actions]
    return TopicLog(topic=topic, comment=comment, date=at, author=author, actions=said) if said else None


def created(topic: Topic) -> list[tuple[str, str | None]]:
    """The events of a new topic: itself, then every field that it starts with."""
    return [("topic_created", None), *differences({}, values_of(topic))]


def values_of(topic: Topic) -> dict[str, Any]:
    """The fields that are logged."""
    return {name: getattr(topic, name) for name in (*FIELDS, "labels")}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """One event a field that differs, labels one by one."""
    said: list[tuple[str, str | None]] = []
    for name, event in FIELDS.items():
        old, new = before.get(name) or None, after.get(name) or None
        if old == new:
            continue
        if new is None:
            said.append((f"{event}_removed", None))
        else:
            verb = "added" if name == "stage" and old is None else "updated"
            said.append((f"{event}_{verb}", new.isoformat() if isinstance(new, datetime) else str(new)))
    old_labels, new_labels = before.get("labels") or [], after.get("labels") or []
    said += [("label_added", label) for label in new_labels if label not in old_labels]
    said += [("label_removed", label) for label in old_labels if label not in new_labels]
    return said


def touch(topic: Topic, author: str, at: datetime) -> None:
    """Something below the topic changed: its modification date is the latest of these (BCF API 3.0, 3.2.1)."""
    if topic.modified_date is not None and topic.modified_date > at:
        at, author = topic.modified_date, topic.modified_author
    Topic.objects.filter(pk=topic.pk).update(modified_date=at, modified_author=author, revision=F("revision") + 1)
    topic.modified_date, topic.modified_author = at, author
