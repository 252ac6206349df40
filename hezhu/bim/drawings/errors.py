"""What a drawing review refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import BadInput, Refusal


class AlreadySubmitted(Refusal):
    code = "drawings-open"
    title = _("已有在办的审图")
    message = _("所选单体已有在办的审图 %(number)s。补正、修改请在原办件中提交。")


class SubmissionWrong(BadInput):
    code = "drawings-submission"
    message = _("送审单有需要改正的项，模型没有收下。")


class SameModelTwice(BadInput):
    code = "drawings-same-model"
    title = _("同一个模型送了两次")
    message = _("“%(first)s”和“%(second)s”是同一个模型文件。请核对后重新选择。")


class NothingChanged(BadInput):
    code = "drawings-unchanged"
    title = _("模型没有变化")
    message = _("“%(slot)s”的文件与上一版完全相同，没有收下。")


class StaleBase(Refusal):
    code = "drawings-stale-base"
    title = _("不是最新一轮")
    message = _("您是在第 %(seen)d 轮上修改的，现在已是第 %(now)d 轮。请打开办件核对后，在最新一轮上提交。")


class StillReviewing(Refusal):
    code = "drawings-machine"
    title = _("机审还没有完成")
    message = _("%(slots)s还在机审，完成后才能办这一步。")


class NotReviewed(Refusal):
    code = "drawings-unreviewed"
    title = _("没有机审结果")
    message = _("%(slots)s机审未完成。请设计单位改正后重新提交，或重新机审。")


class DisciplinesMissing(Refusal):
    code = "drawings-disciplines"
    title = _("专业不齐")
    message = _("缺%(slots)s。请告知补正；确实没有这部分内容的，写明依据后受理。")


class NothingNew(Refusal):
    code = "drawings-nothing-new"
    title = _("没有新版本")
    message = _("自要求以来没有提交新的模型。先在本页提交。")


class NotResubmitted(Refusal):
    code = "drawings-not-resubmitted"
    title = _("还有专业没有提交新版本")
    message = _("%(slots)s须修改，还没有提交新版本。")


class RepliesMissing(Refusal):
    code = "drawings-replies"
    title = _("还有意见没有回复")
    message = _("还有 %(count)d 条意见没有回复。在“问题清单”里逐条或批量回复后再提交。")


class OldVersion(Refusal):
    code = "drawings-old-version"
    title = _("这是旧版本上的问题")
    message = _(
        "这条问题在 %(number)s（第 %(round)d 轮）上，该专业已有第 %(latest)d 轮的模型，回复没有记录。"
        "您写的内容还在，请到最新一轮上回复。"
    )


class NotNow(Refusal):
    code = "drawings-not-now"
    message = _("办件现在是“%(state)s”，不能做这一步。")


class NotLead(Refusal):
    code = "drawings-lead"
    status = 403
    title = _("由项目负责人办理")
    message = _("本件由%(lead)s负责。需要换人时，由其或主管部门移交。")


class NoExperts(Refusal):
    code = "drawings-no-experts"
    title = _("专家没有到位")
    message = _("%(disciplines)s还没有专家。先抽取专家。")


class NotEnoughExperts(Refusal):
    code = "drawings-pool"
    title = _("可抽取的专家不够")
    message = _("%(discipline)s专业回避后还有 %(found)d 人，不够抽取 %(count)d 人，没有抽取。请增补专家库，或减少人数。")


class ExpertConflict(Refusal):
    code = "drawings-conflict"
    title = _("须回避")
    message = _("%(expert)s不能审查本项目：%(reason)s。")


class ExpertsAtWork(Refusal):
    code = "drawings-experts-at-work"
    title = _("专家意见未齐")
    message = _("还有专家没有完成：%(experts)s。催办，或终止其任务后重抽。")


class OpinionsLeft(Refusal):
    code = "drawings-opinions-left"
    title = _("还有问题没有给出意见")
    message = _("您负责的专业还有 %(count)d 项没有给出意见。")


class OpinionWrong(BadInput):
    code = "drawings-opinion"
    message = _("意见没有记录：%(reason)s")


class Undecided(Refusal):
    code = "drawings-undecided"
    title = _("还有未决的问题")
    message = _("还有 %(count)d 项没有作出结论。先合并专家意见，再逐项决定有分歧的。")


class NothingStands(Refusal):
    code = "drawings-nothing-stands"
    title = _("没有须修改的问题")
    message = _("没有确认的问题，不能要求修改；可以出具合格书。")


class ProblemsStand(Refusal):
    code = "drawings-problems-stand"
    title = _("还有须修改的问题")
    message = _("还有 %(count)d 项已确认的问题，不能出具合格书。")


class AppealedBefore(Refusal):
    code = "drawings-appealed"
    title = _("已经复核过")
    message = _("主管部门已经复核并维持原结论，不再受理复核。可以重新送审。")


class NewRoundThere(Refusal):
    code = "drawings-new-round"
    message = _("变更的模型已经提交，不能取消；请提交送审或撤回。")
