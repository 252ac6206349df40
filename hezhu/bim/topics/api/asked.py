"""What every address of the API asks first: the account, the project, the topic; and conditional requests."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.cache import set_response_etag
from django.utils.http import parse_etags
from ninja.responses import NinjaJSONEncoder

from hezhu.bim.topics import rights
from hezhu.bim.topics.errors import VersionMismatch
from hezhu.bim.topics.models import Topic
from hezhu.core.access.models import User
from hezhu.core.access.scoping import found
from hezhu.registers.projects.models import Project


def account(request: HttpRequest) -> User:
    return cast(User, request.user)


def project_of(request: HttpRequest, project_id: str) -> Project:
    return rights.project_for(request.user, project_id)


def topic_of(request: HttpRequest, project_id: str, guid: UUID) -> Topic:
    """The topic, within what the account may see; NotThere otherwise."""
    project = project_of(request, project_id)
    rows = Topic.objects.visible_to(request.user).select_related("project", "snippet_file__file")
    return found(rows, project=project, guid=guid)


def require_match(request: HttpRequest, *representations: Any) -> None:
    """Refuse a change when If-Match names none of the present representations (RFC 9110, 13.1.1)."""
    header = request.headers.get("If-Match", "")
    if not header or header.strip() == "*":
        return
    present = {_etag(body) for body in representations}
    if not present.intersection(parse_etags(header)):
        raise VersionMismatch()


def _etag(body: Any) -> str:
    """The entity tag that a GET of ``body`` carries."""
    import json

    response = HttpResponse(json.dumps(body, cls=NinjaJSONEncoder))
    return set_response_etag(response)["ETag"]
