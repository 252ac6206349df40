"""企业库 as a register."""

from django.utils.translation import gettext_lazy as _

from hezhu.core.register.declare import Register, registers
from hezhu.registers.enterprises.actions import join_units
from hezhu.registers.enterprises.models import Enterprise, Qualification, SafetyLicence

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
        filters=("division", "role", "parts", "smart_fields", "titles"),
        icon="building-factory-2",
        about=_("建设、勘察、设计、施工、监理、部品生产和检测企业，以统一社会信用代码为唯一键。"),
        tabs=(
            (_("示范企业"), "titles=demonstration"),
            (_("构件"), "parts=components"),
            (_("机器人"), "smart_fields=robots"),
            (_("施工"), "role=3"),
            (_("设计"), "role=2"),
            (_("监理"), "role=4"),
        ),
        not_in_form=("unit",),
        library="enterprises",
        same_as=("unit",),
        after_intake=lambda batch: join_units(demo=batch.is_demo),
    )
)
registers.add(
    Register(
        model=Qualification,
        slug="qualifications",
        columns=("name", "enterprise", "qualification_type", "level", "number", "expires_on"),
        key=("number", "name"),
        search=("name", "number", "enterprise__name"),
        filters=("division", "qualification_type", "level", "state", "expires_on"),
        library="enterprises",
        division_from="enterprise",
        valid_until="expires_on",
        icon="file-certificate",
        about=_("企业资质的类型、专业、等级、取得方式和有效期。"),
    )
)
registers.add(
    Register(
        model=SafetyLicence,
        slug="safety-licences",
        columns=("number", "enterprise", "scope", "issued_on", "expires_on", "state"),
        key=("number",),
        search=("number", "enterprise__name"),
        filters=("division", "state", "expires_on"),
        library="enterprises",
        division_from="enterprise",
        valid_until="expires_on",
        icon="file-certificate",
        about=_("施工企业的安全生产许可证及其有效期和状态。"),
    )
)
