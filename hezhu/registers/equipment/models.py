"""设备库: building machinery (起重机械 above all) and its way through the filings of 建设部令第166号.

Steps and limits: ``rulepacks/machines.yaml`` (from memory, to be confirmed). Device states: worker platform, to be confirmed.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.core.register.lineage import Lineage
from hezhu.core.register.search import filter_indexes, grams_column, grams_index
from hezhu.registers.enterprises.models import Enterprise
from hezhu.registers.projects.models import PARTIES, Project


def _firm(label: object) -> models.ForeignKey:
    return models.ForeignKey(Enterprise, models.PROTECT, verbose_name=label, null=True, blank=True, related_name="+")


@keeps_history(exclude=["search_grams"])
class Machine(Lineage, Scoped):
    """One machine, known by its 产权备案编号."""

    class Kind(models.TextChoices):
        TOWER_CRANE = "tower_crane", _("塔式起重机")
        HOIST = "hoist", _("施工升降机")
        MATERIAL_HOIST = "material_hoist", _("物料提升机")
        GANTRY_CRANE = "gantry_crane", _("门式起重机")
        BASKET = "basket", _("高处作业吊篮")
        CLIMBING = "climbing", _("附着升降脚手架")
        MOBILE_CRANE = "mobile_crane", _("流动式起重机")
        PILING = "piling", _("桩工机械")
        PUMP = "pump", _("混凝土泵车")
        ROBOT = "robot", _("建筑机器人")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        IDLE = "idle", _("闲置")
        IN_USE = "in_use", _("在用")
        REPAIR = "repair", _("检修")
        SCRAPPED = "scrapped", _("报废")
        CANCELLED = "cancelled", _("备案已注销")

    number = models.CharField(_("产权备案编号"), max_length=40)
    kind = models.CharField(_("设备类别"), max_length=20, choices=Kind.choices)
    model_name = models.CharField(_("规格型号"), max_length=60)
    serial_number = models.CharField(_("出厂编号"), max_length=60, blank=True)
    maker = models.CharField(_("制造单位"), max_length=120, blank=True)
    maker_licence = models.CharField(_("制造许可证编号"), max_length=60, blank=True)
    made_on = models.DateField(_("出厂日期"), null=True, blank=True)
    rated_moment_knm = models.DecimalField(_("额定起重力矩（kN·m）"), max_digits=8, decimal_places=1, null=True, blank=True)
    owner = models.ForeignKey(Enterprise, models.PROTECT, verbose_name=_("产权单位"), related_name="machines")
    filed_on = models.DateField(_("产权备案日期"), null=True, blank=True)
    filing_authority = models.CharField(_("备案机关"), max_length=120, blank=True)
    cancelled_on = models.DateField(_("备案注销日期"), null=True, blank=True)
    state = models.CharField(_("设备状态"), max_length=10, choices=State.choices, default=State.IDLE)
    search_grams = grams_column("number", "model_name", "serial_number")

    unit_paths: ClassVar[tuple[str, ...]] = ("owner__unit",)

    class Meta:
        verbose_name = _("机械设备")
        verbose_name_plural = _("机械设备")
        constraints = [models.UniqueConstraint(fields=["number", "is_demo"], name="machine_once")]
        indexes = [grams_index("machine_grams"), *filter_indexes("machine", "division", "kind", "state", "made_on")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


@keeps_history(exclude=["search_grams"])
class MachineInstallation(Lineage, Scoped):
    """One machine's stay on one project, from the installation notice to the dismantling."""

    machine = models.ForeignKey(Machine, models.PROTECT, verbose_name=_("设备"), related_name="installations")
    project = models.ForeignKey(Project, models.PROTECT, verbose_name=_("项目"), related_name="+")
    number = models.CharField(_("现场编号"), max_length=40)
    installer = _firm(_("安装单位"))
    user = _firm(_("使用单位"))
    supervisor = _firm(_("监理单位"))
    notice_number = models.CharField(_("安装告知编号"), max_length=60, blank=True)
    noticed_on = models.DateField(_("安装告知日期"), null=True, blank=True)
    installed_on = models.DateField(_("安装日期"), null=True, blank=True)
    self_checked_on = models.DateField(_("安装自检日期"), null=True, blank=True)
    inspected_on = models.DateField(_("检验日期"), null=True, blank=True)
    inspection_body = _firm(_("检验机构"))
    inspection_number = models.CharField(_("检验报告编号"), max_length=60, blank=True)
    inspection_passed = models.BooleanField(_("检验合格"), null=True, blank=True)
    inspection_expires_on = models.DateField(_("检验有效期至"), null=True, blank=True)
    accepted_on = models.DateField(_("联合验收日期"), null=True, blank=True)
    registration_number = models.CharField(_("使用登记编号"), max_length=60, blank=True)
    registered_on = models.DateField(_("使用登记日期"), null=True, blank=True)
    maintenance_due_on = models.DateField(_("下次维保期限"), null=True, blank=True)
    dismantle_noticed_on = models.DateField(_("拆卸告知日期"), null=True, blank=True)
    dismantled_on = models.DateField(_("拆卸日期"), null=True, blank=True)
    search_grams = grams_column("number", "notice_number", "registration_number")

    unit_paths: ClassVar[tuple[str, ...]] = (
        *(f"project__{party}" for party in PARTIES),
        "machine__owner__unit",
        "installer__unit",
        "user__unit",
    )

    class Meta:
        verbose_name = _("设备安装使用")
        verbose_name_plural = _("设备安装使用")
        constraints = [models.UniqueConstraint(fields=["machine", "project", "number"], name="installation_once")]
        indexes = [
            grams_index("installation_grams"),
            *filter_indexes("installation", "division", "installed_on", "inspection_expires_on", "registered_on"),
        ]

    def __str__(self) -> str:
        return f"{self.machine} {self.number}"


@keeps_history(exclude=["search_grams"])
class MachineCheck(Lineage, Scoped):
    """One inspection, maintenance, jacking or safety assessment of an installed machine."""

    class Kind(models.TextChoices):
        INSPECTION = "inspection", _("检验检测")
        MAINTENANCE = "maintenance", _("维护保养")
        PERIODIC = "periodic", _("定期检查")
        JACKING = "jacking", _("顶升加节验收")
        ASSESSMENT = "assessment", _("安全评估")

    installation = models.ForeignKey(MachineInstallation, models.PROTECT, verbose_name=_("设备安装使用"), related_name="checks")
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    number = models.CharField(_("记录编号"), max_length=60)
    checked_on = models.DateField(_("日期"))
    checked_by = _firm(_("实施单位"))
    passed = models.BooleanField(_("合格"), null=True, blank=True)
    finding = models.CharField(_("发现的问题"), max_length=300, blank=True)
    next_due_on = models.DateField(_("下次期限"), null=True, blank=True)
    search_grams = grams_column("number", "finding")

    unit_paths: ClassVar[tuple[str, ...]] = tuple(f"installation__{path}" for path in MachineInstallation.unit_paths)

    class Meta:
        verbose_name = _("设备检查维保")
        verbose_name_plural = _("设备检查维保")
        constraints = [models.UniqueConstraint(fields=["installation", "kind", "number"], name="machine_check_once")]
        indexes = [grams_index("machine_check_grams"), *filter_indexes("mcheck", "division", "kind", "passed", "checked_on")]

    def __str__(self) -> str:
        return self.number
