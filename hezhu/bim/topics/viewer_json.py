"""What the viewer reads and writes: saved views and pins of topics, in the JSON of the BCF API."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hezhu.bim.topics import actions, errors, rights, viewing
from hezhu.bim.topics.models import Topic, TopicViewpoint
from hezhu.bim.topics.wording import is_closed, names_of
from hezhu.core.access.requests import SignedInRequest
from hezhu.core.access.scoping import found
from hezhu.engines import bcf
from hezhu.engines.bcf.values import time_text
from hezhu.registers.projects.models import Project

MOST = 5000


@require_http_methods(["GET", "POST"])
def viewpoints(request: SignedInRequest, number: str) -> JsonResponse:
    """The views of a project, newest first; POST keeps one, of a topic or of the project alone."""
    project = rights.project_for(request.user, number)
    rows = TopicViewpoint.objects.visible_to(request.user).filter(project=project).select_related("topic", "project")
    if request.method == "POST":
        body = _body(request)
        topic = None
        if body.get("topic"):
            topic = found(Topic.objects.visible_to(request.user).filter(project=project), guid=_guid(body["topic"], "topic"))
        title = str(body.get("title") or "")[:200]
        row = viewing.add_view(project, topic, _view(body.get("viewpoint")), by=request.user, title=title)
        return _answer(_view_row(row, names_of({row.author}, project, with_unit=False)), status=201)
    for name, lookup in (("topic", "topic__guid"), ("guid", "guid")):
        if text := request.GET.get(name, ""):
            rows = rows.filter(**{lookup: _guid(text, name)})
    kept = list(rows.order_by("-id")[:500])
    names = names_of({row.author for row in kept}, project, with_unit=False)
    return _answer({"viewpoints": [_view_row(row, names) for row in kept]})


@require_http_methods(["GET", "POST"])
def topics(request: SignedInRequest, number: str) -> JsonResponse:
    """The topics of a project as pins, newest first; ``?open=1`` leaves closed ones out. POST raises one, with a view if given."""
    project = rights.project_for(request.user, number)
    if request.method == "POST":
        return _answer(_raise(request, project), status=201)
    rows = Topic.objects.visible_to(request.user).filter(project=project)
    if request.GET.get("open"):
        statuses = rows.order_by().values_list("status", flat=True).distinct()
        rows = rows.exclude(status__in=[status for status in statuses if is_closed(status)])
    kept = list(rows.annotate(said=Count("comments")).order_by("-number")[:MOST])
    first: dict[int, tuple[Any, list[str]]] = {}
    views = TopicViewpoint.objects.filter(topic__in=[row.pk for row in kept]).values_list("topic_id", "guid", "global_ids")
    for topic_id, guid, global_ids in views:
        _view, selected = first.setdefault(topic_id, (guid, []))
        selected.extend(each for each in global_ids if each not in selected)
    return _answer({"topics": [_topic_row(row, project, *first.get(row.pk, (None, [])), row.said) for row in kept]})


def _raise(request: SignedInRequest, project: Project) -> dict[str, Any]:
    body = _body(request)
    view = _view(body["viewpoint"]) if body.get("viewpoint") else None
    words = {name: str(body.get(name) or "") for name in ("type", "status", "priority", "stage", "assigned_to", "description")}
    labels = [str(label) for label in body.get("labels") or []]
    with transaction.atomic():
        said = actions.Said(str(body.get("title") or ""), labels=labels, **words)
        topic = actions.raise_topic(project, said, by=request.user, point=_point(body.get("point")))
        row = viewing.add_view(project, topic, view, by=request.user, announced=False) if view is not None else None
    return _topic_row(topic, project, row.guid if row else None, row.global_ids if row else [], 0)


def _topic_row(row: Topic, project: Project, view: Any, global_ids: list[str], said: int) -> dict[str, Any]:
    return {
        "guid": str(row.guid),
        "number": row.label,
        "title": row.title,
        "type": row.type,
        "status": row.status,
        "priority": row.priority,
        "labels": row.labels,
        "assigned_to": row.assigned_to,
        "url": reverse("bim:topic", args=[project.number, row.number]),
        "global_ids": global_ids,
        "point": row.point,
        "viewpoint": str(view) if view else None,
        "comments": said,
    }


def _view_row(row: TopicViewpoint, names: dict[str, str]) -> dict[str, Any]:
    return {
        "guid": str(row.guid),
        "title": row.title,
        "topic": str(row.topic.guid) if row.topic is not None else None,
        "author": row.author,
        "author_name": names.get(row.author, row.author),
        "created_at": time_text(row.created_at),
        "snapshot_url": reverse("bim:viewpoint-snapshot", args=[row.project.number, row.guid]) if row.snapshot_id else None,
        "viewpoint": row.content,
    }


def _answer(body: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise errors.TopicWrong(problems=[{"field": "body", "reason": _("不是有效的 JSON")}])
    return body


def _view(body: Any) -> bcf.Viewpoint:
    try:
        return bcf.viewpoint_from_json(body, str(uuid.uuid4()))
    except bcf.BadPart as bad:
        raise errors.refused_view(bad) from None


def _guid(text: Any, field: str) -> uuid.UUID:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        raise errors.TopicWrong(problems=[{"field": field, "value": str(text)[:60], "reason": _("不是 GUID")}]) from None


def _point(value: Any) -> list[float] | None:
    if value is None:
        return None
    if (
        not isinstance(value, list)
        or len(value) != 3
        or not all(isinstance(each, int | float) and abs(each) < 1e9 for each in value)
    ):
        raise errors.TopicWrong(problems=[{"field": "point", "reason": _("应为三个数字（米）")}])
    return [float(each) for each in value]
