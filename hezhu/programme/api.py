"""The programme over the API: requirements with their lights, targets, monthly reports."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from hezhu.core.access.models import Unit
from hezhu.core.access.scoping import found, require
from hezhu.core.files.models import Attachment
from hezhu.programme import dates
from hezhu.programme.actions import ReportContent, save_draft, submit_report
from hezhu.programme.instances import instances_on
from hezhu.programme.models import MonthlyReport, Requirement, RequirementInstance, Target
from hezhu.programme.standing import Standing, standings

router = Router(tags=["试点任务"])


class UnitRole(Schema):
    unit: str
    role: str = Field(description="lead 牵头、co 配合、data 数据提供、body 仅正文列名、county 县（市、区）政府")


class RequirementOut(Schema):
    code: str
    number: str = Field(description="附件序号，如 31、2-1")
    category: str
    text: str = Field(description="任务要求原文")
    due_text: str
    is_annual: bool
    units_text: str = Field(description="责任单位原文")
    units: list[UnitRole]
    source_line: int
    body_section: str
    body_lines: list[int]
    discrepancies: list[str]
    targets: list[str]


class AnswerOut(Schema):
    question: str
    yes: bool
    answer: str
    decisive: bool


class InstanceOut(Schema):
    code: str
    year: int | None
    lead_unit: str
    opens_on: date
    due_on: date
    light: str = Field(description="late 逾期、watch 预警、ok 正常、done 办结、open 待定")
    completion: float | None = Field(description="完成率，百分数；未知为空")
    elapsed: float = Field(description="时间进度，百分数")
    rule_version: int
    why: list[AnswerOut]
    closed_on: date | None


class TargetOut(Schema):
    code: str
    kind: str
    name: str
    quote: str
    op: str
    value: Decimal | None
    value_max: Decimal | None
    unit: str
    due_text: str
    lead_unit: str | None
    ambiguity: str
    basis: dict[str, Any] | None = Field(description="基期：mode、base_year、base_value；不需要或未设为空")


class ReportOut(Schema):
    id: int
    code: str = Field(alias="instance.requirement.code")
    year: int | None = Field(alias="instance.year")
    unit: str = Field(alias="unit.name")
    month: date
    progress: Decimal | None
    cumulative: Decimal | None
    text: str
    problems: str
    state: str = Field(description="draft 草稿、submitted 已报送、accepted 已接收、returned 已退回")
    submitted_at: datetime | None
    decision_reason: str


class ReportIn(Schema):
    code: str = Field(description="任务编码，如 JX-12")
    year: int | None = Field(None, description="每年任务的年度；空着取最新")
    month: date = Field(description="月份内任一天")
    unit: str | None = Field(None, description="代报单位名称，只有市试点办用")
    progress: Decimal | None = None
    cumulative: Decimal | None = None
    text: str = ""
    problems: str = ""
    evidence: list[int] = Field(default_factory=list, description="已上传附件的编号")
    draft: bool = Field(False, description="只存草稿")


class ReportFilters(Schema):
    code: str | None = None
    state: str | None = None
    month: date | None = None
    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0)


@router.get("/requirements", response=list[RequirementOut])
def requirements(request: HttpRequest) -> list[dict[str, Any]]:
    """The 33 requirements of the annex, word for word."""
    require(request.user, "programme.view")
    rows = Requirement.objects.visible_to(request.user).prefetch_related("bindings__unit")
    return [_requirement(row) for row in rows]


@router.get("/requirements/{code}", response=RequirementOut)
def requirement(request: HttpRequest, code: str) -> dict[str, Any]:
    """One requirement."""
    require(request.user, "programme.view")
    rows = Requirement.objects.visible_to(request.user).prefetch_related("bindings__unit")
    return _requirement(found(rows, code=code.upper()))


@router.get("/instances", response=list[InstanceOut])
def instances(request: HttpRequest, year: int | None = None) -> list[dict[str, Any]]:
    """Each requirement as it stands today: with ``year`` the yearly ones of that year, else the newest of each."""
    require(request.user, "programme.view")
    today = dates.today()
    rows: QuerySet[RequirementInstance] = instances_on(today)
    if year is not None:
        rows = RequirementInstance.objects.filter(year=year).select_related("requirement__lead_unit")
    judged = standings(rows, demo=request.user.is_demo, today=today)
    return [_instance(row) for row in judged.values()]


@router.get("/targets", response=list[TargetOut])
def targets(request: HttpRequest) -> list[dict[str, Any]]:
    """The 47 targets with the base period of those that need one."""
    require(request.user, "targets.view")
    rows = Target.objects.visible_to(request.user).select_related("lead_unit").prefetch_related("bases")
    return [_target(row, request.user.is_demo) for row in rows]


@router.get("/reports", response=list[ReportOut])
def reports(request: HttpRequest, filters: Query[ReportFilters]) -> QuerySet[MonthlyReport]:
    """Monthly reports within the account's scope, newest first; drafts stay with their unit."""
    require(request.user, "programme.view")
    rows = MonthlyReport.objects.visible_to(request.user).select_related("unit", "instance__requirement")
    drafts = rows.filter(state=MonthlyReport.State.DRAFT, unit=request.user.unit_id)
    rows = rows.exclude(state=MonthlyReport.State.DRAFT) | drafts
    if filters.code:
        rows = rows.filter(instance__requirement__code=filters.code.upper())
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.month:
        rows = rows.filter(month=dates.first_day(filters.month))
    return rows.order_by("-month", "-pk")[filters.offset : filters.offset + filters.limit]


@router.post("/reports", response={201: ReportOut})
def send_report(request: HttpRequest, content: ReportIn) -> Any:
    """Keep a draft or send a month's report."""
    require(request.user, "programme.report")
    instance = _find_instance(content.code, content.year)
    unit = found(Unit.objects.filter(bindings__requirement=instance.requirement), name=content.unit) if content.unit else None
    evidence = [found(Attachment.objects.visible_to(request.user), pk=number) for number in content.evidence]
    written = ReportContent(content.progress, content.cumulative, content.text, content.problems, evidence)
    act = save_draft if content.draft else submit_report
    with transaction.atomic():
        return Status(201, act(instance, content.month, written, by=request.user, unit=unit))


def _find_instance(code: str, year: int | None) -> RequirementInstance:
    rows = RequirementInstance.objects.filter(requirement__code=code.upper()).select_related("requirement__lead_unit")
    if year is not None:
        return found(rows, year=year)
    return found(rows.filter(opens_on__lte=dates.today()).order_by("-opens_on"))


def _requirement(row: Requirement) -> dict[str, Any]:
    plain = ("code", "number", "category", "text", "due_text", "is_annual", "units_text", "source_line", "body_section")
    return {
        **{name: getattr(row, name) for name in (*plain, "body_lines", "discrepancies")},
        "units": [{"unit": binding.unit.name, "role": binding.role} for binding in row.bindings.all()],
        "targets": row.target_refs,
    }


def _instance(row: Standing) -> dict[str, Any]:
    return {
        "code": row.instance.requirement.code,
        "year": row.instance.year,
        "lead_unit": row.unit.name,
        "opens_on": row.instance.opens_on,
        "due_on": row.instance.due_on,
        "light": row.light.value,
        "completion": row.completion,
        "elapsed": row.judgement.elapsed,
        "rule_version": row.judgement.rule.version,
        "why": [
            {"question": line.question, "yes": line.yes, "answer": line.answer, "decisive": line.decisive} for line in row.lines
        ],
        "closed_on": row.closure.closed_on if row.closure else None,
    }


def _target(row: Target, demo: bool) -> dict[str, Any]:
    basis = row.basis(demo=demo) if row.needs_basis else None
    plain = ("code", "kind", "name", "quote", "op", "value", "value_max", "unit", "due_text", "ambiguity")
    return {
        **{name: getattr(row, name) for name in plain},
        "lead_unit": row.lead_unit.name if row.lead_unit else None,
        "basis": {"mode": basis.mode, "base_year": basis.base_year, "base_value": str(basis.base_value)} if basis else None,
    }
