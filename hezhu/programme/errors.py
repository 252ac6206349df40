"""What the programme refuses, each with its reason and the way out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.core.errors import BadInput, HezhuError, NotAllowed, Refusal


class Problems(BadInput):
    """Fields that cannot be used: ``problems`` lists field, message and remedy."""

    code = "programme-bad-input"
    message = gettext_lazy("有 %(count)s 处需要改正：%(first)s")

    def __init__(self, problems: list[dict[str, Any]]) -> None:
        first = f"{problems[0]['label']}：{problems[0]['message']}"
        super().__init__(problems=problems, count=len(problems), first=first)


def problem(field: str, label: Any, message: Any) -> dict[str, Any]:
    """One field that must be corrected."""
    return {"field": field, "label": str(label), "message": str(message)}


class NamedRefusal(NotAllowed):
    """Not allowed, with the units named: there is nothing to hide in who is bound by a public plan."""

    __str__ = HezhuError.__str__


class NotReporter(NamedRefusal):
    code = "not-the-reporting-unit"
    title = gettext_lazy("不是填报单位")
    message = gettext_lazy("这项任务由 %(units)s 填报，%(unit)s 不在其列。")


class OtherCounty(NamedRefusal):
    code = "other-county"
    title = gettext_lazy("不是本县（市、区）")
    message = gettext_lazy("县级分解由各县（市、区）自己做，您的账号属于 %(unit)s。")


class InstanceClosed(Refusal):
    code = "requirement-closed"
    title = gettext_lazy("任务已办结")
    message = gettext_lazy("%(task)s 已于 %(day)s 办结，不再填报。需要改动时由市试点办撤回办结。")


class NotClosed(Refusal):
    code = "requirement-not-closed"
    message = gettext_lazy("%(task)s 还没有办结，没有可以撤回的办结记录。")


class ReportLocked(Refusal):
    code = "report-locked"
    title = gettext_lazy("月报已报送")
    message = gettext_lazy("%(unit)s %(month)s 的月报已报送或已接收，不能再改。要改动，先由填报单位撤回，或由市试点办退回。")


class ReportNotSubmitted(Refusal):
    code = "report-not-submitted"
    message = gettext_lazy("%(unit)s %(month)s 的月报现为“%(state)s”，只有已报送的月报可以接收、退回或撤回。")


class OwnReport(Refusal):
    code = "own-report"
    title = gettext_lazy("不能审核自己填的月报")
    message = gettext_lazy("这份月报由您填写，请由本办另一个账号接收或退回。")


class ReasonNeeded(BadInput):
    code = "reason-needed"
    title = gettext_lazy("要写明理由")
    message = gettext_lazy("%(act)s 要写明理由，对方会看到。")


class SubTaskWithdrawn(Refusal):
    code = "subtask-withdrawn"
    message = gettext_lazy("子任务“%(title)s”已撤回，不能再改。")


class YearNotCovered(Refusal):
    code = "year-not-covered"
    message = gettext_lazy("规则从 %(first)s 年起开设年度任务，%(year)s 年不在其内。")


class DutyPeriodUnknown(BadInput):
    code = "duty-period-unknown"
    message = gettext_lazy("%(duty)s 没有“%(period)s”这一期。季度写作 2026Q3，年度写作 2026。")


class DutyAlreadyFiled(Refusal):
    code = "duty-already-filed"
    message = gettext_lazy("%(duty)s %(period)s 已于 %(day)s 报送。")


class BasisNotNeeded(Refusal):
    code = "basis-not-needed"
    message = gettext_lazy("%(target)s 不是“提高”类目标，不需要基期。")


class SharedPlan(NotAllowed):
    code = "shared-plan"
    title = gettext_lazy("演示账号不能改动方案")
    message = gettext_lazy("任务清单和年度实例由正式数据和演示数据共用，演示账号只能看。")


def month_name(month: Any) -> str:
    """2026年10月"""
    return _("%(year)s年%(month)s月") % {"year": month.year, "month": month.month}
