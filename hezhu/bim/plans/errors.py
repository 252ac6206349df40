"""What a plan application refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import BadInput, Refusal


class AlreadyApplied(Refusal):
    code = "plan-open"
    title = _("已有在办的报建")
    message = _("该项目已有在办的报建 %(number)s。补正、修改请在原办件中提交新版本。")


class StillChecking(Refusal):
    code = "plan-checking"
    title = _("机审还没有完成")
    message = _("第 %(version)d 版还在机审，完成后才能办这一步。")


class NotChecked(Refusal):
    code = "plan-unchecked"
    title = _("没有机审结果")
    message = _("第 %(version)d 版机审未完成：%(reason)s 请申请单位改正后提交新版本。")


class NothingNew(Refusal):
    code = "plan-nothing-new"
    title = _("没有新版本")
    message = _("自要求修改以来没有提交新版本。先在本页提交修改后的模型。")


class FailingFigures(Refusal):
    code = "plan-failing"
    title = _("还有不符合项")
    message = _("最新一版还有 %(count)d 项不符合。请写明仍予批准的依据，或要求修改。")


class FieldWrong(BadInput):
    code = "plan-field"
    message = _("申请表有需要改正的项。")


class IntakeLacking(Refusal):
    code = "plan-intake"
    title = _("模型资料不齐")
    message = _("第 %(version)d 版还缺 %(count)d 项必备内容：%(items)s。改正后提交新版本。")


class OldVersion(Refusal):
    code = "plan-old-version"
    title = _("已有更新的版本")
    message = _("您打开页面后已提交第 %(latest)d 版，您这次是接着第 %(seen)d 版改的，没有保存。请在最新一版的基础上提交。")


class AgenciesNotAsked(Refusal):
    code = "plan-agencies"
    title = _("协办部门没有征求")
    message = _("还没有征求 %(agencies)s 的意见。先征求，或写明不征求的理由。")
