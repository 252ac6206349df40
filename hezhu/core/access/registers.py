"""The register of units."""

from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import Unit
from hezhu.core.register.declare import Register, registers

registers.add(
    Register(
        model=Unit,
        slug="units",
        columns=("name", "short_name", "kind", "division", "credit_code"),
        key=("name",),
        search=("name", "short_name", "credit_code"),
        filters=("division", "kind"),
        order=("id",),
        group="system",
        nav="system",
        icon="building-community",
        about=_("参与智能建造的部门、县（市、区）、企业和机构，别名一并登记。"),
    )
)
