"""人员库: the people of the construction industry and their papers.

Objects and code lists follow the national worker platform (seen in public schemas; lists to be confirmed, ``rulepacks/codes``) and
建筑工人实名制管理办法 (建市〔2019〕18号, 第十一条: basic, working and good-faith information; articles from memory, to be confirmed).
Identity and phone numbers are sealed at rest and masked everywhere; seeing one needs a permission and a reason, and is kept.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.divisions import division_names
from hezhu.core.access.scoping import OFFICES, Scoped
from hezhu.core.history import keeps_history
from hezhu.core.register.fields import CodeListField, PersonNameField
from hezhu.core.register.lineage import Lineage
from hezhu.core.register.sealed_fields import DigestField, SealedIdField, SealedPhoneField
from hezhu.core.register.search import filter_indexes, grams_column, grams_index
from hezhu.engines.codes import identity
from hezhu.engines.codes.masks import mask_name
from hezhu.registers.enterprises.models import Enterprise
from hezhu.registers.projects.models import PARTIES

RESIDENT_CARD = "01"


@keeps_history(exclude=["search_grams"])
class Person(Lineage, Scoped):
    """One person, known by kind and number of the identity document. A resident's number is checked by GB 11643-1999.

    Seen by the offices of the division where the person is registered and of those where they work on a project; by the firm that employs
    them; by the firms of the projects they are or were on. By nobody else.
    """

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("注册执业人员")
        SAFETY = "safety", _("安管人员")
        SPECIAL = "special", _("特种作业人员")
        TECHNICAL = "technical", _("专业技术与管理人员")
        WORKER = "worker", _("建筑工人")

    class SkillLevel(models.TextChoices):
        """Eight levels of skill (人社部 新八级工, 2022; from memory, to be confirmed): 中级工 and above are L4, L3, L2, L1, S, C."""

        L6 = "L6", _("学徒工")
        L5 = "L5", _("初级工")
        L4 = "L4", _("中级工")
        L3 = "L3", _("高级工")
        L2 = "L2", _("技师")
        L1 = "L1", _("高级技师")
        S = "S", _("特级技师")
        C = "C", _("首席技师")

    name = PersonNameField(_("姓名"))
    id_card_type = CodeListField(_("证件类型"), code_list="id_card_type", default=RESIDENT_CARD)
    id_number = SealedIdField(_("证件号码"), digest="id_number_digest")
    id_number_digest = DigestField(of="id_number")
    phone = SealedPhoneField(_("手机号码"), digest="phone_digest", blank=True)
    phone_digest = DigestField(of="phone", db_index=True)
    kinds = ArrayField(
        models.CharField(max_length=20, choices=Kind.choices), verbose_name=_("人员类别"), default=list, blank=True
    )
    gender = CodeListField(_("性别"), code_list="gender", blank=True)
    born_in_year = models.PositiveSmallIntegerField(_("出生年份"), null=True, blank=True)
    education = CodeListField(_("文化程度"), code_list="education", blank=True)
    employer = models.ForeignKey(
        Enterprise, models.PROTECT, verbose_name=_("受聘企业"), null=True, blank=True, related_name="people"
    )
    employed_on = models.DateField(_("受聘日期"), null=True, blank=True)
    position = models.CharField(_("职务或职称"), max_length=60, blank=True)
    work_type = CodeListField(_("工种"), code_list="work_type", blank=True)
    skill_level = models.CharField(_("技能等级"), max_length=2, choices=SkillLevel.choices, blank=True)
    trained_on = models.DateField(_("基本安全培训日期"), null=True, blank=True)
    search_grams = grams_column("name")

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        constraints = [models.UniqueConstraint(fields=["id_number_digest", "is_demo"], name="person_once")]
        indexes = [
            grams_index("person_grams"),
            GinIndex(fields=["kinds"], name="person_kinds"),
            *filter_indexes("person", "division", "work_type", "skill_level"),
        ]

    def __str__(self) -> str:
        return mask_name(self.name)

    def clean(self) -> None:
        """A resident's number must be right to the check character; other documents have no published rule."""
        if self.id_number and self.id_card_type == RESIDENT_CARD and (problem := identity.explain(str(self.id_number))):
            raise ValidationError({"id_number": problem.reason})

    @classmethod
    def scope_of(cls, user: Any) -> Q:
        if user.role in OFFICES:
            own = Q(division__in=user.divisions)
            if len(user.divisions) == len(division_names()):
                return own
            return own | Q(pk__in=Assignment.objects.filter(division__in=user.divisions).values("person"))
        on_projects = Q(enterprise__unit=user.unit_id)
        for party in PARTIES:
            on_projects |= Q(**{f"project__{party}": user.unit_id})
        return Q(employer__unit=user.unit_id) | Q(pk__in=Assignment.objects.filter(on_projects).values("person"))


class OfPerson(Lineage, Scoped):
    """A paper of one person: seen by the employer and, where it names a firm, by that firm."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("人员"), related_name="+")

    unit_paths: ClassVar[tuple[str, ...]] = ("person__employer__unit",)

    class Meta:
        abstract = True


@keeps_history(exclude=["search_grams"])
class Certificate(OfPerson):
    """证书: registrations, 安管人员 A/B/C (建筑施工企业安管人员管理规定, 住建部令第17号: three years, to be confirmed), special operators, skills."""

    class Kind(models.TextChoices):
        REGISTRATION = "registration", _("注册执业")
        SAFETY_A = "safety_a", _("安管 A（主要负责人）")
        SAFETY_B = "safety_b", _("安管 B（项目负责人）")
        SAFETY_C1 = "safety_c1", _("安管 C1（机械类安全员）")
        SAFETY_C2 = "safety_c2", _("安管 C2（土建类安全员）")
        SAFETY_C3 = "safety_c3", _("安管 C3（综合类安全员）")
        SPECIAL = "special", _("建筑施工特种作业")
        SKILL = "skill", _("职业技能")
        TITLE = "title", _("职称")
        POST = "post", _("施工现场岗位")

    kind = models.CharField(_("证书类别"), max_length=20, choices=Kind.choices)
    number = models.CharField(_("证书编号"), max_length=60)
    name = models.CharField(_("证书名称"), max_length=120)
    certification = CodeListField(_("注册类型"), code_list="certification_type", blank=True)
    specialty = models.CharField(_("专业或操作类别"), max_length=60, blank=True)
    level = models.CharField(_("证书等级"), max_length=30, blank=True)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, verbose_name=_("注册或受聘单位"), null=True, blank=True, related_name="+"
    )
    authority = models.CharField(_("发证机关"), max_length=120, blank=True)
    issued_on = models.DateField(_("发证日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    state = CodeListField(_("证书状态"), code_list="certification_status", blank=True)
    search_grams = grams_column("name", "number")

    unit_paths: ClassVar[tuple[str, ...]] = ("person__employer__unit", "enterprise__unit")

    class Meta:
        verbose_name = _("人员证书")
        verbose_name_plural = _("人员证书")
        constraints = [models.UniqueConstraint(fields=["kind", "number", "is_demo"], name="certificate_once")]
        indexes = [grams_index("certificate_grams"), *filter_indexes("certificate", "division", "kind", "expires_on")]

    def __str__(self) -> str:
        return self.number


from hezhu.registers.people.site import (  # noqa: E402 - these models lead to the two above
    Assignment,
    Attendance,
    Payroll,
    Team,
    Training,
    WorkContract,
)

__all__ = [
    "Assignment",
    "Attendance",
    "Certificate",
    "Payroll",
    "Person",
    "Team",
    "Training",
    "WorkContract",
]
