"""企业库 as a register."""

from django.utils.translation import gettext_lazy as _

from hezhu.core.register.declare import Register, registers
from hezhu.registers.enterprises.models import Enterprise

registers.add(
    Register(
        model=Enterprise,
        slug="enterprises",
        columns=(
            "name",
            "credit_code",
            "role",
            "division",
            "main_qualification",
            "legal_representative",
            "phone",
            "safety_licence_expires_on",
        ),
        key=("credit_code",),
        search=("name", "credit_code"),
        filters=("division", "role", "titles"),
        icon="building-factory-2",
        about=_("建设、勘察、设计、施工、监理、部品生产和检测企业，以统一社会信用代码为唯一键。"),
        tabs=(
            (_("示范企业"), "titles=demonstration"),
            (_("施工"), "role=3"),
            (_("设计"), "role=2"),
            (_("监理"), "role=4"),
        ),
        not_in_form=("unit",),
    )
)
