"""Documents of a project that topics refer to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from hezhu.bim.topics import actions
from hezhu.bim.topics.api.asked import account, project_of
from hezhu.bim.topics.api.bodies import DocumentOut
from hezhu.bim.topics.api.files import file_answer, uploaded
from hezhu.bim.topics.models import TopicDocument
from hezhu.core.access.scoping import found

router = Router(tags=["Documents"])
ALL = "/projects/{project_id}/documents"


@router.get(ALL, response=list[DocumentOut], summary="文档")
def list_documents(request: HttpRequest, project_id: str) -> Any:
    rows = TopicDocument.objects.visible_to(request.user).filter(project=project_of(request, project_id))
    return [_json(row) for row in rows]


@router.post(ALL, response={201: DocumentOut}, summary="上传文档")
def post_document(request: HttpRequest, project_id: str, guid: UUID | None = Query(None)) -> Any:  # noqa: B008 - ninja reads the default
    project = project_of(request, project_id)
    name, content = uploaded(request, "document")
    return Status(201, _json(actions.add_document(project, content, name, by=account(request), guid=guid)))


@router.get(f"{ALL}/{{uuid:guid}}", summary="一份文档")
def get_document(request: HttpRequest, project_id: str, guid: UUID) -> Any:
    rows = TopicDocument.objects.visible_to(request.user).filter(project=project_of(request, project_id))
    return file_answer(found(rows.select_related("file__file"), guid=guid).file)


def _json(row: TopicDocument) -> dict[str, str]:
    return {"guid": str(row.guid), "filename": row.filename}
