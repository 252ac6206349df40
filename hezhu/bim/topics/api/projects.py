"""Projects and their extensions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from hezhu.bim.models import ModelVersion
from hezhu.bim.topics import rights
from hezhu.bim.topics.api.asked import account, project_of
from hezhu.bim.topics.api.bodies import ExtensionsOut, FileInformation, ProjectOut
from hezhu.bim.topics.models import projects_of
from hezhu.bim.topics.wording import offered
from hezhu.core.access.scoping import require
from hezhu.core.errors import NotAllowed
from hezhu.registers.projects.models import Project

router = Router(tags=["Projects"])


class ProjectIn(Schema):
    name: str


@router.get("/projects", response=list[ProjectOut], exclude_none=True, summary="项目")
def list_projects(request: HttpRequest) -> Any:
    require(request.user, "bim.view")
    rows = projects_of(request.user).order_by("number").only("number", "name")
    return [_json(request, row) for row in rows]


@router.get("/projects/{project_id}", response=ProjectOut, exclude_none=True, summary="一个项目")
def get_project(request: HttpRequest, project_id: str) -> Any:
    return _json(request, project_of(request, project_id))


@router.put("/projects/{project_id}", response=ProjectOut, exclude_none=True, summary="改项目名称（在项目库里改，这里不收）")
def put_project(request: HttpRequest, project_id: str, body: ProjectIn) -> Any:
    """The name of a project is a record of the project register: nobody has the ``update`` flag here."""
    project_of(request, project_id)
    raise NotAllowed(permission="projects.change")


@router.get("/projects/{project_id}/extensions", response=ExtensionsOut, summary="项目的可选值和权限")
def get_extensions(request: HttpRequest, project_id: str) -> Any:
    project, user = project_of(request, project_id), account(request)
    return offered(project) | {
        "project_actions": rights.project_actions(user),
        "topic_actions": rights.topic_actions(user),
        "comment_actions": [],
    }


@router.get("/projects/{project_id}/files_information", response=list[FileInformation], exclude_none=True, summary="可引用的模型")
def files_information(request: HttpRequest, project_id: str) -> Any:
    """The model versions of the project that the account may see, latest first."""
    project = project_of(request, project_id)
    versions = ModelVersion.objects.visible_to(request.user).filter(project=project).select_related("model_file", "building")
    return [_information(version) for version in versions.order_by("-id")[:500]]


def _information(version: ModelVersion) -> dict[str, Any]:
    shown = (
        ("模型", version.model_file.name),
        ("版本", str(version)),
        ("状态", version.get_status_display()),
        ("上传", version.created_at.date().isoformat()),
    )
    return {
        "display_information": [{"field_display_name": name, "field_value": value} for name, value in shown],
        "file": {"filename": version.model_file.name, "reference": f"model-version-{version.pk}"},
    }


def _json(request: HttpRequest, row: Project) -> dict[str, Any]:
    actions = rights.project_actions(account(request))
    return {"project_id": row.number, "name": row.name, "authorization": {"project_actions": actions}}
