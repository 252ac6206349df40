"""What happened to topics and comments, and when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router

from hezhu.bim.topics.api.asked import project_of, topic_of
from hezhu.bim.topics.api.bodies import CommentEventOut, TopicEventOut
from hezhu.bim.topics.models import TopicLog
from hezhu.bim.topics.odata import Column, asked
from hezhu.core.access.scoping import found
from hezhu.engines.bcf.values import time_text

router = Router(tags=["Events"])
COLUMNS = {
    "topic_guid": Column("topic__guid", "guid"),
    "comment_guid": Column("comment", "guid"),
    "author": Column("author"),
    "type": Column("actions", "event"),
    "date": Column("date", "time"),
}
TOPICS = "/projects/{project_id}/topics"


@router.get(f"{TOPICS}/events", response=list[TopicEventOut], summary="全部议题的事件")
def topics_events(request: HttpRequest, project_id: str) -> Any:
    project = project_of(request, project_id)
    return _told(request, TopicLog.objects.filter(topic__project=project, comment=None))


@router.get(f"{TOPICS}/comments/events", response=list[CommentEventOut], summary="全部意见的事件")
def comments_events(request: HttpRequest, project_id: str) -> Any:
    project = project_of(request, project_id)
    return _told(request, TopicLog.objects.filter(topic__project=project).exclude(comment=None))


@router.get(f"{TOPICS}/{{uuid:guid}}/events", response=list[TopicEventOut], summary="一个议题的事件")
def topic_events(request: HttpRequest, project_id: str, guid: UUID) -> Any:
    return _told(request, topic_of(request, project_id, guid).log.filter(comment=None))


@router.get(f"{TOPICS}/{{uuid:guid}}/comments/{{uuid:comment}}/events", response=list[CommentEventOut], summary="一条意见的事件")
def comment_events(request: HttpRequest, project_id: str, guid: UUID, comment: UUID) -> Any:
    topic = topic_of(request, project_id, guid)
    found(topic.comments, guid=comment)
    return _told(request, topic.log.filter(comment=comment))


def _told(request: HttpRequest, rows: QuerySet[TopicLog]) -> list[dict[str, Any]]:
    return [_json(row) for row in asked(rows.select_related("topic"), request.GET, COLUMNS, {"date": "date"}, "date")]


def _json(row: TopicLog) -> dict[str, Any]:
    body = {
        "topic_guid": str(row.topic.guid),
        "date": time_text(row.date),
        "author": row.author or "unknown",
        "actions": row.actions,
        "events": row.actions,
    }
    return body if row.comment is None else body | {"comment_guid": str(row.comment)}
