"""REST for every register: list with search, filters and pages; one row; add; change; history. Types come from the model.

Annotations are evaluated here (no postponed annotations): the schemas are made while the module loads.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema, Status
from pydantic import BaseModel, Field, create_model

from hezhu.core.access.scoping import found, require
from hezhu.core.errors import BadInput, NotThere
from hezhu.core.history.changes import changes_of
from hezhu.core.register import absence, actions, past
from hezhu.core.register.counted import count
from hezhu.core.register.declare import Register, registers
from hezhu.core.register.filters import filterset_of
from hezhu.core.register.links import COUNTED_UP_TO, permitted
from hezhu.core.register.origins import Origin, origins_of
from hezhu.core.register.values import held_as, masked, name_of

TYPES: tuple[tuple[type[models.Field], type], ...] = (
    (models.BooleanField, bool),
    (models.DateTimeField, datetime),
    (models.DateField, date),
    (models.DecimalField, Decimal),
    (models.IntegerField, int),
)
PAGE_LIMIT = 200
LINKED_SHOWN = 50


class NarrowFirst(BadInput):
    code = "narrow-first"
    title = _("先缩小范围")
    message = _("这类记录太多，先给出其中一个参数：%(names)s。")


class ChangeOut(Schema):
    at: datetime
    kind: str
    by: str
    reason: str
    source: str
    fields: list[tuple[str, str, str]]


class OriginOut(Schema):
    value: str
    kind: Literal["imported", "written", "undone", "unknown"]
    at: datetime
    by: str
    reason: str
    source: str
    batch: str
    file: str
    line: int | None
    undone: str


class CellOut(Schema):
    field: str
    label: str
    values: list[OriginOut] = Field(..., description="现值在前，此前的值在后；个人信息已脱敏")


class NotOnPastDay(BadInput):
    code = "not-on-past-day"
    title = _("过去某日不能这样查")
    message = _("as_of 只能是今日之前的日子（yyyy-MM-dd），列表用 as_of 时只能带 after、limit 和 order=id。")


class LinkedRow(Schema):
    id: int
    name: str


class LinksOut(Schema):
    slug: str
    label: str
    fields: list[str]
    count: int
    count_is_exact: bool
    rows: list[LinkedRow]


def register_routers() -> list[tuple[str, Router]]:
    """(prefix, router) of every declared register."""
    return [(f"/registers/{register.slug}", _router(register)) for register in registers]


def _python_type(field: Any) -> Any:
    if field.is_relation:
        return str
    if hasattr(field, "base_field"):
        return list[str]
    return next((python for kind, python in TYPES if isinstance(held_as(field), kind)), str)


def _row_schema(register: Register) -> type[BaseModel]:
    members: dict[str, Any] = {"id": (int, ...)}
    for field in register.fields():
        members[field.name] = (_python_type(field) | None, Field(None, description=str(field.verbose_name)))
    members["is_demo"] = (bool, Field(False, description="演示数据"))
    return create_model(f"{register.model.__name__}Row", __base__=BaseModel, **members)


def _write_schema(register: Register) -> type[Schema]:
    members: dict[str, Any] = {}
    for name in register.form_fields():
        field: Any = register.model._meta.get_field(name)
        members[name] = (_python_type(field) | None, Field(None, description=str(field.verbose_name)))
    members["reason"] = (str, Field("", description="变更理由"))
    return create_model(f"{register.model.__name__}Write", __base__=Schema, **members)


def _query_schema(register: Register) -> type[Schema]:
    members: dict[str, Any] = {"q": (str, Field("", description="在名称和编号中查找，至少两个字"))}
    for name, item in filterset_of(register).base_filters.items():
        members[name] = (str | None, Field(None, description=str(item.label)))
    members["after"] = (int | None, Field(None, description="上一页最后一行的 id；不填从头取"))
    members["limit"] = (int, Field(50, ge=1, le=PAGE_LIMIT))
    members["order"] = (Literal["id", "-id"], "-id")
    members["as_of"] = (
        date | None,
        Field(None, description="某日日终的样子，按变更记录还原；只能带 after 和 limit，按 id 从小到大"),
    )
    return create_model(f"{register.model.__name__}Query", __base__=Schema, **members)


def _as_data(register: Register, row: Any) -> dict[str, Any]:
    personal = register.personal_fields()
    data: dict[str, Any] = {"id": getattr(row, "pgh_obj_id", row.pk), "is_demo": row.is_demo}
    for field in register.fields():
        if not hasattr(row, field.attname):  # a column that the history does not keep
            continue
        value = _value(row, field)
        if field.name in personal:
            value = masked(value or "", field.kind)  # type: ignore[attr-defined]
        elif field.is_relation and value is not None:
            value = name_of(value)
        data[field.name] = value
    return data


def _value(row: Any, field: Any) -> Any:
    try:
        return getattr(row, field.name)
    except ObjectDoesNotExist:  # an old event leads to what is no longer there
        return None


def _origin_as_data(value: Origin) -> dict[str, Any]:
    names = ("value", "kind", "at", "by", "reason", "source", "batch", "line", "undone")
    return {name: getattr(value, name) for name in names} | {"file": value.told.file if value.told else ""}


def _past_day(day: date) -> date:
    if past.day_of(day.isoformat()) is None:
        raise NotOnPastDay()
    return day


def _list_on(register: Register, user: Any, params: dict[str, Any]) -> dict[str, Any]:
    """A page of the register as it stood on a past day; its total is not known."""
    day = _past_day(params["as_of"])
    if set(params) - {"as_of", "after", "limit", "order"}:
        raise NotOnPastDay()
    events = past.rows_on(register, user, day, after=params.get("after", 0), limit=params["limit"])
    rows = past.shown(register, events, user)
    return {
        "rows": [_as_data(register, row) for row in rows],
        "total": len(rows),
        "total_is_exact": False,
        "next_after": events[-1].pgh_obj_id if len(events) == params["limit"] else None,
    }


def _links(register: Register, pk: int, user: Any, day: date | None) -> list[dict[str, Any]]:
    """What the registers hold about a row, today or on a past day; the first rows of each."""
    row = found(register.rows(user), pk=pk)
    if day is not None:
        row = past.state_on(register, pk, _past_day(day)).event
        if row is None:
            raise NotThere()
    told = []
    for link in permitted(register, user):
        rows = past.linked_on(link, row, user, day) if day else list(link.rows(row, user).order_by("-pk")[:LINKED_SHOWN])
        count = len(rows) if day else link.count(row, user)
        most = past.MOST_ROWS if day else COUNTED_UP_TO
        told.append(
            {
                "slug": link.register.slug,
                "label": link.register.label,
                "fields": [name for name, _through in link.fields],
                "count": min(count, most),
                "count_is_exact": count <= most,
                "rows": [{"id": getattr(r, "pgh_obj_id", r.pk), "name": name_of(r)} for r in rows[:LINKED_SHOWN]],
            }
        )
    return [each for each in told if each["count"]]


def _router(register: Register) -> Router:
    router = Router(tags=[register.label])
    name = register.slug.replace("-", "_")
    row_schema, write_schema, query_schema = _row_schema(register), _write_schema(register), _query_schema(register)
    page_schema = create_model(
        f"{register.model.__name__}Page",
        __base__=BaseModel,
        rows=(list[row_schema], ...),  # type: ignore[valid-type]
        total=(int, ...),
        total_is_exact=(bool, ...),
        next_after=(int | None, None),
    )

    @router.get("/", response=page_schema, operation_id=f"{name}_list", summary=f"{register.label}：查询")
    def list_rows(request: HttpRequest, query: Query[query_schema]) -> Any:  # type: ignore[valid-type]
        require(request.user, register.permission("view"))
        params = {key: value for key, value in query.dict().items() if value not in (None, "")}  # type: ignore[attr-defined]
        if "as_of" in params:
            params.pop("order")
            return _list_on(register, request.user, params)
        seen = register.rows(request.user)
        if register.narrow_by and not any(params.get(name) for name in register.narrow_by):
            raise NarrowFirst(names=" / ".join(register.narrow_by))
        filters = filterset_of(register)(params, queryset=seen)
        rows = absence.chosen(register, filters.qs, params.get(absence.PARAMETER, ""))
        rows = register.find(rows, params.get("q", ""))
        total = count(rows)
        if "after" in params:
            rows = rows.filter(pk__gt=params["after"]) if params["order"] == "id" else rows.filter(pk__lt=params["after"])
        rows = register.drawn(rows, [field.name for field in register.fields()])
        page = list(rows.order_by(params["order"].replace("id", "pk"))[: params["limit"] + 1])
        shown = page[: params["limit"]]
        return {
            "rows": [_as_data(register, row) for row in shown],
            "total": total.rows,
            "total_is_exact": total.exact,
            "next_after": shown[-1].pk if len(page) > len(shown) else None,
        }

    @router.get("/{int:pk}", response=row_schema, operation_id=f"{name}_get", summary=f"{register.label}：一行")
    def get_row(request: HttpRequest, pk: int, as_of: date | None = None) -> Any:
        require(request.user, register.permission("view"))
        row = found(register.rows(request.user), pk=pk)
        if as_of is not None:
            row = past.state_on(register, pk, _past_day(as_of)).event
            if row is None:
                raise NotThere()
        return _as_data(register, row)

    @router.get(
        "/{int:pk}/links", response=list[LinksOut], operation_id=f"{name}_links", summary=f"{register.label}：其他库中的关联记录"
    )
    def links(request: HttpRequest, pk: int, as_of: date | None = None) -> Any:
        require(request.user, register.permission("view"))
        return _links(register, pk, request.user, as_of)

    @router.get(
        "/{int:pk}/changes", response=list[ChangeOut], operation_id=f"{name}_changes", summary=f"{register.label}：变更记录"
    )
    def changes(request: HttpRequest, pk: int) -> Any:
        require(request.user, register.permission("view"))
        row = found(register.rows(request.user), pk=pk)
        return [
            {
                "at": change.at,
                "kind": str(change.kind),
                "by": change.by,
                "reason": change.reason,
                "source": change.source,
                "fields": [(str(label), before, after) for label, before, after in change.fields],
            }
            for change in changes_of(register, row)
        ]

    @router.get(
        "/{int:pk}/origins", response=list[CellOut], operation_id=f"{name}_origins", summary=f"{register.label}：每一项的来历"
    )
    def origins(request: HttpRequest, pk: int) -> Any:
        require(request.user, register.permission("view"))
        row = found(register.rows(request.user), pk=pk)
        return [
            {
                "field": cell.field.name,
                "label": str(cell.field.verbose_name),
                "values": [_origin_as_data(value) for value in cell.values[::-1]],
            }
            for cell in origins_of(register, row, request.user)
        ]

    @router.post("/", response={201: row_schema}, operation_id=f"{name}_add", summary=f"{register.label}：新增")
    def add(request: HttpRequest, body: write_schema) -> Any:  # type: ignore[valid-type]
        data = body.dict(exclude_unset=True)  # type: ignore[attr-defined]
        reason = data.pop("reason", "") or "接口新增"
        row = actions.submit(register, data, by=request.user, reason=reason, source="接口")  # type: ignore[arg-type]
        return Status(201, _as_data(register, row))

    @router.patch("/{int:pk}", response=row_schema, operation_id=f"{name}_change", summary=f"{register.label}：修改")
    def change(request: HttpRequest, pk: int, body: write_schema) -> Any:  # type: ignore[valid-type]
        require(request.user, register.permission("change"))
        row = found(register.rows(request.user), pk=pk)
        data = body.dict(exclude_unset=True)  # type: ignore[attr-defined]
        reason = data.pop("reason", "") or "接口修改"
        row = actions.submit(register, data, by=request.user, row=row, reason=reason, source="接口")  # type: ignore[arg-type]
        return _as_data(register, row)

    return router
