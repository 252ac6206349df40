"""What the topics of a project refuse, each with its sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import BadInput, Refusal
from hezhu.engines import bcf


class TopicWrong(BadInput):
    code = "bcf-topic-wrong"
    message = _("议题有填写项需要改正，没有保存。")


class ViewpointWrong(BadInput):
    code = "bcf-viewpoint-wrong"
    message = _("视点不能用：%(reason)s")


class GuidTaken(Refusal):
    code = "bcf-guid-taken"
    message = _("GUID %(guid)s 在这个项目里已有，没有新建。")


class TopicChanged(Refusal):
    code = "bcf-topic-changed"
    message = _("%(who)s 在 %(at)s 改过这个议题，您的修改没有保存。对照现在的内容再改一次。")


class VersionMismatch(Refusal):
    """If-Match names another state than the present one (RFC 9110, 13.1.1)."""

    code = "bcf-version-mismatch"
    status = 412
    message = _("这条记录在您读取之后已被修改，没有保存。重新读取后再改。")


class CommentEmpty(BadInput):
    code = "bcf-comment-empty"
    message = _("意见没有内容，也没有视点，没有保存。")


class CommentFixed(Refusal):
    code = "bcf-comment-fixed"
    message = _("这条意见属于审查发现的往来记录，不能修改或删除。")


class ViewpointUsed(Refusal):
    code = "bcf-viewpoint-used"
    message = _("有意见引用这个视点，不能删除。先在意见里取消引用。")


class FileUnreadable(BadInput):
    """A BCF file that the engine refused; ``reason`` is its own sentence."""

    message = _("%(reason)s")

    def __init__(self, refused: bcf.BcfRefused) -> None:
        self.code = refused.code
        super().__init__(
            reason=str(refused), problems=[{"field": refused.place, "reason": refused.reason, "remedy": refused.remedy}]
        )


def refused_view(bad: bcf.BadPart) -> ViewpointWrong:
    """A viewpoint's fault as the platform tells it."""
    problem: dict[str, Any] = {"field": bad.place, "reason": bad.reason, "remedy": bad.remedy}
    return ViewpointWrong(reason=str(bad), problems=[problem])
