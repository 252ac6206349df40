"""设备库 as registers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.register.declare import Register, registers
from hezhu.registers.equipment.models import Machine, MachineCheck, MachineInstallation
from hezhu.registers.equipment.way import CONDITIONS, lamp_of_installation, lamp_of_machine, way_of

registers.add(
    Register(
        model=Machine,
        slug="machines",
        columns=("number", "kind", "model_name", "owner", "division", "made_on", "filed_on", "state"),
        key=("number",),
        search=("number", "model_name", "serial_number"),
        filters=("division", "kind", "state", "made_on"),
        library="equipment",
        icon="crane",
        lamp=lamp_of_machine,
        tabs=((_("塔式起重机"), "kind=tower_crane"), (_("施工升降机"), "kind=hoist"), (_("建筑机器人"), "kind=robot")),
        about=_("起重机械等设备的产权备案、型号、制造单位、出厂日期和产权单位。"),
    )
)
registers.add(
    Register(
        model=MachineInstallation,
        slug="machine-installations",
        columns=("number", "machine", "project", "user", "installed_on", "inspection_expires_on", "registered_on"),
        key=("machine", "number"),
        search=("number", "notice_number", "registration_number", "machine__number"),
        filters=("division", "installed_on", "inspection_expires_on", "registered_on"),
        library="equipment",
        icon="crane",
        division_from="project",
        lamp=lamp_of_installation,
        lamp_reads=("machine__filed_on",),
        way=way_of,
        conditions=CONDITIONS,
        about=_("设备在项目上的安装告知、自检、检验、联合验收、使用登记、维保和拆卸；逾期由日期算出。"),
    )
)
registers.add(
    Register(
        model=MachineCheck,
        slug="machine-checks",
        columns=("number", "installation", "kind", "checked_on", "checked_by", "passed", "next_due_on"),
        key=("kind", "number"),
        search=("number", "finding"),
        filters=("division", "kind", "passed", "checked_on"),
        library="equipment",
        icon="crane",
        division_from="installation",
        about=_("检验检测、维护保养、定期检查、顶升加节验收和安全评估的记录。"),
    )
)
