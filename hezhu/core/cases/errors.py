"""What a case refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import BadInput, Refusal


class NoSuchMove(Refusal):
    code = "case-move"
    title = _("现在不能做这一步")
    message = _("办件 %(number)s 现在是“%(state)s”，不能“%(move)s”。刷新页面看最新状态。")


class MovedMeanwhile(Refusal):
    code = "case-moved"
    title = _("办件已被他人办理")
    message = _("您打开页面后，%(by)s 已于 %(at)s 办理“%(move)s”，您的操作没有执行。请核对后再办。")


class TextMissing(BadInput):
    code = "case-text"
    message = _("“%(move)s”须写明%(what)s。")


class OpinionsOutstanding(Refusal):
    code = "case-opinions"
    title = _("协办意见未齐")
    message = _("还有 %(count)d 个单位没有答复：%(units)s。催办，或取消征求后再办。")


class AlreadyAnswered(Refusal):
    code = "case-answered"
    message = _("这项意见已经答复或已取消，没有重复记录。")


class NoSuchAnswer(BadInput):
    code = "case-answer"
    message = _("答复须是 %(known)s 之一。")


class CannotHandOver(Refusal):
    code = "case-hand-over"
    message = _("%(who)s 不能接办这件：须是有权办理、管辖该区划的在用账号。")


class NobodyToAsk(BadInput):
    code = "case-ask"
    message = _("没有选征求意见的单位，或所选单位不能办理这类征求。")


class CannotFollow(Refusal):
    code = "case-follow"
    message = _("不能接着 %(number)s 重新申请：须是本单位同一事项、已经办结的办件。")


class NoAgencies(Refusal):
    code = "case-agencies"
    message = _("%(missing)s 在平台上没有对应的部门，一个单位也没有征求。请在“征求意见”里自选单位，或由管理员登记部门。")
