"""Why a file is not kept. Each says what happened to it and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import BadInput, HezhuError


class FileRefused(BadInput):
    code = "file-refused"
    title = _("文件没有保存")
    message = _("文件没有保存。")


class FileMissing(FileRefused):
    code = "file-missing"
    message = _("没有收到文件。先选择文件，再上传。")


class EmptyFile(FileRefused):
    code = "file-empty"
    message = _("“%(name)s”是空文件（0 字节），没有保存。重新导出后再上传。")


class FileTooLarge(FileRefused):
    code = "file-too-large"
    status = 413
    message = _("“%(name)s”超过 %(limit)s 的上限，没有保存。拆分文件，或压缩后再上传。")


class WrongKind(FileRefused):
    code = "file-kind"
    message = _("“%(name)s”的内容是%(found)s，这里只收%(allowed)s。没有保存。")


class OldOffice(FileRefused):
    code = "file-old-office"
    message = _("“%(name)s”是旧版 Office 或 WPS 文件，没有保存。另存为 .xlsx、.docx 或 PDF 后再上传。")


class EndingMismatch(FileRefused):
    code = "file-ending"
    message = _(
        "“%(name)s”以 .%(ending)s 结尾，内容却是%(found)s（应为 .%(expected)s），没有保存。"
        "核对是否选错文件；没选错就改正文件名再上传。"
    )


class UploadQuota(FileRefused):
    code = "upload-quota"
    status = 413
    message = _("未传完的文件已有 %(count)d 个、共 %(held)s，加上这个会超过每人 %(limit)s 的上限。先传完或取消其中的文件。")


class NoRoom(FileRefused):
    code = "upload-room"
    status = 507
    message = _("服务器磁盘空间不够存放 %(size)s。请管理员清理或扩容后再传，已传的部分仍在。")


class WrongOffset(FileRefused):
    """The piece does not go on where the last one ended; the answer's Upload-Offset says where to go on."""

    code = "upload-offset"
    status = 409
    message = _("这一段应从第 %(offset)d 字节开始。按服务器给出的位置继续传。")


class PieceDamaged(FileRefused):
    code = "upload-checksum"
    status = 422
    message = _("第 %(offset)d 字节起的一段在传输中损坏，没有保存。重传这一段。")


class NotWhole(FileRefused):
    code = "upload-unfinished"
    status = 409
    message = _("“%(name)s”还没有传完（%(received)s / %(size)s），没有保存。继续上传后再提交。")


class UploadGone(FileRefused):
    code = "upload-gone"
    message = _("上传的文件已过期或已用过。重新选择文件上传。")


class DigestDiffers(FileRefused):
    code = "upload-digest"
    message = _("“%(name)s”的 SHA-256 与申报的不一致：应为 %(expected)s，实为 %(actual)s。没有保存，请重新上传。")


class FileLost(HezhuError):
    """The row is there, the content is not: the store was changed from outside."""

    code = "file-lost"
    title = _("文件内容缺失")
    message = _("“%(name)s”的内容在存储中找不到或已损坏。请管理员从备份恢复，校验值 %(sha256)s。")
