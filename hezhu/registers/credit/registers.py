"""信用库 as registers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.register.declare import Register, registers
from hezhu.registers.credit.lamps import CONDITIONS, lamp_of_record, lamp_of_score
from hezhu.registers.credit.models import CreditRecord, CreditScore

registers.add(
    Register(
        model=CreditRecord,
        slug="credit-records",
        columns=("name", "number", "kind", "category", "enterprise", "person", "decided_on", "publish_until"),
        key=("number",),
        search=("name", "number", "decision_number"),
        filters=("division", "kind", "category", "decided_on", "publish_until"),
        library="credit",
        icon="award",
        lamp=lamp_of_record,
        conditions=CONDITIONS,
        tabs=((_("优良信用"), "kind=good"), (_("不良信用"), "kind=bad"), (_("黑名单"), "kind=blacklist")),
        about=_("企业和人员的基本、优良、不良信用信息，附来源文书、公开日期和期限。"),
    )
)
registers.add(
    Register(
        model=CreditScore,
        slug="credit-scores",
        columns=("enterprise", "sector", "month", "score", "evaluated_by"),
        key=("enterprise", "sector", "month"),
        search=("enterprise__name", "enterprise__credit_code"),
        filters=("division", "sector", "month"),
        library="credit",
        icon="award",
        division_from="enterprise",
        lamp=lamp_of_score,
        about=_("企业每月的信用分；等级按现行划分标准算出，标准是数据。"),
    )
)
