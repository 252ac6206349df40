"""Cases over the API: what waits for me, the list, one case with its record, and the moves it allows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from hezhu.core.access.models import User
from hezhu.core.access.scoping import found
from hezhu.core.cases import actions
from hezhu.core.cases.declare import Said
from hezhu.core.cases.models import Case, CaseStep, CaseTask, available_moves

router = Router(tags=["办件"])


class CaseOut(Schema):
    number: str
    procedure: str
    title: str
    state: str
    state_label: str
    revision: int = Field(description="随每一步增长；办理时带上，防止覆盖他人的办理")
    due_on: date | None = None
    is_late: bool
    opened_at: datetime
    closed_at: datetime | None = None


class StepOut(Schema):
    kind: str
    label: str
    text: str
    at: datetime
    by: str = ""

    @staticmethod
    def resolve_by(row: CaseStep) -> str:
        return str(row.by or "")


class CaseDetail(CaseOut):
    moves: list[str] = Field(description="本账号现在可以办理的步骤")
    steps: list[StepOut]


class TaskOut(Schema):
    id: int
    kind: str
    title: str
    case: str
    due_on: date | None = None

    @staticmethod
    def resolve_case(row: CaseTask) -> str:
        return row.case.number


class MoveIn(Schema):
    move: str
    revision: int
    text: str = ""
    answers: dict[str, Any] = {}


@router.get("/", response=list[CaseOut], summary="看得到的办件，最近的在前")
def list_cases(
    request: HttpRequest, procedure: str = "", limit: int = Query(50, ge=1, le=500), offset: int = Query(0, ge=0)
) -> Any:
    rows = Case.objects.visible_to(request.user)
    return (rows.filter(procedure=procedure) if procedure else rows)[offset : offset + limit]


@router.get("/todo", response=list[TaskOut], summary="我的待办，最急的在前")
def todo(request: HttpRequest, limit: int = Query(50, ge=1, le=500), offset: int = Query(0, ge=0)) -> Any:
    return actions.waiting_for(request.user)[offset : offset + limit]


@router.get("/{number}", response=CaseDetail, summary="一件办件")
def get_case(request: HttpRequest, number: str) -> Any:
    return _detail(found(Case.objects.visible_to(request.user), number=number), request)


@router.post("/{number}/moves", response=CaseDetail, summary="办理一步")
def move_case(request: HttpRequest, number: str, body: MoveIn) -> Any:
    row = found(Case.objects.visible_to(request.user), number=number)
    said = Said(body.text, answers=body.answers)
    return _detail(actions.move(row, body.move, by=cast(User, request.user), seen=body.revision, said=said), request)


def _detail(row: Case, request: HttpRequest) -> dict[str, Any]:
    return {
        **CaseOut.from_orm(row).dict(),
        "moves": [move.key for move in available_moves(row, request.user)],
        "steps": list(row.steps.select_related("by")),
    }
