"""REST for the intake door: rows in one call, and what became of a batch."""

from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from hezhu.core.access.models import User
from hezhu.core.access.scoping import found
from hezhu.core.errors import NotThere
from hezhu.core.intake import actions
from hezhu.core.intake.models import Batch
from hezhu.core.intake.tally import tally
from hezhu.core.intake.waiting import visible_batches
from hezhu.core.register.declare import registers

router = Router(tags=["intake"])


class RowsIn(Schema):
    source: str = Field("接口", max_length=60, description="来源，记在每一行上")
    rows: list[dict[str, Any]] = Field(..., description="每行一个对象，键为字段名或列名，最多 10,000 行")


class ProblemOut(Schema):
    field: str
    label: str
    value: str
    rule: str
    reason: str
    suggestion: str | None
    basis: str


class RefusedOut(Schema):
    line: int
    state: str
    raw: dict[str, str | None]
    problems: list[ProblemOut]


class BatchOut(Schema):
    id: int
    number: str
    slug: str
    source: str
    state: str
    total: int
    inserted: int
    updated: int
    unchanged: int
    quarantined: int
    created_at: datetime


def _out(batch: Batch) -> dict[str, Any]:
    names = ("id", "number", "source", "state", "total", "inserted", "updated", "unchanged", "created_at")
    return {name: getattr(batch, name) for name in names} | {
        "slug": batch.register,
        "quarantined": sum(rows for state, rows in tally(batch)["states"].items() if state != "replayed"),
    }


@router.post("/{slug}/rows", response={201: BatchOut}, summary="整批送入，合格的入库，其余隔离")
def take_in(request: HttpRequest, slug: str, body: RowsIn) -> Status:
    register = registers.get(slug)
    if register is None:
        raise NotThere()
    return Status(201, _out(actions.take_in(register, body.rows, by=cast(User, request.user), source=body.source)))


@router.get("/batches/{pk}", response=BatchOut, summary="一批的去处")
def read_batch(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _out(found(visible_batches(request.user), pk=pk))


@router.get("/batches/{pk}/refused", response=list[RefusedOut], summary="一批中被隔离的行和原因")
def read_refused(request: HttpRequest, pk: int, after: int = 0, limit: int = 200) -> list[dict[str, Any]]:
    rows = found(visible_batches(request.user), pk=pk).quarantine.filter(line__gt=after)[: min(limit, 1000)]
    return [{"line": row.line, "state": row.state, "raw": row.raw, "problems": row.present_problems} for row in rows]
