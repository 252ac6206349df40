"""What a project goes through, document by document, with the fields of the national project data standard as its adopters use them.

Seen in public schemas: field names, numbers ``<project>-BD/BE/HZ/HF/HL/HE/SX/JX-NNN`` and ``YJ-<project>-NNN``; ``TX`` for drawing review is
from memory, to be confirmed (``rulepacks/codes/identifiers.yaml``). Code lists: ``rulepacks/codes/construction_market.yaml``, to be confirmed.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.core.register.fields import CodeListField, PermitNumberField
from hezhu.core.register.lineage import Lineage
from hezhu.core.register.search import filter_indexes, grams_column, grams_index
from hezhu.registers.projects.models import PARTIES, Project, UnitBuilding

THROUGH_PROJECT = tuple(f"project__{party}" for party in PARTIES)
FIRM = "enterprises.Enterprise"
PERSON = "people.Person"


def _firm(label: object, **options: object) -> models.ForeignKey:
    return models.ForeignKey(FIRM, models.PROTECT, verbose_name=label, null=True, blank=True, related_name="+", **options)


def _person(label: object) -> models.ForeignKey:
    return models.ForeignKey(PERSON, models.PROTECT, verbose_name=label, null=True, blank=True, related_name="+")


class OfProject(Lineage, Scoped):
    """A document of one project: seen by those who see the project."""

    project = models.ForeignKey(Project, models.PROTECT, verbose_name=_("项目"), related_name="+")

    unit_paths: ClassVar[tuple[str, ...]] = THROUGH_PROJECT

    class Meta:
        abstract = True


@keeps_history()
class ProjectParty(OfProject):
    """A firm's part in a project, with its person in charge: the five responsible parties (五方责任主体) and every other participant."""

    role = CodeListField(_("参建角色"), code_list="project_corp_type")
    enterprise = models.ForeignKey(FIRM, models.PROTECT, verbose_name=_("单位"), related_name="parties")
    head = _person(_("项目负责人"))
    head_certificate = models.CharField(_("负责人证书编号"), max_length=60, blank=True)
    joined_on = models.DateField(_("进场日期"), null=True, blank=True)
    left_on = models.DateField(_("离场日期"), null=True, blank=True)

    unit_paths: ClassVar[tuple[str, ...]] = (*THROUGH_PROJECT, "enterprise__unit")

    class Meta:
        verbose_name = _("参建单位")
        verbose_name_plural = _("参建单位")
        constraints = [models.UniqueConstraint(fields=["project", "role", "enterprise"], name="party_once")]
        indexes = filter_indexes("party", "division", "role")

    def __str__(self) -> str:
        return f"{self.enterprise}（{self.get_role_display()}）"  # type: ignore[attr-defined]


@keeps_history(exclude=["search_grams"])
class SmartRequirement(OfProject):
    """A requirement of intelligent construction put into a land contract, a budget or a tender (plan L16, task 3)."""

    class Kind(models.TextChoices):
        LAND = "land", _("土地管理合同")
        BUDGET = "budget", _("公共投资项目概算")
        TENDER = "tender", _("招标文件")

    class State(models.TextChoices):
        REQUIRED = "required", _("已提出")
        MET = "met", _("已落实")
        WAIVED = "waived", _("已免除")

    kind = models.CharField(_("载体"), max_length=20, choices=Kind.choices)
    number = models.CharField(_("文件编号"), max_length=60)
    name = models.CharField(_("要求"), max_length=200)
    authority = models.CharField(_("提出单位"), max_length=120, blank=True)
    signed_on = models.DateField(_("签订或批复日期"), null=True, blank=True)
    amount_wan_yuan = models.DecimalField(_("列入金额（万元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    state = models.CharField(_("落实情况"), max_length=20, choices=State.choices, default=State.REQUIRED)
    search_grams = grams_column("name", "number")

    class Meta:
        verbose_name = _("智能建造要求")
        verbose_name_plural = _("智能建造要求")
        constraints = [models.UniqueConstraint(fields=["project", "kind", "number"], name="smart_requirement_once")]
        indexes = [grams_index("smart_requirement_grams"), *filter_indexes("smart_req", "division", "kind", "state", "signed_on")]

    def __str__(self) -> str:
        return self.name


@keeps_history(exclude=["search_grams"])
class Approval(OfProject):
    """A decision of a bureau on the project before the building permit: 立项, 用地, 规划, 消防, 人防, 环评."""

    class Kind(models.TextChoices):
        PROJECT = "project", _("立项（审批、核准、备案）")
        ESTIMATE = "estimate", _("初步设计与概算批复")
        LAND = "land", _("建设用地规划许可")
        PLANNING = "planning", _("建设工程规划许可")
        FIRE = "fire", _("消防设计审查")
        DEFENCE = "defence", _("人防审查")
        ENVIRONMENT = "environment", _("环境影响评价")
        OTHER = "other", _("其他")

    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    number = models.CharField(_("文号或证号"), max_length=60)
    name = models.CharField(_("文件名称"), max_length=200)
    authority = models.CharField(_("批准机关"), max_length=120, blank=True)
    level = CodeListField(_("批准级别"), code_list="approval_level", blank=True)
    issued_on = models.DateField(_("批准日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    search_grams = grams_column("name", "number")

    class Meta:
        verbose_name = _("审批文件")
        verbose_name_plural = _("审批文件")
        constraints = [models.UniqueConstraint(fields=["project", "kind", "number"], name="approval_once")]
        indexes = [grams_index("approval_grams"), *filter_indexes("approval", "division", "kind", "issued_on")]

    def __str__(self) -> str:
        return self.name


@keeps_history(exclude=["search_grams"])
class Tender(OfProject):
    """招标投标: one award. Number ``<project>-BD-NNN`` (BE for 工程总承包)."""

    number = models.CharField(_("中标通知书编号"), max_length=40)
    name = models.CharField(_("标段名称"), max_length=200)
    tender_class = CodeListField(_("招标类型"), code_list="tender_class")
    method = CodeListField(_("招标方式"), code_list="tender_type")
    awarded_on = models.DateField(_("中标日期"), null=True, blank=True)
    amount_wan_yuan = models.DecimalField(_("中标金额（万元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    area_m2 = models.DecimalField(_("面积（㎡）"), max_digits=12, decimal_places=2, null=True, blank=True)
    winner = _firm(_("中标单位"))
    agency = _firm(_("招标代理单位"))
    head = _person(_("项目负责人"))
    requires_smart = models.BooleanField(_("招标文件含智能建造要求"), default=False)
    search_grams = grams_column("name", "number")

    unit_paths: ClassVar[tuple[str, ...]] = (*THROUGH_PROJECT, "winner__unit")

    class Meta:
        verbose_name = _("招标投标")
        verbose_name_plural = _("招标投标")
        constraints = [models.UniqueConstraint(fields=["number", "is_demo"], name="tender_once")]
        indexes = [grams_index("tender_grams"), *filter_indexes("tender", "division", "tender_class", "method", "awarded_on")]

    def __str__(self) -> str:
        return self.name


@keeps_history(exclude=["search_grams"])
class ContractFiling(OfProject):
    """合同备案: ``<project>-HZ-NNN`` 总包, HF 分包, HL 劳务, HE 监理."""

    number = models.CharField(_("合同备案编号"), max_length=40)
    name = models.CharField(_("合同名称"), max_length=200)
    contract_type = CodeListField(_("合同类别"), code_list="contract_type")
    signed_on = models.DateField(_("签订日期"), null=True, blank=True)
    amount_wan_yuan = models.DecimalField(_("合同金额（万元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    party_a = _firm(_("发包单位"))
    party_b = _firm(_("承包单位"))
    head = _person(_("项目负责人"))
    starts_on = models.DateField(_("合同开工日期"), null=True, blank=True)
    ends_on = models.DateField(_("合同竣工日期"), null=True, blank=True)
    search_grams = grams_column("name", "number")

    unit_paths: ClassVar[tuple[str, ...]] = (*THROUGH_PROJECT, "party_a__unit", "party_b__unit")

    class Meta:
        verbose_name = _("合同备案")
        verbose_name_plural = _("合同备案")
        constraints = [models.UniqueConstraint(fields=["number", "is_demo"], name="contract_filing_once")]
        indexes = [grams_index("contract_filing_grams"), *filter_indexes("contract", "division", "contract_type", "signed_on")]

    def __str__(self) -> str:
        return self.name


@keeps_history(exclude=["search_grams"])
class DrawingReviewFiling(OfProject):
    """施工图审查合格书: who reviewed which drawings, when, with how many breaches of mandatory clauses."""

    number = models.CharField(_("审查合格书编号"), max_length=40)
    name = models.CharField(_("审查内容"), max_length=200)
    body = _firm(_("审查机构"))
    surveyor = _firm(_("勘察单位"))
    designer = _firm(_("设计单位"))
    reviewed_on = models.DateField(_("审查完成日期"), null=True, blank=True)
    area_m2 = models.DecimalField(_("审查面积（㎡）"), max_digits=12, decimal_places=2, null=True, blank=True)
    passed_first = models.BooleanField(_("一次通过"), null=True, blank=True)
    mandatory_breaches = models.PositiveIntegerField(_("违反强制性条文数"), null=True, blank=True)
    search_grams = grams_column("name", "number")

    unit_paths: ClassVar[tuple[str, ...]] = (*THROUGH_PROJECT, "body__unit")

    class Meta:
        verbose_name = _("施工图审查")
        verbose_name_plural = _("施工图审查")
        constraints = [models.UniqueConstraint(fields=["number", "is_demo"], name="drawing_review_once")]
        indexes = [grams_index("drawing_review_grams"), *filter_indexes("drawreview", "division", "passed_first", "reviewed_on")]

    def __str__(self) -> str:
        return self.number


@keeps_history()
class ReviewEngineer(Lineage, Scoped):
    """A designer or an engineer of a drawing review: specialty (专业) and duty (承担角色)."""

    review = models.ForeignKey(DrawingReviewFiling, models.PROTECT, verbose_name=_("施工图审查"), related_name="engineers")
    person = models.ForeignKey(PERSON, models.PROTECT, verbose_name=_("人员"), related_name="+")
    enterprise = _firm(_("所在单位"))
    specialty = CodeListField(_("专业"), code_list="specialty")
    duty = CodeListField(_("承担角色"), code_list="work_duty")

    unit_paths: ClassVar[tuple[str, ...]] = (*(f"review__{path}" for path in THROUGH_PROJECT), "enterprise__unit")

    class Meta:
        verbose_name = _("勘察设计审图人员")
        verbose_name_plural = _("勘察设计审图人员")
        constraints = [models.UniqueConstraint(fields=["review", "person", "specialty", "duty"], name="review_engineer_once")]
        indexes = filter_indexes("engineer", "division", "specialty", "duty")

    def __str__(self) -> str:
        return f"{self.person}（{self.get_specialty_display()}）"  # type: ignore[attr-defined]


@keeps_history(exclude=["search_grams"])
class SupervisionFiling(OfProject):
    """质量监督、安全监督登记 (建设工程质量管理条例 第十三条; 建设工程安全生产管理条例 第十条)."""

    class Kind(models.TextChoices):
        QUALITY = "quality", _("质量监督")
        SAFETY = "safety", _("安全监督")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    number = models.CharField(_("登记号"), max_length=60)
    authority = models.CharField(_("监督机构"), max_length=120, blank=True)
    filed_on = models.DateField(_("登记日期"), null=True, blank=True)
    ended_on = models.DateField(_("终止监督日期"), null=True, blank=True)
    search_grams = grams_column("number", "authority")

    class Meta:
        verbose_name = _("质量安全监督")
        verbose_name_plural = _("质量安全监督")
        constraints = [models.UniqueConstraint(fields=["kind", "number", "is_demo"], name="supervision_filing_once")]
        indexes = [grams_index("supervision_grams"), *filter_indexes("supervision", "division", "kind", "filed_on")]

    def __str__(self) -> str:
        return self.number


@keeps_history(exclude=["search_grams"])
class ConstructionPermit(OfProject):
    """施工许可证 (建筑法 第七条): name, area, date and the five parties with their persons in charge (``ProjectParty`` holds the persons)."""

    class State(models.TextChoices):
        VALID = "valid", _("有效")
        CHANGED = "changed", _("已变更")
        EXTENDED = "extended", _("已延期")
        SUSPENDED = "suspended", _("中止施工")
        REVOKED = "revoked", _("已撤销")
        CLOSED = "closed", _("已竣工")

    number = PermitNumberField(_("施工许可证编号"))
    name = models.CharField(_("工程名称"), max_length=200)
    area_m2 = models.DecimalField(_("许可面积（㎡）"), max_digits=12, decimal_places=2, null=True, blank=True)
    price_wan_yuan = models.DecimalField(_("合同价格（万元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    issued_on = models.DateField(_("发证日期"), null=True, blank=True)
    authority = models.CharField(_("发证机关"), max_length=120, blank=True)
    starts_on = models.DateField(_("合同开工日期"), null=True, blank=True)
    ends_on = models.DateField(_("合同竣工日期"), null=True, blank=True)
    owner = _firm(_("建设单位"))
    surveyor = _firm(_("勘察单位"))
    designer = _firm(_("设计单位"))
    contractor = _firm(_("施工单位"))
    supervisor = _firm(_("监理单位"))
    state = models.CharField(_("许可状态"), max_length=20, choices=State.choices, default=State.VALID)
    search_grams = grams_column("name", "number")

    unit_paths: ClassVar[tuple[str, ...]] = (*THROUGH_PROJECT, "contractor__unit")

    class Meta:
        verbose_name = _("施工许可")
        verbose_name_plural = _("施工许可")
        constraints = [models.UniqueConstraint(fields=["number", "is_demo"], name="permit_once")]
        indexes = [grams_index("permit_grams"), *filter_indexes("permit", "division", "state", "issued_on")]

    def __str__(self) -> str:
        return self.name


@keeps_history(exclude=["search_grams"])
class Completion(OfProject):
    """竣工验收备案: ``<project>-JX-NNN``; the actual cost, area and dates."""

    number = models.CharField(_("竣工备案编号"), max_length=40)
    name = models.CharField(_("备案工程名称"), max_length=200)
    cost_wan_yuan = models.DecimalField(_("实际造价（万元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    area_m2 = models.DecimalField(_("实际面积（㎡）"), max_digits=12, decimal_places=2, null=True, blank=True)
    structure = CodeListField(_("结构体系"), code_list="structure_type", blank=True)
    began_on = models.DateField(_("实际开工日期"), null=True, blank=True)
    ended_on = models.DateField(_("竣工验收日期"), null=True, blank=True)
    filed_on = models.DateField(_("备案日期"), null=True, blank=True)
    authority = models.CharField(_("备案机关"), max_length=120, blank=True)
    search_grams = grams_column("name", "number")

    class Meta:
        verbose_name = _("竣工验收备案")
        verbose_name_plural = _("竣工验收备案")
        constraints = [models.UniqueConstraint(fields=["number", "is_demo"], name="completion_once")]
        indexes = [grams_index("completion_grams"), *filter_indexes("completion", "division", "ended_on", "filed_on")]

    def __str__(self) -> str:
        return self.name


@keeps_history(exclude=["search_grams"])
class PerformanceRecord(OfProject):
    """业绩: what a firm and its person in charge did on a project, ``YJ-<project>-NNN`` (2023)."""

    number = models.CharField(_("业绩编号"), max_length=40)
    name = models.CharField(_("业绩名称"), max_length=200)
    enterprise = models.ForeignKey(FIRM, models.PROTECT, verbose_name=_("企业"), related_name="+")
    building = models.ForeignKey(
        UnitBuilding, models.PROTECT, verbose_name=_("单体建筑"), null=True, blank=True, related_name="+"
    )
    role = CodeListField(_("企业类别"), code_list="corp_role")
    head = _person(_("项目负责人"))
    amount_wan_yuan = models.DecimalField(_("合同金额（万元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    ended_on = models.DateField(_("完成日期"), null=True, blank=True)
    origin = CodeListField(_("数据来源"), code_list="data_source", default="1")
    search_grams = grams_column("name", "number")

    unit_paths: ClassVar[tuple[str, ...]] = (*THROUGH_PROJECT, "enterprise__unit")

    class Meta:
        verbose_name = _("工程业绩")
        verbose_name_plural = _("工程业绩")
        constraints = [models.UniqueConstraint(fields=["number", "is_demo"], name="performance_once")]
        indexes = [grams_index("performance_grams"), *filter_indexes("performance", "division", "role", "ended_on")]

    def __str__(self) -> str:
        return self.name
