"""项目库 as registers: projects and unit buildings here, their documents in ``procedure_registers``."""

from django.utils.translation import gettext_lazy as _

from hezhu.core.register.declare import Register, registers
from hezhu.registers.projects.models import Project, UnitBuilding

registers.add(
    Register(
        model=Project,
        slug="projects",
        columns=("name", "number", "division", "function", "area_m2", "contractor", "permit_issued_on", "is_pilot_demonstration"),
        key=("number",),
        search=("name", "number", "permit_number"),
        filters=(
            "division",
            "function",
            "status",
            "delivery",
            "is_government_funded",
            "is_priority_kind",
            "is_pilot_demonstration",
            "uses_bim",
            "permit_issued_on",
        ),
        group="projects",
        nav="projects",
        icon="building",
        about=_("工程项目从土地出让到归档的基本情况、五方责任主体和法定程序日期。"),
        tabs=(
            (_("试点示范工程"), "is_pilot_demonstration=true"),
            (_("应用BIM"), "uses_bim=true"),
            (_("政府或国有投资"), "is_government_funded=true"),
            (_("优先试点类型"), "is_priority_kind=true"),
            (_("工程总承包"), "delivery=epc"),
        ),
        detail_url="projects:hub",
        library="projects",
    )
)
registers.add(
    Register(
        model=UnitBuilding,
        slug="buildings",
        columns=(
            "name",
            "project",
            "division",
            "kind",
            "area_m2",
            "storeys_above",
            "permit_issued_on",
            "assembly_rate",
            "is_prefab",
        ),
        key=("code",),
        search=("name", "code"),
        filters=("division", "kind", "is_prefab", "is_new", "permit_issued_on"),
        group="projects",
        nav="projects",
        icon="building-skyscraper",
        about=_("单位工程（单体建筑）的规模、结构和装配率。装配率由模型或填报的工程量算出。"),
        tabs=((_("装配式建筑"), "is_prefab=true"),),
        library="projects",
        not_in_form=("assembly_rate", "assembly_grade", "is_prefab", "assembly_reason", "assembly_source"),
    )
)

from hezhu.registers.projects import procedure_registers  # noqa: E402, F401 - projects stand first in their library
