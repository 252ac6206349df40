"""Elements over the API: what is tied to them, and tying more."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from hezhu.core.access.models import User
from hezhu.core.access.scoping import found, require
from hezhu.registers.projects.element_actions import link_elements, unlink_elements
from hezhu.registers.projects.elements import ElementLink
from hezhu.registers.projects.models import Project

router = Router(tags=["构件"])


class LinkOut(Schema):
    global_id: str
    kind: str = Field(description="lot 检验批、acceptance 验收记录、part 预制构件、document 文档、other 其他")
    target: str = Field(description="记录在其类别中的编号")
    title: str
    url: str
    added_at: datetime


class LinkIn(Schema):
    global_ids: list[str] = Field(description="构件的 GlobalId，一次最多 5000 个")
    kind: str
    target: str
    title: str
    url: str = Field("", description="本平台内的地址，以 / 开头")


class UnlinkIn(Schema):
    global_ids: list[str]
    kind: str
    target: str


class CountOut(Schema):
    count: int


@router.get("/{project}/links/", response=list[LinkOut], summary="项目构件的关联")
def list_links(
    request: HttpRequest,
    project: str,
    global_id: str = "",
    kind: str = "",
    target: str = "",
    limit: int = Query(200, ge=1, le=5000),
    offset: int = Query(0, ge=0),
) -> Any:
    rows = (
        ElementLink.objects.visible_to(request.user)
        .filter(project=_project(request, project))
        .order_by("global_id", "kind", "target")
    )
    given = {"global_id": global_id, "kind": kind, "target": target}
    return rows.filter(**{name: value for name, value in given.items() if value})[offset : offset + limit]


@router.post("/{project}/links/", response={201: CountOut}, summary="把一条记录关联到构件")
def add_links(request: HttpRequest, project: str, link: LinkIn) -> Any:
    user = cast(User, request.user)
    require(user, "elements.link")
    count = link_elements(
        _project(request, project), link.global_ids, kind=link.kind, target=link.target, title=link.title, url=link.url, by=user
    )
    return Status(201, {"count": count})


@router.post("/{project}/links/remove/", response=CountOut, summary="取消一条记录与构件的关联")
def remove_links(request: HttpRequest, project: str, link: UnlinkIn) -> Any:
    user = cast(User, request.user)
    require(user, "elements.link")
    return {"count": unlink_elements(_project(request, project), link.global_ids, kind=link.kind, target=link.target, by=user)}


def _project(request: HttpRequest, number: str) -> Project:
    require(request.user, "projects.view")
    row: Project = found(Project.objects.visible_to(request.user), number=number)
    return row
