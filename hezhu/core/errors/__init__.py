"""One hierarchy of errors. Each is a class with a code, a status, a message and data; one place turns them into
problem+json (RFC 9457) or a page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _


class HezhuError(Exception):
    """Base of all refusals. ``message`` is a translatable sentence with %(name)s places filled from ``data``."""

    code = "error"
    status = 500
    title: Any = _("出错了")
    message: Any = _("平台没能完成这一步，已存的数据没有改动。")

    def __init__(self, **data: Any) -> None:
        self.data = data
        super().__init__(str(self))

    def __str__(self) -> str:
        return str(self.message) % self.data if self.data else str(self.message)

    def as_problem(self) -> dict[str, Any]:
        """The problem+json body."""
        return {
            "type": f"about:blank#{self.code}",
            "code": self.code,
            "title": str(self.title),
            "status": self.status,
            "detail": str(self),
            **{key: value for key, value in self.data.items() if key == "problems"},
        }


class Refusal(HezhuError):
    """The request is understood and refused: nothing was changed."""

    code = "refused"
    status = 409
    title = _("不能这样做")
    message = _("这一步现在不能做，已存的数据没有改动。")


class BadInput(Refusal):
    """What was sent cannot be used; ``problems`` lists field, value, reason and remedy."""

    code = "bad-input"
    status = 422
    title = _("填写有误")
    message = _("有填写项需要改正。")


class NotAllowed(HezhuError):
    """The account may not do this."""

    code = "not-allowed"
    status = 403
    title = _("没有这项权限")
    message = _("您的账号不能做这一步。需要时请联系本单位管理员或市试点办。")

    def __str__(self) -> str:
        return str(self.message)


class NotThere(HezhuError):
    """There is no such thing, or not for this account: the two look alike on purpose."""

    code = "not-found"
    status = 404
    title = _("没有找到")
    message = _("这条记录不存在，或不在您的管辖范围内。")


class SignInNeeded(HezhuError):
    code = "sign-in-needed"
    status = 401
    title = _("请先登录")
    message = _("登录已过期，请重新登录；已填写的内容留在页面上。")
