"""What the intake door refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import BadInput, Refusal


class SheetUnreadable(BadInput):
    code = "sheet-unreadable"
    title = _("表格读不了")
    message = _("%(reason)s")


class MappingUnusable(BadInput):
    code = "mapping-unusable"
    title = _("列没有对上")
    message = _("%(reason)s")


class BatchClosed(Refusal):
    code = "batch-closed"
    title = _("这一批现在不能这样处理")
    message = _("批次 %(number)s 现在是“%(state)s”，不能做这一步。")


class NothingToReplay(Refusal):
    code = "nothing-to-replay"
    title = _("没有可重放的行")
    message = _("批次 %(number)s 没有已改好的行。先在“改为”里填好，再重放。")


class CorrectionRefused(BadInput):
    code = "correction-refused"
    title = _("改后仍不能入库")
    message = _("第 %(line)s 行改后仍不能入库，原来的内容没有变。")


class RegisterConflict(Refusal):
    code = "register-conflict"
    title = _("与库中记录冲突")
    message = _("有行与库中另一条记录的唯一项相同，整批没有写入。约束：%(constraint)s。请核对后重试。")


class TooManyInRequest(BadInput):
    code = "too-many-rows"
    title = _("一次提交的行太多")
    message = _("接口一次最多 %(limit)s 行，现为 %(actual)s 行。请分批，或上传文件。")


class RegisterBusy(Refusal):
    code = "register-busy"
    title = _("登记库正被另一批占用")
    message = _("登记库 %(register)s 正在写入另一批，等了十分钟仍未结束，本批没有写入。请稍后重试。")


class SourceInvalid(BadInput):
    code = "source-invalid"
    title = _("来源声明有误")
    message = _("来源 %(name)s 的声明有误：%(reason)s")


class SourceTaken(Refusal):
    code = "source-taken"
    title = _("名称已经用了")
    message = _("已有名为 %(name)s 的来源。打开它修改，或换一个 id。")


class SourceChanged(Refusal):
    code = "source-changed"
    title = _("来源的列变了")
    message = _("来源 %(name)s 的列与声明不同，没有写入。少了：%(missing)s；多了：%(added)s。核对后改声明，或请来源改回。")


class SourceAway(Refusal):
    code = "source-away"
    title = _("取不到来源")
    message = _("来源 %(name)s 取不到：%(reason)s")


class HostNotAllowed(Refusal):
    code = "source-host"
    title = _("不许访问这个地址")
    message = _("来源 %(name)s 的地址 %(place)s 不在运维允许的范围内（%(setting)s）。")


class SecretMissing(Refusal):
    code = "source-secret"
    title = _("缺少密钥")
    message = _("来源 %(name)s 要用的环境变量 %(variable)s 没有设置。")


class PagesRepeat(Refusal):
    code = "source-pages-repeat"
    title = _("接口翻页有误")
    message = _("来源 %(name)s 第 %(page)s 页与第 %(earlier)s 页内容相同：接口没有按页码翻页，没有写入。")


class PagesNeverEnd(Refusal):
    code = "source-never-ends"
    title = _("接口翻不到底")
    message = _("来源 %(name)s 翻了 %(pages)s 页、%(rows)s 行仍没有结束，超过声明的上限，没有写入。")


class CountDiffers(Refusal):
    code = "source-count"
    title = _("行数对不上")
    message = _("来源 %(name)s 说共 %(stated)s 行，取到 %(found)s 行：翻页有遗漏或重复，没有写入。")
