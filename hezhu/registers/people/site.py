"""People on sites: teams, who is on which project, attendance, contracts, training and pay."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.divisions import DivisionField
from hezhu.core.access.models import User
from hezhu.core.access.scoping import OFFICES
from hezhu.core.history import keeps_history
from hezhu.core.register.fields import CodeListField
from hezhu.core.register.search import filter_indexes, grams_column, grams_index
from hezhu.registers.enterprises.models import Enterprise
from hezhu.registers.people.models import Person
from hezhu.registers.projects.models import PARTIES, Project
from hezhu.registers.projects.procedures import THROUGH_PROJECT, OfProject

SITE_PATHS = (*THROUGH_PROJECT, "enterprise__unit")


@keeps_history(exclude=["search_grams"])
class Team(OfProject):
    """班组: known by its number on the project (``teamSysNo`` of the worker platform)."""

    number = models.CharField(_("班组编号"), max_length=40)
    name = models.CharField(_("班组名称"), max_length=80)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, verbose_name=_("所属企业"), related_name="+")
    work_type = CodeListField(_("主要工种"), code_list="work_type", blank=True)
    leader = models.ForeignKey(Person, models.PROTECT, verbose_name=_("班组长"), null=True, blank=True, related_name="+")
    entered_on = models.DateField(_("进场日期"), null=True, blank=True)
    left_on = models.DateField(_("退场日期"), null=True, blank=True)
    search_grams = grams_column("name", "number")

    unit_paths: ClassVar[tuple[str, ...]] = SITE_PATHS

    class Meta:
        verbose_name = _("班组")
        verbose_name_plural = _("班组")
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="team_once")]
        indexes = [grams_index("team_grams"), *filter_indexes("team", "division", "work_type")]

    def __str__(self) -> str:
        return self.name


@keeps_history()
class Assignment(OfProject):
    """A person on a project (项目人员): entry, exit, trade, team and duty. One row for each stay."""

    class Duty(models.TextChoices):
        HEAD = "head", _("项目负责人")
        TECHNICAL = "technical", _("技术负责人")
        SAFETY = "safety", _("安全员")
        QUALITY = "quality", _("质量员")
        SUPERVISOR = "supervisor", _("总监理工程师")
        STAFF = "staff", _("其他管理人员")
        WORKER = "worker", _("工人")

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("人员"), related_name="assignments")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, verbose_name=_("所属企业"), related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, verbose_name=_("班组"), null=True, blank=True, related_name="+")
    work_role = CodeListField(_("人员性质"), code_list="work_role", default="20")
    duty = models.CharField(_("岗位"), max_length=12, choices=Duty.choices, default=Duty.WORKER)
    work_type = CodeListField(_("工种"), code_list="work_type", blank=True)
    certificate = models.CharField(_("上岗证书编号"), max_length=60, blank=True)
    entered_on = models.DateField(_("进场日期"))
    left_on = models.DateField(_("退场日期"), null=True, blank=True)

    unit_paths: ClassVar[tuple[str, ...]] = SITE_PATHS

    class Meta:
        verbose_name = _("项目人员")
        verbose_name_plural = _("项目人员")
        constraints = [
            models.UniqueConstraint(fields=["project", "person", "entered_on"], name="assignment_once"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=models.F("entered_on")), name="assignment_leaves_after"
            ),
        ]
        indexes = [
            *filter_indexes("assignment", "division", "duty", "work_type", "left_on"),
            models.Index(fields=["division", "person"], name="assignment_people"),
        ]

    def __str__(self) -> str:
        return f"{self.person}（{self.get_duty_display()}）"


class Attendance(OfProject):
    """One person's day on one project: first entry, last exit, number of passes. Rows are added, never changed, and keep no history.

    Made for tens of millions of rows: they arrive in the order of days, so that one block-range index serves every span of days; lists
    are read for one project or one person, through the two indexes that lead with them.
    """

    division = DivisionField()
    project = models.ForeignKey(Project, models.PROTECT, verbose_name=_("项目"), related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("人员"), related_name="+", db_index=False)
    team = models.ForeignKey(
        Team, models.PROTECT, verbose_name=_("班组"), null=True, blank=True, related_name="+", db_index=False
    )
    day = models.DateField(_("考勤日期"))
    first_in_at = models.DateTimeField(_("首次入场"), null=True, blank=True)
    last_out_at = models.DateTimeField(_("末次出场"), null=True, blank=True)
    passes = models.PositiveSmallIntegerField(_("通行次数"), default=1)
    channel = CodeListField(_("通行方式"), code_list="attendance_channel", blank=True)

    unit_paths: ClassVar[tuple[str, ...]] = (*THROUGH_PROJECT, "person__employer__unit")

    class Meta:
        verbose_name = _("考勤")
        verbose_name_plural = _("考勤")
        constraints = [models.UniqueConstraint(fields=["person", "project", "day", "is_demo"], name="attendance_once")]
        indexes = [
            models.Index(fields=["project", "-day"], name="attendance_project"),
            models.Index(fields=["person", "-day"], name="attendance_person"),
            BrinIndex(fields=["day"], name="attendance_day", pages_per_range=64),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.day}"

    @classmethod
    def scope_of(cls, user: User) -> Q:
        """As its unit paths say, but through keys: a join over tens of millions of rows would never end."""
        if user.role in OFFICES:
            return Q(division__in=user.divisions)
        at_projects = Q()
        for party in PARTIES:
            at_projects |= Q(**{party: user.unit_id})
        return Q(project__in=Project.objects.filter(at_projects).values("pk")) | Q(
            person__in=Person.objects.filter(employer__unit=user.unit_id).values("pk")
        )


@keeps_history(exclude=["search_grams"])
class WorkContract(OfProject):
    """劳动合同或用工书面协议 (建市〔2022〕59号; 保障农民工工资支付条例 第二十八条: none may enter a site without one)."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("人员"), related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, verbose_name=_("用工企业"), related_name="+")
    number = models.CharField(_("合同编号"), max_length=60)
    period_type = CodeListField(_("合同期限类型"), code_list="contract_period_type", default="1")
    signed_on = models.DateField(_("签订日期"), null=True, blank=True)
    starts_on = models.DateField(_("开始日期"), null=True, blank=True)
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    unit_price_yuan = models.DecimalField(_("计酬单价（元）"), max_digits=10, decimal_places=2, null=True, blank=True)
    pay_unit = models.CharField(_("计酬单位"), max_length=20, blank=True)
    search_grams = grams_column("number")

    unit_paths: ClassVar[tuple[str, ...]] = SITE_PATHS

    class Meta:
        verbose_name = _("劳动合同")
        verbose_name_plural = _("劳动合同")
        constraints = [models.UniqueConstraint(fields=["number", "is_demo"], name="work_contract_once")]
        indexes = [grams_index("work_contract_grams"), *filter_indexes("workcontract", "division", "period_type", "ends_on")]

    def __str__(self) -> str:
        return self.number


@keeps_history(exclude=["search_grams"])
class Training(OfProject):
    """One person's part in one training (ProjectTraining of the worker platform)."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("人员"), related_name="+")
    kind = CodeListField(_("培训类型"), code_list="training_type")
    name = models.CharField(_("培训名称"), max_length=120)
    held_on = models.DateField(_("培训日期"))
    hours = models.DecimalField(_("学时"), max_digits=5, decimal_places=1, null=True, blank=True)
    organiser = models.CharField(_("培训机构"), max_length=120, blank=True)
    passed = models.BooleanField(_("合格"), null=True, blank=True)
    search_grams = grams_column("name", "organiser")

    unit_paths: ClassVar[tuple[str, ...]] = (*THROUGH_PROJECT, "person__employer__unit")

    class Meta:
        verbose_name = _("培训")
        verbose_name_plural = _("培训")
        constraints = [models.UniqueConstraint(fields=["project", "person", "kind", "held_on"], name="training_once")]
        indexes = [grams_index("training_grams"), *filter_indexes("training", "division", "kind", "passed", "held_on")]

    def __str__(self) -> str:
        return self.name


@keeps_history()
class Payroll(OfProject):
    """One person's pay for one month on one project (工资单明细): what was due, what was paid, when.

    保障农民工工资支付条例 第三十一条 (monthly, paid by the general contractor on the workers' own cards; from memory, to be confirmed).
    """

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("人员"), related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, verbose_name=_("用工企业"), related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, verbose_name=_("班组"), null=True, blank=True, related_name="+")
    month = models.DateField(_("工资月份"), help_text=_("当月第一天"))
    days_worked = models.DecimalField(
        _("出勤天数"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(31)],
    )
    due_yuan = models.DecimalField(_("应发（元）"), max_digits=10, decimal_places=2)
    paid_yuan = models.DecimalField(_("实发（元）"), max_digits=10, decimal_places=2, null=True, blank=True)
    paid_on = models.DateField(_("发放日期"), null=True, blank=True)
    bank = CodeListField(_("发放银行"), code_list="bank_code", blank=True)

    unit_paths: ClassVar[tuple[str, ...]] = SITE_PATHS

    class Meta:
        verbose_name = _("工资")
        verbose_name_plural = _("工资")
        constraints = [
            models.UniqueConstraint(fields=["project", "person", "month"], name="payroll_once"),
            models.CheckConstraint(condition=Q(due_yuan__gte=0), name="payroll_due_not_negative"),
        ]
        indexes = filter_indexes("payroll", "division", "month", "paid_on")

    def __str__(self) -> str:
        return f"{self.person} {self.month:%Y-%m}"
