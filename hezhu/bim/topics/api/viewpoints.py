"""Viewpoints of a topic, their pictures and components."""

from __future__ import annotations

import json
import uuid
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from hezhu.bim.topics import errors, rights, viewing
from hezhu.bim.topics.api.asked import account, topic_of
from hezhu.bim.topics.api.bodies import Json
from hezhu.bim.topics.api.files import file_answer
from hezhu.bim.topics.models import Topic, TopicViewpoint
from hezhu.core.access.models import User
from hezhu.core.access.scoping import found
from hezhu.core.errors import NotThere
from hezhu.engines import bcf

router = Router(tags=["Viewpoints"])
ALL = "/projects/{project_id}/topics/{uuid:guid}/viewpoints"
ONE = f"{ALL}/{{uuid:view}}"


def view_json(row: TopicViewpoint, user: User | None = None) -> Json:
    """viewpoint_GET.json."""
    body = viewing.public_json(row)
    if user is not None:
        body["authorization"] = {"viewpoint_actions": ["delete"] if rights.may_delete(user, row.author) else []}
    return body


def posted_view(raw: bytes) -> bcf.Viewpoint:
    """The viewpoint of a request body. Raises ViewpointWrong."""
    try:
        return bcf.viewpoint_from_json(json.loads(raw), str(uuid.uuid4()))
    except (ValueError, RecursionError):
        raise errors.refused_view(bcf.BadPart("body", "不是有效的 JSON", "按 BCF API 3.0 的 viewpoint_POST 改正")) from None
    except bcf.BadPart as bad:
        raise errors.refused_view(bad) from None


@router.get(ALL, response=list[Json], summary="视点")
def list_views(request: HttpRequest, project_id: str, guid: UUID, includeAuthorization: bool = Query(False)) -> Any:
    topic = topic_of(request, project_id, guid)
    return [view_json(row, account(request) if includeAuthorization else None) for row in topic.viewpoints.all()]


@router.post(ALL, response={201: Json}, summary="新视点（viewpoint_POST）")
def post_view(request: HttpRequest, project_id: str, guid: UUID) -> Any:
    topic = topic_of(request, project_id, guid)
    return Status(201, view_json(viewing.add_view(topic.project, topic, posted_view(request.body), by=account(request))))


@router.get(ONE, response=Json, summary="一个视点")
def get_view(request: HttpRequest, project_id: str, guid: UUID, view: UUID, includeAuthorization: bool = Query(False)) -> Any:
    return view_json(_view(request, project_id, guid, view), account(request) if includeAuthorization else None)


@router.delete(ONE, response={200: None}, summary="删除视点")
def delete_view(request: HttpRequest, project_id: str, guid: UUID, view: UUID) -> Any:
    viewing.delete_view(_view(request, project_id, guid, view), by=account(request))
    return HttpResponse(status=200)


@router.get(f"{ONE}/snapshot", summary="快照")
def get_snapshot(request: HttpRequest, project_id: str, guid: UUID, view: UUID) -> Any:
    row = _view(request, project_id, guid, view)
    if row.snapshot is None:
        raise NotThere()
    return file_answer(row.snapshot)


@router.get(f"{ONE}/bitmaps/{{uuid:bitmap}}", summary="视点里的图片")
def get_bitmap(request: HttpRequest, project_id: str, guid: UUID, view: UUID, bitmap: UUID) -> Any:
    row = _view(request, project_id, guid, view)
    return file_answer(found(row.bitmaps.select_related("file__file"), guid=bitmap).file)


@router.get(f"{ONE}/selection", response=Json, summary="选中的构件")
def get_selection(request: HttpRequest, project_id: str, guid: UUID, view: UUID) -> Any:
    return {"selection": _components(_view(request, project_id, guid, view)).get("selection", [])}


@router.get(f"{ONE}/coloring", response=Json, summary="着色的构件")
def get_coloring(request: HttpRequest, project_id: str, guid: UUID, view: UUID) -> Any:
    return {"coloring": _components(_view(request, project_id, guid, view)).get("coloring", [])}


@router.get(f"{ONE}/visibility", response=Json, summary="可见性")
def get_visibility(request: HttpRequest, project_id: str, guid: UUID, view: UUID) -> Any:
    return {"visibility": _components(_view(request, project_id, guid, view)).get("visibility", {"default_visibility": True})}


def _components(row: TopicViewpoint) -> Json:
    return row.content.get("components") or {}


def _view(request: HttpRequest, project_id: str, guid: UUID, view: UUID) -> TopicViewpoint:
    topic: Topic = topic_of(request, project_id, guid)
    return found(topic.viewpoints.select_related("snapshot__file", "project", "topic"), guid=view)
