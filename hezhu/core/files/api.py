"""Files over the API: what is kept, and its content."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from ninja import Router, Schema
from pydantic import Field

from hezhu.core.access.scoping import found
from hezhu.core.files.models import Attachment
from hezhu.core.files.views import serve

router = Router(tags=["文件"])


class FileOut(Schema):
    id: int
    name: str
    purpose: str
    division: str
    size: int = Field(alias="file.size", description="字节")
    media_type: str = Field(alias="file.media_type")
    sha256: str = Field(alias="file.sha256")
    sm3: str = Field(alias="file.sm3", description="GB/T 32905-2016")
    created_at: datetime


@router.get("/{int:pk}", response=FileOut, summary="一个文件的名称、大小与校验值")
def get_file(request: HttpRequest, pk: int) -> Any:
    return found(Attachment.objects.visible_to(request.user).select_related("file"), pk=pk)


@router.get("/{int:pk}/content", summary="文件内容", openapi_extra={"responses": {200: {"description": "文件内容，支持 Range"}}})
def get_content(request: HttpRequest, pk: int) -> HttpResponseBase:
    return serve(request, found(Attachment.objects.visible_to(request.user).select_related("file"), pk=pk))
