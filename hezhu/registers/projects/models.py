"""项目库: construction projects (工程项目) and their unit buildings (单位工程, 单体建筑)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import Unit
from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.core.register.fields import (
    CodeListField,
    InvestmentCodeField,
    PersonNameField,
    PhoneField,
    ProjectNumberField,
)
from hezhu.core.register.lineage import Lineage
from hezhu.core.register.search import filter_indexes, grams_column, grams_index

PARTIES = ("owner", "surveyor", "designer", "contractor", "supervisor")


PRIORITY_FUNCTIONS = ("affordable", "school", "hospital", "venue", "community")


@keeps_history(exclude=["search_grams", "is_priority_kind"])
class Project(Lineage, Scoped):
    """One construction project, from land contract to archive. Numbers: 工程项目编号, 施工许可证编号."""

    class Function(models.TextChoices):
        """工程用途, as the plan's priority kinds name them (plan L24, L32)."""

        HOUSING = "housing", _("住宅")
        AFFORDABLE = "affordable", _("保障房、公租房、人才公寓")
        SCHOOL = "school", _("学校")
        HOSPITAL = "hospital", _("医院")
        VENUE = "venue", _("大型公共场馆")
        OFFICE = "office", _("办公")
        INDUSTRY = "industry", _("厂房、仓储")
        COMMUNITY = "community", _("未来社区")
        BRIDGE = "bridge", _("市政桥梁")
        TRANSIT = "transit", _("轨道交通")
        OTHER = "other", _("其他")

    class Delivery(models.TextChoices):
        """How the work is let (plan L24: 工程总承包、全过程咨询 join intelligent construction)."""

        GENERAL = "general", _("施工总承包")
        EPC = "epc", _("工程总承包（EPC）")
        PARALLEL = "parallel", _("平行发包")
        OTHER = "other", _("其他")

    class Funding(models.TextChoices):
        """Where the money comes from: 政府投资 and 国有投资 go first into the pilot (plan L24, task 14)."""

        GOVERNMENT = "government", _("政府投资")
        STATE = "state", _("国有投资")
        PRIVATE = "private", _("社会投资")
        FOREIGN = "foreign", _("外商投资")
        MIXED = "mixed", _("混合投资")

    number = ProjectNumberField(_("工程项目编号"))
    investment_code = InvestmentCodeField(_("投资项目代码"), blank=True)
    name = models.CharField(_("项目名称"), max_length=120)
    category = CodeListField(_("工程类别"), code_list="project_type", default="01")
    nature = CodeListField(_("建设性质"), code_list="project_property", default="001")
    function = models.CharField(_("工程用途"), max_length=20, choices=Function.choices, default=Function.OTHER)
    status = CodeListField(_("项目状态"), code_list="project_status", blank=True)
    scale = CodeListField(_("建设规模"), code_list="construction_scale", blank=True)
    approval_level = CodeListField(_("立项级别"), code_list="approval_level", blank=True)
    address = models.CharField(_("建设地点"), max_length=200, blank=True)
    longitude = models.DecimalField(_("经度"), max_digits=10, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("纬度"), max_digits=9, decimal_places=6, null=True, blank=True)
    investment_wan_yuan = models.DecimalField(_("总投资（万元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    area_m2 = models.DecimalField(_("建筑面积（㎡）"), max_digits=12, decimal_places=2, null=True, blank=True)
    land_area_m2 = models.DecimalField(_("用地面积（㎡）"), max_digits=12, decimal_places=2, null=True, blank=True)
    is_government_funded = models.BooleanField(_("政府或国有投资"), default=False)
    funding = models.CharField(_("资金来源"), max_length=20, choices=Funding.choices, blank=True)
    delivery = models.CharField(_("发包方式"), max_length=20, choices=Delivery.choices, blank=True)
    uses_whole_process_consulting = models.BooleanField(_("全过程工程咨询"), default=False)
    is_priority_kind = models.GeneratedField(
        expression=models.Case(models.When(function__in=PRIORITY_FUNCTIONS, then=True), default=False),
        output_field=models.BooleanField(),
        db_persist=True,
        verbose_name=_("优先试点类型"),
    )
    is_pilot_demonstration = models.BooleanField(_("智能建造试点示范工程"), default=False)
    demonstration_year = models.PositiveSmallIntegerField(_("示范认定年份"), null=True, blank=True)
    uses_bim = models.BooleanField(_("应用BIM"), default=False)
    owner = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("建设单位"), null=True, blank=True, related_name="+")
    surveyor = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("勘察单位"), null=True, blank=True, related_name="+")
    designer = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("设计单位"), null=True, blank=True, related_name="+")
    contractor = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("施工单位"), null=True, blank=True, related_name="+")
    supervisor = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("监理单位"), null=True, blank=True, related_name="+")
    owner_contact = PersonNameField(_("建设单位项目负责人"), blank=True)
    owner_phone = PhoneField(_("联系电话"), blank=True)
    planned_start_on = models.DateField(_("计划开工日期"), null=True, blank=True)
    planned_end_on = models.DateField(_("计划竣工日期"), null=True, blank=True)
    land_contract_on = models.DateField(_("土地出让合同日期"), null=True, blank=True)
    approved_on = models.DateField(_("立项赋码日期"), null=True, blank=True)
    planning_permit_on = models.DateField(_("规划许可日期"), null=True, blank=True)
    review_passed_on = models.DateField(_("施工图审查合格日期"), null=True, blank=True)
    contract_filed_on = models.DateField(_("合同备案日期"), null=True, blank=True)
    permit_number = models.CharField(_("施工许可证编号"), max_length=30, blank=True)
    permit_issued_on = models.DateField(_("施工许可发证日期"), null=True, blank=True)
    started_on = models.DateField(_("实际开工日期"), null=True, blank=True)
    completed_on = models.DateField(_("竣工验收备案日期"), null=True, blank=True)
    archived_on = models.DateField(_("档案移交日期"), null=True, blank=True)
    search_grams = grams_column("name", "number", "permit_number")

    unit_paths: ClassVar[tuple[str, ...]] = PARTIES

    class Meta:
        verbose_name = _("项目")
        verbose_name_plural = _("项目")
        constraints = [models.UniqueConstraint(fields=["number", "is_demo"], name="project_number_once")]
        indexes = [
            grams_index("project_grams"),
            *filter_indexes("project", "name", "division", "function", "permit_issued_on"),
            *filter_indexes("project", "is_pilot_demonstration", "uses_bim"),
            *filter_indexes("project", "is_government_funded", "is_priority_kind", "delivery", "status"),
        ]

    def __str__(self) -> str:
        return self.name


@keeps_history(exclude=["search_grams"])
class UnitBuilding(Lineage, Scoped):
    """A unit building (单体建筑) of a project: the thing whose assembly rate is judged (GB/T 51129-2017, 3.0.1)."""

    class Kind(models.TextChoices):
        DWELLING = "dwelling", _("居住建筑")
        PUBLIC = "public", _("公共建筑")
        INDUSTRIAL = "industrial", _("工业建筑")
        UNDERGROUND = "underground", _("地下建筑")
        OTHER = "other", _("其他")

    project = models.ForeignKey(Project, models.PROTECT, verbose_name=_("项目"), related_name="buildings")
    code = models.CharField(_("单体编号"), max_length=30)
    name = models.CharField(_("单体名称"), max_length=120)
    kind = models.CharField(_("建筑类别"), max_length=20, choices=Kind.choices, default=Kind.OTHER)
    structure = CodeListField(_("结构体系"), code_list="structure_type", blank=True)
    area_m2 = models.DecimalField(_("建筑面积（㎡）"), max_digits=12, decimal_places=2)
    above_ground_area_m2 = models.DecimalField(_("地上面积（㎡）"), max_digits=12, decimal_places=2, null=True, blank=True)
    storeys_above = models.SmallIntegerField(_("地上层数"), null=True, blank=True)
    storeys_below = models.SmallIntegerField(_("地下层数"), default=0)
    height_m = models.DecimalField(_("建筑高度（m）"), max_digits=7, decimal_places=2, null=True, blank=True)
    length_m = models.DecimalField(_("长度（m）"), max_digits=9, decimal_places=2, null=True, blank=True)
    span_m = models.DecimalField(_("跨度（m）"), max_digits=7, decimal_places=2, null=True, blank=True)
    investment_wan_yuan = models.DecimalField(_("造价（万元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    dwellings = models.PositiveIntegerField(_("住宅套数"), null=True, blank=True)
    green_level = CodeListField(_("绿色建筑等级"), code_list="green_building_level", blank=True)
    seismic_intensity = CodeListField(_("抗震设防烈度"), code_list="seismic_intensity", blank=True)
    drawing_review_number = models.CharField(_("施工图审查合格书编号"), max_length=40, blank=True)
    permit_number = models.CharField(_("施工许可证编号"), max_length=30, blank=True)
    quality_filing_number = models.CharField(_("质量监督登记号"), max_length=40, blank=True)
    safety_filing_number = models.CharField(_("安全监督登记号"), max_length=40, blank=True)
    is_new = models.BooleanField(_("新建"), default=True)
    permit_issued_on = models.DateField(_("施工许可发证日期"), null=True, blank=True)
    assembly_rate = models.DecimalField(_("装配率（%）"), max_digits=5, decimal_places=1, null=True, blank=True)
    assembly_grade = models.CharField(_("装配式评价等级"), max_length=4, blank=True)
    is_prefab = models.BooleanField(_("装配式建筑"), null=True, blank=True)
    assembly_reason = models.CharField(_("装配式判定说明"), max_length=300, blank=True)
    assembly_source = models.CharField(_("装配率来源"), max_length=120, blank=True)
    search_grams = grams_column("name", "code")

    unit_paths: ClassVar[tuple[str, ...]] = tuple(f"project__{party}" for party in PARTIES)

    class Meta:
        verbose_name = _("单体建筑")
        verbose_name_plural = _("单体建筑")
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="building_code_once"),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="building_area_positive"),
        ]
        indexes = [
            grams_index("building_grams"),
            *filter_indexes("building", "name", "division", "kind", "is_prefab", "is_new", "permit_issued_on"),
        ]

    def __str__(self) -> str:
        return self.name


from hezhu.registers.projects.procedures import (  # noqa: E402 - these models lead to the two above
    Approval,
    Completion,
    ConstructionPermit,
    ContractFiling,
    DrawingReviewFiling,
    PerformanceRecord,
    ProjectParty,
    ReviewEngineer,
    SmartRequirement,
    SupervisionFiling,
    Tender,
)

__all__ = [
    "PARTIES",
    "Approval",
    "Completion",
    "ConstructionPermit",
    "ContractFiling",
    "DrawingReviewFiling",
    "PerformanceRecord",
    "Project",
    "ProjectParty",
    "ReviewEngineer",
    "SmartRequirement",
    "SupervisionFiling",
    "Tender",
    "UnitBuilding",
]
