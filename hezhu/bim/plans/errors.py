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
