"""Reviews over the API: submit a model, follow the case, read its findings, decide."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from hezhu.bim import actions, assembly_desk, desk
from hezhu.bim.actions import Submission
from hezhu.bim.life.api import router as versions
from hezhu.bim.models import CaseFinding, ReviewCase
from hezhu.bim.rulepacks import pack_choices, profile_choices
from hezhu.bim.wording import mark_of
from hezhu.core.access.models import User
from hezhu.core.access.scoping import found, require
from hezhu.core.errors import NotThere
from hezhu.registers.projects.models import Project, UnitBuilding

router = Router(tags=["BIM审查"])
router.add_router("", versions)


class CaseOut(Schema):
    number: str
    project: str = Field(alias="project.number")
    building: str | None = Field(None, alias="building.code")
    stage: str = Field(description="planning 报建、drawings 施工图、change 设计变更、completion 竣工")
    discipline: str = Field(
        description="site 总图、architecture 建筑、structure 结构、plumbing 给排水、hvac 暖通、electrical 电气、prefab 装配式"
    )
    version: int
    state: str = Field(description="queued、reviewing、awaiting_decision、returned、approved、failed、withdrawn")
    building_kind: str
    judged_on: date
    pack: str
    pack_version: str
    counts: dict[str, int] = Field(description="每种结论的项数：fail 不符合、manual 需人工、pass 符合、na 不适用")
    undecided: int
    rate: dict[str, Any] = Field(
        description="装配率：percent 百分数、is_lower_bound 是否下限、qualified 是否装配式建筑、grade 等级"
    )
    failure: str = Field(description="没有结论的原因；有结论时为空")
    submitted_at: datetime
    reviewed_at: datetime | None = None
    concluded_at: datetime | None = None
    conclusion: str


class FindingOut(Schema):
    id: int
    position: int
    key: str
    rule: str
    verdict: str
    title: str
    standard: str
    clause: str
    clause_text: str
    clause_confirmed: bool = Field(description="条文是否已对照正式出版的标准核过")
    severity: str
    measured: dict[str, Any] | None = None
    required: dict[str, Any] | None = None
    method: str
    missing: list[str]
    global_id: str
    ifc_class: str
    element_name: str
    storey: str
    shape: dict[str, Any] | None = None
    decision: str
    opinion: str
    decided_at: datetime | None = None
    mark: str = Field("", description="作决定时以 seen 回传；空为未决")

    @staticmethod
    def resolve_mark(row: CaseFinding) -> str:
        return mark_of(row)


class SubmissionIn(Schema):
    project: str = Field(description="工程项目编号")
    building: str | None = Field(None, description="单体编号；不填为整个项目")
    stage: str
    discipline: str = "architecture"
    building_kind: str = "unknown"
    judged_on: date = Field(description="按这一天有效的条文审查")
    pack: str | None = None
    profile: str | None = None


class AssemblyOut(Schema):
    number: str
    stage: str = Field(description="design 预评价、completion 竣工评价")
    rate: dict[str, Any]
    result: dict[str, Any] = Field(description="groups 三部分得分、items 逐项、conditions 判定条件、remarks 说明；没有机审过为空")


class ItemElementsOut(Schema):
    elements: list[dict[str, Any]] = Field(
        description="构件：global_id、storey、part（counted 计入分子、left_out 只计分母、silent 需人工）、numerator、denominator、basis 依据"
    )
    storeys: list[dict[str, Any]] = Field(description="各楼层的分子与分母")
    lacking: list[str] = Field(description="应补的属性")
    notes: list[str]


class DecisionIn(Schema):
    decision: str = Field(description="confirmed 确认、rejected 驳回、change_requested 要求补充；空为收回决定")
    opinion: str = ""
    seen: str | None = Field(None, description="读到这一项时的 mark；此间他人已作决定则拒绝，不写不查")


class CommentIn(Schema):
    text: str


class ConclusionIn(Schema):
    approve: bool
    opinion: str = ""


@router.get("/cases/", response=list[CaseOut], summary="审查件，最近的在前")
def list_cases(
    request: HttpRequest,
    state: str = "",
    project: str = "",
    limit: int = Query(50, ge=1, le=500),
    offset: int = Query(0, ge=0),
) -> Any:
    cases = _cases(request).defer("summary", "assembly").order_by("-id")
    if state:
        cases = cases.filter(state=state)
    if project:
        cases = cases.filter(project__number=project)
    return cases[offset : offset + limit]


@router.post("/cases/", response={201: CaseOut}, summary="送审一个模型")
def submit_case(
    request: HttpRequest,
    submission: Form[SubmissionIn],
    model: UploadedFile = File(...),  # noqa: B008 - ninja reads the default
    ids: list[UploadedFile] = File([]),  # noqa: B008
    sheet: UploadedFile | None = File(None),  # noqa: B008
) -> Any:
    user = _account(request)
    require(user, "bim.submit")
    project = found(Project.objects.visible_to(user), number=submission.project)
    building = None
    if submission.building:
        building = found(UnitBuilding.objects.visible_to(user).filter(project=project), code=submission.building)
    said = Submission(
        stage=submission.stage,
        discipline=submission.discipline,
        building_kind=submission.building_kind,
        judged_on=submission.judged_on,
        pack=submission.pack or pack_choices()[0][0],
        profile=submission.profile or profile_choices()[0][0],
        ids=ids,
        sheet=sheet,
    )
    return Status(201, actions.submit_model(project, building, model, by=user, submission=said))


@router.get("/cases/{number}/", response=CaseOut, summary="一个审查件")
def get_case(request: HttpRequest, number: str) -> Any:
    return found(_cases(request), number=number)


@router.get("/cases/{number}/assembly/", response=AssemblyOut, summary="装配率：逐项得分与判定")
def get_assembly(request: HttpRequest, number: str) -> Any:
    case = found(_cases(request), number=number)
    stage = "completion" if case.stage == ReviewCase.Stage.COMPLETION else "design"
    return {"number": case.number, "stage": stage, "rate": case.rate, "result": case.assembly.get("result") or {}}


@router.get("/cases/{number}/assembly/{item}/", response=ItemElementsOut, summary="一个评价项的构件与各楼层小计")
def get_assembly_item(request: HttpRequest, number: str, item: str) -> Any:
    case = found(_cases(request).select_related("content_file__file"), number=number)
    if item not in {row["id"] for row in (case.assembly.get("result") or {}).get("items", [])}:
        raise NotThere()
    return assembly_desk.opened(case, item)


@router.get("/cases/{number}/findings/", response=list[FindingOut], summary="审查发现，按阅读次序")
def list_findings(
    request: HttpRequest,
    number: str,
    tab: str = Query("all", description="all、undecided、fail、manual、pass、na"),
    storey: str = "",
    rule: str = "",
    after: int = Query(0, ge=0, description="从这个次序号之后起"),
    limit: int = Query(500, ge=1, le=5000),
) -> Any:
    case = found(_cases(request), number=number)
    selection = desk.Selection.of({"tab": tab, "storey": storey, "rule": rule})
    return selection.rows(case).filter(position__gt=after).order_by("position")[:limit]


@router.post("/cases/{number}/findings/{int:pk}/decision", response=FindingOut, summary="对一项作决定")
def decide(request: HttpRequest, number: str, pk: int, decision: DecisionIn) -> Any:
    finding = _finding(request, number, pk)
    return actions.decide_finding(
        finding, by=_account(request), decision=decision.decision, opinion=decision.opinion, seen=decision.seen
    )


@router.post("/cases/{number}/findings/{int:pk}/comments", response={201: None}, summary="对一项发表意见")
def comment(request: HttpRequest, number: str, pk: int, comment: CommentIn) -> Any:
    actions.comment(_finding(request, number, pk), by=_account(request), text=comment.text)
    return Status(201, None)


@router.post("/cases/{number}/conclusion", response=CaseOut, summary="出具审查意见")
def conclude(request: HttpRequest, number: str, conclusion: ConclusionIn) -> Any:
    case = found(_cases(request), number=number)
    return actions.conclude(case, by=_account(request), approve=conclusion.approve, opinion=conclusion.opinion)


@router.post("/cases/{number}/rerun", response=CaseOut, summary="重新机审")
def rerun(request: HttpRequest, number: str) -> Any:
    case = found(_cases(request), number=number)
    actions.rerun(case, by=_account(request))
    return found(_cases(request), number=number)


def _cases(request: HttpRequest) -> QuerySet[ReviewCase]:
    require(request.user, "bim.view")
    return ReviewCase.objects.visible_to(request.user).select_related("project", "building", "job")


def _finding(request: HttpRequest, number: str, pk: int) -> CaseFinding:
    case = found(_cases(request), number=number)
    return found(desk.current(case).select_related("case"), pk=pk)


def _account(request: HttpRequest) -> User:
    return cast(User, request.user)
