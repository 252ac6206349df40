"""Model versions over the API: list, upload, move, compare, and what a stage still lacks."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from hezhu.bim.life import actions, comparing, needing
from hezhu.bim.life.errors import MoveNotOpen
from hezhu.bim.life.kinds import Status as VersionStatus
from hezhu.bim.life.models import ModelVersion
from hezhu.bim.life.shown import sentences, visible_versions
from hezhu.bim.life.versions import Place
from hezhu.core.access.models import User
from hezhu.core.access.scoping import found, require
from hezhu.core.errors import NotThere
from hezhu.registers.projects.models import Project, UnitBuilding

router = Router(tags=["模型版本"])


class VersionOut(Schema):
    id: int
    project: str = Field(alias="project.number")
    building: str | None = Field(None, alias="building.code")
    stage: str = Field(
        description="scheme 方案、preliminary 初设、construction_drawing 施工图、detailing 深化、construction 施工、completion 竣工"
    )
    discipline: str
    number: int
    purpose: str
    status: str = Field(description="wip 工作中、shared 共享、published 出版、archived 存档")
    unit: str = Field(alias="unit.name")
    sha256: str = Field(alias="model_file.file.sha256")
    created_at: datetime
    prepared_at: datetime | None = None
    published_at: datetime | None = None
    trouble: str = Field(description="没有整理成功的原因；没有问题时为空")
    warnings: list[str] = Field(description="提醒：没有单位、没有坐标、与其他专业相距太远、阶段不符")

    @staticmethod
    def resolve_warnings(version: ModelVersion) -> list[str]:
        return sentences(version)


class UploadIn(Schema):
    project: str = Field(description="工程项目编号")
    building: str | None = Field(None, description="单体编号；不填为整个项目")
    stage: str
    discipline: str
    purpose: str = ""
    shared: bool = False


class MoveIn(Schema):
    to: str
    reason: str = ""


class DifferenceOut(Schema):
    counts: dict[str, int]
    unchanged: int
    rows: list[dict[str, Any]] = Field(
        description="构件：changes 变化、global_id、ifc_class、name、storey、before 原名或原编号、distance_m 移动距离"
    )


class LacksOut(Schema):
    failed: int
    met: int
    requirements: list[dict[str, Any]]


@router.get("/models/", response=list[VersionOut], summary="模型版本，最近的在前")
def list_versions(
    request: HttpRequest,
    project: str = "",
    stage: str = "",
    discipline: str = "",
    status: str = "",
    limit: int = Query(50, ge=1, le=500),
    offset: int = Query(0, ge=0),
) -> Any:
    given = {"project__number": project, "stage": stage, "discipline": discipline, "status": status}
    return (
        _versions(request)
        .filter(**{key: value for key, value in given.items() if value})
        .order_by("-id")[offset : offset + limit]
    )


@router.post("/models/", response={201: VersionOut}, summary="上传一版模型")
def upload_version(request: HttpRequest, said: Form[UploadIn], model: UploadedFile = File(...)) -> Any:  # noqa: B008 - ninja reads the default
    user = cast(User, request.user)
    require(user, "bim.submit")
    project = found(Project.objects.visible_to(user), number=said.project)
    building = None
    if said.building:
        building = found(UnitBuilding.objects.visible_to(user).filter(project=project), code=said.building)
    place = Place(project, building, said.stage, said.discipline)
    return Status(201, actions.upload_version(place, model, by=user, purpose=said.purpose, shared=said.shared))


@router.get("/models/{int:pk}/", response=VersionOut, summary="一个模型版本")
def get_version(request: HttpRequest, pk: int) -> Any:
    return found(_versions(request), pk=pk)


@router.post("/models/{int:pk}/status", response=VersionOut, summary="共享、出版或存档")
def move_version(request: HttpRequest, pk: int, move: MoveIn) -> Any:
    version = found(_versions(request), pk=pk)
    if move.to not in VersionStatus.values:
        raise MoveNotOpen(version=str(version), status=version.get_status_display(), to=move.to)
    actions.move(version, move.to, by=cast(User, request.user), reason=move.reason)
    return found(_versions(request), pk=pk)


@router.get("/models/{int:pk}/difference/{int:other}/", response=DifferenceOut, summary="两个版本的构件差异")
def get_difference(request: HttpRequest, pk: int, other: int) -> Any:
    rows = _versions(request)
    return comparing.differences(found(rows, pk=pk), found(rows, pk=other))


@router.get("/models/{int:pk}/needs/", response=LacksOut, summary="对照阶段信息要求还缺什么")
def get_lacks(request: HttpRequest, pk: int, stage: str = "") -> Any:
    version = found(_versions(request), pk=pk)
    if stage and stage not in ModelVersion.Stage.values:
        raise NotThere()
    lacks = needing.lacks(version, stage or None)
    if lacks is None:
        raise NotThere()
    return lacks


def _versions(request: HttpRequest) -> QuerySet[ModelVersion]:
    require(request.user, "bim.view")
    files = ("model_file__file", "prints_file__file", "tables_file__file")
    return visible_versions(request.user).select_related(*files)
