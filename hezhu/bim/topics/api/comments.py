"""Comments on a topic."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from hezhu.bim.topics import rights, talk
from hezhu.bim.topics.api.asked import account, require_match, topic_of
from hezhu.bim.topics.api.bodies import CommentIn, CommentOut
from hezhu.bim.topics.models import Topic, TopicComment
from hezhu.bim.topics.odata import Column, asked
from hezhu.core.access.models import User
from hezhu.core.access.scoping import found
from hezhu.engines.bcf.values import time_text

router = Router(tags=["Comments"])
COLUMNS = {"author": Column("author"), "date": Column("date", "time")}
ALL = "/projects/{project_id}/topics/{uuid:guid}/comments"
ONE = f"{ALL}/{{uuid:comment}}"


def comment_json(comment: TopicComment, topic: Topic, user: User | None = None) -> dict[str, Any]:
    """comment_GET.json."""
    body: dict[str, Any] = {
        "guid": str(comment.guid),
        "date": time_text(comment.date),
        "author": comment.author or "unknown",
        "comment": comment.text,
        "topic_guid": str(topic.guid),
        "viewpoint_guid": str(comment.viewpoint.guid) if comment.viewpoint is not None else None,
        "modified_date": time_text(comment.modified_date) if comment.modified_date else None,
        "modified_author": comment.modified_author or None,
    }
    if user is not None:
        body["authorization"] = {"comment_actions": rights.comment_actions(user, comment)}
    return {name: value for name, value in body.items() if value is not None}


@router.get(ALL, response=list[CommentOut], exclude_none=True, summary="意见")
def list_comments(request: HttpRequest, project_id: str, guid: UUID, includeAuthorization: bool = Query(False)) -> Any:
    topic = topic_of(request, project_id, guid)
    rows = asked(topic.comments.select_related("viewpoint"), request.GET, COLUMNS, {"date": "date"}, "date")
    return [comment_json(row, topic, account(request) if includeAuthorization else None) for row in rows]


@router.post(ALL, response={201: CommentOut}, exclude_none=True, summary="发表意见")
def post_comment(request: HttpRequest, project_id: str, guid: UUID, body: CommentIn) -> Any:
    topic = topic_of(request, project_id, guid)
    comment = talk.say(topic, body.comment or "", by=account(request), viewpoint=body.viewpoint_guid, guid=body.guid)
    return Status(201, comment_json(comment, topic))


@router.get(ONE, response=CommentOut, exclude_none=True, summary="一条意见")
def get_comment(
    request: HttpRequest, project_id: str, guid: UUID, comment: UUID, includeAuthorization: bool = Query(False)
) -> Any:
    topic = topic_of(request, project_id, guid)
    return comment_json(_comment(topic, comment), topic, account(request) if includeAuthorization else None)


@router.put(ONE, response=CommentOut, exclude_none=True, summary="改意见；可带 If-Match")
def put_comment(request: HttpRequest, project_id: str, guid: UUID, comment: UUID, body: CommentIn) -> Any:
    topic = topic_of(request, project_id, guid)
    row = _comment(topic, comment)
    require_match(request, comment_json(row, topic), comment_json(row, topic, account(request)))
    return comment_json(talk.change(row, body.comment or "", by=account(request), viewpoint=body.viewpoint_guid), topic)


@router.delete(ONE, response={200: None}, summary="删除意见")
def delete_comment(request: HttpRequest, project_id: str, guid: UUID, comment: UUID) -> Any:
    topic = topic_of(request, project_id, guid)
    talk.delete(_comment(topic, comment), by=account(request))
    return HttpResponse(status=200)


def _comment(topic: Topic, guid: UUID) -> TopicComment:
    return found(topic.comments.select_related("viewpoint", "topic__project"), guid=guid)
