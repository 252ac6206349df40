"""What a key cannot be issued or taken back for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import Refusal


class TooManyKeys(Refusal):
    code = "too-many-gate-keys"
    title = _("密钥太多")
    message = _("项目 %(project)s 的密钥编号已用完（99 个）。请联系市试点办。")


class KeyRevoked(Refusal):
    code = "gate-key-revoked"
    title = _("密钥已停用")
    message = _("密钥 %(appid)s 已停用，不能恢复。需要时另发一把。")


class NotTheContractor(Refusal):
    code = "not-the-contractor"
    title = _("不是施工单位")
    message = _("只有项目的施工单位和主管部门能签发门禁密钥。")
