"""企业库: enterprises of the construction industry."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import Unit
from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.core.register.fields import CodeListField, CreditCodeField, PersonNameField, PhoneField
from hezhu.core.register.lineage import Lineage
from hezhu.core.register.search import filter_indexes, grams_column, grams_index


@keeps_history(exclude=["search_grams"])
class Enterprise(Lineage, Scoped):
    """A firm known by its 统一社会信用代码 (GB 32100-2015)."""

    class Title(models.TextChoices):
        """Titles the pilot plan counts (plan L12, L20)."""

        DEMONSTRATION = "demonstration", _("智能建造示范企业")
        PREFAB_BASE_NATIONAL = "prefab_base_national", _("国家级装配式建筑产业基地")
        PREFAB_BASE_PROVINCIAL = "prefab_base_provincial", _("省级装配式建筑产业基地")
        SMART_BASE_MINISTRY = "smart_base_ministry", _("部智能建造产业基地")
        TRAINING_BASE = "training_base", _("产业工人实训基地")
        SCIENCE_PARK = "science_park", _("智能建造科技产业园")

    class Part(models.TextChoices):
        """What a firm does in the industry; a firm may do several."""

        DEVELOPMENT = "development", _("开发")
        SURVEY = "survey", _("勘察")
        DESIGN = "design", _("设计")
        CONSTRUCTION = "construction", _("施工")
        SUPERVISION = "supervision", _("监理")
        TESTING = "testing", _("检测")
        COMPONENTS = "components", _("构件")
        EQUIPMENT_RENTAL = "equipment_rental", _("设备租赁")
        LABOUR = "labour", _("劳务")
        DRAWING_REVIEW = "drawing_review", _("施工图审查")
        AGENCY = "agency", _("招标代理")
        COSTING = "costing", _("造价咨询")
        CONSULTING = "consulting", _("全过程工程咨询")

    class SmartField(models.TextChoices):
        """The five fields of intelligent construction (plan L20; the ministry's typical cases)."""

        DESIGN = "digital_design", _("数字设计")
        PRODUCTION = "smart_production", _("智能生产")
        SITE = "smart_construction", _("智慧施工")
        INTERNET = "industry_internet", _("建筑产业互联网")
        ROBOTS = "robots", _("建筑机器人")

    class State(models.TextChoices):
        ACTIVE = "active", _("存续")
        MOVED = "moved", _("迁出")
        REVOKED = "revoked", _("吊销")
        CLOSED = "closed", _("注销")

    credit_code = CreditCodeField(_("统一社会信用代码"))
    name = models.CharField(_("企业名称"), max_length=120)
    role = CodeListField(_("企业类别"), code_list="corp_role", default="99")
    parts = ArrayField(
        models.CharField(max_length=20, choices=Part.choices), verbose_name=_("业务类别"), default=list, blank=True
    )
    smart_fields = ArrayField(
        models.CharField(max_length=20, choices=SmartField.choices), verbose_name=_("智能建造领域"), default=list, blank=True
    )
    registration_type = CodeListField(_("登记注册类型"), code_list="corp_registration_type", blank=True)
    state = models.CharField(_("经营状态"), max_length=10, choices=State.choices, default=State.ACTIVE)
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    unit = models.OneToOneField(
        Unit, models.PROTECT, verbose_name=_("平台单位"), null=True, blank=True, related_name="enterprise"
    )
    main_qualification = models.CharField(_("主项资质"), max_length=80, blank=True)
    titles = ArrayField(
        models.CharField(max_length=30, choices=Title.choices), verbose_name=_("认定称号"), default=list, blank=True
    )
    titled_on = models.DateField(_("称号认定日期"), null=True, blank=True)
    legal_representative = PersonNameField(_("法定代表人"), blank=True)
    phone = PhoneField(_("联系电话"), blank=True)
    safety_licence = models.CharField(_("安全生产许可证"), max_length=40, blank=True)
    safety_licence_expires_on = models.DateField(_("安许证有效期至"), null=True, blank=True)
    registered_capital_wan_yuan = models.DecimalField(
        _("注册资本（万元）"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    employees = models.PositiveIntegerField(_("从业人数"), null=True, blank=True)
    business_scope = models.TextField(_("经营范围"), blank=True)
    address = models.CharField(_("住所"), max_length=200, blank=True)
    search_grams = grams_column("name", "credit_code")

    unit_paths: ClassVar[tuple[str, ...]] = ("unit",)

    class Meta:
        verbose_name = _("企业")
        verbose_name_plural = _("企业")
        constraints = [models.UniqueConstraint(fields=["credit_code", "is_demo"], name="enterprise_code_once")]
        indexes = [
            grams_index("enterprise_grams"),
            GinIndex(fields=["titles"], name="enterprise_titles"),
            GinIndex(fields=["parts"], name="enterprise_parts"),
            GinIndex(fields=["smart_fields"], name="enterprise_smart_fields"),
            *filter_indexes("enterprise", "name", "division", "role"),
        ]

    def __str__(self) -> str:
        return self.name


class OfEnterprise(Lineage, Scoped):
    """A paper of one firm: the firm sees it, and the offices that serve its division."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, verbose_name=_("企业"), related_name="+")

    unit_paths: ClassVar[tuple[str, ...]] = ("enterprise__unit",)

    class Meta:
        abstract = True


@keeps_history(exclude=["search_grams"])
class Qualification(OfEnterprise):
    """企业资质: type, trade and grade with their validity (建筑业企业资质管理规定, 住建部令第22号: five years, to be confirmed for each type)."""

    number = models.CharField(_("资质证书编号"), max_length=60)
    qualification_type = CodeListField(_("资质类型"), code_list="qualification_type")
    trade = CodeListField(_("资质专业"), code_list="qualification_trade", blank=True)
    name = models.CharField(_("资质名称"), max_length=120)
    level = CodeListField(_("等级"), code_list="project_level", blank=True)
    origin = CodeListField(_("取得方式"), code_list="qualification_origin", blank=True)
    state = CodeListField(_("证书状态"), code_list="qualification_status", default="001")
    authority = models.CharField(_("发证机关"), max_length=120, blank=True)
    issued_on = models.DateField(_("发证日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    search_grams = grams_column("name", "number")

    class Meta:
        verbose_name = _("企业资质")
        verbose_name_plural = _("企业资质")
        constraints = [models.UniqueConstraint(fields=["enterprise", "number", "name"], name="qualification_once")]
        indexes = [
            grams_index("qualification_grams"),
            *filter_indexes("qualification", "division", "qualification_type", "level", "state", "expires_on"),
        ]

    def __str__(self) -> str:
        return self.name


@keeps_history(exclude=["search_grams"])
class SafetyLicence(OfEnterprise):
    """安全生产许可证 （省）JZ安许证字[YYYY]NNNNNN: valid for three years (安全生产许可证条例 第九条)."""

    class State(models.TextChoices):
        VALID = "valid", _("有效")
        HELD = "held", _("暂扣")
        REVOKED = "revoked", _("吊销")
        CLOSED = "closed", _("注销")

    number = models.CharField(_("许可证编号"), max_length=40)
    scope = models.CharField(_("许可范围"), max_length=60, default="建筑施工")
    authority = models.CharField(_("发证机关"), max_length=120, blank=True)
    issued_on = models.DateField(_("发证日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    state = models.CharField(_("许可状态"), max_length=10, choices=State.choices, default=State.VALID)
    search_grams = grams_column("number")

    class Meta:
        verbose_name = _("安全生产许可证")
        verbose_name_plural = _("安全生产许可证")
        constraints = [models.UniqueConstraint(fields=["number", "is_demo"], name="safety_licence_once")]
        indexes = [grams_index("safety_licence_grams"), *filter_indexes("licence", "division", "state", "expires_on")]

    def __str__(self) -> str:
        return self.number
