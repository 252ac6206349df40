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

    credit_code = CreditCodeField(_("统一社会信用代码"))
    name = models.CharField(_("企业名称"), max_length=120)
    role = CodeListField(_("企业类别"), code_list="corp_role", default="99")
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
            *filter_indexes("enterprise", "name", "division", "role"),
        ]

    def __str__(self) -> str:
        return self.name
