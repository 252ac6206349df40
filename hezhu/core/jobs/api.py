"""Background work over the API: what I started, how far it is, cancel it, try it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from hezhu.core.access.models import User
from hezhu.core.access.scoping import found
from hezhu.core.jobs import actions
from hezhu.core.jobs.models import Job

router = Router(tags=["后台任务"])


class JobOut(Schema):
    id: int
    kind: str
    title: str
    state: str = Field(description="waiting 排队中、running 处理中、done 已完成、failed 失败、cancelled 已取消")
    progress: float = Field(description="0 到 1")
    stage: str
    result: Any = None
    error_code: str
    error_message: str
    attempts: int
    url: str
    created_at: datetime
    finished_at: datetime | None = None


@router.get("/", response=list[JobOut], summary="我发起的后台任务，最近的在前")
def list_jobs(request: HttpRequest, limit: int = Query(50, ge=1, le=500), offset: int = Query(0, ge=0)) -> Any:
    return Job.objects.visible_to(request.user).filter(created_by=_account(request))[offset : offset + limit]


@router.get("/{int:pk}", response=JobOut, summary="一项后台任务的进度")
def get_job(request: HttpRequest, pk: int) -> Any:
    return found(Job.objects.visible_to(request.user), pk=pk)


@router.post("/{int:pk}/cancel", response=JobOut, summary="取消")
def cancel_job(request: HttpRequest, pk: int) -> Any:
    job: Job = found(Job.objects.visible_to(request.user), pk=pk)
    actions.cancel(job, by=_account(request))
    return job


@router.post("/{int:pk}/retry", response=JobOut, summary="重试")
def retry_job(request: HttpRequest, pk: int) -> Any:
    job: Job = found(Job.objects.visible_to(request.user), pk=pk)
    actions.retry(job, by=_account(request))
    return job


def _account(request: HttpRequest) -> User:
    return cast(User, request.user)
