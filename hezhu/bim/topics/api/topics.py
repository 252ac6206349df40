"""Topics: list, raise, read, change, delete; snippet, files, related topics, document references."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from hezhu.bim.topics import actions, rights
from hezhu.bim.topics.api.asked import account, project_of, require_match, topic_of
from hezhu.bim.topics.api.bodies import (
    DocumentReferenceIn,
    DocumentReferenceOut,
    HeaderFile,
    HeaderFileOut,
    RelatedTopic,
    TopicIn,
    TopicOut,
)
from hezhu.bim.topics.api.files import file_answer, uploaded
from hezhu.bim.topics.models import Topic
from hezhu.bim.topics.odata import Column, asked
from hezhu.core.access.models import User
from hezhu.core.errors import NotThere
from hezhu.engines.bcf.values import time_text

router = Router(tags=["Topics"])
COLUMNS = {
    "creation_author": Column("creation_author"),
    "modified_author": Column("modified_author"),
    "assigned_to": Column("assigned_to"),
    "stage": Column("stage"),
    "topic_status": Column("status"),
    "topic_type": Column("type"),
    "creation_date": Column("creation_date", "time"),
    "modified_date": Column("changed_at", "time"),
    "labels": Column("labels", "words"),
    "priority": Column("priority"),
    "title": Column("title"),
    "due_date": Column("due_date", "time"),
    "index": Column("index", "whole"),
}
ORDERS = {
    "creation_date": "creation_date",
    "modified_date": "changed_at",
    "server_assigned_id": "number",
    "index": "index",
    "due_date": "due_date",
}
ONE = "/projects/{project_id}/topics/{uuid:guid}"


def topic_json(topic: Topic, user: User | None = None) -> dict[str, Any]:
    """topic_GET.json; with ``user`` also what that account may do."""
    body: dict[str, Any] = {
        "guid": str(topic.guid),
        "server_assigned_id": topic.label,
        "topic_type": topic.type,
        "topic_status": topic.status,
        "reference_links": topic.reference_links or None,
        "title": topic.title,
        "priority": topic.priority or None,
        "index": topic.index,
        "labels": topic.labels or None,
        "creation_date": time_text(topic.creation_date),
        "creation_author": topic.creation_author or "unknown",
        "modified_date": time_text(topic.modified_date) if topic.modified_date else None,
        "modified_author": topic.modified_author or None,
        "assigned_to": topic.assigned_to or None,
        "stage": topic.stage or None,
        "description": topic.description or None,
        "bim_snippet": topic.snippet,
        "due_date": time_text(topic.due_date) if topic.due_date else None,
    }
    if user is not None:
        body["authorization"] = {"topic_actions": rights.topic_actions(user, topic)}
    return {name: value for name, value in body.items() if value is not None}


def said_of(body: TopicIn) -> actions.Said:
    """The body as the action takes it: a PUT sets the whole topic, so what is left out is emptied."""
    return actions.Said(
        title=body.title,
        type=body.topic_type or "",
        status=body.topic_status or "",
        priority=body.priority or "",
        index=body.index,
        labels=body.labels or (),
        stage=body.stage or "",
        assigned_to=body.assigned_to or "",
        description=body.description or "",
        due_date=body.due_date,
        reference_links=body.reference_links or (),
        snippet=body.bim_snippet.dict() if body.bim_snippet else None,
    )


@router.get(
    "/projects/{project_id}/topics", response=list[TopicOut], exclude_none=True, summary="议题，可用 $filter $orderby $top $skip"
)
def list_topics(request: HttpRequest, project_id: str, includeAuthorization: bool = Query(False)) -> Any:
    project = project_of(request, project_id)
    rows = Topic.objects.visible_to(request.user).filter(project=project)
    rows = rows.annotate(changed_at=Coalesce("modified_date", "creation_date"))
    user = account(request) if includeAuthorization else None
    return [topic_json(row, user) for row in asked(rows, request.GET, COLUMNS, ORDERS, "creation_date")]


@router.post("/projects/{project_id}/topics", response={201: TopicOut}, exclude_none=True, summary="提出议题")
def post_topic(request: HttpRequest, project_id: str, body: TopicIn) -> Any:
    project = project_of(request, project_id)
    topic = actions.raise_topic(project, said_of(body), by=account(request), guid=body.guid)
    return Status(201, topic_json(topic))


@router.get(ONE, response=TopicOut, exclude_none=True, summary="一个议题")
def get_topic(request: HttpRequest, project_id: str, guid: UUID, includeAuthorization: bool = Query(False)) -> Any:
    return topic_json(topic_of(request, project_id, guid), account(request) if includeAuthorization else None)


@router.put(ONE, response=TopicOut, exclude_none=True, summary="改议题；可带 If-Match")
def put_topic(request: HttpRequest, project_id: str, guid: UUID, body: TopicIn) -> Any:
    topic = topic_of(request, project_id, guid)
    require_match(request, topic_json(topic), topic_json(topic, account(request)))
    revision = topic.revision if request.headers.get("If-Match", "*").strip() != "*" else None
    return topic_json(actions.change_topic(topic, said_of(body), by=account(request), revision=revision))


@router.delete(ONE, response={200: None}, summary="删除议题")
def delete_topic(request: HttpRequest, project_id: str, guid: UUID) -> Any:
    topic = topic_of(request, project_id, guid)
    require_match(request, topic_json(topic), topic_json(topic, account(request)))
    actions.delete_topic(topic, by=account(request))
    return HttpResponse(status=200)


@router.get(f"{ONE}/snippet", summary="BIM 片段的文件")
def get_snippet(request: HttpRequest, project_id: str, guid: UUID) -> Any:
    topic = topic_of(request, project_id, guid)
    if topic.snippet_file is None:
        raise NotThere()
    return file_answer(topic.snippet_file)


@router.put(f"{ONE}/snippet", response=TopicOut, exclude_none=True, summary="上传 BIM 片段的文件")
def put_snippet(request: HttpRequest, project_id: str, guid: UUID) -> Any:
    topic = topic_of(request, project_id, guid)
    name, content = uploaded(request, (topic.snippet or {}).get("reference") or "snippet")
    return topic_json(actions.put_snippet(topic, content, name, by=account(request)))


@router.get(f"{ONE}/files", response=list[HeaderFileOut], exclude_none=True, summary="议题所指的模型")
def get_files(request: HttpRequest, project_id: str, guid: UUID) -> Any:
    return topic_of(request, project_id, guid).files


@router.put(f"{ONE}/files", response=list[HeaderFileOut], exclude_none=True, summary="改议题所指的模型")
def put_files(request: HttpRequest, project_id: str, guid: UUID, body: list[HeaderFile]) -> Any:
    files = [
        {name: value for name, value in item.dict().items() if value and name != "date"}
        | ({"date": time_text(item.date)} if item.date else {})
        | {"is_external": True}
        for item in body
    ]
    return actions.set_files(topic_of(request, project_id, guid), files, by=account(request)).files


@router.get(f"{ONE}/related_topics", response=list[RelatedTopic], summary="相关议题")
def get_related(request: HttpRequest, project_id: str, guid: UUID) -> Any:
    return [{"related_topic_guid": other} for other in topic_of(request, project_id, guid).related]


@router.put(f"{ONE}/related_topics", response=list[RelatedTopic], summary="改相关议题")
def put_related(request: HttpRequest, project_id: str, guid: UUID, body: list[RelatedTopic]) -> Any:
    related = [item.related_topic_guid for item in body]
    topic = actions.set_related(topic_of(request, project_id, guid), related, by=account(request))
    return [{"related_topic_guid": other} for other in topic.related]


@router.get(f"{ONE}/document_references", response=list[DocumentReferenceOut], exclude_none=True, summary="所引文档")
def get_references(request: HttpRequest, project_id: str, guid: UUID) -> Any:
    return topic_of(request, project_id, guid).document_references


@router.post(f"{ONE}/document_references", response={201: DocumentReferenceOut}, exclude_none=True, summary="引用一份文档")
def post_reference(request: HttpRequest, project_id: str, guid: UUID, body: DocumentReferenceIn) -> Any:
    topic = topic_of(request, project_id, guid)
    item = _reference(body, body.guid or uuid.uuid4())
    actions.set_references(topic, [*topic.document_references, item], by=account(request))
    return Status(201, item)


@router.put(f"{ONE}/document_references/{{uuid:reference}}", response=DocumentReferenceOut, exclude_none=True, summary="改引用")
def put_reference(request: HttpRequest, project_id: str, guid: UUID, reference: UUID, body: DocumentReferenceIn) -> Any:
    topic = topic_of(request, project_id, guid)
    if all(item["guid"] != str(reference) for item in topic.document_references):
        raise NotThere()
    changed = _reference(body, reference)
    kept = [changed if item["guid"] == str(reference) else item for item in topic.document_references]
    actions.set_references(topic, kept, by=account(request))
    return changed


def _reference(body: DocumentReferenceIn, guid: UUID) -> dict[str, Any]:
    values = {
        "guid": str(guid),
        "document_guid": str(body.document_guid) if body.document_guid else None,
        "url": body.url,
        "description": body.description,
    }
    return {name: value for name, value in values.items() if value}
