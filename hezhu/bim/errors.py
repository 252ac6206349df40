"""What the review desk refuses, each with its sentence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import BadInput, Refusal


class SubmissionIncomplete(BadInput):
    code = "bim-submission-incomplete"
    message = _("送审单有填写项需要改正，模型没有收下。")


class VersionUnderReview(Refusal):
    code = "bim-version-under-review"
    message = _("%(number)s 还没有出具意见，同一单体同一阶段不能再送审。先撤回它，或等意见出具。")


class NotAwaitingDecision(Refusal):
    code = "bim-not-awaiting-decision"
    message = _("%(number)s 现在是“%(state)s”，只有“待决”的审查件可以作出决定。")


class NothingToDecide(Refusal):
    code = "bim-nothing-to-decide"
    message = _("这一项机审结论是“%(verdict)s”，不需要人工决定。")


class OpinionMissing(BadInput):
    code = "bim-opinion-missing"
    message = _("“%(decision)s”须写明意见。")


class CommentEmpty(BadInput):
    code = "bim-comment-empty"
    message = _("意见往来没有内容，没有保存。")


class QuestionRefused(BadInput):
    code = "bim-question-refused"
    message = _("没有查：%(reason)s")


class UndecidedFindings(Refusal):
    code = "bim-undecided-findings"
    message = _("还有 %(count)d 项未决，不能出具审查意见。")


class CannotApprove(Refusal):
    code = "bim-cannot-approve"
    message = _("有 %(count)d 项已确认不符合或要求补充，不能通过，只能退回。")


class StillRunning(Refusal):
    code = "bim-still-running"
    message = _("%(number)s 正在机审，完成或取消后再试。")


class AlreadyConcluded(Refusal):
    code = "bim-already-concluded"
    message = _("%(number)s 已是“%(state)s”，不能再改。")


class NotYours(Refusal):
    code = "bim-not-yours"
    status = 403
    message = _("只有提交单位或主管部门可以撤回 %(number)s。")


class RulePackUnknown(BadInput):
    code = "bim-pack-unknown"
    message = _("没有名为“%(name)s”的规则包。可用的有：%(known)s。")


class SheetUnusable(BadInput):
    code = "bim-sheet-unusable"
    message = _("装配率填报表不能用：%(reason)s")


class ReviewBroke(Refusal):
    """The engines' own process ended without a result: the model broke it, or it ran out of memory or time."""

    code = "bim-review-broke"
    status = 500
    message = _("机审程序在处理这个模型时中断（%(how)s），没有出具任何结论。可以重试；再次中断时请联系运维并附审查编号。")


class ModelRefused(Refusal):
    """The engines refused the model or an IDS file; ``reason`` is their own sentence."""

    code = "bim-model-refused"
    status = 422
    message = _("%(reason)s")


class PartOfDrawings(Refusal):
    code = "bim-part-of-drawings"
    title = _("属于审图办件")
    message = _("%(number)s 属于审图办件 %(case)s，意见和结论在办件中办理。")


class DecidedMeanwhile(Refusal):
    code = "finding-decided"
    title = _("已被他人决定")
    message = _("您打开页面后，%(by)s 已于 %(at)s 作出“%(decision)s”，您的决定没有执行。您写的内容还在，请核对后再办。")
