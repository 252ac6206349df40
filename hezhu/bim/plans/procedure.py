"""The procedure of BIM报建: states, moves, what each move checks and does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.bim.plans import archive, errors
from hezhu.bim.plans.intake import lacking
from hezhu.bim.plans.models import PlanVersion
from hezhu.bim.plans.shown import panel_context, sheet_rows
from hezhu.core.access.models import User
from hezhu.core.cases.declare import Clock, Move, Party, Procedure, Said, State, procedures
from hezhu.core.cases.documents import Paper, issue, revoke
from hezhu.core.cases.limits import agencies, expiry, time_limit
from hezhu.core.cases.models import Case, CaseDocument, CaseTask
from hezhu.core.cases.opinions import agency_standings
from hezhu.core.numbering import add_series
from hezhu.engines.findings import Verdict
from hezhu.registers.documents.models import Document

NUMBERS = add_series("bim-plan", "BJ-{year}-{number:04d}")
APPROVALS = add_series("bim-plan-approval", "BJP-{year}-{number:04d}")
SLUG = "bim-plan"


def _again(case: Case, user: User) -> str | None:
    """The form of a new application filled in from this one."""
    if not user.may("plans.apply"):
        return None
    return f"{reverse('plans:apply', args=[case.plan.project.number])}?{urlencode({'from': case.number})}"


def _version(case: Case) -> PlanVersion:
    version = case.plan.latest
    assert version is not None  # an application is opened together with its first version
    return version


def _checked(case: Case, by: User, said: Said) -> None:
    """The machine has looked at the latest version."""
    version = _version(case)
    if version.is_running:
        raise errors.StillChecking(version=version.number)
    if version.failed:
        raise errors.NotChecked(version=version.number, reason=version.failure or _("机审中断。"))


def _new_version(case: Case, by: User, said: Said) -> None:
    """There is a version newer than the request to change, and it does not lack what every model must have."""
    version = _version(case)
    asked = case.steps.filter(target=case.state).last()
    if asked is not None and version.submitted_at < asked.at:
        raise errors.NothingNew()
    missing = lacking(version.summary.get("intake", []))
    if missing:
        raise errors.IntakeLacking(version=version.number, count=len(missing), items="、".join(item["title"] for item in missing))


def _sound(case: Case, by: User, said: Said) -> None:
    """Nothing fails and every agency was asked, or the officer writes on what ground it is approved nevertheless."""
    _checked(case, by, said)
    if said.text.strip():
        return
    failing = int(_version(case).counts.get(Verdict.FAIL.value, 0))
    if failing:
        raise errors.FailingFigures(count=failing, problems=[{"field": "text", "reason": _("没有写明依据")}])
    unasked = [str(one.agency.label) for one in agency_standings(case) if one.task is None]
    if unasked:
        raise errors.AgenciesNotAsked(
            agencies="、".join(unasked), problems=[{"field": "text", "reason": _("没有写明不征求的理由")}]
        )


def _paper(case: Case, by: User, said: Said, former: CaseDocument | None = None) -> Paper:
    """The opinion; in place of ``former`` it says what was corrected and keeps the conditions."""
    version = _version(case)
    project = case.plan.project
    return Paper(
        title=_("BIM报建审查意见书"),
        facts=[
            (_("项目"), project.name),
            (_("工程项目编号"), project.number),
            (_("申请单位"), case.unit.name),
            (_("规划条件"), version.conditions.get("document", _("未核发，按城市规定"))),
            (_("模型版本"), _("第 %(version)d 版") % {"version": version.number}),
            (_("模型文件 SHA-256"), version.site_model.file.sha256),
        ],
        paragraphs=[
            _("经审查，该工程报建模型第 %(version)d 版的规划指标如下表，同意按此版本实施。") % {"version": version.number},
            *(_corrected(former, said) if former else _conditions(case, said)),
        ],
        head=[_("指标"), _("要求"), _("申报"), _("模型量得")],
        rows=[[row.title, row.required, row.declared, row.measured] for row in sheet_rows(version)],
        signers=[(_("承办人"), str(by)), (_("审核"), ""), (_("签发"), "")],
        foot=_("规则包 %(pack)s；其中标“待核”的限值尚未与正式文本核对。") % {"pack": case.plan.pack},
        filed_as=Document.Kind.OPINION,
        stage=Document.Stage.SCHEME,
        conditions=former.content.get("conditions", ()) if former else _all_conditions(case, said),
    )


def _own_conditions(said: Said) -> list[str]:
    return [said.text.strip()] if said.text.strip() else []


def _all_conditions(case: Case, said: Said) -> list[str]:
    of_agencies = [f"{task.text}（{task.unit}）" for task in _answered(case, CaseTask.Answer.CONDITIONS)]
    return [*_own_conditions(said), *of_agencies]


def _corrected(former: CaseDocument, said: Said) -> Iterator[str]:
    """What was corrected, then the conditions as they were attached."""
    for text in _own_conditions(said):
        yield _("更正说明：%(text)s") % {"text": text}
    if conditions := former.content.get("conditions"):
        yield _("审查意见和附加条件：")
        for number, condition in enumerate(conditions, start=1):
            yield f"{number}. {condition}"


def _answered(case: Case, *answers: str) -> list[CaseTask]:
    """The agencies' opinions with one of these answers, in the order they were asked."""
    rows = case.tasks.filter(kind=CaseTask.Kind.OPINION, answer__in=answers).select_related("unit")
    return list(rows.order_by("id"))


def _conditions(case: Case, said: Said) -> Iterator[str]:
    """The officer's words, then what the agencies attach as conditions, numbered, then how each of them answered."""
    for text in _own_conditions(said):
        yield _("审查意见和附加条件：%(text)s") % {"text": text}
    if conditions := _answered(case, CaseTask.Answer.CONDITIONS):
        yield _("实施时须落实协办部门的下列条件：")
        for number, task in enumerate(conditions, start=1):
            yield f"{number}. {task.text}（{task.unit}）"
    others = _answered(case, *(answer for answer in CaseTask.Answer.values if answer != CaseTask.Answer.CONDITIONS))
    if others:
        said_by = [f"{task.unit} {task.get_answer_display()}{'：' + task.text if task.text else ''}" for task in others]
        yield _("其他协办意见：%(opinions)s。") % {"opinions": "；".join(said_by)}


def _approve(case: Case, by: User, said: Said) -> Mapping[str, Any]:
    document = issue(case, _paper(case, by, said), by=by, series=APPROVALS, issuer=by.unit)
    filed = archive.hand_in(_version(case))
    return {"document": document.number, "version": _version(case).number, "deposits": len(filed)}


def _correct(case: Case, by: User, said: Said) -> Mapping[str, Any]:
    """A new document in place of the one that stands."""
    former = case.documents.filter(replaced_by=None, revoked_at=None).last()
    document = issue(case, _paper(case, by, said, former), by=by, series=APPROVALS, issuer=by.unit, replaces=former)
    return {"document": document.number, "replaces": former.number if former else ""}


def _revoke(case: Case, by: User, said: Said) -> Mapping[str, Any]:
    """Every document of the case ceases to stand."""
    standing = list(case.documents.filter(replaced_by=None, revoked_at=None))
    for document in standing:
        revoke(document, by=by, reason=said.text)
    return {"revoked": [document.number for document in standing]}


_RECEIVING, _WORKING = ("received",), ("examining",)
_REASON = gettext_lazy("理由")

PLAN_APPROVAL = procedures.add(
    Procedure(
        slug=SLUG,
        label=gettext_lazy("BIM报建"),
        series=NUMBERS,
        nav="bim",
        parties=(
            Party("applicant", gettext_lazy("申请单位"), "plans.apply"),
            Party("officer", gettext_lazy("规划主管部门"), "plans.decide", office=True),
            Party("agency", gettext_lazy("协办部门"), "plans.advise"),
        ),
        states=(
            State("checking", gettext_lazy("机审中"), Clock.NOT_STARTED, ("applicant",)),
            State(
                "lacking", gettext_lazy("资料待齐"), Clock.NOT_STARTED, ("applicant",), lamp="watch",
                expires_after=expiry(SLUG, "lacking"), expires_to="lapsed",
            ),
            State("received", gettext_lazy("待受理"), Clock.NOT_STARTED, ("officer",), days=time_limit(SLUG, "receive").days),
            State(
                "completing", gettext_lazy("待补正"), Clock.NOT_STARTED, ("applicant",), lamp="watch",
                expires_after=expiry(SLUG, "completing"), expires_to="lapsed",
            ),
            State("examining", gettext_lazy("审查中"), Clock.RUNS, ("officer",)),
            State(
                "changing", gettext_lazy("待修改"), Clock.PAUSED, ("applicant",), lamp="watch",
                expires_after=expiry(SLUG, "changing"), expires_to="lapsed",
            ),
            State("approved", gettext_lazy("已批准"), Clock.ENDED, lamp="done"),
            State("refused", gettext_lazy("不予批准"), Clock.ENDED, lamp="late"),
            State("withdrawn", gettext_lazy("已撤回"), Clock.ENDED, lamp="late"),
            State("revoked", gettext_lazy("已撤销"), Clock.ENDED, lamp="late"),
            State("lapsed", gettext_lazy("逾期终止"), Clock.ENDED, lamp="late"),
        ),
        moves=(
            Move("ready", gettext_lazy("资料齐全，转受理"), ("checking",), "received", (), automatic=True),
            Move("lack", gettext_lazy("资料不齐，退申请单位"), ("checking",), "lacking", (), automatic=True),
            Move("recheck", gettext_lazy("提交新版本"), ("lacking",), "checking", (), automatic=True),
            Move("accept", gettext_lazy("受理"), _RECEIVING, "examining", ("officer",), check=_checked, tone="primary"),
            Move(
                "complete", gettext_lazy("告知补正"), _RECEIVING, "completing", ("officer",),
                text="required", text_label=gettext_lazy("需要补正的全部内容"), note=gettext_lazy("须一次告知全部内容。"),
            ),
            Move("completed", gettext_lazy("补正完毕"), ("completing",), "received", ("applicant",), check=_new_version, tone="primary"),
            Move(
                "change", gettext_lazy("要求修改"), _WORKING, "changing", ("officer",),
                text="required", text_label=gettext_lazy("修改要求"), note=gettext_lazy("修改期间停止计时。"),
            ),
            Move("changed", gettext_lazy("修改完毕"), ("changing",), "examining", ("applicant",), check=_new_version, tone="primary"),
            Move(
                "approve", gettext_lazy("批准"), _WORKING, "approved", ("officer",), check=_sound, effect=_approve,
                waits_for_opinions=True, text="optional", text_label=gettext_lazy("意见和附加条件"), tone="primary",
                note=gettext_lazy("出具带编号和二维码的审查意见书。仍有不符合项时须写明依据。"),
            ),
            Move(
                "refuse", gettext_lazy("不予批准"), _WORKING, "refused", ("officer",),
                text="required", text_label=_REASON, waits_for_opinions=True, tone="refuse",
            ),
            Move(
                "withdraw", gettext_lazy("撤回申请"), ("checking", "lacking", "received", "completing", "examining", "changing"), "withdrawn",
                ("applicant",), text="required", text_label=_REASON, tone="refuse",
            ),
            Move(
                "appeal", gettext_lazy("申请复核"), ("refused",), "examining", ("applicant",),
                text="required", text_label=gettext_lazy("复核理由"),
            ),
            Move(
                "correct", gettext_lazy("更正文书"), ("approved",), "approved", ("officer",),
                text="required", text_label=gettext_lazy("更正内容"), effect=_correct,
                note=gettext_lazy("出具新的审查意见书，原文书标为已被替代。"),
            ),
            Move(
                "revoke", gettext_lazy("撤销批准"), ("approved",), "revoked", ("officer",),
                text="required", text_label=_REASON, effect=_revoke, tone="refuse",
            ),
        ),
        start="checking",
        opened_by="applicant",
        limit=time_limit(SLUG),
        asks=("agency", "officer"),
        panel="bim/plans/_panel.html",
        panel_context=panel_context,
        agencies=agencies(SLUG),
        again=_again,
    )
)  # fmt: skip
