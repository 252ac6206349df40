"""What is refused of model versions, each with its sentence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import BadInput, Refusal


class UploadIncomplete(BadInput):
    code = "model-upload-incomplete"
    message = _("上传单有填写项需要改正，模型没有收下。")


class SameFile(Refusal):
    """``url`` leads to the version that already has the content."""

    code = "model-same-file"
    title = _("这个文件已经有了")
    message = _("文件内容与 %(version)s 完全相同，没有另存一版。")


class StillPreparing(Refusal):
    code = "model-preparing"
    title = _("还在整理")
    message = _("%(version)s 还在整理，完成后才能办这一步。")


class NotPrepared(Refusal):
    code = "model-not-prepared"
    title = _("模型没有整理成功")
    message = _("%(version)s 没有整理成功：%(reason)s 请改正后另传一版。")


class MoveNotOpen(Refusal):
    code = "model-move-not-open"
    title = _("不能这样改状态")
    message = _(
        "%(version)s 现在是“%(status)s”，不能改为“%(to)s”。版本只能向前走：工作中、共享、出版、存档；要改内容请另传一版。"
    )


class NewerPublished(Refusal):
    code = "model-newer-published"
    title = _("已出版更新的版本")
    message = _("%(newer)s 已经出版，较早的 %(version)s 不能再取代它。")


class UnderReview(Refusal):
    code = "model-under-review"
    title = _("还在审查")
    message = _("%(version)s 的审查 %(number)s 还没有出具意见，意见出具后才能办这一步。")


class ReviewReturned(Refusal):
    code = "model-review-returned"
    title = _("审查已退回")
    message = _("%(version)s 的审查 %(number)s 已退回，不能出版。请改正后另传一版送审。")


class ReasonMissing(BadInput):
    code = "model-reason-missing"
    message = _("存档一个已出版的版本须写明理由。")


class NotYourVersion(Refusal):
    code = "model-not-yours"
    status = 403
    title = _("不是您单位的版本")
    message = _("%(who)s可以办这一步。")


class NotComparable(BadInput):
    code = "model-not-comparable"
    message = _("只能比较同一单体、同一专业的两个版本。")


class NoPrints(Refusal):
    code = "model-no-prints"
    title = _("还不能比较")
    message = _("%(version)s 还没有构件特征：整理完成后才能比较。")


class PromisesOpen(Refusal):
    code = "bim-promises-open"
    title = _("还有承诺没有落实")
    message = _("施工图审查时提出的 %(count)d 项没有兑现或不能判断，不能通过。请逐项认定，或退回。")


class PromiseOpinionMissing(BadInput):
    code = "bim-promise-opinion-missing"
    message = _("认定一项承诺须写明意见。")
